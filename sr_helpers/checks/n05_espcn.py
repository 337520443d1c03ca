"""Checks of notebook 05: parameters, receptive field, kernels that are products, the network of the paper, ICNR."""

import functools

import numpy as np

from sr_helpers.checks.engine import case, exercise, fractions
from sr_helpers.checks.networks import SIDES, computed, kernels


def _conv_parameters(kernel, inputs, outputs):
    """The parameters of a convolution: weights and biases."""
    return kernel**2 * inputs * outputs + outputs


conv_parameters = exercise(
    _conv_parameters,
    cases=[(3, 1, 2), (1, 7, 2), (5, 3, 4), (3, 4, 6), (2, 5, 3), (9, 1, 4)],  # small: `**` may go wrong
    slips=[
        (lambda k, n, m: k * k * n * m, "the biases are missing: every output channel has one number of its own."),
        (
            lambda k, n, m: k * k * m + m,
            "the inputs are missing: every filter looks at all input channels, with weights for each.",
        ),
        (lambda k, n, m: k * n * m + m, "a filter has two sides: kernel * kernel weights for each input."),
        (lambda k, n, m: k * k * n * m + n, "one bias for each OUTPUT channel, not for each input."),
        (
            lambda k, n, m: (k * k + 1) * n * m,
            "that is a bias for every pair of input and output: there is one for each output channel.",
        ),
        (lambda k, n, m: k * k * n + m, "that is one filter only, and the biases: there are `outputs` filters."),
        (lambda k, n, m: k * k * n + 1, "that is one filter with its bias: there are `outputs` of them."),
        (lambda k, n, m: k * k * n, "that is one filter without its bias: there are `outputs` of them."),
        (lambda k, n, m: k * k * n * m + 1, "one bias for EACH output channel."),
        (lambda k, n, m: k * k * n * m + k, "one bias for each output channel: their number is `outputs`."),
        (lambda k, n, m: k * k * n * m + k * k, "a bias is one number for each output channel, not a whole filter."),
        (
            lambda k, n, m: k * k * n * (m + 1),
            "a bias is one number for each output channel, not one more set of filters.",
        ),
        (lambda k, n, m: k * k * (n + 1) * m, "a bias is one number, not a filter: it has no kernel * kernel."),
        (lambda k, n, m: k * k * n * m - m, "the biases are added, not taken away."),
        (lambda k, n, m: k * k * n * m + n + m, "the input channels have no biases: add `outputs` alone."),
        (
            lambda k, n, m: k * k * (n + m) + m,
            "inputs and outputs are multiplied: every output has a filter for every input.",
        ),
        (
            lambda k, n, m: k * k + m,
            "a filter has kernel * kernel weights for EACH input, and there are `outputs` filters.",
        ),
        (lambda k, n, m: 2 * k * n * m + m, "the kernel was doubled, not squared."),
        (lambda k, n, m: k**3 * n * m + m, "the kernel is squared, not cubed: a filter has two sides."),
        (lambda k, n, m: k ^ 2 * n * m + m, "`^` is not a power in Python; `**` is."),
        (lambda k, n, m: (k ^ 2) * n * m + m, "`^` is not a power in Python, with brackets neither; `**` is."),
        (lambda k, n, m: 9 * n * m + m, "right for 3x3 filters only: use `kernel`."),
        (
            lambda k, n, m: (k * k * n + m) * m,
            "each of the `outputs` filters has ONE bias: `outputs` biases for each are far too many.",
        ),
        (lambda k, n, m: (k * n) ** 2 * m + m, "only the kernel is squared: a filter has one kernel for each input."),
        (lambda k, n, m: (k * n * m) ** 2 + m, "only the kernel is squared: `**` belongs to it alone."),
        (lambda k, n, m: k * n * m + 1, "a filter has two sides, kernel * kernel; and EACH output has a bias."),
        (lambda k, n, m: k * n * m, "a filter has two sides, kernel * kernel; and each output has a bias."),
        (lambda k, n, m: k * k * m, "the inputs are missing, and the biases: each filter looks at all input channels."),
        (
            lambda k, n, m: k * k + n * m + m,
            "all is added: a filter's kernel * kernel weights are there for each input AND each output.",
        ),
        (
            lambda k, n, m: (k * k * n * m, m),
            "weights and biases stand beside each other: one number is wanted, how many they are together.",
        ),
        (lambda k, n, m: k * k * n * m + 2 * m, "one bias for each output channel; you counted two."),
        (lambda k, n, m: k * k * n * m * m, "the biases are added, one for each output; you multiplied."),
    ],
    symptoms=[
        (
            lambda answer, wanted, k, n, m: (answer - k * k * n * m) in range(wanted),
            lambda answer, wanted, k, n, m: (
                f"the {k * k * n * m} weights are there, but then {m} biases are wanted, one for each output; "
                f"you have {answer - k * k * n * m}."
            ),
        ),
        (
            lambda answer, wanted, k, n, m: True,
            lambda answer, wanted, k, n, m: (
                f"{m} {'filter' if m == 1 else 'filters'} of {k} * {k} weights for each of {n} "
                f"{'input' if n == 1 else 'inputs'}, and {m} biases: wanted {wanted}, got {answer}."
            ),
        ),
    ],
    demands=[
        (
            lambda answer, *case: not (isinstance(answer, int) and answer > 10**6),
            "that is a huge number: is the kernel ALONE raised by `**`, and to the power of 2?",
        ),
    ],
)


def _receptive_radius(kernels):
    """How many LR pixels from the middle the receptive field reaches, for kernel sizes bottom to top."""
    return sum((kernel - 1) // 2 for kernel in kernels)


ONE_LAYER = (
    "that is one layer's reach: the next layer looks at pixels that have looked further already, so reaches add up."
)

receptive_radius = exercise(
    _receptive_radius,
    cases=[([3],), ([1],), ([5, 3],), ([5, 3, 3],), ([11, 1, 7],), ([3, 1, 5, 3],), ([5, *[3] * 5],), ([9, 5, 5],)],
    slips=[
        (
            lambda sizes: 2 * _receptive_radius(sizes) + 1,
            "that is the whole width of the field; the radius counts from the middle pixel to the rim.",
        ),
        (
            lambda sizes: 2 * _receptive_radius(sizes),
            "that is twice the radius: a 3x3 filter reaches one pixel to each side.",
        ),
        (lambda sizes: sum(sizes) // 2, "halve each kernel before you add: the middles must not add up."),
        (
            lambda sizes: sum(sizes),
            "those are whole widths: a 5x5 filter reaches 2 pixels to each side. Brackets: `k - 1 // 2` is k.",
        ),
        (
            lambda sizes: sum(k // 2 + 1 for k in sizes),
            "the middle pixel was counted in every layer: a 3x3 filter reaches 1 pixel far, a 1x1 filter none.",
        ),
        (
            lambda sizes: sum(k // 2 for k in sizes) + 1,
            "one too far: the middle pixel lies at distance 0, add nothing for it.",
        ),
        (
            lambda sizes: sum(k / 2 for k in sizes),
            "half a pixel too far in every layer: the middle pixel lies at distance 0.",
        ),
        (
            lambda sizes: sum(k - 2 for k in sizes),
            "right for 3x3 filters only: 1x1 reaches 0 pixels far, 5x5 reaches 2.",
        ),
        (
            lambda sizes: sum(k // 3 for k in sizes),
            "halve a kernel, do not divide it by three: 7x7 reaches 3 pixels far.",
        ),
        (
            lambda sizes: max(sizes),
            "that is the largest kernel's width; a 5x5 filter reaches 2 pixels to each side, and reaches add up.",
        ),
        (
            lambda sizes: (sum(sizes) - 1) // 2,
            "one was taken off the sum; take it off each kernel before you halve it.",
        ),
        (lambda sizes: len(sizes) * (sizes[0] // 2), "right where all kernels are alike: look at each kernel's size."),
        (lambda sizes: max(sizes) // 2, ONE_LAYER + " You took the largest."),
        (lambda sizes: sizes[0] // 2, ONE_LAYER + " You took the first."),
        (lambda sizes: sizes[-1] // 2, ONE_LAYER + " You took the last."),
        (lambda sizes: sum(k // 2 for k in sizes[1:]), "the first kernel was left out."),
        (lambda sizes: sum(k // 2 for k in sizes[:-1]), "the last kernel was left out."),
        (lambda sizes: len(sizes), "that is the number of layers: right where all kernels are 3x3 only."),
        (
            lambda sizes: sizes[0] // 2 + len(sizes) - 1,
            "right where all but the first kernel are 3x3: look at each kernel's size.",
        ),
        (lambda sizes: int(np.prod([k // 2 for k in sizes])), "the reaches were multiplied; they add up."),
        (lambda sizes: [k // 2 for k in sizes], "those are the reaches of the single layers: add them up."),
        (
            lambda sizes: (sum(sizes) - len(sizes)) / 2,
            "right, but a float: a number of pixels is a whole number, so halve with `//`.",
        ),
        (
            lambda sizes: sum(sizes[k] // 2 for k in range(3)),
            "a list may have any number of layers, not three: take all of them, by a loop or by sum().",
        ),
        (
            lambda sizes: sizes[0] // 2 + sizes[1] // 2 if len(sizes) else 0,
            "a list may have any number of layers, not two: take all of them, by a loop or by sum().",
        ),
        (
            lambda sizes: sum(1 if k == 3 else 2 for k in sizes),
            "right for 3x3 and 5x5 filters only: 1x1 reaches 0 pixels far, 7x7 reaches 3.",
        ),
        (
            lambda sizes: len(sizes) * (max(sizes) // 2),
            "the largest kernel was taken for every layer: take each one's.",
        ),
        (lambda sizes: sum(k // 2 for k in set(sizes)), "kernels of the same size count once for each layer."),
        (
            lambda sizes: sum(sizes) - len(sizes) + 2,
            "that is one more than the width of the field; half of it, no more.",
        ),
        (lambda sizes: 0 * len(sizes), "0 for every list: is what a layer reaches kept, as `radius += ...` does?"),
    ],
    symptoms=[
        (
            lambda answer, wanted, sizes: len(sizes) == 1,
            lambda answer, wanted, sizes: (
                f"one layer alone is wrong: {sizes[0]}x{sizes[0]} reaches {wanted} to each side, got {answer}."
            ),
        ),
        (
            lambda answer, wanted, sizes: len(sizes) > 1,
            lambda answer, wanted, sizes: (
                "one layer alone is right, several are not: "
                f"{sizes} reach {' + '.join(str(k // 2) for k in sizes)} = {wanted}, got {answer}. They just add up."
            ),
        ),
        (
            lambda answer, wanted, sizes: True,
            lambda answer, wanted, sizes: (
                f"kernels {sizes} reach {wanted} to each side, got {answer}: what does one layer add, half of what "
                "lies beside its middle pixel?"
            ),
        ),
    ],
)


def _collapsed(kernel, a, b):
    """The kernel K + A B: K is (k, k, inputs, outputs), A (k*k*inputs, width), B (width, outputs)."""
    return kernel + (a @ b).reshape(kernel.shape)


def _factors(*shape, width):
    """A kernel of this shape, and the two factors of a product that fits it."""
    rows = int(np.prod(shape[:3]))
    return fractions(*shape), fractions(rows, width, seed=1) - 0.5, fractions(width, shape[3], seed=2)


def _inputs_first(kernel, a, b):
    rows, columns, inputs, outputs = kernel.shape
    return kernel + (a @ b).reshape(inputs, rows, columns, outputs).transpose(1, 2, 0, 3)


def _not_the_product(answer, wanted, kernel, a, b):
    """Where something else than A B was added to K."""
    place = np.argwhere(~np.isclose(answer, wanted))[0]
    row, column = np.ravel_multi_index(place[:3], kernel.shape[:3]), place[3]
    return (
        f"what was added to K is not A B: at {place.tolist()} that is row {row} of A times column {column} of B, "
        f"{(a @ b)[row, column]:.4g}; you added {(answer - kernel)[tuple(place)]:.4g}."
    )


collapsed = exercise(
    _collapsed,
    cases=[
        _factors(1, 1, 2, 2, width=1),
        _factors(3, 3, 2, 4, width=5),
        _factors(3, 3, 1, 4, width=2),
        _factors(5, 5, 2, 3, width=7),
    ],
    slips=[
        (lambda kernel, a, b: (a @ b).reshape(kernel.shape), "that is A B alone: the plain kernel K is added to it."),
        (lambda kernel, a, b: kernel, "that is K alone: the product A B is added to it."),
        (lambda kernel, a, b: kernel - (a @ b).reshape(kernel.shape), "the product is added, not taken away."),
        (
            lambda kernel, a, b: kernel * (a @ b).reshape(kernel.shape),
            "K and A B were multiplied: the two ways run side by side, so their results, and their kernels, are added.",
        ),
        (
            lambda kernel, a, b: (kernel + (a @ b).reshape(kernel.shape)) / 2,
            "that is the mean of the two ways; they are added.",
        ),
        (
            lambda kernel, a, b: kernel + (a @ b).T.reshape(kernel.shape),
            "A B is in its right order already, its columns are the outputs: no `.T`.",
        ),
        (
            lambda kernel, a, b: kernel + (a @ b).reshape(kernel.shape, order="F"),
            "reshape in NumPy's usual order: the outputs run fastest.",
        ),
        (
            _inputs_first,
            "the rows of A stand in the kernel's own order, (k, k, inputs): one reshape to kernel.shape does it.",
        ),
        (
            lambda kernel, a, b: kernel.reshape((a @ b).shape) + a @ b,
            "right numbers, but still a matrix: give them the shape of the kernel.",
        ),
        (
            lambda kernel, a, b: kernel.ravel() + (a @ b).ravel(),
            "right numbers in one long row: give them the shape of the kernel.",
        ),
        (lambda kernel, a, b: a @ b, "that is A B alone, still a matrix: reshape it to kernel.shape and add K."),
        (
            lambda kernel, a, b: kernel + a @ b,
            "K has four axes and A B two, so NumPy repeats one: reshape A B to kernel.shape, and keep the result.",
        ),
        (lambda kernel, a, b: kernel + (b @ a).reshape(kernel.shape), "the order matters: first A, then B, `a @ b`."),
        (
            lambda kernel, a, b: kernel + (a * b).reshape(kernel.shape),
            "`*` multiplies number by number; the product of two matrices is `a @ b`.",
        ),
        (
            lambda kernel, a, b: kernel + (a @ b).reshape(3, 3, -1, kernel.shape[3]),
            "a kernel need not be 3x3: reshape to kernel.shape.",
        ),
        (
            lambda kernel, a, b: kernel + (a @ b).reshape(*kernel.shape[:2], *kernel.shape[:1:-1]).swapaxes(2, 3),
            "inputs and outputs are exchanged: the columns of A B are the outputs, they run fastest, as in the kernel.",
        ),
        (
            lambda kernel, a, b: kernel + (a @ b).reshape(kernel.T.shape).T,
            "`.T` turns ALL axes round: A B is in the kernel's order, one reshape to kernel.shape does it.",
        ),
        (
            lambda kernel, a, b: kernel + a.reshape(kernel.shape) @ b,
            "reshape the product, not A: first A B, which is as large as the kernel, then its shape.",
        ),
        (
            lambda kernel, a, b: (kernel.reshape(a.shape) + a) @ b,
            "K is added to the product, not to A: `@` first, the sum after it.",
        ),
        (lambda kernel, a, b: kernel + (a @ b).sum(), "A B was summed up: every weight of K gets a number of its own."),
        (lambda kernel, a, b: kernel + (a @ b).mean(), "A B was averaged: every weight of K gets a number of its own."),
        (lambda kernel, a, b: kernel + a + b, "A and B are multiplied, `a @ b`, and the product is added to K."),
        (
            lambda kernel, a, b: kernel + (a @ b.T).reshape(kernel.shape),
            "no `.T`: the columns of A meet the rows of B already, in `a @ b`.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, kernel, a, b: np.allclose(
                np.sort(answer - kernel, None), np.sort(wanted - kernel, None)
            ),
            "the numbers of A B are right, but they meet other numbers of K: one reshape to kernel.shape, with no axis "
            "exchanged or turned round.",
        ),
        (
            lambda answer, wanted, kernel, a, b: np.ptp((answer - kernel) / (wanted - kernel)) < 1e-4,
            lambda answer, wanted, kernel, a, b: (
                f"K is right, but {np.mean((answer - kernel) / (wanted - kernel)):.4g} times A B was added to it."
            ),
        ),
        (
            lambda answer, wanted, kernel, a, b: np.ptp((answer + kernel - wanted) / kernel) < 1e-4,
            lambda answer, wanted, kernel, a, b: (
                f"A B is right, but K was taken {np.mean((answer + kernel - wanted) / kernel):.4g} times."
            ),
        ),
        (
            lambda answer, wanted, kernel, a, b: answer.shape == wanted.shape,
            _not_the_product,
        ),
    ],
)


def _paper_network(scale):
    """The ESPCN of Shi et al. 2016 for luma, three convolutions and the shuffle, as an untrained Keras model."""
    import keras
    from keras import layers

    from sr_helpers import models

    lr = keras.Input((None, None, 1))
    x = layers.Conv2D(64, 5, padding="same", activation="tanh")(lr)
    x = layers.Conv2D(32, 3, padding="same", activation="tanh")(x)
    x = layers.Conv2D(scale**2, 3, padding="same")(x)
    return keras.Model(lr, models.PixelShuffle(scale)(x))


@functools.lru_cache(maxsize=64)  # the checks only look at these
def _changed(
    scale, size=None, curves=("tanh", "tanh", None), sizes=(5, 3, 3), filters=(64, 32, None), shuffle=True, **options
):
    """The network of the paper with something changed."""
    import keras
    from keras import layers

    from sr_helpers import models

    x = lr = keras.Input((size, size, 1))
    options = {"padding": "same"} | options
    for curve, kernel, count in zip(curves, sizes, filters, strict=True):
        x = layers.Conv2D(count or scale**2, kernel, activation=curve, **options)(x)
    return keras.Model(lr, models.PixelShuffle(scale)(x) if shuffle else x)


def is_model(network, *case):
    import keras

    return isinstance(network, keras.Model)


def not_a_model(network, *case):
    kind = "a tensor" if hasattr(network, "shape") else f"a {type(network).__name__}"
    return f"return a model, keras.Model(lr, ...), not {kind}."


def _same_picture(answer, wanted):
    return np.allclose(answer["sr"], wanted["sr"], atol=0.05)


def _sizes(answer, wanted, scale):
    got, right = ({(shape[0], shape[3]) for shape in kernels(found)} for found in (answer, wanted))
    lost, new = (", ".join(f"{k}x{k} to {n}" for k, n in sorted(some)) for some in (right - got, got - right))
    return f"wanted a convolution {lost} channels, got {new or 'none'}."


SIZE = "the input has a fixed size: use keras.Input((None, None, 1)), so that pictures of any size fit."
PADDING = 'a convolution without padding="same" trims the picture: the output would not be scale times the input.'
NO_BIAS = "a convolution without biases: by hand you counted them, so leave them in."
NO_SHUFFLE = "the pixel shuffle is missing: the output is still as small as the input."
LINEAR = "the last convolution must be linear"
SAME_NUMBERS = (
    "the weights have the right shapes, and yet the network computes something else: look at the order of its layers, "
    "and for an option that the text does not name."
)
COMMON = [  # of any network: what is told when no slip explains it
    (lambda answer, wanted, scale: answer["sr"] == "ValueError" and wanted["weights"] == answer["weights"], SIZE),
    (
        lambda answer, wanted, scale: len(kernels(answer)) != len(kernels(wanted)),
        lambda answer, wanted, scale: (
            f"wanted {len(kernels(wanted))} convolutions between input and output, got {len(kernels(answer))}: is each "
            "layer called on the one before?"
        ),
    ),
    (
        lambda answer, wanted, scale: all(shape[2] != 1 for shape in kernels(answer)),
        "the input has one channel, luma: keras.Input((None, None, 1)).",
    ),
    (lambda answer, wanted, scale: kernels(answer) != kernels(wanted), _sizes),
    (
        lambda answer, wanted, scale: len(answer["weights"]) > len(wanted["weights"]),
        "besides the convolutions there is a layer with weights of its own: the text names none.",
    ),
    (lambda answer, wanted, scale: len(answer["weights"]) < len(wanted["weights"]), NO_BIAS),
    (lambda answer, wanted, scale: answer["sr"].shape[1:3] == SIDES, NO_SHUFFLE),
    (
        lambda answer, wanted, scale: answer["sr"].shape != wanted["sr"].shape,
        lambda answer, wanted, scale: (
            f"wanted a picture of shape {wanted['sr'].shape} for one of {(1, *SIDES, 1)}, got {answer['sr'].shape}."
        ),
    ),
    (
        lambda answer, wanted, scale: isinstance(answer["sr"], str),
        lambda answer, wanted, scale: (
            f"it fails on a picture of {SIDES[0]} x {SIDES[1]} pixels ({answer['sr']}): is the shuffle's scale yours?"
        ),
    ),
    (
        lambda answer, wanted, scale: _same_picture(answer, wanted) and answer["learns"] != wanted["learns"],
        "it computes the right thing, but cannot learn: some weights have no gradient. NumPy's functions have none; "
        "Keras's do.",
    ),
    (
        lambda answer, wanted, scale: not np.allclose(answer["sr"], answer["learning"], atol=0.05),
        "it computes something else while it learns: is there a layer such as Dropout?",
    ),
    (
        lambda answer, wanted, scale: _same_picture(answer, wanted) and answer["start"] != wanted["start"],
        "right but for its start: at step 0 it should be nearest neighbour, nearly. Is the last convolution's "
        "kernel_initializer `near_zero`?",
    ),
    (lambda answer, wanted, scale: True, SAME_NUMBERS),
]

paper_network = exercise(
    _paper_network,
    cases=[(2,), (3,)],
    seen=lambda network, scale: computed(network) | {"start": "free"},
    tolerance=0.05,  # some units apart where wrong; a GPU may round
    demands=[(is_model, not_a_model)],
    slips=[
        (
            lambda s: _changed(s, curves=("tanh", "tanh", "relu")),
            f"{LINEAR}: with a relu there, before the shuffle or after it, all that is negative is lost, and there is "
            "nothing to learn from.",
        ),
        (
            lambda s: _changed(s, curves=("tanh", "tanh", "tanh")),
            f"{LINEAR}: tanh never quite reaches 1, which is white.",
        ),
        (
            lambda s: _changed(s, curves=("tanh", "tanh", "sigmoid")),
            f"{LINEAR}: sigmoid never quite reaches 0 and 1, black and white.",
        ),
        (
            lambda s: _changed(s, curves=("relu", "relu", None)),
            "the first two convolutions have relu; the paper's have tanh.",
        ),
        (
            lambda s: _changed(s, curves=("sigmoid", "sigmoid", None)),
            "the first two convolutions have sigmoid; the paper's have tanh.",
        ),
        (
            lambda s: _changed(s, curves=(None, None, None)),
            "the first two convolutions have no activation: without one, three layers are one.",
        ),
        (
            lambda s: _changed(s, curves=("tanh", None, None)),
            "the second convolution has no tanh: both of the first two have one.",
        ),
        (
            lambda s: _changed(s, curves=(None, "tanh", None)),
            "the first convolution has no tanh: both of the first two have one.",
        ),
        (
            lambda s: _changed(s, curves=(None, None, "tanh")),
            "the tanh stands after the last convolution: it belongs after the first two.",
        ),
        (lambda s: _changed(s, size=17), SIZE),
        (lambda s: _changed(s, padding="valid"), PADDING),
        (lambda s: _changed(s, use_bias=False), NO_BIAS),
        (lambda s: _changed(s, shuffle=False), NO_SHUFFLE),
        (
            lambda s: _changed(s, filters=(64, 32, 4 * s * s)),
            "the last convolution has too many channels: the shuffle needs scale*scale, one for each sub-pixel.",
        ),
        (
            lambda s: _changed(s, filters=(64, 32, 9)) if s < 3 else _changed(s),
            "right at scale 3 only: the last convolution has scale**2 channels.",
        ),
        (
            lambda s: _changed(s, dilation_rate=2),
            "the convolutions have a dilation, so their filters have holes: leave dilation_rate alone.",
        ),
        (
            lambda s: _changed(s, filters=(32, 64, None)),
            "64 and 32 channels are exchanged: the first convolution has 64.",
        ),
        (lambda s: _changed(s, sizes=(3, 3, 3)), "the first kernel is 5 x 5."),
        (lambda s: _changed(s, sizes=(5, 5, 5)), "only the first kernel is 5 x 5, the others are 3 x 3."),
        (lambda s: _changed(s, sizes=(9, 5, 5)), "kernels of 9, 5 and 5 are SRCNN's; here they are 5, 3 and 3."),
    ],
    symptoms=COMMON,
)


def _icnr(small, scale):
    """Filters for the small picture (k, k, inputs, C) -> filters before a pixel shuffle (k, k, inputs, C*s*s)."""
    return np.tile(small, (1, 1, 1, scale**2))


def _first_only(small, scale):
    answer = np.zeros((*small.shape[:3], small.shape[3] * scale**2))
    answer[..., : small.shape[3]] = small
    return answer


def _places(answer, small):
    """An answer's last axis, split into the places of the block and the colours."""
    return answer.reshape(*small.shape[:3], -1, small.shape[3])


icnr = exercise(
    _icnr,
    cases=[
        (fractions(1, 1, 1, 1), 2),
        (fractions(3, 3, 2, 1), 3),
        (fractions(3, 3, 4, 3), 2),
        (fractions(5, 5, 2, 2).astype(np.float32), 4),
        case(3 * fractions(3, 3, 1, 2) - 1, 5, why="weights may be negative, and above 1: copy them as they are."),
    ],
    slips=[
        (
            lambda small, s: np.repeat(small, s**2, axis=3),
            "the copies of one colour stand side by side (as np.repeat makes them); in the order (i*s + j)*C + c the "
            "colours alternate.",
        ),
        (lambda small, s: _icnr(small, s) / s**2, "the copies were divided: each sub-pixel needs the full weight."),
        (_first_only, "only the first sub-pixel got the kernel: all s*s must, or blocks are not flat."),
        (lambda small, s: _icnr(-small, s), "the sign is turned round: the copies are the kernel as it was given."),
        (
            lambda small, s: np.tile(small, (1, 1, 1, s)),
            "`scale` copies were made; a block has scale * scale sub-pixels.",
        ),
        (
            lambda small, s: np.tile(small, (1, 1, 1, 9)),
            "nine copies are right at scale 3 only: a block has scale**2 sub-pixels.",
        ),
        (lambda small, s: small, "nothing was copied: a block has scale**2 sub-pixels, each with a copy."),
        (
            lambda small, s: np.tile(small, (s, s, 1, 1)),
            "the filters grew, the channels did not: only the last axis gets longer.",
        ),
        (
            lambda small, s: np.tile(small, (1, 1, s**2, 1)),
            "the inputs were copied: only the last axis, the outputs, gets longer.",
        ),
        (lambda small, s: np.tile(small, (s**2, 1, 1, 1)), "the first axis got longer: only the last one may."),
        (
            lambda small, s: np.repeat(small, s**2),
            "np.repeat without an axis makes one long row of all numbers; only the last axis gets longer.",
        ),
        (
            lambda small, s: np.stack([small] * s**2, axis=-1),
            "the copies stand on an axis of their own, a fifth: they belong on the last of the four.",
        ),
        (
            lambda small, s: np.stack([small] * s**2, axis=3),
            "the copies stand on an axis of their own: reshape, or tile the last axis.",
        ),
        (lambda small, s: np.tile(small[..., ::-1], (1, 1, 1, s**2)), "the colours come in the opposite order."),
    ],
    symptoms=[
        (
            lambda answer, wanted, small, s: np.ptp(_places(answer, small), axis=3).max() < 1e-6,
            "all sub-pixels are alike, but they are not the kernel that was given.",
        ),
        (
            lambda answer, wanted, small, s: answer.shape == wanted.shape,
            "the sub-pixels of one colour differ: then the first picture has blocks that are not flat, a checkerboard.",
        ),
    ],
)
