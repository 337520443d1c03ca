"""Picture files of awkward kinds: read as they are meant; what is lost is told once; every failure is one sentence."""

import os
import struct
import subprocess
import sys
import warnings
import zlib

import imageio_ffmpeg
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from sr_helpers import images, photos

RGB = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
DEEP = np.random.default_rng(1).integers(0, 65536, (5, 7, 4)).astype(np.uint16)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile(space):
    """A profile that claims to be one of `space`, as b"GRAY": its header alone is looked at."""
    return SRGB[:16] + space + SRGB[20:]


def png(path, bits, colour_type, rows, *chunks):
    """A PNG by hand: `rows` are the packed bytes of (H, bytes), `chunks` (name, data) go before the pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    width = rows.shape[1] * 8 // (bits * samples)
    head = struct.pack(">IIBBBBB", width, len(rows), bits, colour_type, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row.astype(np.uint8).tobytes() for row in rows))
    body = b"".join(chunk(*each) for each in ((b"IHDR", head), *chunks, (b"IDAT", pixels), (b"IEND", b"")))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def tiff(path, bits, photometric, data, width, height, samples=1):
    """A little-endian TIFF by hand, one strip."""
    tags = [
        (256, width),
        (257, height),
        (258, bits),
        (259, 1),
        (262, photometric),
        (273, 8),
        (277, samples),
        (278, height),
    ]
    entries = [struct.pack("<HHII", tag, 4 if tag == 273 else 3, 1, value) for tag, value in tags]
    entries.append(struct.pack("<HHII", 279, 4, 1, len(data)))
    path.write_bytes(
        b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", 9) + b"".join(entries) + bytes(4)
    )
    return path


def quietly(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return images.read_photo(path)


def only_note(path):
    """(photo, the one note that reading gives)."""
    with pytest.warns(UserWarning) as notes:
        photo = images.read_photo(path)
    (note,) = notes
    assert str(note.message).startswith(f"{path}: ")
    return photo, str(note.message)


# --- transparency ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bits, row, key, grey, alpha",
    [
        (1, [0b01010101], 1, 0, [255, 0]),
        (2, [0b00011011], 2, 0, [255, 255, 0, 255]),
        (4, [0x0A, 0xF5], 10, 0, [255, 0, 255, 255]),
        (8, [7, 9], 9, 7, [255, 0]),
        (16, [1, 2, 3, 4], 0x0304, 0x0102, [65535, 0]),
    ],
)
def test_a_grey_key_is_transparent_at_every_depth(bits, row, key, grey, alpha, tmp_path):
    path = png(tmp_path / "key.png", bits, 0, np.array([row]), (b"tRNS", struct.pack(">H", key)))
    photo = quietly(path)
    assert photo.alpha[0, : len(alpha)].tolist() == alpha
    assert photo.pixels[0, 0] == grey and photo.pixels.dtype == photo.alpha.dtype


@pytest.mark.parametrize("bits", [8, 16])
def test_a_colour_key_is_transparent(bits, tmp_path):
    samples = np.array([[1, 2, 3, 1, 2, 4]], ">u2" if bits == 16 else np.uint8)
    path = png(tmp_path / "key.png", bits, 2, samples.view(np.uint8), (b"tRNS", struct.pack(">HHH", 1, 2, 4)))
    photo = quietly(path)
    assert photo.alpha.tolist() == [[np.iinfo(photo.alpha.dtype).max, 0]]
    assert photo.pixels.tolist() == [[[1, 2, 3], [1, 2, 4]]]


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_palette_keeps_its_alpha_at_every_depth(bits, tmp_path):
    palette = (b"PLTE", bytes([255, 0, 0, 0, 0, 255])), (b"tRNS", bytes([255, 40]))
    rows = np.array([np.packbits(np.repeat([[0] * (bits - 1) + [0], [0] * (bits - 1) + [1]], 4, axis=0).ravel())])
    photo = quietly(png(tmp_path / "p.png", bits, 3, rows, *palette))
    assert photo.pixels[0, ::4].tolist() == [[255, 0, 0], [0, 0, 255]] and photo.alpha[0, ::4].tolist() == [255, 40]


# --- depth -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colour_type, channels", [(2, [0, 1, 2]), (4, [0, 3]), (6, [0, 1, 2, 3])])
def test_png_keeps_16_bits_of_colour_and_alpha(colour_type, channels, tmp_path):
    samples = DEEP[..., channels]
    photo = quietly(png(tmp_path / "deep.png", 16, colour_type, samples.astype(">u2").reshape(5, -1).view(np.uint8)))
    assert np.array_equal(np.dstack([photo.pixels] + ([] if photo.alpha is None else [photo.alpha])), samples)
    images.write(tmp_path / "again.png", photo.pixels, alpha=photo.alpha)
    again = quietly(tmp_path / "again.png")
    assert np.array_equal(again.pixels, photo.pixels) and np.array_equal(again.alpha, photo.alpha)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("channels", [3, 4])
def test_tiff_keeps_16_bits_of_colour(channels, compression, byteorder, tmp_path):
    extra = {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    samples = DEEP[..., :channels]
    tifffile.imwrite(
        tmp_path / "deep.tif", samples, photometric="rgb", compression=compression, byteorder=byteorder, **extra
    )
    photo = quietly(tmp_path / "deep.tif")
    assert np.array_equal(photo.pixels, samples[..., :3])
    assert photo.alpha is None if channels == 3 else np.array_equal(photo.alpha, samples[..., 3])


def test_16_bit_tiff_with_white_as_zero_is_no_negative(tmp_path):
    data = np.array([[0, 1000, 65535]], "<u2")
    assert quietly(tiff(tmp_path / "w.tif", 16, 0, data.tobytes(), 3, 1)).pixels.tolist() == [[65535, 64535, 0]]
    assert quietly(tiff(tmp_path / "b.tif", 16, 1, data.tobytes(), 3, 1)).pixels.tolist() == [[0, 1000, 65535]]


def test_12_bit_tiff_fills_the_range(tmp_path):
    packed = bytes([0x00, 0x0F, 0xFF, 0x80, 0x00, 0x01])  # 0, 4095, 2048, 1
    assert quietly(tiff(tmp_path / "t.tif", 12, 1, packed, 4, 1)).pixels.tolist() == [[0, 65535, 32776, 16]]


def test_lab_is_shown_in_its_colours_without_its_profile(tmp_path):
    lab = np.array([[[255, 0, 0], [0, 0, 0], [138, 81, 70], [76, 68, 144]]], np.uint8)
    tifffile.imwrite(tmp_path / "lab.tif", lab, photometric="cielab", iccprofile=profile(b"Lab "))
    photo = quietly(tmp_path / "lab.tif")
    wanted = np.array([[[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 0, 255]]])
    assert np.abs(photo.pixels - wanted).max() < 30 and np.abs(photo.pixels[0, :2] - wanted[0, :2]).max() <= 1
    assert photo.icc_profile is None


def sgi16(path):
    head = struct.pack(">HBBHHHHII", 474, 0, 2, 3, 7, 5, 3, 0, 65535)
    path.write_bytes(head.ljust(512, b"\0") + DEEP[..., :3].transpose(2, 0, 1)[:, ::-1].astype(">u2").tobytes())


def ppm16(path):
    path.write_bytes(b"P6 7 5 65535\n" + DEEP[..., :3].astype(">u2").tobytes())


def jpeg2000(path):
    """Pillow writes no 16-bit colour: its 8-bit file, whose head is altered to claim 16 bits."""
    Image.fromarray(RGB).save(path, no_jp2=True)
    data = bytearray(path.read_bytes())
    for component in range(3):
        data[42 + 3 * component] = 15
    path.write_bytes(data)


def avif10(path):
    """Pillow writes 8 bits only: by ffmpeg."""
    colours = "testsrc=size=16x16 -frames:v 1 -pix_fmt yuv420p10le -c:v libaom-av1 -still-picture 1"
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), *f"-loglevel error -f lavfi -i {colours}".split(), path], check=True
    )


def cmyk16(path):
    tifffile.imwrite(path, DEEP, photometric="separated")


@pytest.mark.parametrize(
    "make, suffix, depth",
    [(sgi16, "sgi", 16), (ppm16, "ppm", 16), (jpeg2000, "j2k", 16), (avif10, "avif", 10), (cmyk16, "tif", 16)],
)
def test_depth_that_is_lost_is_told_once(make, suffix, depth, tmp_path):
    make(tmp_path / f"deep.{suffix}")
    photo, note = only_note(tmp_path / f"deep.{suffix}")
    assert photo.pixels.dtype == np.uint8 and f"{depth}-bit colour was reduced to 8 bits" in note


@pytest.mark.parametrize("kind", ["signed", "32 bits"])
def test_samples_without_an_agreed_range_are_refused(kind, tmp_path):
    tifffile.imwrite(tmp_path / "t.tif", np.ones((3, 4), np.int16 if kind == "signed" else np.uint32))
    with pytest.raises(ValueError, match="no agreed range"):
        images.read(tmp_path / "t.tif")


# --- profiles, orientation, frames -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mode, suffix, space, kept",
    [
        ("L", "png", b"GRAY", True),
        ("LA", "png", b"GRAY", True),
        ("RGB", "png", b"RGB ", True),
        ("RGB", "jpg", b"GRAY", False),
        ("RGB", "tif", b"Lab ", False),
        ("RGBA", "tif", b"CMYK", False),
        ("L", "jpg", b"RGB ", False),
        ("CMYK", "tif", b"RGB ", False),
    ],
)
def test_a_profile_is_kept_where_it_fits(mode, suffix, space, kept, tmp_path):
    path = tmp_path / f"p.{suffix}"
    Image.new(mode, (3, 2)).save(path, icc_profile=profile(space))
    assert (quietly(path).icc_profile == profile(space)) is kept


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_every_orientation(suffix, orientation, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"p.{suffix}"
    Image.fromarray(RGB).save(path, exif=exif, **({"lossless": True} if suffix == "webp" else {}))
    turned = RGB.swapaxes(0, 1) if orientation > 4 else RGB
    turned = turned[:: -1 if orientation in (3, 4, 7, 8) else 1, :: -1 if orientation in (2, 3, 6, 7) else 1]
    photo = quietly(path)
    assert np.array_equal(photo.pixels, turned)
    assert images.size(path) == turned.shape[1::-1]


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif", "avif"])
def test_further_frames_are_told(suffix, tmp_path):
    first, *others = [Image.new("RGB", (8, 8), (k, 0, 0)) for k in (0, 99, 200)]
    first.save(tmp_path / f"a.{suffix}", save_all=True, append_images=others)
    _, note = only_note(tmp_path / f"a.{suffix}")
    assert "only the first of its 3 pictures" in note


def test_a_thumbnail_in_a_tiff_is_no_page(tmp_path):
    with tifffile.TiffWriter(tmp_path / "t.tif") as file:
        file.write(RGB, photometric="rgb")
        file.write(RGB[::2, ::2], photometric="rgb", subfiletype=1)
    assert np.array_equal(quietly(tmp_path / "t.tif").pixels, RGB)


# --- failures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "suffix", ["png", "jpg", "tif", "gif", "webp", "bmp", "ppm", "jp2", "avif", "tga", "sgi", "qoi", "pcx"]
)
def test_a_picture_that_is_cut_off_is_refused(suffix, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = tmp_path / f"cut.{suffix}"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.raises(ValueError, match=r"cut\.\w+: cannot be read"):
        images.read(path)


@pytest.mark.parametrize(
    "error", [NotImplementedError("no"), RuntimeError("lost"), struct.error("short"), AssertionError()]
)
def test_whatever_a_decoder_raises_is_one_sentence(error, tmp_path, monkeypatch):
    Image.fromarray(RGB).save(tmp_path / "p.png")
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: (_ for _ in ()).throw(error))
    with pytest.raises(ValueError, match=r"p\.png: cannot be read as a picture"):
        images.read(tmp_path / "p.png")


def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    code = f"from sr_helpers import images; images.read({str(tmp_path / 'pipe.png')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert "pipe.png: cannot be read as a picture (it is a pipe or a device" in done.stderr


def test_folders_take_every_kind_that_a_file_may_be(tmp_path):
    for suffix in ("avif", "gif", "jp2", "jfif", "ppm", "tga", "JPE", "qoi"):
        with open(tmp_path / f"p.{suffix}", "wb") as file:
            Image.fromarray(RGB).save(file, Image.registered_extensions()[f".{suffix.lower()}"])
        assert images.read(tmp_path / f"p.{suffix}").shape == RGB.shape
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "model.h5").write_bytes(b"no picture")
    listed = [path.suffix[1:] for path in images.list_images(tmp_path)]
    assert sorted(listed) == ["JPE", "avif", "gif", "jfif", "jp2", "ppm", "qoi", "tga"]


@pytest.mark.parametrize("quality", [25, 50, 75, 90, 100])
def test_the_quality_of_a_jpeg_is_known_from_its_tables(quality, tmp_path):
    Image.fromarray(RGB).save(tmp_path / "p.jpg", quality=quality)
    assert photos.jpeg_quality(tmp_path / "p.jpg") == pytest.approx(quality, abs=1)
    Image.fromarray(RGB).save(tmp_path / "p.png")
    assert photos.jpeg_quality(tmp_path / "p.png") is None
