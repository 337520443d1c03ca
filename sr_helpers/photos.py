"""Picture files: read as they are meant, told in one note where Pillow loses something.

A file holds more than its pixels: transparency, 16 bits, a colour profile, which way is up, frames and their times.
`read` keeps all of it in a `Photo`, which `saving.write` gives back. The course comes in through `images.read_photo`.
"""

import contextlib
import io
import re
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms, ImageFile, JpegImagePlugin

with contextlib.suppress(ImportError):  # phones' .heic, where this reader is installed
    import pillow_heif

    pillow_heif.register_heif_opener()

# Known to Pillow, but no pictures that it can show, or (EPS) programs to run, or (FITS) signed measurements
_NO_PICTURES = ("BUFR", "EPS", "FITS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF")
_PAGES = ("TIFF", "DCX", "MPO")  # formats whose further pictures are pages; elsewhere they are frames of an animation
Image.init()
READABLE = [name for name in Image.OPEN if name not in _NO_PICTURES]
SUFFIXES = tuple(sorted(suffix for suffix, name in Image.registered_extensions().items() if name in READABLE))

_EXIF, _GPS = 0x8769, 0x8825
# What a camera or a person says about a picture. Left behind: thumbnails, sizes and all that describes the old pixels.
_ABOUT = (270, 271, 272, 282, 283, 296, 305, 306, 315, 316, 18246, 33432, 40091, 40092, 40093, 40094, 40095)
_OLD_SIZE = (0xA002, 0xA003)
_OLD_XMP = b"tiff:Orientation|tiff:ImageWidth|tiff:ImageLength|exif:Pixel[XY]Dimension|xmp:Thumbnails"

# Pillow keeps the upper byte of 16-bit colour. Decoded again as if of the other byte order, the lower one is "upper".
_LOWER = {"LA;16B": "RGBA"}  # grey and alpha of 16 bits are four bytes
for _colours in ("RGB", "RGBA"):
    _native, _other = "LB" if sys.byteorder == "little" else "BL"
    for _order, _opposite in (("B", "L"), ("L", "B"), ("N", _other)):
        _LOWER[f"{_colours};16{_order}"] = f"{_colours};16{_opposite}"


class Photo(NamedTuple):
    """A picture as its file holds it."""

    pixels: np.ndarray  # (H, W) or (H, W, 3), uint8 or uint16
    alpha: np.ndarray | None = None  # (H, W), same dtype: 0 is transparent
    icc_profile: bytes | None = None  # of grey for grey, of RGB for RGB
    exif: bytes | None = None  # without orientation, sizes and thumbnail
    xmp: bytes | None = None
    dpi: tuple | None = None
    duration: float = 0  # of a frame, in milliseconds
    plays: int = 1  # how often an animation runs; 0 is for ever


class Header(NamedTuple):
    """What a file says of itself before its pixels are read."""

    size: tuple  # (width, height), upright
    frames: int
    pages: bool  # whether further pictures are pages rather than frames


def header(path):
    """The `Header` of a picture file. Raises as `read` does."""
    with _open(path) as file:
        turned = file.format != "TIFF" and file.getexif().get(0x0112, 1) in (5, 6, 7, 8)  # Pillow has turned TIFF itself
        return Header(file.size[::-1] if turned else file.size, len(_frames(file)), file.format in _PAGES)


def read(path):
    """The picture of a file, its first where it has several, as a `Photo`: upright, in its own depth.

    One note (a warning) names the file and what was lost. Raises FileNotFoundError, PermissionError, or ValueError
    with the file's name and the reason; the bytes are never trusted further than Pillow's own limits.
    """
    return _read(path, every=False)[0]


def read_all(path):
    """All frames or pages of a file, as a list of `Photo`. Notes and errors as `read`."""
    return _read(path, every=True)


def jpeg_quality(path):
    """The quality (1..100) that a JPEG file was saved with, guessed from its first table; None for other files."""
    with _open(path) as file:
        if not isinstance(file, JpegImagePlugin.JpegImageFile) or not file.quantization:
            return None
        coarseness = 100 * sum(file.quantization[min(file.quantization)]) / 3688  # the standard's table sums to that
        return round(max(1, (200 - coarseness) / 2 if coarseness <= 100 else 5000 / coarseness))


def _read(path, every):
    path, lost = Path(path), []
    with _open(path) as file:
        frames = _frames(file)
        photos = []
        for frame in frames if every else frames[:1]:
            file.seek(frame)
            photos.append(_photo(path, file, frame, lost))
    if not every and len(frames) > 1:
        lost.append(f"only the first of its {len(frames)} pictures was read")
    if lost:
        warnings.warn(f"{path}: {', and '.join(dict.fromkeys(lost))}", stacklevel=4)
    return photos


@contextlib.contextmanager
def _open(path):
    """Pillow's Image.open, quiet, with every failure turned into one sentence that names the file."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ValueError("it is a pipe or a device, not a file")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=READABLE) as file:
                yield file
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ValueError(f"{path}: is a folder, not a picture") from None
    except PermissionError:
        raise PermissionError(f"{path}: no permission to read it") from None
    except Image.DecompressionBombError:
        raise ValueError(f"{path}: its header claims more pixels than is safe to open") from None
    except Exception as error:  # decoders raise whatever they like, NotImplementedError and struct.error among others
        reason = "the file is empty" if path.is_file() and path.stat().st_size == 0 else _first_line(error, path)
        raise ValueError(f"{path}: cannot be read as a picture ({reason})") from None


def _frames(file):
    """Numbers of the pictures in a file that are pictures of their own: no layers, no reduced copies."""
    frames = range(getattr(file, "n_frames", 1) if file.format != "PSD" else 1)
    if file.format == "TIFF" and len(frames) > 1:
        copies = []
        for frame in frames:
            file.seek(frame)
            copies.append(file.tag_v2.get(254, 0) & 1)
        frames = [frame for frame in frames if not copies[frame]] or [0]
        file.seek(frames[0])
    return frames[1:] if file.info.get("default_image") and len(frames) > 1 else frames


def _photo(path, file, frame, lost):
    """The picture at which `file` stands, as a `Photo`; what was lost is added to the list `lost`."""
    depth = _depth(path, file)
    still = file.format == "TIFF" or getattr(file, "n_frames", 1) == 1
    tiles = list(file.tile)
    file.load()
    icc_profile, dpi, xmp = (file.info.get(key) for key in ("icc_profile", "dpi", "xmp"))
    samples = _sixteen_bits(path, file.mode, tiles, frame, np.asarray(file)) if depth == 16 and still else None
    if samples is None:
        samples = _samples(file, depth)
    if depth > 8 and samples.dtype == np.uint8:
        lost.append(f"its {depth}-bit colour was reduced to 8 bits")
    pixels, alpha = _split(samples)
    if alpha is None:
        alpha = _key_alpha(file, pixels, depth)
    orientation = file.getexif().get(0x0112, 1)
    return Photo(
        _upright(pixels, orientation),
        None if alpha is None else _upright(alpha, orientation),
        icc_profile if file.mode not in ("CMYK", "LAB") and fits(icc_profile, pixels.ndim) else None,
        _about(file),
        re.sub(rb"""\s(?:%b)=(?:"[^"]*"|'[^']*')|<(%b)\b.*?</\1>""" % (_OLD_XMP, _OLD_XMP), b"", xmp, flags=re.S) if xmp else None,
        dpi if dpi and all(1 < float(value) < 65536 for value in dpi) else None,
        float(file.info.get("duration") or 0),
        _plays(file),
    )


def fits(icc_profile, ndim):
    """Whether a colour profile is one of grey for (H, W), or of RGB for (H, W, 3)."""
    return bool(icc_profile) and icc_profile[16:20] == (b"RGB " if ndim == 3 else b"GRAY")


def _sixteen_bits(path, mode, tiles, frame, upper):
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


def _samples(picture, depth):
    """A loaded Pillow picture of any mode as (H, W) or (H, W, channels), uint8 or uint16."""
    mode = picture.mode
    if mode.startswith("I;16") or (mode == "I" and picture.format == "PPM"):
        pixels = np.asarray(picture).astype(np.uint16)
        if picture.format == "TIFF":
            peak = 2**depth - 1
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


def _key_alpha(file, pixels, depth):
    """Alpha of a picture in which one grey or one colour stands for "transparent"; None where there is no key."""
    key = file.info.get("transparency")
    if file.mode not in ("1", "L", "RGB", "I;16") or key is None:
        return None
    if file.mode == "1":
        key = 255 * (key > 0)
    elif file.format == "PNG" and depth < 8:
        key = key * 255 // (2**depth - 1)  # the key counts in the file's own steps
    hidden = pixels == np.asarray(key)
    return np.where(hidden if pixels.ndim == 2 else hidden.all(axis=2), 0, np.iinfo(pixels.dtype).max).astype(pixels.dtype)


def _upright(array, orientation):
    """Turn (H, W, ...) as the EXIF number 1..8 asks."""
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    rows = -1 if orientation in (3, 4, 7, 8) else 1
    columns = -1 if orientation in (2, 3, 6, 7) else 1
    return np.ascontiguousarray(array[::rows, ::columns])


def _depth(path, file):
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


def _about(file):
    """The EXIF of a file that still holds for other pixels, as bytes; None where there is none."""
    about = Image.Exif()
    with contextlib.suppress(Exception):  # a damaged note costs no picture
        old = file.getexif()
        about.update({tag: old[tag] for tag in _ABOUT if tag in old})
        for part in (_EXIF, _GPS):
            about.get_ifd(part).update({tag: value for tag, value in old.get_ifd(part).items() if tag not in _OLD_SIZE})
        if len(about) or about.get_ifd(_EXIF) or about.get_ifd(_GPS):
            return about.tobytes()
    return None


def _plays(file):
    """How often an animation runs. GIF counts the repetitions, the others the runs."""
    loop = file.info.get("loop")
    return 1 if loop is None else loop + 1 if loop and file.format == "GIF" else loop


def _first_line(error, path):
    return str(error).splitlines()[0].replace(f" {str(path)!r}", "") if str(error) else type(error).__name__
