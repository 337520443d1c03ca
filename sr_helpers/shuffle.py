"""The pixel shuffle as a layer. Derived in notebooks 01 and 05."""

import keras
from keras import layers, ops


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
