"""Picture files: read as they are meant, told in one note where Pillow loses something.

A file holds more than its pixels: transparency, 16 bits, a colour profile, which way is up, frames and their times.
`read` keeps all of it in a `Photo`, which `saving.write` gives back. The course comes in through `images.read_photo`.
"""

import contextlib
import re
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, JpegImagePlugin

from sr_helpers import samples

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
_OLD = rb"tiff:Orientation|tiff:ImageWidth|tiff:ImageLength|exif:Pixel[XY]Dimension|xmp:Thumbnails"
_OLD_XMP = re.compile(rb"""\s(?:%b)=(?:"[^"]*"|'[^']*')|<(%b)\b.*?</\1>""" % (_OLD, _OLD), re.DOTALL)


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
        turned = file.getexif().get(0x0112, 1) in (5, 6, 7, 8) and file.format != "TIFF"  # which Pillow has turned
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
    bits = samples.depth(path, file)
    pixels, alpha = samples.unpack(path, file, frame, bits)
    if bits > 8 and pixels.dtype == np.uint8:
        lost.append(f"its {bits}-bit colour was reduced to 8 bits")
    icc_profile, dpi, xmp = (file.info.get(key) for key in ("icc_profile", "dpi", "xmp"))
    orientation = file.getexif().get(0x0112, 1)
    return Photo(
        samples.upright(pixels, orientation),
        None if alpha is None else samples.upright(alpha, orientation),
        icc_profile if file.mode not in ("CMYK", "LAB") and fits(icc_profile, pixels.ndim) else None,
        _about(file),
        _OLD_XMP.sub(b"", xmp) if xmp else None,
        dpi if dpi and all(1 < float(value) < 65536 for value in dpi) else None,
        float(file.info.get("duration") or 0),
        _plays(file),
    )


def fits(icc_profile, ndim):
    """Whether a colour profile is one of grey for (H, W), or of RGB for (H, W, 3)."""
    return bool(icc_profile) and icc_profile[16:20] == (b"RGB " if ndim == 3 else b"GRAY")


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
