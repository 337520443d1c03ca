"""How far a network sees: told from the graph of its layers, so that tiles of a picture can be cut with enough around.

Every tensor on the way has a grid of pixels. `Sight` says how far such a pixel sees, and how wide the grid is, both in
pixels of LR. A layer that this file does not know is refused by name rather than guessed.
"""

import math
from fractions import Fraction
from typing import NamedTuple

import keras
from keras import layers

POINTWISE = {  # layers that look at one pixel at a time, whatever their settings
    "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Identity", "Dense", "BatchNormalization", "Rescaling",
    "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum",
}  # fmt: skip
POINTWISE_OPERATIONS = {  # the same of keras.ops
    "Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum", "Power", "Negative", "Absolute", "Abs",
    "Square", "Sqrt", "Exp", "Clip", "Cast", "Relu", "Relu6", "LeakyRelu", "Elu", "Gelu", "Silu", "Sigmoid", "Softplus",
    "HardSigmoid", "HardTanh", "Tanh", "Sin", "Cos",
}  # fmt: skip
INTERPOLATION = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}  # pixels to either side


class Sight(NamedTuple):
    """What a pixel of a tensor sees, in LR pixels: `radius` from its centre to the farthest, `pitch` of its grid."""

    radius: Fraction
    pitch: Fraction


def radius(model: keras.Model) -> int:
    """How many LR pixels away an input pixel can still change the output, at most.

    Raises ValueError, naming the layer, where that cannot be told: for attention, pooling over the whole picture,
    layers of your own, and grids coarser than LR, on which a tile would lie askew.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError("how far a network sees is told for one input and one output")
    end = _through(model, Sight(Fraction(0), Fraction(1)))
    return math.floor(end.radius + (1 - end.pitch) / 2)  # an output pixel lies off the centre of its LR pixel


def _through(model, start):
    seen = {id(model.inputs[0]): start}

    def sight(tensor):
        if id(tensor) not in seen:
            operation, node, _ = tensor._keras_history
            sources = operation._inbound_nodes[node].input_tensors
            seen[id(tensor)] = _after(operation, [sight(source) for source in sources], sources, tensor)
        return seen[id(tensor)]

    return sight(model.outputs[0])


def _after(operation, sights, tensors, result):
    """The sight behind one layer or operation."""
    if len({sight.pitch for sight in sights}) != 1:
        raise _unknown(operation, "joins grids of different width")
    before = Sight(max(sight.radius for sight in sights), sights[0].pitch)
    kind = type(operation).__name__
    if isinstance(operation, keras.Model):
        return _through(operation, before)
    if type(operation).__module__.split(".")[0] not in ("keras", "sr_helpers"):
        raise _unknown(operation, "is your own")
    if kind == "PixelShuffle":
        return _finer(before, operation.scale, Fraction(operation.scale - 1, 2 * operation.scale))
    if isinstance(operation, layers.UpSampling2D):
        times, other = operation.size
        if times != other:
            raise _unknown(operation, "enlarges unevenly")
        return _finer(before, times, INTERPOLATION.get(operation.interpolation, Fraction(times - 1, 2 * times)))
    if isinstance(operation, layers.Conv2DTranspose):  # spreads a pixel as a convolution of these strides gathers it
        stride, reach = _window(operation, operation.kernel_size, operation.strides, operation.dilation_rate)
        return _finer(before, stride, reach / stride)
    if hasattr(operation, "kernel_size") and len(operation.kernel_size) == 2:
        return _gathered(operation, before, operation.kernel_size, operation.strides, operation.dilation_rate)
    if isinstance(operation, (layers.AveragePooling2D, layers.MaxPooling2D)):
        return _gathered(operation, before, operation.pool_size, operation.strides, (1, 1))
    if isinstance(operation, (layers.ZeroPadding2D, layers.Cropping2D)):
        sides = operation.padding if isinstance(operation, layers.ZeroPadding2D) else operation.cropping
        return Sight(before.radius + before.pitch * max(map(max, sides)), before.pitch)
    if _is_pointwise(operation, kind, tensors, result):
        return before
    raise _unknown(operation, "is none whose reach is known")


def _is_pointwise(operation, kind, tensors, result):
    if isinstance(operation, layers.Layer):
        over_channels = getattr(operation, "axis", None) in (-1, 3, [-1], [3], (3,))
        return (
            kind in POINTWISE
            or over_channels
            and kind in ("Concatenate", "LayerNormalization", "UnitNormalization", "Softmax")
        )
    if kind == "Tile":  # copies of channels leave the grid as it is
        return len(operation.repeats) == 4 and set(operation.repeats[:3]) == {1}
    if kind == "Concatenate":
        return operation.axis in (-1, 3)
    return kind in POINTWISE_OPERATIONS


def _gathered(operation, before, size, strides, dilation):
    """Behind a convolution or a pooling; strides put the pixels farther apart."""
    stride, reach = _window(operation, size, strides, dilation)
    pitch = before.pitch * stride
    if pitch.numerator != 1:
        raise _unknown(operation, "works on a grid coarser than LR, on which a tile would lie askew")
    return Sight(before.radius + before.pitch * reach, pitch)


def _window(operation, size, strides, dilation):
    """(stride, how far the farthest tap of a window lies from its middle)."""
    stride = strides[0]
    if len(set(strides)) != 1:
        raise _unknown(operation, "has uneven strides")
    width = max((taps - 1) * spread + 1 for taps, spread in zip(size, dilation, strict=True))
    if operation.padding != "same":
        return stride, Fraction(width - 1)  # the padding elsewhere, counted there, moves it by less
    left, middle = max(0, width - stride) // 2, Fraction(stride - 1, 2)
    return stride, max(left + middle, width - 1 - left - middle)


def _finer(before, times, reach):
    return Sight(before.radius + before.pitch * reach, before.pitch / times)


def _unknown(operation, why):
    return ValueError(
        f"how far the network sees cannot be told, so it cannot work in tiles: layer {operation.name} "
        f"({type(operation).__name__}) {why}; `tile` as large as the picture makes one tile of it"
    )
