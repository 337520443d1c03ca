"""Notebook 05: right answers written another way, random arguments, wrong answers with a piece of their sentence."""

import numpy as np


def functional(scale, shuffle=None, curve="tanh", extra=()):
    """The network of the paper, with another shuffle, other activations, or layers after the second convolution."""
    import keras
    from keras import layers

    from sr_helpers import models

    lr = keras.Input((None, None, 1))
    x = layers.Conv2D(64, 5, padding="same", activation=curve)(lr)
    x = layers.Conv2D(32, 3, padding="same", activation=curve)(x)
    for layer in extra:
        x = layer()(x)
    return keras.Model(lr, (shuffle or models.PixelShuffle)(scale)(layers.Conv2D(scale**2, 3, padding="same")(x)))


def own_shuffle(scale):
    from keras import layers, ops

    class Shuffle(layers.Layer):
        def call(self, x):
            _, height, width, channels = ops.shape(x)
            colours = channels // scale**2
            x = ops.transpose(ops.reshape(x, (-1, height, width, scale, scale, colours)), (0, 1, 3, 2, 4, 5))
            return ops.reshape(x, (-1, height * scale, width * scale, colours))

    return functional(scale, lambda scale: Shuffle())


def lambda_layer(scale):
    import tensorflow as tf
    from keras import layers

    return functional(scale, lambda scale: layers.Lambda(lambda x: tf.nn.depth_to_space(x, scale)))


def activations_as_layers(scale):
    import keras
    from keras import layers, ops

    from sr_helpers import models

    lr = keras.Input((None, None, 1))
    x = layers.Activation("tanh")(layers.Conv2D(64, 5, padding="same")(lr))
    x = ops.tanh(layers.Conv2D(32, 3, padding="same")(x))
    return keras.Model(lr, models.PixelShuffle(scale)(layers.Conv2D(scale**2, 3, padding="same")(x)))


def sequential(scale):
    import keras
    from keras import layers

    from sr_helpers import models

    options = {"padding": "same", "kernel_initializer": "he_normal"}
    return keras.Sequential(
        [
            keras.Input((None, None, 1)),
            layers.Conv2D(64, 5, activation="tanh", **options),
            layers.Conv2D(32, 3, activation=keras.ops.tanh, **options),
            layers.Conv2D(scale**2, (3, 3), activation="linear", **options),
            models.PixelShuffle(scale),
        ]
    )


def subclassed(scale, curve=None):
    import keras
    from keras import layers, ops

    from sr_helpers import models

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = layers.Conv2D(scale**2, 3, padding="same")
            self.hidden = [layers.Conv2D(64, 5, padding="same"), layers.Conv2D(32, 3, padding="same")]
            self.shuffle = models.PixelShuffle(scale)

        def call(self, x):
            for layer in self.hidden:
                x = (curve or ops.tanh)(layer(x))
            return self.shuffle(self.last(x))

    return Network()


def dropping(scale):
    from keras import layers

    return functional(scale, extra=[lambda: layers.Dropout(0.5)])


def normalised(scale):
    from keras import layers

    return functional(scale, extra=[layers.BatchNormalization])


def one_more(scale):
    from keras import layers

    return functional(scale, extra=[lambda: layers.Conv2D(32, 3, padding="same", activation="tanh")])


def rgb(scale):
    import keras
    from keras import layers

    from sr_helpers import models

    lr = keras.Input((None, None, 3))
    x = layers.Conv2D(64, 5, padding="same", activation="tanh")(lr)
    x = layers.Conv2D(32, 3, padding="same", activation="tanh")(x)
    return keras.Model(lr, models.PixelShuffle(scale)(layers.Conv2D(3 * scale**2, 3, padding="same")(x)))


def pop(kernels):
    radius = 0
    while kernels:
        radius += kernels.pop() // 2
    return radius


def drawn_factors(rng):
    shape, width = (*rng.integers(1, 4, 4).tolist(),), int(rng.integers(1, 5))
    rows = int(np.prod(shape[:3]))
    return rng.random(shape), rng.standard_normal((rows, width)), rng.standard_normal((width, shape[3]))


RIGHT = {
    "conv_parameters": [
        lambda kernel, inputs, outputs: outputs * (1 + inputs * kernel * kernel),
        lambda k, n, m: int(np.prod((k, k, n, m))) + m,
    ],
    "receptive_radius": [
        lambda kernels: int(np.sum(np.array(kernels) // 2)),
        lambda kernels: (sum(kernels) - len(kernels)) // 2,
    ],
    "collapsed": [
        lambda kernel, a, b: kernel + np.tensordot(a.reshape(*kernel.shape[:3], -1), b, axes=1),
        lambda kernel, a, b: np.float32(kernel + np.einsum("tw,wo->to", a, b).reshape(kernel.shape)),
    ],
    "paper_network": [own_shuffle, lambda_layer, activations_as_layers, sequential, subclassed],
    "icnr": [
        lambda small, scale: np.concatenate([small] * scale**2, axis=-1),
        lambda small, scale: np.tile(small, scale**2),
    ],
}
DRAW = {
    "conv_parameters": lambda rng: tuple(rng.integers(1, 9, 3).tolist()),
    "receptive_radius": lambda rng: ((2 * rng.integers(0, 6, int(rng.integers(1, 6))) + 1).tolist(),),
    "collapsed": drawn_factors,
    "paper_network": lambda rng: (int(rng.integers(2, 5)),),
    "icnr": lambda rng: (rng.random((*rng.integers(1, 4, 4),)), int(rng.integers(2, 5))),
}
WRONG = {
    "conv_parameters": [
        (lambda k, n, m: k * k * n * m + 3 * m, "2 biases are wanted, one for each output; you have 6"),
        (lambda k, n, m: f"{k * k * n * m + m}", "wanted one number, got the text"),
        (lambda k, n, m: (k * k * n * m, m), "one number is wanted"),
        (lambda k, n, m: 10**7 + k ** (2 * n * m), "is the kernel ALONE raised"),
        (lambda k, n, m: k * k * n * m / 1 + m, "wanted a whole number, got the float"),
    ],
    "receptive_radius": [
        (pop, "changes its argument `kernels` in place"),
        (lambda kernels: sum(k // 2 for k in kernels) + 1, "one too far"),
        (lambda kernels: sum((k + 1) // 2 for k in kernels), "the middle pixel was counted in every layer"),
        (lambda kernels: kernels // 2, "raised TypeError"),
        (lambda kernels: sum((k - 1) / 2 for k in kernels), "right, but a float"),
        (lambda kernels: [k // 2 for k in kernels], "add them up"),
        (lambda kernels: max(1, sum(k // 2 for k in kernels)), "one layer alone is wrong: 1x1 reaches 0"),
        (lambda kernels: sum(k // 2 for k in kernels) - len(kernels) + 1, "5, 3] reach 2 + 1 = 3, got 2"),
    ],
    "collapsed": [
        (lambda kernel, a, b: kernel + a @ b.T, "no `.T`"),
        (lambda kernel, a, b: kernel + 0.5 * (a @ b).reshape(kernel.shape), "0.5 times A B was added"),
        (lambda kernel, a, b: kernel + (a @ b).reshape(kernel.shape)[::-1], "they meet other numbers of K"),
        (
            lambda kernel, a, b: np.add(kernel, (a @ b).reshape(kernel.shape), out=kernel),
            "changes its argument `kernel` in place",
        ),
        (lambda kernel, a, b: 2 * (kernel + (a @ b).reshape(kernel.shape)), "2 times what is wanted"),
        (lambda kernel, a, b: (kernel + (a @ b).reshape(kernel.shape)).tolist(), "wrap it in np.array"),
    ],
    "paper_network": [
        (lambda scale: subclassed(scale, lambda x: np.tanh(x)), "some weights have no gradient"),
        (dropping, "a layer such as Dropout"),
        (normalised, "a layer with weights of its own"),
        (one_more, "wanted 3 convolutions between input and output, got 4"),
        (rgb, "the input has one channel"),
        (lambda scale: functional(scale, curve="relu"), "the first two convolutions have relu"),
        (lambda scale: functional(scale).outputs[0], "return a model, keras.Model(lr, ...), not a tensor"),
        (
            lambda scale: functional(scale, lambda scale: own_shuffle(scale + 1).layers[-1]),
            "it fails on a picture of 16 x 19 pixels",
        ),
        (lambda scale: functional(3), "wanted a convolution"),
        (lambda scale: "ESPCN", "return a model"),
    ],
    "icnr": [
        (
            lambda small, s: np.random.default_rng(1).standard_normal((*small.shape[:3], small.shape[3] * s * s)),
            "checkerboard",
        ),
        (lambda small, s: np.tile(np.ones_like(small), (1, 1, 1, s**2)), "not the kernel that was given"),
        (lambda small, s: np.tile(small, (1, 1, 1, s / 1)), "raised TypeError"),
        (lambda small, s: np.tile(small, (1, 1, 1, s**2)).tolist(), "wrap it in np.array"),
    ],
}
