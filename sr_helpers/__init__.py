"""Helpers of the super-resolution course: each file can be read in one sitting.

Read from the ground up: `files`, `images`, `resize`, `metrics`, `datasets`, `patches`, `models`, `training`,
`upscale`. `show`, `checks` and `runtime` serve the notebooks. Importing the package imports none of them; each is
loaded when it is first named, as in `sr_helpers.metrics`. Only `models`, and what stands on it, needs Keras.

>>> import sr_helpers
>>> sr_helpers.statistics.conclusion(0.1, 0.3)
'better'
"""

import importlib

__version__ = "1.0"
__all__ = [
    "architectures", "arguments", "arrays", "blueprints", "cards", "census", "checks", "collapse", "commands",
    "datasets", "devices", "export", "fetching", "ffmpeg", "files", "frames", "grading", "images", "initializers",
    "leaks", "measured", "metrics", "models", "page", "patches", "photos", "preparation", "progress", "reach",
    "resize", "runs", "runtime", "samples", "saving", "settings", "show", "shuffle", "statistics", "training",
    "unpacking", "upscale", "validation", "video", "watch",
]  # fmt: skip


def __getattr__(name):
    if name not in __all__:
        raise AttributeError(f"module 'sr_helpers' has no attribute {name!r}; there are {', '.join(__all__)}")
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(not_installed(error.name), name=error.name) from None


def not_installed(package):
    """The sentence that says what to do where a package is missing."""
    if package == "torch":
        return "torch is a backend of Keras that this package does not know: set KERAS_BACKEND=tensorflow, or jax"
    advice = f'pip install ".[{"jax" if package.startswith("jax") else "course"}]" in the course folder'
    if package == "tensorflow":
        advice += ', or pip install ".[jax]" and set KERAS_BACKEND=jax'
    return f"{package} is not installed: {advice}"


def __dir__():
    return sorted([*globals(), *__all__])
