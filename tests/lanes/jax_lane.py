"""Upscaling on JAX, in an environment without TensorFlow; the lane runs test_training.py there too (make test-jax)."""

import dataclasses
import importlib.util
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from sr_helpers import datasets, metrics, models, resize, runs
from sr_helpers.upscale import luma_upscaler, upscale

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tools"))
import gpu_weights  # noqa: E402


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


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A recipe of seconds, its pictures packed."""
    recipe = gpu_weights.RECIPES["espcn_deep_x3"]
    settings = dataclasses.replace(recipe.settings, steps=4, batch_size=6, patch_size=16, warm_up=1)
    recipe = dataclasses.replace(recipe, settings=settings, sets=("starter",), shrink_jpegs=1.0)
    monkeypatch.setitem(gpu_weights.RECIPES, "espcn_deep_x3", recipe)
    monkeypatch.setattr(gpu_weights, "PACKED", tmp_path / "luma.zip")
    monkeypatch.setattr(gpu_weights, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(gpu_weights, "CHUNK", 2)
    gpu_weights.pack()
    return recipe


def test_batches_that_are_drawn_on_the_gpu_are_aligned_and_turned_together(small):
    import jax

    lr, hr = map(np.asarray, jax.jit(gpu_weights._drawer(gpu_weights._pairs(small), small))(jax.random.key(0)))
    assert lr.shape == (6, 16, 16, 1) and hr.shape == (6, 48, 48, 1)
    inside = np.s_[3:-3, 3:-3]  # a patch's edge was made with what lies beyond it
    for small_patch, large in zip(lr, hr, strict=True):
        assert np.abs(resize.bicubic(large, 1 / 3) - small_patch)[inside].max() < 0.51 / 255


def test_a_training_on_the_gpu_becomes_a_run_folder(small, tmp_path):
    gpu_weights.train("espcn_deep_x3", tmp_path)
    gpu_weights.keep("espcn_deep_x3", tmp_path)
    history = runs.read_history(tmp_path / "runs" / "espcn_deep_x3")
    assert [record["step"] for record in history] == [2, 4]
    assert models.card(tmp_path / "runs" / "espcn_deep_x3")["recipe"]["batch_size"] == 6
    assert not all(
        map(
            np.array_equal,
            models.load(tmp_path / "runs" / "espcn_deep_x3").get_weights(),
            gpu_weights.network_for(small).get_weights(),
        )
    )
