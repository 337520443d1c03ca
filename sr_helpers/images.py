"""Read and write pictures, and split them into luma and chroma.

Arrays are (H, W) for grey and (H, W, 3) for RGB. `read` gives float32 in 0..1, which is what the
rest of the package computes with; `read_photo` keeps the file's own depth, transparency and colour
profile, so that what was read can be written back. Used from notebook 00 on; luma is derived in 03.
"""

import contextlib
import io
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms, ImageOps

from sr_helpers import arrays, files

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")

# BT.601 studio range: rows are Y, Cb, Cr of R, G, B in 0..1, in steps of 1/255 (MATLAB's rgb2ycbcr).
_TO_YCBCR = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]) / 255
_OFFSET = np.array([16.0, 128.0, 128.0]) / 255
_TO_RGB = np.linalg.inv(_TO_YCBCR)


class Photo(NamedTuple):
    """A picture as its file holds it: see `read_photo`."""

    pixels: np.ndarray  # (H, W) or (H, W, 3), uint8 or uint16
    alpha: np.ndarray | None  # (H, W), same dtype: 0 is transparent
    icc_profile: bytes | None


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
    """Read a picture as a `Photo`: upright, in its own depth, with its alpha and colour profile.

    Palettes become RGB, CMYK becomes RGB (through its profile where it has one). Grey keeps 16 bits;
    Pillow opens 16-bit *colour* as 8-bit, so that is reduced, with a warning.
    Raises as `read` does; the bytes are never trusted further than Pillow's own limits.
    """
    path = Path(path)
    with _open(path) as file:
        reduced = _colour_depth(path, file) > 8 and file.mode in ("RGB", "RGBA", "LA")
        file.load()
        pixels, alpha, icc_profile = _unpack(ImageOps.exif_transpose(file), file.info.get("icc_profile"))
    if reduced:
        warnings.warn(f"{path}: 16-bit colour was reduced to 8 bits", stacklevel=2)
    return Photo(pixels, alpha, icc_profile)


def size(path):
    """(width, height) of a picture file after EXIF rotation, from its header alone. Raises as `read` does."""
    with _open(path) as file:
        turned = file.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        return file.size[::-1] if turned else file.size


def write(path, image, alpha=None, icc_profile=None, overwrite=False):
    """Write a picture to `path`; the suffix gives the format. Appears whole or not at all.

    `image` is (H, W) or (H, W, 3): uint8, uint16 (grey only; PNG and TIFF), or float in 0..1, which is
    rounded to 8 bits. `alpha` is (H, W) of the same dtype.
    Raises FileExistsError unless `overwrite`; ValueError for values or a format that cannot be written.
    """
    path = Path(path)
    image = to_uint8(image) if image.dtype.kind == "f" else np.asarray(image)
    if image.dtype == np.uint16 and (image.ndim == 3 or alpha is not None):
        raise ValueError(f"{path}: Pillow writes 16 bits for plain grey only; convert with images.to_uint8")
    if alpha is not None:
        alpha = to_uint8(alpha) if alpha.dtype.kind == "f" else alpha
        image = np.dstack([image, alpha])
    suffix = path.suffix.lower()
    if suffix not in Image.registered_extensions():
        raise ValueError(f"{path}: unknown kind of picture {suffix or '(no suffix)'!r}; use .png, .jpg or .tif")
    if alpha is not None and suffix in (".jpg", ".jpeg", ".bmp"):
        raise ValueError(f"{path}: {suffix} cannot hold transparency; write a .png")
    if image.dtype == np.uint16 and suffix not in (".png", ".tif", ".tiff"):
        raise ValueError(f"{path}: {suffix} cannot hold 16 bits; write a .png")
    options = {"icc_profile": icc_profile} if icc_profile else {}
    if suffix in (".jpg", ".jpeg"):
        options |= {"quality": 95, "subsampling": 0}
    mode = "LA" if image.ndim == 3 and image.shape[2] == 2 else None
    picture = Image.fromarray(image) if mode is None else Image.merge("LA", [Image.fromarray(image[..., k]) for k in (0, 1)])
    with files.whole_file(path, overwrite) as file:
        picture.save(file, Image.registered_extensions()[suffix], **options)


def to_float(image):
    """uint8 or uint16 -> float32 in 0..1; float images pass through as they are. ValueError for other types.

    >>> to_float(np.array([0, 51, 255], np.uint8)).round(2).tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    image = np.asarray(image)
    if image.dtype.kind == "f":
        return image
    if image.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"pictures are uint8, uint16 or floats, got {image.dtype}: use image.astype(np.uint8) for 0..255")
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
    check_range(rgb)
    return (rgb @ _TO_YCBCR.T.astype(rgb.dtype)) + _OFFSET.astype(rgb.dtype)


def ycbcr_to_rgb(ycbcr):
    """Luma and chroma of `rgb_to_ycbcr` -> (H, W, 3) RGB, not clipped.

    >>> abs(ycbcr_to_rgb(rgb_to_ycbcr(np.full((1, 1, 3), 0.3))) - 0.3).max() < 1e-12
    np.True_
    """
    return (ycbcr - _OFFSET.astype(ycbcr.dtype)) @ _TO_RGB.T.astype(ycbcr.dtype)


def luma(image):
    """Luma Y of an RGB image (H, W, 3) in 0..1 -> (H, W), BT.601: 16/255..235/255. Derived in notebook 03.

    A grey image (H, W) is turned into RGB first, so that black is 16/255 here too.

    >>> (luma(np.array([[0.0, 1.0]])) * 255).round().tolist()
    [[16.0, 235.0]]
    """
    check_range(image)
    weights = _TO_YCBCR[0].astype(image.dtype)
    return (image @ weights if image.ndim == 3 else image * weights.sum()) + _OFFSET[0].astype(image.dtype)


def check_range(image):
    """Raise ValueError, with the fix, unless `image` is a float picture in about 0..1, grey or RGB.

    >>> check_range(np.full((2, 3), 200.0))
    Traceback (most recent call last):
    ValueError: an image must be 0..1, got values from 200 to 200: divide by 255
    """
    arrays.check_float(image)


def list_images(folder):
    """The picture files right in `folder`, sorted by name. Raises FileNotFoundError when there are none."""
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    if not paths:
        raise FileNotFoundError(f"{folder}: holds no pictures ({', '.join(SUFFIXES)})")
    return paths


@contextlib.contextmanager
def _open(path):
    """Pillow's Image.open, with every failure turned into one sentence that names the file."""
    path = Path(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as file:
                yield file
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ValueError(f"{path}: is a folder, not a picture") from None
    except PermissionError:
        raise PermissionError(f"{path}: no permission to read it") from None
    except Image.DecompressionBombError:
        raise ValueError(f"{path}: its header claims more pixels than is safe to open") from None
    except (OSError, ValueError, SyntaxError, KeyError, IndexError, EOFError) as error:
        reason = "the file is empty" if path.stat().st_size == 0 else _first_line(error, path)
        raise ValueError(f"{path}: cannot be read as a picture ({reason})") from None


def _unpack(picture, icc_profile):
    """A Pillow picture of any mode -> (pixels, alpha or None, profile that still fits)."""
    mode = picture.mode
    if mode in ("I;16", "I;16L", "I;16B", "I;16N", "I"):
        pixels = np.asarray(picture)
        if pixels.min() < 0 or pixels.max() > 65535:
            raise ValueError("more than 16 bits a pixel")
        return pixels.astype(np.uint16), None, icc_profile
    if mode == "F":
        raise ValueError("floating-point pixels have no agreed range; save it as 8 or 16 bits")
    if mode == "CMYK":
        picture, icc_profile = _cmyk_to_rgb(picture, icc_profile), None
    elif mode == "1":
        picture = picture.convert("L")
    elif mode in ("L", "RGB") and "transparency" in picture.info:
        picture = picture.convert("LA" if mode == "L" else "RGBA")
    elif mode in ("P", "PA"):
        picture = picture.convert("RGBA" if mode == "PA" or "transparency" in picture.info else "RGB")
    elif mode not in ("L", "LA", "RGB", "RGBA"):
        picture = picture.convert("RGB")
    pixels = np.asarray(picture)
    if picture.mode in ("LA", "RGBA"):
        colour = pixels[..., 0] if picture.mode == "LA" else pixels[..., :3]
        return np.ascontiguousarray(colour), np.ascontiguousarray(pixels[..., -1]), icc_profile
    return pixels, None, icc_profile


def _cmyk_to_rgb(picture, icc_profile):
    if not icc_profile:
        return picture.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture.convert("RGB")


def _colour_depth(path, file):
    """Bits a sample, from the header: Pillow's mode does not tell for 16-bit colour."""
    if file.format == "PNG":
        with open(path, "rb") as raw:
            return raw.read(25)[24]
    if file.format == "TIFF":
        return max(file.tag_v2.get(258, (8,)))
    return 8


def _first_line(error, path):
    return str(error).splitlines()[0].replace(f" {str(path)!r}", "") if str(error) else type(error).__name__
