"""Which channels of a network are dead? Built by hand in notebook 08."""

import keras
import numpy as np


def dead_channels(model, lrs):
    """How many channels of every hidden convolution are zero at every pixel of all of `lrs`: name -> (dead, all).

    `lrs` are LR images (h, w) in 0..1. Of some pictures it is an upper bound: another may wake a channel up.
    """
    hidden = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][:-1]
    probe = keras.Model(model.input, [layer.output for layer in hidden])
    alive = {layer.name: np.zeros(layer.filters, bool) for layer in hidden}
    for lr in lrs:
        maps = probe(np.asarray(lr, np.float32)[None, ..., None])
        for layer, features in zip(hidden, maps if isinstance(maps, list) else [maps], strict=True):
            alive[layer.name] |= (keras.ops.convert_to_numpy(features) > 0).any(axis=(0, 1, 2))
    return {name: (int((~channels).sum()), channels.size) for name, channels in alive.items()}
