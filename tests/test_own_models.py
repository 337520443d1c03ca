"""A Keras model of one's own: trained, resumed, loaded and tiled as the package's are, or refused in a sentence."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from test_training import make_pictures, tiny, train

from sr_helpers import blueprints, collapse, models
from sr_helpers.upscale import upscale


def lr_input(channels=1):
    return keras.Input((None, None, channels))


def batch_normalised():
    lr = lr_input()
    x = layers.Conv2D(8, 3, padding="same", use_bias=False)(lr)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(lr, models.PixelShuffle(2)(layers.Conv2D(4, 3, padding="same")(x)))


def separable():
    lr = lr_input()
    x = layers.SeparableConv2D(8, 3, padding="same", activation="relu")(lr)
    return keras.Model(lr, models.PixelShuffle(2)(layers.Conv2D(4, 3, padding="same")(x)))


def dilated():
    lr = lr_input()
    x = layers.Conv2D(8, 3, padding="same", dilation_rate=3, activation="relu")(lr)
    return keras.Model(lr, models.PixelShuffle(2)(layers.Conv2D(4, 3, padding="same")(x)))


def sequential():
    return keras.Sequential(
        [
            lr_input(),
            layers.Conv2D(8, 3, padding="same", activation="tanh"),
            layers.Conv2D(4, 3, padding="same"),
            models.PixelShuffle(2),
        ]
    )


def strided():
    """Enlarges four times, then takes every second pixel."""
    lr = lr_input()
    x = models.PixelShuffle(4)(layers.Conv2D(32, 3, padding="same")(lr))
    return keras.Model(lr, layers.Conv2D(1, 3, strides=2, padding="same")(x))


def branches():
    """A layer used twice, a nested model, a skip, and an enlargement that Keras knows."""
    lr = lr_input()
    first, shared = layers.Conv2D(8, 5, padding="same")(lr), layers.Conv2D(8, 3, padding="same")
    inner = keras.Sequential([lr_input(8), layers.Conv2D(8, 3, padding="same"), layers.PReLU(shared_axes=[1, 2])])
    x = layers.Add()([shared(shared(first)), inner(first)])
    x = models.PixelShuffle(2)(layers.Conv2D(4, 3, padding="same")(x))
    return keras.Model(lr, x + 0.5 * layers.UpSampling2D(2)(lr))


def frozen():
    network = models.espcn_paper(2, activation="relu", skip=True)
    network.layers[1].trainable = False
    return network


def bilinear():
    """Enlarged first: a layer that must know the picture's size."""
    lr = lr_input()
    large = layers.UpSampling2D(2, interpolation="bilinear")(lr)
    return keras.Model(lr, layers.Add()([large, layers.Conv2D(1, 3, padding="same")(large)]))


OWN = [batch_normalised, separable, dilated, sequential, strided, branches, frozen, bilinear]


@pytest.fixture(scope="module")
def pictures():
    return make_pictures()


def equal(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


class Stop(keras.callbacks.Callback):
    """Interrupt the training as Ctrl-C would, in the middle of an epoch."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.optimizer.iterations == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("build", OWN)
def test_it_is_trained_resumed_loaded_and_tiled(build, pictures, tmp_path):
    settings = tiny(4, width=0, precision="bfloat16") if build in (separable, branches) else tiny(4, width=4)
    whole = build()
    start = whole.get_weights()
    train(whole, pictures, settings, tmp_path / "whole")
    assert not equal(whole.get_weights(), start)

    killed = build()
    killed.set_weights(start)
    with pytest.raises(KeyboardInterrupt):
        train(killed, pictures, settings, tmp_path / "killed", callbacks=[Stop()])
    again = build()  # Keras has counted on: its layers have other names now
    train(again, pictures, settings, tmp_path / "killed", resume=True)
    assert equal(again.get_weights(), whole.get_weights())

    loaded, card = models.load(tmp_path / "whole"), models.card(tmp_path / "whole")
    assert equal(loaded.get_weights(), whole.get_weights()) and card["scale"] == 2
    picture = np.random.default_rng(0).random((31, 40), dtype=np.float32)
    assert np.abs(upscale(picture, loaded, tile=9) - upscale(picture, whole)).max() < 1e-5


@pytest.mark.parametrize("build", OWN)
def test_expanding_it_changes_nothing_and_moves_nothing_that_is_frozen(build):
    network = build()
    wide = collapse.expand(network, 4)
    lr = np.random.default_rng(0).random((2, 9, 7, 1), dtype=np.float32)
    assert np.array_equal(ops.convert_to_numpy(wide(lr)), ops.convert_to_numpy(network(lr)))
    assert [layer.trainable for layer in wide.layers] == [layer.trainable for layer in network.layers]
    assert equal(collapse.collapse(wide), network.get_weights())


@pytest.mark.parametrize(
    "options", [{"dilation_rate": 2}, {"strides": 2}, {"use_bias": False}, {"padding": "valid"}], ids=str
)
def test_a_widened_convolution_is_the_plain_one(options):
    lr = lr_input()
    network = keras.Model(lr, layers.Conv2D(3, 3, **{"padding": "same"} | options)(lr))
    wide = collapse.expand(network, 4)
    assert isinstance(wide.layers[1], collapse.CollapsibleConv2D)
    rng = np.random.default_rng(1)
    wide.set_weights([w + 0.1 * rng.standard_normal(w.shape).astype(np.float32) for w in wide.get_weights()])
    network.set_weights(collapse.collapse(wide))
    x = rng.random((1, 12, 13, 1), dtype=np.float32)
    assert np.abs(ops.convert_to_numpy(wide(x)) - ops.convert_to_numpy(network(x))).max() < 1e-5


def test_frozen_weights_stay_and_statistics_are_learned(pictures):
    network = frozen()
    before = network.get_weights()[0]
    train(network, pictures, tiny())
    assert np.array_equal(network.get_weights()[0], before)
    normalised = batch_normalised()
    train(normalised, pictures, tiny())
    mean, variance = normalised.layers[2].get_weights()[2:]
    assert np.abs(mean).max() > 0 and not np.allclose(variance, 1)


def test_a_rule_on_a_kernel_is_kept():
    lr = lr_input()
    network = keras.Model(lr, layers.Conv2D(3, 3, padding="same", kernel_constraint="unit_norm")(lr))
    assert type(collapse.expand(network, 4).layers[1]) is layers.Conv2D


def test_bfloat16_leaves_the_first_convolution_the_skip_and_the_shuffle_alone():
    network = models.espcn(2)
    for width in (0, 8):
        wide = collapse.expand(network, width, precision="bfloat16")
        computes = {
            layer.name: layer.compute_dtype
            for layer in wide.layers
            if layer.name in ("conv1", "conv2", "conv6", "skip", "sr")
        }
        assert computes == {
            "conv1": "float32",
            "conv2": "bfloat16",
            "conv6": "bfloat16",
            "skip": "float32",
            "sr": "float32",
        }
        assert {w.dtype for w in wide.weights} == {"float32"}


class Mine(layers.Layer):
    """A layer that nobody registered."""

    def call(self, x):
        return 2 * x


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.convolution, self.shuffle = layers.Conv2D(4, 3, padding="same"), models.PixelShuffle(2)

    def call(self, x):
        return self.shuffle(self.convolution(x))


def functional(*own, channels=1, sides=(None, None)):
    lr = keras.Input((*sides, channels))
    x = lr
    for layer in own:
        x = layer(x)
    return keras.Model(lr, x)


@keras.saving.register_keras_serializable()
class FailsOnNumbers(layers.Layer):
    def compute_output_shape(self, shape):
        return shape

    def call(self, x):
        raise ValueError("this layer has a fault")


def same(filters, **options):
    return layers.Conv2D(filters, 3, padding="same", **options)


def all_frozen():
    network = models.espcn_paper(2)
    network.trainable = False
    return network


REFUSED = {
    "subclassed": (Subclassed, "has no graph of layers"),
    "no input": (lambda: keras.Sequential([same(4), models.PixelShuffle(2)]), "give it keras.Input"),
    "no model": (lambda: same(4), "a model is a Keras model, got a Conv2D"),
    "own layer": (
        lambda: functional(Mine(), same(4), models.PixelShuffle(2)),
        "the layer Mine cannot be stored as data.*register",
    ),
    "lambda": (
        lambda: functional(layers.Lambda(lambda x: x), same(4), models.PixelShuffle(2)),
        "the layer Lambda cannot be stored",
    ),
    "lambda in a layer": (
        lambda: functional(same(4, activation=lambda x: x), models.PixelShuffle(2)),
        "builds no model",
    ),
    "one size": (lambda: functional(same(4), models.PixelShuffle(2), sides=(16, 16)), "takes 16 x 16 pixels alone"),
    "borders lost": (
        lambda: functional(layers.Conv2D(4, 3), models.PixelShuffle(2)),
        "turns .24, 36, 1. into .44, 68, 1.",
    ),
    "even sides only": (
        lambda: functional(layers.MaxPooling2D(), layers.UpSampling2D(4), same(1)),
        "turns .25, 37, 1.",
    ),
    "two channels": (
        lambda: functional(same(8), models.PixelShuffle(2), channels=2),
        "takes 2 channels on its last axis",
    ),
    "other colours": (lambda: functional(same(12), models.PixelShuffle(2)), "into .48, 72, 3."),
    "fails at once": (
        lambda: functional(same(4), FailsOnNumbers(), models.PixelShuffle(2)),
        "fails on a picture of 5 x 7 pixels .this layer has a fault",
    ),
    "nothing to learn": (all_frozen, "nothing to learn"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_trained_is_refused_before_the_first_step(name, pictures, tmp_path):
    build, sentence = REFUSED[name]
    with pytest.raises(ValueError, match=sentence) as refused:
        train(build(), pictures, tiny(), tmp_path / "run")
    assert "\n" not in str(refused.value) and not (tmp_path / "run").exists()


def test_a_registered_layer_of_ones_own_is_fine(pictures, tmp_path):
    with keras.saving.custom_object_scope({}):
        keras.saving.register_keras_serializable("tests")(Mine)
        try:
            network = functional(Mine(), same(4), models.PixelShuffle(2))
            train(network, pictures, tiny(4), tmp_path / "run")
            assert equal(models.load(tmp_path / "run").get_weights(), network.get_weights())
        finally:
            keras.saving.get_custom_objects().pop("tests>Mine")
    with pytest.raises(ValueError, match="model.json: is no card of a model.*the layer Mine cannot"):
        models.load(tmp_path / "run")


@pytest.mark.parametrize(
    "evil",
    [
        {"module": "os", "class_name": "system", "config": {"command": "true"}, "registered_name": None},
        {
            "module": "keras.layers",
            "class_name": "Lambda",
            "config": {"function": {"class_name": "__lambda__", "config": {}}},
        },
        {
            "module": "keras.layers",
            "class_name": "TFSMLayer",
            "config": {"filepath": "/tmp/x"},
            "registered_name": None,
        },
        {
            "module": "keras.layers",
            "class_name": "StringLookup",
            "config": {"vocabulary": "/etc/passwd"},
            "registered_name": None,
        },
        {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"},
        {"module": "keras.utils", "class_name": "get_file", "config": {}, "registered_name": None},
        [],
        {},
        "text",
    ],
    ids=str,
)
def test_a_config_that_is_more_than_layers_is_refused(evil):
    with pytest.raises(ValueError, match="cannot be stored as data|builds no model"):
        blueprints.build(evil)
    if evil and isinstance(evil, dict):
        with pytest.raises(ValueError, match="cannot be stored as data"):
            blueprints.build({"module": "keras", "class_name": "Sequential", "config": {"layers": [evil]}})


def test_a_model_that_borrows_a_name_is_not_taken_for_the_packages():
    lr = lr_input()
    x = layers.Conv2D(64, 5, padding="same", dilation_rate=2, activation="tanh", name="conv1")(lr)
    x = layers.Conv2D(32, 3, padding="same", activation="tanh", name="conv2")(x)
    borrowed = keras.Model(
        lr, models.PixelShuffle(3)(layers.Conv2D(9, 3, padding="same", name="conv3")(x)), name="espcn_paper"
    )
    assert models.describe(borrowed)["architecture"] == "keras"
    assert models.describe(models.espcn_paper(3))["architecture"] == "espcn_paper"


def test_a_scale_that_the_papers_have_not(pictures, tmp_path):
    own = keras.Sequential([lr_input(), layers.Conv2D(25, 3, padding="same"), models.PixelShuffle(5)])
    train(own, pictures, tiny(2), tmp_path / "run")
    assert models.scale_of(models.load(tmp_path / "run")) == 5


def test_another_model_does_not_resume_the_run(pictures, tmp_path):
    train(dilated(), pictures, tiny(4), tmp_path / "run")
    with pytest.raises(ValueError, match="blueprint is another"):
        train(separable(), pictures, tiny(4), tmp_path / "run", resume=True)
