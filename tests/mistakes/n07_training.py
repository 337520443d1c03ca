"""Notebook 07: a right answer written another way, and mistakes with a piece of the message each must get."""

import math

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
            (lambda k, n, a: a, "at step"),
        ],
    ),
    "steps_for_epochs": (
        lambda pixels, epochs, batch, patch: -(-pixels * epochs // (batch * patch * patch)),
        [
            (lambda p, e, b, k: math.ceil(p * e / (b * k)), "patch_size * patch_size"),
            (lambda p, e, b, k: math.ceil(p * e / k**2), "batch_size in your formula"),
            (lambda p, e, b, k: math.ceil(p / (b * k**2)), "epochs"),
            (lambda p, e, b, k: p * e / (b * k**2), "whole numbers"),
            (lambda p, e, b, k: p * e // (b * k**2), "round up"),
            (lambda p, e, b, k: 7 + math.ceil(p * e / (b * k**2)), "not 8"),
        ],
    ),
}
