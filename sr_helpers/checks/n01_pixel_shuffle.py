"""Checks of notebook 01: the pixel shuffle, its inverse, and the order of channels."""

import numpy as np

from sr_helpers.checks.engine import exercise, fractions

SKIPPED = "right shape, wrong order: a reshape alone moves nothing. Did you skip the transpose, or not keep its result?"
SPLIT = "look at the split: in memory each image row runs through W, then j. Into which axes do the H*s rows split?"
ONE_STEP = "one step down must skip a whole row of the block: how many places, and how many channels in each?"
# (H, W), scale, colours
SHAPES = (((1, 2), 2, 1), ((2, 3), 2, 1), ((3, 2), 3, 1), ((2, 2), 2, 3), ((2, 3), 3, 3), ((3, 2), 1, 2))


def _moved(answer, wanted, *case):
    return answer.shape == wanted.shape and (np.sort(answer, None) == np.sort(wanted, None)).all()


def _channel_of(i, j, c, scale, colours):
    """The channel that becomes row i, column j, colour c of every scale x scale block."""
    return (i * scale + j) * colours + c


channel_of = exercise(
    _channel_of,
    cases=[(i, j, c, s, n) for s, n in ((2, 1), (3, 1), (2, 3), (3, 3)) for i, j, c in np.ndindex(s, s, n)],
    slips=[
        (
            lambda i, j, c, scale, colours: (j * scale + i) * colours + c,
            "rows and columns are swapped: a step down (i) skips a whole row of the block, `scale` places.",
        ),
        (
            lambda i, j, c, scale, colours: c * scale**2 + i * scale + j,
            "that is PyTorch's order: here the colours of one pixel lie side by side, so c counts single steps.",
        ),
        (
            lambda i, j, c, scale, colours: i * scale + j + c,
            "with three colours, one step to the right (j) must skip three channels: is `colours` in your formula?",
        ),
        (
            lambda i, j, c, scale, colours: _channel_of(i, j, c, scale, colours) + 1,
            "channels are counted from 0: you are one too high.",
        ),
        (
            lambda i, j, c, scale, colours: (i * scale + j) * colours,
            "the colour is missing: add c, the place among the colours.",
        ),
        (
            lambda i, j, c, scale, colours: i * scale + j,
            "that is the place in the block; each place holds `colours` channels.",
        ),
        (lambda i, j, c, scale, colours: i * scale + j * colours + c, ONE_STEP),
        (lambda i, j, c, scale, colours: (i + j) * colours + c, ONE_STEP),
        (
            lambda i, j, c, scale, colours: i * scale * colours + j + c,
            "one step to the right (j) skips `colours` channels too.",
        ),
        (lambda i, j, c, scale, colours: i * colours + j * colours + c * scale, ONE_STEP),
        (
            lambda i, j, c, scale, colours: (i * colours + j) * scale + c,
            "`scale` and `colours` are exchanged: a row of the block has `scale` places, a place `colours` channels.",
        ),
        (
            lambda i, j, c, scale, colours: i * 6 + j * 3 + c,
            "right for the example (scale 2, three colours), but not always: use `scale` and `colours`.",
        ),
        (lambda i, j, c, scale, colours: (i * scale + j) * 3 + c, "right for three colours only: use `colours`."),
        (lambda i, j, c, scale, colours: (i * 2 + j) * colours + c, "right at scale 2 only: use `scale`."),
        (lambda i, j, c, scale, colours: (i * 3 + j) * colours + c, "right at scale 3 only: use `scale`."),
        (
            lambda i, j, c, scale, colours: i + j + c,
            "count along the block, row by row: a step down skips more than one channel.",
        ),
    ],
)


def _pixel_shuffle(x, scale):
    """Move channels into space: (H, W, C*s*s) -> (H*s, W*s, C)."""
    height, width, channels = x.shape
    blocks = x.reshape(height, width, scale, scale, channels // scale**2)  # (H, W, s, s, C)
    return blocks.transpose(0, 2, 1, 3, 4).reshape(height * scale, width * scale, -1)  # (H, s, W, s, C)


def _shuffled(axes, split=lambda height, width, scale: (height, width, scale, scale, -1), width_first=False):
    """A pixel shuffle with other axes in its transpose, another split, or the two sides of its result exchanged."""

    def shuffle(x, scale):
        height, width, channels = x.shape
        large = (width * scale, height * scale) if width_first else (height * scale, width * scale)
        return x.reshape(split(height, width, scale)).transpose(axes).reshape(*large, channels // scale**2)

    return shuffle


def _places_without_colours(x, scale):
    large = np.zeros(_pixel_shuffle(x, scale).shape)
    for k in range(scale**2):
        large[k // scale :: scale, k % scale :: scale] = x[..., k : k + large.shape[2]]
    return large


pixel_shuffle = exercise(
    _pixel_shuffle,
    cases=[(fractions(height, width, s * s * colours), s) for (height, width), s, colours in SHAPES],
    slips=[
        (_shuffled((0, 1, 2, 3, 4)), SKIPPED),
        (
            _shuffled((0, 3, 1, 2, 4)),
            "rows and columns of the block are swapped: i, the first of the two, belongs to the rows.",
        ),
        (_shuffled((2, 0, 3, 1, 4)), "each small image stayed in one piece: H must come before i, and W before j."),
        (_shuffled((2, 0, 1, 3, 4)), "i came before H: each row of the large image is a pair (h, i), h first."),
        (_shuffled((0, 2, 3, 1, 4)), "j came before W: each column of the large image is a pair (w, j), w first."),
        (
            _shuffled((2, 3, 0, 1, 4)),
            "the block came first: each side of the large image is a pair, (h, i) and (w, j).",
        ),
        (_shuffled((1, 2, 0, 3, 4)), "H and W are exchanged: rows (h, i) come first, then columns (w, j)."),
        (_shuffled((1, 3, 0, 2, 4), width_first=True), "right, but with rows and columns exchanged: H comes first."),
        (_shuffled((0, 2, 1, 3, 4), width_first=True), "height and width are exchanged in the last reshape."),
        (_shuffled((0, 2, 4, 1, 3)), "C must come last: the colours of one pixel stay together."),
        (
            _shuffled((0, 3, 1, 4, 2), lambda height, width, scale: (height, width, -1, scale, scale)),
            "that is PyTorch's order, channel = c*s*s + i*s + j. Here the colour runs fastest: (i*s + j)*C + c.",
        ),
        (
            lambda x, scale: _shuffled((0, 2, 1, 3, 4), lambda h, w, s: (h, w, s, s, 3))(x, scale),
            "three colours are written in, but there may be one: how many channels are left for each place?",
        ),
        (
            _places_without_colours,
            "right for one colour only: at which channel does place k start when each place has C?",
        ),
        (
            lambda x, scale: _pixel_shuffle(x, scale)[..., :1],
            "one colour is left: the answer keeps them all on its last axis.",
        ),
        (lambda x, scale: x, "the input came back: return what your last line makes."),
        (
            lambda x, scale: x.repeat(scale, axis=0).repeat(scale, axis=1),
            "that repeats pixels; here each channel becomes a place of the block, no number is copied.",
        ),
        (
            lambda x, scale: x.reshape(*x.shape[:2], scale, scale, x.shape[2] // scale**2).transpose(0, 2, 1, 3, 4),
            "split and transposed; now join the pairs: a reshape to (H*s, W*s, C).",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, *case: answer.shape == wanted.shape[:2],
            "the colour axis is lost: the answer has three axes, (H*s, W*s, C), even when C is 1.",
        ),
        (_moved, "right shape, wrong order: write the shape of every step behind its line and compare."),
    ],
)


def _pixel_unshuffle(image, scale):
    """Move space into channels: (H*s, W*s, C) -> (H, W, C*s*s), the inverse of pixel_shuffle."""
    height, width, colours = image.shape[0] // scale, image.shape[1] // scale, image.shape[2]
    blocks = image.reshape(height, scale, width, scale, colours).transpose(0, 2, 1, 3, 4)  # (H, W, s, s, C)
    return blocks.reshape(height, width, colours * scale**2)


def _unshuffled(axes, split=lambda height, width, scale: (height, scale, width, scale, -1)):
    """A pixel unshuffle with other axes in its transpose, or another split."""

    def unshuffle(image, scale):
        height, width, colours = image.shape[0] // scale, image.shape[1] // scale, image.shape[2]
        return image.reshape(split(height, width, scale)).transpose(axes).reshape(height, width, colours * scale**2)

    return unshuffle


def _unsplit(height, width, scale):
    return height, width, scale, scale, -1


pixel_unshuffle = exercise(
    _pixel_unshuffle,
    cases=[(fractions(height * s, width * s, colours), s) for (height, width), s, colours in SHAPES],
    slips=[
        (_unshuffled((0, 1, 2, 3, 4)), SKIPPED),
        (
            _unshuffled((0, 2, 3, 1, 4)),
            "rows and columns of the block are swapped: i (the row) comes before j (the column).",
        ),
        (
            _unshuffled((0, 2, 4, 1, 3)),
            "that is PyTorch's order: here the colours of one pixel stay together, C comes last.",
        ),
        (
            _unshuffled((1, 3, 0, 2, 4)),
            "the block came first, the small images fell apart: H and W first, then i and j, then C.",
        ),
        (
            _unshuffled((0, 1, 3, 2, 4)),
            "W and C or j are exchanged: the axes after the split are (H, i, W, j, C), and (H, W, i, j, C) is wanted.",
        ),
        (
            _unshuffled((1, 3, 0, 2, 4), lambda height, width, scale: (scale, height, scale, width, -1)),
            "the picture was cut into large tiles; take every s-th pixel instead: split rows into (H, s), not (s, H).",
        ),
        (_unshuffled((0, 2, 1, 3, 4), _unsplit), SPLIT),
        (_unshuffled((0, 1, 3, 2, 4), _unsplit), SPLIT),
        (_unshuffled((0, 3, 1, 2, 4), _unsplit), SPLIT),
        (
            lambda image, scale: image[::scale, ::scale],
            "that is the first place of each block alone: the others become channels too.",
        ),
        (lambda image, scale: image, "the image came back: return what your last line makes."),
        (
            lambda image, s: image.reshape(len(image) // s, s, image.shape[1] // s, s, -1).transpose(0, 2, 1, 3, 4),
            "split and transposed; now join the last three axes into the channels: a reshape to (H, W, C*s*s).",
        ),
    ],
    symptoms=[
        (_moved, "right shape, wrong order: does pixel_shuffle bring back the image you started from?"),
    ],
)
