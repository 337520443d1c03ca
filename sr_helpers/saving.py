"""Write picture files: whole, in a quality worth the work, refused before it where the format cannot hold the picture.

What a format takes is written: alpha, 16 bits, frames and their times, colour profile, EXIF, XMP. The dots per inch
stay as they were: more pixels make a larger print, not a finer one. What is lost is told in one note.
"""

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, PngImagePlugin

from sr_helpers import files, photos


class Kind(NamedTuple):
    """A format as Pillow names it, and what it can hold."""

    format: str
    alpha: bool = False
    deep: bool = False  # 16 bits of grey; of colour and alpha in PNG alone
    grey: bool = True  # grey is kept as grey, not as RGB
    frames: str = ""  # several pictures in one file, as "animation" or "pages"
    longest: int = 65535  # pixels of a side
    options: dict = {}


_JPEG = Kind("JPEG", longest=65500, options={"quality": 95, "subsampling": 0})
_PNG = Kind("PNG", alpha=True, deep=True, frames="animation", longest=2**31 - 1)
_TIFF = Kind("TIFF", alpha=True, deep=True, frames="pages", longest=2**31 - 1)
_JPEG2000 = Kind("JPEG2000", alpha=True, deep=True)  # without loss, as Pillow writes it
_AVIF = Kind("AVIF", True, grey=False, frames="animation", options={"quality": 95, "subsampling": "4:4:4"})
_SGI = Kind("SGI", alpha=True)
KINDS = {  # those formats that keep what they are given: no icons, which shrink it, no documents
    **dict.fromkeys((".png", ".apng"), _PNG),
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), _JPEG),
    **dict.fromkeys((".tif", ".tiff"), _TIFF),
    # lossy WebP halves the resolution of colour whatever its quality
    ".webp": Kind("WEBP", True, grey=False, frames="animation", longest=16383, options={"lossless": True}),
    **dict.fromkeys((".avif", ".avifs"), _AVIF),
    **dict.fromkeys((".jp2", ".jpx", ".jpf"), _JPEG2000),
    **dict.fromkeys((".j2k", ".j2c", ".jpc"), _JPEG2000._replace(options={"no_jp2": True})),
    ".gif": Kind("GIF", alpha=True, frames="animation"),
    **dict.fromkeys((".bmp", ".dib"), Kind("BMP")),
    **dict.fromkeys((".ppm", ".pgm", ".pnm"), Kind("PPM", longest=2**31 - 1)),
    ".tga": Kind("TGA", alpha=True),
    **dict.fromkeys((".sgi", ".rgb", ".rgba", ".bw"), _SGI),
    ".qoi": Kind("QOI", alpha=True, grey=False, longest=2**31 - 1),
    ".pcx": Kind("PCX"),
}


def kind_of(path, size=(1, 1)):
    """The `Kind` that a file's suffix asks for. Raises ValueError, with the fix, for none or too small a one."""
    suffix = Path(path).suffix.lower()
    if suffix not in KINDS or KINDS[suffix].format not in Image.SAVE:
        problem = "cannot be written" if suffix in Image.registered_extensions() else "is an unknown kind of picture"
        raise ValueError(f"{path}: {suffix or 'a name with no suffix'} {problem}; use .png, .jpg, .tif or .webp")
    if max(size) > KINDS[suffix].longest:
        longest = KINDS[suffix].longest
        raise ValueError(f"{path}: {suffix} holds sides of {longest} pixels, not {max(size)}; write a .png")
    return KINDS[suffix]


def check_alpha(path, pictures):
    """Raise ValueError when something in `pictures` (a list of `Photo`) is transparent and the format cannot tell."""
    if not kind_of(path).alpha and any(_see_through(photo) for photo in pictures):
        raise ValueError(f"{path}: {Path(path).suffix} cannot hold transparency; write a .png")


def write(path, pictures, overwrite=False):
    """Write a list of `Photo` (one, or the frames or pages of one file) to `path`, whose suffix gives the format.

    Appears whole or not at all. One note (a warning) tells what the format cannot hold.
    Raises FileExistsError unless `overwrite`; ValueError for a format that cannot be written.
    """
    path, first = Path(path), pictures[0]
    kind = kind_of(path, [max(photo.pixels.shape[:2]) for photo in pictures])
    check_alpha(path, pictures)
    pictures, lost = _that_fit(kind, pictures)
    options = kind.options | _about(kind, first, lost)
    if len(pictures) > 1:
        options |= {"save_all": True} | (_times(kind, pictures) if kind.frames == "animation" else {})
    first = pictures[0]
    deep_colour = first.pixels.dtype == np.uint16 and (first.pixels.ndim == 3 or first.alpha is not None)
    with files.whole_file(path, overwrite) as file:
        if deep_colour:
            _write_png16(file, first, options)
        else:
            drawn, *others = [_picture(kind, photo, pictures) for photo in pictures]
            if kind.format == "GIF" and not all(picture.getcolors(256) for picture in (drawn, *others)):
                lost.append("a .gif holds 256 colours only")
            try:
                drawn.save(file, kind.format, **options, **({"append_images": others} if others else {}))
            except (ValueError, KeyError, TypeError, struct.error, SystemError) as error:
                raise OSError(f"as {kind.format}: {error}") from None
    if lost:
        warnings.warn(f"{path}: {', and '.join(lost)}", stacklevel=2)


def _see_through(photo):
    return photo.alpha is not None and photo.alpha.min(initial=255) < np.iinfo(photo.alpha.dtype).max


def _that_fit(kind, pictures):
    """(pictures reduced to what the format holds, what was lost)."""
    lost, fitting = [], []
    for photo in pictures:
        pixels, alpha = photo.pixels, photo.alpha if kind.alpha else None
        colour = pixels.ndim == 3 or alpha is not None
        kept = kind.deep and (not colour or kind.format == "PNG") and len(pictures) == 1
        if pixels.dtype == np.uint16 and not kept:
            lost.append("its 16 bits became 8; a .png keeps them")
            pixels, alpha = _8_bits(pixels), None if alpha is None else _8_bits(alpha)
        if kind.format == "GIF" and alpha is not None:
            if ((alpha > 0) & (alpha < 255)).any():
                lost.append("soft edges of transparency became hard")
            alpha = np.where(alpha < 128, 0, 255).astype(np.uint8)
        fitting.append(photo._replace(pixels=pixels, alpha=alpha))
    return fitting, list(dict.fromkeys(lost))


def _8_bits(samples):
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _about(kind, photo, lost):
    """Pillow's options for profile, EXIF, XMP and dots per inch, of those that the format takes."""
    options, exif = {}, Image.Exif()
    exif.load(photo.exif or b"")
    if photo.icc_profile and kind.format in ("PNG", "JPEG", "TIFF", "WEBP", "AVIF"):
        if photos.fits(photo.icc_profile, photo.pixels.ndim if kind.grey else 3):
            options["icc_profile"] = photo.icc_profile
        elif photos.fits(photo.icc_profile, photo.pixels.ndim):
            lost.append("its grey colour profile does not fit a file of RGB")
    if photo.dpi and kind.format in ("PNG", "JPEG", "TIFF", "BMP"):
        options["dpi"] = tuple(float(value) for value in photo.dpi)
    if photo.xmp and kind.format in ("JPEG", "WEBP", "AVIF"):
        options["xmp"] = photo.xmp
    elif photo.xmp and kind.format == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", photo.xmp.decode("utf-8", "replace"))
    elif photo.xmp and kind.format == "TIFF":
        exif[700] = photo.xmp
    if (photo.exif or 700 in exif) and kind.format in ("PNG", "JPEG", "TIFF", "WEBP", "AVIF"):
        options["exif"] = exif
    return options


def _times(kind, pictures):
    """Pillow's options for an animation. Times are whole milliseconds, in GIF tens of them: the sum stays right."""
    unit = 10 if kind.format == "GIF" else 1
    ends = np.round(np.cumsum([0, *(photo.duration for photo in pictures)]) / unit) * unit
    options = {"duration": [int(time) for time in np.diff(ends)]}
    plays = pictures[0].plays
    if kind.format == "GIF":  # which counts repetitions, and plays once where nothing is said
        return options | {"disposal": 2} | ({} if plays == 1 else {"loop": max(0, plays - 1)})
    if kind.format == "WEBP" and any(photo.alpha is not None for photo in pictures):
        options |= {"kmin": 0, "kmax": 1}  # whole frames: of opaque parts alone, the file would say that all is opaque
    return options | {"loop": plays}


def _picture(kind, photo, pictures):
    """A Pillow picture; the frames of one animation are all of one mode."""
    together = pictures if kind.frames == "animation" else [photo]
    channels = [photo.pixels]
    if photo.pixels.ndim == 2 and (not kind.grey or any(other.pixels.ndim == 3 for other in together)):
        channels = [photo.pixels] * 3
    if any(other.alpha is not None for other in together):
        channels.append(np.full(photo.pixels.shape[:2], 255, np.uint8) if photo.alpha is None else photo.alpha)
    samples = np.dstack(channels)
    if samples.shape[2] == 2:
        return Image.merge("LA", [Image.fromarray(channel) for channel in channels])
    return Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)


def _write_png16(file, photo, options):
    """A PNG of 16-bit colour or alpha, which Pillow cannot write: its own notes on a tiny picture, and our pixels."""
    samples = photo.pixels if photo.alpha is None else np.dstack([photo.pixels, photo.alpha])
    height, width, channels = samples.shape
    tiny = io.BytesIO()
    Image.new("RGB", (1, 1)).save(tiny, "PNG", **options)
    notes = tiny.getvalue()[33:].rpartition(b"IDAT")[0][:-4]  # between the head (8 + 25 bytes) and the pixels
    colour_type = {2: 4, 3: 2, 4: 6}[channels]
    file.write(b"\x89PNG\r\n\x1a\n")
    _chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0))
    file.write(notes)
    packer = zlib.compressobj()
    above = np.zeros(width * channels * 2, np.uint8)
    for row in samples:
        row = row.astype(">u2").reshape(-1).view(np.uint8)
        _chunk(file, b"IDAT", packer.compress(b"\2" + (row - above).tobytes()))  # filter 2: minus the row above
        above = row
    _chunk(file, b"IDAT", packer.flush())
    _chunk(file, b"IEND", b"")


def _chunk(file, kind, data):
    if data or kind == b"IEND":
        file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
