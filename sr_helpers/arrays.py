"""What a picture may be as an array, and the sentence for what it may not: looked at wherever pictures come in.

Arrays are (H, W) for grey and (H, W, 3) for RGB. A batch, colours on the first axis or complex numbers would often
compute, and mean something else: so each is refused by the name of its axis, with the fix.
"""

import numbers
from collections.abc import Iterable, Mapping

import numpy as np

__all__ = ["check_float", "check_numbers", "check_scale", "check_shape", "check_uint8", "named", "of"]


def of(image, name: str = "an image") -> np.ndarray:
    """`image` as an array of uint8, uint16, other integers or floats. Raises ValueError for anything else.

    >>> of([[0, 255]]).shape
    (1, 2)
    """
    try:
        image = np.asarray(image)
    except (ValueError, TypeError, RuntimeError) as error:  # a ragged list, or a tensor that cannot leave its device
        raise ValueError(f"{name} must be an array of numbers ({str(error).splitlines()[0]})") from None
    check_numbers(image, name)
    return image


def named(pictures) -> Mapping[str, np.ndarray]:
    """Several pictures as a dict name -> picture: a dict as it is, a list named by number. ValueError for others.

    >>> list(named([np.zeros((2, 3)), np.zeros((4, 5))]))
    ['0', '1']
    """
    if isinstance(pictures, Mapping):
        return pictures
    if isinstance(pictures, str | bytes) or hasattr(pictures, "shape") or not isinstance(pictures, Iterable):
        what = (
            f"an array of shape {pictures.shape}"
            if hasattr(pictures, "shape")
            else f"{type(pictures).__name__} {pictures!r}"
        )
        fix = "put it into a list" if hasattr(pictures, "shape") else "see datasets.load_folder"
        raise ValueError(f"pictures are a dict name -> picture, or a list of pictures, got {what}: {fix}")
    return {str(number): picture for number, picture in enumerate(pictures)}


def check_numbers(image: np.ndarray, name: str = "an image") -> None:
    """Raise ValueError unless the values are integers or floats: no bool, complex, object or text."""
    if image.dtype.kind not in "uif":
        raise ValueError(f"{name} holds {image.dtype} values; pictures are uint8, or floats in 0..1")


def check_shape(image: np.ndarray, name: str = "an image") -> None:
    """Raise ValueError, naming the axis and the fix, unless the shape is (H, W) or (H, W, 3) and not empty."""
    shape = image.shape
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] != 3):
        raise ValueError(f"{name} is (H, W) or (H, W, 3), got shape {shape}: {_what_is_wrong(shape)}")
    if image.size == 0:
        raise ValueError(f"{name} is empty: shape {shape}")


def check_float(image: np.ndarray, name: str = "an image", *, slack: float = 1) -> None:
    """Raise ValueError, with the fix, unless `image` is a float picture in about 0..1, grey or RGB.

    It may lie `slack` beyond on either side, since what interpolates and learns overshoots; 0..255 lies farther.
    """
    check_numbers(image, name)
    check_shape(image, name)
    if image.dtype.kind != "f":
        raise ValueError(f"{name} must be floats in 0..1, got {image.dtype}: use images.to_float")
    low, high = image.min(), image.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"{name} holds NaN or infinite values")
    if high > 1 + slack or low < -slack:
        raise ValueError(f"{name} must be 0..1, got values from {low:g} to {high:g}: divide by 255")


def check_uint8(image: np.ndarray, name: str = "a picture") -> None:
    """Raise ValueError, with the fix, unless `image` is a picture of uint8, grey or RGB, as files give it."""
    image = of(image, name)
    check_shape(image, name)
    if image.dtype != np.uint8:
        raise ValueError(f"{name} must be uint8, got {image.dtype}: use images.to_uint8")


def check_scale(scale) -> None:
    """Raise ValueError unless `scale` is a whole number from 1 on."""
    if isinstance(scale, bool) or not isinstance(scale, numbers.Integral) or scale < 1:
        raise ValueError(f"scale must be a positive whole number, got {scale!r}")


def _what_is_wrong(shape):
    if len(shape) == 4:
        return f"axis 0 is a batch of {shape[0]}; pass one picture at a time, as batch[0]"
    if len(shape) != 3:
        return f"{len(shape)} axes are too {'few' if len(shape) < 2 else 'many'}"
    if shape[2] == 1:
        return "axis 2 has one channel; pass image[..., 0]"
    if shape[0] in (1, 3, 4):
        return "axis 0 holds the colours; move it to the end with np.moveaxis(image, 0, -1)"
    if shape[2] in (2, 4):
        return f"axis 2 has {shape[2]} channels, the last of them transparency; pass the colours alone"
    return f"axis 2 has {shape[2]} channels"
