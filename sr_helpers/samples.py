"""The samples of a Pillow picture of any mode, as they are meant: in their own depth, with alpha, upright.

Pillow's mode does not tell all: 16-bit colour, keys that stand for "transparent", white that is zero. Used by `photos`.
"""

import contextlib
import io
import sys

import numpy as np
from PIL import Image, ImageCms

# Pillow keeps the upper byte of 16-bit colour. Decoded again as if of the other byte order, the lower one is "upper".
_LOWER = {"LA;16B": "RGBA"}  # grey and alpha of 16 bits are four bytes
for _colours in ("RGB", "RGBA"):
    _native, _other = "LB" if sys.byteorder == "little" else "BL"
    for _order, _opposite in (("B", "L"), ("L", "B"), ("N", _other)):
        _LOWER[f"{_colours};16{_order}"] = f"{_colours};16{_opposite}"


def unpack(path, file, frame, bits):
    """(pixels, alpha or None) of the frame at which `file` stands, of `bits` a sample; not yet turned upright."""
    still = file.format == "TIFF" or getattr(file, "n_frames", 1) == 1
    tiles = list(file.tile)
    file.load()
    samples = _sixteen_bits(path, tiles, frame, np.asarray(file)) if bits == 16 and still else None
    pixels, alpha = _split(_samples(file, bits) if samples is None else samples)
    return pixels, _key_alpha(file, pixels, bits) if alpha is None else alpha


def upright(array, orientation):
    """Turn (H, W, ...) as the EXIF number 1..8 asks."""
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    rows = -1 if orientation in (3, 4, 7, 8) else 1
    columns = -1 if orientation in (2, 3, 6, 7) else 1
    return np.ascontiguousarray(array[::rows, ::columns])


def depth(path, file):
    """Bits a sample, which Pillow's mode does not tell."""
    with open(path, "rb") as raw:
        head = raw.read(2**20)
    if file.format == "PNG":
        return head[24]
    if file.format == "TIFF":
        return max(file.tag_v2.get(258, (1,)))
    if file.format == "SGI":
        return 8 * head[3]
    if file.format == "PPM" and file.tile and not isinstance(file.tile[0].args, str):
        return int(file.tile[0].args[1]).bit_length()  # of the largest value
    if file.format == "JPEG2000" and (at := head.find(b"\xff\x4f\xff\x51")) >= 0:
        return (head[at + 42] & 127) + 1  # Ssiz of the SIZ marker
    if file.format == "AVIF" and (at := head.find(b"av1C")) >= 0:
        return 12 if head[at + 6] & 0x20 else 10 if head[at + 6] & 0x40 else 8
    return file.info.get("bit_depth", 8)  # HEIF's reader tells


def _sixteen_bits(path, tiles, frame, upper):
    """16-bit colour (H, W, channels) of the decoded `upper` bytes and a second decoding; None where there is none."""
    names = [tile.args if isinstance(tile.args, str) else tile.args[0] for tile in tiles]
    if not names or not set(names) <= _LOWER.keys():
        return None
    with Image.open(path) as again:
        again.seek(frame)
        again.tile = [
            tile._replace(args=_LOWER[name] if isinstance(tile.args, str) else (_LOWER[name], *tile.args[1:]))
            for tile, name in zip(again.tile, names, strict=True)
        ]
        lower = np.asarray(again)
    if names[0] == "LA;16B":
        return lower[..., ::2].astype(np.uint16) << 8 | lower[..., 1::2]
    return upper.astype(np.uint16) << 8 | lower


def _samples(picture, bits):
    """A loaded Pillow picture of any mode as (H, W) or (H, W, channels), uint8 or uint16."""
    mode = picture.mode
    if mode.startswith("I;16") or (mode == "I" and picture.format == "PPM"):
        pixels = np.asarray(picture).astype(np.uint16)
        if picture.format == "TIFF":
            peak = 2**bits - 1
            pixels = pixels if peak == 65535 else ((pixels * np.uint32(65535) + peak // 2) // peak).astype(np.uint16)
            pixels = 65535 - pixels if picture.tag_v2.get(262) == 0 else pixels  # white is zero
        return pixels
    if mode in ("F", "I"):
        raise ValueError("floating-point, signed and 32-bit pixels have no agreed range; save it as 8 or 16 bits")
    if mode in ("CMYK", "LAB"):
        return np.asarray(_to_rgb(picture))
    if mode not in ("L", "LA", "RGB", "RGBA"):
        see_through = picture.has_transparency_data and mode not in ("1", "YCbCr", "HSV")
        picture = picture.convert({"1": "L", "La": "LA"}.get(mode, "RGBA" if see_through else "RGB"))
    return np.asarray(picture)


def _to_rgb(picture):
    """CMYK through its own profile where it has one, Lab through the standard's."""
    with contextlib.suppress(ImageCms.PyCMSError, OSError):
        if picture.mode == "LAB":
            source = ImageCms.createProfile("LAB")
        else:
            source = ImageCms.ImageCmsProfile(io.BytesIO(picture.info.get("icc_profile", b"")))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return picture.convert("RGB")


def _split(samples):
    """(colour, alpha or None) of (H, W) or of 2, 3 or 4 channels."""
    if samples.ndim == 2 or samples.shape[2] == 3:
        return samples, None
    colour = samples[..., 0] if samples.shape[2] == 2 else samples[..., :3]
    return np.ascontiguousarray(colour), np.ascontiguousarray(samples[..., -1])


def _key_alpha(file, pixels, bits):
    """Alpha of a picture in which one grey or one colour stands for "transparent"; None where there is no key."""
    key = file.info.get("transparency")
    if file.mode not in ("1", "L", "RGB", "I;16") or key is None:
        return None
    if file.mode == "1":
        key = 255 * (key > 0)
    elif file.format == "PNG" and bits < 8:
        key = key * 255 // (2**bits - 1)  # the key counts in the file's own steps
    hidden = pixels == np.asarray(key)
    hidden = hidden if pixels.ndim == 2 else hidden.all(axis=2)
    return np.where(hidden, 0, np.iinfo(pixels.dtype).max).astype(pixels.dtype)
