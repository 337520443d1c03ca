"""Checks of notebook 00: how many pixels survive, and the plainest way to enlarge."""

import numpy as np

from sr_helpers.checks.engine import case, exercise, fractions

WHOLE = "the whole picture was repeated, tile by tile; each single pixel must be repeated instead."
CHAIN = "Is each step's result kept, and does the next step start from it?"
ONE_ROW = "without an axis np.repeat makes one long row: name axis 0, then axis 1, in both calls."
RAN_ON = "the pixels ran on from row to row: np.repeat needs an axis, 0 for rows, then 1 for columns."
REPEAT = "np.tile repeats the whole picture, np.repeat each pixel: use np.repeat in both directions."
COLOURS = "the colours were repeated too: name the axis, axis 0 for rows and axis 1 for columns."

COLOURS_TOO = "right for (H, W), not for (H, W, 3): the colours on the last axis stay as they are. Is each axis named?"
KEPT = "a pixel keeps its number, be it above 1 or in uint8: nothing is clipped, divided or rounded."
ANY_SCALE = "right for the first few scales only: compute it from `scale`, whatever it is."
COLOURS_STAY = "an image has two sides that shrink; its colours do not."


def _pixels_kept(scale):
    """The share of the pixels left when both sides of an image shrink `scale` times."""
    return 1 / scale**2


pixels_kept = exercise(
    _pixels_kept,
    cases=[(2,), (3,), (4,), (1,), *(case(scale, why=ANY_SCALE) for scale in (5, 7, 10))],
    slips=[
        (lambda scale: 1 / scale, "that is the share of one side, but both shrink: divide 1 by `scale` once for each."),
        (lambda scale: scale**2, "that is how many HR pixels stand for one LR pixel; the share kept is its inverse."),
        (lambda scale: 1 - 1 / scale**2, "that is the share that is lost; what is asked is the share kept."),
        (
            lambda scale: 1 - 1 / scale,
            "that is the share that is lost, of one side only; what is asked is the share kept.",
        ),
        (lambda scale: 100 / scale**2, "give a share between 0 and 1, not a percentage."),
        (lambda scale: 100 / scale, "give a share between 0 and 1, not a percentage, and count both sides."),
        (lambda scale: 1 / (2 * scale), "two sides multiply, they do not add: how many pixels has a block of 3 x 3?"),
        (lambda scale: 2 / scale, "the shares of the two sides multiply; they do not add up. A square is `**2`."),
        (
            lambda scale: scale / 2,
            "`1 / a * b` divides by a alone: put what you divide by in brackets. And a square is `**2`, not `2 *`.",
        ),
        (lambda scale: 2 * scale, "that grows with the scale: divide 1 by the pixels of a block, `scale` each way."),
        (lambda scale: scale, "that grows with the scale: divide 1 by the pixels of a block, `scale` each way."),
        (lambda scale: -(scale**2), "a minus in front makes it negative: a minus in the *power* makes one over it."),
        (lambda scale: 1 / scale**3, COLOURS_STAY),
        (lambda scale: 1 / scale**2 / 3, COLOURS_STAY),
        (lambda scale: 1 / scale**0.5, "that is the root of one side's share; the square is wanted, `**2`."),
        (lambda scale: 1 / 2**scale, "the power is the wrong way round: `scale**2`, not `2**scale`."),
        (lambda scale: 1 / (scale ^ 2), "`^` is no power in Python; `**` is."),
        (
            lambda scale: 1 // scale**2,
            "the fraction is cut off: `//`, int() and round() leave whole numbers; keep what `/` gives.",
        ),
        (lambda scale: 1 / scale * scale, "`1 / a * b` divides by a alone: put what you divide by in brackets."),
        (lambda scale: 1 / 9, "that is right for scale 3 only: use `scale`."),
        (lambda scale: 1 / 4, "that is right for scale 2 only: use `scale`."),
        (
            lambda scale: 9,
            "that is how many HR pixels stand for one LR pixel at scale 3: use `scale`, and its inverse.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, scale: answer > 1,
            "a share lies between 0 and 1, but yours grows with the scale or is turned round: divide 1 by something.",
        ),
        (
            lambda answer, wanted, scale: abs(answer - wanted) < 0.01,
            "nearly: keep all digits and compute it from `scale` alone, from no picture and no table.",
        ),
    ],
)


def _enlarge(image, scale):
    """Nearest neighbour: (H, W) -> (H*s, W*s); a last axis of colours stays as it is."""
    return image.repeat(scale, axis=0).repeat(scale, axis=1)


def _tiled(image, down, across):
    return np.tile(image, (down, across) + (1,) * (image.ndim - 2))


def _with_gaps(image, scale):
    large = np.zeros_like(_enlarge(image, scale))
    large[::scale, ::scale] = image
    return large


def _picked(rule):
    """Every large pixel takes the small one whose row and column `rule` (place, length, scale) names."""

    def enlarge(image, scale):
        rows, columns = (
            np.clip(rule(np.arange(side * scale), side, scale), 0, side - 1).astype(int) for side in image.shape[:2]
        )
        return image[rows][:, columns]

    return enlarge


def _three_colours(image, scale):
    large = np.zeros((image.shape[0] * scale, image.shape[1] * scale, 3))
    for i, j in np.ndindex(scale, scale):
        large[i::scale, j::scale] = image
    return large


def _played(function, image, scale):
    """Of an 8-bit image the numbers are compared: np.zeros and np.kron make floats of them, and that is fine."""
    answer = function(image, scale)
    return answer.astype(float) if image.dtype == np.uint8 and type(answer) is np.ndarray else answer


enlarge = exercise(
    _enlarge,
    cases=[
        (fractions(1, 2), 2),
        (fractions(2, 3).astype(np.float32), 2),
        (fractions(3, 2), 3),
        case(fractions(2, 4, 3).astype(np.float32), 2, why=COLOURS_TOO),
        case(fractions(3, 1, 3), 4, why=COLOURS_TOO),
        case(3 * fractions(2, 2), 3, why=KEPT),
        case(4 * fractions(2, 3) - 1, 5, why=KEPT),
        case(np.uint8([[3, 250, 128], [7, 1, 90]]), 2, why=KEPT),
    ],
    play=_played,
    tolerance=1e-5,
    slips=[
        (lambda image, scale: image, "the image came back unchanged: did you keep what your calls returned?"),
        (lambda image, scale: _tiled(image, scale, scale), WHOLE),
        (lambda image, scale: np.tile(image, (scale, scale, 1)), WHOLE),
        (lambda image, scale: _tiled(image, scale, 1), WHOLE),
        (lambda image, scale: _tiled(image, 1, scale), WHOLE),
        (lambda image, scale: np.tile(image, (scale, scale)), WHOLE),
        (lambda image, scale: image.repeat(scale, axis=0), f"only the rows were repeated: the columns too. {CHAIN}"),
        (lambda image, scale: image.repeat(scale, axis=1), f"only the columns were repeated: the rows too. {CHAIN}"),
        (
            lambda image, scale: image.repeat(scale, axis=0).repeat(scale, axis=0),
            "the rows were repeated twice: name axis 1, the columns, in the second step.",
        ),
        (
            lambda image, scale: image.repeat(scale, axis=1).repeat(scale, axis=1),
            "the columns were repeated twice: name axis 0, the rows, in one of the steps.",
        ),
        (lambda image, scale: np.tile(image, (scale, 1)).repeat(scale, axis=1), REPEAT),
        (lambda image, scale: _tiled(image, scale, 1).repeat(scale, axis=1), REPEAT),
        (lambda image, scale: _tiled(image, 1, scale).repeat(scale, axis=0), REPEAT),
        (
            lambda image, scale: image.repeat(scale**2).reshape(_enlarge(image, scale).shape),
            RAN_ON,
        ),
        (
            lambda image, scale: image.repeat(scale).reshape(image.shape[0] * scale, *image.shape[1:]),
            "the shape of repeated rows, but the pixels ran on from row to row: name the axis.",
        ),
        (
            lambda image, scale: image.repeat(scale),
            ONE_ROW,
        ),
        (lambda image, scale: image.repeat(scale, axis=(0, 1)), "np.repeat takes one axis at a time: call it twice."),
        (lambda image, scale: np.kron(image, np.ones((scale, scale) + (scale,) * (image.ndim - 2))), COLOURS),
        (
            lambda image, scale: image.repeat(scale, axis=0).repeat(scale, axis=-1),
            "axis -1 is the colours; columns are axis 1.",
        ),
        (
            lambda image, scale: np.kron(image, np.ones((scale, scale))),
            "of (H, W, 3) columns and colours grew, the last two axes: rows and columns must (np.kron: three axes).",
        ),
        (
            lambda image, scale: np.resize(image, (image.shape[0] * scale, image.shape[1] * scale, *image.shape[2:])),
            "np.resize fills the new shape with the pixels one after the other; np.repeat keeps each at its place.",
        ),
        (_with_gaps, "one pixel of each block was filled, the others are still 0."),
        (lambda image, scale: _enlarge(image, 2), "right at scale 2 only: use `scale`."),
        (lambda image, scale: _enlarge(image, 3), "right at scale 3 only: use `scale`."),
        (
            lambda image, scale: _enlarge(image, scale - 1),
            "a pixel becomes `scale` pixels wide and high, not one fewer.",
        ),
        (
            lambda image, scale: _enlarge(image, scale + 1),
            "a pixel becomes `scale` pixels wide and high, not one more.",
        ),
        (lambda image, scale: _enlarge(image, scale**2), "`scale` times in each direction, not `scale**2` times."),
        (lambda image, scale: image[::scale, ::scale], "that shrinks: a slice with a step leaves pixels out."),
        (
            _picked(lambda place, side, scale: np.round(place / scale)),
            "rounding goes on to the next pixel half a pixel early: a large pixel lies in number `place // scale`.",
        ),
        (
            _picked(lambda place, side, scale: np.ceil(place / scale)),
            "rounding up goes on to the next pixel too early: a large pixel lies in number `place // scale`.",
        ),
        (
            _picked(lambda place, side, scale: np.round(place * (side - 1) / (side * scale - 1))),
            "the pixels at the ends came out narrower: a large pixel lies in number `place // scale`.",
        ),
        (
            _picked(lambda place, side, scale: place * (side - 1) // (side * scale - 1)),
            "the last row and column were hardly repeated: a large pixel lies in number `place // scale`.",
        ),
        (
            lambda image, scale: np.kron(image, np.ones((scale, scale, 1))),
            "np.kron lines up the last axes: a picture (H, W) without colours needs ones with two axes, not three.",
        ),
        (
            _three_colours,
            "three colours are written in, but a picture may have none: `image.shape[2:]` is what follows (H, W).",
        ),
        (
            lambda image, scale: np.round(_enlarge(image, scale) * 255) / 255,
            "rounded to steps of 1/255: copy, no more.",
        ),
        (lambda image, scale: _enlarge(image, scale) / scale**2, "each copy keeps the pixel's number: do not divide."),
        (lambda image, scale: _enlarge(image, scale) * scale**2, "each copy keeps the pixel's number: no factor."),
    ],
    symptoms=[
        (lambda answer, wanted, image, scale: answer.ndim == 1, ONE_ROW),
        (
            lambda answer, wanted, image, scale: answer.ndim > wanted.ndim,
            "a picture (H, W) has no axis of colours, and may not get one: `image.shape[2:]` is what follows (H, W).",
        ),
        (
            lambda answer, wanted, image, scale: answer.shape == wanted.shape and (answer == 0).any(),
            "some large pixels are still 0: every place (i, j) of a block must be filled.",
        ),
        (
            lambda answer, wanted, image, scale: answer.shape == wanted.shape and not np.isin(answer, image).all(),
            "right shape, but the numbers are no longer the image's own: copy them, no mean, no rounding, no blending.",
        ),
        (
            lambda answer, wanted, image, scale: answer.shape == wanted.shape and np.isin(answer, image).all(),
            "right shape and the image's own pixels, but not where they belong: print the answer for [[1, 2], [3, 4]].",
        ),
    ],
)
