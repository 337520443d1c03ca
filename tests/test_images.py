"""Pictures of every kind, read right and written back; luma and chroma; bad files told in one sentence."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageCms

from sr_helpers import images

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture
def rgb():
    return np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)


def saved(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return path


# --- luma and chroma ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "colour, luma",
    [((0, 0, 0), 16), ((1, 1, 1), 235), ((1, 0, 0), 16 + 65.481), ((0, 1, 0), 16 + 128.553), ((0, 0, 1), 16 + 24.966)],
)
def test_luma_of_the_pure_colours(colour, luma):
    assert images.luma(np.array([[colour]], float))[0, 0] * 255 == pytest.approx(luma)


def test_luma_of_grey_is_that_of_equal_rgb():
    grey = np.linspace(0, 1, 12).reshape(3, 4)
    assert images.luma(grey) == pytest.approx(images.luma(np.dstack([grey] * 3)))


def test_chroma_of_grey_is_128_and_of_blue_is_240():
    ycbcr = 255 * images.rgb_to_ycbcr(np.array([[[0.5, 0.5, 0.5], [0, 0, 1.0]]]))
    assert ycbcr[0, 0, 1:] == pytest.approx([128, 128])
    assert ycbcr[0, 1, 1] == pytest.approx(240)


@given(arrays.arrays(np.float64, (2, 3, 3), elements=st.floats(0, 1)))
def test_there_and_back(rgb):
    assert images.ycbcr_to_rgb(images.rgb_to_ycbcr(rgb)) == pytest.approx(rgb, abs=1e-9)


@pytest.mark.parametrize(
    "image, sentence",
    [
        (np.full((2, 2, 3), 128.0), "divide by 255"),
        (np.zeros((2, 2, 3), np.uint8), "to_float"),
        (np.full((2, 2, 3), np.nan), "NaN"),
        (np.zeros((2, 2, 4)), "got shape"),
    ],
)
def test_luma_refuses_other_ranges_and_shapes(image, sentence):
    with pytest.raises(ValueError, match=sentence):
        images.luma(image)


# --- crops and types -----------------------------------------------------------------------------------------


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 4))
def test_cropping_keeps_the_top_left_and_drops_less_than_a_block(height, width, scale):
    image = np.arange(height * width).reshape(height, width)
    if min(height, width) < scale:
        with pytest.raises(ValueError, match="too small"):
            images.crop_to_multiple(image, scale)
        return
    crop = images.crop_to_multiple(image, scale)
    assert crop[0, 0] == 0 and crop.shape[0] % scale == crop.shape[1] % scale == 0
    assert height - crop.shape[0] < scale and width - crop.shape[1] < scale


@given(arrays.arrays(np.uint8, (3, 4)))
def test_uint8_to_float_and_back(image):
    assert np.array_equal(images.to_uint8(images.to_float(image)), image)


def test_rounding_is_to_the_nearest_and_clipped():
    assert images.to_uint8(np.array([[-0.1, 0.4 / 255, 0.5 / 255, 254.5 / 255, 1.2]])).tolist() == [[0, 0, 1, 255, 255]]


# --- reading and writing back --------------------------------------------------------------------------------


def test_rgb_and_grey_there_and_back(rgb, tmp_path):
    for array, profile in ((rgb, SRGB), (rgb[..., 0], None)):  # sRGB is no profile of grey
        images.write(tmp_path / "p.png", array, icc_profile=SRGB, overwrite=True)
        photo = images.read_photo(tmp_path / "p.png")
        assert np.array_equal(photo.pixels, array) and photo.alpha is None and photo.icc_profile == profile
        assert np.array_equal(images.read(tmp_path / "p.png"), (array / 255).astype(np.float32))


def test_alpha_there_and_back(rgb, tmp_path):
    for array in (rgb, rgb[..., 0]):
        images.write(tmp_path / "p.png", array, alpha=rgb[..., 1], overwrite=True)
        photo = images.read_photo(tmp_path / "p.png")
        assert np.array_equal(photo.pixels, array) and np.array_equal(photo.alpha, rgb[..., 1])
        assert images.read(tmp_path / "p.png").shape == array.shape


def test_16_bit_grey_there_and_back(tmp_path):
    deep = np.array([[0, 1, 256], [40000, 65534, 65535]], np.uint16)
    for suffix in (".png", ".tif"):
        images.write(tmp_path / f"deep{suffix}", deep)
        photo = images.read_photo(tmp_path / f"deep{suffix}")
        assert photo.pixels.dtype == np.uint16 and np.array_equal(photo.pixels, deep)
    assert images.read(tmp_path / "deep.png")[1, 2] == 1


def test_8_bit_pictures_warn_of_nothing(rgb, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images.read_photo(saved(tmp_path / "p.png", rgb))
        images.read_photo(saved(tmp_path / "p.tif", rgb))


def test_palettes_with_and_without_transparency(rgb, tmp_path):
    flat = np.zeros((4, 6, 3), np.uint8)
    flat[:, 3:] = (200, 10, 30)
    Image.fromarray(flat).quantize(4).save(tmp_path / "p.png")
    assert np.array_equal(images.read_photo(tmp_path / "p.png").pixels, flat)
    index = Image.new("P", (2, 1))
    index.putpalette([255, 0, 0, 0, 0, 255])
    index.putdata([0, 1])
    index.save(tmp_path / "t.png", transparency=0)
    photo = images.read_photo(tmp_path / "t.png")
    assert photo.pixels.tolist() == [[[255, 0, 0], [0, 0, 255]]] and photo.alpha.tolist() == [[0, 255]]


def test_black_and_white(tmp_path):
    bits = np.array([[True, False], [False, True]])
    assert images.read_photo(saved(tmp_path / "p.png", bits)).pixels.tolist() == [[255, 0], [0, 255]]


def test_cmyk_becomes_rgb_and_loses_its_profile(tmp_path):
    Image.new("CMYK", (3, 2), (0, 255, 255, 0)).save(tmp_path / "c.jpg", quality=100, icc_profile=b"not a profile")
    photo = images.read_photo(tmp_path / "c.jpg")
    assert photo.pixels.shape == (2, 3, 3) and photo.icc_profile is None
    assert np.abs(photo.pixels.astype(int) - (255, 0, 0)).max() < 12


def test_cmyk_goes_through_its_profile(tmp_path, monkeypatch):
    """A profile that fits is used: here one that is told apart by what it is asked to do."""
    asked = []

    def through(picture, source, target, outputMode):
        asked.append(outputMode)
        return Image.new("RGB", picture.size, (1, 2, 3))

    monkeypatch.setattr(ImageCms, "profileToProfile", through)
    Image.new("CMYK", (3, 2)).save(tmp_path / "c.tif", icc_profile=SRGB)
    photo = images.read_photo(tmp_path / "c.tif")
    assert asked == ["RGB"] and photo.pixels[0, 0].tolist() == [1, 2, 3] and photo.icc_profile is None


def test_exif_rotation_is_applied_and_size_tells_it_from_the_header(rgb, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate clockwise to see it upright
    saved(tmp_path / "turned.png", rgb, exif=exif)
    assert np.array_equal(images.read_photo(tmp_path / "turned.png").pixels, np.rot90(rgb, -1))
    assert images.size(tmp_path / "turned.png") == (5, 7)
    assert images.size(saved(tmp_path / "upright.png", rgb)) == (7, 5)


def test_one_pixel_wide(tmp_path):
    thin = np.arange(6, dtype=np.uint8).reshape(6, 1)
    images.write(tmp_path / "thin.png", thin)
    assert np.array_equal(images.read_photo(tmp_path / "thin.png").pixels, thin)


# --- bad files -------------------------------------------------------------------------------------------------


def broken(kind, path):
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(buffer, "PNG")
    whole = buffer.getvalue()
    bomb = whole[:16] + struct.pack(">II", 60000, 60000) + whole[24:29]
    bomb += struct.pack(">I", zlib.crc32(bomb[12:29])) + whole[33:]
    path.write_bytes({"text": b"hello", "empty": b"", "truncated": whole[: len(whole) // 2], "bomb": bomb}[kind])


@pytest.mark.parametrize(
    "kind, reason",
    [("text", "cannot be read"), ("empty", "is empty"), ("truncated", "cannot be read"), ("bomb", "more pixels")],
)
def test_a_bad_file_is_named_with_the_reason(kind, reason, tmp_path):
    broken(kind, tmp_path / "bad.png")
    with pytest.raises(ValueError, match=reason) as caught:
        images.read(tmp_path / "bad.png")
    assert str(caught.value).count("bad.png") == 1 and "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file"):
        images.read(tmp_path / "nothing.png")
    with pytest.raises(ValueError, match="folder"):
        images.read(tmp_path)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        images.list_images(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="no pictures"):
        images.list_images(tmp_path)


def test_floating_point_pixels_are_refused(tmp_path):
    saved(tmp_path / "f.tif", np.ones((2, 2), np.float32))
    with pytest.raises(ValueError, match="no agreed range"):
        images.read(tmp_path / "f.tif")


# --- writing ---------------------------------------------------------------------------------------------------


def test_nothing_is_overwritten_unasked(rgb, tmp_path):
    images.write(tmp_path / "p.png", rgb)
    with pytest.raises(FileExistsError, match="overwrite"):
        images.write(tmp_path / "p.png", 255 - rgb)
    assert np.array_equal(images.read_photo(tmp_path / "p.png").pixels, rgb)
    images.write(tmp_path / "p.png", 255 - rgb, overwrite=True)
    assert np.array_equal(images.read_photo(tmp_path / "p.png").pixels, 255 - rgb)


def test_a_full_disk_leaves_the_old_file_and_no_other(rgb, tmp_path, monkeypatch):
    images.write(tmp_path / "p.png", rgb)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        images.write(tmp_path / "p.png", 255 - rgb, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["p.png"]
    assert np.array_equal(images.read_photo(tmp_path / "p.png").pixels, rgb)


@pytest.mark.parametrize(
    "name, alpha, deep, sentence",
    [
        ("p.xyz", False, False, "unknown kind"),
        ("p", False, False, "no suffix"),
        ("p.jpg", True, False, "transparency"),
        ("p.jpg", False, True, "16 bits"),
        ("missing/p.png", False, False, "does not exist"),
    ],
)
def test_what_cannot_be_written(name, alpha, deep, sentence, rgb, tmp_path):
    pixels = rgb[..., 0].astype(np.uint16) if deep else rgb
    with pytest.raises((ValueError, OSError), match=sentence):
        images.write(tmp_path / name, pixels, alpha=rgb[..., 0] if alpha else None)
    assert not list(tmp_path.iterdir())


def test_what_is_no_picture_is_not_written(rgb, tmp_path):
    for image, sentence in ((str(tmp_path / "p.png"), "holds <U"), (None, "holds object"), (rgb > 9, "holds bool")):
        with pytest.raises(ValueError, match=sentence):
            images.write(tmp_path / "p.png", image)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "image, sentence",
    [
        (np.array([[0, 255]]), "int64: use image.astype"),  # divided by the largest int64, it would be black
        (np.array([[True, False]]), "bool"),
        (np.array([[1j]]), "complex"),
        (np.array([["a"]]), "<U1"),
    ],
)
def test_to_float_refuses_what_has_no_range(image, sentence):
    with pytest.raises(ValueError, match=sentence):
        images.to_float(image)
    with pytest.raises(ValueError, match=sentence):
        images.to_uint8(image)


@pytest.mark.parametrize(
    "value, sentence", [(200.0, "divide by 255"), (np.nan, "divide by 255|NaN"), (np.inf, "divide by 255")]
)
def test_to_uint8_refuses_what_it_would_clip_away(value, sentence):
    with pytest.raises(ValueError, match=sentence):
        images.to_uint8(np.array([[0.5, value]]))
