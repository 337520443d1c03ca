"""Train with more weights than the network keeps: over-parameterised convolutions that collapse into plain ones.

While it learns, every convolution has the kernel K + A B: its own, and the product of a wide A (k*k*C_in x width)
and a matrix B (width x C_out) that starts at zero. Two linear maps in a row are one, so afterwards K + A B is
an ordinary kernel: the trained network has the same layers and speed as ever, and trains to a better end
(the idea of SESR, arXiv 2103.09404, and ECBSR; the sum that starts at the plain network is how we found it to pay).
"""

import math

import keras
from keras import layers, ops

# What a widened convolution takes over from the plain one
KEPT = ("filters", "kernel_size", "strides", "dilation_rate", "padding", "activation", "use_bias", "name", "dtype")


@keras.saving.register_keras_serializable("sr_helpers")
class CollapsibleConv2D(layers.Layer):
    """A convolution with the kernel K + A B, (N, H, W, C_in) -> (N, H, W, C_out): see the head of this file."""

    def __init__(
        self, width, seed=0, *, filters, kernel_size, strides, dilation_rate, padding, activation, use_bias, **kwargs
    ):
        super().__init__(**kwargs)
        self.width, self.seed, self.filters, self.use_bias = width, seed, filters, use_bias
        self.kernel_size, self.padding = tuple(kernel_size), padding
        self.strides, self.dilation_rate = tuple(strides), tuple(dilation_rate)
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        shape = (*self.kernel_size, input_shape[-1], self.filters)
        taps = math.prod(shape[:-1])
        start = keras.initializers.RandomNormal(stddev=taps**-0.5, seed=self.seed)
        # autocast=False: the kernel is put together in float32, whatever the convolution computes in
        self.kernel = self.add_weight(name="kernel", shape=shape, autocast=False)
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros") if self.use_bias else None
        self.a = self.add_weight(name="a", shape=(taps, self.width), initializer=start, autocast=False)
        self.b = self.add_weight(name="b", shape=(self.width, self.filters), initializer="zeros", autocast=False)

    def call(self, x):
        kernel = self.kernel + ops.reshape(ops.matmul(self.a, self.b), self.kernel.shape)
        kernel = ops.cast(kernel, self.compute_dtype)
        x = ops.conv(x, kernel, self.strides, self.padding, "channels_last", self.dilation_rate)
        return self.activation(x + self.bias if self.use_bias else x)

    def get_config(self):
        own = ("width", "seed", "filters", "kernel_size", "strides", "dilation_rate", "padding", "use_bias")
        activation = {"activation": keras.activations.serialize(self.activation)}
        return super().get_config() | {key: getattr(self, key) for key in own} | activation


def expand(model: keras.Model, width: int, seed: int = 0, precision: str = "float32") -> keras.Model:
    """A copy of `model` that computes the same at first, its convolutions collapsible and `width` wide.

    Widened is what can be widened exactly: every `Conv2D` that learns; other layers are copied as they are, and 0
    widens none. `precision` "bfloat16" lets the convolutions after the first compute in 16 bits.
    """
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]

    def copied(layer):
        config = layer.get_config()
        if precision == "bfloat16" and layer in convolutions[1:]:
            config["dtype"] = "mixed_bfloat16"
        if not (width and _can_be_widened(layer)):
            return layer.__class__.from_config(config)
        options = {key: config[key] for key in KEPT}
        return CollapsibleConv2D(width, 1000 * seed + convolutions.index(layer), **options)

    wide = keras.models.clone_model(model, clone_function=copied)
    for layer, copy in zip(model.layers, wide.layers, strict=True):
        # K and bias come first; A and B, which the plain layer has not, keep their start
        for ours, theirs in zip(copy.weights, layer.weights, strict=False):
            ours.assign(ops.copy(theirs))  # JAX would share the memory, and training frees it
    return wide


def collapse(wide: keras.Model, value=ops.convert_to_numpy) -> list:
    """The weights of an expanded model as those of the plain one, NumPy, in the order of its `get_weights()`.

    `value` says what stands for a variable: its own value, or its running average.
    """
    plain = []
    for layer in wide.layers:
        values = [value(variable) for variable in layer.weights]
        if isinstance(layer, CollapsibleConv2D):
            kernel, *bias, a, b = values
            values = [kernel + (a @ b).reshape(kernel.shape), *bias]
        plain += values
    return plain


def _can_be_widened(layer):
    """Whether K + A B learns just as K would: a rule on K, or a layer that is frozen, is left as it is."""
    if (
        type(layer) is not layers.Conv2D
        or layer.groups > 1
        or layer.data_format != "channels_last"
        or layer.lora_enabled
    ):
        return False
    rules = (layer.kernel_regularizer, layer.kernel_constraint, layer.bias_regularizer, layer.bias_constraint)
    rules += (layer.activity_regularizer,)
    return layer.trainable and not any(rules) and not isinstance(layer.activation, layers.Layer)
