"""Notebook 05: a right answer written another way, and mistakes with a piece of the message each must get."""

import numpy as np


def network(scale, size=None, first="tanh", last=None, padding="same", channels=None, shuffle=True, kernels=(5, 3, 3), more=False, bias=True, apart=None, dilation=1):
    """The three-layer network with one thing changed, written with Keras's Sequential."""
    import keras
    from keras import layers

    from sr_helpers import models

    stack = keras.Sequential([keras.Input((size, size, 1))])
    stack.add(layers.Conv2D(64, kernels[0], padding=padding, activation=first, dilation_rate=dilation))
    if apart:
        stack.add(layers.Activation(apart, name="curve"))
    stack.add(layers.Conv2D(32, kernels[1], padding=padding, activation=first))
    if more:
        stack.add(layers.Conv2D(32, 3, padding=padding, activation=first))
    stack.add(layers.Conv2D(channels or scale**2, kernels[2], padding=padding, activation=last, use_bias=bias))
    if shuffle:
        stack.add(models.PixelShuffle(scale))
    return stack


def first_only(small, scale):
    answer = np.zeros((*small.shape[:3], small.shape[3] * scale**2))
    answer[..., : small.shape[3]] = small
    return answer


CASES = {
    "conv_parameters": (
        lambda kernel, inputs, outputs: outputs * (1 + inputs * kernel * kernel),
        [
            (lambda k, n, m: k * k * n * m, "biases are missing"),
            (lambda k, n, m: k * k * m + m, "inputs are missing"),
            (lambda k, n, m: k * n * m + m, "two sides"),
            (lambda k, n, m: k * k * n * m + n, "not for each input"),
            (lambda k, n, m: (k * k + 1) * n * m, "every pair"),
            (lambda k, n, m: k * k * n * m + 1, "EACH output channel"),
            (lambda k, n, m: k * k * n + m, "one filter only"),
            (lambda k, n, m: 2 * k * n * m + m, "doubled, not squared"),
            (lambda k, n, m: k ^ 2 * n * m + m, "not a power"),
            (lambda k, n, m: k * k * n * m + 2 * m, "does not have"),
        ],
    ),
    "receptive_radius": (
        lambda kernels: int(np.sum(np.array(kernels) // 2)),
        [
            (lambda kernels: 1 + sum(k - 1 for k in kernels), "whole width"),
            (lambda kernels: sum(k - 1 for k in kernels), "twice the radius"),
            (lambda kernels: sum(k // 2 + 1 for k in kernels), "counted in every layer"),
            (lambda kernels: sum(k / 2 for k in kernels), "half a pixel"),
            (lambda kernels: max(kernels) // 2, "reaches add up"),
            (lambda kernels: len(kernels), "draw one line"),
            (lambda kernels: sum(kernels) // 2, "halve each kernel"),
            (lambda kernels: kernels[0] // 2 + len(kernels) - 1, "is not 7"),
        ],
    ),
    "paper_network": (
        network,
        [
            (lambda s: network(s, last="relu"), "must be linear"),
            (lambda s: network(s, size=17), "any size"),
            (lambda s: network(s, padding="valid"), "trims"),
            (lambda s: network(s, channels=4 * s * s), "one for each sub-pixel"),
            (lambda s: network(s, channels=s), "do not divide by"),
            (lambda s: network(s, shuffle=False), "shuffle is missing"),
            (lambda s: network(s, first="relu"), "the paper's have tanh"),
            (lambda s: network(s, kernels=(9, 5, 5)), "kernel sizes"),
            (lambda s: network(s, more=True), "three convolutions"),
            (lambda s: network(s, bias=False), "without biases"),
            (lambda s: network(s).outputs[0], "return a model"),
            (lambda s: network(s, first=None, apart="tanh"), "there is curve"),
            (lambda s: network(s, dilation=2), "compute something else"),
        ],
    ),
    "icnr": (
        lambda small, scale: np.concatenate([small] * scale**2, axis=-1),
        [
            (lambda small, s: np.repeat(small, s**2, axis=3), "the colours alternate"),
            (lambda small, s: np.tile(small, (1, 1, 1, s**2)) / s**2, "divided"),
            (first_only, "only the first"),
            (lambda small, s: np.tile(-small, (1, 1, 1, s**2)), "not the kernel that was given"),
            (lambda small, s: np.random.default_rng(1).standard_normal((3, 3, 4, small.shape[3] * s * s)), "checkerboard"),
            (lambda small, s: np.tile(small, (s, s, 1, 1)), "must become"),
        ],
    ),
}
