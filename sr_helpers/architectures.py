"""ESPCN: the whole network works on the small image, and one pixel shuffle at the end makes it large.

Shi et al. 2016 (arXiv 1609.05158). Built layer by layer in notebook 05. Every layer is backend-neutral
Keras 3, so the same model trains under TensorFlow and JAX.
"""

import keras
from keras import layers, ops

from sr_helpers.initializers import ICNR, NearIdentity
from sr_helpers.shuffle import PixelShuffle

FILTERS = {  # (kernel size, filters) of every convolution but the last
    "espcn": ((5, 64), (3, 64), (3, 32), (3, 32), (3, 32)),
    "espcn_paper": ((5, 64), (3, 32)),
    "espcn_deep": ((3, 32),) * 9,
}


def espcn(scale, *, channels=1, activation="relu", skip=True, initializer="near_zero", seed=0):
    """The seven-layer ESPCN: six convolutions and the shuffle, (N, h, w, C) -> (N, h*s, w*s, C) in 0..1.

    Linear last layer. `skip` adds every LR channel to its own s*s channels before the shuffle, so an
    untrained network is nearest-neighbour. `initializer` of the last layer: "near_zero", "glorot_uniform" or
    "icnr", drawn from `seed` as all weights are, or any Keras initializer. 78,153 parameters for luma x3.
    """
    return _build("espcn", scale, channels, activation, skip, initializer, seed)


def espcn_paper(scale, *, channels=1, activation="tanh", skip=False, initializer="glorot_uniform", seed=0):
    """The three-layer network of the 2016 paper: tanh, linear output. 22,729 parameters for luma x3."""
    return _build("espcn_paper", scale, channels, activation, skip, initializer, seed)


def espcn_deep(scale, *, channels=1, activation="relu", skip=True, initializer="near_zero", seed=0):
    """Ten thin convolutions, as costly as the seven layers, and better for how they start. 76,905 parameters at x3.

    All of 3x3 with 32 channels; hidden layers start near the identity (see `initializers`), without which they learn
    no better than seven layers do.
    """
    return _build("espcn_deep", scale, channels, activation, skip, initializer, seed)


def _build(name, scale, channels, activation, skip, initializer, seed):
    if scale not in (2, 3, 4):
        raise ValueError(f"scale must be 2, 3 or 4, got {scale!r}")
    if channels not in (1, 3):
        raise ValueError(f"channels must be 1 (luma) or 3 (RGB), got {channels!r}")
    seeded = {
        "near_zero": keras.initializers.RandomNormal(stddev=1e-3, seed=seed + 100),
        "glorot_uniform": keras.initializers.GlorotUniform(seed=seed + 100),
        "icnr": ICNR(scale, keras.initializers.GlorotUniform(seed=seed + 100)),
    }
    if isinstance(initializer, str):
        initializer = seeded.get(initializer, initializer)
    lr = keras.Input((None, None, channels), name="lr")
    x = lr
    for number, (kernel, filters) in enumerate(FILTERS[name], start=1):
        # He for ReLU, Glorot for tanh: the start that keeps the signal's size from layer to layer
        start = keras.initializers.HeNormal if activation == "relu" else keras.initializers.GlorotUniform
        start = NearIdentity if name == "espcn_deep" else start
        x = layers.Conv2D(
            filters,
            kernel,
            padding="same",
            activation=activation,
            kernel_initializer=start(seed + number),
            name=f"conv{number}",
        )(x)
    last = f"conv{len(FILTERS[name]) + 1}"
    x = layers.Conv2D(channels * scale**2, 3, padding="same", kernel_initializer=initializer, name=last)(x)
    if skip:
        copies = ops.tile(lr, (1, 1, 1, scale**2))  # channel k*C + c is a copy of colour c
        x = layers.Add(name="skip")([x, copies])
    return keras.Model(lr, PixelShuffle(scale, name="sr")(x), name=name)
