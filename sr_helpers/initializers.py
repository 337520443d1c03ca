"""Where weights start: no checkerboard behind a pixel shuffle, and no fading signal in a deep network."""

import keras
from keras import ops


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


@keras.saving.register_keras_serializable("sr_helpers")
class NearIdentity(keras.initializers.Initializer):
    """Start a hidden convolution near the identity: 0.7 I + sqrt(1 - 0.7^2) He, a kernel (k, k, C, C).

    Every layer of a deep network then passes on most of what it is given, and the first steps of the training reach
    all of them. With as many channels out as in only; another kernel starts as He's. The idea of dirac initialisation
    (Zagoruyko and Komodakis 2017, arXiv 1706.00388); what it is worth is told in notebook 07.
    """

    share = 0.7

    def __init__(self, seed=0):
        self.seed = seed

    def __call__(self, shape, dtype=None):
        kernel = keras.initializers.HeNormal(self.seed)(shape, dtype=dtype)
        height, width, channels, filters = shape
        if channels != filters:
            return kernel
        middle = ops.reshape(ops.one_hot(height // 2 * width + width // 2, height * width), (height, width, 1, 1))
        return self.share * middle * ops.eye(channels) + (1 - self.share**2) ** 0.5 * kernel

    def get_config(self):
        return {"seed": self.seed}
