"""Notebook 07: a right answer written another way, and mistakes with a piece of the message each must get."""

import math

import numpy as np

from sr_helpers.checks.n07_training import DIAGNOSES

CASES = {
    "cosine_rate": (
        lambda step, steps, start: start * math.cos(math.pi * step / steps / 2) ** 2,
        [
            (lambda k, n, a: a * math.cos(math.pi * k / n), "below zero"),
            (lambda k, n, a: a * math.cos(math.pi * k / n / 2), "quarter of a wave"),
            (lambda k, n, a: a * (1 - math.cos(math.pi * k / n)) / 2, "turn it round"),
            (lambda k, n, a: a * (1 - k / n), "straight line"),
            (lambda k, n, a: a * (1 + math.cos(math.pi * k / n)), "twice"),
            (lambda k, n, a: a * (1 + math.cos(math.radians(math.pi * k / n))) / 2, "radians"),
            (lambda k, n, a: a * (1 + math.cos(180 * k / n)) / 2, "not 180"),
            (lambda k, n, a: a * (1 + math.cos(2 * math.pi * k / n)) / 2, "whole wave"),
            (lambda k, n, a: a, "at step"),
            (lambda k, n, a: a * (1 + math.cos(k / n)) / 2, "is pi in it"),
            (lambda k, n, a: (1 + math.cos(math.pi * k / n)) / 2, "must be `start`"),
            (lambda k, n, a: a * (1 + math.cos(math.pi * (k // n))) / 2, "throws the fraction away"),
        ],
    ),
    "steps_for_epochs": (
        lambda pixels, epochs, batch, patch: -(-pixels * epochs // (batch * patch * patch)),
        [
            (lambda p, e, b, k: math.ceil(p * e / (b * k)), "patch_size * patch_size"),
            (lambda p, e, b, k: math.ceil(p * e / k**2), "batch_size in your formula"),
            (lambda p, e, b, k: math.ceil(p / (b * k**2)), "epochs"),
            (lambda p, e, b, k: p * e / (b * k**2), "whole numbers"),
            (lambda p, e, b, k: p * e // (b * k**2), "rounding down"),
            (lambda p, e, b, k: round(p * e / (b * k**2)), "round UP"),
            (lambda p, e, b, k: e * math.ceil(p / (b * k**2)), "once an epoch"),
            (lambda p, e, b, k: float(math.ceil(p * e / (b * k**2))), "is a float"),
            (lambda p, e, b, k: p * e // (b * k**2) + 1, "comes out even"),
            (lambda p, e, b, k: math.ceil(p * e / b * k**2), "in brackets"),
            (lambda p, e, b, k: 7 + math.ceil(p * e / (b * k**2)), "not 8"),
        ],
    ),
    "best_step": (
        lambda history: history[int(np.argmax([record["psnr"] for record in history]))]["step"],
        [
            (lambda history: history[-1]["step"], "last step"),
            (lambda history: sorted(history, key=lambda r: r["loss"])[0]["step"], "LOSS"),
            (lambda history: sorted(history, key=lambda r: r["psnr"])[0]["step"], "lowest"),
            (lambda history: int(np.argmax([r["psnr"] for r in history])), "place in the list"),
            (lambda history: max(r["psnr"] for r in history), "best PSNR itself"),
            (lambda history: max(history, key=lambda r: r["psnr"]), "whole record"),
            (lambda history: history[2]["step"], "not 120"),
            (lambda history: history[0]["step"], "like with like"),
        ],
    ),
    "diagnose": (
        lambda: dict(zip("EDCBA", ("relu", "range", "leak", "rate", "alignment"), strict=True)),
        [
            (lambda: DIAGNOSES | {"A": "leak", "C": "alignment"}, "run A is not 'leak'"),
            (lambda: DIAGNOSES | {"B": "relu", "E": "rate"}, "run B is not 'relu'"),
            (lambda: DIAGNOSES | {"C": "rate"}, "run C is not 'rate'"),
            (lambda: DIAGNOSES | {"D": "relu", "E": "range"}, "run D is not 'relu'"),
            (lambda: DIAGNOSES | {"E": "range"}, "run E is not 'range'"),
            (lambda: {"A": "alignment"}, "no diagnosis for"),
            (lambda: {f"run {letter}": fault for letter, fault in DIAGNOSES.items()}, "the keys are the letters"),
            (lambda: DIAGNOSES | {"A": "shift"}, "choose from"),
            (lambda: list(DIAGNOSES.values()), "return a dict"),
        ],
    ),
}
