"""Train with more weights than the network keeps: over-parameterised convolutions that collapse into plain ones.

While it learns, every convolution has the kernel K + A B: its own, and the product of a wide matrix A (k*k*C_in x width)
and a matrix B (width x C_out) that starts at zero. Two linear maps in a row are one, so afterwards K + A B is
an ordinary kernel: the trained network has the same layers and speed as ever, and trains to a better end
(the idea of SESR, arXiv 2103.09404, and ECBSR; the sum that starts at the plain network is how we found it to pay).
"""

import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("sr_helpers")
class CollapsibleConv2D(layers.Layer):
    """A convolution with the kernel K + A B, (N, H, W, C_in) -> (N, H, W, C_out): see the head of this file."""

    def __init__(self, filters, kernel_size, width, activation=None, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.width, self.seed = filters, tuple(kernel_size), width, seed
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        shape = (*self.kernel_size, input_shape[-1], self.filters)
        taps = math.prod(shape[:-1])
        start = keras.initializers.RandomNormal(stddev=taps**-0.5, seed=self.seed)
        self.kernel = self.add_weight(name="kernel", shape=shape)
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")
        self.a = self.add_weight(name="a", shape=(taps, self.width), initializer=start)
        self.b = self.add_weight(name="b", shape=(self.width, self.filters), initializer="zeros")

    def call(self, x):
        kernel = self.kernel + ops.reshape(ops.matmul(self.a, self.b), self.kernel.shape)
        return self.activation(ops.conv(x, kernel, padding="same", data_format="channels_last") + self.bias)

    def get_config(self):
        own = {key: getattr(self, key) for key in ("filters", "kernel_size", "width", "seed")}
        return super().get_config() | own | {"activation": keras.activations.serialize(self.activation)}


def expand(model, width, seed=0):
    """A copy of `model` whose convolutions are collapsible, `width` wide; it computes the same at first."""
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]

    def widened(layer):
        if layer not in convolutions:
            return layer.__class__.from_config(layer.get_config())
        own_seed = 1000 * seed + convolutions.index(layer)
        return CollapsibleConv2D(
            layer.filters, layer.kernel_size, width, layer.activation, own_seed, name=layer.name
        )

    wide = keras.models.clone_model(model, clone_function=widened)
    for layer in convolutions:
        copy = wide.get_layer(layer.name)
        for ours, theirs in ((copy.kernel, layer.kernel), (copy.bias, layer.bias)):
            ours.assign(ops.copy(theirs))  # JAX would share the memory, and training frees it
    return wide


def collapse(weights):
    """The weights of an expanded model (NumPy, four to a convolution: K, bias, A, B) as those of the plain one."""
    layers_of_four = zip(*(weights[k::4] for k in range(4)), strict=True)
    return [plain for kernel, bias, a, b in layers_of_four for plain in (kernel + (a @ b).reshape(kernel.shape), bias)]
