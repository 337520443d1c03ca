"""What a network computes: networks are compared by that, be they written with layers, functions or a class."""

import functools

import numpy as np

SIDES = 16, 19  # of the picture that a network is tried on: not square, and no size that anybody would write down


@functools.lru_cache(maxsize=64)
def computed(network):
    """What a Keras model does with a picture: a dict that two networks share when they are one and the same.

    Its weights are filled with numbers that depend on their shapes alone, and restored. "weights" are the shapes,
    "start" tells of the picture before that, "sr" and "learning" hold what it makes of a picture, as it is used and as
    it is trained, and "learns" whether each weight has a gradient. A network that fails gives the error's name.
    """
    picture = np.random.default_rng(1).random((1, *SIDES, 1), dtype=np.float32)
    start = _tried(network, picture, False)
    before = network.get_weights()
    filled, met = [], {}
    for values in before:
        met[values.shape] = met.get(values.shape, 0) + 1
        filled.append(np.random.default_rng([*values.shape, met[values.shape]]).normal(0, 0.3, values.shape))
    network.set_weights(filled)
    try:
        return {
            "weights": sorted(values.shape for values in before),
            "start": _start(start, picture),
            "sr": _tried(network, picture, False),
            "learning": _tried(network, picture, True),
            "learns": _learns(network, picture),
        }
    finally:
        network.set_weights(before)


def kernels(found):
    """The shapes of the convolutions' kernels, those of one size last."""
    return [shape for shape in found["weights"] if len(shape) == 4]


def _tried(network, picture, training):
    try:
        return np.asarray(network(picture, training=training))
    except Exception as error:
        return type(error).__name__


def _start(sr, picture):
    """Whether a network begins as nearest neighbour, nearly."""
    if isinstance(sr, str) or sr.ndim != 4 or sr.shape[1] % SIDES[0] or sr.shape[1] == 0:
        return "no picture"
    scale = sr.shape[1] // SIDES[0]
    nearest = picture.repeat(scale, axis=1).repeat(scale, axis=2)
    return "nearest neighbour" if sr.shape == nearest.shape and np.abs(sr - nearest).max() < 0.1 else "something else"


def _learns(network, picture):
    import keras

    if keras.backend.backend() != "tensorflow":
        return "not looked at"
    import tensorflow as tf

    try:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(network(picture, training=False)))
        gradients = tape.gradient(loss, network.trainable_variables)
    except Exception as error:
        return type(error).__name__
    moving = sum(gradient is not None and bool(np.any(np.asarray(gradient))) for gradient in gradients)
    return "all" if moving == len(network.weights) else f"{moving} of {len(network.weights)}"
