"""What is to be known of a network, and how it is kept: its scale, its card, its weights; and those that ship.

The networks themselves stand in `architectures`, and are part of this module's face: `models.espcn(3)`.
"""

import contextlib
import functools
import hashlib
import io
import json
import math
import re
import warnings
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from sr_helpers import blueprints, cards, files, reach, resize
from sr_helpers.architectures import FILTERS, espcn, espcn_deep, espcn_paper
from sr_helpers.shuffle import PixelShuffle  # noqa: F401 (part of this module's face)

WEIGHTS = Path(__file__).parent / "weights"


@functools.lru_cache(maxsize=16)
def scale_of(model):
    """How many times larger a model's output is, told from its shapes.

    Raises ValueError for a model that is no super-resolution network: (N, h, w, C) -> (N, h*s, w*s, C), any h and w.
    """
    if not isinstance(model, keras.Model):
        raise ValueError(f"a Keras model is wanted, as of models.load or models.pretrained, got {type(model).__name__}")
    inputs, outputs = (getattr(model, name, None) or () for name in ("inputs", "outputs"))
    if len(inputs) != 1 or len(outputs) != 1 or len(inputs[0].shape) != 4:
        raise ValueError(f"the model {model.name} must take one input (N, h, w, C) and give one output")
    _, height, width, channels = model.input_shape
    if (height, width) != (None, None):
        raise ValueError(
            f"the model {model.name} takes {height} x {width} pixels alone: give it keras.Input((None, None, C))"
        )
    if channels not in (1, 3):
        raise ValueError(
            f"the model {model.name} takes {channels} channels on its last axis; 1 (luma) or 3 (RGB) are wanted"
        )
    scale = None
    for lr in ((24, 36), (25, 37)):  # even sides and odd ones, which pooling halves askew
        try:
            sr = model.compute_output_shape((1, *lr, channels))[1:]
        except Exception as error:  # whatever the layers raise
            raise ValueError(
                f"the model {model.name} fails on {lr[0]} x {lr[1]} pixels ({first_line(error)})"
            ) from None
        scale = scale or sr[0] // lr[0]
        if scale < 1 or tuple(sr) != (lr[0] * scale, lr[1] * scale, channels):
            shapes = f"({lr[0]}, {lr[1]}, {channels}) into {tuple(sr)}"
            raise ValueError(f"the model {model.name} turns {shapes}, not (h, w, C) into (h*s, w*s, C) with a whole s")
    return scale


def first_line(error):
    """What an exception says, in one line: of a layer's failure, which Keras and TensorFlow wrap, the innermost."""
    text = re.sub(r"\x1b\[[\d;]*m", "", str(error)).partition("Arguments received by")[0]  # without Keras's bold type
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().endswith(":")]
    wrapped = any(line.startswith('File "') or "Exception encountered" in line for line in lines)
    return lines[-1 if wrapped else 0] if lines else type(error).__name__


def channels_of(model):
    """1 for a luma network, 3 for an RGB network."""
    return model.input_shape[-1]


def describe(model):
    """What a card needs to build the model again: architecture, scale, channels, and its form.

    The form of the architectures above is activation and skip; any other model's is its Keras config, see `blueprints`.
    """
    blueprint = blueprints.of(model)
    common = {"architecture": model.name, "scale": scale_of(model), "channels": channels_of(model)}
    first = next((layer for layer in model.layers if isinstance(layer, layers.Conv2D)), None)
    if model.name in FILTERS and first is not None:
        skip = any(layer.name == "skip" for layer in model.layers)
        card = common | {"activation": keras.activations.serialize(first.activation), "skip": skip}
        if blueprints.fingerprint(blueprint) == _fingerprint_of(json.dumps(card)):
            return card
    return common | {"architecture": "keras", "blueprint": blueprint}


def build(card):
    """The untrained model that a card describes. Raises KeyError, TypeError or ValueError when it describes none."""
    if card["architecture"] == "keras":
        return blueprints.build(card["blueprint"])
    form = {key: card[key] for key in ("scale", "channels", "activation", "skip")}
    return {"espcn": espcn, "espcn_paper": espcn_paper, "espcn_deep": espcn_deep}[card["architecture"]](**form)


def check(model):
    """Refuse, in a sentence, a model of one's own that could not be loaded again, or that fails on a picture."""
    if describe(model)["architecture"] != "keras":
        return
    try:
        compiled(blueprints.copy(model))(np.zeros((1, 5, 7, channels_of(model)), np.float32))
    except Exception as error:  # whatever the layers raise
        raise ValueError(f"the model {model.name} fails on a picture of 5 x 7 pixels ({first_line(error)})") from None


@functools.lru_cache(maxsize=16)
def _fingerprint_of(card):
    try:
        return blueprints.fingerprint(blueprints.of(build(json.loads(card))))
    except ValueError:  # no such scale: a model of one's own that borrowed the name
        return None


def receptive_field_radius(model):
    """How many LR pixels away an input pixel can still change the output: 7 for the seven layers. See `reach`."""
    return reach.radius(model)


def multiply_adds(model, height, width):
    """Multiply-adds of the convolutions for one LR image of height x width pixels, each layer on its own grid.

    Raises ValueError, naming the layer, where a layer with weights is neither a convolution nor works pixel by pixel.
    """
    total = 0
    for layer in model.layers:
        kernels = [getattr(layer, name, None) for name in ("kernel", "depthwise_kernel", "pointwise_kernel")]
        taps = sum(math.prod(kernel.shape) for kernel in kernels if kernel is not None)
        if layer.weights and not taps and type(layer).__name__ not in reach.POINTWISE:
            kind = f"{layer.name} ({type(layer).__name__})"
            raise ValueError(f"the multiply-adds of layer {kind} are not known: convolutions are counted")
        if taps:
            grid = layer.input if isinstance(layer, layers.Conv2DTranspose) else layer.output
            lr = (1, height, width, channels_of(model))
            _, rows, columns, _ = keras.Model(model.inputs, grid).compute_output_shape(lr)
            total += rows * columns * taps
    return total


@functools.lru_cache(maxsize=8)
def compiled(model):
    """The forward pass as a function (N, h, w, C) -> NumPy (N, h*s, w*s, C), compiled once for all sizes.

    Calling a model directly runs layer by layer, and `model.predict` loses a third of the time to its
    bookkeeping (measured in notebook 09).
    """
    if keras.backend.backend() != "tensorflow":
        return model.predict_on_batch
    import tensorflow as tf

    def forward(lr):
        return model(lr, training=False)

    whole = tf.TensorSpec((None, None, None, channels_of(model)), model.inputs[0].dtype)
    with contextlib.suppress(Exception):  # a layer that must know the size, as bilinear UpSampling2D: one for each size
        function = tf.function(forward, input_signature=[whole])
        function.get_concrete_function()
        return lambda lr: function(lr).numpy()
    one_for_each = tf.function(forward)
    return lambda lr: one_for_each(lr).numpy()


def save(model: keras.Model, path: Path | str, card: dict) -> None:
    """Write `path` (.weights.h5) and the JSON card beside it, which gets the model's form and the sha256.

    Both appear whole or not at all, and replace what was there. Raises ValueError for another suffix.
    """
    path = Path(path)
    if not path.name.endswith(".weights.h5"):
        raise ValueError(f"{path}: the weights of a model are written as a .weights.h5 file")
    data = weights_bytes(model)
    form = describe(model) | {"sha256": hashlib.sha256(data).hexdigest()}
    card = form | card | form  # the form leads, and nothing in `card` can replace it
    files.write_bytes(path, data, overwrite=True)
    files.write_bytes(cards.card_path(path), (json.dumps(card, indent=2) + "\n").encode(), overwrite=True)


def weights_bytes(model):
    """The content of Keras's .weights.h5 file for `model`, made in memory: HDF5 crashes on a full disk."""
    file = _WeightsInMemory()
    model.save_weights(file)
    return file.getvalue()


def load_weights_bytes(model, data):
    """Give `model` the weights of a .weights.h5 file's content, optimiser included where both have one."""
    model.load_weights(_WeightsInMemory(data))


class _WeightsInMemory(io.BytesIO):
    """Keras looks at the name of a file that it is given, and this is one that it likes."""

    def __str__(self):
        return "memory.weights.h5"


def load(path: Path | str) -> keras.Model:
    """Load a model: a run folder, or a .weights.h5 file with its card (see `card`), as `pretrained` gives it.

    Nothing in these files is ever executed. Raises FileNotFoundError, or ValueError with the reason when a file is
    altered, torn or hostile, does not fit its card, or holds weights that compute nothing finite.
    """
    path = cards.weights_path(path)
    told = cards.read_card(path)
    try:
        model = build(told)
    except Exception as error:  # an activation that Keras does not know, or that changes the shape
        raise ValueError(f"{cards.card_path(path)}: is no card of a model ({first_line(error)})") from None
    data = cards.read_weights(path, told["sha256"], model.count_params())
    try:
        with warnings.catch_warnings(action="ignore"):  # Keras warns of what it then raises
            load_weights_bytes(model, data)
        white = model(np.ones((1, 9, 9, channels_of(model)), np.float32))
    except Exception as error:  # a stranger's file: Keras and h5py raise whatever they stumble on
        raise ValueError(f"{path}: does not fit its card ({first_line(error)})") from None
    if not np.isfinite(ops.convert_to_numpy(white)).all():
        raise ValueError(f"{path}: its weights are so large that nothing finite comes out")
    return model


def start_from(model: keras.Model, path: Path | str) -> None:
    """Give `model` the weights in `path`, as `load` takes it: all of them, or from another scale those of all layers
    but the last, whose channels are other ones. Raises ValueError when they are of another form."""
    start = load(path)
    theirs, ours = describe(start), describe(model)
    other = [key for key in theirs | ours if key != "scale" and theirs.get(key) != ours.get(key)]
    if other:
        told = [f"{key} {theirs.get(key)}, not {ours.get(key)}" for key in other if key != "blueprint"]
        raise ValueError(f"{path}: is another network than the one to be trained: {', '.join(told) or 'other layers'}")
    for layer, lent in zip(model.layers, start.layers, strict=True):
        if [w.shape for w in layer.weights] == [w.shape for w in lent.weights]:
            layer.set_weights(lent.get_weights())


def card(path: Path | str) -> dict:
    """The card of a stored model, as a dict: form, sha256, recipe, results. `path` and errors are those of `load`."""
    return cards.read_card(cards.weights_path(path))


def pretrained(
    scale: int, *, architecture: str = "espcn", channels: int = 1, degradation: str = "bicubic"
) -> keras.Model:
    """A shipped model, trained and ready, as `load` gives it; its card is `card(pretrained_path(...))`.

    Raises ValueError, naming what there is, for any other.
    """
    return load(pretrained_path(scale, architecture=architecture, channels=channels, degradation=degradation))


def pretrained_path(
    scale: int, *, architecture: str = "espcn", channels: int = 1, degradation: str = "bicubic"
) -> Path:
    """Where `pretrained` finds its .weights.h5 file, as "espcn_x3" or "espcn_x3_rgb" or "espcn_x3_blur"."""
    resize.check_form(scale, channels=channels, degradation=degradation)
    parts = [architecture, f"x{scale}", *(["rgb"] if channels == 3 else []), degradation]
    name = "_".join(part for part in parts if part != "bicubic")
    path = WEIGHTS / f"{name}.weights.h5"
    if not path.is_file():
        shipped = ", ".join(sorted(file.name.removesuffix(".weights.h5") for file in WEIGHTS.glob("*.weights.h5")))
        raise ValueError(f"there are no shipped weights {name}; there are {shipped or 'none'}")
    return path
