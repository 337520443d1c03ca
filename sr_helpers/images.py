"""Pictures as arrays: read and write them, and split them into luma and chroma.

Arrays are (H, W) for grey and (H, W, 3) for RGB. `read` gives float32 in 0..1, which is what the
rest of the package computes with; `read_photo` keeps the file's own depth, transparency and colour
profile, so that what was read can be written back. Used from notebook 00 on; luma is derived in 03.
"""

from pathlib import Path

import numpy as np

from sr_helpers import arrays, photos, saving
from sr_helpers.photos import SUFFIXES, Photo

# BT.601 studio range: rows are Y, Cb, Cr of R, G, B in 0..1, in steps of 1/255 (MATLAB's rgb2ycbcr).
TO_YCBCR = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]) / 255
YCBCR_OFFSET = np.array([16.0, 128.0, 128.0]) / 255
TO_RGB = np.linalg.inv(TO_YCBCR)


def read(path):
    """Read a picture as float32 in 0..1, (H, W) for grey or (H, W, 3) for RGB; transparency is dropped.

    Raises FileNotFoundError, or ValueError with the file's name and the reason if it is no picture.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "roof.png", np.full((2, 3), 0.2))
    ...     read(Path(folder) / "roof.png").round(3).max().item(), size(Path(folder) / "roof.png")
    (0.20000000298023224, (3, 2))
    """
    return to_float(read_photo(path).pixels)


def read_photo(path):
    """Read a picture as a `Photo`: upright, in its own depth, with its alpha, colour profile and more.

    Palettes become RGB, CMYK and Lab become RGB (CMYK through its profile where it has one). What is lost, as the
    depth of some kinds or all but the first frame, is told in one warning. Raises as `read` does.
    """
    return photos.read(path)


def size(path):
    """(width, height) of a picture file after EXIF rotation, from its header alone. Raises as `read` does."""
    return photos.header(path).size


def write(path, image, *, alpha=None, icc_profile=None, overwrite=False):
    """Write a picture to `path`; the suffix gives the format. Appears whole or not at all.

    `image` is (H, W) or (H, W, 3): uint8, uint16 (PNG; plain grey also TIFF and JPEG 2000), or float in 0..1, which
    is rounded to 8 bits. `alpha` is (H, W) of the same dtype.
    Raises FileExistsError unless `overwrite`; ValueError for values or a format that cannot be written.
    """
    image, alpha = arrays.of(image), None if alpha is None else arrays.of(alpha, "alpha")
    image, alpha = (to_uint8(x) if x is not None and x.dtype.kind == "f" else x for x in (image, alpha))
    if image.dtype == np.uint16 and not saving.kind_of(path).deep:
        raise ValueError(f"{path}: {Path(path).suffix} cannot hold 16 bits; write a .png, or use images.to_uint8")
    saving.write(path, [Photo(image, alpha, icc_profile)], overwrite)


def to_float(image):
    """uint8 or uint16 -> float32 in 0..1; float images pass through as they are. ValueError for other types.

    >>> to_float(np.array([0, 51, 255], np.uint8)).round(2).tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    image = np.asarray(image)
    if image.dtype.kind == "f":
        return image
    if image.dtype not in (np.uint8, np.uint16):
        raise ValueError(
            f"pictures are uint8, uint16 or floats, got {image.dtype}: use image.astype(np.uint8) for 0..255"
        )
    return image.astype(np.float32) / np.float32(np.iinfo(image.dtype).max)


def to_uint8(image):
    """Float in 0..1 (clipped) or uint16 -> uint8, rounded to the nearest. ValueError for NaN, or values far from 0..1.

    >>> to_uint8(np.array([-0.1, 0.2, 0.5, 1.0])).tolist()
    [0, 51, 128, 255]
    """
    image = np.asarray(image)
    if image.dtype == np.uint8:
        return image
    if image.dtype.kind == "f" and image.size and not (image.min() >= -10 and image.max() <= 11):
        raise ValueError(f"images must be 0..1, got values from {image.min():g} to {image.max():g}: divide by 255")
    return np.floor(np.clip(to_float(image), 0, 1) * 255 + 0.5).astype(np.uint8)


def crop_to_multiple(image, scale):
    """Drop the last rows and columns so that height and width divide by `scale`; the top left stays.

    >>> crop_to_multiple(np.zeros((31, 26, 3)), 3).shape
    (30, 24, 3)
    """
    arrays.check_scale(scale)
    height, width = image.shape[0] - image.shape[0] % scale, image.shape[1] - image.shape[1] % scale
    if height == 0 or width == 0:
        raise ValueError(f"an image of {image.shape[0]}x{image.shape[1]} pixels is too small for scale {scale}")
    return image[:height, :width]


def rgb_to_ycbcr(rgb):
    """(H, W, 3) RGB in 0..1 -> luma and chroma, BT.601 studio range: Y in 16/255..235/255.

    >>> (rgb_to_ycbcr(np.ones((1, 1, 3))) * 255).round().tolist()
    [[[235.0, 128.0, 128.0]]]
    """
    arrays.check_float(rgb)
    return (rgb @ TO_YCBCR.T.astype(rgb.dtype)) + YCBCR_OFFSET.astype(rgb.dtype)


def ycbcr_to_rgb(ycbcr):
    """Luma and chroma of `rgb_to_ycbcr` -> (H, W, 3) RGB, not clipped.

    >>> abs(ycbcr_to_rgb(rgb_to_ycbcr(np.full((1, 1, 3), 0.3))) - 0.3).max() < 1e-12
    np.True_
    """
    return (ycbcr - YCBCR_OFFSET.astype(ycbcr.dtype)) @ TO_RGB.T.astype(ycbcr.dtype)


def luma(image):
    """Luma Y of an RGB image (H, W, 3) in 0..1 -> (H, W), BT.601: 16/255..235/255. Derived in notebook 03.

    A grey image (H, W) is turned into RGB first, so that black is 16/255 here too.

    >>> (luma(np.array([[0.0, 1.0]])) * 255).round().tolist()
    [[16.0, 235.0]]
    """
    arrays.check_float(image)
    weights = TO_YCBCR[0].astype(image.dtype)
    return (image @ weights if image.ndim == 3 else image * weights.sum()) + YCBCR_OFFSET[0].astype(image.dtype)


def to_luma(picture, luma=luma):
    """A picture, uint8 or 0..1, as the protocol measures it: (H, W) in 0..1; RGB by `luma`, grey as it is.

    >>> to_luma(np.zeros((1, 1, 3), np.uint8)).round(4).tolist(), to_luma(np.zeros((1, 1), np.uint8)).tolist()
    ([[0.0627]], [[0.0]])
    """
    picture = to_float(picture).astype(np.float64)
    return luma(picture) if picture.ndim == 3 else picture


def list_images(folder):
    """The picture files right in `folder`, sorted by name: all kinds that `read` takes. FileNotFoundError for none."""
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    paths = sorted(path for path in folder.iterdir() if _is_picture(path))
    if not paths:
        raise FileNotFoundError(f"{folder}: holds no pictures that can be read (.png, .jpg, .tif, .webp and others)")
    return paths


def _is_picture(path):
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and not path.is_dir()
