"""Written picture files, looked at with another program: what is kept, told, or refused before any work."""

import os
import re
import warnings

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageSequence

from sr_helpers import files, images, models, photos, saving
from sr_helpers.photos import Photo
from sr_helpers.upscale import upscale_file

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GREY = SRGB[:16] + b"GRAY" + SRGB[20:]
RGB = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<rdf:Description tiff:Orientation="6" dc:title="harbour"/></rdf:RDF></x:xmpmeta>"""


@pytest.fixture(scope="module")
def network():
    return models.espcn(3, initializer="zeros")


@pytest.fixture
def no_work(monkeypatch):
    monkeypatch.setattr("sr_helpers.upscale.upscale", lambda *_: pytest.fail("the work was done before the refusal"))


def one_note(function, *arguments):
    with pytest.warns(UserWarning) as notes:
        function(*arguments)
    (note,) = notes
    return str(note.message)


def without_a_note(function, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function(*arguments)


# --- refused before any work -------------------------------------------------------------------------------------

UNWRITABLE = sorted(suffix for suffix, name in Image.registered_extensions().items() if name not in Image.SAVE)


@pytest.mark.parametrize("suffix", [*UNWRITABLE, ".ico", ".icns", ".pdf", ".eps", ".xbm", ".pbm", ".h5", ".docx", ""])
def test_a_kind_that_cannot_be_written_well_is_refused(suffix, network, no_work, tmp_path):
    images.write(tmp_path / "in.png", RGB)
    with pytest.raises(ValueError, match=re.escape(str(tmp_path / f"out{suffix}")) + ".*use .png"):
        upscale_file(tmp_path / "in.png", tmp_path / f"out{suffix}", network)
    assert [path.name for path in tmp_path.iterdir()] == ["in.png"]


@pytest.mark.parametrize("suffix", [".jpg", ".jfif", ".bmp", ".dib", ".ppm", ".pgm", ".pnm", ".pcx"])
def test_transparency_that_would_be_lost_is_refused(suffix, network, no_work, tmp_path):
    images.write(tmp_path / "in.png", RGB, alpha=RGB[..., 0])
    with pytest.raises(ValueError, match="cannot hold transparency; write a .png"):
        upscale_file(tmp_path / "in.png", tmp_path / f"out{suffix}", network)


def test_an_alpha_that_hides_nothing_is_no_obstacle(network, tmp_path):
    images.write(tmp_path / "in.png", RGB, alpha=np.full((5, 7), 255, np.uint8))
    without_a_note(upscale_file, tmp_path / "in.png", tmp_path / "out.jpg", network)


@pytest.mark.parametrize("size", [(1, 9), (9, 1), (1, 1)])
def test_one_pixel_wide_and_see_through(size, network, tmp_path):
    Image.new("RGBA", size, (200, 90, 30, 128)).save(tmp_path / "in.png")
    upscale_file(tmp_path / "in.png", tmp_path / "out.png", network)
    with Image.open(tmp_path / "out.png") as file:
        assert file.size == (3 * size[0], 3 * size[1])
        assert np.ptp(np.asarray(file)[..., 3]) == 0 and abs(int(np.asarray(file)[0, 0, 3]) - 128) <= 1


def test_a_side_too_long_for_the_format(network, no_work, tmp_path):
    Image.new("L", (5500, 1)).save(tmp_path / "in.png")
    with pytest.raises(ValueError, match="sides of 16383 pixels, not 16500; write a .png"):
        upscale_file(tmp_path / "in.png", tmp_path / "out.webp", network)


def folder(path):
    path.mkdir()


def pipe(path):
    os.mkfifo(path)


def dangling_link(path):
    path.symlink_to(path.with_name("nowhere"))


@pytest.mark.parametrize(
    "make, overwrite, sentence",
    [(folder, True, "is a folder"), (pipe, True, "a pipe"), (dangling_link, False, "exists")],
)
def test_targets_that_are_no_files(make, overwrite, sentence, network, no_work, tmp_path):
    images.write(tmp_path / "in.png", RGB)
    make(tmp_path / "out.png")
    with pytest.raises(OSError, match=sentence):
        upscale_file(tmp_path / "in.png", tmp_path / "out.png", network, overwrite=overwrite)


def test_a_picture_is_not_written_over_itself_unasked(network, no_work, tmp_path):
    images.write(tmp_path / "in.png", RGB)
    before = (tmp_path / "in.png").read_bytes()
    with pytest.raises(FileExistsError):
        upscale_file(tmp_path / "in.png", tmp_path / "in.png", network)
    assert (tmp_path / "in.png").read_bytes() == before


# --- the file system -----------------------------------------------------------------------------------------------


def test_a_file_system_without_permissions_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "chmod", lambda *_: (_ for _ in ()).throw(PermissionError(1, "Operation not permitted")))
    images.write(tmp_path / "p.png", RGB)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "p.png")), RGB)


@pytest.mark.parametrize("stem", ["n" * 251, "\u00e9" * 125])
def test_names_as_long_as_names_can_be(stem, tmp_path):
    images.write(tmp_path / f"{stem}.png", RGB)
    assert [path.name for path in tmp_path.iterdir()] == [f"{stem}.png"]
    with pytest.raises(OSError, match="cannot be written .File name too long"):
        files.check_target(tmp_path / f"{stem}{stem}.png")


# --- quality -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".jpg", ".jpe", ".jfif", ".webp", ".avif", ".jp2", ".j2k", ".jpx"])
def test_an_upscaled_photograph_is_written_at_a_quality_worth_it(suffix, tmp_path):
    import skimage.data

    photo = np.asarray(Image.fromarray(skimage.data.chelsea()).resize((600, 400)))
    images.write(tmp_path / f"p{suffix}", photo)
    with Image.open(tmp_path / f"p{suffix}") as file:
        error = np.asarray(file.convert("RGB"), float) - photo
    assert 10 * np.log10(255**2 / max(1e-9, (error**2).mean())) > 44


MODES = [(mode, suffix) for suffix in sorted(saving.KINDS) for mode in ("L", "RGB", "RGBA")]


@pytest.mark.parametrize(
    "mode, suffix", [(m, suffix) for m, suffix in MODES if m != "RGBA" or saving.KINDS[suffix].alpha]
)
def test_every_kind_that_is_written_can_be_read_again(mode, suffix, tmp_path):
    alpha = np.where(RGB[..., 1] > 99, 255, 0).astype(np.uint8) if mode == "RGBA" else None
    flat = (RGB // 128) * 255  # eight colours, which .gif holds too
    pixels = flat[..., 0] if mode == "L" else flat
    without_a_note(saving.write, tmp_path / f"p{suffix}", [Photo(pixels, alpha)])
    photo = photos.read(tmp_path / f"p{suffix}")
    shown = photo.pixels if photo.pixels.ndim == pixels.ndim else photo.pixels[..., 0]
    seen = np.ones(pixels.shape[:2], bool) if alpha is None else alpha > 0
    tolerance = 60 if saving.KINDS[suffix].format in ("JPEG", "AVIF") else 0
    assert np.abs(shown[seen].astype(int) - pixels[seen]).max() <= tolerance
    assert alpha is None or np.abs(photo.alpha.astype(int) - alpha).max() <= 8


# --- what goes along -----------------------------------------------------------------------------------------------


@pytest.fixture
def noted(tmp_path):
    """A JPEG with all that a camera and an editor write: turned, with a thumbnail, GPS, XMP, a profile and 300 dpi."""
    exif = Image.Exif()
    exif.update({0x0112: 6, 0x010F: "Camera"})
    exif.get_ifd(0x8769).update({0x829A: 0.5, 0xA002: 7, 0xA003: 5})
    exif.get_ifd(0x8825).update({1: "N"})
    exif.get_ifd(1).update({0x0103: 6})
    Image.fromarray(RGB).save(tmp_path / "in.jpg", exif=exif, xmp=XMP, icc_profile=SRGB, dpi=(300, 300))
    return tmp_path / "in.jpg"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp", ".avif"])
def test_exif_xmp_profile_and_density_go_along(suffix, noted, network, tmp_path):
    without_a_note(upscale_file, noted, tmp_path / f"out{suffix}", network)
    with Image.open(tmp_path / f"out{suffix}") as file:
        file.load()
        exif = file.getexif()
        assert file.size == (15, 21) and exif.get(0x0112, 1) == 1
        assert exif[0x010F] == "Camera" and exif.get_ifd(0x8769)[0x829A] == 0.5 and exif.get_ifd(0x8825)[1] == "N"
        assert 0xA002 not in exif.get_ifd(0x8769) and not exif.get_ifd(1)
        xmp = file.info["xmp"]
        assert b"harbour" in xmp and b"Orientation" not in xmp
        assert file.info["icc_profile"] == SRGB
        if suffix in (".png", ".jpg", ".tif"):
            assert file.info["dpi"] == pytest.approx((300, 300), abs=0.01)


@pytest.mark.parametrize(
    "suffix, pixels, icc_profile", [(".png", RGB, GREY), (".tif", RGB[..., 0], SRGB), (".jpg", RGB, b"none")]
)
def test_a_profile_of_other_colours_is_never_written(suffix, pixels, icc_profile, tmp_path):
    images.write(tmp_path / f"p{suffix}", pixels, icc_profile=icc_profile)
    assert "icc_profile" not in Image.open(tmp_path / f"p{suffix}").info


def test_a_grey_profile_that_cannot_go_along_is_told(network, tmp_path):
    images.write(tmp_path / "in.png", RGB[..., 0], icc_profile=GREY)
    assert "grey colour profile" in one_note(upscale_file, tmp_path / "in.png", tmp_path / "out.webp", network)
    assert "icc_profile" not in Image.open(tmp_path / "out.webp").info


@pytest.mark.parametrize("colour", [True, False])
def test_sixteen_bits_are_kept_or_told(colour, network, tmp_path):
    deep = RGB.astype(np.uint16) * 256 if colour else RGB[..., 0].astype(np.uint16) * 256
    images.write(tmp_path / "in.png", deep)
    without_a_note(upscale_file, tmp_path / "in.png", tmp_path / "out.png", network)
    assert images.read_photo(tmp_path / "out.png").pixels.dtype == np.uint16
    note = one_note(upscale_file, tmp_path / "in.png", tmp_path / "out.jpg", network)
    assert note == f"{tmp_path / 'out.jpg'}: its 16 bits became 8; a .png keeps them"


# --- several pictures in one file ------------------------------------------------------------------------------------

TIMES = [100, 250, 40]


def animation(path):
    """A bar that walks over nothing: red, green, blue."""
    bars = np.zeros((3, 8, 12, 4), np.uint8)
    for k in range(3):
        bars[k, :, 4 * k : 4 * k + 4, [k, 3]] = 255
    first, *others = [Image.fromarray(bar) for bar in bars]
    options = {"lossless": True, "kmin": 0, "kmax": 1} if path.suffix == ".webp" else {}
    first.save(path, save_all=True, append_images=others, duration=TIMES, loop=0, disposal=2, **options)
    return path


@pytest.mark.parametrize("source", [".gif", ".png", ".webp"])
@pytest.mark.parametrize("target", [".gif", ".png", ".webp"])
def test_an_animation_keeps_its_frames_and_times(source, target, network, tmp_path):
    upscale_file(animation(tmp_path / f"in{source}"), tmp_path / f"out{target}", network)
    with Image.open(tmp_path / f"out{target}") as file:
        assert file.n_frames == 3 and file.info["loop"] == 0 and file.size == (36, 24)
        frames = [(frame.convert("RGBA"), frame.info["duration"]) for frame in ImageSequence.Iterator(file)]
    assert [time for _, time in frames] == TIMES
    for number, (frame, _) in enumerate(frames):
        pixels = [frame.getpixel((x, 12)) for x in (6, 18, 30)]  # in the middle of the places of the three bars
        assert [alpha for *_, alpha in pixels] == [255 * (k == number) for k in range(3)]
        assert pixels[number][:3] == tuple(255 * (k == number) for k in range(3))


def test_times_of_a_film_stay_in_step_where_they_are_rounded(tmp_path):
    frames = [Photo(np.full((4, 4), 20 * k, np.uint8), duration=1000 / 30) for k in range(12)]
    saving.write(tmp_path / "a.gif", frames)
    with Image.open(tmp_path / "a.gif") as file:
        assert sum(frame.info["duration"] for frame in ImageSequence.Iterator(file)) == 400


def test_pages_keep_their_sizes_and_modes(network, tmp_path):
    pages = [Image.fromarray(RGB), Image.fromarray(RGB[:3, :4, 0])]
    pages[0].save(tmp_path / "in.tif", save_all=True, append_images=pages[1:])
    without_a_note(upscale_file, tmp_path / "in.tif", tmp_path / "out.tif", network)
    with Image.open(tmp_path / "out.tif") as file:
        assert [(page.size, page.mode) for page in ImageSequence.Iterator(file)] == [((21, 15), "RGB"), ((12, 9), "L")]


@pytest.mark.parametrize("source, target", [(".gif", ".jpg"), (".webp", ".tif"), (".tif", ".png")])
def test_frames_that_the_target_cannot_hold_are_told(source, target, network, tmp_path):
    first, *others = [Image.new("RGB", (8, 6), (k, 0, 0)) for k in (0, 99, 200)]
    first.save(tmp_path / f"in{source}", save_all=True, append_images=others)
    assert "only the first of its 3" in one_note(
        upscale_file, tmp_path / f"in{source}", tmp_path / f"out{target}", network
    )


def test_all_frames_count_for_the_size_of_the_result(network, no_work, tmp_path):
    with pytest.raises(ValueError, match="megapixels; the limit is 0.001"):
        upscale_file(animation(tmp_path / "in.gif"), tmp_path / "out.gif", network, max_megapixels=0.001)


def test_a_gif_tells_what_it_loses(tmp_path):
    many = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    note = one_note(saving.write, tmp_path / "p.gif", [Photo(many, np.full((40, 40), 77, np.uint8))])
    assert "256 colours" in note and "soft edges" in note
