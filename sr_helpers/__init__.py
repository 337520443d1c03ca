"""Helpers of the super-resolution course: each file can be read in one sitting.

Read from the ground up: `files`, `images`, `resize`, `metrics`, `datasets`, `patches`, `models`, `training`,
`upscale`. `show`, `checks` and `runtime` serve the notebooks. Importing the package does not import
TensorFlow; only `models`, and what stands on it, needs Keras.
"""

__version__ = "0.1.0"
