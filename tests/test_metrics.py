"""PSNR by hand and against TensorFlow's neighbour scikit-image; SSIM against its definition; the table over a set."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import ndimage
from skimage.metrics import peak_signal_noise_ratio

from sr_helpers import metrics, resize

PICTURES = arrays.arrays(np.float64, (5, 7), elements=st.floats(0, 1, width=32))


def test_psnr_of_four_pixels_by_hand():
    # Differences 1, 1, 1, 3 of 255: mean squared error 3, so 10 log10(255^2 / 3) = 43.3596 dB.
    reference, estimate = np.array([[10, 20], [30, 40]]), np.array([[11, 19], [31, 43]])
    assert metrics.psnr(reference, estimate, peak=255) == pytest.approx(43.3596, abs=1e-4)
    assert metrics.psnr(reference / 255, estimate / 255) == pytest.approx(43.3596, abs=1e-4)


def test_uint8_does_not_wrap():
    black, white = np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)
    assert metrics.psnr(black, white, peak=255) == 0
    assert metrics.psnr(np.array([[5]], np.uint8), np.array([[6]], np.uint8), 255) == pytest.approx(20 * math.log10(255))


def test_identical_images_give_infinity():
    image = np.random.default_rng(0).random((4, 4))
    assert metrics.psnr(image, image) == math.inf


def test_a_border_is_ignored_and_none_is_allowed():
    reference = np.zeros((8, 8))
    estimate = reference.copy()
    estimate[0] = 1
    assert metrics.psnr(reference, estimate, border=1) == math.inf
    assert metrics.psnr(reference, estimate, border=0) == pytest.approx(10 * math.log10(8))


@given(PICTURES, PICTURES)
def test_psnr_agrees_with_scikit_image_and_is_symmetric(a, b):
    assert metrics.psnr(a, b) == metrics.psnr(b, a)
    if not np.array_equal(a, b):
        assert metrics.psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b, data_range=1))


@pytest.mark.parametrize(
    "reference, estimate, border, sentence",
    [
        (np.zeros((4, 4)), np.zeros((4, 5)), 0, "differ in shape"),
        (np.zeros((4, 4, 1)), np.zeros((4, 4)), 0, "differ in shape"),  # would broadcast to nonsense
        (np.full((4, 4), 200.0), np.full((4, 4), 100.0), 0, "divide by 255"),
        (np.full((4, 4), np.nan), np.zeros((4, 4)), 0, "NaN"),
        (np.zeros((4, 4)), np.zeros((4, 4)), 2, "leaves nothing"),
        (np.zeros((4, 4)), np.zeros((4, 4)), -1, "leaves nothing"),
        (np.zeros((0, 4)), np.zeros((0, 4)), 0, "empty"),
    ],
)
def test_bad_input(reference, estimate, border, sentence):
    with pytest.raises(ValueError, match=sentence):
        metrics.psnr(reference, estimate, border=border)


def ssim_by_definition(a, b):
    """Wang et al. 2004, window by window: 11x11 Gaussian of sigma 1.5, K1 = 0.01, K2 = 0.03, inside only."""
    delta = np.zeros((11, 11))
    delta[5, 5] = 1
    window = ndimage.gaussian_filter(delta, 1.5, radius=5)
    values = []
    for y in range(a.shape[0] - 10):
        for x in range(a.shape[1] - 10):
            p, q = a[y : y + 11, x : x + 11], b[y : y + 11, x : x + 11]
            mp, mq = (window * p).sum(), (window * q).sum()
            vp, vq = (window * (p - mp) ** 2).sum(), (window * (q - mq) ** 2).sum()
            cov = (window * (p - mp) * (q - mq)).sum()
            c1, c2 = 0.01**2, 0.03**2
            values.append((2 * mp * mq + c1) * (2 * cov + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
    return np.mean(values)


def test_ssim_is_the_papers():
    rng = np.random.default_rng(0)
    a = ndimage.gaussian_filter(rng.random((20, 23)), 1)
    b = np.clip(a + 0.05 * rng.standard_normal(a.shape), 0, 1)
    assert metrics.ssim(a, b) == pytest.approx(ssim_by_definition(a, b), abs=1e-6)
    assert metrics.ssim(a, a) == pytest.approx(1)
    assert metrics.ssim(255 * a, 255 * b, peak=255) == pytest.approx(metrics.ssim(a, b))
    with pytest.raises(ValueError, match="11x11"):
        metrics.ssim(a, b, border=6)


def enlarge(lr):
    return resize.bicubic(lr, 2)


def test_evaluate_takes_the_mean_of_the_psnrs():
    rng = np.random.default_rng(1)
    smooth = np.tile(np.linspace(40, 200, 48), (40, 1)).astype(np.uint8)
    pictures = {"smooth": smooth, "rough": rng.integers(0, 256, (41, 49, 3), dtype=np.uint8)}
    table = metrics.evaluate(enlarge, pictures, scale=2)
    values = [row["psnr"] for row in table["images"]]
    assert [row["name"] for row in table["images"]] == ["smooth", "rough"] and table["n"] == 2
    assert values[0] - values[1] > 20  # so that the mean of PSNRs and the PSNR of the mean error differ by far
    assert table["psnr"] == pytest.approx(sum(values) / 2)


def test_evaluate_keeps_an_infinite_psnr():
    table = metrics.evaluate(enlarge, {"black": np.zeros((32, 32), np.uint8)}, scale=2)
    assert table["psnr"] == math.inf and table["ssim"] == pytest.approx(1)


def test_luma_and_rgb_upscalers_are_measured_alike():
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (14, 15, 3)).astype(float)
    picture = np.clip(ndimage.zoom(coarse, (4, 4, 1), order=1), 0, 255).astype(np.uint8)
    for convention in resize.CONVENTIONS:
        one, three = (metrics.evaluate(enlarge, {"p": picture}, 2, convention, channels)["psnr"] for channels in (1, 3))
        assert one == pytest.approx(three, abs=0.05)


def test_the_wrong_protocol_costs_what_it_is_known_to_cost(benchmark):
    """A shift by one pixel costs bicubic x3 on Set5 2.5 dB."""
    pictures = benchmark("Set5")

    def shifted(lr):
        return np.roll(resize.bicubic(lr, 3), 1, axis=1)

    right = metrics.evaluate(lambda lr: resize.bicubic(lr, 3), pictures, 3)["psnr"]
    assert metrics.evaluate(shifted, pictures, 3)["psnr"] - right == pytest.approx(-2.5, abs=0.05)


def test_nothing_to_evaluate():
    with pytest.raises(ValueError, match="no picture"):
        metrics.evaluate(enlarge, {}, 2)
