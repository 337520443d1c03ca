"""The census of dead channels, on networks whose dead are known."""

import keras
import numpy as np

from sr_helpers import census, models


def test_channels_that_never_answer_are_counted():
    network = models.espcn_paper(2, activation="relu", seed=0)
    lrs = [np.random.default_rng(k).random((6, 7)).astype(np.float32) for k in range(3)]
    before = census.dead_channels(network, lrs)
    layer = network.get_layer("conv2")
    kernel, bias = (keras.ops.convert_to_numpy(weight).copy() for weight in layer.weights)
    kernel[..., :5], bias[:5] = 0, -1
    layer.set_weights([kernel, bias])
    after = census.dead_channels(network, lrs)
    assert set(after) == {"conv1", "conv2"} and after["conv1"] == before["conv1"]
    assert 5 <= after["conv2"][0] <= 5 + before["conv2"][0] and after["conv2"][1] == 32


def test_one_picture_that_wakes_a_channel_is_enough():
    network = models.espcn_paper(2, activation="relu", seed=0)
    layer = network.get_layer("conv1")
    layer.set_weights([np.ones(layer.kernel.shape, np.float32), np.full(64, -1, np.float32)])
    dark, bright = np.zeros((4, 4), np.float32), np.ones((4, 4), np.float32)
    assert census.dead_channels(network, [dark])["conv1"] == (64, 64)
    assert census.dead_channels(network, [dark, bright])["conv1"] == (0, 64)
