"""Checks of notebook 04: interpolation as filters, a filter learned in closed form, the transposed convolution."""

import numpy as np

from sr_helpers import resize
from sr_helpers.checks.engine import exercise, fractions


def box(x):
    """The kernel of nearest neighbour: whoever is closer than half a pixel decides alone."""
    return (np.abs(x) < 0.5).astype(float)


def tent(x):
    """The kernel of linear interpolation: falls from 1 at 0 to 0 at distance 1."""
    return np.maximum(1 - np.abs(x), 0)


def _phase_weights(i, scale, kernel):
    """The weights, (5,), of the LR pixels at -2..2 in sub-pixel i of the one at 0."""
    position = (i + 0.5) / scale - 0.5
    return kernel(np.arange(-2, 3) - position)


PIXELS = np.arange(-2, 3)
OF_NOTEBOOK_02 = (
    "that is 02's formula, which finds a small pixel among large ones. Here a sub-pixel is sought among LR pixels: "
    "turn it around, and do not widen."
)
WIDENED = "the kernel was widened: that is for shrinking. An enlarged picture cannot alias."


def _at(i, scale):
    return (i + 0.5) / scale - 0.5


def _weights(distances, share=lambda weights: weights):
    """The kernel of another distances(i, scale), or its weights divided by something."""
    return lambda i, scale, kernel: share(kernel(distances(i, scale)))


def _sum_to_one(weights):
    with np.errstate(all="ignore"):
        return weights / weights.sum()


def _shrinking(i, scale):
    return (PIXELS - ((i + 0.5) * scale - 0.5)) / scale


phase_weights = exercise(
    _phase_weights,
    cases=[
        (0, 3, tent),
        *((i, 3, resize.cubic) for i in range(3)),
        *((i, 2, kernel) for kernel in (tent, resize.cubic) for i in range(2)),
        *((i, 4, resize.cubic) for i in range(4)),
        (2, 3, tent),
        (1, 4, box),
        (4, 5, tent),
    ],
    slips=[
        (_weights(lambda i, s: PIXELS + _at(i, s)),
         "the filter is mirrored: sub-pixel 0 lies left of the middle, so the left neighbour weighs more."),
        (_weights(lambda i, s: PIXELS - i / s),
         "the corners were lined up: a sub-pixel is a little square too, and its MIDDLE counts."),
        (_weights(lambda i, s: PIXELS - (i + 0.5) / s),
         "half an LR pixel off: position 0 is the MIDDLE of the LR pixel. Where did the last 0.5 go?"),
        (_weights(lambda i, s: PIXELS - (i + 0.5) / s - 0.5),
         "put the position in brackets: in `a - b - 0.5` the half is taken away, not given back."),
        (_weights(lambda i, s: PIXELS - (i / s - 0.5)),
         "that is the sub-pixel's left edge: its middle lies half a SUB-pixel on. Where did the first 0.5 go?"),
        (_weights(lambda i, s: PIXELS - (i + 0.5 / s - 0.5)),
         "put i + 0.5 in brackets: the whole of it is divided by the scale."),
        (_weights(_shrinking), OF_NOTEBOOK_02),
        (_weights(_shrinking, _sum_to_one), OF_NOTEBOOK_02),
        (_weights(lambda i, s: PIXELS - ((i + 0.5) * s - 0.5)),
         "that is 02's middle, in pixels of the large picture: here it is wanted in LR pixels, the other way round."),
        (_weights(lambda i, s: (PIXELS - _at(i, s)) / s), WIDENED),
        (_weights(lambda i, s: (PIXELS - _at(i, s)) / s, _sum_to_one), WIDENED),
        (_weights(lambda i, s: (PIXELS - _at(i, s)) * s),
         "the distances were multiplied by the scale: they are in LR pixels already, as the kernel wants them."),
        (lambda i, scale, kernel: tent(PIXELS - _at(i, scale)),
         "that is the tent, whatever was given: call kernel(distance)."),
        (lambda i, scale, kernel: resize.cubic(PIXELS - _at(i, scale)),
         "that is the cubic kernel, whatever was given: call kernel(distance)."),
        (lambda i, scale, kernel: PIXELS - _at(i, scale),
         "those are the distances: what weight does `kernel` give them?"),
        (_weights(lambda i, s: PIXELS + 0.0),
         "those are the weights of the middle, whichever sub-pixel is asked for: use `i`."),
        (_weights(lambda i, s: PIXELS - _at(i, 3)), "right at scale 3 only: use `scale`."),
        (_weights(lambda i, s: PIXELS - (i - 1) / s),
         "right at scale 3 only: sub-pixel 1 is the middle one there, but not at other scales."),
        (_weights(lambda i, s: PIXELS - (i - s // 2) / s),
         "right at odd scales only: at scale 2 or 4 no sub-pixel lies in the middle, so `//` must not round."),
        (_weights(lambda i, s: np.arange(5) - _at(i, s)),
         "the five LR pixels stand at -2, -1, 0, 1, 2, not at 0 to 4."),
        (_weights(lambda i, s: np.asarray(_at(i, s))),
         "that is one weight, that of the middle pixel: five are wanted, of the pixels at -2, -1, 0, 1, 2."),
    ],
    symptoms=[
        (lambda answer, wanted, *case: answer.shape != wanted.shape,
         lambda answer, *_: f"wanted five weights, of the LR pixels at -2..2, got shape {answer.shape}."),
        (lambda answer, wanted, *case: abs(answer.sum() - 1) > 1e-4,
         lambda answer, *_: "the weights of a sub-pixel must sum to 1, or flat grey gets stripes: "
         f"wanted 1, got {answer.sum():.4g}."),
    ],
)  # fmt: skip


def _filter_bank(weights):
    """Weights of the sub-pixels on a line (s, 5) -> filters (5, 5, 1, s*s), channel i*s + j."""
    filters = [np.outer(row, column) for row in weights for column in weights]
    return np.stack(filters, axis=-1)[:, :, None]


def _stacked(combine, axis=-1):
    return lambda weights: np.stack([combine(a, b) for a in weights for b in weights], axis)


def _squared(weights):
    """s*s, where a scale of 3 was written in."""
    return np.stack([np.outer(weights[i], weights[j]) for i in range(3) for j in range(3)], axis=-1)[:, :, None]


SCRAMBLED = "a reshape scrambled it: channels must go last, so stack along the last axis, or transpose."
HALF_A_TURN = "the filters are turned by half a turn: a Keras convolution does not flip its filters."

filter_bank = exercise(
    _filter_bank,
    cases=[(fractions(2, 5) - 0.2,), (fractions(3, 5, seed=1) - 0.3,), (fractions(4, 5, seed=2),)],
    slips=[
        (lambda weights: _stacked(lambda a, b: np.outer(b, a))(weights)[:, :, None],
         "rows and columns are swapped: in channel i*s + j, i is the row: its weights run along the first axis."),
        (lambda weights: _stacked(np.outer, 0)(weights).reshape(5, 5, 1, -1), SCRAMBLED),
        (lambda weights: _stacked(np.outer, 1)(weights).reshape(5, 5, 1, -1), SCRAMBLED),
        (lambda weights: _stacked(lambda a, b: np.outer(b, a), 0)(weights).reshape(5, 5, 1, -1),
         "a reshape scrambled it, and rows and columns are swapped: stack along the last axis, rows first."),
        (lambda weights: _filter_bank(weights)[::-1, ::-1], HALF_A_TURN),
        (lambda weights: _filter_bank(weights)[..., ::-1],
         "the channels come in the opposite order: channel 0 is sub-pixel (0, 0), at the top left."),
        (lambda weights: _stacked(np.add.outer)(weights)[:, :, None],
         "the weights of row and column were added: they are multiplied."),
        (_stacked(np.outer), "the axis of the one input channel is missing: (5, 5, s*s) wants [:, :, None, :]."),
        (lambda weights: _stacked(np.outer)(weights)[..., None],
         "input and output channels are exchanged: the s*s stand last, the one input before them."),
        (_stacked(np.outer, 0), "the filters stand on the first axis: rows, columns, one input, then the s*s."),
        (lambda weights: _stacked(np.outer, 0)(weights)[:, :, :, None],
         "the filters stand on the first axis: rows, columns, one input, then the s*s."),
        (_stacked(np.multiply), "that multiplies weight by weight, five numbers: np.outer makes all products."),
        (_stacked(np.dot), "that is one number for each pair: np.outer makes the table of all products."),
        (lambda weights: np.stack([np.outer(w, w) for w in weights], axis=-1)[:, :, None],
         "row i goes with EVERY column j: two loops, s*s filters."),
        (_squared, "right at scale 3 only: s is len(weights)."),
        (lambda weights: np.outer(weights, weights),
         "np.outer flattens tables: take one row of weights and one column at a time."),
    ],
    symptoms=[
        (lambda answer, wanted, weights: answer.shape != wanted.shape,
         lambda answer, wanted, weights: "rows, columns, one input, s*s outputs: "
         f"wanted {wanted.shape}, got {answer.shape}."),
    ],
)  # fmt: skip


def _least_squares(patches, targets):
    """The weights W, (25, s*s), for which patches @ W is closest to targets in the squared error."""
    return np.linalg.solve(patches.T @ patches, patches.T @ targets)


def _tables(rows, pixels, outputs, seed):
    rng = np.random.default_rng(seed)
    patches = rng.standard_normal((rows, pixels)) + 0.5
    return patches, patches @ rng.standard_normal((pixels, outputs)) + rng.standard_normal((rows, outputs))


def _centred(table):
    return table - table.mean(axis=0)


RIGHT_SIDE = "the right side lacks its P.T: it is patches.T @ targets."

least_squares = exercise(
    _least_squares,
    cases=[_tables(5, 2, 2, 0), _tables(200, 25, 9, 1), _tables(90, 9, 4, 2), _tables(60, 9, 16, 3)],
    tolerance=1e-3,  # an inverse in single precision
    slips=[
        (lambda p, y: p.T @ y, "that is the right side of the equations alone: solve with P.T @ P on the left."),
        (lambda p, y: p.T @ y / len(p), "that is a correlation: solve with P.T @ P on the left side."),
        (lambda p, y: np.linalg.inv(p.T @ p),
         "that is the inverse of P.T @ P alone: where does the right side of the equations come in?"),
        (lambda p, y: np.linalg.pinv(p), "that is the pseudo-inverse alone: multiply it by the targets."),
        (lambda p, y: _least_squares(p, y).T, "the answer lies on its side: one ROW for each pixel of the patch."),
        (lambda p, y: -_least_squares(p, y), "the sign is turned round."),
        (lambda p, y: _least_squares(y, p), "patches and targets are exchanged: the targets are to be predicted."),
        (lambda p, y: _least_squares(_centred(p), _centred(y)),
         "the means were taken away first: a filter has nothing to put them back, use both tables as they are."),
        (lambda p, y: np.linalg.lstsq(p, y, rcond=None),
         "np.linalg.lstsq returns four things; which one is W?"),
        (lambda p, y: np.linalg.solve(p, y),
         "`patches` is no square table, so it has no inverse: multiply both sides by its transpose first."),
        (lambda p, y: np.linalg.solve(p.T @ p, y), RIGHT_SIDE),
        (lambda p, y: np.linalg.inv(p.T @ p) @ y, RIGHT_SIDE),
        (lambda p, y: np.linalg.solve(p.T @ p, y.T @ p),
         "the right side lies on its side: patches.T @ targets, in this order."),
        (lambda p, y: np.linalg.solve(p @ p.T, p.T @ y),
         "P.T @ P is wanted on the left, 25 x 25; P @ P.T has a row for every example."),
        (lambda p, y: np.linalg.solve(p.T @ y, p.T @ p), "the two sides are exchanged: solve(A, B) with A = P.T @ P."),
        (lambda p, y: (p.T @ p) @ (p.T @ y), "that multiplies by P.T @ P; solving divides by it, np.linalg.solve."),
        (lambda p, y: (p.T @ y) / (p.T @ p), "`/` divides number by number; equations are solved by np.linalg.solve."),
        (lambda p, y: p @ _least_squares(p, y), "those are the predictions, patches @ W: return W."),
        (lambda p, y: np.linalg.solve(p.T @ p, p.T @ y[:, :1]), "one column of W for EACH output: use all of targets."),
    ],
    symptoms=[
        (lambda answer, wanted, p, y: answer.shape == wanted.shape,
         lambda answer, wanted, p, y: "the mean squared error can be smaller: "
         f"wanted {np.mean((p @ wanted - y) ** 2):.4g}, got {np.mean((p @ answer - y) ** 2):.4g}."),
    ],
)  # fmt: skip


def _transposed_kernel(bank, scale):
    """A bank of filters (k, k, 1, s*s) -> the kernel (k*s, k*s) of the equal transposed convolution."""
    size = bank.shape[0]
    flipped = bank[::-1, ::-1].reshape(size, size, scale, scale)
    return flipped.transpose(0, 2, 1, 3).reshape(size * scale, size * scale)


def _interleaved(bank, scale):
    """Without the flip."""
    return _transposed_kernel(bank[::-1, ::-1], scale)


def _side_by_side(bank, scale):
    return np.block([[bank[:, :, 0, i * scale + j] for j in range(scale)] for i in range(scale)])


def _other_channels(bank, scale):
    """Channel i*s + j read as j*s + i."""
    return bank[..., np.arange(scale**2).reshape(scale, scale).T.ravel()]


def _square(bank, scale):
    return bank.reshape(bank.shape[0] * scale, -1)


ONE_AXIS = "flipped along one axis only: a kernel in two dimensions needs both."
TILES = "the filters stand side by side: their numbers must interleave, as the small images did in notebook 01."
RESHAPED = "a reshape is not enough: the s*s filters must interleave, as in notebook 01."

transposed_kernel = exercise(
    _transposed_kernel,
    cases=[(fractions(3, 3, 1, 4), 2), (fractions(5, 5, 1, 9, seed=1), 3), (fractions(4, 4, 1, 9, seed=2), 3)],
    slips=[
        (_interleaved,
         "interleaved, but mind the catch: a filter collects from the pixel BEFORE it what a kernel spreads AFTER it."),
        (lambda bank, s: _interleaved(bank, s)[::-1, ::-1],
         "too much was flipped: the order of the sub-pixels too. Each filter is turned round within itself, "
         "the channels keep theirs."),
        (lambda bank, s: _interleaved(bank[..., ::-1], s),
         "the channels were flipped: rows and columns of each filter are meant."),
        (lambda bank, s: _interleaved(bank[::-1], s), ONE_AXIS),
        (lambda bank, s: _interleaved(bank[:, ::-1], s), ONE_AXIS),
        (lambda bank, s: _transposed_kernel(bank, s).T, "rows and columns of the kernel are swapped."),
        (lambda bank, s: _interleaved(bank, s).T,
         "a transpose does not turn a filter round, it swaps rows and columns."),
        (lambda bank, s: _interleaved(bank.swapaxes(0, 1), s),
         "a transpose does not turn a filter round, it swaps rows and columns."),
        (lambda bank, s: _interleaved(np.rot90(bank), s), "that is a quarter of a turn: half a turn is wanted."),
        (lambda bank, s: _side_by_side(bank, s), f"{TILES} Then mind the catch."),
        (lambda bank, s: _side_by_side(bank[::-1, ::-1], s), TILES),
        (lambda bank, s: _transposed_kernel(_other_channels(bank, s), s),
         "channel i*s + j was read as j*s + i: i is the row."),
        (_square, f"{RESHAPED} Then mind the catch."),
        (lambda bank, s: _square(bank[::-1, ::-1], s), RESHAPED),
        (lambda bank, s: _transposed_kernel(bank, s)[..., None], "the last axis must go: (k*s, k*s) is wanted."),
        (lambda bank, s: bank[::-1, ::-1, 0], "that is still a bank, (k, k, s*s): its filters must interleave."),
        (lambda bank, s: bank[::-1, ::-1].sum(axis=3)[..., 0],
         "the filters were added up: each number keeps a place of its own."),
    ],
    symptoms=[
        (lambda answer, wanted, bank, scale: answer.shape != wanted.shape,
         lambda answer, wanted, bank, scale: f"{len(bank)}x{len(bank)} filters at scale {scale} make one kernel: "
         f"wanted {wanted.shape}, got {answer.shape}."),
        (lambda answer, wanted, bank, scale: np.array_equal(np.sort(answer, axis=None), np.sort(wanted, axis=None)),
         "the right numbers, in a wrong order: follow one number of one filter to its place."),
    ],
)  # fmt: skip
