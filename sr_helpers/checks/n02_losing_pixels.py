"""Checks of notebook 02: the crop, the cubic kernel, the weights of a smaller pixel, what shrinking cannot see."""

import numpy as np

from sr_helpers import resize
from sr_helpers.checks.engine import case, exercise, fractions

LEFT = "right for positive x only: a distance to the left counts like one to the right, so |x| is what counts."
FITS = "a size that fits already must stay whole: nothing may be cut off then."
MIDDLE = "the crop was taken from the middle: it starts at the top left corner."
EXCHANGED = "height and width are exchanged: image.shape is (height, width, ...), rows first."
KIND = "the numbers must keep their kind: an 8-bit picture stays uint8, or later cells take 0..255 for 0..1."


def _crop_to_multiple(image, scale):
    """Drop the last rows and columns so that height and width divide by scale."""
    return image[: image.shape[0] // scale * scale, : image.shape[1] // scale * scale]


def _cut(rows, columns):
    """A crop that keeps as many rows and columns as two functions of (side, scale) say."""
    return lambda image, scale: image[: rows(image.shape[0], scale), : columns(image.shape[1], scale)]


def _whole(side, scale):
    return side // scale * scale


def _from_the_middle(image, scale, up=0):
    down, across = image.shape[0] % scale, image.shape[1] % scale
    return image[(down + up) // 2 :, (across + up) // 2 :][: image.shape[0] - down, : image.shape[1] - across]


def _padded(image, scale):
    return np.pad(image, [(0, -side % scale) for side in image.shape[:2]] + [(0, 0)] * (image.ndim - 2), "edge")


crop_to_multiple = exercise(
    _crop_to_multiple,
    cases=[
        (fractions(3, 4), 2),
        (fractions(7, 11), 3),
        (fractions(7, 11, 3), 4),
        case((200 * fractions(8, 9, 3)).astype(np.uint8), 2, why=KIND),
        case(fractions(6, 9), 3, why=FITS),
        case(fractions(4, 7), 4, why=FITS),
        case(fractions(9, 6, 3), 2, why=FITS),
        (fractions(10, 5), 3),
        case(400 * fractions(13, 11) - 100, 5, why="what is kept is kept as it is: nothing is rounded or clipped."),
    ],
    slips=[
        (
            lambda image, scale: image[: -(image.shape[0] % scale), : -(image.shape[1] % scale)],
            "a side that fits already came back empty: what does a slice like [:-0] keep?",
        ),
        (
            _cut(lambda side, scale: side - side % scale or -scale, lambda side, scale: (side - 1) // scale * scale),
            FITS,
        ),
        (_cut(lambda side, scale: (side - 1) // scale * scale, lambda side, scale: (side - 1) // scale * scale), FITS),
        (_cut(_whole, lambda side, scale: side), "the height is right, the width was not cropped."),
        (_cut(lambda side, scale: side, _whole), "the width is right, the height was not cropped."),
        (
            lambda image, scale: image if image.shape[0] % scale == 0 else _crop_to_multiple(image, scale),
            "where the height fits already the width was left as it is: each side has a remainder of its own.",
        ),
        (
            lambda image, scale: image if image.shape[1] % scale == 0 else _crop_to_multiple(image, scale),
            "where the width fits already the height was left as it is: each side has a remainder of its own.",
        ),
        (
            lambda image, scale: image,
            "the image came back as it was, but its sides must divide by `scale`: is the cut kept? Does the division "
            "round down (`//`), before you multiply again?",
        ),
        (_padded, "the image grew: cropping only ever drops pixels, it never pads or resizes."),
        (
            lambda image, scale: image[image.shape[0] % scale :, image.shape[1] % scale :],
            "the top left was cut off: drop the LAST rows and columns instead, the top left stays.",
        ),
        (_from_the_middle, MIDDLE),
        (lambda image, scale: _from_the_middle(image, scale, up=1), MIDDLE),
        (
            _cut(lambda side, scale: side // scale, lambda side, scale: side // scale),
            "that many BLOCKS fit in; each has `scale` pixels, so multiply again.",
        ),
        (
            _cut(lambda side, scale: side % scale, lambda side, scale: side % scale),
            "the remainder is what is to be dropped, not kept.",
        ),
        (
            _cut(lambda side, scale: side - scale, lambda side, scale: side - scale),
            "drop the remainder of the division, not `scale` pixels.",
        ),
        (
            lambda image, scale: np.resize(image, _crop_to_multiple(image, scale).shape),
            "np.resize lets the pixels run on from row to row; a slice keeps each where it is.",
        ),
        (
            lambda image, scale: _crop_to_multiple(image, scale) / 255,
            "the crop is right, but the values were divided by 255: keep them.",
        ),
        (
            lambda image, scale: image[::scale, ::scale],
            "that shrinks the picture; here only the last rows and columns go.",
        ),
        (
            lambda image, scale: image[: _whole(min(image.shape[:2]), scale), : _whole(min(image.shape[:2]), scale)],
            "each side has a size of its own: the picture need not become square.",
        ),
        (
            lambda image, scale: image[: _whole(image.shape[0], scale), : image.shape[1] - image.shape[0] % scale],
            "the remainder of the height was taken for both sides: the width has its own.",
        ),
        (
            _cut(lambda side, scale: side // 3 * 3, lambda side, scale: side // 3 * 3),
            "right at scale 3 only: use `scale`.",
        ),
        (lambda image, scale: image[: _whole(image.shape[1], scale), : _whole(image.shape[0], scale)], EXCHANGED),
        (lambda image, scale: image[image.shape[1] % scale :, image.shape[0] % scale :], EXCHANGED),
        (
            lambda image, scale: image[: _whole(image.shape[0], scale), : _whole(image.shape[0], scale)],
            "the height was used for both sides: the width, image.shape[1], has its own multiple.",
        ),
        (
            lambda image, scale: image[: _whole(image.shape[1], scale), : _whole(image.shape[1], scale)],
            "the width was used for both sides: the height, image.shape[0], has its own multiple.",
        ),
        (
            lambda image, scale: image[: _whole(image.shape[0], scale)][: _whole(image.shape[1], scale)],
            "`[:h][:w]` cuts the rows twice: both slices belong in one pair of brackets, `[:h, :w]`.",
        ),
        (
            _cut(lambda side, scale: side - (side % scale > 0), lambda side, scale: side - (side % scale > 0)),
            "where a side does not fit one pixel was dropped: it is the remainder, which may be more than one.",
        ),
        (
            _cut(lambda side, scale: round(side / scale) * scale, lambda side, scale: round(side / scale) * scale),
            "round() may go up, and then nothing is dropped: `//` always goes down.",
        ),
        (
            _cut(lambda side, scale: _whole(side, scale) - 1, lambda side, scale: _whole(side, scale) - 1),
            "one row and one column too few: the end of a slice is not counted itself, so [:6] keeps six rows.",
        ),
        (
            _cut(lambda side, scale: _whole(side, scale) + 1, lambda side, scale: _whole(side, scale) + 1),
            "one row and one column too many where some are left over: [:6] keeps six rows, no + 1.",
        ),
        (
            lambda image, scale: _crop_to_multiple(image, scale)[::scale, ::scale],
            "the third number of a slice skips pixels, and so shrinks the picture: leave it out.",
        ),
        (
            lambda image, scale: (_whole(image.shape[0], scale), _whole(image.shape[1], scale)),
            "those are the two sides: now cut the image with them, and return that.",
        ),
        (
            lambda image, scale: image[_whole(image.shape[0], scale) :, _whole(image.shape[1], scale) :],
            "what is to be dropped was kept: put the numbers behind the colon.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, image, scale: answer.ndim < image.ndim,
            "the colours are gone: the third axis of a picture (H, W, 3) stays whole.",
        ),
        (
            lambda answer, wanted, image, scale: answer.shape != wanted.shape,
            lambda answer, wanted, image, scale: (
                f"of {' x '.join(map(str, image.shape[:2]))} pixels at scale {scale} the first {wanted.shape[0]} rows "
                f"and {wanted.shape[1]} columns stay; yours is {' x '.join(map(str, answer.shape))}."
            ),
        ),
        (
            lambda answer, wanted, image, scale: True,
            "the size is right, but it is not the top left of the image as it was: take a slice of it, no more.",
        ),
    ],
)


def _cubic(x):
    """Keys' cubic kernel with a = -0.5: the weight of a pixel at distance x (an array)."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0))


NEAR, FAR = (1.5, -2.5, 0, 1), (-0.5, 2.5, -4, 2)  # of |x|**3, |x|**2, |x| and 1


def _keys(near=NEAR, far=FAR, end=2, of=np.abs):
    """The kernel with other coefficients, another end, or x taken otherwise than by its size."""

    def kernel(x):
        beyond = np.where(np.abs(x) <= end, np.polyval(far, of(x)), 0)
        return np.where(np.abs(x) <= 1, np.polyval(near, of(x)), beyond)

    return kernel


def _keys_of(a):
    return _keys((a + 2, -(a + 3), 0, 1), (a, -5 * a, 8 * a, -4 * a))


TERMS = {3: "the term with |x|**3", 2: "the term with |x|**2", 1: "the term with |x|", 0: "the number without x"}


def _in(which, size):
    """Where the first or the second formula holds, the borders left out."""
    inside = (size > 0.05) & (size < 1) if which == "first" else (size > 1) & (size < 2)
    return inside & ~_border(size)


def _border(size):
    return np.isclose(size, 1) | np.isclose(size, 2)


def _one_term(which, power):
    """A symptom: one term of one formula is wrong, its sign or its number; all else is right."""

    def only_that(answer, wanted, x):
        size, more = np.abs(x), answer - wanted
        here = _in(which, size)
        factors = more[here] / size[here] ** power
        return np.ptp(factors) < 1e-4 and np.allclose(more[~here & ~_border(size) & (size > 0.05)], 0, atol=1e-5)

    def sentence(answer, wanted, x):
        size = np.abs(x)
        k = np.flatnonzero(_in(which, size))[0]
        right = (NEAR if which == "first" else FAR)[3 - power]
        got = right + (answer - wanted)[k] / size[k] ** power
        return f"in the {which} formula {TERMS[power]} is wrong: put a = -0.5 in once more, it is not {got:.4g}."

    return only_that, sentence


def _mixed(answer, wanted, x):
    """Whether every weight is right by one of the formulas, or zero."""
    size = np.abs(x)
    return np.isclose([_near(size), _far(size), 0 * size], answer, 0, 1e-5).any(axis=0).all()


def _near(x):
    return 1.5 * x**3 - 2.5 * x**2 + 1


def _far(x):
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2


def _wrong_only(where):
    """Wrong, but only where `where(x)` holds."""
    return lambda answer, wanted, x: where(x)[~np.isclose(answer, wanted, 0, 1e-5)].all()


BEYOND = "right up to |x| = 2, but beyond that the kernel is 0: a pixel further away has no say."
BRACKETS = "in the first formula brackets are missing: a + 2 as a whole is multiplied, and so is a + 3."


cubic = exercise(
    _cubic,
    cases=[
        case(np.array([0.5, 1.5, 2.5])),
        (np.linspace(-3, 3, 61),),
        (np.linspace(-2.2, 2.4, 24).astype(np.float32),),
    ],
    slips=[
        (_keys_of(-0.75), "that is a = -0.75, OpenCV's; MATLAB's and ours is a = -0.5."),
        (_keys_of(-1), "that is a = -1, the sharpest one; MATLAB's and ours is a = -0.5."),
        (_keys_of(0.5), "that is a = 0.5, of the wrong sign; MATLAB's and ours is a = -0.5."),
        (
            lambda x: np.where(np.abs(x) <= 2, _far(np.abs(x)), 0),
            "the second formula overwrites the first: it holds between 1 and 2 alone.",
        ),
        (
            lambda x: np.where(np.abs(x) <= 1, _near(np.abs(x)), 0) + np.where(np.abs(x) <= 2, _far(np.abs(x)), 0),
            "up to 1 both formulas are added up: the second holds between 1 and 2 alone.",
        ),
        (
            lambda x: np.where(np.abs(x) <= 1, _cubic(x), 0),
            "between 1 and 2 it is 0: the second formula holds there, and it is negative.",
        ),
        (
            lambda x: np.where(np.abs(x) <= 1, 0, _cubic(x)),
            "the first of the two formulas is missing: it holds up to 1.",
        ),
        (
            _keys(near=(-0.5, 2.5, -4, 2), far=(1.5, -2.5, 0, 1)),
            "the two formulas are exchanged: the first holds up to |x| = 1.",
        ),
        (
            lambda x: np.clip(1 - np.abs(x), 0, 1),
            "that is the tent of linear interpolation; Keys' formulas are wanted.",
        ),
        (_keys(of=np.asarray), f"{LEFT} Take |x| in the formulas too, and keep it: `x = np.abs(x)`."),
        (_keys(near=(1.5, -2.5, 0, 0)), "in the first formula the + 1 is missing: at x = 0 a pixel copies itself."),
        (_keys(far=(-0.5, 2.5, -4, 0)), "in the second formula the last term, -4a, is missing."),
        (_keys(far=(-0.5, 2.5, 0, 2)), "in the second formula the term 8a|x| is missing."),
        (_keys(near=(2, 3, 0, 1)), BRACKETS),
        (_keys(near=(2, -2.5, 0, 0.5)), BRACKETS),
        (_keys(near=(1.5, 3, 0, 1.5)), BRACKETS),
        (_keys(far=(-0.5, -5, 8, -4)), "in the second formula every term has the factor a, not the first alone."),
        (
            _keys(far=(-0.5, -2.5, -4, -2)),
            "in the second formula mind the signs: a is negative, so -5a and -4a are positive.",
        ),
        (_keys(near=(2.5, -1.5, 0, 1)), "in the first formula a + 2 and a + 3 are exchanged: |x|**3 goes with a + 2."),
        (_keys(near=(0, 1.5, -2.5, 1)), "in the first formula the powers are 3 and 2, not 2 and 1."),
        (_keys(end=9), BEYOND),
    ],
    symptoms=[
        (_wrong_only(lambda x: (np.abs(x) > 2) | _border(np.abs(x))), BEYOND),
        *(_one_term("first", power) for power in (3, 2, 1, 0)),
        *(_one_term("second", power) for power in (3, 2, 1, 0)),
        (_wrong_only(lambda x: x < 0), LEFT),
        (
            _mixed,
            "the formulas are right, but not where each of them holds: the first up to |x| = 1, the second from there "
            "to 2, then 0. Look at the numbers in the conditions.",
        ),
        (
            _wrong_only(lambda x: (np.abs(x) >= 1) | _border(np.abs(x))),
            "right up to |x| = 1; beyond that something is amiss: put a = -0.5 into the second formula once more, "
            "minus times minus is plus.",
        ),
        (
            _wrong_only(lambda x: np.abs(x) <= 1),
            "right beyond |x| = 1; up to 1 something is amiss: put a = -0.5 into the first formula once more.",
        ),
    ],
)


def _shrink_weights(positions, k, scale):
    """The weights of the large pixels at `positions` in small pixel k; they sum to 1."""
    weights = resize.cubic((positions - ((k + 0.5) * scale - 0.5)) / scale)
    return weights / weights.sum()


def _weights(distance, share=lambda weights: weights / weights.sum()):
    """Weights of another distance(positions, k, scale), or divided by something else than their sum."""
    return lambda positions, k, scale: share(resize.cubic(distance(positions, k, scale)))


def _distance(positions, k, scale):
    return (positions - ((k + 0.5) * scale - 0.5)) / scale


shrink_weights = exercise(
    _shrink_weights,
    cases=[
        (np.arange(-4, 6), 0, 2),
        (np.arange(-6, 30), 4, 3),
        (np.arange(-8.0, 48), 7, 4),
        (np.arange(-6.0, 14), 0, 3),
        (np.arange(40), 9, 2),
        (np.arange(12), 0, 3),  # a part of the kernel lies outside: its sum is no longer that of all
    ],
    slips=[
        (
            _weights(lambda n, k, s: n - ((k + 0.5) * s - 0.5)),
            "the kernel was not widened: divide the distance by scale, or most pixels go unseen (no antialiasing).",
        ),
        (
            _weights(lambda n, k, s: (n - k * s) / s),
            "the pixels' corners were lined up: the middle of pixel k lies (scale - 1) / 2 beyond k * scale.",
        ),
        (
            _weights(lambda n, k, s: (n - k) / s),
            "`k` counts small pixels: its middle, (k + 0.5) * scale - 0.5, is in large ones.",
        ),
        (
            _weights(lambda n, k, s: (n - (k + 0.5) * s) / s),
            "half a pixel off: the middle is at (k + 0.5) * scale - 0.5. Where did the last 0.5 go?",
        ),
        (
            _weights(lambda n, k, s: (n - ((k + 0.5) * s + 0.5)) / s),
            "a pixel off: the last half pixel is taken away, not added.",
        ),
        (
            _weights(lambda n, k, s: (n - (k * s - 0.5)) / s),
            "the middle of pixel k is at (k + 0.5) * scale - 0.5: where is the first 0.5?",
        ),
        (
            _weights(_distance, lambda weights: weights),
            "right shape of the kernel, but it was not divided by its sum, or grey changes its shade. Or is the "
            "quotient not kept?",
        ),
        (
            _weights(_distance, lambda weights: weights / weights.max()),
            "the weights were divided by the largest; divide by their sum.",
        ),
        (
            _weights(_distance, lambda weights: weights / len(weights)),
            "the weights were divided by their number; divide by their sum.",
        ),
        (
            _weights(_distance, lambda weights: weights / np.abs(weights).sum()),
            "the negative weights count as negative in the sum: no abs().",
        ),
        (
            _weights(lambda n, k, s: (n - ((k + 0.5) * s - 0.5)) * s),
            "the kernel was squeezed: divide the distance by scale to widen it, do not multiply.",
        ),
        (
            _weights(lambda n, k, s: n - ((k + 0.5) * s - 0.5) / s),
            "put the difference in brackets: `a - b / c` divides b alone.",
        ),
        (
            _weights(lambda n, k, s: n / s - ((k + 0.5) * s - 0.5)),
            "the middle must be divided by scale too: put the difference in brackets.",
        ),
        (
            _weights(lambda n, k, s: np.floor(_distance(n, k, s))),
            "`//` cuts the fraction off the distance; `/` keeps it.",
        ),
        (lambda n, k, s: _shrink_weights(n, k, 3), "right at scale 3 only: use `scale`."),
        (
            lambda n, k, s: resize.cubic(_distance(n, k, s)) / s,
            "the weights were divided by scale, which is nearly right; divide by their sum.",
        ),
        (
            _weights(lambda n, k, s: (n - (k + 0.5 * s - 0.5)) / s),
            "put k + 0.5 in brackets: all of it counts small pixels, so all of it is multiplied by scale.",
        ),
        (
            _weights(lambda n, k, s: (n - (k + 0.5) * (s - 0.5)) / s),
            "no brackets around scale - 0.5: the half pixel is taken away last.",
        ),
        (
            _weights(lambda n, k, s: (n - (k * s + s // 2)) / s),
            "right at odd scales only: at scale 2 the middle lies between two pixels, `//` has cut the half off.",
        ),
        (
            _weights(lambda n, k, s: (n - ((k + 1) * s - 1)) / s),
            "that is the last pixel of the stretch; its middle is wanted.",
        ),
        (
            _weights(lambda n, k, s: (n - (0.5 * s - 0.5)) / s),
            "that is the middle of small pixel 0, whichever is asked for: use `k`.",
        ),
        (
            _weights(lambda n, k, s: (np.arange(len(n)) - ((k + 0.5) * s - 0.5)) / s),
            "`positions` was not used: they need not begin at 0.",
        ),
        (
            _weights(lambda n, k, s: n - (k + 0.5) * s),
            "the middle is half a pixel off, and the distance must be divided by scale.",
        ),
        (
            lambda n, k, s: resize.cubic(_distance(n, k, s) / _distance(n, k, s).sum()),
            "the distances were divided by their sum: divide the weights, behind the kernel.",
        ),
        (
            lambda n, k, s: ((n >= k * s) & (n < (k + 1) * s)) / s,
            "that is the mean of the block: where is the kernel, cubic(distance)?",
        ),
        (
            lambda n, k, s: _distance(n, k, s) / _distance(n, k, s).sum(),
            "those are distances: where is the kernel, cubic(distance)?",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, *case: answer.shape == wanted.shape and abs(answer.sum() - 1) > 1e-4,
            lambda answer, *_: (
                f"the weights must sum to 1, or grey changes; yours sum to {answer.sum():.4g}: is the last step that "
                "what the kernel gives is divided by its sum?"
            ),
        ),
        (
            lambda answer, wanted, positions, *_: abs((answer - wanted) @ positions) > 1e-3,
            lambda answer, wanted, positions, k, scale: (
                f"they must balance around the middle of small pixel {k}, at {wanted @ positions:.4g} for scale "
                f"{scale}, not at {answer @ positions:.4g}: look at how you find the middle."
            ),
        ),
        (
            lambda answer, wanted, *case: answer.shape == wanted.shape,
            "these are not the kernel's weights: (position - middle) / scale goes into `cubic`, and what comes out is "
            "divided by its sum, nothing else.",
        ),
    ],
)


def _invisible(detail, matrix):
    """The part of `detail` (N,) that matrix (M, N) maps to zero."""
    return detail - np.linalg.pinv(matrix) @ (matrix @ detail)


FIRST = "`pinv(matrix)` leads back from a SMALL signal: shrink the detail first, and `@` works from the right."
STAR = "`*` multiplies number by number; a matrix is applied with `@`."


def _parallel(one, other):
    return np.isclose(abs(one @ other), np.linalg.norm(one) * np.linalg.norm(other), rtol=1e-6, atol=0)


def _averaging(inputs, block, seed):
    """A matrix (M, N) that shrinks in a well-behaved way, no row alike, and a detail."""
    rng = np.random.default_rng(seed)
    matrix = np.kron(np.eye(inputs // block), np.ones((1, block))) / block
    return rng.standard_normal(inputs), matrix + 0.1 * rng.standard_normal(matrix.shape)


invisible = exercise(
    _invisible,
    cases=[
        (np.array([1.0, 0.5, 0.25]), np.array([[1.0, 1.0, 0.0]])),
        _averaging(12, 3, 0),
        _averaging(10, 2, 1),
        _averaging(48, 3, 2),
    ],
    tolerance=1e-4,  # a pseudo-inverse in single precision
    slips=[
        (
            lambda detail, matrix: np.linalg.pinv(matrix) @ (matrix @ detail),
            "that is the part that the small signal DOES show: take it away from the detail instead.",
        ),
        (
            lambda detail, matrix: np.linalg.pinv(matrix) @ (matrix @ detail) - detail,
            "the sign is turned round: take what is seen away from the detail, not the detail from it.",
        ),
        (
            lambda detail, matrix: detail - matrix.T @ (matrix @ detail),
            "the transpose is not the way back: here that takes the pseudo-inverse, np.linalg.pinv.",
        ),
        (
            lambda detail, matrix: matrix.T @ (matrix @ detail),
            "the transpose is not the way back, and what is seen is to be taken away.",
        ),
        (lambda detail, matrix: detail, "nothing was taken away, or it was not kept: shrunk, this can still be seen."),
        (
            lambda detail, matrix: 0 * detail,
            "zero is invisible, but it is no detail: keep everything that shrinking cannot see.",
        ),
        (
            lambda detail, matrix: detail + np.linalg.pinv(matrix) @ (matrix @ detail),
            "what is seen was added: take it away.",
        ),
        (
            lambda detail, matrix: matrix @ detail,
            "that is the small signal itself: bring it back with np.linalg.pinv(matrix) first.",
        ),
        (lambda detail, matrix: detail - detail.mean(), "the mean alone is not all that the small signal shows."),
        (
            lambda detail, matrix: np.linalg.pinv(matrix) @ detail[: len(matrix)],
            FIRST,
        ),
        (lambda detail, matrix: detail - np.linalg.pinv(matrix) @ detail, FIRST),
        (
            lambda detail, matrix: detail - matrix @ detail,
            "`matrix @ detail` is the small signal: bring it back with np.linalg.pinv(matrix) before you take it away.",
        ),
        (
            lambda detail, matrix: detail - matrix @ (matrix @ detail),
            "shrunk twice: the way back from the small signal is np.linalg.pinv(matrix), once.",
        ),
        (lambda detail, matrix: detail - np.linalg.pinv(matrix) * (matrix * detail), STAR),
        (lambda detail, matrix: detail - np.linalg.pinv(matrix) * (matrix @ detail), STAR),
        (
            lambda detail, matrix: detail - np.repeat(matrix @ detail, len(detail) // len(matrix)),
            "repeating the small pixels is not the way back: here that takes the pseudo-inverse, np.linalg.pinv.",
        ),
        (
            lambda detail, matrix: (detail - np.linalg.pinv(matrix) @ matrix) @ detail,
            "put the brackets otherwise: what is seen, a signal, is taken away from the detail, not a matrix.",
        ),
        (
            lambda detail, matrix: np.eye(len(detail)) - np.linalg.pinv(matrix) @ matrix,
            "that is the matrix that does it: apply it to the detail.",
        ),
        (
            lambda detail, matrix: np.where(np.arange(len(detail)) < len(matrix), 0, detail),
            "the first numbers of the detail are not what is seen: that is what np.linalg.pinv(matrix) makes of it.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, detail, matrix: _parallel(detail - answer, detail - wanted),
            lambda answer, wanted, detail, matrix: (
                "what is seen is to be taken away once; you took away "
                f"{np.linalg.norm(detail - answer) / np.linalg.norm(detail - wanted):.3g} times as much."
            ),
        ),
        (
            lambda answer, wanted, detail, matrix: _parallel(detail - answer, matrix.T @ (matrix @ detail)),
            "the transpose is not the way back, whatever it is multiplied by: take np.linalg.pinv(matrix).",
        ),
        (
            lambda answer, wanted, detail, matrix: answer.ndim == 1 and np.abs(matrix @ answer).max() < 1e-4,
            "shrinking cannot see it, but it is not all of the detail that stays unseen: take away from `detail` what "
            "comes back from its small signal, and do nothing more.",
        ),
        (
            lambda answer, wanted, detail, matrix: answer.ndim == 1 and np.abs(matrix @ answer).max() > 1e-4,
            lambda answer, wanted, detail, matrix: (
                f"shrunk, it must be zero everywhere, but {np.abs(matrix @ answer).max():.3g} can be seen: is all that "
                "comes back from the small signal, by np.linalg.pinv, taken away, and nothing done after that?"
            ),
        ),
    ],
)
