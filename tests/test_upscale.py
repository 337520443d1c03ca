"""Upscaling pictures of every kind, whole or in tiles."""

import keras
import numpy as np
import pytest
from PIL import Image

from sr_helpers import images, models, resize
from sr_helpers.upscale import luma_upscaler, upscale, upscale_file, upscale_folder


@pytest.fixture(scope="module")
def network():
    """Random weights large enough that a wrong halo shows."""
    return models.espcn(3, initializer="he_normal", seed=1)


def photo(*shape):
    return np.random.default_rng(0).random(shape, dtype=np.float32)


@pytest.mark.parametrize("shape", [(40, 53), (40, 53, 3), (1, 30), (25, 1, 3)])
@pytest.mark.parametrize("tile", [1, 5, 16, 27, 40])
def test_tiles_leave_no_seam(network, shape, tile):
    if tile == 1 and min(shape[:2]) > 1:
        shape = (6, 9, *shape[2:])
    image = 0.3 + 0.4 * photo(*shape)
    whole = upscale(image, network, tile=10_000)
    assert whole.shape == (3 * shape[0], 3 * shape[1], *shape[2:])
    assert np.abs(upscale(image, network, tile=tile) - whole).max() < 1e-5


@pytest.mark.parametrize("height, width", [(12, 14), (1, 14), (12, 1), (1, 1), (2, 2)])
def test_the_network_sees_luma_and_chroma_is_bicubic(network, height, width):
    image = photo(height, width, 3)
    ycbcr = images.rgb_to_ycbcr(image)
    y = luma_upscaler(network)(ycbcr[..., 0])
    chroma = resize.bicubic(ycbcr[..., 1:], 3)
    expected = np.clip(images.ycbcr_to_rgb(np.dstack([y, chroma])), 0, 1)
    assert upscale(image, network) == pytest.approx(expected, abs=1e-5)


def test_integers_come_back_as_integers_rounded(network):
    image = photo(12, 14, 3)
    for dtype in (np.uint8, np.uint16):
        peak = np.iinfo(dtype).max
        result = upscale((image * peak).astype(dtype), network)
        assert result.dtype == dtype
        exact = upscale((image * peak).astype(dtype) / np.float32(peak), network)
        assert np.abs(result - exact * peak).max() <= 0.5 + 2e-6 * peak  # single precision


def test_grey_goes_through_as_it_is(network):
    image = photo(9, 8)
    assert upscale(image, network) == pytest.approx(np.clip(luma_upscaler(network)(image), 0, 1))


def test_an_rgb_network_takes_colour_and_grey():
    network = models.espcn(2, channels=3, initializer="zeros")
    image = photo(6, 7, 3)
    assert upscale(image, network) == pytest.approx(image.repeat(2, 0).repeat(2, 1), abs=1e-6)
    assert upscale(image[..., 0], network) == pytest.approx(image[..., 0].repeat(2, 0).repeat(2, 1), abs=1e-6)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_graph_gives_colours_to_one_grey_value(scale):
    image = (255 * photo(31, 27, 3)).astype(np.uint8)
    network = models.espcn(scale, initializer="near_zero", seed=1)
    ycbcr = images.rgb_to_ycbcr(images.to_float(image))
    large = np.dstack([luma_upscaler(network)(ycbcr[..., 0]), resize.bicubic(ycbcr[..., 1:], scale)])
    expected = images.to_uint8(images.ycbcr_to_rgb(large))
    assert np.abs(upscale(image, network).astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    "image, sentence",
    [
        (np.full((4, 4), 200.0), "divide by 255"),
        (np.full((4, 4), np.nan), "NaN"),
        (np.zeros((20, 30, 4)), r"got shape \(20, 30, 4\): axis 2 has 4 channels"),
        (np.zeros((3, 20, 30), np.uint8), r"got shape \(3, 20, 30\): axis 0 holds the colours"),
        (np.zeros((1, 4, 4, 1)), "axis 0 is a batch"),
        (np.zeros((4, 4), int), "uint8, uint16 or floats"),
        (np.zeros((0, 4)), "empty"),
        ("photo.png", "photo.png is a path: use upscale_file"),
    ],
)
def test_bad_arrays(network, image, sentence):
    with pytest.raises(ValueError, match=sentence):
        upscale(image, network)


def test_a_tile_is_a_whole_number_and_an_rgb_network_takes_colours(network):
    with pytest.raises(ValueError, match="tile must be a whole number of pixels, at least 1, got 2.5"):
        upscale(photo(4, 4), network, tile=2.5)
    with pytest.raises(ValueError, match="takes LR of 1 channels: pass that as channels="):
        luma_upscaler(network)(photo(4, 4, 3))


def test_what_is_no_model_is_told():
    with pytest.raises(ValueError, match="a Keras model is wanted, as of models.load or models.pretrained, got int"):
        upscale(photo(4, 4), 3)


@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA", "P", "CMYK", "1", "I;16"])
def test_files_of_every_mode(network, mode, tmp_path):
    pixels = (255 * photo(10, 13, 3)).astype(np.uint8)
    suffix = ".tif" if mode == "CMYK" else ".png"
    if mode == "I;16":
        Image.fromarray(pixels[..., 0].astype(np.uint16) * 257).save(tmp_path / f"in{suffix}")
    else:
        Image.fromarray(pixels).convert(mode).save(tmp_path / f"in{suffix}")
    upscale_file(tmp_path / f"in{suffix}", tmp_path / "out.png", network)
    with Image.open(tmp_path / "out.png") as result:
        assert result.size == (39, 30)
        assert result.mode == {"P": "RGB", "CMYK": "RGB", "1": "L"}.get(mode, mode)


def test_alpha_rotation_and_profile_survive(network, tmp_path):
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = np.zeros((10, 13, 4), np.uint8)
    pixels[:5, :, 3] = 255  # the upper half is solid
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    Image.fromarray(pixels).save(tmp_path / "in.png", icc_profile=profile, exif=exif)
    upscale_file(tmp_path / "in.png", tmp_path / "out.png", network)
    result = images.read_photo(tmp_path / "out.png")
    assert result.icc_profile == profile
    assert result.alpha[:12].max() == 0 and result.alpha[-12:].min() == 255


def test_alpha_is_enlarged_bicubically_without_seams(network, tmp_path, monkeypatch):
    pixels = (255 * photo(40, 30, 4)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "in.png")
    monkeypatch.setattr("sr_helpers.upscale.TILE", 7)
    upscale_file(tmp_path / "in.png", tmp_path / "out.png", network)
    expected = images.to_uint8(resize.bicubic(pixels[..., 3] / np.float32(255), 3))
    assert np.abs(images.read_photo(tmp_path / "out.png").alpha - expected.astype(int)).max() <= 1


def test_the_size_is_refused_from_the_header_alone(network, tmp_path, monkeypatch):
    Image.new("L", (4000, 3000)).save(tmp_path / "in.png")  # 12 megapixels, so 108 at x3
    monkeypatch.setattr(images, "read_photo", lambda path: pytest.fail("the pixels were read"))
    with pytest.raises(ValueError, match="108 megapixels.*max_megapixels=.*--max-megapixels"):
        upscale_file(tmp_path / "in.png", tmp_path / "out.png", network)


def test_an_existing_result_is_kept(network, tmp_path):
    images.write(tmp_path / "in.png", photo(4, 4))
    (tmp_path / "out.png").write_bytes(b"precious")
    with pytest.raises(FileExistsError, match="overwrite"):
        upscale_file(tmp_path / "in.png", tmp_path / "out.png", network)
    assert (tmp_path / "out.png").read_bytes() == b"precious"
    upscale_file(tmp_path / "in.png", tmp_path / "out.png", network, overwrite=True)
    assert images.read(tmp_path / "out.png").shape == (12, 12)


def test_a_folder_goes_on_after_a_bad_file(network, tmp_path):
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    images.write(source / "a.png", photo(4, 5))
    images.write(source / "a.bmp", photo(4, 5))
    (source / "b.jpg").write_bytes(b"not a picture")
    images.write(source / "c.png", photo(5, 4, 3))
    written, failed = upscale_folder(source, target, network, progress=False)
    assert [path.name for path in written] == ["a_bmp.png", "a_png.png", "c.png"]
    ((path, sentence),) = failed
    assert path.name == "b.jpg" and "cannot be read" in sentence
    assert sorted(path.name for path in target.iterdir()) == ["a_bmp.png", "a_png.png", "c.png"]


def test_a_folder_run_overwrites_nothing_and_needs_a_folder_of_its_own(network, tmp_path):
    images.write(tmp_path / "a.png", photo(4, 5))
    with pytest.raises(ValueError, match="folder of their own"):
        upscale_folder(tmp_path, tmp_path, network, progress=False)
    with pytest.raises(ValueError, match=r"large.png: is named like a picture, but .* is a folder"):
        upscale_folder(tmp_path, tmp_path / "large.png", network, progress=False)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.png").write_bytes(b"precious")
    written, failed = upscale_folder(tmp_path, tmp_path / "out", network, progress=False)
    assert not written and "overwrite" in failed[0][1] and (tmp_path / "out/a.png").read_bytes() == b"precious"


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("edge", ["hard", "soft"])
@pytest.mark.parametrize("grey", [False, True])
def test_colours_that_cannot_be_seen_do_not_show(scale, edge, grey, tmp_path, monkeypatch):
    """A disc over hidden black, over hidden noise, or over itself: the pictures that one sees are the same."""
    network = models.espcn(scale, initializer="he_normal", seed=1)
    monkeypatch.setattr("sr_helpers.upscale.TILE", 19)
    y, x = np.mgrid[:48, :48] - 23.5
    alpha = np.clip((15 - np.hypot(x, y)) / (6 if edge == "soft" else 0.01), 0, 1)
    alpha = images.to_uint8(alpha)
    seen = []
    for hidden in (0, np.random.default_rng(0).integers(0, 256, (48, 48, 1 if grey else 3)), 200):
        pixels = np.where(alpha[..., None] > 0, 200, hidden).astype(np.uint8)
        pixels = pixels[..., 0] if grey else np.broadcast_to(pixels, (48, 48, 3))
        images.write(tmp_path / "in.png", pixels, alpha=alpha, overwrite=True)
        upscale_file(tmp_path / "in.png", tmp_path / "out.png", network, overwrite=True)
        with Image.open(tmp_path / "out.png") as result:
            result = np.asarray(result.convert("RGBA")).astype(float)
        seen.append(255 + result[..., 3:] / 255 * (result[..., :3] - 255))  # on white
    assert np.array_equal(seen[0], seen[1]) and np.array_equal(seen[0], seen[2])


def test_every_file_of_a_folder_has_a_result_of_its_own(network, tmp_path):
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for number, name in enumerate(("a.png", "a.bmp", "a_png.png", "a.png.png", "a_bmp.tif", "b.c.png", "b_c.png")):
        images.write(source / name, np.full((2 + number, 3), 0.5))
    written, failed = upscale_folder(source, target, network, progress=False)
    assert not failed and len(set(written)) == 7 == len(list(target.iterdir()))
    assert sorted(images.size(path)[1] for path in written) == [3 * (2 + number) for number in range(7)]
    assert upscale_folder(source, target, network, overwrite=True, progress=False) == (written, [])


def test_a_folder_run_says_what_it_passes_over_and_survives_every_decoder(network, tmp_path, monkeypatch):
    source = tmp_path / "in"
    source.mkdir()
    images.write(source / "a.png", photo(4, 5))
    Image.new("L", (5, 4)).save(source / "b.gif")
    (source / "notes.txt").write_text("no picture", encoding="utf-8")
    (source / "phone.raw").write_bytes(b"no picture either")
    (source / "inner").mkdir()
    odd = lambda _: (_ for _ in ()).throw(NotImplementedError("odd"))  # noqa: E731
    monkeypatch.setattr("PIL.GifImagePlugin.GifImageFile.load_prepare", odd)
    with pytest.warns(UserWarning, match="passed over.*: notes.txt, phone.raw$") as notes:
        written, failed = upscale_folder(source, tmp_path / "out", network, progress=False)
    assert len(notes) == 1 and [path.name for path in written] == ["a.png"]
    assert "b.gif: cannot be read as a picture (odd)" in failed[0][1]


def test_one_compiled_function_serves_all_tiles_and_sizes(network, monkeypatch):
    import tensorflow as tf

    traces, original = [], tf.function

    def counting(function=None, **options):
        if "input_signature" not in options:  # Keras uses tf.function inside its layers too
            return original(function, **options)
        return original(lambda lr: (traces.append(lr.shape), function(lr))[1], **options)

    monkeypatch.setattr(tf, "function", counting)
    fresh = models.espcn(2, initializer="zeros")
    for shape in ((30, 20, 3), (7, 9), (64, 1)):
        upscale(photo(*shape), fresh, tile=16)
    assert len(traces) == 2  # one for colour, one for grey


def test_a_model_that_sees_everything_enlarges_a_picture_of_one_tile_and_refuses_a_larger_one():
    lr = keras.Input((None, None, 1))
    x = keras.layers.Conv2D(4, 3, padding="same", kernel_initializer=keras.initializers.HeNormal(1))(lr)
    gate = keras.layers.GlobalAveragePooling2D(keepdims=True)(lr)
    model = keras.Model(lr, models.PixelShuffle(2)(keras.layers.Multiply()([x, gate])))
    picture = np.random.default_rng(0).random((20, 30), dtype=np.float32)
    whole = np.clip(luma_upscaler(model)(picture), 0, 1)
    assert np.abs(upscale(picture, model, tile=30) - whole).max() < 1e-6
    with pytest.raises(ValueError, match="GlobalAveragePooling2D.*`tile` as large as the picture"):
        upscale(picture, model, tile=29)
