"""Bicubic against a case by hand, an independent loop, and the literature's rows; degradations by definition."""

import io
import math

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from sr_helpers import images, metrics, resize

SCALES = (2, 3, 4)


def test_enlarging_a_vector_worked_by_hand():
    # Output 2 of an enlargement by 2 sits at (2 + 0.5) / 2 - 0.5 = 0.75: distances 1.75, 0.75, 0.25, 1.25.
    # cubic(1.75) = -0.5*5.359375 + 2.5*3.0625 - 4*1.75 + 2 = -0.0234375, likewise 0.2265625, 0.8671875, -0.0703125
    vector = np.array([[0.0, 8.0, 0.0, 0.0, 0.0]])
    row = resize.bicubic(np.repeat(vector, 4, axis=0), 2)[4]
    assert row[2] == pytest.approx(8 * 0.8671875)
    assert row[1] == pytest.approx(8 * 0.2265625)
    assert row[5] == pytest.approx(8 * -0.0703125)
    assert row[6] == pytest.approx(8 * -0.0234375)


def test_shrinking_a_vector_worked_by_hand():
    # Output 1 of a shrink by 2 sits at (1 + 0.5) * 2 - 0.5 = 2.5; the kernel is twice as wide and half as high:
    # the pixel at 2 is 0.5 away, so its weight is cubic(0.25) / 2 = 0.8671875 / 2.
    vector = np.array([[0.0, 0.0, 8.0, 0.0, 0.0, 0.0]])
    row = resize.bicubic(np.repeat(vector, 2, axis=0), 1 / 2)[0]
    assert row[1] == pytest.approx(8 * 0.8671875 / 2)


def imresize_loop(vector, scale):
    """MATLAB's imresize of one vector, pixel by pixel, written from its definition (1-based centres)."""
    length, stretch = len(vector), min(scale, 1.0)
    result = []
    for x in range(1, math.ceil(length * scale - 1e-9) + 1):
        u = x / scale + 0.5 * (1 - 1 / scale)
        total = weight_sum = 0.0
        for index in range(math.floor(u - 2 / stretch) - 1, math.ceil(u + 2 / stretch) + 2):
            d = abs((u - index) * stretch)
            weight = 0.0
            if d <= 1:
                weight = (1.5 * d - 2.5) * d * d + 1
            elif d <= 2:
                weight = ((-0.5 * d + 2.5) * d - 4) * d + 2
            mirrored = index
            while not 1 <= mirrored <= length:
                mirrored = 1 - mirrored if mirrored < 1 else 2 * length + 1 - mirrored
            total, weight_sum = total + weight * vector[mirrored - 1], weight_sum + weight
        result.append(total / weight_sum)
    return np.array(result)


@pytest.mark.parametrize("scale", [2, 3, 4, 1 / 2, 1 / 3, 1 / 4, 1.7, 0.6])
@pytest.mark.parametrize("length", [1, 5, 12, 25])
def test_against_an_independent_loop(scale, length):
    vector = np.random.default_rng(length).random(length)
    expected = imresize_loop(vector, scale)
    columns = resize.bicubic(vector[None], scale)
    assert columns.shape[1] == len(expected)
    assert columns[0] == pytest.approx(expected, abs=1e-12)
    rows = resize.bicubic(np.repeat(vector[:, None, None], 3, axis=2), scale)
    assert rows[:, 0, 2] == pytest.approx(expected, abs=1e-12)


def test_a_flat_picture_stays_flat_and_keeps_its_type():
    for dtype in (np.float32, np.float64):
        for scale in (3, 1 / 3, 2.5):
            result = resize.bicubic(np.full((7, 10, 3), 0.25, dtype), scale)
            assert result.dtype == dtype and result == pytest.approx(0.25, abs=1e-6)


def test_uint8_is_rounded_between_the_passes():
    picture = np.random.default_rng(0).integers(0, 256, (9, 12), dtype=np.uint8)
    rows = np.array([imresize_loop(column, 1 / 3) for column in picture.T.astype(float)]).T
    rows = np.floor(np.clip(rows, 0, 255) + 0.5)
    expected = np.floor(np.clip([imresize_loop(row, 1 / 3) for row in rows], 0, 255) + 0.5)
    result = resize.bicubic(picture, 1 / 3)
    assert result.dtype == np.uint8
    assert np.array_equal(result, expected)


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf])
def test_a_scale_that_makes_no_sense(bad):
    with pytest.raises(ValueError, match="positive"):
        resize.bicubic(np.zeros((4, 4)), bad)


def test_integers_that_are_not_uint8_are_refused():
    with pytest.raises(ValueError, match="to_float"):
        resize.bicubic(np.zeros((4, 4), int), 2)


# The literature's bicubic rows (PSNR in dB, luma, x2 x3 x4).
ROWS = {
    ("Set5", "classic"): (33.65, 30.39, 28.42),
    ("Set14", "classic"): (30.22, 27.54, 26.00),
    ("Set5", "modern"): (33.67, 30.40, 28.43),
    ("Set14", "modern"): (30.32, 27.63, 26.09),
}


@pytest.mark.parametrize("name, convention", ROWS)
def test_the_bicubic_rows_of_the_literature(name, convention, benchmark):
    pictures = benchmark(name)
    for scale, expected in zip(SCALES, ROWS[name, convention], strict=True):
        table = metrics.evaluate(lambda lr, s=scale: resize.bicubic(lr, s), pictures, scale, convention=convention)
        assert table["psnr"] == pytest.approx(expected, abs=0.02), f"x{scale}"


@pytest.mark.parametrize("scale", SCALES)
def test_blur_is_a_gaussian_and_every_s_th_pixel(scale):
    hr = np.random.default_rng(1).random((24, 36))
    blurred = ndimage.gaussian_filter(hr, 1.6, mode="reflect", radius=3)
    middle = (scale - 1) // 2
    assert resize.degrade(hr, scale, degradation="blur") == pytest.approx(
        blurred[middle::scale, middle::scale], abs=1e-12
    )


@pytest.mark.parametrize("scale", SCALES)
def test_noise_is_bicubic_and_gaussian_noise_of_sigma_30(scale):
    hr = np.random.default_rng(1).random((240, 360))

    def noisy(seed):
        return resize.degrade(hr, scale, degradation="noise", seed=seed)

    noise = noisy(5) - resize.degrade(hr, scale)
    assert noise.std() == pytest.approx(30 / 255, rel=0.03) and abs(noise.mean()) < 0.004
    assert np.array_equal(noisy(5), noisy(5))
    assert not np.array_equal(noisy(5), noisy(6))


def test_degrade_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="choose from"):
        resize.degrade(np.zeros((6, 6)), 3, degradation="fog")
    with pytest.raises(ValueError, match="crop_to_multiple"):
        resize.degrade(np.zeros((7, 6)), 3)


def test_a_pair_in_the_classic_convention():
    rng = np.random.default_rng(2)
    colour, grey = rng.integers(0, 256, (31, 26, 3), dtype=np.uint8), rng.integers(0, 256, (31, 26), dtype=np.uint8)
    lr, hr = resize.make_pair(colour, 3)
    luma = images.luma(colour[:30, :24] / 255)
    assert hr.shape == (30, 24) and np.allclose(hr, np.round(luma * 255) / 255, atol=1e-7)
    assert np.allclose(lr, np.round(resize.bicubic(luma, 1 / 3) * 255) / 255, atol=1e-7)
    assert np.array_equal(resize.make_pair(grey, 3)[1] * 255, grey[:30, :24])  # grey is luma as it is


def test_a_pair_in_the_modern_convention():
    rng = np.random.default_rng(2)
    colour, grey = rng.integers(0, 256, (31, 26, 3), dtype=np.uint8), rng.integers(0, 256, (31, 26), dtype=np.uint8)
    lr, hr = resize.make_pair(colour, 3, convention="modern")
    assert np.allclose(lr, images.luma(resize.bicubic(colour[:30, :24], 1 / 3) / 255), atol=1e-6)
    assert np.allclose(hr, images.luma(colour[:30, :24] / 255), atol=1e-6)
    assert resize.make_pair(grey, 3, convention="modern")[1].min() >= 16 / 255 - 1e-6  # grey became RGB, so luma


def test_a_pair_for_an_rgb_network():
    grey = np.random.default_rng(2).integers(0, 256, (12, 12), dtype=np.uint8)
    lr, hr = resize.make_pair(grey, 3, channels=3)
    assert lr.shape == (4, 4, 3) and hr.shape == (12, 12, 3)
    with pytest.raises(ValueError, match="classic"):
        resize.make_pair(grey, 3, convention="ancient")
    with pytest.raises(ValueError, match="to_uint8"):
        resize.make_pair(grey / 255, 3)


def through_a_jpeg_file(lr, quality):
    """By hand with Pillow: 8-bit pixels through a file, chroma halved; floats in 0..1."""
    file = io.BytesIO()
    Image.fromarray(np.round(np.clip(lr, 0, 1) * 255).astype(np.uint8)).save(
        file, "JPEG", quality=quality, subsampling=2
    )
    return np.asarray(Image.open(file)) / 255


def colours(shape=(36, 48)):
    return ndimage.gaussian_filter(
        np.random.default_rng(3).integers(0, 256, (*shape, 3)).astype(float), (2, 2, 0)
    ).astype(np.uint8)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("form", ["grey", "colour"])
def test_jpeg_is_bicubic_and_a_jpeg_file(scale, form):
    hr = colours() / 255 if form == "colour" else colours()[..., 0] / 255
    lr = resize.degrade(hr, scale, degradation="jpeg", quality=40)
    assert lr == pytest.approx(through_a_jpeg_file(resize.bicubic(hr, 1 / scale), 40), abs=1e-12)
    assert np.abs(lr - resize.bicubic(hr, 1 / scale)).max() > 0.01


def test_the_quality_of_jpegs_is_drawn_from_the_seed():
    hr = colours() / 255
    drawn = [resize.degrade(hr, 2, degradation="jpeg", seed=seed) for seed in (1, 1, 2)]
    assert np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])
    every = [resize.degrade(hr, 2, degradation="jpeg", quality=quality) for quality in range(30, 96)]
    assert all(any(np.array_equal(one, other) for other in every) for one in drawn)


@pytest.mark.parametrize("convention", resize.CONVENTIONS)
@pytest.mark.parametrize("form", ["grey", "colour"])
def test_a_pair_from_a_jpeg_file_compresses_the_colours(convention, form):
    picture = colours() if form == "colour" else colours()[..., 0]
    floats = picture / 255 if form == "colour" or convention == "classic" else np.dstack([picture] * 3) / 255
    compressed = through_a_jpeg_file(resize.bicubic(floats, 1 / 3), 50)
    luma = images.luma(compressed) if compressed.ndim == 3 else compressed
    expected = np.round(luma * 255) / 255 if convention == "classic" else luma
    lr, hr = resize.make_pair(picture, 3, convention=convention, degradation="jpeg", quality=50)
    assert lr.dtype == np.float32 and lr == pytest.approx(expected, abs=1e-6)
    assert np.array_equal(hr, resize.make_pair(picture, 3, convention=convention)[1])
    if form == "colour":
        rgb, _ = resize.make_pair(picture, 3, channels=3, convention=convention, degradation="jpeg", quality=50)
        assert rgb == pytest.approx(compressed, abs=1e-6)


@pytest.mark.parametrize("quality", [0, 96, -1, 60.5, math.nan, True, "60"])
def test_a_quality_that_is_none(quality):
    with pytest.raises(ValueError, match="whole number from 1 to 95"):
        resize.degrade(np.zeros((6, 6)), 3, degradation="jpeg", quality=quality)


def test_a_quality_goes_with_jpeg_alone():
    with pytest.raises(ValueError, match="goes with the degradation jpeg"):
        resize.make_pair(np.zeros((6, 6), np.uint8), 3, degradation="noise", quality=50)


FLAT = np.full((6, 9), 0.5)
NO_PICTURES = {
    "uint8": (np.zeros((6, 9), np.uint8), "to_float"),
    "0..255": (FLAT * 255, "divide by 255"),
    "NaN": (FLAT * np.nan, "NaN"),
    "infinite": (FLAT * np.inf, "infinite"),
    "complex": (FLAT * 1j, "complex128"),
    "object": (FLAT.astype(object), "object"),
    "bool": (FLAT > 1, "bool"),
    "empty": (np.zeros((0, 9)), "empty"),
    "0-d": (np.float64(0.5), "0 axes"),
    "batch": (FLAT[None, ..., None], "axis 0 is a batch"),
    "one channel": (FLAT[..., None], "axis 2 has one channel"),
    "colours first": (np.stack([FLAT] * 3), "axis 0 holds the colours"),
    "alpha": (np.dstack([FLAT] * 4), "axis 2 has 4 channels"),
}


@pytest.mark.parametrize("degradation", resize.DEGRADATIONS)
@pytest.mark.parametrize("kind", NO_PICTURES)
def test_degrade_refuses_what_is_no_picture_of_floats(kind, degradation):
    image, sentence = NO_PICTURES[kind]
    with pytest.raises(ValueError, match=sentence) as caught:
        resize.degrade(image, 3, degradation=degradation)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "kind", [kind for kind in NO_PICTURES if kind not in ("uint8", "0..255", "one channel", "alpha")]
)
def test_bicubic_refuses_what_it_would_compute_wrongly(kind):
    image = NO_PICTURES[kind][0]
    with pytest.raises(ValueError):
        resize.bicubic(image, 1 / 3)
    with pytest.raises(ValueError):
        resize.gaussian_blur(image)
    with pytest.raises(ValueError):
        resize.make_pair(image, 3)


@pytest.mark.parametrize("scale", [0, -3, 2.5, True, "3", None])
def test_a_scale_that_is_none(scale):
    with pytest.raises(ValueError, match="whole number"):
        resize.degrade(np.zeros((6, 6)), scale)
    with pytest.raises(ValueError, match="whole number"):
        resize.make_pair(np.zeros((6, 6), np.uint8), scale)


def test_noise_needs_floats():
    with pytest.raises(ValueError, match="to_float"):
        resize.add_noise(np.zeros((6, 6), np.uint8), np.random.default_rng(0))


def test_the_helpers_leave_their_input_alone():
    hr = colours() / 255
    before = hr.copy()
    for degradation in resize.DEGRADATIONS:
        assert resize.degrade(hr, 3, degradation=degradation).dtype == hr.dtype
    assert np.array_equal(hr, before)
