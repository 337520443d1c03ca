"""Make the ablations that notebook 08 judges: python tools/ablation.py

"one change": the seven layers at x3 on T91, one change at a time, five seeds each, 4,000 short steps.
"skip and start": the same training, with and without the skip, for each of three starts of the last layer, three seeds
each; computed in bfloat16, and with a census of the dead channels. One more row starts as Glorot, with a warm-up.
Every run is judged on 25 photographs of General100, which no run learns from, and the means go to
tables/ablation.json. Started again, it goes on with the runs that are missing: a minute or two each on one core.
Needs the sets T91 and General100.
"""

import functools

from sr_helpers import census, datasets, measured, metrics, models, preparation, resize, training
from sr_helpers.settings import Settings
from sr_helpers.upscale import luma_upscaler

SCALE, STEPS = 3, 4000
EXPERIMENTS = {  # what differs from ReLU, L1, the skip, a start near zero: of the network, and of Settings
    "one change": {
        "seeds": 5,
        "precision": "float32",
        "changes": {
            "base": ({}, {}),
            "tanh": ({"activation": "tanh"}, {}),
            "L2": ({}, {"loss": "l2"}),
            "no skip": ({"skip": False}, {}),
            "Charbonnier": ({}, {"loss": "charbonnier"}),
        },
    },
    "skip and start": {
        "seeds": 3,
        "precision": "bfloat16",
        "changes": {
            f"{start}, {'skip' if skip else 'no skip'}": ({"skip": skip, "initializer": name}, {})
            for start, name in {"near zero": "near_zero", "Glorot": "glorot_uniform", "ICNR": "icnr"}.items()
            for skip in (True, False)
        }
        | {"Glorot, skip, warm-up": ({"initializer": "glorot_uniform"}, {"warm_up": 400})},
    },
}


def test_photographs():
    """25 photographs of General100 that no run learns from: a dict name -> picture."""
    general = datasets.load("General100")
    return {name: general[name] for name in sorted(general)[:25]}


def run(of_network, of_training, seed, precision, pictures, test):
    """One training; returns its mean PSNR over the pictures of `test` in dB, and its dead channels."""
    network = models.espcn(SCALE, seed=seed, **of_network)
    settings = Settings(steps=STEPS, seed=seed, width=0, precision=precision, **of_training)
    training.train(network, pictures, settings, progress=False)
    psnr = metrics.evaluate(luma_upscaler(network), test, SCALE)["psnr"]
    lrs = [resize.make_pair(picture, SCALE)[0] for picture in test.values()]
    return round(psnr, 3), sum(dead for dead, _ in census.dead_channels(network, lrs).values())


if __name__ == "__main__":
    pictures, test = preparation.prepare("T91"), test_photographs()
    results = measured.table("ablation", {})
    for name, asked in EXPERIMENTS.items():
        empty = {"command": "python tools/ablation.py", "steps": STEPS, "precision": asked["precision"]}
        result = results.setdefault(name, empty | {"psnr": {}, "dead": {}})
        for seed in range(asked["seeds"]):
            for change, (of_network, of_training) in asked["changes"].items():
                columns = [result[kind].setdefault(change, []) for kind in ("psnr", "dead")]
                once = functools.partial(run, of_network, of_training, seed, asked["precision"], pictures, test)
                measured.fill("ablation", results, columns, seed, once)
