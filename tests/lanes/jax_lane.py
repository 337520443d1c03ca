"""Upscaling on JAX, in an environment without TensorFlow; the lane runs test_training.py there too (make test-jax)."""

import importlib.util

import keras
import numpy as np
import pytest

from sr_helpers import datasets, metrics, models, resize
from sr_helpers.upscale import luma_upscaler, upscale


def test_tensorflow_is_not_here():
    assert keras.backend.backend() == "jax"
    assert importlib.util.find_spec("tensorflow") is None


@pytest.mark.parametrize("scale, channels", [(2, 1), (3, 3)])
def test_pixel_shuffle_against_loops(scale, channels):
    x = np.random.default_rng(0).random((1, 3, 4, channels * scale**2), dtype=np.float32)
    large = np.asarray(models.PixelShuffle(scale)(x))
    for row, column, c in np.ndindex(*large.shape[1:]):
        k = (row % scale * scale + column % scale) * channels + c
        assert large[0, row, column, c] == x[0, row // scale, column // scale, k]


def test_the_shipped_weights_do_here_what_their_card_says():
    """Held-out photographs gain over bicubic, whole or in tiles."""
    network, pictures = models.pretrained(3), datasets.load("starter/test")
    ours = metrics.evaluate(luma_upscaler(network), pictures, 3)["psnr"]
    assert ours - metrics.evaluate(lambda lr: resize.bicubic(lr, 3), pictures, 3)["psnr"] > 1
    image = pictures["coffee"][:40, :50] / np.float32(255)
    assert np.abs(upscale(image, network, tile=20) - upscale(image, network)).max() < 1e-5
