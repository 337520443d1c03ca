"""Helpers of the super-resolution course: each file can be read in one sitting.

Read from the ground up: `images`, `resize`, `metrics`, `datasets`, `patches`, `model`, `training`,
`upscale`. `show`, `checks` and `runtime` serve the notebooks. Importing the package does not import
TensorFlow; only `model`, and what stands on it, needs Keras.
"""

__version__ = "0.1.0"
