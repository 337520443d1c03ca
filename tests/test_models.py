"""The networks: counted by hand, equal to TensorFlow where it has the same, saved and loaded, hostile files refused."""

import hashlib
import json
import math
import random

import h5py
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
    network = models.espcn(scale, channels=channels, skip=False, initializer="icnr")
    lr = np.random.default_rng(0).random((1, 6, 7, channels), dtype=np.float32)
    sr = models.compiled(network)(lr)
    blocks = sr.reshape(1, 6, scale, 7, scale, channels)
    assert np.ptp(blocks, axis=(2, 4)).max() < 1e-6 and np.ptp(sr) > 0.01
    plain = models.compiled(models.espcn(scale, channels=channels, skip=False, initializer="glorot_uniform"))(lr)
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


def test_multiply_adds_are_counted_on_the_grid_that_a_layer_works_on():
    lr = keras.Input((None, None, 1))
    x = keras.layers.UpSampling2D(2)(lr)
    x = keras.layers.Conv2D(8, 3, padding="same")(x)  # on four pixels for each of LR
    x = keras.layers.Conv2DTranspose(1, 4, strides=2, padding="same")(x)  # spreads what it takes
    late = keras.Model(lr, keras.layers.SeparableConv2D(1, 3, padding="same")(x))
    assert models.multiply_adds(late, 5, 7) == 5 * 7 * (4 * 9 * 8 + 4 * 16 * 8 + 16 * (9 + 1))
    own = keras.Model(lr, keras.layers.GroupNormalization(1)(keras.layers.Conv2D(4, 3)(lr)))
    with pytest.raises(ValueError, match=r"multiply-adds of layer .*GroupNormalization"):
        models.multiply_adds(own, 5, 7)


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
    [
        lambda: models.espcn(2, seed=4),
        lambda: models.espcn_paper(3, channels=3),
        lambda: models.espcn(4, activation="tanh", skip=False),
    ],
)
def test_weights_with_their_card_there_and_back(network, tmp_path):
    network = network()
    models.save(network, tmp_path / "w.weights.h5", {"note": "mine"})
    again, card = models.load(tmp_path / "w.weights.h5"), models.card(tmp_path / "w.weights.h5")
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
    (saved / "model.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="no card"):
        models.load(saved)
    (saved / "model.json").unlink()
    with pytest.raises(FileNotFoundError, match="card"):
        models.load(saved)


def test_a_card_of_another_scale_or_channel_count_is_refused(saved):
    for key, value in {"scale": 2, "channels": 3}.items():
        card = json.loads((saved / "model.json").read_text(encoding="utf-8"))
        (saved / "model.json").write_text(json.dumps(card | {key: value}), encoding="utf-8")
        with pytest.raises(ValueError, match="does not fit its card"):
            models.load(saved)
        (saved / "model.json").write_text(json.dumps(card), encoding="utf-8")


def checked_again(folder, data):
    """Put other bytes behind a right checksum."""
    (folder / "model.weights.h5").write_bytes(data)
    card = json.loads((folder / "model.json").read_text(encoding="utf-8")) | {
        "sha256": hashlib.sha256(data).hexdigest()
    }
    (folder / "model.json").write_text(json.dumps(card), encoding="utf-8")


def refused(folder, match=None):
    """One sentence that names the file, as ValueError."""
    with pytest.raises(ValueError, match=match) as caught:
        models.load(folder)
    sentence = str(caught.value)
    assert str(folder) in sentence and "\n" not in sentence and len(sentence) < 500
    return sentence


def test_a_file_that_is_no_weights_at_all_is_refused(saved):
    for junk in (b"junk" * 100, b"", b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + bytes(5000)):
        checked_again(saved, junk)
        refused(saved, "does not fit its card")


def test_random_damage_behind_a_right_checksum_is_told_or_harmless(tmp_path, monkeypatch):
    """A hundred seeded flips, most of them in HDF5's own tables: a sentence, or weights that compute."""
    network = models.espcn_paper(2)
    monkeypatch.setattr(models, "espcn_paper", lambda **_: network)  # building it anew takes longest
    models.save(network, tmp_path / "model.weights.h5", {})
    whole = (tmp_path / "model.weights.h5").read_bytes()
    rng = random.Random(0)
    told = 0
    for number in range(100):
        damaged = bytearray(whole)
        for _ in range(rng.choice((1, 4))):
            damaged[rng.randrange(len(whole) if number % 3 == 0 else 20_000)] = rng.randrange(256)
        checked_again(tmp_path, bytes(damaged[: rng.randrange(len(whole))] if number % 10 == 0 else damaged))
        try:
            models.load(tmp_path)
        except ValueError as error:
            assert str(tmp_path) in str(error) and "\n" not in str(error)
            told += 1
        else:
            assert all(np.isfinite(weights).all() for weights in network.get_weights())
    assert told > 20


CARDS = {
    "a list": "[]",
    "a number": "3",
    "nothing": "",
    "no UTF-8": b"\xff\xfe\x00",
    "deep": "[" * 100_000,
    "deep and whole": '{"scale": ' + "[" * 5000 + "]" * 5000 + "}",
    "a number of 5000 digits": '{"scale": ' + "3" * 5000 + "}",
    "a huge card": " " * 2_000_000,
    "activation a dict": {"activation": {"class_name": "Lambda", "config": {}}},
    "activation a list": {"activation": ["relu"]},
    "activation a module": {"activation": "os.system"},
    "activation of 1000 letters": {"activation": "a" * 1000},
    "activation unknown": {"activation": "reluu"},
    "activation an optimiser": {"activation": "adam"},
    "no activation": {"activation": None},
    "channels true": {"channels": True},
    "channels huge": {"channels": 10**15},
    "channels NaN": {"channels": math.nan},
    "scale a float": {"scale": 3.0},
    "scale a list": {"scale": [3]},
    "scale 1e400": {"scale": math.inf},
    "skip a word": {"skip": "yes"},
    "skip 1": {"skip": 1},
    "architecture a dict": {"architecture": {}},
    "architecture a path": {"architecture": "../espcn"},
    "sha256 a number": {"sha256": 3},
    "sha256 short": {"sha256": "ab"},
}


@pytest.mark.parametrize("kind", CARDS)
def test_an_odd_card_is_one_sentence(kind, saved):
    card = CARDS[kind]
    if isinstance(card, dict):
        card = json.dumps(json.loads((saved / "model.json").read_text(encoding="utf-8")) | card)
    (saved / "model.json").write_bytes(card if isinstance(card, bytes) else card.encode())
    assert "model.json: is no card of a model" in refused(saved)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_weights_that_are_no_numbers_are_refused(value, espcn, tmp_path):
    spoilt = keras.models.clone_model(espcn)
    weights = espcn.get_weights()
    weights[-1][0] = value
    spoilt.set_weights(weights)
    models.save(spoilt, tmp_path / "model.weights.h5", {})
    refused(tmp_path, "NaN or infinite")


def test_weights_that_overflow_are_refused(espcn, tmp_path):
    huge = keras.models.clone_model(espcn)
    huge.set_weights([np.full_like(weights, 1e30) for weights in espcn.get_weights()])
    models.save(huge, tmp_path / "model.weights.h5", {})
    refused(tmp_path, "nothing finite")


def test_a_giant_sparse_file_is_not_read(saved, monkeypatch):
    with open(saved / "model.weights.h5", "r+b") as file:
        file.truncate(50_000_000_000)
    refused(saved, "more than weights of its card can have")
    (saved / "model.weights.h5").unlink()
    (saved / "model.weights.h5").touch()
    with open(saved / "model.json", "r+b") as file:
        file.truncate(50_000_000_000)
    refused(saved, "more than any has")


def hostile(kind, folder):
    """HDF5 files that are right up to one dataset."""
    path = folder / "model.weights.h5"
    (folder / "secret").write_bytes(np.zeros(6400, np.uint8).tobytes())
    with h5py.File(path, "r+") as file:
        group = file["layers/conv2d/vars"]
        shape = group["0"].shape
        del group["0"]
        if kind == "a compressed bomb":
            bomb = {"chunks": (2000, 2000, 10), "compression": "gzip", "fillvalue": 1}
            group.create_dataset("0", (20_000, 20_000, 10), np.float32, **bomb)
        elif kind == "unwritten chunks":
            group.create_dataset("0", (10**6, 10**6), np.float32, chunks=(1000, 1000))
        elif kind == "more than the file has":
            group.create_dataset("0", (10**6, 10**6), np.float32)
        elif kind == "another file's bytes":
            group.create_dataset("0", shape, np.float32, external=[(str(folder / "secret"), 0, 6400)])
        elif kind == "a link to another file":
            group["0"] = h5py.ExternalLink(str(folder / "other.h5"), "/0")
        elif kind == "a soft link":
            group["0"] = h5py.SoftLink("/layers/conv2d_1/vars/1")
        elif kind == "a virtual array":
            layout = h5py.VirtualLayout(shape, np.float32)
            layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "0", shape)
            group.create_virtual_dataset("0", layout)
        elif kind == "text":
            group["0"] = "__import__('os').system('touch executed')"
        elif kind == "objects":
            group.create_dataset("0", (3,), h5py.vlen_dtype(np.float32))
        elif kind == "a layer of another name":
            file.move("layers/conv2d", "layers/conv2d_9")
        elif kind == "a circle":
            group["0"] = file["layers"]
        elif kind == "ten thousand groups":
            for number in range(10_000):
                group.create_group(f"g{number}")
    checked_again(folder, path.read_bytes())


@pytest.mark.parametrize(
    "kind",
    [
        "a compressed bomb", "unwritten chunks", "more than the file has", "another file's bytes",
        "a link to another file",
        "a soft link", "a virtual array", "text", "objects", "a circle", "ten thousand groups",
        "a dataset is missing", "a layer of another name",
    ],
)  # fmt: skip
def test_a_hostile_weights_file_is_one_sentence(kind, saved):
    hostile(kind, saved)
    refused(saved)


def test_an_activation_that_changes_the_shape_does_not_fit(saved):
    card = json.loads((saved / "model.json").read_text(encoding="utf-8")) | {"activation": "glu"}
    (saved / "model.json").write_text(json.dumps(card), encoding="utf-8")
    refused(saved, "card")


@pytest.mark.parametrize("activation", ["relu", "tanh", "leaky_relu", "silu", "softplus"])
def test_every_activation_that_keras_names_can_be_loaded_again(activation, tmp_path):
    models.save(models.espcn_paper(2, activation=activation), tmp_path / "model.weights.h5", {})
    assert models.describe(models.load(tmp_path))["activation"] == activation


def test_another_name_than_weights_h5_is_told(saved):
    (saved / "model.h5").write_bytes(b"old Keras")
    (saved / "model.h5.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="are a .weights.h5 file"):
        models.load(saved / "model.h5")


def test_the_card_of_a_model_cannot_be_overwritten_by_what_else_it_tells(espcn, tmp_path):
    models.save(espcn, tmp_path / "model.weights.h5", {"scale": 2, "sha256": "0", "note": "mine"})
    assert models.card(tmp_path)["scale"] == 3 and models.card(tmp_path)["note"] == "mine"
    assert models.scale_of(models.load(tmp_path)) == 3


def test_what_does_not_ship_is_refused_and_a_model_is_saved_under_a_name_that_loads(tmp_path):
    for senseless in (
        {"channels": 2},
        {"degradation": "sharp"},
        {"architecture": "espcn_deeper"},
        {"scale": "espcn_x3"},
    ):
        with pytest.raises(ValueError):
            models.pretrained_path(**({"scale": 3} | senseless))
    with pytest.raises(ValueError, match="y.h5: the weights of a model are written as a .weights.h5 file"):
        models.save(models.espcn_paper(3), tmp_path / "y.h5", {})
    assert not list(tmp_path.iterdir())


def test_pretrained_and_load_give_the_same_kind_of_thing():
    path = models.pretrained_path(3)
    ours, same = models.pretrained(3), models.load(path)
    assert all(np.array_equal(a, b) for a, b in zip(ours.get_weights(), same.get_weights(), strict=True))
    assert models.card(path)["recipe"]["degradation"] == "bicubic"


def test_a_keras_file_is_refused_and_never_executed(tmp_path):
    trace = tmp_path / "executed"
    name = str(trace)
    evil = keras.Sequential(
        [keras.Input((1,)), keras.layers.Lambda(lambda x: (open(name, "w", encoding="utf-8").close(), x)[1])]
    )
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
        models.pretrained(3, architecture="espcn_paper", channels=3, degradation="blur")


@pytest.mark.parametrize("build", [models.espcn, models.espcn_paper])
@pytest.mark.parametrize("initializer", ["near_zero", "glorot_uniform", "icnr"])
def test_every_weight_comes_from_the_seed(build, initializer):
    first, again, other = (build(2, initializer=initializer, seed=seed).get_weights() for seed in (1, 1, 2))
    for a, b, c in zip(first[::2], again[::2], other[::2], strict=True):  # kernels; biases start at zero
        assert np.array_equal(a, b) and not np.array_equal(a, c)
