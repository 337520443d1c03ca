"""Notebook 08: other right answers, random arguments, wrong answers with a piece of their sentence."""

import math
import statistics

import numpy as np

from sr_helpers.checks.n08_judging import SLIPS
from sr_helpers.statistics import conclusion, interval_of_the_mean


def by_hand(base, changed, t=2.776):
    d = [b - a for a, b in zip(base, changed, strict=True)]
    middle, half = sum(d) / len(d), t * statistics.stdev(d) / math.sqrt(len(d))
    return [middle - half, middle + half]


def with_ddof_0(base, changed, t=2.776):
    d = np.array(changed) - base
    return d.mean() + np.array([-1, 1]) * t * d.std() / math.sqrt(len(d) - 1)


def in_place(base, changed, t=2.776):
    for k in range(len(base)):
        changed[k] -= base[k]
    return by_hand([0] * len(base), changed, t)


def drawn_seeds(rng):
    base = rng.normal(30, 1, int(rng.integers(2, 11)))
    return base.tolist(), (base + rng.normal(0, 0.3, len(base))).tolist(), float(rng.uniform(1, 13))


def drawn_maps(rng):
    maps = np.maximum(rng.normal(-1, 1, (*rng.integers(1, 5, 3), rng.integers(1, 9))), 0)
    return (maps * (rng.random(maps.shape[-1]) > 0.4),)


def drawn_interval(rng):
    low, high = sorted(float(end) for end in np.round(rng.normal(0, 2, 2), 1))
    return low, high


RIGHT = {
    "paired_interval": [by_hand, with_ddof_0, lambda b, c, t=2.776: interval_of_the_mean(b, c, t)],
    "conclude": [lambda low, high: ("worse", "not shown", "better")[1 + (low > 0) - (high < 0)], conclusion],
    "dead_channels": [
        lambda maps: sum(not maps[..., c].any() for c in range(maps.shape[-1])),
        lambda maps: np.sum(maps.max(axis=(0, 1, 2)) == 0),
        lambda maps: np.count_nonzero((maps == 0).reshape(-1, maps.shape[-1]).all(axis=0)),
        lambda maps: maps.shape[-1] - len(np.unique(np.nonzero(maps)[3])),
    ],
    "debunk": [
        lambda: dict(zip("EDCBA", ("shift", "leak", "mean error", "range", "no antialiasing"), strict=True)),
        lambda: dict(list(SLIPS.items())),
    ],
}
DRAW = {
    "paired_interval": drawn_seeds,
    "conclude": drawn_interval,
    "dead_channels": drawn_maps,
    "debunk": lambda rng: (),
}
WRONG = {
    "paired_interval": [
        (in_place, "changes its argument `changed` in place"),
        (lambda b, c, t=2.776: c - b, "lists cannot be subtracted; np.subtract"),
        (lambda b, c, t=2.776: (np.subtract(c, b)).mean(), "that is the mean difference alone"),
        (lambda b, c, t=2.776: np.subtract(c, b), "got an array of shape"),
        (lambda b, c, t=2.776: tuple(np.round(by_hand(b, c, t), 2)), "right, but rounded"),
        (lambda b, c, t: by_hand(b, c, t), "cannot be called as paired_interval("),
        (lambda b, c, t=2.776: by_hand(b, c, 2.571), "the half width is not"),
        (lambda b, c, t=2.776: f"{by_hand(b, c, t)}", "wanted 2 things, got the text"),
        (
            lambda b, c, t=2.776: (by_hand(b, c, t)[0] - 1, by_hand(b, c, t)[1] + 1),
            "the middle is right, the half width is not",
        ),
        (lambda b, c, t=2.776: tuple(end + 1 for end in by_hand(b, c, t)), "the half width is right"),
    ],
    "conclude": [
        (lambda low, high: low > 0, "a comparison gives"),
        (lambda low, high: (conclusion(low, high),), "a comma at the end"),
        (lambda low, high: "Better" if low > 0 else "worse" if high < 0 else "not shown", "spelt like that"),
        (lambda low, high: "better" if low > 0 else "worse" if high < 0 else None, "end in a `return`"),
        (lambda low, high: "better" if low > 1e-3 else "worse" if high < -1e-3 else "not shown", "no margin is wanted"),
        (lambda low, high: "not shown" if 0 in range(int(low), int(high) + 1) else conclusion(low, high), "wanted"),
        (lambda low, high: "not shown" if 0 in range(low, high) else conclusion(low, high), "raised TypeError"),
        (lambda low, high: (low, high), "ONE of the three words"),
        (lambda low, high: "better" if low > 0.01 else "worse" if high < 0 else "not shown", "its LOW end"),
    ],
    "dead_channels": [
        (lambda maps: (~(maps > 0).all(axis=(0, 1, 2))).sum(), "zero SOMEWHERE is not dead"),
        (lambda maps: (maps == 0).all(axis=(0, 1, 2)), "return how many are True"),
        (lambda maps: maps.sum(axis=(0, 1, 2)), "the sums of the channels"),
        (
            lambda maps: np.where((maps == 0).all(axis=(0, 1, 2))),
            "wanted one number, got a tuple of 1 thing: return HOW MANY",
        ),
        (lambda maps: (maps.max(axis=(0, 1, 2)) < 1e-6).sum(), "answers faintly is alive"),
        (lambda maps: sum(np.allclose(maps[..., c], 0) for c in range(maps.shape[-1])), "answers faintly is alive"),
        (lambda maps: (maps.std(axis=(0, 1, 2)) == 0).sum(), "the same everywhere need not be zero"),
        (lambda maps: len((maps == 0).all(axis=(0, 1, 2))), "how many channels there are"),
        (lambda maps: float((maps == 0).all(axis=(0, 1, 2)).sum()), "wanted a whole number"),
        (lambda maps: 100 + (maps == 0).all(axis=-1).sum(), "more than the 3 channels"),
        (lambda maps: (maps == 0).all(axis=(0, 1, 2, 4)).sum(), "raised AxisError"),
        (lambda maps: sum(1 for c in maps if not c.any()), "you counted pictures"),
    ],
    "debunk": [
        (lambda: SLIPS | {"A": "shift", "E": "no antialiasing"}, "A is not 'shift'"),
        (lambda: SLIPS | {"B": "leak", "D": "range"}, "B is not 'leak'"),
        (lambda: SLIPS | {"C": "shift", "E": "mean error"}, "C is not 'shift'"),
        (lambda: SLIPS | {"D": "mean error"}, "D is not 'mean error'"),
        (lambda: SLIPS | {"E": "mean error"}, "E is not 'mean error'"),
        (lambda: {"A": "shift"}, "the dict has no 'B'"),
        (lambda: SLIPS | {"C": "magic"}, "choose from"),
        (lambda: SLIPS | {"F": "leak"}, "no others"),
        (lambda: {slip: table for table, slip in SLIPS.items()}, "the wrong way round"),
        (lambda: list(SLIPS.values()), "wanted a dict"),
    ],
}
