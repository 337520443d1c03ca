"""Checks of notebook 01: the pixel shuffle, its inverse, and the order of channels."""

import itertools

import numpy as np

from sr_helpers.checks.engine import case, exercise, fractions

SKIPPED = (
    "right shape, wrong order: a reshape alone moves nothing. Did you skip the transpose, not keep its result, "
    "or list the axes in their old order?"
)
SPLIT = "look at the split: in memory each image row runs through W, then j. Into which axes do the H*s rows split?"
ONE_STEP = "one step down must skip a whole row of the block: how many places, and how many channels in each?"
EACH_PLACE = "right for one colour only: at which channel does place k start when each place has C?"
OVER = "scale**2 places share the channels: each has channels // scale**2 of them, its colours."
TWICE = (
    "some numbers are missing, others stand twice or 0 is left: which channels belong to place i*s + j, for C of them?"
)
SIDES = "height and width are exchanged in the last reshape."
# (H, W), scale, colours
MOVED = "numbers move, and none changes: they may be negative, or large."
SHAPES = (
    ((1, 2), 2, 1),
    ((2, 3), 2, 1),
    ((3, 2), 3, 1),
    ((2, 2), 2, 3),
    ((2, 3), 3, 3),
    ((3, 2), 2, 2),  # TensorFlow's own shuffle, a right answer, knows no scale of 1
    ((2, 1), 2, 4),
    ((2, 3), 4, 2),
    ((1, 2), 5, 1),
)


def _moved(answer, wanted, *case):
    return answer.shape == wanted.shape and (np.sort(answer, None) == np.sort(wanted, None)).all()


def _exchanged(answer, wanted, *case):
    return answer.shape[:2] == wanted.shape[1::-1] and answer.shape[2:] == wanted.shape[2:]


def _orders(make, letters, wanted, told):
    """A slip for every order of the five axes, but for the wanted one and those `told` with a reason of their own."""

    def named(axes):
        return f"({', '.join(letters[axis] for axis in axes)})"

    return [
        (
            make(axes),
            f"before the last reshape the numbers lie in the order {named(axes)}, slowest first; "
            f"wanted is {named(wanted)}.",
        )
        for axes in itertools.permutations(range(5))
        if axes not in (wanted, *told)
    ]


def _split_up(answer, wanted, *case):
    return answer.size == wanted.size and answer.shape != wanted.shape


def _twice(answer, wanted, *case):
    return answer.shape == wanted.shape and np.isin(answer, [*wanted.flat, 0]).all() and not _moved(answer, wanted)


def _step(answer, wanted, i, j, c, scale, colours):
    """What the first wrong channel tells: the cases go up by colours, then columns, then rows."""
    got = f"for scale {scale} and {colours} colour{'s' * (colours > 1)} that is {wanted}, you have {answer}"
    if i == j == c == 0:
        return (
            f"row 0, column 0, colour 0 is channel 0, you have {answer}: count from 0, look nothing up, add no number."
        )
    if i == j == 0:
        return f"look at c: one colour further is one channel further; {got}."
    if i == c == 0:
        return f"look at j: a step to the right skips one place, with all its colours; {got}."
    if j == c == 0:
        return f"look at i: a step down skips a row of the block, `scale` places with all their colours; {got}."
    return f"each step alone is right, but not row {i}, column {j}, colour {c} together: the three add up; {got}."


def _channel_of(i, j, c, scale, colours):
    """The channel that becomes row i, column j, colour c of every scale x scale block."""
    return (i * scale + j) * colours + c


channel_of = exercise(
    _channel_of,
    cases=[
        (i, j, c, s, n)
        for s, n in ((2, 3), (2, 1), (3, 1), (3, 2), (3, 3), (2, 4), (5, 2), (10, 3))
        for i, j, c in np.ndindex(s, s, n)
    ],
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
        (
            lambda i, j, c, scale, colours: (i * scale + j) * (3 if colours == 3 else 1) + c,
            "right for one colour and for three, but there may be 2 or 4: use `colours` itself.",
        ),
        (
            lambda i, j, c, scale, colours: (i * scale + j) * scale + c,
            "each place of the block holds `colours` channels, not `scale`.",
        ),
        (
            lambda i, j, c, scale, colours: (i * scale + j) * c + colours,
            "c and `colours` are exchanged: c is the place among the colours, `colours` how many there are.",
        ),
        (
            lambda i, j, c, scale, colours: c * scale**2 + j * scale + i,
            "that is PyTorch's order, with rows and columns swapped: here c counts single steps, j places, i rows.",
        ),
        (lambda i, j, c, scale, colours: (i * 2 + j) * colours + c, "right at scale 2 only: use `scale`."),
        (lambda i, j, c, scale, colours: (i * 3 + j) * colours + c, "right at scale 3 only: use `scale`."),
        (
            lambda i, j, c, scale, colours: i + j + c,
            "count along the block, row by row: a step down skips more than one channel.",
        ),
    ],
    symptoms=[(lambda answer, wanted, *case: True, _step)],
)


def _pixel_shuffle(x, scale):
    """Move channels into space: (H, W, C*s*s) -> (H*s, W*s, C)."""
    height, width, channels = x.shape
    blocks = x.reshape(height, width, scale, scale, channels // scale**2)  # (H, W, s, s, C)
    return blocks.transpose(0, 2, 1, 3, 4).reshape(height * scale, width * scale, -1)  # (H, s, W, s, C)


def _of_pytorch(height, width, scale):
    return height, width, -1, scale, scale


def _shuffled(axes, split=lambda height, width, scale: (height, width, scale, scale, -1), width_first=False):
    """A pixel shuffle with other axes in its transpose, another split, or the two sides of its result exchanged."""

    def shuffle(x, scale):
        height, width, channels = x.shape
        large = (width * scale, height * scale) if width_first else (height * scale, width * scale)
        return x.reshape(split(height, width, scale)).transpose(axes).reshape(*large, channels // scale**2)

    return shuffle


_SHUFFLED = {
    (0, 1, 2, 3, 4): SKIPPED,
    (0, 3, 1, 2, 4): "rows and columns of the block are swapped: i, the first of the two, belongs to the rows.",
    (2, 0, 3, 1, 4): "each small image stayed in one piece: H must come before i, and W before j.",
    (2, 0, 1, 3, 4): "i came before H: each row of the large image is a pair (h, i), h first.",
    (0, 2, 3, 1, 4): "j came before W: each large column is a pair (w, j), w first. Are i and j two axes of their own?",
    (2, 3, 0, 1, 4): "the block came first: each side of the large image is a pair, (h, i) and (w, j).",
    (1, 2, 0, 3, 4): "H and W are exchanged: rows (h, i) come first, then columns (w, j).",
    (0, 2, 4, 1, 3): "C must come last: the colours of one pixel stay together.",
    (2, 3, 4, 0, 1): "the channels came first, so each small image stayed whole: split them before you transpose.",
}
_FIVE = "the split of x is (H, W, s, s, C), as the numbers lie in memory: H and W stay, the channels alone are split."


def _places_without_colours(x, scale):
    large = np.zeros(_pixel_shuffle(x, scale).shape)
    for k in range(scale**2):
        large[k // scale :: scale, k % scale :: scale] = x[..., k : k + large.shape[2]]
    return large


def _one_channel_each(x, scale):
    large = np.zeros(_pixel_shuffle(x, scale).shape)
    for k in range(scale**2):
        large[k // scale :: scale, k % scale :: scale] = x[:, :, k * large.shape[2]]
    return large


def _always_two(x, scale):
    height, width, channels = x.shape
    blocks = x.reshape(height, width, 2, 2, channels // 4).transpose(0, 2, 1, 3, 4)
    return blocks.reshape(height * 2, width * 2, -1)


def _decoded_without_colours(x, scale):
    large = np.zeros(_pixel_shuffle(x, scale).shape)
    for row, column, k in np.ndindex(*x.shape):
        large[row * scale + k // scale, column * scale + k % scale, k % large.shape[2]] = x[row, column, k]
    return large


pixel_shuffle = exercise(
    _pixel_shuffle,
    cases=[
        *((fractions(height, width, s * s * colours), s) for (height, width), s, colours in SHAPES),
        case(400 * fractions(2, 3, 8) - 100, 2, why=MOVED),
    ],
    slips=[
        *((_shuffled(axes), sentence) for axes, sentence in _SHUFFLED.items()),
        *_orders(_shuffled, "HWijC", (0, 2, 1, 3, 4), _SHUFFLED),
        (_shuffled((1, 3, 0, 2, 4), width_first=True), "right, but with rows and columns exchanged: H comes first."),
        (_shuffled((0, 2, 1, 3, 4), width_first=True), SIDES),
        (
            _shuffled((0, 3, 1, 4, 2), _of_pytorch),
            "that is PyTorch's order, channel = c*s*s + i*s + j. Here the colour runs fastest: (i*s + j)*C + c.",
        ),
        (
            _shuffled((0, 4, 1, 3, 2), _of_pytorch),
            "rows and columns of the block are swapped, and that is PyTorch's order: here the split is (s, s, C).",
        ),
        (
            _shuffled((0, 2, 1, 3, 4), _of_pytorch),
            "the channels were split into (C, s, s), PyTorch's order; here the colour runs fastest: (s, s, C).",
        ),
        (_shuffled((0, 2, 1, 3, 4), lambda h, w, s: (h, s, w, s, -1)), _FIVE),
        (_shuffled((2, 0, 3, 1, 4), lambda h, w, s: (s, s, h, w, -1)), _FIVE),
        (_shuffled((0, 2, 1, 3, 4), lambda h, w, s: (w, h, s, s, -1)), "H and W are exchanged in the split of x."),
        (
            lambda x, scale: _shuffled((0, 2, 1, 3, 4), lambda h, w, s: (h, w, s, s, 3))(x, scale),
            "three colours are written in, but there may be one: how many channels are left for each place?",
        ),
        (
            lambda x, scale: _shuffled((0, 2, 1, 3, 4), lambda h, w, s: (h, w, s, s, 3 if x.shape[2] % 3 == 0 else 1))(
                x, scale
            ),
            f"how many colours there are follows from channels and scale, not from a guess of 1 or 3: {OVER}",
        ),
        (
            lambda x, scale: _shuffled((0, 2, 1, 3, 4), lambda h, w, s: (h, w, s, s, x.shape[2] // s))(x, scale),
            f"divided by scale once: {OVER}",
        ),
        (
            lambda x, scale: _shuffled((0, 2, 1, 3, 4), lambda h, w, s: (h, w, s, s, x.shape[2]))(x, scale),
            f"the split keeps all channels as colours: {OVER}",
        ),
        (
            lambda x, scale: _shuffled((0, 2, 1, 3, 4), lambda h, w, s: (h, w, s, s, 1))(x, scale),
            f"one colour is written in: {OVER}",
        ),
        (
            lambda x, scale: _shuffled((0, 2, 1, 3), lambda h, w, s: (h, w, s, s))(x, scale),
            f"the split has no axis for the colours, (H, W, s, s, C): {OVER}",
        ),
        (_always_two, "right at scale 2 only: it is written in; use `scale`."),
        (_places_without_colours, EACH_PLACE),
        (_one_channel_each, "x[:, :, k] is one channel and has no axis of colours: a place has C of them, k : k + C."),
        (
            _decoded_without_colours,
            "right for one colour only: of channel k, k % C is the colour and k // C the place in the block.",
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
            "split and transposed; now join the pairs, a reshape to (H*s, W*s, C), and return that one.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, *case: answer.ndim == 2 and answer.size == wanted.size,
            "the colour axis is lost: the answer has three axes, (H*s, W*s, C), even when C is 1.",
        ),
        (_exchanged, SIDES),
        (_split_up, "no number is lost; the last reshape makes three axes of them, (H*s, W*s, C)."),
        (_twice, TWICE),
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


_UNSHUFFLED = {
    (0, 1, 2, 3, 4): SKIPPED,
    (0, 2, 3, 1, 4): "rows and columns of the block are swapped: i (the row) comes before j (the column).",
    (0, 2, 4, 1, 3): "that is PyTorch's order: here the colours of one pixel stay together, C comes last.",
    (1, 3, 0, 2, 4): "the block came first, the small images fell apart: H and W first, then i and j, then C.",
}


def _planes(join, first=0, last=0, colours=np.s_[:]):
    """The small images, of rows i and columns j from `first` up to scale - `last`, joined in some way."""

    def unshuffle(image, scale):
        steps = range(first, scale - last)
        return join([image[i::scale, j::scale, colours] for i in steps for j in steps])

    return unshuffle


def _channels_overwritten(image, scale):
    small = np.zeros(_pixel_unshuffle(image, scale).shape)
    for k in range(scale**2):
        small[..., k : k + image.shape[2]] = image[k // scale :: scale, k % scale :: scale]
    return small


def _joined(planes):
    return np.concatenate(planes, axis=-1)


def _unsplit(height, width, scale):
    return height, width, scale, scale, -1


pixel_unshuffle = exercise(
    _pixel_unshuffle,
    cases=[
        *((fractions(height * s, width * s, colours), s) for (height, width), s, colours in SHAPES),
        case(400 * fractions(4, 6, 2) - 100, 2, why=MOVED),
    ],
    slips=[
        *((_unshuffled(axes), sentence) for axes, sentence in _UNSHUFFLED.items()),
        *_orders(_unshuffled, "HiWjC", (0, 2, 1, 3, 4), _UNSHUFFLED),
        (
            _unshuffled((1, 3, 0, 2, 4), lambda height, width, scale: (scale, height, scale, width, -1)),
            "the picture was cut into large tiles; take every s-th pixel instead: split rows into (H, s), not (s, H).",
        ),
        (_unshuffled((0, 2, 1, 3, 4), _unsplit), SPLIT),
        (_unshuffled((0, 1, 3, 2, 4), _unsplit), SPLIT),
        (
            _unshuffled((0, 2, 1, 3, 4), lambda height, width, scale: (width, scale, height, scale, -1)),
            "height and width are exchanged in the split: rows come first, (H, s, W, s, C).",
        ),
        (
            lambda image, s: (
                image.reshape(len(image), s, image.shape[1], s, image.shape[2])
                .transpose(0, 2, 1, 3, 4)
                .reshape(*image.shape[:2], -1)
            ),
            "the large height and width went into the split: a side splits into (side // scale, scale).",
        ),
        (
            lambda image, s: image.reshape(len(image) // s, s, image.shape[1] // s, s, -1).mean(axis=(1, 3)),
            "the pixels of each block were averaged: all are kept, as channels.",
        ),
        (
            _planes(list),
            "the small images are still a list: np.concatenate joins them, along the last axis, the channels.",
        ),
        (
            _planes(np.array),
            "the small images still have an axis of their own, the first: np.concatenate with axis=-1 joins them.",
        ),
        (
            _planes(lambda planes: np.stack(planes, axis=-1)),
            "no number is lost, but the channels are one axis: np.concatenate, or one more reshape.",
        ),
        (
            _planes(lambda planes: np.stack(planes, axis=2)),
            "no number is lost, but the channels are one axis: np.concatenate, or one more reshape.",
        ),
        (
            _planes(lambda planes: np.stack(planes, axis=-1), colours=0),
            "colour 0 alone was taken: the other colours become channels too.",
        ),
        (
            _planes(np.concatenate),
            "the small images were joined along the rows: the channels are the last axis, axis=-1.",
        ),
        (
            _planes(lambda planes: np.concatenate(planes, axis=1)),
            "the small images were joined along the columns: the channels are the last axis, axis=-1.",
        ),
        (_planes(_joined, first=1), "row 0 and column 0 of each block are left out: i and j count from 0."),
        (
            _planes(_joined, last=1),
            "the last row and column of each block are left out: range(scale) ends before `scale`.",
        ),
        (
            lambda image, s: _joined([image[i:s, j:s] for i in range(s) for j in range(s)]),
            "a slice with a step has two colons: `i:scale` ends at scale, `i::scale` takes every scale-th.",
        ),
        (
            lambda image, scale: np.tile(image[::scale, ::scale], scale**2),
            "the first place of each block came again and again: start at row i, column j, image[i::scale, j::scale].",
        ),
        (_channels_overwritten, EACH_PLACE),
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
        (
            lambda answer, wanted, *case: answer.size < wanted.size,
            "numbers are missing: each place (i, j) of a block, in all its colours, becomes channels.",
        ),
        (_twice, TWICE),
        (_exchanged, SIDES),
        (_moved, "right shape, wrong order: does pixel_shuffle bring back the image you started from?"),
        (
            lambda answer, wanted, *case: sorted(answer.shape) == sorted(wanted.shape),
            "the axes of the answer are exchanged: (H, W, channels).",
        ),
        (_split_up, "no number is lost; the last reshape makes three axes of them, (H, W, C*s*s)."),
    ],
)
