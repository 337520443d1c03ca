"""Over-parameterised convolutions compute what one plain convolution computes, before, while and after they learn."""

import keras
import numpy as np
import pytest

from sr_helpers import collapse, models


@pytest.fixture(params=[("espcn", 1), ("espcn", 3), ("espcn_paper", 1), ("espcn_deep", 1)], ids=str)
def network(request):
    build, channels = request.param
    return getattr(models, build)(3, channels=channels, initializer="glorot_uniform")


def compute(model):
    lr = np.random.default_rng(0).random((2, 9, 7, models.channels_of(model)), dtype=np.float32)
    return keras.ops.convert_to_numpy(model(lr))


def test_an_expanded_network_starts_as_the_plain_one(network):
    wide = collapse.expand(network, 16)
    assert wide.count_params() > network.count_params()
    assert np.array_equal(compute(wide), compute(network))


def test_collapsing_changes_nothing(network):
    wide = collapse.expand(network, 16)
    rng = np.random.default_rng(1)
    weights = [w + 0.05 * rng.standard_normal(w.shape).astype(np.float32) for w in wide.get_weights()]
    wide.set_weights(weights)
    moved = np.abs(compute(wide) - compute(network)).max()
    network.set_weights(collapse.collapse(wide))
    assert np.abs(compute(wide) - compute(network)).max() < 1e-5 < 0.01 < moved


def test_the_products_learn_too(network):
    wide = collapse.expand(network, 4)
    before = wide.get_weights()
    wide.compile("sgd", "mse")
    for _ in range(2):  # A has no gradient in the first step, since B is zero
        wide.train_on_batch(
            np.ones((1, 8, 8, models.channels_of(network))), np.zeros((1, 24, 24, models.channels_of(network)))
        )
    a_b = [pair for k, pair in enumerate(zip(before, wide.get_weights(), strict=True)) if k % 4 >= 2]
    assert all(not np.array_equal(old, new) for old, new in a_b)


def test_seeds(network):
    first, again, other = (collapse.expand(network, 4, seed).get_weights()[2] for seed in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
