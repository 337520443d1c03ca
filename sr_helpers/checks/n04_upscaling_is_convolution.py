"""Checks of notebook 04: interpolation as filters, a filter learned in closed form, the transposed convolution."""

import numpy as np

from sr_helpers import resize
from sr_helpers.checks.engine import case, exercise, fractions


def box(x):
    """The kernel of nearest neighbour: whoever is closer than half a pixel decides alone."""
    return (np.abs(x) < 0.5).astype(float)


def tent(x):
    """The kernel of linear interpolation: falls from 1 at 0 to 0 at distance 1."""
    return np.maximum(1 - np.abs(x), 0.0)


def bell(x):
    """A kernel whose weights do not sum to 1: it is taken as it is."""
    return np.exp(-np.square(x) / 2)


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


def _told(weights):
    return f"[{', '.join(f'{weight:.2g}' for weight in weights)}]"


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
        (0, 3, bell),
        (1, 2, bell),
    ],
    slips=[
        (_weights(lambda i, s: PIXELS + _at(i, s)),
         "the filter is mirrored: sub-pixel 0 lies left of the middle, so the left neighbour weighs more."),
        (_weights(lambda i, s: PIXELS - i / s),
         "the corners were lined up: a sub-pixel is a little square too, and its MIDDLE counts."),
        (_weights(lambda i, s: PIXELS - (i + 0.5) / s),
         "half an LR pixel off: position 0 is the MIDDLE of the LR pixel. Where did the last 0.5 go?"),
        (_weights(lambda i, s: PIXELS - (i + 0.5) / s - 0.5),
         "a whole LR pixel off: the position is (i + 0.5) / scale - 0.5, and the pixel minus that. Without brackets, "
         "or with a + in them, the last half counts the wrong way."),
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
        (_weights(lambda i, s: PIXELS - _at(i, s), _sum_to_one),
         "right where the weights sum to 1 anyway; another kernel is taken as it is: do not divide by the sum."),
        (_weights(lambda i, s: PIXELS - (i / (s - 1) - 0.5)),
         "the outer sub-pixels do not lie on the rim of the LR pixel: divide by scale, and count from their middles."),
        (_weights(lambda i, s: PIXELS - (i - (s - 1) / 2)),
         "that position is in sub-pixels: divide by scale, the kernel wants LR pixels."),
        (_weights(lambda i, s: PIXELS - (i + 0.5) / (s - 0.5)),
         "put (i + 0.5) / scale in brackets: the half is taken away from the quotient, not from the scale."),
        (_weights(lambda i, s: (PIXELS - i / s) / s), f"{WIDENED} And a sub-pixel's MIDDLE counts: i + 0.5."),
        (_weights(lambda i, s: (PIXELS - (i + 0.5) / s) / s), f"{WIDENED} And the position is half a pixel off."),
        (lambda i, scale, kernel: np.abs(PIXELS - _at(i, scale)),
         "those are the distances, without a sign: what weight does `kernel` give them?"),
        (lambda i, scale, kernel: kernel(PIXELS) - _at(i, scale),
         "the position is taken away inside the kernel's brackets: kernel(distance)."),
        (lambda i, scale, kernel: kernel(np.asarray(_at(i, scale))) * PIXELS,
         "that is one weight times the places: the kernel wants the DISTANCE of every pixel to the position."),
    ],
    symptoms=[
        (lambda answer, wanted, *case: answer.shape != wanted.shape,
         lambda answer, *_: f"wanted five weights, of the LR pixels at -2..2, got shape {answer.shape}."),
        (lambda answer, wanted, i, scale, kernel: scale != 3,
         "right at scale 3 only: sub-pixels lie 1 / scale apart, so use `scale`, no table."),
        (lambda answer, wanted, i, scale, kernel: answer.sum() > 1.3 * wanted.sum(),
         lambda answer, wanted, *_: f"the weights sum to {answer.sum():.4g}, not to {wanted.sum():.4g}: too many "
         "pixels have a say. Is the kernel given the distance, in LR pixels, as it is? It must not be widened."),
        (lambda answer, wanted, *case: abs(answer.sum() - wanted.sum()) > 1e-4,
         lambda answer, wanted, *_: "the weights of a sub-pixel must sum to 1, or flat grey gets stripes; yours sum to "
         f"{answer.sum():.4g}: is the distance of ALL pixels right, `pixels` minus the position?"),
        (lambda answer, wanted, *case: True,
         lambda answer, wanted, i, scale, kernel: f"sub-pixel {i} at scale {scale} has its middle at "
         f"{_at(i, scale):.4g} LR pixels; yours lies elsewhere. Its weights: {_told(wanted)}, not {_told(answer)}."),
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


def _looped(weights, channel, count):
    """A bank that is filled in two loops of `count` steps, each pair at channel(i, j, s)."""
    s = len(weights)
    bank = np.zeros((5, 5, 1, s * s))
    for i in range(count(s)):
        for j in range(count(s)):
            bank[:, :, 0, channel(i, j, s)] = np.outer(weights[i], weights[j])
    return bank


def _first_wrong(answer, wanted, weights):
    """Which filter stands in the first channel that is wrong, and which one should."""
    s = len(weights)
    wrong = np.flatnonzero(~np.isclose(answer, wanted).all(axis=(0, 1, 2)))[0]
    alike = np.flatnonzero(np.isclose(answer[..., wrong, None], wanted).all(axis=(0, 1, 2)))
    held = f"it holds those of row {alike[0] // s} and column {alike[0] % s}" if alike.size else "it holds others"
    return (
        f"channel {wrong} is wrong: all products of the weights of row {wrong // s} and those of column {wrong % s} "
        f"belong there, np.outer(weights[{wrong // s}], weights[{wrong % s}]), but {held}."
    )


SCRAMBLED = "a reshape scrambled it: channels must go last, so stack along the last axis, or transpose."
FIRST_AXIS = (
    "the filters stand on the first axis: rows, columns, one input, then the s*s. Stack on the last axis, "
    "or keep what np.moveaxis returns."
)
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
        (_stacked(np.outer, 0), FIRST_AXIS),
        (lambda weights: _stacked(np.outer, 0)(weights)[:, :, :, None],
         FIRST_AXIS),
        (_stacked(np.multiply), "that multiplies weight by weight, five numbers: np.outer makes all products."),
        (_stacked(np.dot), "that is one number for each pair: np.outer makes the table of all products."),
        (lambda weights: np.stack([np.outer(w, w) for w in weights], axis=-1)[:, :, None],
         "row i goes with EVERY column j: two loops, s*s filters."),
        (lambda weights: np.stack([np.outer(w, w) for w in weights for _ in weights], axis=-1)[:, :, None],
         "the same sub-pixel was taken twice, `i` and `i`: a filter goes with row i and with column j."),
        (lambda weights: np.stack([np.outer(w, w) for _ in weights for w in weights], axis=-1)[:, :, None],
         "the same sub-pixel was taken twice, `j` and `j`: a filter goes with row i and with column j."),
        (lambda weights: _looped(weights, lambda i, j, s: i + j, int),
         "the channel is i*s + j, not i + j: now several filters share one, and others stay empty."),
        (lambda weights: _looped(weights, lambda i, j, s: i * s + j, lambda s: s - 1),
         "the last sub-pixel was left out: range(scale) ends before `scale` already."),
        (lambda weights: np.stack([np.tile(a * b, (5, 1)) for a in weights for b in weights], axis=-1)[:, :, None],
         "that repeats five products: every row's weight meets every column's, np.outer."),
        (lambda weights: (weights.T @ weights)[:, :, None, None],
         "`@` adds all the filters up: each pair (i, j) has one of its own, np.outer."),
        (_squared, "right at scale 3 only: s is len(weights)."),
        (lambda weights: np.outer(weights, weights),
         "np.outer flattens tables: take one row of weights and one column at a time."),
    ],
    symptoms=[
        (lambda answer, wanted, weights: answer.ndim == 3 and answer.size == wanted.size and 5 * len(weights) ** 2
         in answer.shape,
         "np.concatenate lays the filters side by side; np.stack gives them an axis of their own, the last."),
        (lambda answer, wanted, weights: sorted(answer.shape) == sorted(wanted.shape) != sorted(answer.shape)[::-1]
         and answer.shape != wanted.shape,
         lambda answer, wanted, weights: "the right axes in a wrong order: rows, columns, one input, s*s outputs are "
         f"{wanted.shape}, got {answer.shape}. Where do you stack, and where does the None stand?"),
        (lambda answer, wanted, weights: answer.shape == (5, 5, 1, len(weights)),
         "that is s filters, not s*s: row i goes with EVERY column j, and the filters of all rows are kept."),
        (lambda answer, wanted, weights: answer.shape[:2] == 2 * (len(weights),),
         "weights[:, i] is a column, one weight of each sub-pixel: the five weights of sub-pixel i are weights[i]."),
        (lambda answer, wanted, weights: answer.shape != wanted.shape,
         lambda answer, wanted, weights: "rows, columns, one input, s*s outputs: "
         f"wanted {wanted.shape}, got {answer.shape}."),
        (lambda answer, wanted, weights: (answer == 0).all(axis=(0, 1, 2)).any(),
         lambda answer, wanted, weights: "channel "
         f"{np.flatnonzero((answer == 0).all(axis=(0, 1, 2)))[0]} was never filled: do both loops run over all of "
         "range(scale), and is the channel i*s + j?"),
        (lambda answer, wanted, weights: True, _first_wrong),
    ],
)  # fmt: skip


def _least_squares(patches, targets):
    """The weights W, (25, s*s), for which patches @ W is closest to targets in the squared error."""
    return np.linalg.solve(patches.T @ patches, patches.T @ targets)


def _tables(rows, outputs, seed, faint=1):
    rng = np.random.default_rng(seed)
    patches = rng.standard_normal((rows, 25)) + 0.5
    patches[:, 7] *= faint
    return patches, patches @ rng.standard_normal((25, outputs)) + rng.standard_normal((rows, outputs))


def _centred(table):
    return table - table.mean(axis=0)


STAR = "`*` multiplies number by number: rows by columns is `@`."
FIRST_ROWS = "only the first rows were used: the squared error of ALL examples is to be smallest."
RIGHT_SIDE = "a P.T is missing: patches.T @ patches stands on the left, patches.T @ targets on the right."

least_squares = exercise(
    _least_squares,
    cases=[
        _tables(40, 9, 0),
        _tables(200, 25, 1),
        _tables(90, 16, 2, faint=0.01),  # a pixel that hardly changes: it counts, however weak it is
        _tables(1100, 4, 3),
    ],
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
         "a constant was fitted beside (the means taken away, or a column of ones added): a filter has nothing to put "
         "it back, so use both tables as they are."),
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
        (lambda p, y: np.linalg.inv(p.T @ p) * (p.T @ y), STAR),
        (lambda p, y: np.linalg.solve(p.T * p, p.T @ y), STAR),
        (lambda p, y: np.linalg.solve(p @ p.T, p @ y.T),
         "the T stands behind the wrong factor: patches.T @ patches, patches.T @ targets."),
        (lambda p, y: y - p @ _least_squares(p, y), "that is what is left of the targets, the errors: return W."),
        (lambda p, y: np.linalg.lstsq(p, y, rcond=None)[1],
         "those are the sums of squared errors, the second of what np.linalg.lstsq returns: W is the first."),
        (lambda p, y: np.linalg.lstsq(p, y, rcond=0.01)[0],
         "`rcond` leaves out directions that are weak, though not zero: rcond=None keeps them."),
        (lambda p, y: np.linalg.solve(p[:25], y[:25]),
         f"{FIRST_ROWS} Multiply both sides by P.T, that makes them square."),
        (lambda p, y: _least_squares(p[:1000], y[:1000]), FIRST_ROWS),
        (lambda p, y: _least_squares(p[:100], y[:100]), FIRST_ROWS),
        (lambda p, y: _least_squares(p.astype(np.float16).astype(float), y),
         "float16 keeps three digits, and solving loses some more: leave the tables as they are."),
    ],
    symptoms=[
        (lambda answer, wanted, p, y: answer.shape[:1] == (len(p),),
         "a row for every EXAMPLE: W has one for every pixel. With P.T @ P, 25 x 25, on the left, solve gives W."),
        (lambda answer, wanted, p, y: answer.shape == wanted.shape,
         lambda answer, wanted, p, y: "this W does not solve P.T @ P @ W = P.T @ Y, and the mean squared error can be "
         f"smaller: wanted {np.mean((p @ wanted - y) ** 2):.7g}, got {np.mean((p @ answer - y) ** 2):.7g}."),
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


def _shuffled(bank, scale):
    """As `pixel_shuffle` begins, which crashes here."""
    height, width, channels = bank.shape


def _moved(answer, wanted, bank, scale):
    """A number that stands in a wrong place: whence it comes, where it stands, and where it belongs."""
    row, column = np.argwhere(~np.isclose(answer, wanted))[0]
    at = [tuple(map(int, np.argwhere(table == wanted[row, column])[0])) for table in (bank, answer)]
    return (
        f"the right numbers, in a wrong order: bank{list(at[0])}, at row {at[0][0]} and column {at[0][1]} of filter "
        f"{at[0][3]}, belongs to [{row}, {column}] of the kernel; yours is at {list(at[1])}."
    )


ONE_AXIS = "flipped along one axis only: a kernel in two dimensions needs both."
TILES = "the filters stand side by side: their numbers must interleave, as the small images did in notebook 01."
RESHAPED = "a reshape is not enough: the s*s filters must interleave, as in notebook 01."

WEIGHTS = "weights may be negative, and above 1, at any scale: they change places and nothing else."

transposed_kernel = exercise(
    _transposed_kernel,
    cases=[(fractions(3, 3, 1, 4), 2), (fractions(5, 5, 1, 9, seed=1), 3), (fractions(4, 4, 1, 9, seed=2), 3),
           case(3 * fractions(3, 3, 1, 16, seed=3) - 1, 4, why=WEIGHTS)],
    slips=[
        (_interleaved,
         "interleaved, but mind the catch: a filter collects from the pixel BEFORE it what a kernel spreads AFTER it. "
         "If you turned it round: once only, and is the turned one used?"),
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
        (lambda bank, s: _shuffled(bank, s), "drop the one input first: the shuffle wants three axes, (k, k, s*s)."),
        (lambda bank, s: bank[::-1, ::-1, 0].reshape(*2 * bank.shape[:1], *2 * bank.shape[:1], s * s // len(bank) ** 2),
         "the shuffle's scale is `scale`, not the size of the filters."),
        (lambda bank, s: _interleaved(bank[:-1, :-1], s), "[:-1] leaves the last one out; [::-1] turns round."),
        (lambda bank, s: bank[::-1, ::-1, 0], "that is still a bank, (k, k, s*s): its filters must interleave."),
        (lambda bank, s: bank[::-1, ::-1].sum(axis=3)[..., 0],
         "the filters were added up: each number keeps a place of its own."),
    ],
    symptoms=[
        (lambda answer, wanted, bank, scale: answer.shape == (*wanted.shape, 1),
         "the last axis must go: (k*s, k*s) is wanted."),
        (lambda answer, wanted, bank, scale: answer.shape != wanted.shape,
         lambda answer, wanted, bank, scale: f"{len(bank)}x{len(bank)} filters at scale {scale} make one kernel: "
         f"wanted {wanted.shape}, got {answer.shape}."),
        (lambda answer, wanted, bank, scale: not np.isclose(answer[..., None], bank.ravel()).any(axis=-1).all(),
         "there are numbers in it that no filter has: they only change places, there is nothing to calculate."),
        (lambda answer, wanted, bank, scale: np.array_equal(np.sort(answer, axis=None), np.sort(wanted, axis=None)),
         _moved),
        (lambda answer, wanted, bank, scale: True,
         "some numbers of the filters are there twice, and others are missing: each has one place."),
    ],
)  # fmt: skip
