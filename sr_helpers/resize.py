"""Make pictures smaller and larger: MATLAB's bicubic `imresize`, and four ways to lose pixels.

Every published super-resolution figure stands on MATLAB's antialiased bicubic, so this file follows it
to the last bit that matters. Built by hand in notebook 02; as filters and a pixel shuffle in 04.
"""

import io
import math
import numbers

import numpy as np
from PIL import Image

from sr_helpers import arrays, images

__all__ = [
    "CONVENTIONS", "DEGRADATIONS", "EVALUATION_QUALITY", "add_noise", "bicubic", "check_form", "compress",
    "contributions", "cubic", "degrade", "filters", "gaussian_blur", "make_pair",
]  # fmt: skip

CONVENTIONS = ("classic", "modern")
DEGRADATIONS = ("bicubic", "blur", "noise", "jpeg")
BLUR_SIGMA = 1.6
NOISE_SIGMA = 30 / 255
JPEG_QUALITIES = (30, 95)  # from a small upload to a good camera; drawn at random where no quality is given
EVALUATION_QUALITY = 60  # of JPEG files in `metrics.evaluate`: one for all, so that two runs can be compared


def cubic(x: np.ndarray) -> np.ndarray:
    """Keys' cubic kernel with a = -0.5, as MATLAB has it; zero beyond |x| = 2.

    >>> cubic(np.array([0, 0.5, 1, 2])).tolist()
    [1.0, 0.5625, 0.0, 0.0]
    """
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))


def bicubic(image: np.ndarray, scale: float) -> np.ndarray:
    """Resize (H, W) or (H, W, C), C up to 4, by `scale` (3 enlarges, 1/3 shrinks) as MATLAB's imresize does.

    Shrinking widens the kernel (antialiasing); edges are mirrored. The result has ceil(size * scale)
    pixels. Float in, float out, not clipped; uint8 in, uint8 out, rounded after each of the two passes
    as MATLAB does. Raises ValueError for a scale that is not positive, another shape or type, or NaN.

    >>> bicubic(np.full((6, 9, 3), 0.25), 1 / 3).shape
    (2, 3, 3)
    """
    image = np.asarray(image)
    _check_image(image)
    if not isinstance(scale, numbers.Real) or not scale > 0 or not math.isfinite(scale):
        raise ValueError(f"scale must be a positive number, got {scale!r}")
    if scale > 1 and image.dtype != np.uint8:  # turning the larger picture would take as long as all the rest
        return _resize_rows(_resize_columns(image, scale), scale)
    return _resize_columns(_resize_rows(image, scale), scale)


def filters(scale: int) -> np.ndarray:
    """Bicubic by a whole `scale` as s*s filters over 5x5 LR pixels, (5, 5, s*s), before a pixel shuffle: notebook 04.

    >>> filters(3).shape, filters(3)[:, :, 4].max().round(6).item()  # the middle one of nine takes its pixel as it is
    ((5, 5, 9), 1.0)
    """
    phases = (np.arange(scale) + 0.5) / scale - 0.5
    taps = cubic(phases - np.arange(-2, 3)[:, None])  # (5, s): LR pixel -2..2, fine pixel 0..s-1
    return np.einsum("yi,xj->yxij", taps, taps).reshape(5, 5, scale * scale)


def degrade(
    hr: np.ndarray, scale: int, *, degradation: str = "bicubic", seed: int = 0, quality: int | None = None
) -> np.ndarray:
    """HR -> LR. (H, W) or (H, W, 3) float in 0..1, sides a multiple of `scale`; float out, not rounded.

    `bicubic`: MATLAB's. `blur`: a 7x7 Gaussian of sigma 1.6, then the middle pixel of every
    scale x scale block (the upper left of the middle four for x2 and x4). `noise`: bicubic, then
    Gaussian noise of sigma 30/255 from `seed`. They are the three of the original student project.
    `jpeg`: bicubic, then JPEG compression of `quality`, or of one drawn from `seed` (30 to 95).
    Raises ValueError for another name, pictures that are not floats in 0..1 (see images.to_float), sizes that
    are no multiple (see images.crop_to_multiple), or a quality without `jpeg`.

    >>> degrade(np.full((6, 9), 0.5), 3, degradation="noise", seed=1).shape
    (2, 3)
    """
    check_form(scale, degradation=degradation, quality=quality)
    hr = np.asarray(hr)
    arrays.check_float(hr)
    if hr.shape[0] % scale or hr.shape[1] % scale:
        raise ValueError(f"{hr.shape[0]}x{hr.shape[1]} is no multiple of {scale}: use images.crop_to_multiple")
    if degradation == "blur":
        middle = (scale - 1) // 2
        return gaussian_blur(hr)[middle::scale, middle::scale]
    lr = bicubic(hr, 1 / scale)
    if degradation == "bicubic":
        return lr
    rng = np.random.default_rng(seed)
    if degradation == "noise":
        return add_noise(lr, rng)
    low, high = JPEG_QUALITIES
    return compress(lr, int(rng.integers(low, high + 1)) if quality is None else quality)


def make_pair(
    image: np.ndarray,
    scale: int,
    *,
    channels: int = 1,
    convention: str = "classic",
    degradation: str = "bicubic",
    seed: int = 0,
    quality: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """One picture (uint8, grey or RGB) -> (lr, hr) as the protocol has it: float32 in 0..1, LR in 8-bit steps.

    `channels` 1 gives luma (H, W), 3 gives RGB (H, W, 3); HR is cropped to a multiple of `scale`.
    `classic`: LR from the unrounded luma, luma in 8-bit steps, grey pictures used as luma as they are.
    `modern`: LR from the 8-bit RGB picture, luma unrounded. The two are compared in notebook 03.
    `jpeg` compresses the colours, as cameras do, in either convention; `seed` and `quality` are those of `degrade`.
    Raises ValueError for a picture that is not uint8 (see images.to_uint8), or a setting that is none.

    >>> lr, hr = make_pair(np.zeros((31, 26, 3), np.uint8), 3)
    >>> lr.shape, hr.shape
    ((10, 8), (30, 24))
    """
    check_form(scale, channels=channels, convention=convention, degradation=degradation, quality=quality)
    arrays.check_uint8(image)
    image = images.crop_to_multiple(np.asarray(image), scale)
    if image.ndim == 2 and (channels == 3 or convention == "modern"):
        image = np.dstack([image] * 3)
    if convention == "modern" and degradation == "bicubic":
        lr, hr = images.to_float(bicubic(image, 1 / scale)), images.to_float(image)
        return (images.luma(lr), images.luma(hr)) if channels == 1 else (lr, hr)
    hr = image.astype(np.float64) / 255
    lose = {"degradation": degradation, "seed": seed, "quality": quality}
    lr = degrade(hr, scale, **lose) if degradation == "jpeg" else None  # of the colours, before luma is taken
    if channels == 1 and convention == "classic" and hr.ndim == 3:
        hr = images.luma(hr)
        lr = None if lr is None else images.luma(lr)
    lr = degrade(hr, scale, **lose) if lr is None else lr
    lr = images.to_float(images.to_uint8(lr))
    if convention == "modern":
        hr = hr.astype(np.float32)
        return (images.luma(lr), images.luma(hr)) if channels == 1 else (lr, hr)
    return lr, images.to_float(images.to_uint8(hr))


def check_form(
    scale: int,
    *,
    channels: int = 1,
    convention: str = "classic",
    degradation: str = "bicubic",
    quality: int | None = None,
) -> None:
    """Raise ValueError, naming the setting, unless these are settings of `make_pair`."""
    arrays.check_scale(scale)
    if isinstance(channels, bool) or channels not in (1, 3):
        raise ValueError(f"channels must be 1 (luma) or 3 (RGB), got {channels!r}")
    if convention not in CONVENTIONS:
        raise ValueError(f"unknown convention {convention!r}; choose from {', '.join(CONVENTIONS)}")
    if degradation not in DEGRADATIONS:
        raise ValueError(f"unknown degradation {degradation!r}; choose from {', '.join(DEGRADATIONS)}")
    if quality is not None and degradation != "jpeg":
        raise ValueError(f"quality is that of a JPEG file: it goes with the degradation jpeg, not {degradation}")
    if quality is not None:
        _check_quality(quality)


def gaussian_blur(image: np.ndarray, *, size: int = 7, sigma: float = BLUR_SIGMA) -> np.ndarray:
    """Blur (H, W) or (H, W, C) with a size x size Gaussian that sums to 1; edges are mirrored.

    >>> gaussian_blur(np.full((4, 5), 0.5)).round(6).max().item()
    0.5
    """
    if not size > 0 or size % 2 == 0 or not sigma > 0:
        raise ValueError(f"a Gaussian has an odd size and a positive sigma, got {size} and {sigma}")
    image = np.asarray(image)
    _check_image(image)
    offsets = np.arange(size) - size // 2
    weights = np.exp(-(offsets**2) / (2 * sigma**2))
    weights /= weights.sum()
    for _ in range(2):  # rows, then columns, and turned back
        indices = _mirror(np.arange(len(image))[:, None] + offsets, len(image))
        image = _turned(_weighted_rows(image, np.tile(weights, (len(indices), 1)), indices))
    return image


def add_noise(image: np.ndarray, rng: np.random.Generator, *, sigma: float = NOISE_SIGMA) -> np.ndarray:
    """Add Gaussian noise of `sigma` (in units of 0..1) from the NumPy generator `rng` to floats; not clipped.

    >>> add_noise(np.zeros((1, 2)), np.random.default_rng(0), sigma=0.1).round(4).tolist()
    [[0.0126, -0.0132]]
    """
    if image.dtype.kind != "f":
        raise ValueError(f"noise is added to floats in 0..1, got {image.dtype}: use images.to_float")
    return image + (sigma * rng.standard_normal(image.shape)).astype(image.dtype)


def compress(image: np.ndarray, quality: int) -> np.ndarray:
    """(H, W) or (H, W, 3) float in 0..1 -> the same after a JPEG file of `quality` 1..95, chroma halved (4:2:0).

    >>> compress(np.full((8, 8), 0.2), 90).round(2).max().item()
    0.2
    """
    _check_quality(quality)
    arrays.check_float(image)
    buffer = io.BytesIO()
    Image.fromarray(images.to_uint8(image)).save(buffer, "JPEG", quality=int(quality), subsampling="4:2:0")
    return np.asarray(Image.open(buffer)).astype(image.dtype) / 255


def _check_image(image):
    """What can be resampled: (H, W) or (H, W, C), luma, colours or chroma, uint8 or floats of any finite range."""
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] > 4):
        raise ValueError(f"an image is (H, W) or (H, W, C), colours on the last axis, got shape {image.shape}")
    if image.size == 0:
        raise ValueError(f"the image is empty: shape {image.shape}")
    if image.dtype != np.uint8 and image.dtype.kind != "f":
        raise ValueError(f"images must be uint8 or float, got {image.dtype}: use images.to_float")
    if not (np.isfinite(image.min()) and np.isfinite(image.max())):
        raise ValueError("the image holds NaN or infinite values")


def _check_quality(quality):
    if isinstance(quality, bool) or not isinstance(quality, numbers.Integral) or not 1 <= quality <= 95:
        raise ValueError(f"the quality of a JPEG file is a whole number from 1 to 95, got {quality!r}")


def contributions(length: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """What each output pixel of a 1-D resize is made of: weights and indices, both (outputs, taps).

    Pixel k of the output sits at (k + 0.5) / scale - 0.5 of the input. Weights of one output sum to 1.

    >>> weights, indices = contributions(6, 1 / 2)
    >>> indices[1].tolist(), weights[1].round(3).tolist()
    ([0, 0, 1, 2, 3, 4, 5, 5], [-0.012, -0.035, 0.113, 0.434, 0.434, 0.113, -0.035, -0.012])
    """
    outputs = math.ceil(length * scale - 1e-9)  # 1/3 * 3 must not become 2 pixels by rounding
    centre = (np.arange(outputs) + 0.5) / scale - 0.5
    stretch = min(scale, 1)  # below 1 the kernel is widened: that is the antialiasing
    width = 4 / stretch
    first = np.floor(centre - width / 2).astype(int)
    indices = first[:, None] + np.arange(math.ceil(width) + 2)
    weights = cubic(stretch * (centre[:, None] - indices))
    weights /= weights.sum(axis=1, keepdims=True)
    used = np.any(weights != 0, axis=0)
    return weights[:, used], _mirror(indices[:, used], length)


def _resize_rows(image, scale):
    return _weighted_rows(image, *contributions(image.shape[0], scale))


def _resize_columns(image, scale):
    return _turned(_resize_rows(_turned(image), scale))


def _turned(image):
    """Rows and columns exchanged, for whole rows are taken faster than single pixels."""
    return np.ascontiguousarray(np.swapaxes(image, 0, 1))


def _weighted_rows(image, weights, indices):
    """Every output row as the weighted sum of some input rows, in the image's own float type."""
    floats = image.dtype if image.dtype.kind == "f" else np.float64
    weights = weights.astype(floats).reshape(*weights.shape, *[1] * (image.ndim - 1))
    result = np.zeros((len(weights), *image.shape[1:]), floats)
    for first in range(0, len(weights), 32):  # so few rows stay in the processor's cache
        rows = slice(first, first + 32)
        for tap in range(weights.shape[1]):
            result[rows] += weights[rows, tap] * image[indices[rows, tap]]
    return np.floor(np.clip(result, 0, 255) + 0.5).astype(np.uint8) if image.dtype == np.uint8 else result


def _mirror(indices, length):
    """Reflect indices at the edges, the edge pixel repeated: -1 -> 0, -2 -> 1, length -> length - 1."""
    indices = indices % (2 * length)
    return np.where(indices < length, indices, 2 * length - 1 - indices)
