"""What a few paired measurements allow to say: an interval of the mean, and a conclusion. Built in notebook 08."""

import math

import numpy as np

# Student's t for a 95 % interval from n values: the 0.975 quantile with n - 1 degrees of freedom.
STUDENT_T = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


def interval_of_the_mean(base, changed, t=None):
    """(low, high): the interval of the mean paired difference changed - base, in the values' own unit.

    `base` and `changed` hold one value for each seed, in the same order. `t` is Student's t for as many pairs; left
    out, it is that of 95 %. Raises ValueError for fewer than two pairs, unequal numbers of them, or more than ten
    without `t`.

    >>> low, high = interval_of_the_mean([30.0, 30.2, 30.1], [30.1, 30.4, 30.1])
    >>> print(f"{low:.2f} to {high:.2f}")
    -0.15 to 0.35
    """
    if len(base) != len(changed) or len(base) < 2:
        raise ValueError(f"an interval needs at least two pairs of values, got {len(base)} and {len(changed)}")
    if t is None and len(base) not in STUDENT_T:
        raise ValueError(
            f"no t is stored for {len(base)} pairs: pass t, the 0.975 quantile for {len(base) - 1} degrees of freedom"
        )
    t = STUDENT_T[len(base)] if t is None else t
    d = np.subtract(changed, base)
    half = t * d.std(ddof=1) / math.sqrt(len(d))
    return float(d.mean() - half), float(d.mean() + half)


def conclusion(low, high):
    """What an interval of changed - base allows to say: "better", "worse" or, when it holds zero, "not shown".

    >>> conclusion(-0.15, 0.35)
    'not shown'
    """
    return "better" if low > 0 else "worse" if high < 0 else "not shown"
