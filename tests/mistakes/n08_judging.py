"""Notebook 08: a right answer written another way, and mistakes with a piece of the message each must get."""

import math
import statistics

import numpy as np

from sr_helpers.checks.n08_judging import SLIPS


def interval(middle, half):
    return middle - half, middle + half


def by_hand(base, changed, t):
    d = [b - a for a, b in zip(base, changed, strict=True)]
    middle = sum(d) / len(d)
    return interval(middle, t * statistics.stdev(d) / math.sqrt(len(d)))


def arrays(function):
    """The check hands over lists; these slips are made after np.array."""
    return lambda base, changed, t: function(np.array(base), np.array(changed), t)


CASES = {
    "paired_interval": (
        by_hand,
        [
            (arrays(lambda a, b, t: interval((b - a).mean(), t * (b - a).std() / len(a) ** 0.5)), "ddof"),
            (arrays(lambda a, b, t: interval((a - b).mean(), t * (a - b).std(ddof=1) / len(a) ** 0.5)), "sign"),
            (arrays(lambda a, b, t: interval((b - a).mean(), t * (b - a).std(ddof=1))), "MEAN"),
            (arrays(lambda a, b, t: interval((b - a).mean(), t * (b - a).std(ddof=1) / len(a))), "square root"),
            (arrays(lambda a, b, t: interval((b - a).mean(), (b - a).std(ddof=1) / len(a) ** 0.5)), "factor t"),
            (arrays(lambda a, b, t: interval((b - a).mean(), 1.96 * (b - a).std(ddof=1) / len(a) ** 0.5)), "1.96"),
            (arrays(lambda a, b, t: interval((b - a).mean(), 2.776 * (b - a).std(ddof=1) / len(a) ** 0.5)), "argument `t`"),
            (arrays(lambda a, b, t: interval(b.mean() - a.mean(), t * ((a.var(ddof=1) + b.var(ddof=1)) / len(a)) ** 0.5)), "seed by seed"),
            (arrays(lambda a, b, t: ((b - a).mean(), t * (b - a).std(ddof=1) / len(a) ** 0.5)), "two ends"),
            (lambda a, b, t: by_hand(a, b, t)[::-1], "low end first"),
            (arrays(lambda a, b, t: (b - a).mean()), "two numbers"),
            (arrays(lambda a, b, t: (min(b - a), max(b - a))), "the interval is"),
            (arrays(lambda a, b, t: by_hand(0 * a, abs(b - a), t)), "keep the sign"),
            (arrays(lambda a, b, t: interval((b - a).mean(), t * (b - a).var(ddof=1) / len(a) ** 0.5)), "variance"),
            (arrays(lambda a, b, t: interval((b - a).mean(), t * (b - a).std(ddof=1) / (len(a) - 1) ** 0.5)), "the root is of n"),
            (lambda a, b, t: b - a, "raised TypeError"),
        ],
    ),
    "conclude": (
        lambda low, high: ("worse", "not shown", "better")[1 + (low > 0) - (high < 0)],
        [
            (lambda low, high: "better" if low + high > 0 else "worse", "holds zero"),
            (lambda low, high: "better" if low >= 0 else "worse" if high <= 0 else "not shown", "touches zero"),
            (lambda low, high: "worse" if low > 0 else "better" if high < 0 else "not shown", "turn better and worse round"),
            (lambda low, high: "not shown", "something is shown"),
            (lambda low, high: low > 0, "not True"),
            (lambda low, high: "worse" if low < 0 else "better", "one end below zero is not enough"),
            (lambda low, high: "better" if high > 0 else "worse", "one end above zero is not enough"),
            (lambda low, high: "better" if low > 0 else "worse" if high < 0 else None, "end in a `return`"),
        ],
    ),
    "dead_channels": (
        lambda maps: sum(not maps[..., c].any() for c in range(maps.shape[-1])),
        [
            (lambda maps: (maps == 0).sum(), "counted the zeros"),
            (lambda maps: (maps == 0).any(axis=(0, 1, 2)).sum(), "SOMEWHERE"),
            (lambda maps: (maps > 0).any(axis=(0, 1, 2)).sum(), "living"),
            (lambda maps: (maps[0] == 0).all(axis=(0, 1)).sum(), "first picture only"),
            (lambda maps: (maps == 0).all(axis=(1, 2)).sum(), "again for every picture"),
            (lambda maps: ((maps > 0).mean(axis=(0, 1, 2)) < 0.05).sum(), "threshold"),
            (lambda maps: (maps == 0).all(axis=(0, 1, 2)), "one number"),
            (lambda maps: (maps == 0).all(axis=-1).sum() + 100, "are dead, not"),
        ],
    ),
    "debunk": (
        lambda: dict(zip("EDCBA", ("shift", "leak", "mean error", "range", "no antialiasing"), strict=True)),
        [
            (lambda: SLIPS | {"A": "shift", "E": "no antialiasing"}, "table A is not 'shift'"),
            (lambda: SLIPS | {"B": "leak", "D": "range"}, "table B is not 'leak'"),
            (lambda: SLIPS | {"C": "shift", "E": "mean error"}, "table C is not 'shift'"),
            (lambda: SLIPS | {"D": "mean error"}, "table D is not 'mean error'"),
            (lambda: SLIPS | {"E": "mean error"}, "table E is not 'mean error'"),
            (lambda: {"A": "shift"}, "nothing said about"),
            (lambda: SLIPS | {"C": "magic"}, "choose from"),
            (lambda: list(SLIPS.values()), "return a dict"),
        ],
    ),
}
