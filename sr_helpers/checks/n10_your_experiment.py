"""Checks of notebook 10: the safest network, the error to expect of a guess, shared gradients, the result form."""

import functools
import math

import numpy as np

from sr_helpers import statistics
from sr_helpers.checks.engine import case, exercise, fractions


def _safest(psnr):
    """The row (method) whose largest regret over the columns (degradations) is the smallest."""
    regret = psnr.max(axis=0) - psnr
    return int(regret.max(axis=1).argmin())


def _regret(psnr):
    return psnr.max(axis=0) - psnr


def _row(choose):
    """A row chosen otherwise, from (table, regrets)."""
    return lambda psnr: int(choose(psnr, _regret(psnr)))


SIX = [[29, 29, 25], [30, 29, 25.5], [26, 33, 27], [27.5, 28.5, 22.5], [28.5, 31.5, 23.75], [26.5, 31, 26.5]]

safest = exercise(
    _safest,
    cases=[
        (np.array([[30.0, 20.0], [27.0, 24.0]]),),
        (np.array(SIX),),  # every slip picks a row of its own here
        (np.array([[28.0, 33.0, 20.0], [29.0, 31.0, 21.0]]),),
        (np.array([[30.0, 20.0], [27.0, 24.0], [20.0, 14.0]]),),  # the last is bad everywhere, and evenly so
        (np.array([[40.0, 10.0], [15.0, 38.0], [25.0, 25.0]]),),  # all regrets are above 10
        (np.array([[30.0, 20.0], [29.8, 20.4]]),),  # regrets below 1 count, unrounded
        (28 + 8 * fractions(4, 3),),
        (28 + 8 * fractions(4, 4, seed=3),),
        (28 + 8 * fractions(5, 2, seed=6),),
        (28 + 8 * fractions(3, 5, seed=8),),
        (28 + 8 * fractions(6, 4, seed=9),),
        case(np.array([[30.0, 20.0], [29.98, 20.03], [29.96, 20.01]]), why="hundredths of a dB count: round nothing."),
        case(np.array([[60.0, 10.0], [15.0, 58.0], [37.0, 33.0]]), why="regrets may be large: no number is a bound."),
        case(28 + 8 * fractions(9, 3, seed=11), why="a table may have any number of rows and columns."),
    ],
    slips=[
        (_row(lambda p, r: p.min(axis=1).argmax()),
         "some columns are harder for every network: a regret is the best of its own COLUMN less the entry."),
        (_row(lambda p, r: p.mean(axis=1).argmax()),
         "the best on average can fail badly on one column: go by each row's worst regret."),
        (_row(lambda p, r: p.max(axis=1).argmax()),
         "that is the row of the highest PSNR of all: go by each row's worst regret."),
        (_row(lambda p, r: p.max(axis=1).argmin()),
         "those are the rows' best PSNRs: regrets are wanted, max(axis=0) less the table."),
        (_row(lambda p, r: r.max(axis=1).argmax()),
         "that network has the LARGEST worst regret: the safest has the smallest."),
        (_row(lambda p, r: r.min(axis=1).argmin()),
         "that goes by each row's smallest regret: the largest is what can happen to you."),
        (_row(lambda p, r: r.min(axis=1).argmax()),
         "that goes by each row's smallest regret, or the sign is turned round: best less entry, and its largest."),
        (_row(lambda p, r: np.median(r, axis=1).argmin()),
         "the median regret hides the worst column: go by each row's largest."),
        (_row(lambda p, r: (p.max(axis=1, keepdims=True) - p).max(axis=1).argmin()),
         "regrets compare down a column: the best of that column minus each entry. Which axis is that?"),
        (_row(lambda p, r: (p - p.min(axis=0)).max(axis=1).argmin()),
         "those are gains over the column's worst: the regret is what is lost against its best."),
        (_row(lambda p, r: r.max(axis=0).argmin()),
         "that is a column: the largest regret of every ROW is wanted, axis=1."),
        (_row(lambda p, r: r.argmin()),
         "that is a place in the flattened table: first the largest regret of each row, axis=1."),
        (_row(lambda p, r: r.max(axis=1).argmin() + 1), "that counts from one: rows are counted from zero."),
        (_row(lambda p, r: r.std(axis=1).argmin()), "evenly bad is not safe: go by each row's largest regret."),
        (_row(lambda p, r: 0),
         "always the first row: np.max needs axis=1, one regret for each row; and a loop starts from a LARGE regret."),
        (_row(lambda p, r: len(p) - 1),
         "always the last row: inside the `if`, keep the smallest regret so far too, not the row alone."),
        (_row(lambda p, r: [r[k].max() for k in range(3)].index(min(r[:3].max(axis=1)))),
         "right for three rows only: there are len(psnr) of them."),
        (_row(lambda p, r: np.where(r == 0, np.inf, r).min(axis=1).argmin()),
         "a regret of 0 is a regret too, and the LARGEST of each row counts, not the smallest that is left."),
        (_row(lambda p, r: r.sum(axis=0).argmin()),
         "that is a column, and a sum: the largest regret of every ROW is wanted, axis=1."),
        (_row(lambda p, r: r.max(axis=0).argmax()),
         "that is a column: the largest regret of every ROW is wanted, axis=1, and the smallest of those."),
        (_row(lambda p, r: p.max(axis=0).argmin()),
         "that is a column, and of the PSNRs: regrets first, then the largest of every ROW, axis=1."),
        (_row(lambda p, r: r.argmax()),
         "that is a place in the flattened table: first the largest regret of each row, axis=1, then argmin."),
        (_row(lambda p, r: (p[0] - p).max(axis=1).argmin()),
         "the first row is not the best of every column: psnr.max(axis=0)."),
        (_row(lambda p, r: p.min(axis=1).argmin()),
         "that is the row of the lowest PSNRs: regrets first, max(axis=0) less the table, then max, then argmin."),
        (_row(lambda p, r: (p.mean(axis=1, keepdims=True) - p).max(axis=1).argmin()),
         "regrets compare down a column, with its best: max(axis=0), no mean along the row."),
        (_row(lambda p, r: r[:, 1].argmin()), "only the second column was looked at: the largest over all of them."),
        (_row(lambda p, r: (p.mean(axis=0) - p).max(axis=1).argmin()),
         "a regret is the best of the column less the entry, not its mean: max(axis=0)."),
        (_row(lambda p, r: r[1:].max(axis=1).argmin() + 1), "the first row was left out: it may be the safest."),
        (_row(lambda p, r: (r == 0).sum(axis=1).argmax()),
         "that is the row with the most bests: what does it lose where it is not?"),
        (_row(lambda p, r: r[:, -1].argmin()), "only the last column was looked at: the largest over all of them."),
        (_row(lambda p, r: r[:, 0].argmin()), "only the first column was looked at: the largest over all of them."),
        (_row(lambda p, r: (r**2).mean(axis=1).argmin()),
         "the mean square can still hide one bad column: go by each row's largest."),
        (lambda psnr: float(_regret(psnr).max(axis=1).min()),
         "that is the smallest of the largest regrets; return the ROW it stands in."),
        (lambda psnr: _regret(psnr).max(axis=1),
         "those are the largest regrets of all rows: return the number of the row with the smallest."),
    ],
    demands=[
        (lambda answer, psnr: np.ndim(answer) == 0 and 0 <= answer < len(psnr),
         "return the number of a row, from 0 to one less than there are."),
    ],
)  # fmt: skip


def _expected_error(guess, candidates):
    """The mean squared error to expect of `guess` (h, w) when each of `candidates` (N, h, w) may be the truth."""
    return np.mean((guess - candidates) ** 2)


def _of_errors(combine):
    return lambda guess, candidates: float(combine(guess - candidates))


def _square_pixels(guess, candidates):
    n = len(guess)
    errors = [(guess[i, j] - one[i, j]) ** 2 for one in candidates for i in range(n) for j in range(n)]
    return sum(errors) / (len(candidates) * n * n)


def _each(errors):
    return np.mean(errors**2, axis=(1, 2))


expected_error = exercise(
    _expected_error,
    cases=[
        (np.array([[0.5]]), np.array([[[0.0]], [[1.0]]])),
        (np.array([[0.0]]), np.array([[[0.0]], [[1.0]], [[0.5]]])),
        (fractions(3, 5), fractions(4, 3, 5, seed=1)),
        (0.6 + fractions(6, 2), 0.5 * fractions(7, 6, 2, seed=2)),
        (fractions(2, 2, seed=4).astype(np.float32), fractions(3, 2, 2, seed=5).astype(np.float32)),
        case(fractions(2, 3), np.stack([fractions(2, 3, seed=k) for k in (1, 1, 2)]),
             why="two candidates may be alike, and each counts."),
        case(np.array([[0.0]]), np.array([[[1.0]], [[-1.0]], [[0.0]]]), why="equal errors count each: keep no set."),
        case(3 * fractions(2, 3), 3 * fractions(2, 2, 3, seed=1) - 2, why="errors may be above 1: nothing is clipped."),
    ],
    slips=[
        (lambda guess, candidates: np.mean((guess - candidates.mean(axis=0)) ** 2),
         "that is the error against the candidates' MEAN; the truth is one of them: square first, then average."),
        (lambda guess, candidates: np.mean(guess - candidates**2),
         "only the candidates were squared: (guess - candidates) ** 2, brackets first."),
        (lambda guess, candidates: np.mean(guess**2 - candidates**2),
         "the squares were subtracted: square the difference, (guess - candidates) ** 2."),
        (_of_errors(lambda e: np.mean(e**2) / len(e)), "divided by the number of candidates twice: the mean does it."),
        (_of_errors(lambda e: np.mean(np.sqrt(_each(e))) ** 2),
         "roots were averaged and squared again: average the squared errors themselves."),
        (_of_errors(lambda e: np.sum(e**2) / (len(e) * e.shape[1] ** 2)),
         "the height was taken for the width too: divide by height * width."),
        (_of_errors(np.mean), "errors of both signs cancel: square them before you average."),
        (_of_errors(lambda e: np.mean(e) ** 2),
         "averaged before it was squared: errors of both signs cancel. Square each error first."),
        (_of_errors(lambda e: np.mean(np.mean(e, axis=(1, 2)) ** 2)),
         "each candidate's error was averaged before it was squared: square every pixel's first."),
        (lambda guess, candidates: float(np.var(candidates)),
         "that is how the candidates scatter, whatever the guess: where did `guess` go?"),
        (lambda guess, candidates: float(np.mean(candidates**2)),
         "`guess` was not used: square the difference to each candidate."),
        (_of_errors(lambda e: -10 * math.log10(np.mean(e**2))),
         "that is in dB; wanted is the mean squared error itself."),
        (_of_errors(lambda e: np.mean(np.abs(e))), "that is the absolute error: square it."),
        (_of_errors(lambda e: np.mean(np.abs(e)) ** 2),
         "averaged before it was squared: square each error, then take the mean."),
        (_of_errors(lambda e: np.sum(e**2)), "that is the sum over all pixels; take the mean."),
        (_of_errors(lambda e: np.sum(e**2) / len(e)),
         "the pixels are summed and the candidates averaged: average both."),
        (_of_errors(lambda e: np.sum(e**2) / e[0].size),
         "the candidates are summed and the pixels averaged: average both."),
        (lambda guess, candidates: np.mean((candidates - candidates.mean(axis=0)) ** 2),
         "that is how the candidates differ from their own mean: where did `guess` go?"),
        (_of_errors(np.var), "np.var takes the mean error away first: square the errors as they are, then the mean."),
        (_of_errors(lambda e: np.std(e)), "np.std takes the mean error away first, and a root after."),
        (_of_errors(lambda e: np.mean(np.clip(e, 0, 1) ** 2)),
         "np.clip cuts errors of one sign off: leave it out, the square makes all of them positive."),
        (_of_errors(lambda e: np.mean(np.maximum(e, 0) ** 2)),
         "errors of one sign are cut off: no clip and no maximum, the square makes them positive."),
        (_of_errors(lambda e: np.sum(e**2) / (32 * 48 * 48)),
         "right for 32 candidates of 48 x 48 only: take the mean, whatever their size."),
        (_square_pixels,
         "the inner loop walks over the height again: the columns are guess.shape[1], in the divisor too."),
        (_of_errors(lambda e: np.mean(e[-1] ** 2) / len(e)),
         "only the last candidate is in the sum: add up with `+=`."),
        (_of_errors(lambda e: np.mean(e[0] ** 2) / len(e)),
         "only the first candidate is in the sum: the `return` stands inside the loop."),
        (_of_errors(np.linalg.norm), "np.linalg.norm is the root of the SUM of squares: their mean, and no root."),
        (_of_errors(lambda e: np.mean(np.sqrt(np.sum(e**2, axis=(1, 2))))),
         "np.linalg.norm is the root of the sum of squares: the mean of the squares, and no root."),
        (_of_errors(lambda e: np.sum(e**2) / (len(e) * e.shape[1])),
         "divided by the height but not by the width: the mean is over all pixels."),
        (_of_errors(lambda e: np.sum(e**2) / (len(e) * e.shape[2])),
         "divided by the width but not by the height: the mean is over all pixels."),
        (lambda guess, candidates: np.mean(np.abs(guess**2 - candidates**2)),
         "the squares were subtracted: square the difference, (guess - candidates) ** 2."),
        (_of_errors(lambda e: abs(np.mean(e))), "averaged before the sign was gone: square each error, then the mean."),
        (_of_errors(lambda e: np.mean(e**2) / e[0].size), "divided by the number of pixels twice: the mean does it."),
        (_of_errors(lambda e: np.sum(np.mean(e**2, axis=(1, 2))) / e[0].size),
         "the candidates' errors were added and divided by the number of PIXELS: there are len(candidates) of them."),
        (_of_errors(lambda e: np.linalg.norm(e) / e.size),
         "np.linalg.norm is the root of the sum of squares: square it again before you divide, or take the mean."),
        (lambda guess, candidates: np.mean(guess - candidates, axis=0) ** 2,
         "averaged before it was squared: square each error first; and average over the pixels too."),
        (_of_errors(lambda e: np.sum(e) ** 2), "summed before it was squared: square each error, then take the mean."),
        (_of_errors(lambda e: np.max(_each(e))), "that is the worst candidate's error; all are equally likely."),
        (_of_errors(lambda e: np.min(_each(e))), "that is the luckiest candidate's error; all are equally likely."),
        (_of_errors(lambda e: np.sum(_each(e)) / 32), "32 is written in: there may be any number of candidates."),
        (_of_errors(lambda e: np.median(_each(e))), "that is the median of the candidates' errors; take their mean."),
        (_of_errors(lambda e: np.sqrt(np.mean(e**2))), "the root is too much: wanted is the mean squared error."),
        (_of_errors(lambda e: np.mean(np.sqrt(_each(e)))),
         "the root of each candidate's error is too much: wanted is the mean squared error."),
        (_of_errors(lambda e: np.mean(e[0] ** 2)),
         "you compared with the first candidate only; each may be the truth."),
        (_of_errors(lambda e: np.mean(e[-1] ** 2)),
         "you compared with the last candidate only: is the return or the sum inside the loop?"),
        (_of_errors(lambda e: np.mean(e**2) / 2), "half of it: no 1/2 belongs to a mean squared error."),
        (_of_errors(lambda e: np.sum(e**2) / (e.size - 1)), "divide by the number of values, not by one less."),
        (lambda guess, candidates: ((guess - candidates) ** 2).mean(axis=0),
         "that is one value a pixel: average over the pixels too."),
        (lambda guess, candidates: ((guess - candidates) ** 2).mean(axis=(1, 2)),
         "that is one value a candidate: average over the candidates too."),
        (lambda guess, candidates: (guess - candidates) ** 2,
         "those are the squared errors: return their mean, one number."),
    ],
)  # fmt: skip


def _shared_gradient(gradients, sizes):
    """The mean gradient of the whole batch, from the devices' mean gradients and the numbers of their patches."""
    total = sum(gradient * size for gradient, size in zip(gradients, sizes, strict=True))
    return total / sum(sizes)


def _of_gradients(combine):
    """Another array made of (gradients, sizes), both arrays with the devices first."""

    def shared_gradient(gradients, sizes):
        sizes = np.reshape(sizes, (-1, *[1] * gradients[0].ndim))
        return combine(np.stack(gradients), sizes)

    return shared_gradient


def _devices(sizes, *shape, seed=0):
    return [2 * fractions(*shape, seed=seed + k) - 1 for k in range(len(sizes))], list(sizes)


ANY_SHAPE = (
    "gradients of one axis come out right, but they may have more: multiply each by its own size, one after the other "
    "(zip), and add up from 0."
)


def _raw(combine):
    """combine(gradients as one array, sizes as one array of one axis), and nothing done to fit the two together."""
    return lambda gradients, sizes: combine(np.array(gradients), np.array(sizes))


def _merged(gradients, sizes):
    mean = gradients[0]
    for gradient, size in zip(gradients[1:], sizes[1:], strict=True):
        mean = (mean * sizes[0] + gradient * size) / (sizes[0] + size)
    return mean


def _divided_each_time(gradients, sizes, by_all=False):
    total = 0
    for gradient, size in zip(gradients, sizes, strict=True):
        total = (total + gradient * size) / (sum(sizes) if by_all else size)
    return total


shared_gradient = exercise(
    _shared_gradient,
    cases=[
        ([np.array([1.0]), np.array([4.0])], [1, 2]),
        _devices((4, 4), 3),
        case(*_devices((3, 5), 2, 3, seed=3), why=ANY_SHAPE),
        _devices((1, 2, 5), 4, seed=6),
        _devices((6,), 5, seed=9),
        case(*_devices((7, 1, 2, 4), 2, 2, seed=12), why=ANY_SHAPE),
        case([50 * fractions(3) - 25, 50 * fractions(3, seed=1)], [300, 500],
             why="gradients and batches may be large: nothing is clipped, and sizes are whole numbers of any size."),
    ],
    slips=[
        (_of_gradients(lambda g, n: g.mean(axis=0)),
         "the plain mean favours the patches of a small share: each mean counts as often as its device had patches."),
        (_of_gradients(lambda g, n: g.sum(axis=0)),
         "that is the sum: a step grows with every device; and two `for`s pair each gradient with every size (zip)."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0)),
         "the shares are weighted but not divided by the whole batch."),
        (_of_gradients(lambda g, n: (g * n).mean(axis=0)),
         "divide by the number of PATCHES in the batch, not of devices."),
        (_of_gradients(lambda g, n: g.sum(axis=0) / n.sum()),
         "each mean must count as often as its device had patches: multiply by the sizes before you add."),
        (_of_gradients(lambda g, n: g[-1] * n[-1] / n.sum()),
         "the last device's share alone: add up with `+=`, or in one sum."),
        (_of_gradients(lambda g, n: ((g * n).sum(axis=0) + g[0] * n[0]) / n.sum()),
         "the first device is counted twice: begin the sum with 0."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0) / 8),
         "right for a batch of 8 only: divide by the sum of the sizes."),
        (_of_gradients(lambda g, n: (g / n).sum(axis=0) * n.sum()),
         "it is the other way round: multiply each mean by its size, divide by all."),
        (_of_gradients(lambda g, n: functools.reduce(lambda mean, other: (mean + other) / 2, g)),
         "a mean of a mean and the next favours the last: weigh each by its size, add, divide once."),
        (_of_gradients(lambda g, n: g[0]), "the first device's gradient alone: then the others work in vain."),
        (_of_gradients(lambda g, n: g[-1]), "the last device's gradient alone: is the sum built up in the loop?"),
        (_of_gradients(lambda g, n: (g / n).sum(axis=0) / (1 / n).sum()),
         "you divided by the sizes: weigh each gradient in proportion to its patches."),
        (_of_gradients(lambda g, n: (g / n).sum(axis=0)),
         "you divided by the sizes: multiply each mean by its size, then divide by all."),
        (_of_gradients(lambda g, n: (g / n).mean(axis=0)),
         "you divided by the sizes: multiply each mean by its size, and divide by all at the end."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0) / len(n) / n.sum()),
         "divided by the devices as well: by the whole batch alone."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0) / n.max()),
         "divide by the sum of the sizes, not by the largest."),
        (lambda gradients, sizes: (gradients[0] * sizes[0] + gradients[1] * sizes[1]) / sum(sizes),
         "two devices are written in: there may be any number, so loop over both lists."),
        (_of_gradients(lambda g, n: g[np.argmax(n)]),
         "the gradient of the device with the most patches alone: all of them count."),
        (_of_gradients(lambda g, n: (g * n**2).sum(axis=0) / (n**2).sum()),
         "the sizes are counted twice: one factor n for each mean."),
        (_of_gradients(lambda g, n: np.median(g, axis=0)), "that is the median; wanted is the mean over all patches."),
        (_of_gradients(lambda g, n: (g * n[::-1]).sum(axis=0) / n.sum()),
         "each gradient goes with its own size: the order was turned round."),
        (_of_gradients(lambda g, n: g * n / n.sum()),
         "those are the shares one by one: add them up, over the devices alone."),
        (_of_gradients(lambda g, n: np.float64(((g * n).sum(axis=0) / n.sum()).mean())),
         "the parts of the gradient were averaged too, or added up: the devices alone are, one number a weight stays."),
        (_raw(lambda g, n: (g * n[:, None]).mean(axis=0)),
         "divide by the number of PATCHES, not of devices; and sizes[:, None] fits gradients of one axis only."),
        (_raw(lambda g, n: (g * n[:, None]).sum(axis=1) / n.sum()),
         "axis=1 adds up the numbers of one gradient: the devices are the first axis, axis=0."),
        (_raw(lambda g, n: (g * n).sum(axis=0) / n.sum()),
         "NumPy laid the sizes along the last axis, that of the weights: each gradient times its own size (zip)."),
        (_raw(lambda g, n: np.float64(g.mean())),
         "that is one number for all weights: axis=0 leaves one for each, and the sizes must weigh."),
        (_raw(lambda g, n: np.float64(g.sum() / n.sum())),
         "np.sum adds up the parts of each gradient too: axis=0; and each gradient is multiplied by its size first."),
        (_of_gradients(lambda g, n: np.float64((g * n).sum())),
         "np.sum adds up the parts of each gradient too: axis=0, or the built-in sum; and divide by all patches."),
        (_raw(lambda g, n: (g.T * n).sum(axis=0) / n.sum()),
         "after .T the devices are the LAST axis: add up along that, and turn it back with another .T."),
        (lambda g, n: np.concatenate(g).mean(axis=0),
         "np.concatenate runs the gradients into one: np.stack keeps the devices apart; and the sizes must weigh."),
        (lambda g, n: (g[0] * n[0] + g[1] * n[1]) / (n[0] + n[1]), "right for two devices only: walk through all."),
        (lambda g, n: (g[0] * n[1] + g[1] * n[0]) / sum(n),
         "each gradient goes with its own size, and there may be any number of devices: zip the two lists."),
        (_merged, "the mean so far stands for all patches before it, not for sizes[0]: add up, and divide once."),
        (_of_gradients(lambda g, n: g.sum(axis=0) / n.sum() * len(n)),
         "each gradient is multiplied by its OWN size before you add; len(sizes) has no place in it."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0) / n[-1]),
         "divided by the last device's size, which is what the loop's name holds at its end: by sum(sizes)."),
        (_of_gradients(lambda g, n: g.sum(axis=0) / n[-1]),
         "not multiplied by the sizes, and divided by the last one: g * n added up, over sum(sizes)."),
        (_of_gradients(lambda g, n: (g[0] + (g[1:] * n[1:]).sum(axis=0)) / n.sum()),
         "the first gradient is not multiplied by its size: begin the sum with 0."),
        (_of_gradients(lambda g, n: (g * n**0.5).sum(axis=0) / (n**0.5).sum()),
         "no roots: each weighs as much as its share of the patches, size / sum(sizes)."),
        (_divided_each_time, "dividing inside the loop divides again and again: by sum(sizes), once, behind it."),
        (lambda g, n: _divided_each_time(g, n, by_all=True), "divide once, behind the loop: indented less."),
        (_of_gradients(lambda g, n: (np.exp(n) * g).sum(axis=0) / np.exp(n).sum()),
         "no softmax: each weighs as much as its share of the patches, size / sum(sizes)."),
        (_of_gradients(lambda g, n: g.sum(axis=0) * n.sum() / len(n)),
         "that is the plain mean, times the whole batch: each gradient times its OWN size, divided by all."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0) * n.sum() / len(n)),
         "the weighted sum is divided by all patches, sum(sizes), not multiplied; the devices are not counted."),
        (_of_gradients(lambda g, n: g.mean(axis=0) * n.mean()),
         "that is the plain mean, times a mean size: each gradient times its OWN size, added up, divided by all."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0) / n[0]),
         "divided by the first device's size: by that of all, sum(sizes)."),
        (_of_gradients(lambda g, n: g[0] * n[0] / n.sum()),
         "the first device's share alone: walk through all, and return behind the loop."),
        (_of_gradients(lambda g, n: g.max(axis=0)), "that is the largest; wanted is the mean over all patches."),
        (_of_gradients(lambda g, n: g.sum(axis=0) * n.sum()),
         "each gradient is multiplied by its OWN size, and the sum divided by all."),
        (_raw(lambda g, n: np.dot(g, n) / n.sum()),
         "np.dot adds up along the last axis, and the devices are the first: multiply each by its size (zip), add."),
        (lambda g, n: np.dot(n, g[0]) / sum(n), "that looks at the first gradient alone: walk through all with zip."),
        (_of_gradients(lambda g, n: (g * n).sum(axis=0) // n.sum()), "`//` cuts the fraction off: `/`."),
    ],
)  # fmt: skip


def _result_form(protocol, results, leaks_found):
    """The report of an experiment: a dict with protocol, seeds, interval (low, high) in dB and verdict."""
    seeds = protocol["seeds"]
    base, changed = ([results[name][seed] for seed in seeds] for name in ("base", "changed"))
    low, high = statistics.interval_of_the_mean(base, changed)
    verdict = "invalid" if leaks_found else statistics.conclusion(low, high)
    return {"protocol": protocol, "seeds": seeds, "interval": (low, high), "verdict": verdict}


def _form(pairs=None, half=None, verdict=None, seeds=None, **other):
    """The right form with something else in it. `pairs` changes [(seed, base, changed), ...] before all else."""

    def result_form(protocol, results, leaks_found):
        rows = [(seed, results["base"][seed], results["changed"][seed]) for seed in protocol["seeds"]]
        rows = pairs(rows, results) if pairs else rows
        kept, base, changed = (list(column) for column in zip(*rows, strict=True))
        low, high = half(np.subtract(changed, base)) if half else statistics.interval_of_the_mean(base, changed)
        said = verdict(low, high, leaks_found) if verdict else _verdict(low, high, leaks_found)
        named = seeds(kept) if seeds else protocol["seeds"]
        return {"protocol": protocol, "seeds": named, "interval": (float(low), float(high)), "verdict": said} | other

    return result_form


def _verdict(low, high, leaks_found):
    return "invalid" if leaks_found else statistics.conclusion(low, high)


def _dropped(which):
    """Rows without the one that is the worst by `which` of a row."""
    return lambda rows, _: [row for row in rows if row is not min(rows, key=which)]


def _by_place(rows, results):
    columns = [row[0] for row in rows], results["base"].values(), results["changed"].values()
    return list(zip(*columns, strict=True))


def _sorted(rows, _):
    seeds, base, changed = zip(*rows, strict=True)
    return list(zip(seeds, sorted(base), sorted(changed), strict=True))


def _around(factor):
    """The ends of an interval of another width, from the differences."""

    def ends(d):
        half = factor(len(d)) * d.std(ddof=1) / len(d) ** 0.5
        return d.mean() - half, d.mean() + half

    return ends


def _unpaired(count):
    """The form with the interval of two groups that are no pairs; t is that of count(n) values."""

    def result_form(protocol, results, leaks_found):
        base, changed = ([results[name][seed] for seed in protocol["seeds"]] for name in ("base", "changed"))
        n, middle = len(base), np.mean(changed) - np.mean(base)
        half = statistics.STUDENT_T[count(n)] * ((np.var(base, ddof=1) + np.var(changed, ddof=1)) / n) ** 0.5
        low, high = float(middle - half), float(middle + half)
        verdict = _verdict(low, high, leaks_found)
        return {"protocol": protocol, "seeds": protocol["seeds"], "interval": (low, high), "verdict": verdict}

    return result_form


UNPAIRED = "that is the interval of two groups without pairs: each seed ran both, so take the differences first."


def _experiment(base, changed, found=(), seeds=None, order=None, base_order=None):
    """A made-up experiment; the runs of `changed` ended in another order."""
    seeds = seeds or list(range(len(base)))
    protocol = {
        "claim": "tanh beats ReLU",
        "scale": 3,
        "train": "starter/train",
        "test": "starter/test",
        "seeds": seeds,
    }
    results = {"base": {seeds[k]: base[k] for k in base_order or range(len(seeds))}}
    ran = [seeds[k] for k in (order or range(1, len(seeds)))] + ([] if order else [seeds[0]])
    results["changed"] = {seed: changed[seeds.index(seed)] for seed in ran}
    return protocol, results, list(found)


def _with_more_runs(base, changed):
    """An experiment beside which runs of another seed lie, as an earlier one left them."""
    protocol, results, found = _experiment(base, changed)
    return protocol, {name: {7: 30.0} | runs for name, runs in results.items()}, found


LEAK = [("t36", "coffee", "flipped or turned")]


def _taken(which, named=None):
    """The form with the runs of other seeds than the protocol's, which(protocol, results), looked up in results."""

    def result_form(protocol, results, leaks_found):
        base, changed = ([results[name][seed] for seed in which(protocol, results)] for name in ("base", "changed"))
        low, high = statistics.interval_of_the_mean(base, changed)
        said, seeds = _verdict(low, high, leaks_found), named(protocol, results) if named else protocol["seeds"]
        return {"protocol": protocol, "seeds": seeds, "interval": (low, high), "verdict": said}

    return result_form


def _said(choose):
    """A slip with another verdict where no leak was found, from the ends of the interval."""
    return _form(verdict=lambda low, high, found: "invalid" if found else choose(low, high))


def _with(change):
    """A slip that changes the right form afterwards: change(form, results) -> what is different."""

    def result_form(protocol, results, leaks_found):
        form = _result_form(protocol, results, leaks_found)
        return form | change(form, results)

    return result_form


def _by_wins(form, results):
    wins = sum(results["changed"][seed] > results["base"][seed] for seed in form["seeds"])
    said = "better" if wins == len(form["seeds"]) else "not shown" if wins else "worse"
    return {} if form["verdict"] == "invalid" else {"verdict": said}


def _changed_by_place(rows, results):
    return [(seed, base, other) for (seed, base, _), other in zip(rows, results["changed"].values(), strict=True)]


def _width(answer):
    return answer["interval"][1] - answer["interval"][0]


def _same_ends(answer, wanted):
    return np.allclose(answer["interval"], wanted["interval"], rtol=0, atol=1e-5)


def _rounded(answer, wanted):
    """Whether the ends are the right ones, rounded or cut off."""
    return any(np.allclose(answer["interval"], np.round(wanted["interval"], k), rtol=0, atol=1e-9) for k in range(5))


def _centred(answer, wanted):
    return np.isclose(sum(answer["interval"]), sum(wanted["interval"]), rtol=0, atol=1e-6)


BAD = "a seed that went badly was left out"
EVERY = "every seed of the protocol counts."
ALL = "every seed of the protocol counts, and is named in the form."

result_form = exercise(
    _result_form,
    cases=[
        _experiment([28.40, 28.55, 28.30], [28.61, 28.74, 28.52]),  # better
        _experiment([28.40, 28.55, 28.30], [28.15, 28.33, 28.06]),  # worse
        _experiment([28.40, 28.55, 28.30], [28.46, 28.63, 28.33]),  # not shown: it needs t = 4.303
        _experiment([28.40, 28.55, 28.30, 28.45], [28.50, 28.42, 28.43, 28.41], seeds=[3, 4, 5, 7]),
        _experiment([28.40, 28.55, 28.30], [28.44, 28.58, 28.35]),  # a small gain, but shown
        _experiment([28.40, 28.55, 28.30, 27.10, 28.52], [28.66, 28.70, 28.49, 28.61, 27.90]),  # two ran badly
        _experiment([28.40, 28.51, 28.30, 28.47], [28.71, 28.80, 28.60, 27.20], seeds=[11, 2, 5, 0]),
        _experiment([28.40, 28.57, 28.30], [28.71, 28.60, 28.52], base_order=[2, 0, 1]),
        _experiment([28.40, 28.55, 28.30], [28.40, 28.55, 28.30]),  # no difference at all
        _experiment([28.40, 28.55, 28.30], [28.5211, 28.75, 28.5789]),  # the lower end is 0.004
        _experiment([28.40, 28.55, 28.30], [28.61, 28.74, 28.52], LEAK),
        _experiment([28.40, 28.55, 28.30], [28.15, 28.33, 28.06], LEAK),
        _experiment([28.40, 28.55, 28.30], [28.46, 28.63, 28.33], LEAK),
        _experiment([28.40, 28.55, 28.30], [28.61, 28.74, 28.52], [*LEAK, ("t12", "rocket", "same pixels")]),
        _with_more_runs([28.40, 28.55, 28.30], [28.61, 28.74, 28.52]),
    ],
    tolerance=2e-4,  # Student's t to three digits, or to more
    slips=[
        (_form(verdict=lambda low, high, found: statistics.conclusion(low, high)),
         'whatever the numbers say, where the leak scan found something the verdict is "invalid" (set with one `=`).'),
        (_unpaired(lambda n: n), UNPAIRED),
        (_unpaired(lambda n: 3), UNPAIRED),
        (_unpaired(lambda n: 2 * n - 1), UNPAIRED),
        (_form(half=lambda d: statistics.interval_of_the_mean(np.zeros(len(d)), -d)[:2],
               verdict=lambda low, high, found: "invalid" if found else statistics.conclusion(-high, -low)),
         "the differences are turned round: changed - base."),
        (_form(verdict=lambda low, high, found: "invalid" if found and low > 0 else statistics.conclusion(low, high)),
         'a leak makes "worse" and "not shown" invalid as well.'),
        (_form(verdict=lambda low, high, found: "invalid" if not found else statistics.conclusion(low, high)),
         '"invalid" is for experiments whose leak scan found something: it is turned round.'),
        (_form(verdict=lambda low, high, found: "invalid" if found is not None else ""),
         "an empty list of leaks is none: ask `if leaks_found:`."),
        (_form(verdict=lambda low, high, found: "invalid" if found else "better" if low + high > 0 else "worse"),
         "an interval that holds zero shows nothing, wherever its middle lies: see statistics.conclusion."),
        (_form(verdict=lambda low, high, found: "invalid" if found else "not shown"),
         "an interval that does not hold zero shows something: see statistics.conclusion."),
        (_form(verdict=lambda low, high, found: {"better": "worse",
         "worse": "better"}.get(_verdict(low, high, found), _verdict(low, high, found))),
         "the interval is changed - base, and more dB is better: turn better and worse round."),
        (_form(verdict=lambda low, high, found: "invalid" if found else "better"),
         "the verdict is not always better: it follows from the interval."),
        (_form(verdict=lambda low, high, found: _verdict(low - 0.1, high + 0.1, found)),
         "no margin and no rounding is wanted: a small gain is shown when the interval lies above zero as a whole."),
        (_form(pairs=_by_place),
         "paired by place: the runs need not have ended in one order. Take results[...][seed] for each seed."),
        (_form(pairs=lambda rows, results: [
            (seed, base, changed) for (seed, _, changed), base in zip(rows, results["base"].values(), strict=True)]),
         "base was taken by place: its runs need not have ended in the protocol's order. Take results[...][seed]."),
        (_form(verdict=lambda low, high, found: "invalid" if found else
               "better" if low >= 0 else "worse" if high <= 0 else "not shown"),
         "an interval that only touches zero shows nothing: see statistics.conclusion."),
        (_form(verdict=lambda low, high, found: _verdict(round(low, 2), round(high, 2), found)),
         "the verdict follows from the interval itself, not from rounded ends."),
        (_form(pairs=_sorted),
         "the values were sorted, and no pair is a pair any more: take results[...][seed] for each seed."),
        (_form(pairs=_dropped(lambda row: row[2])), f"{BAD} (the worst of changed): {EVERY}"),
        (_form(pairs=_dropped(lambda row: row[1])), f"{BAD} (the worst of base): {EVERY}"),
        (_form(pairs=_dropped(lambda row: row[2] - row[1])), f"{BAD} (the smallest difference): {EVERY}"),
        (_form(pairs=_dropped(lambda row: min(row[1:]))), f"{BAD} (the lowest of all runs): {EVERY}"),
        (_form(pairs=_dropped(lambda row: row[1] - row[2])), f"{BAD} (the largest difference): {EVERY}"),
        (_form(pairs=_dropped(lambda row: row[2]), seeds=lambda kept: kept), f"{BAD} (the worst of changed): {ALL}"),
        (_form(pairs=_dropped(lambda row: row[1]), seeds=lambda kept: kept), f"{BAD} (the worst of base): {ALL}"),
        (_form(pairs=_dropped(lambda row: row[2] - row[1]), seeds=lambda kept: kept),
         f"{BAD} (the smallest difference): {ALL}"),
        (_form(pairs=_dropped(lambda row: min(row[1:])), seeds=lambda kept: kept),
         f"{BAD} (the lowest of all runs): {ALL}"),
        (_form(pairs=lambda rows, _: [row for row in rows if min(row[1:]) > 28], seeds=lambda kept: kept),
         f"runs below a bar were left out: {ALL}"),
        (_form(pairs=lambda rows, _: [row for row in rows if min(row[1:]) > 28]),
         "runs below a bar were left out: all of them count."),
        (_form(pairs=lambda rows, _: rows[:3]), "only the first three seeds were used: all of the protocol's."),
        (_form(pairs=lambda rows, _: [(s, c, b) for s, b, c in rows]),
         "the interval is turned round: wanted is changed - base."),
        (_form(half=_around(lambda n: 2.776)),
         "2.776 is for five pairs: statistics.interval_of_the_mean knows t for 2 to 10."),
        (_form(half=_around(lambda n: 4.303)),
         "4.303 is for three pairs: statistics.interval_of_the_mean knows t for 2 to 10."),
        (_form(half=_around(lambda n: 1.96)),
         "1.96 is for many seeds: statistics.interval_of_the_mean knows t for a few."),
        (_form(half=_around(lambda n: 1)), "one standard error to either side is no 95 % interval: where is t?"),
        (_form(half=_around(lambda n: 2)), "2 is for many seeds: statistics.interval_of_the_mean knows t for a few."),
        (_form(half=_around(math.sqrt)),
         "one standard deviation to either side is no 95 % interval of the MEAN: t times it, over sqrt(n)."),
        (_form(half=_around(lambda n: statistics.STUDENT_T[n] * math.sqrt(n))),
         "the standard deviation of the MEAN is wanted: over sqrt(n)."),
        (_form(half=_around(lambda n: 4.303 * math.sqrt(n))),
         "the standard deviation of the MEAN is wanted, over sqrt(n); and 4.303 is for three pairs."),
        (_form(half=_around(lambda n: statistics.STUDENT_T[n] / math.sqrt(n))),
         "the standard deviation is divided by sqrt(n), not by n."),
        (_form(half=_around(lambda n: statistics.STUDENT_T[n - 1] if n > 2 else 1)),
         "STUDENT_T is filed under the number of pairs, n, not n - 1."),
        (_form(half=_around(lambda n: statistics.STUDENT_T[n] * math.sqrt((n - 1) / n))),
         "the standard deviation must divide by n - 1: see ddof."),
        (_form(half=lambda d: (d.min(), d.max())), "smallest and largest difference are no interval of the mean."),
        (_form(half=lambda d: (d.mean(), d.mean())),
         "the interval has two ends: the mean alone does not say how sure it is."),
        (_form(pairs=_changed_by_place),
         "changed was taken by place: its runs need not have ended in the protocol's order. Take results[...][seed]."),
        (_taken(lambda protocol, _: range(3)), 'the seeds are not always 0, 1, 2: walk through protocol["seeds"].'),
        (_taken(lambda protocol, _: range(3), named=lambda *_: [0, 1, 2]),
         'the seeds are not always 0, 1, 2: walk through protocol["seeds"], and name them in the form.'),
        (_taken(lambda protocol, _: range(len(protocol["seeds"]))),
         "the runs are filed under their seed, not under its place: results[...][seed]."),
        (lambda protocol, results, found: statistics.interval_of_the_mean(results["base"], results["changed"]),
         'results["base"] is a dict, seed -> dB: make two lists of it, in the order of the seeds.'),
        (lambda protocol, results, found: statistics.interval_of_the_mean(
            results["base"].values(), results["changed"].values()),
         "`.values()` is no list, and in no order: [results[...][seed] for seed in the protocol's seeds]."),
        (lambda protocol, results, found: results[protocol["seeds"][0]],
         'the name comes first, then the seed: results["base"][seed].'),
        (_said(lambda low, high: "better" if low + high > 0 else "worse" if low + high < 0 else "not shown"),
         "the mean alone decides nothing: an interval that holds zero shows nothing. See statistics.conclusion."),
        (_said(lambda low, high: "better" if low > 0 else "not shown"),
         'the verdict may be "worse" too, when the whole interval lies below zero: see statistics.conclusion.'),
        (_said(lambda low, high: "better" if low >= 0 else "not shown"),
         'the verdict may be "worse" too, and an interval that touches zero shows nothing: statistics.conclusion.'),
        (_said(lambda low, high: "worse" if high < 0 else "not shown"),
         'the verdict may be "better" too, when the whole interval lies above zero: see statistics.conclusion.'),
        (_said(lambda low, high: "better" if low > 0 else "worse"),
         'the verdict may be "not shown" too, when the interval holds zero: see statistics.conclusion.'),
        (_said(lambda low, high: "worse" if high < 0 else "better"),
         'the verdict may be "not shown" too, when zero lies in the interval: see statistics.conclusion.'),
        (_said(lambda low, high: "worse" if low < 0 else "better" if high > 0 else "not shown"),
         "the ends are exchanged: worse when even `high` is below 0, better when even `low` is above."),
        (_said(lambda low, high: "better" if high > 0 else "worse" if low < 0 else "not shown"),
         "the ends are exchanged: better when even `low` is above 0, worse when even `high` is below."),
        (_form(verdict=lambda low, high, found:
               "better" if low > 0 else "worse" if high < 0 else _verdict(low, high, found)),
         'ask for leaks first: where the scan found something, "better" and "worse" are invalid too.'),
        (_with(lambda form, results: {"interval": form["interval"][::-1]}), "low comes first, then high."),
        (_with(lambda form, results: {"interval": (np.mean(form["interval"]), np.ptp(form["interval"]) / 2)}),
         "the ends are wanted, (low, high), not the middle and half the width."),
        (_with(lambda form, results: {"interval": tuple(np.abs(form["interval"]))}),
         "no abs: where changed is worse, the ends of the interval are negative."),
        (_with(_by_wins), "the verdict follows from the interval, not from how many seeds won: statistics.conclusion."),
        (_with(lambda form, results: {"interval": tuple(
            100 * end / np.mean(list(results["base"].values())) for end in form["interval"])}),
         "that is in per cent of base: the interval is in dB, as it comes."),
        (_with(lambda form, results: {"seeds": list(results["base"])}),
         'the seeds were taken from the runs: the form has them as the protocol has, protocol["seeds"].'),
        (_with(lambda form, results: {"seeds": list(results["changed"])}),
         'the seeds were taken from the runs of changed: the form has them as the protocol has, protocol["seeds"].'),
        (_form(seeds=len), "`seeds` are the numbers of the seeds, a list, as the protocol has them."),
        (_form(seeds=sorted), "the seeds stand in the form as the protocol has them, in its order."),
        (_form(seeds=lambda kept: list(range(len(kept)))),
         "the seeds are the protocol's own: they need not be 0, 1, 2."),
        (_form(protocol={"scale": 3}), "hand the protocol on as it was fixed before the runs: all of it, unchanged."),
    ],
    symptoms=[
        (lambda answer, wanted, *case: answer["protocol"] != wanted["protocol"],
         "`protocol` must be the one that was handed in, all of it, unchanged: no global and no new dict."),
        (lambda answer, wanted, *case: not _same_ends(answer, wanted) and _rounded(answer, wanted),
         "the interval was rounded: hand it on as it comes, and round where you print it."),
        (lambda answer, wanted, *case: min(answer["interval"]) > 10,
         "those are PSNRs: the interval is that of the differences, changed - base, seed by seed."),
        (lambda answer, wanted, *case: not _same_ends(answer, wanted) and _same_ends(
            answer, _form(pairs=_by_place)(*case)),
         "paired by place: the runs need not have ended in one order. Take results[...][seed] for each seed."),
        (lambda answer, wanted, *case: not _same_ends(answer, wanted) and not _centred(answer, wanted),
         "the middle of the interval is not the mean of changed - base: is it this difference, in dB, and is every "
         "seed of the protocol in it once?"),
        (lambda answer, wanted, *case: not _same_ends(answer, wanted),
         lambda answer, wanted, *case: (
             f"the middle of the interval is right, but it is {_width(answer):.3f} dB wide, not {_width(wanted):.3f}: "
             "are the runs paired by seed, and is half of it t times the standard deviation (ddof=1) over sqrt(n)?")),
        (lambda answer, wanted, *case: answer["verdict"] != wanted["verdict"],
         lambda answer, wanted, protocol, results, found: (
             f"the interval is right, {wanted['interval'][0]:.3f} to {wanted['interval'][1]:.3f}, and the leak scan "
             f"found {'something' if found else 'nothing'}: {wanted['verdict']!r}, not {answer['verdict']!r}.")),
        (lambda answer, wanted, *case: list(answer["seeds"]) != list(wanted["seeds"]),
         "`seeds` are those of the protocol, in its order: protocol[\"seeds\"]."),
    ],
)  # fmt: skip
