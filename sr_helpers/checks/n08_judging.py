"""Checks of notebook 08: intervals, conclusions, dead channels, tables that cannot be right."""

import math

import numpy as np

from sr_helpers.checks import words
from sr_helpers.checks.engine import case, exercise, letters


def _paired_interval(base, changed, t=2.776):
    """The 95 % interval (low, high) of the mean difference changed - base, two lists of dB, paired by place."""
    d = np.asarray(changed) - np.asarray(base)
    half = t * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half


def _seeds(count, seed, more=0.1):
    """Two lists of dB whose differences have both signs."""
    rng = np.random.default_rng(seed)
    base = 32 + rng.normal(0, 0.2, count)
    return base.tolist(), (base + more + rng.normal(0, 0.15, count)).tolist()


def _interval(half, middle=np.mean):
    """An interval with another half width, or around another middle, of the differences d."""

    def interval(base, changed, t=2.776):
        d = np.subtract(changed, base)
        return middle(d) - half(d, t), middle(d) + half(d, t)

    return interval


def _half(d, t):
    return t * d.std(ddof=1) / math.sqrt(len(d))


def _apart(base, changed, t=2.776):
    middle = np.mean(changed) - np.mean(base)
    half = t * math.sqrt((np.var(base, ddof=1) + np.var(changed, ddof=1)) / len(base))
    return middle - half, middle + half


def _of_one(which):
    """Around the right middle, but with the spread of one of the two lists."""
    return lambda base, changed, t=2.776: tuple(
        np.mean(np.subtract(changed, base)) + sign * _half(np.array((base, changed)[which]), t) for sign in (-1, 1)
    )


def _each_its_own(base, changed, t=2.776):
    (low, high), (below, above) = (_paired_interval(0, values, t) for values in (changed, base))
    return low - above, high - below


def _spreads_apart(base, changed, t=2.776):
    middle, half = np.mean(changed) - np.mean(base), _half(np.array(changed), t) - _half(np.array(base), t)
    return middle - half, middle + half


def _all_divided(base, changed, t=2.776):
    d = np.subtract(changed, base)
    return tuple((d.mean() + sign * t * d.std(ddof=1)) / math.sqrt(len(d)) for sign in (-1, 1))


def _middle(ends):
    return (ends[0] + ends[1]) / 2


def _width(ends):
    return (ends[1] - ends[0]) / 2


def _near(one, other):
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-7)


def _rounded(answer, wanted, *case, **options):
    return any(np.allclose(answer, np.round(wanted, digits), rtol=0, atol=1e-9) for digits in range(5))


def _of_ends(change):
    return lambda base, changed, t=2.776: change(*_paired_interval(base, changed, t))


DDOF = "the standard deviation divides by n; from so few seeds it must divide by n - 1: see ddof."

paired_interval = exercise(
    _paired_interval,
    cases=[
        ([30.0, 30.5], [30.25, 30.5], 12.706),
        ([28.0, 29.0, 30.0], [29.0, 31.0, 33.0], 4.303),
        _seeds(5, 1),
        (*_seeds(4, 2, -0.05), 3.182),
        (*_seeds(9, 3), 2.306),
        case(*_seeds(6, 4), t=2.571),
    ],
    slips=[
        (_interval(lambda d, t: t * d.std() / math.sqrt(len(d))), DDOF),
        (_of_ends(lambda low, high: (-high, -low)), "the sign is turned round: wanted is changed - base."),
        (
            _interval(lambda d, t: t * d.std(ddof=1)),
            "that is the spread of single differences; that of their MEAN is smaller by sqrt(n).",
        ),
        (
            _interval(lambda d, t: t * d.std()),
            "that is the spread of single differences, by n; that of their MEAN is smaller by sqrt(n), and see ddof.",
        ),
        (_interval(lambda d, t: t * d.std(ddof=1) / len(d)), "divide by the square root of n, not by n."),
        (_interval(lambda d, t: t * d.std(ddof=1) * math.sqrt(len(d))), "divide by the root of n, do not multiply."),
        (
            _interval(lambda d, t: d.std(ddof=1) / math.sqrt(len(d))),
            "the factor t is missing: one standard error covers about two thirds, not 95 %.",
        ),
        (_interval(lambda d, t: d.std() / math.sqrt(len(d))), "the factor t is missing, and ddof=1."),
        (
            _interval(lambda d, t: 1.96 * d.std(ddof=1) / math.sqrt(len(d))),
            "1.96 is for many seeds; with few, use `t`.",
        ),
        (
            _interval(lambda d, t: 2.776 * d.std(ddof=1) / math.sqrt(len(d))),
            "2.776 is written into your function: use its argument `t`.",
        ),
        (_apart, "that compares two separate means; take the differences first, seed by seed."),
        (
            lambda base, changed, t=2.776: _paired_interval(np.sort(base), np.sort(changed), t),
            "the lists were sorted: the same place is the same seed, so leave the order as it is.",
        ),
        (
            lambda base, changed, t=2.776: _paired_interval(0, np.abs(np.subtract(changed, base)), t),
            "keep the sign of each difference: abs() turns worse into better.",
        ),
        (
            _interval(lambda d, t: t * d.var(ddof=1) / math.sqrt(len(d))),
            "that is the variance; its root, the standard deviation, is wanted.",
        ),
        (
            _interval(lambda d, t: t * math.sqrt(d.std(ddof=1)) / math.sqrt(len(d))),
            "std is the standard deviation already: no root of it.",
        ),
        (
            _interval(lambda d, t: t * d.std(ddof=1) / math.sqrt(len(d) - 1)),
            "`n - 1` belongs into the standard deviation; the root is of n.",
        ),
        (_interval(lambda d, t: t * d.std(ddof=1) / math.sqrt(5)), "the root of 5 is written in: n is len(base)."),
        (
            _interval(lambda d, t: t * d.std(ddof=1) / math.sqrt(len(d)) / 2),
            "that is half as wide: t * s / sqrt(n) lies on EITHER side of the mean.",
        ),
        (_interval(_half, np.median), "that is around the median; the interval of the mean lies around the mean."),
        (_interval(_half, np.sum), "that is around the sum of the differences; take their mean."),
        (_interval(_half, lambda d: 0), "that is around zero: it lies around the mean difference."),
        (
            _of_ends(lambda low, high: ((low + high) / 2, (high - low) / 2)),
            "that is the middle and the half width; return the two ends.",
        ),
        (_of_ends(lambda low, high: (high, low)), "low is above high: return the low end first."),
        (
            _of_ends(lambda low, high: (low, (low + high) / 2)),
            "the second number is the middle; the high end is wanted.",
        ),
        (
            lambda base, changed, t=2.776: (min(np.subtract(changed, base)), max(np.subtract(changed, base))),
            "those are the smallest and the largest difference: no interval of the mean.",
        ),
        (
            lambda base, changed, t=2.776: _paired_interval(0, np.divide(changed, base), t),
            "the difference is changed - base, not their quotient: dB are logarithms already.",
        ),
        (
            lambda base, changed, t=2.776: (np.mean(changed), np.mean(base)),
            "those are the two means; wanted is an interval of the difference.",
        ),
        (lambda base, changed, t=2.776: _paired_interval(0, changed, t), "base was not used: d is changed - base."),
        (_of_one(0), "that is the spread of `base` alone: the spread of the DIFFERENCES is wanted."),
        (_of_one(1), "that is the spread of `changed` alone: the spread of the DIFFERENCES is wanted."),
        (_each_its_own, "those are two intervals, one for each list: take the differences first, seed by seed."),
        (_spreads_apart, "the two spreads were subtracted: take the differences first, then their ONE spread."),
        (_all_divided, "the mean was divided by the root as well: only t * s is, put the brackets otherwise."),
        (
            lambda base, changed, t=2.776: tuple(np.percentile(np.subtract(changed, base), (2.5, 97.5))),
            "those are percentiles of the single differences: an interval of their MEAN is m -/+ t * s / sqrt(n).",
        ),
        (
            lambda base, changed, t=2.776: _paired_interval(0, np.subtract(changed, base) / base, t),
            "no share of base is asked for: dB are logarithms already, so changed - base is enough.",
        ),
        (
            _interval(lambda d, t: t * d.std(ddof=1) / math.sqrt(2 * len(d))),
            "n is the number of PAIRS, len(base): both lists together hold twice as many.",
        ),
        (_interval(lambda d, t: 1.96 * d.std() / math.sqrt(len(d))), f"1.96 is for many seeds: use `t`. And {DDOF}"),
        (
            _interval(lambda d, t: 2.776 * d.std() / math.sqrt(len(d))),
            f"2.776 is not always right: use `t`. And {DDOF}",
        ),
        (
            lambda base, changed, t=2.776: _interval(lambda d, t: t * d.std() / math.sqrt(len(d)))(changed, base, t),
            f"the sign is turned round: wanted is changed - base. And {DDOF}",
        ),
        (
            lambda base, changed, t=2.776: np.mean(np.subtract(changed, base)) - _half(np.subtract(changed, base), t),
            "that is the low end alone: return both, `return low, high`.",
        ),
        (
            lambda base, changed, t=2.776: np.mean(np.subtract(changed, base)),
            "that is the mean difference alone: return the two ends of the interval around it.",
        ),
        (
            lambda base, changed, t=2.776: _half(np.subtract(changed, base), t),
            "that is half the width alone: return the two ends, that far below and above the mean.",
        ),
    ],
    symptoms=[
        (_rounded, "right, but rounded: the next cells need all digits."),
        (
            lambda answer, wanted, *case, **options: answer[0] > answer[1],
            "low is above high: the low end, mean minus half width, comes first, and the half width is positive.",
        ),
        (
            lambda answer, wanted, *case, **options: _near(_middle(answer), _middle(wanted)),
            lambda answer, wanted, base, changed, t=2.776: (
                "the middle is right, the half width is not: t * s / sqrt(n), with n - 1 in s, is "
                f"{_width(wanted):.4g} for {len(base)} pairs and t = {t:g}; yours is {_width(answer):.4g}."
            ),
        ),
        (
            lambda answer, wanted, *case, **options: _near(_width(answer), _width(wanted)),
            lambda answer, wanted, *case, **options: (
                "the half width is right, the middle is not: the mean of changed - base is "
                f"{_middle(wanted):.4g}; yours is {_middle(answer):.4g}."
            ),
        ),
        (
            lambda answer, wanted, *case, **options: _near(_middle(answer), -_middle(wanted)),
            "the middle has the wrong sign, wanted is changed - base; and the half width is not t * s / sqrt(n).",
        ),
    ],
    tolerance=1e-6,
)


def _conclude(low, high):
    """What an interval of the difference allows to say: "better", "worse" or "not shown"."""
    if low > 0:
        return "better"
    return "worse" if high < 0 else "not shown"


def _with_a_margin(margin):
    return lambda low, high: "better" if low > margin else "worse" if high < -margin else "not shown"


def _where(low, high):
    return "lies above zero as a whole" if low > 0 else "lies below zero as a whole" if high < 0 else "holds zero"


def _spelling(answer, *case):
    """What is wrong with an answer that is none of the three words."""
    if isinstance(answer, tuple) and len(answer) == 1:
        return "a comma at the end of the line makes a tuple of it: return the word alone."
    if isinstance(answer, tuple | list):
        return f"return ONE of the three words, not {words.kind(answer)}."
    if isinstance(answer, bool | np.bool_):
        return f'a comparison gives {bool(answer)}: use it in an `if`, and answer "better", "worse" or "not shown".'
    shown = f", not {words.kind(answer).removeprefix('the text ')}"
    return f'answer "better", "worse" or "not shown", spelt like that{shown}.'


NO_MARGIN = "no margin is wanted, and no rounding: an interval a thousandth above zero lies above it as a whole."
HOLDS_ZERO = "an interval that holds zero shows nothing: no difference at all would fit it too."

conclude = exercise(
    _conclude,
    cases=[
        (0.02, 0.3),
        (-0.3, -0.02),
        (-0.1, 0.4),
        (-0.4, 0.1),
        (0.0, 0.2),
        (-0.2, 0.0),
        (0.0, 0.0),
        (0.0005, 0.002),
        (-0.002, -0.0005),
        (-0.0005, 0.002),
        (-0.002, 0.0005),
        (2.0, 3.5),
        (-7.0, -5.0),
        (-3.0, 4.0),
    ],
    slips=[
        (
            lambda low, high: "better" if low + high > 0 else "worse" if low + high < 0 else "not shown",
            f"do not go by the middle of the interval: {HOLDS_ZERO}",
        ),
        (
            lambda low, high: "better" if low + high > 0 else "worse",
            f"do not go by the middle of the interval: {HOLDS_ZERO}",
        ),
        (
            lambda low, high: "better" if low >= 0 else "worse" if high <= 0 else "not shown",
            "(0.0, 0.2) touches zero: it does not lie above or below it as a whole.",
        ),
        (
            lambda low, high: "better" if low >= 0 else "worse" if high < 0 else "not shown",
            "(0.0, 0.2) touches zero: it does not lie above it as a whole.",
        ),
        (
            lambda low, high: "better" if low > 0 else "worse" if high <= 0 else "not shown",
            "(-0.2, 0.0) touches zero: it does not lie below it as a whole.",
        ),
        (
            lambda low, high: "worse" if low > 0 else "better" if high < 0 else "not shown",
            "the interval is of changed - base in dB, and more dB is better: turn better and worse round.",
        ),
        (
            lambda low, high: "worse" if low < 0 else "better",
            "one end below zero is not enough for worse: the whole interval must lie there.",
        ),
        (
            lambda low, high: "better" if low > 0 else "worse",
            'there is a third answer: "not shown", where the interval holds zero.',
        ),
        (
            lambda low, high: "better" if low > 0 else "worse" if low < 0 else "not shown",
            "one end below zero is not enough for worse: the whole interval must lie there. Ask `high`.",
        ),
        (
            lambda low, high: "better" if high > 0 else "worse",
            "one end above zero is not enough for better: the whole interval must lie there.",
        ),
        (
            lambda low, high: "better" if high > 0 else "worse" if low < 0 else "not shown",
            "one end is not enough: the whole interval must lie there. The low end is above zero last.",
        ),
        (lambda low, high: "not shown", "some intervals lie above or below zero as a whole: there something is shown."),
        (
            lambda low, high: "better" if low > 0 else "not shown",
            'an interval below zero as a whole is "worse". Is it, and a later `else` overwrites it?',
        ),
        (
            lambda low, high: "worse" if high < 0 else "not shown",
            'an interval above zero as a whole is "better". Is it, and a later `else` overwrites it?',
        ),
        (_with_a_margin(0.01), NO_MARGIN),
        (
            _with_a_margin(0.1),
            "no margin is wanted, and no rounding: an interval a little above zero lies above it as a whole.",
        ),
        (
            lambda low, high: "not shown" if low < 0 and high > 0 else "better",
            'an interval below zero as a whole is "worse", and one that touches zero shows nothing.',
        ),
        (
            lambda low, high: "not shown" if low < 0 < high else "better" if low > 0 else "worse",
            "an interval that touches zero shows nothing: only one that lies below as a whole is worse.",
        ),
        (
            lambda low, high: "not shown" if low < 0 < high else "better" if high > 0 else "worse",
            "an interval that touches zero, as (0.0, 0.2), does not lie above it as a whole.",
        ),
        (
            lambda low, high: "not shown" if low < 0 or high > 0 else "worse",
            "`or` is true for nearly every interval: zero lies inside where low <= 0 AND high >= 0.",
        ),
        (
            lambda low, high: "better" if low and high > 0 else "worse" if low and high < 0 else "not shown",
            "`low and high > 0` compares `high` alone: each end needs a comparison of its own.",
        ),
        (
            lambda low, high: "better" if low * high > 0 else "not shown",
            'both ends on one side is right, but on which side? Below zero as a whole is "worse".',
        ),
        (
            lambda low, high: "not shown" if high - low > 0.5 else "better" if low > 0 else "worse",
            "the width of the interval decides nothing: ask where its ends lie, above or below zero.",
        ),
        (
            lambda low, high: "better" if high > low else "not shown",
            "high is above low in every interval: compare each end with zero.",
        ),
        (
            lambda low, high: "better" if low > 0 else "worse" if high > 0 else "not shown",
            "worse is where the whole interval lies BELOW zero: is the second comparison the right way round?",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, low, high: wanted == "not shown" and low * high == 0,
            "an interval that touches zero does not lie above or below it as a whole: is the comparison `<` or `<=`?",
        ),
        (
            lambda answer, wanted, low, high: wanted == "not shown",
            lambda answer, wanted, low, high: f"({low:g}, {high:g}) is not {answer!r}: {HOLDS_ZERO}",
        ),
        (
            lambda answer, wanted, low, high: wanted == "worse",
            'an interval below zero as a whole is "worse": its HIGH end tells that, compared with 0.',
        ),
        (
            lambda answer, wanted, low, high: wanted == "better",
            'an interval above zero as a whole is "better": its LOW end tells that, compared with 0.',
        ),
        (
            lambda answer, wanted, low, high: True,
            lambda answer, wanted, low, high: (
                f"({low:g}, {high:g}) {_where(low, high)}, so it is {wanted!r}; you say {answer!r}. Compare low AND "
                "high with zero."
            ),
        ),
    ],
    demands=[(lambda answer, low, high: answer in ("better", "worse", "not shown"), _spelling)],
)


def _dead_channels(maps):
    """How many channels of (N, h, w, C) are zero at every pixel of every picture."""
    alive = (maps > 0).any(axis=(0, 1, 2))
    return int((~alive).sum())


FAINT = 1e-15  # below any threshold, but no zero


def _maps(shape, dead, seed=0):
    """ReLU outputs: `dead` channels, one alive at one pixel of the first picture, one only after it, one never zero."""
    maps = np.maximum(np.random.default_rng(seed).normal(0, 1, shape), 0)
    maps[..., list(dead)] = 0
    rare, later, never = [c for c in range(shape[-1]) if c not in dead][:3]
    maps[..., rare] = 0
    maps[0, -1, 0, rare] = FAINT
    if shape[0] > 1:
        maps[0, ..., later] = 0
    maps[..., never] = 0.5  # the same everywhere: no spread at all
    return maps.astype(np.float32)


def _faint(maps):
    maps[..., 4] *= FAINT  # alive everywhere, but faintly
    return maps


def _lonely(maps):
    maps[-1, ..., 5] = 0  # not in the last picture
    maps[1, ..., 7] = 0
    maps[..., 6] = 0
    maps[1, 1, 1, 6] = 0.3  # loud, at one pixel
    return maps


def _counted(condition):
    """How many channels meet a condition on (maps == 0)."""
    return lambda maps: int(condition(maps == 0).sum())


ANY_PIXEL = "a channel that is zero SOMEWHERE is not dead: every ReLU channel is, at some pixel."
AGAIN = "you counted a channel again for every picture: it is dead when it is zero in all of them."

dead_channels = exercise(
    _dead_channels,
    cases=[
        (np.array([[[[0.0, 1.0, 0.25], [0.0, 0.5, 0.0]]]]),),
        (_faint(_maps((2, 5, 7, 6), (1,))),),
        (_lonely(_maps((3, 4, 6, 11), (0, 4, 8, 10))),),
        (_maps((1, 8, 3, 5), ()),),
        (_maps((4, 3, 5, 5), (3, 4), seed=1),),
        (np.zeros((2, 3, 4, 3)),),
    ],
    slips=[
        (lambda maps: int((maps > 0).any(axis=(0, 1, 2)).sum()), "you counted the living; the dead are the others."),
        (_counted(lambda zero: zero), "you counted the zeros; a channel is dead when ALL of its values are zero."),
        (_counted(lambda zero: zero.any(axis=(0, 1, 2))), ANY_PIXEL),
        (
            _counted(lambda zero: zero[0].all(axis=(0, 1))),
            "you looked at the first picture only; another may wake a channel up.",
        ),
        (
            _counted(lambda zero: zero[-1].all(axis=(0, 1))),
            "you looked at the last picture only; another may wake a channel up.",
        ),
        (_counted(lambda zero: zero.all(axis=(1, 2))), AGAIN),
        (
            _counted(lambda zero: zero.all(axis=(1, 2)).any(axis=0)),
            "a channel that is zero in ONE picture is not dead: it must be so in all of them.",
        ),
        (
            lambda maps: float((maps == 0).all(axis=(1, 2)).mean(axis=0).sum()),
            "that is how many are silent in a picture, on average: dead is what is zero in all of them.",
        ),
        (
            lambda maps: int(((maps > 0).mean(axis=(0, 1, 2)) < 0.05).sum()),
            "a channel that answers at one pixel is alive: no threshold is needed.",
        ),
        (
            lambda maps: int((maps.max(axis=(0, 1, 2)) < 0.01).sum()),
            "a channel that answers faintly is alive: compare with zero itself, no threshold (np.isclose has one).",
        ),
        (
            lambda maps: int((maps.mean(axis=(0, 1, 2)) < 0.01).sum()),
            "a channel whose mean is small is alive: it is dead when all of its values are zero.",
        ),
        (
            lambda maps: int((np.median(maps, axis=(0, 1, 2)) == 0).sum()),
            "a channel that is zero at half of the pixels is alive: it is dead when all of its values are zero.",
        ),
        (
            lambda maps: float((maps == 0).mean()),
            "that is the share of zeros: count channels, those without any other value.",
        ),
        (_counted(lambda zero: zero.all(axis=(1, 2, 3))), "you counted pictures: the channels are on the last axis."),
        (
            _counted(lambda zero: zero.all(axis=3)),
            "you counted pixels where all channels are zero: the channels are on the last axis.",
        ),
        (
            _counted(lambda zero: zero.all(axis=(0, 1))),
            "you counted a channel once for each column: the width, axis 2, belongs to its pixels too.",
        ),
        (
            _counted(lambda zero: zero.all(axis=(0, 2))),
            "you counted a channel once for each row: the height, axis 1, belongs to its pixels too.",
        ),
        (
            _counted(lambda zero: zero.all(axis=0)),
            "you counted a channel once for each pixel: rows and columns, axes 1 and 2, belong to it too.",
        ),
        (lambda maps: maps.shape[-1], "that is how many channels there are: count those that are zero everywhere."),
        (
            lambda maps: (maps == 0).all(axis=(0, 1, 2)),
            "that is True or False for each channel: return how many are True.",
        ),
        (
            lambda maps: (maps > 0).any(axis=(0, 1, 2)),
            "that is True or False for each channel, True for the living: return how many are dead.",
        ),
        (
            lambda maps: maps.sum(axis=(0, 1, 2)),
            "those are the sums of the channels: return how many of them are zero.",
        ),
        (lambda maps: maps.max(axis=(0, 1, 2)), "those are the channels' maxima: return how many of them are zero."),
        (
            lambda maps: int((maps.max(axis=(0, 1, 2)) == maps.min(axis=(0, 1, 2))).sum()),
            "a channel that is the same everywhere need not be zero: one that is 0.5 at every pixel is alive.",
        ),
        (
            lambda maps: np.flatnonzero((maps == 0).all(axis=(0, 1, 2))),
            "those are the numbers of the dead channels: return how many they are.",
        ),
        (lambda maps: (maps == 0).sum(axis=(0, 1, 2)), "those are the zeros of each channel: is every value one?"),
        (
            lambda maps: float((maps == 0).all(axis=(0, 1, 2)).mean()),
            "that is the share of dead channels: return how many they are, not their mean.",
        ),
        (_counted(lambda zero: zero.all(axis=(0, 2, 3))), "you counted rows: the channels are on the last axis."),
        (_counted(lambda zero: zero.all(axis=(0, 1, 3))), "you counted columns: the channels are on the last axis."),
        (
            lambda maps: sum(not maps[:, c].any() for c in range(maps.shape[-1])),
            "maps[:, c] is a row: the channels are on the last axis, maps[..., c].",
        ),
        (
            lambda maps: 64 - int((maps > 0).any(axis=(0, 1, 2)).sum()),
            "64 is written in: how many channels there are is maps.shape[-1].",
        ),
        (
            lambda maps: -int((maps > 0).any(axis=(0, 1, 2)).sum()),
            "`-` makes -1 of True: `~` turns True and False round.",
        ),
        (
            lambda maps: int((maps > 0).any(axis=(1, 2)).sum()),
            "you counted the living, and again for every picture: the dead are wanted, in all pictures together.",
        ),
        (
            lambda maps: int(not maps[..., -1].any()),
            "that tells of the last channel only: the counter starts at 0 once, before the loop.",
        ),
        (lambda maps: int(not maps[..., 0].any()), "that tells of the first channel only: the loop ends too early."),
        (
            _counted(lambda zero: zero[:, zero.shape[1] // 2, zero.shape[2] // 2].all(axis=0)),
            "you looked at the middle pixel only: a channel is dead when it is zero at ALL of them.",
        ),
        (
            _counted(lambda zero: zero[:, 0, 0].all(axis=0)),
            "you looked at the first pixel only: a channel is dead when it is zero at ALL of them.",
        ),
        (lambda maps: 0 * len(maps), "0 for all maps: is the count kept, as in `count += 1`, and is anything == 0?"),
    ],
    symptoms=[
        (
            lambda answer, wanted, maps: answer > maps.shape[-1],
            lambda answer, wanted, maps: (
                f"{answer} is more than the {maps.shape[-1]} channels: one answer for each channel, over pictures, "
                "rows and columns together, axis=(0, 1, 2)."
            ),
        ),
        (
            lambda answer, wanted, maps: answer > wanted,
            lambda answer, wanted, maps: (
                f"{answer} are too many, {wanted} of {maps.shape[-1]} channels are dead: one value above zero, at any "
                "pixel of any picture, and the channel is alive."
            ),
        ),
        (
            lambda answer, wanted, maps: answer < wanted,
            lambda answer, wanted, maps: (
                f"{answer} are too few, {wanted} of {maps.shape[-1]} channels are dead: are all channels looked at, "
                "and counted where ALL of their values are zero?"
            ),
        ),
    ],
    demands=[
        (
            lambda answer, maps: np.ndim(answer) == 0,
            lambda answer, *case: f"wanted one number, got {words.kind(answer)}: return HOW MANY channels are dead.",
        ),
    ],
)


SLIPS = {"A": "no antialiasing", "B": "range", "C": "mean error", "D": "leak", "E": "shift"}
LOOK = {
    "A": "the network falls below bicubic. What could make a trained network worse than none?",
    "B": "both rows are far too high, and the gain is exactly the right one. Which slip adds the same to everything?",
    "C": "compare with the right table: both rows are a little lower, the gain is larger than it should be.",
    "D": "its bicubic row is right to the last digit, so the protocol is. What is wrong with its network?",
    "E": "both rows are low, and the gain is gone. Which slip hurts a sharp picture as much as a soft one, or more?",
}


def _debunk():
    """The slip behind each table: "A" to "E" -> "range", "shift", "no antialiasing", "leak" or "mean error"."""
    return dict(SLIPS)


debunk = exercise(
    _debunk,
    cases=[()],
    symptoms=letters(SLIPS, LOOK),
    demands=[
        (
            lambda answer: not (isinstance(answer, dict) and set(answer) & set(SLIPS.values())),
            'the wrong way round: the letters are the keys, as in {"A": "leak", ...}.',
        ),
        (
            lambda answer: not (isinstance(answer, dict) and set(answer) == set("abcde")),
            'the letters are capitals: {"A": ..., "B": ...}.',
        ),
        (
            lambda answer: isinstance(answer, dict),
            lambda answer, *_: f'wanted a dict, {{"A": ..., "B": ...}}, got {words.kind(answer)}.',
        ),
    ],
)
