"""Notebook 10: other right answers, random arguments, wrong answers with a piece of their sentence."""

import statistics

import numpy as np
from scipy import stats

from sr_helpers.checks.n10_your_experiment import _experiment
from sr_helpers.statistics import STUDENT_T, conclusion


def by_loops(psnr):
    best = [max(row[j] for row in psnr) for j in range(len(psnr[0]))]
    regrets = [max(best[j] - value for j, value in enumerate(row)) for row in psnr]
    return regrets.index(min(regrets))


def error_by_loops(guess, candidates):
    return sum(((candidate - guess) ** 2).mean() for candidate in candidates) / len(candidates)


def added_up(gradients, sizes):
    total = np.zeros_like(gradients[0])
    for k in range(len(sizes)):
        total = total + sizes[k] / sum(sizes) * gradients[k]
    return total


def in_place(gradients, sizes):
    for k in range(len(sizes)):
        gradients[k] *= sizes[k]
    return sum(gradients) / sum(sizes)


def form(protocol, results, leaks_found, factor=1.0, verdict=None, rows=lambda d: d):
    d = rows([results["changed"][seed] - results["base"][seed] for seed in protocol["seeds"]])
    half = factor * STUDENT_T[len(d)] * statistics.stdev(d) / len(d) ** 0.5
    low, high = statistics.mean(d) - half, statistics.mean(d) + half
    said = "better" if low > 0 else "worse" if high < 0 else "not shown"
    return {"protocol": protocol, "seeds": list(protocol["seeds"]), "interval": [low, high],
            "verdict": verdict or ("invalid" if len(leaks_found) > 0 else said)}  # fmt: skip


def item_by_item(protocol, results, leaks_found):
    """Filled one entry after the other; the seeds as a tuple."""
    filled = {"verdict": form(protocol, results, leaks_found)["verdict"]}
    filled["protocol"], filled["seeds"] = dict(protocol), tuple(protocol["seeds"])
    filled["interval"] = np.array(form(protocol, results, leaks_found)["interval"])
    return filled


def without(key):
    def result_form(protocol, results, leaks_found):
        return {k: v for k, v in form(protocol, results, leaks_found).items() if k != key}

    return result_form


def emptied(protocol, results, leaks_found):
    results["changed"].pop(protocol["seeds"][-1])
    return form({**protocol, "seeds": protocol["seeds"][:-1]}, results, leaks_found)


def drawn_table(rng):
    return (rng.uniform(20, 35, rng.integers(2, 6, 2)),)


def drawn_candidates(rng):
    shape = rng.integers(1, 5, 2)
    return rng.random(shape), rng.random((int(rng.integers(1, 6)), *shape))


def drawn_gradients(rng):
    shape = rng.integers(1, 4, int(rng.integers(1, 3)))
    sizes = [int(size) for size in rng.integers(1, 9, int(rng.integers(1, 5)))]
    return [rng.normal(0, 1, shape) for _ in sizes], sizes


def drawn_experiment(rng):
    base = rng.normal(28, 0.2, int(rng.integers(3, 8)))
    changed = base + rng.normal(rng.normal(0, 0.3), 0.2, len(base))
    return _experiment(base.tolist(), changed.tolist(), [("a", "b", "same pixels")] * int(rng.random() < 0.2))


def form_of(protocol, results, t, verdict):
    """The form, with another Student's t or another verdict."""
    d = np.array([results["changed"][seed] - results["base"][seed] for seed in protocol["seeds"]])
    half = t(len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = float(d.mean() - half), float(d.mean() + half)
    return {"protocol": protocol, "seeds": protocol["seeds"], "interval": (low, high), "verdict": verdict(low, high)}


def with_t_to_all_digits(protocol, results, leaks_found):
    def verdict(low, high):
        return "invalid" if leaks_found else conclusion(low, high)

    return form_of(protocol, results, lambda freedom: stats.t.ppf(0.975, freedom), verdict)


def counting_one_leak(protocol, results, leaks_found):
    def verdict(low, high):
        return "invalid" if len(leaks_found) == 1 else conclusion(low, high)

    return form_of(protocol, results, lambda freedom: STUDENT_T[freedom + 1], verdict)


RIGHT = {
    "safest": [by_loops, lambda p: np.argmin(np.max(np.max(p, axis=0) - p, axis=1))],
    "expected_error": [
        error_by_loops,
        lambda g, c: ((c - g) ** 2).mean(axis=(1, 2)).mean(),
        lambda g, c: np.square(g[None] - c).sum() / c.size,
        lambda g, c: float(np.var(c, axis=0).mean() + ((g - c.mean(axis=0)) ** 2).mean()),
    ],
    "shared_gradient": [lambda g, n: np.average(g, axis=0, weights=n), added_up],
    "result_form": [form, item_by_item, with_t_to_all_digits],
}
DRAW = {
    "safest": drawn_table,
    "expected_error": drawn_candidates,
    "shared_gradient": drawn_gradients,
    "result_form": drawn_experiment,
}
WRONG = {
    "safest": [
        (lambda p: int(np.round(p.max(axis=0) - p, 1).max(axis=1).argmin()), "hundredths of a dB count"),
        (lambda p: int((p[:5].max(axis=0) - p[:5]).max(axis=1).argmin()), "any number of rows and columns"),
        (lambda p: 9, "return the number of a row"),
        (lambda p: -1, "return the number of a row"),
        (lambda p: "for noise", "return the number of a row"),
        (lambda p: p[(p.max(axis=0) - p).max(axis=1).argmin()], "return the number of a row"),
        (lambda p: (p.max(axis=0) - p).max(axis=1).argmin() * 1.0, "wanted a whole number"),
        (lambda p: 1, "wanted"),
        (lambda p: (p.max(axis=2) - p).argmin(), "raised AxisError"),
        (lambda p: 1 + by_loops(p), "rows are counted from zero"),
        (lambda p: (p.max(axis=0) - p).max(axis=0).argmin(), "that is a column"),
    ],
    "expected_error": [
        (lambda g, c: float(np.mean((np.unique(c, axis=0) - g) ** 2)), "two candidates may be alike"),
        (lambda g, c: float(np.mean(np.minimum((c - g) ** 2, 1))), "wanted 5.411, got 0.8385"),
        (lambda g, c: np.mean((g - c) ** 2, axis=0), "average over the pixels too"),
        (lambda g, c: [((g - x) ** 2).mean() for x in c], "wanted one number, got a list"),
        (lambda g, c: np.mean((g - c) ** 2) * 2, "2 times"),
        (lambda g, c: round(float(np.mean((g - c) ** 2)), 2), "rounded to 2 digits"),
        (lambda g, c: np.mean((g - c) ^ 2), "raised TypeError"),
        (lambda g, c: np.mean((g - c.T) ** 2), "raised"),
        (lambda g, c: np.mean((c[1:] - g) ** 2), "wanted"),
        (lambda g, c: np.subtract(c, g, out=c).mean(), "in place"),
        (lambda g, c: min(np.mean((g - x) ** 2) for x in c), "luckiest candidate"),
    ],
    "shared_gradient": [
        (lambda g, n: np.clip(sum(x * k for x, k in zip(g, n, strict=True)) / sum(n), -10, 10), "nothing is clipped"),
        (in_place, "changes its argument `gradients` in place"),
        (lambda g, n: [x * k for x, k in zip(g, n, strict=True)], "wanted one NumPy array, got a list"),
        (lambda g, n: np.average(g, weights=n, axis=0).mean(), "averaged too"),
        (lambda g, n: sum(g * n) / sum(n), "raised TypeError"),
        (lambda g, n: sum(x * k for x, k in zip(g, n, strict=True)) / 8, "a batch of 8 only"),
        (lambda g, n: np.average(g, axis=0, weights=n).astype(np.float16), "half"),
        (lambda g, n: -np.average(g, axis=0, weights=n), "the sign is turned round"),
        (lambda g, n: np.average(g, axis=1, weights=n), "raised"),
        (lambda g, n: float(np.average(g, axis=0, weights=n)[0]), "wanted one NumPy array, got the number"),
    ],
    "result_form": [
        (counting_one_leak, "the leak scan found something: 'invalid', not"),
        (without("verdict"), "the dict has no 'verdict'"),
        (without("interval"), "the dict has no 'interval'"),
        (emptied, "changes its argument `results` in place"),
        (lambda *a: form(*a)["verdict"], "wanted a dict, got the text"),
        (lambda *a: form(*a, verdict="proven"), "nothing: 'better', not 'proven'"),
        (lambda *a: form(*a, factor=0.5), "0.038 dB wide, not 0.076"),
        (lambda *a: form(*a) | {"interval": float(np.mean(form(*a)["interval"]))}, "wanted 2 things, got the number"),
        (lambda *a: form(*a) | {"interval": form(*a)["interval"][::-1]}, "low comes first"),
        (lambda *a: form(*a, rows=lambda d: sorted(d)[1:]), "a seed that went badly was left out"),
        (lambda p, r, found: form(p, {"base": r["changed"], "changed": r["base"]}, found), "turned round"),
        (lambda p, r, found: form(p, r["results"], found), "raised KeyError"),
    ],
}
