"""Make the ablation that notebook 08 judges: python tools/ablation.py

Trains the seven layers at x3 on T91 with one change at a time, five seeds each, 4,000 short steps (half an hour on one
CPU core for all), and writes the mean PSNR over 25 photographs of General100, which no run learns from, to
sr_helpers/ablation.json. Started again, it goes on with the runs that are missing. Needs the sets T91 and General100.
"""

import json
from pathlib import Path

from sr_helpers import datasets, files, metrics, models, preparation, training
from sr_helpers.settings import Settings
from sr_helpers.upscale import luma_upscaler

SCALE, STEPS, SEEDS = 3, 4000, 5
CHANGES = {  # what differs from the base: ReLU, L1, with the skip
    "base": ({}, {}),
    "tanh": ({"activation": "tanh"}, {}),
    "L2": ({}, {"loss": "l2"}),
    "no skip": ({"skip": False}, {}),
    "Charbonnier": ({}, {"loss": "charbonnier"}),
}
TARGET = Path(models.__file__).parent / "ablation.json"


def run(change, seed, pictures, judges):
    """One training with one change; returns its mean PSNR over the pictures of `judges`, dB."""
    of_network, of_training = CHANGES[change]
    network = models.espcn(SCALE, seed=seed, **of_network)
    settings = Settings(steps=STEPS, seed=seed, width=0, **of_training)
    training.train(network, pictures, settings, progress=False)
    return round(metrics.evaluate(luma_upscaler(network), judges, SCALE)["psnr"], 3)


if __name__ == "__main__":
    pictures, general = preparation.prepare("T91"), datasets.load("General100")
    judges = {name: general[name] for name in sorted(general)[:25]}
    results = json.loads(TARGET.read_text()) if TARGET.exists() else {}
    for seed in range(SEEDS):
        for change in CHANGES:
            done = results.setdefault(change, [])
            if len(done) == seed:
                done.append(run(change, seed, pictures, judges))
                files.write_bytes(TARGET, (json.dumps(results) + "\n").encode(), overwrite=True)
                print(change, seed, done[-1], flush=True)
