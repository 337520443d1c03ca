"""How far a network sees: never less than a changed pixel shows, and refused by name where it cannot be told."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from test_own_models import branches, dilated, functional, same, separable, sequential, strided

from sr_helpers import models


def even_kernel_and_pooling():
    return functional(
        layers.Conv2D(4, 4, padding="same"), layers.MaxPooling2D(3, strides=1, padding="same"), models.PixelShuffle(2)
    )


def interpolated():
    return functional(
        layers.DepthwiseConv2D(5, padding="same"), layers.UpSampling2D(3, interpolation="bilinear"), same(1)
    )


def transposed():
    return functional(layers.Conv2DTranspose(3, 9, strides=3, padding="same"), layers.Conv2D(1, 5, padding="same"))


def unequal_branches():
    lr = keras.Input((None, None, 1))
    far, near = layers.Conv2D(4, 7, padding="same")(lr), same(4)(same(4)(lr))
    return keras.Model(lr, ops.clip(models.PixelShuffle(2)(far + near), 0, 1e9))


SEEN = {branches: 5, dilated: 4, sequential: 2, separable: 2, strided: 2}
SEEN |= {even_kernel_and_pooling: 3, interpolated: 3, transposed: 2, unequal_branches: 3, lambda: models.espcn(3): 7}


@pytest.mark.parametrize("build", SEEN)
def test_what_is_told_is_what_a_changed_pixel_shows(build):
    network, rng = build(), np.random.default_rng(0)
    network.set_weights(
        [0.05 + 0.1 * rng.random(w.shape, dtype=np.float32) for w in network.get_weights()]
    )  # nothing cancels
    lr = rng.random((1, 25, 25, 1), dtype=np.float32)
    changed = lr.copy()
    changed[0, 12, 12] += 1
    rows = np.flatnonzero(np.abs(network(changed) - network(lr)).max(axis=(0, 2, 3)) > 1e-9) // models.scale_of(network)
    seen = max(12 - rows.min(), rows.max() - 12)
    assert seen <= models.receptive_field_radius(network) == SEEN[build]
    assert seen >= SEEN[build] - 1


def test_padding_and_a_convolution_without_are_at_least_covered():
    network = functional(layers.ZeroPadding2D(2), layers.Conv2D(4, 5), models.PixelShuffle(2))
    assert models.receptive_field_radius(network) >= 2


def attention():
    lr = keras.Input((None, None, 1))
    return keras.Model(lr, layers.Multiply()([lr, layers.GlobalAveragePooling2D(keepdims=True)(lr)]))


def mean_of_all():
    lr = keras.Input((None, None, 1))
    return keras.Model(lr, lr * ops.mean(lr, axis=(1, 2), keepdims=True))


UNKNOWN = {
    attention: "GlobalAveragePooling2D",
    mean_of_all: "Mean",
    lambda: functional(layers.Lambda(lambda x: x)): "Lambda",
    lambda: functional(layers.MaxPooling2D(), layers.UpSampling2D()): "MaxPooling2D.*coarser than LR",
    lambda: functional(layers.GroupNormalization(1)): "GroupNormalization",
}


@pytest.mark.parametrize("build", UNKNOWN)
def test_what_cannot_be_told_is_refused_by_name(build):
    with pytest.raises(ValueError, match=UNKNOWN[build]) as refused:
        models.receptive_field_radius(build())
    assert "\n" not in str(refused.value)
