"""Checks of notebook 03: luma, PSNR, the mean over a set, an LR picture as a file would hold it."""

import math

import numpy as np

from sr_helpers import images, metrics, resize
from sr_helpers.checks.engine import case, exercise, fractions

WEIGHTS = np.array([65.481, 128.553, 24.966])
SHAPES = "images of different shapes must raise a ValueError: NumPy stretches the smaller one in silence."
FOUR_SIDES = "the border is cut off wrongly: `border` pixels go on all four sides, of both images."
ONE_OF_A_SET = "only one of the pictures was measured. Is the return inside the loop?"


def _luma(rgb):
    """BT.601 luma, studio range: (H, W, 3) -> (H, W), both in 0..1."""
    return (16 + rgb @ np.array([65.481, 128.553, 24.966])) / 255


FULL_RANGE = "0.299, 0.587 and 0.114 are the weights of full-range luma: take 65.481, 128.553 and 24.966."
WRONG_COLOUR = "a weight stands at the wrong colour: 65.481 goes with R, 128.553 with G, 24.966 with B."
BT_709 = "those are the weights of BT.709, for high-definition television; BT.601 has 65.481, 128.553, 24.966."
STRETCHED = "the answer was stretched by its own values: nothing depends on the picture's darkest and brightest pixel."
ONE_BRACKET = "the last colour alone was divided: the whole sum goes into brackets, then / 255."
ADDED = "16 is added, and nothing else is done with it: no factor, no clipping."


def _sum(weights, offset=16.0, divisor=255):
    """Luma with other numbers in its formula."""
    return lambda rgb: (offset + rgb @ np.array(weights)) / divisor


luma = exercise(
    _luma,
    cases=[
        (np.array([[[0.0, 0, 0], [1, 1, 1]]]),),
        (fractions(4, 5, 3),),
        ((fractions(3, 3, 3) / 64).astype(np.float32),),  # dark: so a sum in 0..255 has as many digits as a slip's
        (fractions(5, 2, 3, seed=1),),
    ],
    slips=[
        (lambda rgb: 255 * _luma(rgb), "right, but in 0..255: luma is wanted in 0..1 here, so divide by 255."),
        (lambda rgb: _luma(rgb[..., ::-1]), "red and blue are exchanged: the colours come as R, G, B."),
        (lambda rgb: _luma(rgb[..., [0, 2, 1]]), "green and blue are exchanged: green has the largest weight."),
        (
            lambda rgb: rgb @ [0.299, 0.587, 0.114],
            "that is full-range luma, from 0 to 1. In the literature's, black is 16/255 and white 235/255.",
        ),
        (lambda rgb: rgb @ WEIGHTS / 255, "black must be 16/255, not 0: the offset is missing."),
        (lambda rgb: rgb @ WEIGHTS, "in 0..255 and without the offset: add 16, then divide by 255."),
        (
            lambda rgb: 16 + rgb @ WEIGHTS / 255,
            "the offset was added undivided: it is 16 in steps of 1/255, like the other three numbers.",
        ),
        (
            lambda rgb: 16 / 255 + rgb @ WEIGHTS,
            "the colours came out 255 times too large: multiply them by nothing but the weights, divide the whole sum.",
        ),
        (
            lambda rgb: rgb.mean(axis=2),
            "that is the plain mean of the colours: eyes see green brightest, so each colour has its own weight.",
        ),
        (lambda rgb: (16 + 219 * rgb.mean(axis=2)) / 255, "each colour has its own weight: eyes see green brightest."),
        (lambda rgb: (16 + rgb @ WEIGHTS) / 256, "divide by 255, the largest of 256 values, not by 256."),
        (lambda rgb: (16 + rgb / 255 @ WEIGHTS) / 255, "divided by 255 twice: the colours are in 0..1 already."),
        (
            lambda rgb: (16 + rgb * WEIGHTS) / 255,
            "three colours become one number a pixel: add up the weighted colours, `@` or sum(axis=2).",
        ),
        (
            lambda rgb: rgb * WEIGHTS,
            "three colours become one number a pixel: add up the weighted colours, the offset, then divide by 255.",
        ),
        (
            lambda rgb: rgb @ [0.299, 0.587, 0.114] + 16 / 255,
            "those are the weights of full-range luma with the offset of studio range: take 65.481, 128.553, 24.966.",
        ),
        (
            lambda rgb: 16 / 255 + 255 * rgb @ WEIGHTS,
            "the colours were multiplied by 255, and the offset alone was divided: divide the whole sum.",
        ),
        (
            lambda rgb: np.round(16 + rgb @ WEIGHTS) / 255,
            "right, but rounded to steps of 1/255: keep the fractions here.",
        ),
        (lambda rgb: rgb[..., 1], "that is green alone: red and blue have a weight too."),
        *((_sum(WEIGHTS[list(order)]), WRONG_COLOUR) for order in ((1, 0, 2), (1, 2, 0), (2, 0, 1))),
        *((_sum(WEIGHTS * taken), "a colour is missing: all three are added.") for taken in 1 - np.eye(3)),
        (_sum((0.299, 0.587, 0.114)), FULL_RANGE),
        (_sum((0.299, 0.587, 0.114), divisor=1), FULL_RANGE),
        (_sum((0.299, 0.587, 0.114), offset=0), FULL_RANGE),
        (_sum((0.299, 0.587, 0.114), offset=0, divisor=1 / 255), FULL_RANGE),
        (_sum((0, 0, 24.966)), "blue alone was kept: the three are added, `y += ...` in a loop."),
        (
            lambda rgb: np.clip(16 + rgb @ WEIGHTS, 0, 1),
            "clipped to 0..1 before the division by 255: no clip is needed.",
        ),
        (_sum((219 * 0.2126, 219 * 0.7152, 219 * 0.0722)), BT_709),
        (_sum((0.2126, 0.7152, 0.0722), 0, 1), BT_709),
        (
            _sum((65.738, 129.057, 25.064)),
            "those weights go with a division by 256: with 255 take those of the formula.",
        ),
        (_sum(WEIGHTS, 16 / 255), "16 was divided by 255 twice: the whole sum is divided, once."),
        (_sum(WEIGHTS, 0.0627 * 255), "0.0627 is rounded: write 16 / 255, or divide the whole sum."),
        (_sum(WEIGHTS, -16), "black must be 16/255: add the offset, do not subtract it."),
        (_sum(WEIGHTS * 219 / 255), "the weights add up to 219 already: no factor of 219 / 255 any more."),
        (lambda rgb: _luma(rgb) * 219 / 255, "the weights add up to 219 already: no factor of 219 / 255 any more."),
        (lambda rgb: 16 * rgb @ WEIGHTS / 255, ADDED),
        (lambda rgb: np.clip(rgb @ WEIGHTS / 255, 16 / 255, 235 / 255), ADDED),
        (
            lambda rgb: np.clip(_luma(rgb), 16, 235),
            "luma is in 0..1 here, so a clip to 16..235 leaves nothing but 16: no clip is needed.",
        ),
        (lambda rgb: 16 + rgb[..., :2] @ WEIGHTS[:2] + rgb[..., 2] * WEIGHTS[2] / 255, ONE_BRACKET),
        (lambda rgb: 16 / 255 + rgb[..., :2] @ WEIGHTS[:2] + rgb[..., 2] * WEIGHTS[2] / 255, ONE_BRACKET),
        (
            lambda rgb: float((16 + (rgb * WEIGHTS).sum()) / 255),
            "np.sum without an axis adds up the whole picture: axis=-1 adds the three colours of each pixel.",
        ),
        (
            lambda rgb: (16 + rgb * WEIGHTS.sum()) / 255,
            "every weight was given to every colour: each goes with its own, rgb[..., 0], [..., 1] and [..., 2].",
        ),
        (lambda rgb: (_luma(rgb) - _luma(rgb).min()) / np.ptp(_luma(rgb)), STRETCHED),
        (lambda rgb: _luma(rgb) / _luma(rgb).max(), STRETCHED),
        (lambda rgb: 255 * _luma(rgb) / rgb.max(), STRETCHED),
        (_sum(WEIGHTS, divisor=235), "white is 235/255: divide by 255, the largest of all values."),
        (_sum(WEIGHTS, divisor=219), "black is 16/255, white 235/255: divide by 255, the largest of all values."),
        (lambda rgb: rgb.sum(axis=2), "that is the plain sum of the colours: each has its own weight."),
        (
            lambda rgb: (16 + rgb * WEIGHTS).sum(axis=2) / 255,
            "16 was added once for each colour: add it once, to their sum.",
        ),
        (
            lambda rgb: (16 + rgb * WEIGHTS).mean(axis=2) / 255,
            "a mean divides by 3: the weighted colours are added, and 16 once.",
        ),
        (lambda rgb: (rgb + 16 / 255) @ WEIGHTS / 255, "16 goes to the sum, not to each colour."),
        (
            lambda rgb: np.clip(rgb @ [0.299, 0.587, 0.114], 16 / 255, 235 / 255),
            "that is full-range luma, clipped: 16 is added, and the weights are 65.481, 128.553 and 24.966.",
        ),
        (
            lambda rgb: rgb.max(axis=2),
            "that is the brightest of the three colours: each has a weight, and they are added.",
        ),
    ],
    symptoms=[
        (lambda answer, wanted, rgb: answer.shape == (*wanted.shape, 1), "the last axis must go: (H, W, 3) -> (H, W)."),
        (
            lambda answer, wanted, rgb: answer.shape == wanted.shape and np.abs(answer - wanted).max() < 0.004,
            "nearly: compare your numbers with 65.481, 128.553, 24.966 and 16, digit by digit; and round nothing.",
        ),
    ],
)


def _psnr(reference, estimate, peak=1.0, border=0):
    """Peak signal-to-noise ratio in dB of two images of one shape, values in 0..peak."""
    if reference.shape != estimate.shape:
        raise ValueError(f"the images differ in shape: {reference.shape} and {estimate.shape}")
    error = reference.astype(float) - estimate.astype(float)
    error = error[border : error.shape[0] - border, border : error.shape[1] - border]
    mse = np.mean(error**2)
    return math.inf if mse == 0 else float(10 * np.log10(peak**2 / mse))


def _inside(image, border):
    return image[border : image.shape[0] - border, border : image.shape[1] - border]


def _mse(difference):
    return np.mean(difference**2)


def _decibels(e, peak):
    return 10 * np.log10(peak**2 / e)


def _with(error=_mse, decibels=_decibels, cut=_inside, to=float, same=math.inf, check=True):
    """A PSNR with one thing changed."""

    def psnr(reference, estimate, peak=1.0, border=0):
        if check and reference.shape != estimate.shape:
            raise ValueError("the images differ in shape")
        kind = to or reference.dtype
        e = error(cut(reference.astype(kind), border) - cut(estimate.astype(kind), border))
        return same if e == 0 else float(decibels(e, peak))

    return psnr


def _of_its_own_maximum(reference, estimate, peak=1.0, border=0):
    return _psnr(reference, estimate, reference.max(), border)


def _bytes_divided(reference, estimate, peak=1.0, border=0):
    whole = reference.dtype == np.uint8
    return _psnr(*(image / 255 if whole else image for image in (reference, estimate)), peak, border)


def _peak_of_its_kind(reference, estimate, peak=1.0, border=0):
    return _psnr(reference, estimate, 255 if reference.dtype == np.uint8 else peak, border)


def _divided_by_all_places(reference, estimate, peak=1.0, border=0):
    colours = reference.shape[2] if reference.ndim == 3 else 1
    return _divided_by_all(reference, estimate, peak, border) - 10 * np.log10(colours)


def _divided_by_all(reference, estimate, peak=1.0, border=0):
    _psnr(reference, estimate, peak, border)
    errors = (_inside(reference.astype(float), border) - _inside(estimate.astype(float), border)) ** 2
    return math.inf if not errors.any() else float(_decibels(errors.sum() / reference.size, peak))


def _without_asking(reference, estimate, peak=1.0, border=0):
    if math.isfinite(_psnr(reference, estimate, peak, border)):
        return _psnr(reference, estimate, peak, border)
    return peak**2 / 0.0


def _asked_too_early(reference, estimate, peak=1.0, border=0):
    return math.inf if np.array_equal(reference, estimate) else _without_asking(reference, estimate, peak, border)


def _floats_of_files(reference, estimate, peak=1.0, border=0):
    return _psnr(*map(images.to_float, (reference, estimate)), peak, border)


def _zeroed(image, border):
    image = image.copy()
    image[:border] = image[-border:] = image[:, :border] = image[:, -border:] = 0
    return image


def _of_each_row(reference, estimate, peak=1.0, border=0):
    _psnr(reference, estimate, peak, border)
    errors = _inside(reference.astype(float), border) - _inside(estimate.astype(float), border)
    return np.mean(_decibels(np.mean(errors**2, axis=1), peak)) if errors.any() else math.inf


def _of_each_colour(reference, estimate, peak=1.0, border=0):
    if reference.ndim == 2 or reference.shape != estimate.shape:
        return _psnr(reference, estimate, peak, border)
    return np.mean([_psnr(reference[..., c], estimate[..., c], peak, border) for c in range(reference.shape[2])])


def _pair(*shape, seed=0, noise=0.1):
    """Two images in 0..1 that differ everywhere and differently, most of all near the edges."""
    rng = np.random.default_rng(seed)
    truth = 0.8 * rng.random(shape)
    near = truth + noise * rng.standard_normal(shape)
    for depth in range(min(4, min(shape[:2]) // 2)):
        rings = near[depth], near[-1 - depth], near[:, depth], near[:, -1 - depth]
        for ring, more in zip(rings, (-0.05, 0.03, 0.04, -0.06), strict=True):
            ring += more * (4 - depth)
    return truth, np.clip(near, 0, 1)


def _framed(*shape):
    """Two images that differ in their outermost two pixels alone."""
    truth, near = _pair(*shape)
    near[2:-2, 2:-2] = truth[2:-2, 2:-2]
    return truth, near


def _bytes(*shape, seed=0):
    return [(255 * image).astype(np.uint8) for image in _pair(*shape, seed=seed)]


INSIDE = "the fraction goes inside the logarithm: 10 * log10(peak**2 / mse). Look at your brackets."
ZEROED = "the border was set to 0 and still counts in the mean: cut it off ([-0:] would be everything)."
BORDER = "the border is wrong: `border` pixels are left out on all four sides, and colours have none."
INFINITE = "identical images have no error at all: their PSNR is infinite, math.inf."
WRAPS = "wrong for uint8 images: 3 - 5 is 254 there, it wraps around. Turn both into floats first, and keep the result."
PEAK = "right for peak=1 only: floats in 0..255 with peak=255 must give the same dB. Do you use `peak`?"
FRAMED = "the two differ in their border alone: ask whether the error is 0 after the border is cut off, not before."
ANY_PEAK = "the peak need not be 255 where the numbers are uint8: use the argument `peak`, whatever the dtype."
WHOLE = "whole numbers lose what lies behind the point: turn both images into floats, whatever they are."
WRAPS_TOO = "uint8 is not the only kind that wraps around: turn both images into floats, whatever their dtype."
SMALL = "a small error is not yet none: ask for exactly 0, no limit and no np.allclose; float16 loses it as well."
OVERFLOWS = "the squares are too large for these whole numbers: turn both images into floats, whatever their dtype."
CANCEL = (
    "images are identical where every error is 0: errors of both signs may add up to 0, and one pixel may be right "
    "beside a wrong one. Ask whether the mean of the squares is 0."
)
STRETCHES = "NumPy stretches the smaller one in silence, and a picture is compared with a single row."


def _answered(identical):
    """A PSNR that is infinite where `identical(errors)` says so."""

    def psnr(reference, estimate, peak=1.0, border=0):
        value = _psnr(reference, estimate, peak, border)
        errors = _inside(reference.astype(float), border) - _inside(estimate.astype(float), border)
        return math.inf if identical(errors) else value

    return psnr


def _of_what_differs(reference, estimate, peak=1.0, border=0):
    value = _psnr(reference, estimate, peak, border)
    errors = _inside(reference.astype(float), border) - _inside(estimate.astype(float), border)
    return value if not errors.any() else float(_decibels(np.mean(errors[errors != 0] ** 2), peak))


psnr = exercise(
    _psnr,
    cases=[
        (np.array([[0.25, 0.5]]), np.array([[0.5, 0.75]])),
        _pair(12, 15),
        _pair(7, 9, 3, seed=1),
        case(*(255 * image for image in _pair(9, 8, seed=2)), 255.0, why=PEAK),
        case(*(2 * image for image in _pair(6, 9, seed=3, noise=0.2)), peak=2.0, why=PEAK),
        case(*(0.5 * image for image in _pair(8, 7, seed=7)), 0.5, why=PEAK),
        case(*_bytes(10, 12), 255, why=WRAPS),
        case(*_bytes(10, 12, seed=5)[::-1], 255, why=WRAPS),
        case(*_pair(12, 15, seed=4), border=3, why=BORDER),
        case(*_pair(10, 9), 1.0, 2, why=BORDER),
        case(*_pair(11, 14, 3, seed=6), border=1, why=BORDER),
        case(*[fractions(4, 6)] * 2, why=INFINITE),
        case(*[_bytes(5, 6)[0]] * 2, 255, 1, why=INFINITE),
        *(
            case(image, image + small, why=SMALL)
            for image in [np.full((4, 5), 0.5)]
            for small in (2**-8, 2**-11, 2**-18, 2**-22)
        ),
        case(*_framed(6, 7), border=2, why=FRAMED),
        case(np.uint8([[3, 15]]), np.uint8([[5, 10]]), 15, why=ANY_PEAK),
        case(np.uint8([[0, 1, 1]]), np.uint8([[0, 1, 0]]), why=ANY_PEAK),
        case(np.uint16([[30, 1500, 2]]), np.uint16([[50, 1000, 2]]), 4095, why=WRAPS_TOO),
        case(np.uint8([[0, 255, 9]]), np.uint8([[200, 10, 9]]), 255, why=OVERFLOWS),
        case(np.uint16([[0, 7]]), np.uint16([[60000, 9]]), 65535, why=OVERFLOWS),
        case(np.int16([[0, 5]]), np.int16([[300, 7]]), 1000, why=OVERFLOWS),
        case(np.uint8([[1, 3]]), np.array([[1.5, 2.0]]), 255, why=WHOLE),
        case(np.array([[1.5, 2.0]]), np.uint8([[1, 3]]), 255, why=WHOLE),
        case(np.full((2, 2), 0.5), np.array([[0.625, 0.375], [0.375, 0.625]]), why=CANCEL),
        case(np.array([[0.5, 0.5]]), np.array([[0.5, 0.75]]), why=CANCEL),
        case(np.array([[0.5, 0.75]]), np.array([[0.5, 0.5]]), why=CANCEL),
        case(*_pair(9, 12, 3, seed=8), border=2, why=BORDER),
        case(*_pair(13, 14, seed=9), border=5, why=BORDER),
        case(fractions(4, 6), fractions(1, 6), why=SHAPES),
        case(fractions(4, 6), fractions(4, 1), why=SHAPES),
        case(fractions(4, 6, 3), fractions(4, 6, 1), why=SHAPES),
        case(fractions(1, 6), fractions(6, 1), why=SHAPES),
        case(fractions(4, 6), fractions(8, 6), why=SHAPES),
        case(fractions(4, 6), fractions(4, 9), why=SHAPES),
    ],
    slips=[
        (
            _with(decibels=lambda e, peak: 10 * np.log10(e / peak**2)),
            "the sign is wrong: a small error must give a high PSNR. Is the fraction upside down?",
        ),
        (
            lambda *images, **options: -_psnr(*images, **options),
            "the sign is wrong: a small error must give a high PSNR.",
        ),
        (_answered(lambda errors: not errors.all()), "one pixel without an error is not yet none: ask about all."),
        (_answered(lambda errors: errors.flat[0] == 0), "the first pixel alone says nothing: ask about all errors."),
        (_of_what_differs, "pixels without an error count too, as 0: take the mean over all of them."),
        (
            lambda reference, estimate, peak=255, border=0: _psnr(reference, estimate, peak, border),
            "`peak` has another value when it is not given: leave the first line, with peak=1.0, as it stands.",
        ),
        (
            _of_its_own_maximum,
            "the peak is the largest value that is *possible*, given as an argument, not the image's own maximum.",
        ),
        (
            _with(decibels=lambda e, peak: 10 * np.log(peak**2 / e)),
            "np.log is the natural logarithm; decibels are made of np.log10.",
        ),
        (
            _with(decibels=lambda e, peak: 10 * np.log2(peak**2 / e)),
            "np.log2 is the logarithm to base 2; decibels are made of np.log10.",
        ),
        (
            _with(decibels=lambda e, peak: 20 * np.log10(peak**2 / e)),
            "a factor of 2 is off: 10 * log10 goes with peak**2 and the squared error, 20 * log10 with their roots.",
        ),
        (
            _with(decibels=lambda e, peak: 10 * np.log10(peak / np.sqrt(e))),
            "half of it: 20 * log10 goes with the peak and the root of the error, 10 * log10 with their squares.",
        ),
        (
            _with(decibels=lambda e, peak: 20 * np.log10(peak / e)),
            "20 * log10 goes with the ROOT of the squared error: np.sqrt is missing.",
        ),
        (
            _with(decibels=lambda e, peak: np.log10(peak**2 / e)),
            "that is in bels; a decibel is a tenth of one: 10 * log10.",
        ),
        (
            _with(error=lambda d: np.sum(d**2)),
            "the squared errors were added up; take their mean, or large pictures always lose.",
        ),
        (_with(error=lambda d: np.mean(np.abs(d))), "those are absolute errors: square them."),
        (
            _with(error=lambda d: np.mean(np.abs(d)) ** 2),
            "that is the mean before the square: square each error first, then take the mean.",
        ),
        (
            _with(error=lambda d: np.mean(d) ** 2),
            "that is the mean before the square, where errors of both signs cancel: square each error first.",
        ),
        (_with(error=lambda d: np.sqrt(np.mean(d**2))), "10 * log10 goes with the mean SQUARED error: no root."),
        (_with(error=lambda d: np.median(d**2)), "that is the median of the squared errors; take their mean."),
        (_with(error=lambda d: np.max(d**2)), "that is the largest squared error; take their mean."),
        (_with(decibels=lambda e, peak: 10 * np.log10(peak / e)), "right for peak=1 only: the peak must be squared."),
        (_with(decibels=lambda e, peak: 10 * np.log10(1 / e)), PEAK),
        (
            _with(decibels=lambda e, peak: 10 * np.log10(255**2 / e)),
            "right for peak=255 only: use the argument `peak`.",
        ),
        (
            _with(cut=lambda image, border: image[border:-border, border:-border]),
            "with border=0 nothing was left of the images: what does a slice like [0:-0] keep?",
        ),
        (
            _bytes_divided,
            "8-bit images were divided by 255 although `peak` says 255 already: turn them into floats, no more.",
        ),
        (
            _floats_of_files,
            "images.to_float divides by 255 although `peak` says 255 already: astype(float) for both, no more.",
        ),
        (_peak_of_its_kind, ANY_PEAK),
        (_asked_too_early, FRAMED),
        (
            _divided_by_all_places,
            "the mean is over the numbers that are left, colours too: error.size of them, or let np.mean count.",
        ),
        (
            _divided_by_all,
            "the mean is over the pixels that are left: divide by their number. A border set to 0 still counts.",
        ),
        (_with(to=None), WRAPS),
        (
            _with(
                to=None, cut=lambda image, border: _inside(image * 1.0 if image.dtype == np.uint8 else image, border)
            ),
            WRAPS_TOO,
        ),
        (_with(to=np.int8, decibels=lambda e, peak: 10 * math.log10(peak**2 / e)), WHOLE),
        *((_with(to=kind), WHOLE) for kind in (int, np.int16, np.int8, np.uint8)),
        (_with(cut=lambda image, border: image), "the border was not cut off: is `border` used?"),
        (_with(cut=lambda image, border: image[border:, border:]), FOUR_SIDES),
        (_with(cut=lambda image, border: image[: image.shape[0] - border, : image.shape[1] - border]), FOUR_SIDES),
        (
            _with(cut=lambda image, border: image[border : image.shape[0] - border]),
            "the border was cut off above and below only: left and right too.",
        ),
        (
            _with(cut=lambda image, border: image[:, border : image.shape[1] - border]),
            "the border was cut off left and right only: above and below too.",
        ),
        (
            _with(cut=lambda image, border: image[tuple(slice(border, side - border) for side in image.shape)]),
            "the border was cut off the colours too: rows and columns have one, the last axis has none.",
        ),
        (
            _with(cut=lambda image, border: _inside(image, 3 if border else 0)),
            "a border of 3 is written in: use the argument `border`.",
        ),
        (
            _with(cut=lambda image, border: _inside(image, 2 * border)),
            "twice the border was cut off: `border` pixels on each side.",
        ),
        (_with(same=100.0), f"{INFINITE[:-1]}, not 100."),
        (_with(same=0.0), f"{INFINITE[:-1]}, not 0."),
        (_with(same=1.0), f"{INFINITE[:-1]}, not 1."),
        (_with(same=math.nan), f"{INFINITE[:-1]}, not NaN."),
        (_with(same=-math.inf), f"{INFINITE[:-1]}, above zero."),
        (
            _without_asking,
            f"{INFINITE} Ask whether the error is 0 before you divide by it (`is` asks for one and the same object).",
        ),
        *(
            (
                _with(error=np.mean, decibels=lambda e, peak, log=log: 10 * log(peak**2 / e)),
                "the errors were not squared: those of both signs cancel, and a negative mean has no logarithm.",
            )
            for log in (np.log10, math.log10)
        ),
        (
            _with(error=lambda d: abs(np.mean(d))),
            "the errors were not squared: those of both signs cancel.",
        ),
        (
            _with(error=lambda d: np.sqrt(np.sum(d**2))),
            "that is the length of the error, the root of the sum: take the mean of the squares.",
        ),
        (
            _with(error=np.var),
            "np.var leaves out the mean error, a picture too bright or too dark: take np.mean of squares.",
        ),
        (
            _with(error=lambda d: np.sum(d**2) / d.shape[0] * d.shape[1]),
            "`a / b * c` divides by b alone: put the product in brackets, or let np.mean count.",
        ),
        (
            _with(error=lambda d: np.sum(d**2) / (d.shape[0] * d.shape[1])),
            "the colours count too: divide by error.size, or let np.mean count.",
        ),
        (
            _with(error=lambda d: np.sum(d**2) / len(d)),
            "len counts the rows: divide by error.size, or let np.mean count.",
        ),
        *(
            (_with(decibels=decibels), INSIDE)
            for decibels in (
                lambda e, peak: 10 * np.log10(peak) ** 2 / e,
                lambda e, peak: 10 * np.log10(peak**2) / e,
                lambda e, peak: 10 * np.log10(peak**2) / np.log10(e),
            )
        ),
        (_with(decibels=lambda e, peak: peak**2 / e), "the logarithm is missing: 10 * log10 of that."),
        (_with(decibels=lambda e, peak: 10 * peak**2 / e), "the logarithm is missing: 10 * log10 of the fraction."),
        (
            _with(decibels=lambda e, peak: 20 * np.log10(peak) - np.log10(e)),
            "both logarithms are taken ten times: 10 * log10 of the squared error too.",
        ),
        (
            _with(decibels=lambda e, peak: 20 * np.log10(peak**2 / np.sqrt(e))),
            "the peak counts twice: were the images divided by it as well, or is its square in 20 * log10?",
        ),
        (_with(decibels=lambda e, peak: 10 * np.log10(1 / e) / peak), PEAK),
        (_with(decibels=lambda e, peak: 20 * np.log10(peak) / np.sqrt(e)), INSIDE),
        (
            _with(decibels=lambda e, peak: 10 * np.log10(peak / e) ** 2),
            "the square stands outside: it is for the peak alone, `peak**2 / mse`, inside the logarithm.",
        ),
        (
            _with(cut=lambda image, border: _inside(np.clip(image, 0, 1), border)),
            "the images were clipped to 0..1, but their values are in 0..peak: clip nothing.",
        ),
        *(
            (
                _with(to=np.float16, decibels=lambda e, peak, log=log: 10 * log(peak**2 / e)),
                "float16 keeps three digits, too few: take float.",
            )
            for log in (np.log10, math.log10)
        ),
        (_with(cut=_zeroed), ZEROED),
        *(
            (_with(cut=cut), sentence)
            for cut, sentence in (
                (
                    lambda image, border: _inside(image, max(border, 1)),
                    "with border=0 nothing is cut off: 0 is a border like any other.",
                ),
                (
                    lambda image, border: image[border : len(image) - border, border : len(image) - border],
                    "the columns end at shape[1] - border: the number of rows was taken for both.",
                ),
                (
                    lambda image, border: image[
                        border - 1 : image.shape[0] - border, border - 1 : image.shape[1] - border
                    ],
                    "counting starts at 0: what is left begins with row `border`, not one before.",
                ),
                (
                    lambda image, border: image[
                        border : image.shape[0] - border - 1, border : image.shape[1] - border - 1
                    ],
                    "one row and one column too many are gone: a slice ends before its second number.",
                ),
                (
                    lambda image, border: image[
                        border : image.shape[0] - 2 * border, border : image.shape[1] - 2 * border
                    ],
                    "a slice's second number is a place, not a length: it ends at shape - border.",
                ),
                (
                    lambda image, border: image[
                        ..., border : image.shape[-2] - border, border : image.shape[-1] - border
                    ],
                    "the last two axes were cut, and of (H, W, 3) those are columns and colours: cut the first two.",
                ),
                (
                    lambda image, border: image[border : image.shape[1] - border, border : image.shape[0] - border],
                    "height and width are exchanged: rows end at shape[0] - border, columns at shape[1] - border.",
                ),
                (
                    lambda image, border: image[border : image.shape[0] - border][border : image.shape[1] - border],
                    "`[rows][columns]` cuts rows twice: one pair of brackets with a comma, [rows, columns].",
                ),
                (
                    lambda image, border: image[:border, :border] if border else image,
                    "the corner was kept, not what lies inside the border.",
                ),
            )
        ),
        (_with(check=False), f"images of different shapes were compared: {STRETCHES} Raise a ValueError."),
        (
            _of_each_colour,
            "that is the mean of the colours' PSNRs: one mean over all numbers of the picture is wanted.",
        ),
        (_of_each_row, "that is the mean of the rows' PSNRs: one mean over all numbers of the picture is wanted."),
    ],
    symptoms=[
        (
            lambda answer, wanted, *case, **options: abs(answer - wanted) < 0.1,
            "nearly: nothing may be rounded or added on the way, and all numbers count.",
        ),
    ],
)


def _mean_psnr(references, estimates, border):
    """The mean of the PSNRs, in dB, of pairs of images in 0..1."""
    return np.mean([metrics.psnr(r, e, border=border) for r, e in zip(references, estimates, strict=True)])


def _of(combine, peak=1.0, border=lambda border: border):
    """Another number made of the pictures' PSNRs, or of PSNRs with another peak or border."""
    return lambda references, estimates, b: float(
        combine([_psnr(r, e, peak, border(b)) for r, e in zip(references, estimates, strict=False)])
    )


def _of_the_mean_error(references, estimates, border):
    return -10 * np.log10(np.mean([_mse(_inside(r - e, border)) for r, e in zip(references, estimates, strict=True)]))


def _of_all_pairs(references, estimates, border):
    return np.mean([_psnr(r, e, border=border) for r in references for e in estimates if r.shape == e.shape])


def _of_all_pixels(references, estimates, border):
    errors = [_inside(r - e, border).ravel() for r, e in zip(references, estimates, strict=True)]
    return -10 * np.log10(np.mean(np.concatenate(errors) ** 2))


def _set(shapes, kind=list):
    noises = np.roll((0.3, 0.02, 0.1, 0.05, 0.2), len(shapes))[: len(shapes)]
    pairs = [_pair(*shape, seed=k, noise=noise) for k, (shape, noise) in enumerate(zip(shapes, noises, strict=True))]
    return kind(truth for truth, _ in pairs), kind(near for _, near in pairs)


def _measured(cut, again=lambda border: 0):
    """The mean of the PSNRs of pictures that were cut before; psnr cuts them `again`."""

    def mean_psnr(references, estimates, border):
        pairs = zip(references, estimates, strict=True)
        return np.mean([_psnr(cut(r, border), cut(e, border), border=again(border)) for r, e in pairs])

    return mean_psnr


def _like(other):
    """Whether the answer is that of another function; infinite or not a number is what psnr makes of no pixel."""
    return lambda answer, wanted, *case: np.allclose(answer, other(*case), rtol=0, atol=1e-4, equal_nan=True)


def _in_peak(references, estimates, border):
    pairs = zip(references, estimates, strict=True)
    return np.mean([10 * np.log10(border**2 / _mse(r - e)) for r, e in pairs])


def _stacked(references, estimates, border):
    return _psnr(np.array(references), np.array(estimates), border=border)


def _of_neighbours(references, estimates, border):
    return np.mean([_psnr(first, second, border=border) for first, second in (references, estimates)])


def _mean_of_the_finite(references, estimates, border):
    values = [_psnr(r, e, border=border) for r, e in zip(references, estimates, strict=True)]
    return np.mean([value for value in values if math.isfinite(value)])


INFINITE_MEAN = "a pair without any error counts too: its PSNR is infinite, and so is the mean."
EMPTY = "the pictures were cut before psnr, and with border=0 a slice [0:-0] leaves nothing: hand `border` on to psnr."

EQUAL = "two pictures may have the same PSNR, and both count: a set {...} or a dict keeps one of them, a list both."
COLOURS = "a colour picture counts with all its colours: hand every picture on to psnr as it is."
A_LIST = "np.mean wants a list of numbers: put square brackets around the loop, list() around a map."
TWICE = "the border was cut off twice, before psnr and in it: hand it on to psnr, no more."
ADD_UP = "the sum starts anew with every picture: add each PSNR to what is there, `total += psnr(...)`."
ONE_BY_ONE = "the pictures were stacked into one array, but they need not have one shape: take them one by one."

mean_psnr = exercise(
    _mean_psnr,
    cases=[
        (*_set([(6, 7), (6, 7)]), 2),
        (*_set([(10, 12), (16, 9)]), 2),
        (*_set([(12, 15), (20, 11), (9, 9)]), 3),
        (*_set([(9, 9), (12, 10), (9, 14), (15, 8), (11, 12)], tuple), 1),
        case(*_set([(9, 12), (14, 9), (9, 9), (10, 10)]), 0, why=EMPTY),
        (*_set([(12, 11)] * 4), 1),
        case(*_set([(9, 12, 3), (8, 10)]), 2, why=COLOURS),
        case(*(3 * images[:1] + images[1:] for images in _set([(10, 12), (16, 9)])), 2, why=EQUAL),
        case([fractions(20, 15)] * 2, [fractions(20, 15), 0.9 * fractions(20, 15)], 1, why=INFINITE_MEAN),
    ],
    slips=[
        (
            lambda references, estimates, border: _mean_psnr(references, estimates, border or 3),
            "0 is a border like any other: hand `border` on as it came.",
        ),
        (
            _of_the_mean_error,
            "that is the PSNR of the mean error; wanted is the mean of the PSNRs. The worst must not decide alone.",
        ),
        (_of_all_pixels, "that is the PSNR of all pixels together; wanted is the mean of the pictures' PSNRs."),
        (_of_all_pairs, "every picture was compared with every other: zip takes them in pairs."),
        (_mean_of_the_finite, INFINITE_MEAN),
        (_measured(lambda image, b: image[b:-b, b:-b]), EMPTY),
        (_measured(lambda image, b: image[b:-b]), f"only rows were cut. {EMPTY[0].upper()}{EMPTY[1:]}"),
        (_measured(lambda image, b: image[b:-b, b:-b], lambda b: b), TWICE),
        (_measured(_inside, lambda b: b), TWICE),
        (
            lambda references, estimates, border: _psnr(references, estimates, border=border),
            "psnr takes two pictures, not two lists: go through the pairs one by one, with zip.",
        ),
        (
            lambda references, estimates, border: _of_the_mean_error(references, estimates, 0),
            "that is the PSNR of the mean error, and without `border`: wanted is the mean of the PSNRs.",
        ),
        (
            lambda references, estimates, border: _of_all_pixels(references, estimates, 0),
            "that is the PSNR of all pixels together, and without `border`: wanted is the mean of the pictures' PSNRs.",
        ),
        (
            lambda references, estimates, border: math.inf,
            "each picture was compared with itself: psnr(r, e) of a pair.",
        ),
        (_of(lambda values: sum(set(values)) / len(set(values))), EQUAL),
        (_of(lambda values: 2 * values[-1] / len(values)), ADD_UP),
        (_of(lambda values: values[-1] / len(values)), ADD_UP),
        (
            _of(lambda values: values[0] / len(values)),
            "the sum ends after the first picture: is the return inside the loop?",
        ),
        (_of(lambda values: sum(values[1:]) / len(values)), "the first picture was left out: counting starts at 0."),
        (_of(lambda values: sum(values[:-1]) / len(values)), "the last picture was left out: range(n) ends before n."),
        (
            _of(lambda values: sum(values) / len(values) ** 2),
            "divided twice by the number of pictures: np.mean divides.",
        ),
        (_of(lambda values: sum(values) // len(values)), "`//` cuts the fraction off: `/` keeps it."),
        *(
            (lambda references, estimates, border, lazy=lazy: np.mean(lazy(references, estimates)), A_LIST)
            for lazy in (lambda r, e: (k for k in zip(r, e, strict=True)), lambda r, e: map(_psnr, r, e))
        ),
        (
            lambda references, estimates, border: _psnr(np.mean(references), np.mean(estimates), border=border),
            "the pictures were averaged before they were compared: measure each pair, then take the mean.",
        ),
        (_of(lambda values: (values[0] + values[-1]) / 2), "only the first and last were averaged: all count."),
        (
            _of(lambda values: 20 * np.log10(np.mean(10 ** (np.array(values) / 20)))),
            "the decibels were turned back before the mean: wanted is the mean of the decibels themselves.",
        ),
        (
            _of(lambda values: np.exp(np.mean(np.log(values)))),
            "that is the geometric mean: add them up and divide by their number.",
        ),
        (_of(np.mean, border=lambda border: 0), "the border was forgotten: pass it on to psnr."),
        (_of(np.mean, border=lambda border: 3), "a border of 3 is written in: use the argument `border`."),
        (_of(np.mean, peak=255.0), "these images are in 0..1: their peak is 1, psnr's default."),
        (_of(np.sum), "that is the sum of the PSNRs: divide by the number of pictures."),
        (
            _of(lambda values: sum(values) / 3),
            "the sum was divided by 3, but a set need not have three pictures: use len().",
        ),
        (
            _of(lambda values: sum(values) / 2),
            "the sum was divided by 2, but a set need not have two pictures: use len().",
        ),
        (
            _of(lambda values: sum(values) / 5),
            "the sum was divided by 5, but a set need not have five pictures: use len().",
        ),
        (_of(lambda values: sum(values) / (len(values) - 1)), "divide by the number of pictures, not by one less."),
        (_of(np.median), "that is the median; papers report the mean."),
        (
            _of(lambda values: 10 * np.log10(np.mean(10 ** (np.array(values) / 10)))),
            "the decibels were turned back into ratios first: papers report the plain mean of the decibels.",
        ),
        (
            _of(lambda values: (values[0] + values[1] + values[2]) / 3),
            "three pictures are written in: a set may hold any number, so loop over all.",
        ),
        (_of(lambda values: values[0]), ONE_OF_A_SET),
        (
            _of(lambda values: values[-1]),
            "only the last of the pictures was measured: collect a value for each, then take the mean.",
        ),
        (_of(np.max), "that is the best picture's PSNR; wanted is the mean of all."),
        (_of(np.min), "that is the worst picture's PSNR; wanted is the mean of all."),
        (
            lambda references, estimates, border: [
                _psnr(r, e, border=border) for r, e in zip(references, estimates, strict=False)
            ],
            "those are the PSNRs of the pictures, one each: return their mean, one number.",
        ),
    ],
    symptoms=[
        (_like(_in_peak), "`border` landed in `peak`, psnr's third argument: give it by name, border=border."),
        (_like(_of_all_pairs), "every picture was compared with every other: zip takes them in pairs."),
        (
            _like(_of_neighbours),
            "pictures of one list were compared with each other: zip(references, estimates) makes the pairs.",
        ),
        (
            _like(lambda references, estimates, border: _mean_psnr(references, estimates[::-1], border)),
            "the estimates come in the opposite order, so no picture meets its own: both lists have one order.",
        ),
        (
            lambda answer, wanted, *case: _like(_of_all_pairs)(answer / len(case[1]), wanted, *case),
            "every picture was compared with every other: zip takes them in pairs.",
        ),
        (
            _like(
                lambda references, estimates, border: _mean_psnr(references, [estimates[0]] * len(references), border)
            ),
            "every reference was compared with the same estimate: zip takes them in pairs.",
        ),
        *(
            (
                _like(
                    lambda references, estimates, border, join=join: _psnr(
                        join(references), join(estimates), border=border
                    )
                ),
                "the pictures became one before they were compared: measure each pair, then take the mean.",
            )
            for join in (np.concatenate, np.hstack, lambda images: np.mean(images, axis=0))
        ),
        (_like(_stacked), ONE_BY_ONE),
        (lambda answer, wanted, *case: _like(_stacked)(answer, wanted, *case[:2], 0), ONE_BY_ONE),
        (
            lambda answer, wanted, *case: abs(answer - wanted) < 0.05,
            "nearly: hand the pictures and the values on as they are, nothing rounded, nothing added.",
        ),
    ],
)


def _make_lr(hr, scale):
    """HR -> LR: (H, W) -> (H/s, W/s), floats in 0..1 that lie on steps of 1/255."""
    return np.round(np.clip(resize.bicubic(hr, 1 / scale), 0, 1) * 255) / 255


def _edges(rows, columns, seed):
    """Black and nearly white blocks, at whose edges bicubic overshoots, and greys.

    Nothing shrinks to a value half-way between two steps of 1/255, which may be rounded either way.
    """
    rng = np.random.default_rng(seed)
    blocks = np.kron(rng.random((-(-rows // 6), -(-columns // 6))) > 0.5, np.ones((6, 6)))[:rows, :columns]
    blocks[: rows // 3] = blocks[: rows // 3] * 0.3 + 0.6 * rng.random((rows // 3, columns))
    return 0.999 * blocks


def _smooth(rows, columns):
    """A picture of slow waves, at which bicubic stays between 0 and 1."""
    row, column = np.mgrid[:rows, :columns]
    return 0.5 + 0.2 * np.sin(row / 7) + 0.15 * np.cos(column / 9)


def _small(hr, scale):
    return np.clip(resize.bicubic(hr, 1 / scale), 0, 1)


def _wrapped(hr, scale):
    return np.round(resize.bicubic(hr, 1 / scale) * 255).astype(np.int64).astype(np.uint8) / 255


OVERSHOOT = "clip to 0..1, whatever the picture holds: between its own darkest and brightest, bicubic may overshoot."
ROUNDED_255 = "the values are 0..255: divide by 255 after rounding."

make_lr = exercise(
    _make_lr,
    cases=[
        (_edges(12, 12, 0), 3),
        (_edges(36, 48, 1), 3),
        (_edges(24, 40, 2), 2),
        (_edges(32, 24, 4).astype(np.float32), 4),
        case(0.2 + 0.6 * _edges(36, 30, 5), 3, why=OVERSHOOT),
        case(_smooth(20, 30), 5, why="a picture without an overshoot is rounded too, at whatever scale."),
    ],
    slips=[
        (lambda hr, scale: np.round(_small(hr, scale) * 255), ROUNDED_255),
        (
            lambda hr, scale: np.minimum(np.floor(_small(hr, scale) * 256), 255) / 255,
            "256 greys have 255 steps between them: multiply by 255 and round.",
        ),
        (
            lambda hr, scale: np.floor((_small(hr, scale) + 0.5) * 255) / 255,
            "the half is added in steps, after the multiplication; np.round does it for you.",
        ),
        (
            lambda hr, scale: _small(hr, scale) * 255,
            "the values are 0..255 and not rounded: round them, then divide by 255.",
        ),
        (
            lambda hr, scale: resize.bicubic(hr, 1 / scale),
            "nothing was clipped or rounded: a file holds 256 greys from 0 to 1, so LR must lie on steps of 1/255.",
        ),
        (
            _small,
            "nothing was rounded: a file holds 256 greys, so LR must lie on steps of 1/255. Is np.round's result kept?",
        ),
        (
            lambda hr, scale: np.floor(_small(hr, scale) * 255) / 255,
            "the values were cut off, not rounded: half a step too dark. Does astype come before np.round?",
        ),
        (
            lambda hr, scale: np.ceil(_small(hr, scale) * 255) / 255,
            "the values were rounded up: np.round goes to the nearest step.",
        ),
        (
            lambda hr, scale: resize.bicubic(images.to_uint8(hr), 1 / scale) / 255,
            "HR was rounded to 8 bits before it was shrunk: shrink the floats, and round once, at the end.",
        ),
        (
            lambda hr, scale: _make_lr(np.round(hr * 255) / 255, scale),
            "HR was rounded before it was shrunk: shrink it as it is, and round once, at the end.",
        ),
        (
            lambda hr, scale: np.round(resize.bicubic(hr, 1 / scale) * 255) / 255,
            "bicubic overshoots at edges, so clip to 0..1, and keep what np.clip returns.",
        ),
        (_wrapped, "dark and bright pixels changed places: uint8 wraps around beyond 0..255, so clip first."),
        (
            lambda hr, scale: (resize.bicubic(hr, 1 / scale) * 255).astype(np.int64).astype(np.uint8) / 255,
            "dark and bright pixels changed places, and nothing was rounded: clip to 0..1 first, then np.round.",
        ),
        (
            lambda hr, scale: np.round(_small(hr, scale)),
            "np.round(lr) leaves black and white only: round the steps, `lr * 255`, then divide by 255.",
        ),
        (lambda hr, scale: np.round(_small(hr, scale), 2), "rounded to steps of 1/100: a file holds steps of 1/255."),
        (lambda hr, scale: np.round(_small(hr, scale), 3), "rounded to steps of 1/1000: a file holds steps of 1/255."),
        (
            lambda hr, scale: np.round(_small(hr, scale) * 256) / 256,
            "256 greys have 255 steps between them: multiply and divide by 255.",
        ),
        (
            lambda hr, scale: np.round(_small(hr, scale) * 255) / 256,
            "multiplied by 255, divided by 256: the same number belongs in both.",
        ),
        (
            lambda hr, scale: np.round(_small(hr, scale) * 255) // 255,
            "`//` leaves 0 and 1 only: `/` keeps the fraction.",
        ),
        (
            lambda hr, scale: np.round(np.clip(resize.bicubic(hr, 1 / scale) * 255, 0, 1)) / 255,
            "clipped to 0..1 when the values were 0..255 already: clip before you multiply.",
        ),
        (
            lambda hr, scale: np.round(_small(hr, scale) / 255) * 255,
            "all is black: was it divided where it should be multiplied (lr * 255), or were min and max exchanged?",
        ),
        (
            lambda hr, scale: np.round(np.clip(resize.bicubic(hr, 1 / scale), 0, 255) * 255) / 255,
            "values above 1 are left: bicubic overshoots at edges in both directions, so clip to 0..1.",
        ),
        (
            lambda hr, scale: _rounded(hr[::scale, ::scale]),
            "every `scale`-th pixel aliases: shrink with resize.bicubic(hr, 1 / scale).",
        ),
        (
            lambda hr, scale: hr[::scale, ::scale],
            "every `scale`-th pixel aliases: shrink with resize.bicubic(hr, 1 / scale), then clip and round.",
        ),
        (
            lambda hr, scale: _rounded(hr[scale // 2 :: scale, scale // 2 :: scale]),
            "every `scale`-th pixel aliases: shrink with resize.bicubic.",
        ),
        (
            lambda hr, scale: _rounded(_blocks(hr, scale)),
            "that is the mean of blocks: shrink with resize.bicubic(hr, 1 / scale).",
        ),
        (
            lambda hr, scale: _rounded(hr),
            "the picture is as large as before: shrink it with resize.bicubic(hr, 1 / scale).",
        ),
        (
            lambda hr, scale: resize.bicubic(_rounded(hr), 1 / scale),
            "HR was rounded, then shrunk: shrink first, then clip and round.",
        ),
        (
            lambda hr, scale: _small(_rounded(hr), scale),
            "HR was rounded, then shrunk and clipped: shrink first, then clip and round.",
        ),
        (
            lambda hr, scale: _rounded(resize.bicubic(hr, scale)),
            "the picture grew: the scale of shrinking is 1 / scale.",
        ),
        (lambda hr, scale: _make_lr(hr, 3), "right at scale 3 only: use `scale`."),
        (lambda hr, scale: _make_lr(hr, 2), "right at scale 2 only: use `scale`."),
        (lambda hr, scale: _make_lr(hr, scale**2), "each side shrinks `scale` times: 1 / scale, not 1 / scale**2."),
        *(
            (lambda hr, scale, change=change: change(resize.bicubic(hr, 1 / scale)), sentence)
            for change, sentence in (
                (
                    lambda lr: np.clip(np.round(lr * 255), 0, 1),
                    "clipped to 0..1 when the values were 0..255: all is black or white. Divide by 255 before.",
                ),
                (
                    lambda lr: np.round(lr) / 255,
                    "rounded before it was multiplied: the steps are lr * 255, round those, then divide by 255.",
                ),
                (
                    lambda lr: (np.clip(lr, 0, 1) * 255 + 0.5) / 255,
                    "0.5 was added, but nothing cut off afterwards: np.round needs no 0.5.",
                ),
                (
                    lambda lr: np.round(np.clip(lr, 0, 1) * 255 + 0.5) / 255,
                    "0.5 was added and then rounded: np.round goes to the nearest step by itself.",
                ),
                (
                    lambda lr: _rounded((lr - lr.min()) / np.ptp(lr)),
                    "the picture was stretched to 0..1: clip it, which leaves what lies inside as it is.",
                ),
                (
                    lambda lr: _rounded(np.clip(lr, 16 / 255, 235 / 255)),
                    "clipped to 16..235: all of 0..255 is used here.",
                ),
                (lambda lr: _rounded(np.abs(lr)), "abs turns what is below 0 into greys: clip it to 0."),
                (lambda lr: np.round(np.abs(lr) * 255) / 255, "abs turns what is below 0 into greys: clip to 0..1."),
                (
                    lambda lr: np.round(np.clip(lr, 0, 1), 255),
                    "np.round's second argument counts digits: multiply by 255, round, divide by 255.",
                ),
                (lambda lr: _rounded(lr % 1), "`%` brings overshoots in at the other end: clip them."),
                (
                    lambda lr: lr * 255,
                    "in 0..255, not clipped, not rounded: clip to 0..1, round lr * 255, divide by 255.",
                ),
                (lambda lr: _rounded(lr) / 255, "divided by 255 twice: once, after np.round."),
                (
                    lambda lr: np.round(np.clip(lr, 0, 1) * 100) / 255,
                    "multiplied by 100, divided by 255: the same number belongs in both.",
                ),
            )
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, hr, scale: answer.ndim == 2 and answer.shape[0] != wanted.shape[0],
            lambda answer, wanted, hr, scale: (
                f"{len(hr)} rows became {len(answer)}, and should become {len(wanted)}: "
                "what is resize.bicubic given? 1 / scale, once."
            ),
        ),
        (
            lambda answer, wanted, hr, scale: answer.max() <= 1 and np.abs(answer - wanted).max() < 0.6 / 255,
            "nearly: but the values do not lie on the nearest steps of 1/255. What did you round, and to what?",
        ),
    ],
)


def _rounded(image):
    return np.round(np.clip(image, 0, 1) * 255) / 255


def _blocks(hr, scale):
    return hr.reshape(hr.shape[0] // scale, scale, hr.shape[1] // scale, scale).mean(axis=(1, 3))
