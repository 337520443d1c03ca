"""Checks of notebook 00: how many pixels survive, and the plainest way to enlarge."""

import numpy as np

from sr_helpers.checks.engine import exercise, fractions

WHOLE = "the whole picture was repeated, tile by tile; each single pixel must be repeated instead."
COLOURS = "the colours were repeated too: name the axis, axis 0 for rows and axis 1 for columns."


def _pixels_kept(scale):
    """The share of the pixels left when both sides of an image shrink `scale` times."""
    return 1 / scale**2


pixels_kept = exercise(
    _pixels_kept,
    cases=[(2,), (3,), (4,), (1,)],
    slips=[
        (lambda scale: 1 / scale, "both sides shrink: did you count the height but forget the width?"),
        (lambda scale: scale**2, "that is how many HR pixels stand for one LR pixel; the share kept is its inverse."),
        (lambda scale: 1 - 1 / scale**2, "that is the share that is lost; what is asked is the share kept."),
        (
            lambda scale: 1 - 1 / scale,
            "that is the share that is lost, of one side only; what is asked is the share kept.",
        ),
        (lambda scale: 100 / scale**2, "give a share between 0 and 1, not a percentage."),
        (lambda scale: 1 / (2 * scale), "two sides multiply, they do not add: how many pixels has a block of 3 x 3?"),
        (lambda scale: 1 / scale**3, "an image has two sides that shrink; its colours do not."),
        (lambda scale: 1 / 2**scale, "the power is the wrong way round: `scale**2`, not `2**scale`."),
        (lambda scale: 1 // scale**2, "`//` cuts the fraction off; `/` keeps it."),
        (lambda scale: 1 / scale * scale, "`1 / a * b` divides by a alone: put what you divide by in brackets."),
        (lambda scale: 1 / 9, "that is right for scale 3 only: use `scale`."),
        (lambda scale: 1 / 4, "that is right for scale 2 only: use `scale`."),
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


enlarge = exercise(
    _enlarge,
    cases=[
        (fractions(1, 2), 2),
        (fractions(2, 3).astype(np.float32), 2),
        (fractions(3, 2), 3),
        (fractions(2, 4, 3).astype(np.float32), 2),
        (fractions(3, 1, 3), 4),
    ],
    slips=[
        (lambda image, scale: image, "the image came back unchanged: did you keep what your calls returned?"),
        (lambda image, scale: _tiled(image, scale, scale), WHOLE),
        (lambda image, scale: np.tile(image, (scale, scale, 1)), WHOLE),
        (lambda image, scale: _tiled(image, scale, 1), WHOLE),
        (lambda image, scale: _tiled(image, 1, scale), WHOLE),
        (lambda image, scale: np.tile(image, (scale, scale)), WHOLE),
        (lambda image, scale: image.repeat(scale, axis=0), "only the rows were repeated: do the same for the columns."),
        (lambda image, scale: image.repeat(scale, axis=1), "only the columns were repeated: do the same for the rows."),
        (
            lambda image, scale: image.repeat(scale, axis=0).repeat(scale, axis=0),
            "the rows were repeated twice: name axis 1, the columns, in the second step.",
        ),
        (
            lambda image, scale: image.repeat(scale).reshape(image.shape[0] * scale, *image.shape[1:]),
            "the shape of repeated rows, but the pixels ran on from row to row: name the axis.",
        ),
        (
            lambda image, scale: image.repeat(scale),
            "without an axis np.repeat makes one long row: name axis 0, then axis 1.",
        ),
        (
            lambda image, scale: image.repeat(scale).repeat(scale),
            "without an axis np.repeat makes one long row: name it twice.",
        ),
        (lambda image, scale: np.kron(image, np.ones((scale, scale) + (scale,) * (image.ndim - 2))), COLOURS),
        (
            lambda image, scale: image.repeat(scale, axis=0).repeat(scale, axis=-1),
            "axis -1 is the colours; columns are axis 1.",
        ),
        (
            lambda image, scale: np.kron(image, np.ones((scale, scale))),
            "np.kron lines up the last axes, so columns and colours grew: its ones need a third axis of 1 for colours.",
        ),
        (
            lambda image, scale: np.resize(image, (image.shape[0] * scale, image.shape[1] * scale, *image.shape[2:])),
            "np.resize fills the new shape with the pixels one after the other; np.repeat keeps each at its place.",
        ),
        (_with_gaps, "one pixel of each block was filled, the others are still 0."),
        (lambda image, scale: _enlarge(image, 2), "right at scale 2 only: use `scale`."),
    ],
    symptoms=[
        (
            lambda answer, wanted, image, scale: answer.shape == wanted.shape and np.isin(answer, image).all(),
            "right shape and the image's own pixels, but not where they belong: print the answer for [[1, 2], [3, 4]].",
        ),
    ],
)
