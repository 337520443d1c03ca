"""Measure depth against width at equal cost, and what a deep network's start is worth: python tools/depths.py

Trains networks of 5 to 12 convolutions, all of 3x3 and all about as costly as the course's seven layers, at x3 on T91
and BSDS500: from He's start, and from near the identity with a warm-up (notebook 07). 4,000 short steps each, twelve
runs a seed (15 minutes on one CPU core), three seeds. Writes the mean PSNR over 25 photographs of General100, which no
run learns from, to sr_helpers/tables/depths.json. Started again, it goes on with the runs that are missing.
"""

import functools

from ablation import test_photographs

from sr_helpers import architectures, measured, metrics, preparation, training
from sr_helpers.settings import Settings
from sr_helpers.upscale import luma_upscaler

SCALE, STEPS, SEEDS = 3, 4000, 3
SHAPES = {5: 52, 7: 40, 9: 34, 10: 32, 12: 28}  # convolutions -> filters of each but the last
STARTS = {  # name -> the architecture whose hidden layers start so, settings, convolutions
    "He": ("espcn", {"learning_rate": 1e-3}, SHAPES),
    "near the identity, warm-up, twice the rate": ("espcn_deep", {"learning_rate": 2e-3, "warm_up": 500}, SHAPES),
    "He, warm-up": ("espcn", {"learning_rate": 1e-3, "warm_up": 500}, [10]),
    "near the identity, warm-up": ("espcn_deep", {"learning_rate": 1e-3, "warm_up": 500}, [10]),
}


def measure(architecture, convolutions, settings, pictures, judges):
    """[PSNR] of one training. The architecture's own filters give way to `convolutions` thin layers."""
    architectures.FILTERS[architecture] = ((3, SHAPES[convolutions]),) * (convolutions - 1)
    network = getattr(architectures, architecture)(SCALE, seed=settings.seed)
    training.train(network, pictures, settings, progress=False)
    return [round(metrics.evaluate(luma_upscaler(network), judges, SCALE)["psnr"], 3)]


if __name__ == "__main__":
    pictures = preparation.prepare(("T91", "BSDS500/train", "BSDS500/test"), shrink_jpegs=0.6)
    judges = test_photographs()
    results = measured.table("depths", {"command": "python tools/depths.py", "steps": STEPS, "psnr": {}})
    for seed in range(SEEDS):
        for start, (architecture, changed, depths) in STARTS.items():
            for convolutions in depths:
                done = results["psnr"].setdefault(f"{convolutions} convolutions of {SHAPES[convolutions]}, {start}", [])
                settings = Settings(steps=STEPS, patch_size=32, precision="bfloat16", seed=seed, **changed)
                run = functools.partial(measure, architecture, convolutions, settings, pictures, judges)
                measured.fill("depths", results, [done], seed, run)
