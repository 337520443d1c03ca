"""How close is an estimate to the original? PSNR, SSIM, and a table over a set. Derived in notebook 03."""

import math
import numbers
import warnings
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from sr_helpers import arrays, images, resize

__all__ = ["Scores", "check_pictures", "evaluate", "psnr", "ssim"]

WINDOW = 11  # side of SSIM's window in pixels
OVERSHOOT = 10  # a network may go far beyond 0..1 where its LR is of a kind that it never learned


def psnr(reference: np.ndarray, estimate: np.ndarray, peak: float = 1.0, border: int = 0) -> float:
    """Peak signal-to-noise ratio in dB; higher is better. Derived in notebook 03.

    Both images share one shape, (H, W) or (H, W, 3), and the range 0..peak. `border` pixels are
    ignored on every side, as papers do. Identical images give `inf`.
    Raises ValueError for different shapes, a range that is not 0..peak, or a border that leaves nothing.

    >>> print(f"{psnr(np.array([[10, 20]]), np.array([[11, 19]]), peak=255):.2f}")
    48.13
    """
    reference, estimate = _comparable(reference, estimate, peak, border)
    mean_squared_error = np.mean((reference - estimate) ** 2)
    return math.inf if mean_squared_error == 0 else float(10 * np.log10(peak**2 / mean_squared_error))


def ssim(reference: np.ndarray, estimate: np.ndarray, peak: float = 1.0, border: int = 0) -> float:
    """Structural similarity, at most 1; higher is better. Same arguments and errors as `psnr`.

    As in Wang et al. 2004: 11x11 Gaussian window of sigma 1.5, K1 = 0.01, K2 = 0.03, the mean over all
    windows that lie inside. Computed by scikit-image. Sides must be at least 11 pixels inside the border.

    >>> round(ssim(np.eye(20), np.eye(20)), 3)
    1.0
    """
    from skimage.metrics import structural_similarity  # a second to import, and psnr needs none of it

    reference, estimate = _comparable(reference, estimate, peak, border)
    if min(reference.shape[:2]) < WINDOW:
        raise ValueError(f"SSIM needs at least 11x11 pixels inside the border, got {reference.shape[:2]}")
    return float(
        structural_similarity(
            reference,
            estimate,
            data_range=peak,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            channel_axis=2 if reference.ndim == 3 else None,
        )
    )


class Scores(dict):
    """What `evaluate` returns: read it as a dict, scores["psnr"], or by attribute, scores.psnr; printed, a table."""

    def __getattr__(self, name):
        if name not in self:
            raise AttributeError(f"scores have {', '.join(self)}, not {name!r}")
        return self[name]

    def table(self, title: str = "") -> str:
        """A line a picture, then the means: PSNR in dB, SSIM; `title` names the set."""
        lines = [f"  {row['name']:<24}{row['psnr']:>8.2f}{row['ssim']:>9.4f}" for row in self["images"]]
        label = f"{title}, mean of {self['n']}".removeprefix(", ")
        lines.append(f"{label:<26}{self['psnr']:>8.2f}{self['ssim']:>9.4f}")
        if self.identical and math.isfinite(self["psnr"]):
            lines.append(f"  the mean PSNR leaves out {', '.join(self.identical)}: equal to the original")
        return "\n".join(lines)

    @property
    def identical(self):
        """Names of the pictures whose estimate equals the original: their PSNR is infinite."""
        return [row["name"] for row in self["images"] if math.isinf(row["psnr"])]

    def __repr__(self):
        return self.table()


def evaluate(
    upscaler: Callable[[np.ndarray], np.ndarray],
    pictures: Mapping[str, np.ndarray] | Iterable[np.ndarray],
    scale: int,
    *,
    convention: str = "classic",
    channels: int = 1,
    degradation: str = "bicubic",
    quality: int | None = None,
) -> Scores:
    """Mean PSNR (dB) and SSIM of `upscaler` over `pictures`, on luma, `scale` pixels shaved off each side.

    `upscaler` maps LR (h, w) float32 in 0..1 to (h*scale, w*scale), floats in 0..1 or uint8; with channels=3 it
    maps (h, w, 3) likewise. `pictures` is a dict name -> uint8 picture, or a list, named by number. The protocol's
    two conventions and the degradations are described in `resize.make_pair`; `quality` is that of all `jpeg` LR, 60
    unless given. The mean of the images' PSNRs is taken, never the PSNR of the mean error; a picture whose estimate
    equals the original (a flat one) has an infinite PSNR and is left out of that mean, with a warning.
    Returns `Scores`: n, psnr, ssim, and images, a list of {"name", "psnr", "ssim"}.
    Raises ValueError before the first picture is measured when `upscaler` is no function, or one of the pictures is no
    uint8 picture or too small for SSIM; and for a result of `upscaler` that has the wrong size, axes or range, with
    the picture's name and the fix.

    >>> scores = evaluate(lambda lr: lr.repeat(2, axis=0).repeat(2, axis=1), [np.eye(20, dtype=np.uint8) * 255], 2)
    >>> print(f"{scores.psnr:.2f} dB, as {scores['psnr']:.2f}; {scores.n} picture")
    14.77 dB, as 14.77; 1 picture
    """
    if not callable(upscaler):
        raise ValueError(f"the upscaler must be a function from LR to SR, got a {type(upscaler).__name__}")
    if degradation == "jpeg" and quality is None:
        quality = resize.EVALUATION_QUALITY
    resize.check_form(scale, channels=channels, convention=convention, degradation=degradation, quality=quality)
    pictures = check_pictures(pictures, scale)
    rows = []
    for number, (name, picture) in enumerate(pictures.items()):
        form = {"convention": convention, "degradation": degradation, "seed": number, "quality": quality}
        lr, hr = resize.make_pair(picture, scale, channels=channels, **form)
        sr = _estimate(upscaler, lr, hr.shape, name)
        if convention == "modern":
            reference, estimate = _modern_luma(picture, sr, scale, form)
        else:
            reference, estimate = (_rounded_luma(hr), _rounded_luma(sr))
        row = {"psnr": psnr(reference, estimate, border=scale), "ssim": ssim(reference, estimate, border=scale)}
        rows.append({"name": name} | row)
    finite = [row["psnr"] for row in rows if math.isfinite(row["psnr"])]
    means = {
        "psnr": float(np.mean(finite)) if finite else math.inf,
        "ssim": float(np.mean([row["ssim"] for row in rows])),
    }
    scores = Scores({"n": len(rows)} | means | {"images": rows})
    if scores.identical and finite:
        names = ", ".join(scores.identical)
        warnings.warn(f"the mean PSNR leaves out {names}: equal to the original, so infinite", stacklevel=2)
    return scores


def check_pictures(pictures: Mapping[str, np.ndarray] | Iterable[np.ndarray], scale: int) -> Mapping[str, np.ndarray]:
    """The pictures for `evaluate`, as a dict name -> picture, when all of them can be measured at this scale.

    Raises ValueError, with the picture's name and the fix, for one that is no uint8 picture or too small for SSIM.

    >>> list(check_pictures([np.zeros((20, 30), np.uint8)], 3))
    ['0']
    """
    pictures = arrays.named(pictures)
    if not pictures:
        raise ValueError("there is no picture to evaluate on")
    for name, picture in pictures.items():
        label = f"the picture {name}"
        arrays.check_uint8(picture, label)
        height, width = np.shape(picture)[:2]
        if min(side - side % scale - 2 * scale for side in (height, width)) < WINDOW:
            raise ValueError(
                f"{label} is too small for scale {scale}: of its {height}x{width} pixels, SSIM needs "
                f"11x11 inside a border of {scale}; leave it out"
            )
    return pictures


def _estimate(upscaler, lr, shape, name):
    """What `upscaler` makes of a copy of LR, as a float picture clipped to 0..1 and of `shape`, after all checks."""
    label = f"the result for {name}"
    try:
        result = upscaler(lr.copy())
    except Exception as error:  # whatever an experimenter's function raises: its traceback is kept below ours
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        fix = "; a Keras model takes batches: pass upscale.luma_upscaler(model)" if hasattr(upscaler, "predict") else ""
        raise ValueError(f"the upscaler failed on {name}, LR of shape {lr.shape} ({reason}){fix}") from error
    if result is None:
        raise ValueError(f"{label} is None: does the upscaler return its picture?")
    sr = arrays.of(result, label)
    if sr.ndim == 3 and sr.shape[2] == 1 and len(shape) == 2:
        sr = sr[..., 0]  # (H, W, 1), as networks give it
    if sr.shape != shape:
        batch = sr.ndim == 4 or sr.shape[1:] == shape
        hint = ": axis 0 is a batch; return its picture, result[0]" if batch else ""
        raise ValueError(f"{label} has shape {sr.shape}, the original {shape}{hint}")
    if sr.dtype in (np.uint8, np.uint16):
        sr = images.to_float(sr)
    arrays.check_float(sr, label, slack=OVERSHOOT)
    return np.clip(sr, 0, 1)


def _rounded_luma(image):
    """`classic`: luma in 8-bit steps; an RGB estimate is first rounded as if it had been saved."""
    image = images.to_float(images.to_uint8(image))
    return images.to_float(images.to_uint8(images.luma(image))) if image.ndim == 3 else image


def _modern_luma(picture, sr, scale, form):
    """`modern`: both as saved 8-bit RGB pictures, their luma unrounded; a luma estimate gets bicubic chroma."""
    lr, hr = resize.make_pair(picture, scale, channels=3, **form)
    if sr.ndim == 2:
        chroma = resize.bicubic(images.rgb_to_ycbcr(lr)[..., 1:], scale)
        sr = images.ycbcr_to_rgb(np.dstack([sr, chroma]))
    return images.luma(hr), images.luma(images.to_float(images.to_uint8(sr)))


def _comparable(reference, estimate, peak, border):
    """Both as float64 without their border, after the checks that catch the usual slips."""
    pair = [arrays.of(image) for image in (reference, estimate)]
    if pair[0].shape != pair[1].shape:
        raise ValueError(f"the images differ in shape: {pair[0].shape} and {pair[1].shape}")
    arrays.check_shape(pair[0])
    if not isinstance(border, numbers.Integral) or border < 0 or 2 * border >= min(pair[0].shape[:2]):
        raise ValueError(f"a border of {border!r} leaves nothing of an image of shape {pair[0].shape}")
    for image in pair:
        _check_peak(image, peak)
    if (
        peak > 1
        and max(image.max() for image in pair) > 1
        and any(i.dtype.kind == "f" and 0 < i.max() <= 1 for i in pair)
    ):
        raise ValueError(f"one image is 0..1 and the other 0..{peak:g}: use images.to_float on both")
    rows, columns = (slice(border, side - border) for side in pair[0].shape[:2])
    return tuple(image[rows, columns].astype(np.float64) for image in pair)


def _check_peak(image, peak):
    """Raise ValueError, with the fix, unless the values of an image can be those of the range 0..peak."""
    low, high = image.min(), image.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("an image holds NaN or infinite values")
    if not peak > 0:
        raise ValueError(f"the peak must be positive, got {peak}")
    whole = np.iinfo(image.dtype).max if image.dtype in (np.uint8, np.uint16) else peak
    if high > 2 * peak or low < -peak or whole != peak:
        raise ValueError(
            f"images must be 0..{peak:g}, got {image.dtype} values from {low:g} to {high:g}: "
            "use images.to_float (divide by 255), or pass peak=255"
        )
