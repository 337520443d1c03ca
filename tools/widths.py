"""Measure what kernels that learn as K + A B buy, for notebook 07: python tools/widths.py

Trains the seven layers at x3 on T91 with plain kernels and with products of width 64, three seeds each, 2,000 short
steps (two minutes on one CPU core for all), and writes the mean PSNR over 25 photographs of General100, which no run
learns from, to sr_helpers/tables/widths.json. Started again, it goes on with the runs that are missing.
"""

import functools

from ablation import test_photographs

from sr_helpers import measured, metrics, models, preparation, training
from sr_helpers.settings import Settings
from sr_helpers.upscale import luma_upscaler

SCALE, STEPS, SEEDS, WIDTHS = 3, 2000, 3, (0, 64)


def measure(settings, pictures, judges):
    """[PSNR] of one training."""
    network = models.espcn(SCALE, seed=settings.seed)
    training.train(network, pictures, settings, progress=False)
    return [round(metrics.evaluate(luma_upscaler(network), judges, SCALE)["psnr"], 3)]


if __name__ == "__main__":
    pictures, judges = preparation.prepare("T91"), test_photographs()
    results = measured.table("widths", {})
    for seed in range(SEEDS):
        for width in WIDTHS:
            done = results.setdefault(f"width {width}", [])
            run = functools.partial(measure, Settings(steps=STEPS, seed=seed, width=width), pictures, judges)
            measured.fill("widths", results, [done], seed, run)
