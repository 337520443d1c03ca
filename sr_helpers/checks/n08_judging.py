"""Checks of notebook 08: intervals, conclusions, dead channels, tables that cannot be right."""

import math

import numpy as np

from sr_helpers import statistics
from sr_helpers.checks.verdict import call, close, expect, judge


def paired_interval(function):
    """Check `paired_interval(base, changed, t)`: the 95 % interval (low, high) of the mean paired difference."""

    def examine(learner):
        rng = np.random.default_rng(8)
        for count, t in ((5, 2.776), (4, 3.182), (9, 2.306)):
            base = 32 + rng.normal(0, 0.2, count)
            changed = base + 0.1 + rng.normal(0, 0.12, count)  # differences of both signs
            answer = call(learner, base.tolist(), changed.tolist(), t)
            expect(isinstance(answer, tuple | list | np.ndarray) and len(answer) == 2, "return two numbers, (low, high).")
            d = changed - base
            middle, s = d.mean(), d.std(ddof=1)
            wide, narrow = t * s, t * s / math.sqrt(count)

            def given_by(middle, half, answer=answer):
                return close(answer, (middle - half, middle + half), 1e-9)

            expect(not close(answer, (middle, narrow), 1e-9), "that is the middle and the half width; return the two ends.")
            expect(not given_by(-middle, narrow), "the sign is turned round: wanted is changed - base.")
            expect(
                not given_by(middle, narrow * math.sqrt((count - 1) / count)),
                "the standard deviation divides by n; from so few seeds it must divide by n - 1: see ddof.",
            )
            expect(not given_by(middle, wide), "that is the spread of single differences; that of their MEAN is smaller by sqrt(n).")
            expect(not given_by(middle, wide / count), "divide by the square root of n, not by n.")
            expect(not given_by(middle, s / math.sqrt(count)), "the factor t is missing: one standard error covers about two thirds, not 95 %.")
            expect(not given_by(middle, 1.96 * s / math.sqrt(count)), "1.96 is for many seeds; with few, use `t`.")
            expect(
                t == 2.776 or not given_by(middle, 2.776 * s / math.sqrt(count)), "2.776 is written into your function: use its argument `t`."
            )
            apart = math.sqrt((base.var(ddof=1) + changed.var(ddof=1)) / count)
            lost = np.abs(d)
            expect(
                (d > 0).all() or not given_by(lost.mean(), t * lost.std(ddof=1) / math.sqrt(count)), "keep the sign of each difference: abs() turns worse into better."
            )
            expect(not given_by(middle, t * d.var(ddof=1) / math.sqrt(count)), "that is the variance; its root, the standard deviation, is wanted.")
            expect(not given_by(middle, t * s / math.sqrt(count - 1)), "`n - 1` belongs into the standard deviation; the root is of n.")
            expect(not given_by(middle, t * apart), "that compares two separate means; take the differences first, seed by seed.")
            low, high = answer
            expect(low <= high, "low is above high: return the low end first.")
            expect(
                given_by(middle, narrow),
                f"for differences {', '.join(f'{x:.3f}' for x in d[:3])}, ... and t = {t} the interval is "
                f"({middle - narrow:.4f}, {middle + narrow:.4f}), not ({float(low):.4f}, {float(high):.4f}).",
            )

    def reference(base, changed, t=2.776):
        return statistics.interval_of_the_mean(base, changed, t)

    reference.__name__ = "paired_interval"
    return judge(function, reference, examine)


def conclude(function):
    """Check `conclude(low, high)`: "better", "worse" or "not shown"."""

    def examine(learner):
        for low, high in ((0.02, 0.3), (-0.3, -0.02), (-0.1, 0.4), (-0.4, 0.1), (0.0, 0.2), (-0.2, 0.0)):
            answer = call(learner, low, high)
            expect(answer in ("better", "worse", "not shown"), f'answer "better", "worse" or "not shown", not {answer!r}.')
            right = reference(low, high)
            both = {call(learner, -0.1, 0.4), call(learner, -0.4, 0.1)} if low < 0 < high else set()
            expect(both != {"worse"}, f"({low}, {high}): one end below zero is not enough, the whole interval must lie there.")
            expect(both != {"better"}, f"({low}, {high}): one end above zero is not enough, the whole interval must lie there.")
            expect(
                (right, answer) not in (("better", "worse"), ("worse", "better")),
                f"({low}, {high}) is an interval of changed - base in dB, and more dB is better: turn better and worse round.",
            )
            expect(
                0 in (low, high) or right != "not shown" or answer == right,
                f"({low}, {high}) holds zero: no difference at all would fit it too. Do not go by the middle of the interval.",
            )
            expect(
                0 not in (low, high) or answer == right, f"({low}, {high}) touches zero: it does not lie above or below it as a whole."
            )
            expect(answer == right, f"({low}, {high}) does not hold zero: something is shown.")

    def reference(low, high):
        return statistics.conclusion(low, high)

    reference.__name__ = "conclude"
    return judge(function, reference, examine)


def dead_channels(function):
    """Check `dead_channels(maps)`: how many channels of (N, h, w, C) are zero at every pixel of every picture."""

    def examine(learner):
        rng = np.random.default_rng(3)
        for shape, dead in (((2, 5, 7, 6), (1,)), ((3, 4, 6, 11), (0, 4, 10)), ((1, 8, 3, 5), ())):
            maps = np.maximum(rng.normal(0, 1, shape), 0)
            maps[..., list(dead)] = 0
            alive = [c for c in range(shape[-1]) if c not in dead]
            rare, absent = alive[0], alive[1]
            maps[..., rare] = 0
            maps[-1, -1, 0, rare] = 0.001  # one pixel of one picture: alive
            if shape[0] > 1:
                maps[0, ..., absent] = 0  # zero in the first picture only: alive
            answer = call(learner, maps)
            quiet = maps == 0
            expect(np.ndim(answer) == 0, "return one number, how many channels are dead.")
            expect(
                answer != shape[-1] - len(dead) or 2 * len(dead) == shape[-1], "you counted the living channels; the dead are the others."
            )
            expect(answer != quiet.sum(), "you counted the zeros; a channel is dead when ALL of its values are zero.")
            expect(
                answer != quiet.any(axis=(0, 1, 2)).sum() or not alive,
                "a channel that is zero SOMEWHERE is not dead: every ReLU channel is, at some pixel.",
            )
            expect(
                shape[0] == 1 or answer != quiet[0].all(axis=(0, 1)).sum(), "you looked at the first picture only; another may wake a channel up."
            )
            expect(
                shape[0] == 1 or answer != quiet.all(axis=(1, 2)).sum(),
                "you counted a channel again for every picture: it is dead when it is zero in all of them.",
            )
            expect(
                answer != ((maps > 0).mean(axis=(0, 1, 2)) < 0.05).sum(),
                "a channel that answers at one pixel is alive: no threshold is needed.",
            )
            expect(answer == len(dead), f"of these {shape[-1]} channels {len(dead)} are dead, not {answer}.")

    def reference(maps):
        return int((~(maps > 0).any(axis=(0, 1, 2))).sum())

    reference.__name__ = "dead_channels"
    return judge(function, reference, examine)


SLIPS = {"A": "no antialiasing", "B": "range", "C": "mean error", "D": "leak", "E": "shift"}
LOOK = {
    "A": "the network falls below bicubic. What could make a trained network worse than none?",
    "B": "both rows are far above 59 dB, and the gain is exactly the right one. Which slip adds the same number to everything?",
    "C": "compare with the right table: both rows are a little lower, the gain is larger than it should be.",
    "D": "its bicubic row is right to the last digit, so the protocol is. What is wrong with its network?",
    "E": "both rows are low, and the gain is gone. Which slip hurts a sharp picture as much as a soft one, or more?",
}


def debunk(function):
    """Check `debunk()`: a dict, table A to E -> the slip that made it."""

    def examine(learner):
        answer = call(learner)
        expect(isinstance(answer, dict), 'return a dict, as {"A": "leak", ...}.')
        missing = sorted(set(SLIPS) - set(answer))
        expect(not missing, f"nothing said about {', '.join(missing)}.")
        unknown = sorted({str(slip) for slip in answer.values()} - set(SLIPS.values()))
        expect(not unknown, f"{', '.join(unknown)}: choose from {', '.join(sorted(SLIPS.values()))}.")
        for table, slip in SLIPS.items():
            expect(answer[table] == slip, f"table {table} is not {answer[table]!r}: {LOOK[table]}")

    def reference():
        return dict(SLIPS)

    reference.__name__ = "debunk"
    return judge(function, reference, examine)
