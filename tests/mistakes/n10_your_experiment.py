"""Notebook 10: a right answer written another way, and mistakes with a piece of the message each must get."""

import math
import statistics

import numpy as np

T = {3: 4.303, 4: 3.182, 5: 2.776}


def safest_by_loops(psnr):
    best = [max(row[j] for row in psnr) for j in range(len(psnr[0]))]
    regrets = [max(best[j] - value for j, value in enumerate(row)) for row in psnr]
    return regrets.index(min(regrets))


def error_by_loops(guess, candidates):
    return sum(((candidate - guess) ** 2).mean() for candidate in candidates) / len(candidates)


def interval(base, changed, t=None, sign=1):
    d = [sign * (c - b) for b, c in zip(base, changed, strict=True)]
    half = (t or T[len(d)]) * statistics.stdev(d) / math.sqrt(len(d))
    return [statistics.mean(d) - half, statistics.mean(d) + half]


def form(protocol, seeds, base, changed, found, between=None, verdict=None, leaks=True):
    low, high = between or interval(base, changed)
    said = verdict or ("better" if low > 0 else "worse" if high < 0 else "not shown")
    return {"protocol": protocol, "seeds": seeds, "interval": (low, high), "verdict": "invalid" if found and leaks else said}


def with_a_margin(low, high):
    return "better" if low > 0.1 else "worse" if high < -0.1 else "not shown"


CASES = {
    "safest": (
        safest_by_loops,
        [
            (lambda p: p.min(axis=1).argmax(), "take regrets, not PSNRs"),
            (lambda p: (p.max(axis=0) - p).max(axis=1).argmax(), "LARGEST worst regret"),
            (lambda p: (p.max(axis=0) - p).max(axis=1).min(), "return the ROW"),
            (lambda p: (p.max(axis=1, keepdims=True) - p).max(axis=1).argmin(), "compare down a column"),
            (lambda p: (p.max(axis=0) - p).mean(axis=1).argmin(), "best on average"),
            (lambda p: 9, "number of a row"),
            (lambda p: (p.max(axis=0) - p).max(axis=1), "return one number"),
            (lambda p: 1, "the largest regrets are"),
        ],
    ),
    "expected_error": (
        error_by_loops,
        [
            (lambda g, c: np.mean((g - c.mean(axis=0)) ** 2), "square first, then average"),
            (lambda g, c: np.mean(g - c), "cancel"),
            (lambda g, c: np.mean(np.abs(g - c)), "absolute error"),
            (lambda g, c: np.mean(g - c) ** 2, "averaged before it was squared"),
            (lambda g, c: np.var(c), "whatever the guess"),
            (lambda g, c: -10 * np.log10(np.mean((g - c) ** 2)), "in dB"),
            (lambda g, c: np.sum((g - c) ** 2), "sum over all pixels"),
            (lambda g, c: np.sum((g - c) ** 2) / len(c), "the pixels are summed"),
            (lambda g, c: np.mean(np.sum((g - c) ** 2, axis=0)), "the candidates are summed"),
            (lambda g, c: max(np.mean((g - x) ** 2) for x in c), "worst candidate"),
            (lambda g, c: min(np.mean((g - x) ** 2) for x in c), "luckiest candidate"),
            (lambda g, c: np.sqrt(np.mean((g - c) ** 2)), "root is too much"),
            (lambda g, c: np.mean((g - c[0]) ** 2), "one candidate only"),
            (lambda g, c: np.mean((g - c) ** 2, axis=0), "return one number"),
        ],
    ),
    "shared_gradient": (
        lambda gradients, sizes: np.average(gradients, axis=0, weights=sizes),
        [
            (lambda g, n: np.mean(g, axis=0), "the plain mean gives"),
            (lambda g, n: np.sum(g, axis=0), "longer with every device"),
            (lambda g, n: sum(x * k for x, k in zip(g, n, strict=True)), "not divided by the whole batch"),
            (lambda g, n: sum(x * k for x, k in zip(g, n, strict=True)) / len(n), "PATCHES in the batch"),
            (lambda g, n: g[0], "others work in vain"),
            (lambda g, n: sum(g) / sum(n), "multiply by the sizes"),
            (lambda g, n: np.average(g, axis=0, weights=[1 / k for k in n]), "you divided by the sizes"),
            (lambda g, n: [x * k for x, k in zip(g, n, strict=True)], "return one NumPy array"),
            (lambda g, n: np.average(g, weights=n, axis=0).mean(), "shape of one gradient"),
        ],
    ),
    "result_form": (
        form,
        [
            (lambda *a: form(*a, leaks=False), "not 'better'"),
            (lambda *a: form(*a, leaks=form(*a, leaks=False)["verdict"] == "better"), "not 'worse'"),
            (lambda *a: form(*a, verdict=with_a_margin(*interval(*a[2:4]))), "(0.02, 0.06) dB does not hold zero"),
            (lambda *a: form(*a, between=interval(*a[2:4], t=2.776)), "2.776 is for five pairs"),
            (lambda *a: form(*a, between=interval(*a[2:4], t=1.96)), "1.96 is for many"),
            (lambda *a: form(*a, between=interval(*a[2:4], t=1)), "where is t"),
            (lambda *a: form(*a, between=interval(*a[2:4], sign=-1)), "the interval is turned round"),
            (lambda p, s, b, c, f: form(p, s, b, c, f, (min(np.subtract(c, b)), max(np.subtract(c, b)))), "smallest and largest"),
            (lambda *a: form(*a, verdict="better"), "more dB is better"),
            (lambda p, s, b, c, f: form(p, s, b, c, f, verdict="better" if np.mean(c) > np.mean(b) else "worse"), "holds zero, and was called"),
            (lambda p, s, b, c, f: form(p, s, b, c, f, verdict="not shown"), "something is shown"),
            (lambda p, s, b, c, f: form(p, s, b, c, f, verdict="proven"), "the verdict is one of"),
            (lambda p, s, b, c, f: form(p, s, b, c, f, verdict="invalid"), "nothing leaked here"),
            (lambda p, s, b, c, f: form(p, s[:-1], b, c, f), "every seed that was run"),
            (lambda p, s, b, c, f: form(p, len(s), b, c, f), "the numbers of the seeds"),
            (lambda *a: form(*a, between=interval(*a[2:4], t=T[len(a[1])] * math.sqrt((len(a[1]) - 1) / len(a[1])))), "see ddof"),
            (lambda p, s, b, c, f: form({"scale": 3}, s, b, c, f), "hand the protocol on"),
            (lambda p, s, b, c, f: {k: v for k, v in form(p, s, b, c, f).items() if k != "verdict"}, "has no verdict"),
            (lambda p, s, b, c, f: form(p, s, b, c, f)["verdict"], "return a dict"),
        ],
    ),
}
