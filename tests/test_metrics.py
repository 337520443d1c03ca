"""PSNR by hand and against TensorFlow's neighbour scikit-image; SSIM against its definition; the table over a set."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from scipy import ndimage
from skimage.metrics import peak_signal_noise_ratio

from sr_helpers import images, metrics, resize

PICTURES = arrays.arrays(np.float64, (5, 7), elements=st.floats(0, 1, width=32))


def test_psnr_of_four_pixels_by_hand():
    # Differences 1, 1, 1, 3 of 255: mean squared error 3, so 10 log10(255^2 / 3) = 43.3596 dB.
    reference, estimate = np.array([[10, 20], [30, 40]]), np.array([[11, 19], [31, 43]])
    assert metrics.psnr(reference, estimate, peak=255) == pytest.approx(43.3596, abs=1e-4)
    assert metrics.psnr(reference / 255, estimate / 255) == pytest.approx(43.3596, abs=1e-4)


def test_uint8_does_not_wrap():
    black, white = np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)
    assert metrics.psnr(black, white, peak=255) == 0
    assert metrics.psnr(np.array([[5]], np.uint8), np.array([[6]], np.uint8), 255) == pytest.approx(
        20 * math.log10(255)
    )


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
        (np.zeros((2, 30, 30, 3)), np.zeros((2, 30, 30, 3)), 3, "axis 0 is a batch"),  # the border would crop the batch
        (np.zeros((3, 30, 30)), np.zeros((3, 30, 30)), 1, "axis 0 holds the colours"),
        (np.zeros((30, 30, 1)), np.zeros((30, 30, 1)), 0, "axis 2 has one channel"),
        (np.zeros((4, 4), complex), np.zeros((4, 4), complex), 0, "complex"),
        (np.zeros((4, 4), object), np.zeros((4, 4)), 0, "object"),
        (np.zeros((4, 4), bool), np.ones((4, 4), bool), 0, "bool"),
        (0.5, 0.5, 0, "0 axes"),
        (np.zeros(9), np.zeros(9), 0, "1 axes"),
        ([[0.1], [0.1, 0.2]], np.zeros((2, 2)), 0, "array of numbers"),
        (np.zeros((4, 4), np.uint8), np.ones((4, 4), np.uint8), 0, "to_float"),  # too dark for the range to tell
        (np.full((4, 4), np.inf), np.zeros((4, 4)), 0, "infinite"),
    ],
)
def test_bad_input(reference, estimate, border, sentence):
    with pytest.raises(ValueError, match=sentence):
        metrics.psnr(reference, estimate, border=border)


def test_one_image_in_0_to_1_and_the_other_in_0_to_255():
    picture = np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8)
    with pytest.raises(ValueError, match="one image is 0..1 and the other 0..255"):
        metrics.psnr(picture, picture / 255, peak=255)


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


def test_a_flat_picture_is_left_out_of_the_mean_and_named():
    rough = np.random.default_rng(1).integers(0, 256, (32, 32), dtype=np.uint8)
    with pytest.warns(UserWarning, match="leaves out black: equal to the original"):
        scores = metrics.evaluate(enlarge, {"rough": rough, "black": np.zeros((32, 32), np.uint8)}, 2)
    assert scores.psnr == metrics.evaluate(enlarge, [rough], 2).psnr < 40
    assert scores.images[1]["psnr"] == math.inf and scores.identical == ["black"] and scores.n == 2
    assert "leaves out black" in str(scores)


def test_only_flat_pictures_have_an_infinite_mean():
    table = metrics.evaluate(enlarge, {"black": np.zeros((32, 32), np.uint8)}, scale=2)
    assert table["psnr"] == math.inf and table["ssim"] == pytest.approx(1)


def test_scores_read_as_a_dict_by_attribute_and_as_a_table():
    pictures = [np.random.default_rng(k).integers(0, 256, (32, 30), dtype=np.uint8) for k in range(2)]
    scores = metrics.evaluate(enlarge, pictures, 2)
    assert scores.psnr == scores["psnr"] and list(scores) == ["n", "psnr", "ssim", "images"]
    assert scores == metrics.evaluate(enlarge, dict(zip("01", pictures, strict=True)), 2)
    assert json.loads(json.dumps(scores))["psnr"] == scores.psnr
    lines = str(scores).splitlines()
    assert [line.split()[0] for line in lines] == ["0", "1", "mean"]
    assert f"{scores.psnr:.2f}" in lines[2] and f"{scores.ssim:.4f}" in lines[2]
    with pytest.raises(AttributeError, match="n, psnr, ssim, images"):
        scores.mse  # noqa: B018


def test_luma_and_rgb_upscalers_are_measured_alike():
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (14, 15, 3)).astype(float)
    picture = np.clip(ndimage.zoom(coarse, (4, 4, 1), order=1), 0, 255).astype(np.uint8)
    for convention in resize.CONVENTIONS:
        one, three = (
            metrics.evaluate(enlarge, {"p": picture}, 2, convention=convention, channels=channels)["psnr"]
            for channels in (1, 3)
        )
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


PICTURE = ndimage.gaussian_filter(
    np.random.default_rng(4).integers(0, 256, (40, 44, 3)).astype(float), (1, 1, 0)
).astype(np.uint8)


def lanczos(lr, scale=2):
    """Pillow's, as uint8."""
    return np.asarray(
        Image.fromarray(images.to_uint8(lr)).resize([side * scale for side in lr.shape[1::-1]], Image.LANCZOS)
    )


@pytest.mark.parametrize("convention", resize.CONVENTIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_result_of_uint8_counts_as_its_floats(convention, channels):
    form = {"channels": channels, "convention": convention}
    whole = metrics.evaluate(lanczos, [PICTURE], 2, **form)
    assert whole == metrics.evaluate(lambda lr: lanczos(lr) / 255, [PICTURE], 2, **form) and whole.psnr > 20


def test_pillow_s_lanczos_on_set5(benchmark):
    """The figure of an experimenter who hands in 8-bit pictures: above bicubic, not at 6 dB."""
    assert metrics.evaluate(lambda lr: lanczos(lr, 3), benchmark("Set5"), 3).psnr == pytest.approx(30.80, abs=0.02)


def test_a_network_s_own_last_axis_of_one_is_dropped():
    assert metrics.evaluate(lambda lr: enlarge(lr)[..., None], [PICTURE], 2) == metrics.evaluate(enlarge, [PICTURE], 2)


def test_an_upscaler_that_spoils_its_input_changes_nothing():
    def spoiling(lr):
        sr = enlarge(lr)
        lr[:] = 0.5
        return sr

    for convention in resize.CONVENTIONS:
        form = {"convention": convention, "degradation": "jpeg"}
        assert metrics.evaluate(spoiling, [PICTURE], 2, **form) == metrics.evaluate(enlarge, [PICTURE], 2, **form)


def test_a_network_may_overshoot():
    """On noise that it never learned, a network for blurred LR went to 2.3: that is clipped, as ever."""
    wild = metrics.evaluate(lambda lr: 4 * enlarge(lr) - 1.5, [PICTURE], 2)
    assert wild == metrics.evaluate(lambda lr: np.clip(4 * enlarge(lr) - 1.5, 0, 1), [PICTURE], 2)


WRONG_RESULTS = {
    "0..255": (lambda lr: 255.0 * enlarge(lr), "divide by 255"),
    "int64": (lambda lr: np.round(255 * enlarge(lr)).astype(int), "floats in 0..1, got int64"),
    "NaN": (lambda lr: enlarge(lr) * np.nan, "NaN"),
    "complex": (lambda lr: enlarge(lr) * 1j, "complex"),
    "bool": (lambda lr: enlarge(lr) > 0.5, "bool"),
    "nothing": (lambda lr: None, "is None: does the upscaler return its picture"),
    "too small": (lambda lr: lr, r"\(20, 22\), the original \(40, 44\)"),
    "too large": (lambda lr: resize.bicubic(lr, 3), r"\(60, 66\), the original \(40, 44\)"),
    "turned": (lambda lr: enlarge(lr).T, r"\(44, 40\), the original"),
    "a batch": (lambda lr: enlarge(lr)[None, ..., None], "axis 0 is a batch"),
    "a batch without colours": (lambda lr: enlarge(lr)[None], "axis 0 is a batch"),
    "colours": (lambda lr: np.dstack([enlarge(lr)] * 3), r"\(40, 44, 3\), the original"),
    "a crash": (lambda lr: np.concatenate([lr, lr], axis=2), r"failed on roof, LR of shape \(20, 22\) \(axis 2 is out"),
}


@pytest.mark.parametrize("kind", WRONG_RESULTS)
def test_a_result_that_cannot_be_measured_is_refused_with_the_picture_s_name(kind):
    upscaler, sentence = WRONG_RESULTS[kind]
    with pytest.raises(ValueError, match=sentence) as caught:
        metrics.evaluate(upscaler, {"roof": PICTURE}, 2)
    assert "roof" in str(caught.value) and "\n" not in str(caught.value)


def test_a_keras_model_and_what_is_no_function_are_told_apart():
    class Model:
        def predict(self): ...
        def __call__(self, lr):
            raise ValueError("expected min_ndim=4, found ndim=2")

    with pytest.raises(ValueError, match=r"found ndim=2\); a Keras model takes batches: pass upscale.luma_upscaler"):
        metrics.evaluate(Model(), {"roof": PICTURE}, 2)
    with pytest.raises(ValueError, match="must be a function from LR to SR, got a module"):
        metrics.evaluate(resize, {"roof": PICTURE}, 2)


NO_SETS = {
    "an array": (PICTURE, "put it into a list"),
    "a batch": (PICTURE[None], "put it into a list"),
    "a path": ("photos", "see datasets.load_folder"),
    "a Path": (Path("photos"), "see datasets.load_folder"),
    "none": ([], "no picture"),
    "paths": (["roof.png"], "holds <U8 values"),
    "floats": ([PICTURE / 255], "to_uint8"),
    "16 bits": ([PICTURE.astype(np.uint16)], "to_uint8"),
    "colours first": ([PICTURE.transpose(2, 0, 1)], "axis 0 holds the colours"),
    "one channel": ([PICTURE[..., :1]], "axis 2 has one channel"),
    "alpha": ([np.dstack([PICTURE, PICTURE[..., 0]])], "axis 2 has 4 channels"),
    "a list of batches": ([PICTURE[None]], "axis 0 is a batch"),
    "empty": ([PICTURE[:0]], "empty"),
    "an icon": ([PICTURE[:12, :16]], "too small for scale 2: of its 12x16 pixels"),
}


@pytest.mark.parametrize("kind", NO_SETS)
def test_pictures_that_are_none_are_refused_before_the_first_is_measured(kind):
    pictures, sentence = NO_SETS[kind]
    if isinstance(pictures, list) and pictures:
        pictures = {"good": PICTURE, "bad": pictures[0]}

    def never(lr):
        raise AssertionError("measured")

    with pytest.raises(ValueError, match=sentence) as caught:
        metrics.evaluate(never, pictures, 2)
    assert not isinstance(pictures, dict) or "the picture bad" in str(caught.value)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_smallest_picture_that_can_be_measured(scale):
    side = 11 + 2 * scale
    side += -side % scale
    rough = np.random.default_rng(0).integers(0, 256, (side, side), dtype=np.uint8)
    metrics.evaluate(lambda lr: resize.bicubic(lr, scale), [rough], scale)
    with pytest.raises(ValueError, match="too small"):
        metrics.evaluate(lambda lr: resize.bicubic(lr, scale), [rough[1:]], scale)


@pytest.mark.parametrize(
    "setting",
    [{"channels": 2}, {"convention": "old"}, {"degradation": "fog"}, {"quality": 50}, {"scale": 0}, {"scale": 2.5}],
)
def test_settings_that_are_none(setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        metrics.evaluate(enlarge, [PICTURE], **({"scale": 2} | setting))


def test_jpeg_evaluation_has_one_quality():
    fixed = metrics.evaluate(enlarge, [PICTURE, PICTURE], 2, degradation="jpeg")
    assert fixed == metrics.evaluate(enlarge, [PICTURE, PICTURE], 2, degradation="jpeg", quality=60)
    assert fixed.images[0]["psnr"] == fixed.images[1]["psnr"]  # drawn from the seed, they would differ
    rough = metrics.evaluate(enlarge, [PICTURE, PICTURE], 2, degradation="jpeg", quality=10)
    assert rough.psnr < fixed.psnr < metrics.evaluate(enlarge, [PICTURE], 2).psnr
