"""How many photographs does a training need? python tools/how_many.py

Trains the seven layers at x3 on 1, 3, 10, 30 photographs of T91 and on all, 3,000 short steps in bfloat16, and writes
the mean PSNR over the 25 photographs of tools/ablation.py to tables/how_many.json, beside bicubic's. One photograph
more (four of all 90) is held out each time to choose the best weights. Every seed draws other photographs. Started
again, it goes on with the runs that are missing: a minute each on one CPU core. Needs the sets T91 and General100.
"""

import functools

import numpy as np
from ablation import SCALE, test_photographs

from sr_helpers import measured, metrics, models, preparation, resize, training
from sr_helpers.settings import Settings
from sr_helpers.upscale import luma_upscaler

STEPS, SEEDS, COUNTS = 3000, 3, (1, 3, 10, 30, 86)


def some_of(pictures, count, seed):
    """`count` photographs to learn from and the held-out ones, drawn by `seed`; 86 are all of T91 but the held-out."""
    names = np.random.default_rng(seed).permutation(sorted(pictures))
    return {name: pictures[name] for name in names[: count + 1]} if count < 86 else pictures


def run(pictures, seed, test):
    """[PSNR] of one training."""
    network = models.espcn(SCALE, seed=seed)
    settings = Settings(steps=STEPS, seed=seed, width=0, precision="bfloat16")
    training.train(network, pictures, settings, progress=False)
    return [round(metrics.evaluate(luma_upscaler(network), test, SCALE)["psnr"], 3)]


if __name__ == "__main__":
    pictures, test = preparation.prepare("T91"), test_photographs()
    bicubic = metrics.evaluate(lambda lr: resize.bicubic(lr, SCALE), test, SCALE)["psnr"]
    results = {"command": "python tools/how_many.py", "steps": STEPS, "bicubic": round(bicubic, 3), "psnr": {}}
    results = measured.table("how_many", results)
    for seed in range(SEEDS):
        for count in COUNTS:
            done = results["psnr"].setdefault(str(count), [])
            drawn = some_of(pictures, count, seed)
            measured.fill("how_many", results, [done], seed, functools.partial(run, drawn, seed, test))
