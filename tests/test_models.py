"""The networks: counted by hand, equal to TensorFlow where it has the same, saved and loaded, hostile files refused."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from sr_helpers import models


@pytest.fixture(scope="module")
def espcn():
    return models.espcn(3)


def test_parameters_counted_by_hand(espcn):
    # (kernel * kernel * channels in + 1 bias) * channels out, layer by layer
    seven = (25 + 1) * 64 + (9 * 64 + 1) * 64 + (9 * 64 + 1) * 32 + 2 * (9 * 32 + 1) * 32 + (9 * 32 + 1) * 9
    three = (25 + 1) * 64 + (9 * 64 + 1) * 32 + (9 * 32 + 1) * 9
    assert espcn.count_params() == seven == 78_153
    assert models.espcn_paper(3).count_params() == three == 22_729
    assert models.espcn(3, channels=3).count_params() == 86_555


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("channels", [1, 3])
def test_pixel_shuffle_is_tensorflows_depth_to_space(scale, channels):
    x = np.random.default_rng(0).random((2, 5, 7, channels * scale**2), dtype=np.float32)
    layer = models.PixelShuffle(scale)
    assert np.array_equal(layer(x), tf.nn.depth_to_space(x, scale))
    assert layer.compute_output_shape((None, None, 7, channels * scale**2)) == (None, None, 7 * scale, channels)
    with pytest.raises(ValueError, match="do not divide"):
        layer.compute_output_shape((None, 5, 5, scale**2 + 1))


def test_the_notebooks_pixel_shuffle_is_the_layers(capsys):
    from sr_helpers import checks

    by_hand = checks.pixel_shuffle(lambda x, scale: None)  # the version that notebook 01 builds
    x = np.random.default_rng(0).random((4, 5, 27), dtype=np.float32)
    assert np.array_equal(by_hand(x, 3), models.PixelShuffle(3)(x[None])[0])


def test_an_untrained_network_is_nearly_nearest_neighbour(espcn):
    lr = np.random.default_rng(0).random((1, 6, 8, 1), dtype=np.float32)
    nearest = lr.repeat(3, axis=1).repeat(3, axis=2)
    assert np.abs(models.compiled(espcn)(lr) - nearest).max() < 0.05


def test_the_skip_of_an_rgb_network_keeps_its_colours():
    network = models.espcn(2, channels=3, initializer="zeros")
    lr = np.random.default_rng(0).random((1, 4, 5, 3), dtype=np.float32)
    assert models.compiled(network)(lr) == pytest.approx(lr.repeat(2, axis=1).repeat(2, axis=2))


@pytest.mark.parametrize("scale, channels", [(2, 1), (3, 1), (2, 3)])
def test_icnr_starts_without_a_checkerboard(scale, channels):
    network = models.espcn(scale, channels, skip=False, initializer="icnr")
    lr = np.random.default_rng(0).random((1, 6, 7, channels), dtype=np.float32)
    sr = models.compiled(network)(lr)
    blocks = sr.reshape(1, 6, scale, 7, scale, channels)
    assert np.ptp(blocks, axis=(2, 4)).max() < 1e-6 and np.ptp(sr) > 0.01
    plain = models.compiled(models.espcn(scale, channels, skip=False, initializer="glorot_uniform"))(lr)
    assert np.ptp(plain.reshape(blocks.shape), axis=(2, 4)).max() > 0.01


def test_any_size_goes_through_one_compiled_function(espcn):
    forward = models.compiled(espcn)
    for height, width in ((1, 1), (5, 9), (32, 3)):
        assert forward(np.zeros((2, height, width, 1), np.float32)).shape == (2, 3 * height, 3 * width, 1)
    assert models.compiled(espcn) is forward


def test_compiled_is_the_model(espcn):
    lr = np.random.default_rng(0).random((2, 9, 7, 1), dtype=np.float32)
    assert models.compiled(espcn)(lr) == pytest.approx(espcn(lr).numpy(), abs=1e-6)


def test_compiled_sees_new_weights():
    network = models.espcn(2, initializer="zeros")
    lr = np.ones((1, 4, 4, 1), np.float32)
    before = models.compiled(network)(lr)
    network.set_weights([0.1 + weights for weights in network.get_weights()])
    assert np.abs(models.compiled(network)(lr) - before).max() > 0.01


def test_receptive_field_by_a_single_changed_pixel(espcn):
    assert models.receptive_field_radius(espcn) == 7
    network = models.espcn(2, skip=False, initializer="ones")
    lr = np.random.default_rng(0).random((1, 31, 31, 1), dtype=np.float32)
    changed = lr.copy()
    changed[0, 15, 15, 0] += 1
    rows = np.flatnonzero(np.abs(network(changed).numpy() - network(lr).numpy())[0, ..., 0].max(axis=1) > 1e-7)
    assert rows.min() // 2 == 15 - 7 and rows.max() // 2 == 15 + 7


def test_multiply_adds_by_hand(espcn):
    a_pixel = 25 * 64 + 9 * 64 * 64 + 9 * 64 * 32 + 2 * 9 * 32 * 32 + 9 * 32 * 9
    assert models.multiply_adds(espcn, 10, 20) == 200 * a_pixel


def test_arguments_that_make_no_sense():
    with pytest.raises(ValueError, match="2, 3 or 4"):
        models.espcn(5)
    with pytest.raises(ValueError, match="1 .luma. or 3"):
        models.espcn(3, channels=2)
    with pytest.raises(ValueError, match="whole number"):
        models.PixelShuffle(1.5)


def test_a_keras_file_there_and_back(espcn, tmp_path):
    espcn.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    lr = np.random.default_rng(0).random((1, 5, 6, 1), dtype=np.float32)
    assert np.array_equal(again(lr), espcn(lr))


@pytest.mark.parametrize(
    "network",
    [lambda: models.espcn(2, seed=4), lambda: models.espcn_paper(3, channels=3), lambda: models.espcn(4, 1, "tanh", False)],
)
def test_weights_with_their_card_there_and_back(network, tmp_path):
    network = network()
    models.save(network, tmp_path / "w.weights.h5", {"note": "mine"})
    again, card = models.load(tmp_path / "w.weights.h5")
    assert card["note"] == "mine" and models.describe(again) == models.describe(network)
    assert all(np.array_equal(a, b) for a, b in zip(again.get_weights(), network.get_weights(), strict=True))


@pytest.fixture
def saved(espcn, tmp_path):
    models.save(espcn, tmp_path / "model.weights.h5", {})
    return tmp_path


def test_a_damaged_weights_file_is_refused(saved):
    path = saved / "model.weights.h5"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="sha256"):
        models.load(saved)


def test_a_card_that_is_missing_or_no_card_is_told(saved):
    (saved / "model.json").write_text("{}")
    with pytest.raises(ValueError, match="no card"):
        models.load(saved)
    (saved / "model.json").unlink()
    with pytest.raises(FileNotFoundError, match="card"):
        models.load(saved)


def test_a_card_of_another_scale_or_channel_count_is_refused(saved):
    for key, value in {"scale": 2, "channels": 3}.items():
        card = json.loads((saved / "model.json").read_text())
        (saved / "model.json").write_text(json.dumps(card | {key: value}))
        with pytest.raises(ValueError, match="does not fit its card"):
            models.load(saved)
        (saved / "model.json").write_text(json.dumps(card))


def test_a_file_that_is_no_weights_at_all_is_refused(saved):
    import hashlib

    junk = b"junk" * 100
    (saved / "model.weights.h5").write_bytes(junk)
    card = json.loads((saved / "model.json").read_text()) | {"sha256": hashlib.sha256(junk).hexdigest()}
    (saved / "model.json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match="does not fit its card"):
        models.load(saved)


def test_a_keras_file_is_refused_and_never_executed(tmp_path):
    trace = tmp_path / "executed"
    name = str(trace)
    evil = keras.Sequential([keras.Input((1,)), keras.layers.Lambda(lambda x: (open(name, "w").close(), x)[1])])
    assert trace.exists()  # building it ran the code once
    trace.unlink()
    evil.save(tmp_path / "evil.keras")
    with pytest.raises(ValueError, match="can carry code"):
        models.load(tmp_path / "evil.keras")
    with pytest.raises(ValueError, match="safe_mode|unsafe|Lambda"):
        keras.saving.load_model(tmp_path / "evil.keras", safe_mode=True)
    assert not trace.exists()


def test_the_shipped_weights_load_and_are_small():
    network = models.pretrained(3)
    assert models.scale_of(network) == 3 and network.count_params() == 78_153
    assert all(path.stat().st_size < 500_000 for path in models.WEIGHTS.iterdir())


def test_weights_that_are_not_shipped_name_those_that_are():
    with pytest.raises(ValueError, match="there are espcn_"):
        models.pretrained(3, "espcn_paper", channels=3, degradation="blur")


@pytest.mark.parametrize("build", [models.espcn, models.espcn_paper])
@pytest.mark.parametrize("initializer", ["near_zero", "glorot_uniform", "icnr"])
def test_every_weight_comes_from_the_seed(build, initializer):
    first, again, other = (build(2, initializer=initializer, seed=seed).get_weights() for seed in (1, 1, 2))
    for a, b, c in zip(first[::2], again[::2], other[::2], strict=True):  # kernels; biases start at zero
        assert np.array_equal(a, b) and not np.array_equal(a, c)
