"""ESPCN: the whole network works on the small image, and one pixel shuffle at the end makes it large.

Shi et al. 2016 (arXiv 1609.05158). Built layer by layer in notebook 05. Every layer is backend-neutral
Keras 3, so the same model trains under TensorFlow and JAX.
"""

import functools
import hashlib
import json
from pathlib import Path

import keras
from keras import layers, ops

from sr_helpers import files

WEIGHTS = Path(__file__).parent / "weights"
FILTERS = {  # (kernel size, filters) of every convolution but the last
    "espcn": ((5, 64), (3, 64), (3, 32), (3, 32), (3, 32)),
    "espcn_paper": ((5, 64), (3, 32)),
}


@keras.saving.register_keras_serializable("sr_helpers")
class PixelShuffle(layers.Layer):
    """Move channels into space: (N, H, W, C*s*s) -> (N, H*s, W*s, C). Derived in notebook 01.

    Channel (i*s + j)*C + c becomes row i, column j, colour c of each s x s block: TensorFlow's order,
    the one of `tf.nn.depth_to_space`.
    """

    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(scale, int) or scale < 1:
            raise ValueError(f"scale must be a positive whole number, got {scale!r}")
        self.scale = scale

    def build(self, input_shape):
        self.compute_output_shape(input_shape)  # the plain sentence, before Keras wraps a failing reshape in ten lines

    def call(self, x):
        s = self.scale
        height, width, channels = ops.shape(x)[1], ops.shape(x)[2], x.shape[3] // s**2
        x = ops.reshape(x, (-1, height, width, s, s, channels))  # (N, H, W, s, s, C)
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))  # (N, H, s, W, s, C)
        return ops.reshape(x, (-1, height * s, width * s, channels))  # (N, H*s, W*s, C)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        if channels % self.scale**2:
            raise ValueError(f"{channels} channels do not divide by scale*scale = {self.scale**2}")
        large = [None if side is None else side * self.scale for side in (height, width)]
        return (batch, *large, channels // self.scale**2)

    def get_config(self):
        return super().get_config() | {"scale": self.scale}


@keras.saving.register_keras_serializable("sr_helpers")
class ICNR(keras.initializers.Initializer):
    """Start a convolution before a pixel shuffle so that all s*s channels of a colour are equal.

    Every block of the first output is then flat: no checkerboard to unlearn (Aitken et al. 2017,
    arXiv 1707.02937). `initializer` draws one kernel for the small image, which is tiled s*s times: the colour
    runs fastest in the channel order (i*s + j)*C + c. Derived in notebook 05.
    """

    def __init__(self, scale, initializer="glorot_uniform"):
        self.scale, self.initializer = scale, keras.initializers.get(initializer)

    def __call__(self, shape, dtype=None):
        copies = self.scale**2
        if shape[-1] % copies:
            raise ValueError(f"{shape[-1]} channels do not divide by scale*scale = {copies}")
        kernel = self.initializer((*shape[:-1], shape[-1] // copies), dtype=dtype)
        return ops.tile(kernel, (1,) * (len(shape) - 1) + (copies,))

    def get_config(self):
        return {"scale": self.scale, "initializer": keras.initializers.serialize(self.initializer)}


def espcn(scale, channels=1, activation="relu", skip=True, initializer="near_zero", seed=0):
    """The seven-layer ESPCN: six convolutions and the shuffle, (N, h, w, C) -> (N, h*s, w*s, C) in 0..1.

    Linear last layer. `skip` adds every LR channel to its own s*s channels before the shuffle, so an
    untrained network is nearest-neighbour. `initializer` of the last layer: "near_zero", "glorot_uniform" or
    "icnr", drawn from `seed` as all weights are, or any Keras initializer. 78,153 parameters for luma x3. Sides of the input are free.
    """
    return _build("espcn", scale, channels, activation, skip, initializer, seed)


def espcn_paper(scale, channels=1, activation="tanh", skip=False, initializer="glorot_uniform", seed=0):
    """The three-layer network of the 2016 paper: tanh, linear output. 22,729 parameters for luma x3."""
    return _build("espcn_paper", scale, channels, activation, skip, initializer, seed)


def scale_of(model):
    """The scale of a model built here: that of its pixel shuffle."""
    for layer in reversed(model.layers):
        if isinstance(layer, PixelShuffle):
            return layer.scale
    raise ValueError("the model has no PixelShuffle layer")


def channels_of(model):
    """1 for a luma network, 3 for an RGB network."""
    return model.input_shape[-1]


def describe(model):
    """What a card needs to build the model again: architecture, scale, channels, activation, skip."""
    first = next(layer for layer in model.layers if isinstance(layer, layers.Conv2D))
    return {
        "architecture": model.name,
        "scale": scale_of(model),
        "channels": channels_of(model),
        "activation": keras.activations.serialize(first.activation),
        "skip": any(layer.name == "skip" for layer in model.layers),
    }


def receptive_field_radius(model):
    """How many LR pixels away an input pixel can still change the output: 7 for the seven layers."""
    return sum((layer.kernel_size[0] - 1) // 2 for layer in model.layers if isinstance(layer, layers.Conv2D))


def multiply_adds(model, height, width):
    """Multiply-adds of the convolutions for one LR image of height x width pixels."""
    kernels = [layer.kernel.shape for layer in model.layers if isinstance(layer, layers.Conv2D)]
    return height * width * sum(h * w * c_in * c_out for h, w, c_in, c_out in kernels)


@functools.lru_cache(maxsize=8)
def compiled(model):
    """The forward pass as a function (N, h, w, C) -> NumPy (N, h*s, w*s, C), compiled once for all sizes.

    Calling a model directly runs layer by layer, and `model.predict` loses a third of the time to its
    bookkeeping (measured in notebook 09).
    """
    if keras.backend.backend() != "tensorflow":
        return model.predict_on_batch
    import tensorflow as tf

    signature = [tf.TensorSpec((None, None, None, channels_of(model)), model.inputs[0].dtype)]
    function = tf.function(lambda lr: model(lr, training=False), input_signature=signature)
    return lambda lr: function(lr).numpy()


def save(model, path, card):
    """Write `path` (.weights.h5) and the JSON card beside it, which gets the model's form and the sha256.

    Both appear whole or not at all, and replace what was there.
    """
    path = Path(path)
    data = weights_bytes(model, path.parent)
    card = describe(model) | {"sha256": hashlib.sha256(data).hexdigest()} | card
    files.write_bytes(path, data, overwrite=True)
    files.write_bytes(_card_path(path), (json.dumps(card, indent=2) + "\n").encode(), overwrite=True)


def weights_bytes(model, folder):
    """The content of Keras's .weights.h5 file for `model`; `folder` takes a file for a moment."""
    import tempfile

    with tempfile.TemporaryDirectory(dir=folder, prefix=".weights-") as scratch:
        path = Path(scratch) / "model.weights.h5"
        model.save_weights(path)
        return path.read_bytes()


def load(path):
    """Load a model: a run folder, or a .weights.h5 file with its card. Returns (model, card).

    Nothing in these files is ever executed. Raises FileNotFoundError, or ValueError with the reason when
    the file is altered, torn, or does not fit its card.
    """
    path = Path(path)
    path = path / "model.weights.h5" if path.is_dir() else path
    if path.suffix == ".keras":
        raise ValueError(f"{path}: a .keras file can carry code; load a .weights.h5 file with its .json card")
    card_path = _card_path(path)
    for needed in (path, card_path):
        if not needed.is_file():
            raise FileNotFoundError(f"{needed}: no such file; a model is a .weights.h5 file with its .json card")
    try:
        card = json.loads(card_path.read_text())
        form = {key: card[key] for key in ("scale", "channels", "activation", "skip")}
        build = {"espcn": espcn, "espcn_paper": espcn_paper}[card["architecture"]]
        sha256 = card["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{card_path}: is no card of a model ({error})") from None
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise ValueError(f"{path}: differs from the sha256 in its card: it is damaged or belongs to another card")
    model = build(**form)
    try:
        model.load_weights(path)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(f"{path}: does not fit its card ({str(error).splitlines()[0]})") from None
    return model, card


def pretrained(scale, architecture="espcn", channels=1, degradation="bicubic"):
    """A shipped model, trained and ready. Raises ValueError, naming what there is, for any other."""
    return load(pretrained_path(scale, architecture, channels, degradation))[0]


def pretrained_path(scale, architecture="espcn", channels=1, degradation="bicubic"):
    """Where `pretrained` finds its .weights.h5 file, as "espcn_x3" or "espcn_x3_rgb" or "espcn_x3_blur"."""
    parts = [architecture, f"x{scale}", *(["rgb"] if channels == 3 else []), degradation]
    name = "_".join(part for part in parts if part != "bicubic")
    path = WEIGHTS / f"{name}.weights.h5"
    if not path.is_file():
        shipped = ", ".join(sorted(file.name.removesuffix(".weights.h5") for file in WEIGHTS.glob("*.weights.h5")))
        raise ValueError(f"there are no shipped weights {name}; there are {shipped or 'none'}")
    return path


def _card_path(path):
    return path.with_name(path.name.removesuffix(".weights.h5") + ".json")


def _build(name, scale, channels, activation, skip, initializer, seed):
    if scale not in (2, 3, 4):
        raise ValueError(f"scale must be 2, 3 or 4, got {scale!r}")
    if channels not in (1, 3):
        raise ValueError(f"channels must be 1 (luma) or 3 (RGB), got {channels!r}")
    seeded = {
        "near_zero": keras.initializers.RandomNormal(stddev=1e-3, seed=seed + 100),
        "glorot_uniform": keras.initializers.GlorotUniform(seed=seed + 100),
        "icnr": ICNR(scale, keras.initializers.GlorotUniform(seed=seed + 100)),
    }
    if isinstance(initializer, str):
        initializer = seeded.get(initializer, initializer)
    lr = keras.Input((None, None, channels), name="lr")
    x = lr
    for number, (kernel, filters) in enumerate(FILTERS[name], start=1):
        # He for ReLU, Glorot for tanh: the start that keeps the signal's size from layer to layer
        start = (keras.initializers.HeNormal if activation == "relu" else keras.initializers.GlorotUniform)(seed + number)
        x = layers.Conv2D(
            filters, kernel, padding="same", activation=activation, kernel_initializer=start, name=f"conv{number}"
        )(x)
    last = f"conv{len(FILTERS[name]) + 1}"
    x = layers.Conv2D(channels * scale**2, 3, padding="same", kernel_initializer=initializer, name=last)(x)
    if skip:
        copies = ops.tile(lr, (1, 1, 1, scale**2))  # channel k*C + c is a copy of colour c
        x = layers.Add(name="skip")([x, copies])
    return keras.Model(lr, PixelShuffle(scale, name="sr")(x), name=name)
