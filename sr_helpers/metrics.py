"""How close is an estimate to the original? PSNR, SSIM, and a table over a set. Derived in notebook 03."""

import math

import numpy as np

from sr_helpers import images, resize


def psnr(reference, estimate, peak=1.0, border=0):
    """Peak signal-to-noise ratio in dB; higher is better. Derived in notebook 03.

    Both images share one shape and the range 0..peak. `border` pixels are
    ignored on every side, as papers do. Identical images give `inf`.
    Raises ValueError for different shapes, a range that is not 0..peak, or a border that leaves nothing.
    """
    reference, estimate = _comparable(reference, estimate, peak, border)
    mean_squared_error = np.mean((reference - estimate) ** 2)
    return math.inf if mean_squared_error == 0 else float(10 * np.log10(peak**2 / mean_squared_error))


def ssim(reference, estimate, peak=1.0, border=0):
    """Structural similarity, at most 1; higher is better. Same arguments and errors as `psnr`.

    As in Wang et al. 2004: 11x11 Gaussian window of sigma 1.5, K1 = 0.01, K2 = 0.03, the mean over all
    windows that lie inside. Computed by scikit-image. Sides must be at least 11 pixels inside the border.
    """
    from skimage.metrics import structural_similarity  # a second to import, and psnr needs none of it

    reference, estimate = _comparable(reference, estimate, peak, border)
    if min(reference.shape[:2]) < 11:
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


def evaluate(upscaler, pictures, scale, convention="classic", channels=1, degradation="bicubic"):
    """Mean PSNR and SSIM of `upscaler` over `pictures`, on luma, `scale` pixels shaved off each side.

    `upscaler` maps LR (h, w) float32 in 0..1 to (h*scale, w*scale); with channels=3 it maps (h, w, 3)
    likewise. `pictures` is a dict name -> uint8 picture. The protocol's two conventions are described
    in `resize.make_pair`. The mean of the images' PSNRs is taken, never the PSNR of the mean error.
    Returns {"n", "psnr", "ssim", "images": [{"name", "psnr", "ssim"}]}.
    """
    if not pictures:
        raise ValueError("there is no picture to evaluate on")
    rows = []
    for number, (name, picture) in enumerate(pictures.items()):
        lr, hr = resize.make_pair(picture, scale, channels, convention, degradation, seed=number)
        sr = np.clip(upscaler(lr), 0, 1)
        if convention == "modern":
            reference, estimate = _modern_luma(picture, sr, scale, degradation, number)
        else:
            reference, estimate = (_rounded_luma(hr), _rounded_luma(sr))
        row = {"psnr": psnr(reference, estimate, border=scale), "ssim": ssim(reference, estimate, border=scale)}
        rows.append({"name": name} | row)
    means = {key: float(np.mean([row[key] for row in rows])) for key in ("psnr", "ssim")}
    return {"n": len(rows)} | means | {"images": rows}


def _rounded_luma(image):
    """`classic`: luma in 8-bit steps; an RGB estimate is first rounded as if it had been saved."""
    image = images.to_float(images.to_uint8(image))
    return images.to_float(images.to_uint8(images.luma(image))) if image.ndim == 3 else image


def _modern_luma(picture, sr, scale, degradation, seed):
    """`modern`: both as saved 8-bit RGB pictures, their luma unrounded; a luma estimate gets bicubic chroma."""
    lr, hr = resize.make_pair(picture, scale, 3, "modern", degradation, seed)
    if sr.ndim == 2:
        chroma = resize.bicubic(images.rgb_to_ycbcr(lr)[..., 1:], scale)
        sr = images.ycbcr_to_rgb(np.dstack([sr, chroma]))
    return images.luma(hr), images.luma(images.to_float(images.to_uint8(sr)))


def _comparable(reference, estimate, peak, border):
    """Both as float64 without their border, after the checks that catch the usual slips."""
    reference, estimate = np.asarray(reference, np.float64), np.asarray(estimate, np.float64)
    if reference.shape != estimate.shape:
        raise ValueError(f"the images differ in shape: {reference.shape} and {estimate.shape}")
    if border < 0 or (reference.ndim < 2 and border) or (border and 2 * border >= min(reference.shape[:2])):
        raise ValueError(f"a border of {border} leaves nothing of an image of shape {reference.shape}")
    for image in (reference, estimate):
        if not np.isfinite(image).all():
            raise ValueError("an image holds NaN or infinite values")
        if image.max(initial=0) > 2 * peak or image.min(initial=0) < -peak:
            raise ValueError(
                f"images must be 0..{peak:g}, got values from {image.min():g} to {image.max():g}: "
                "divide by 255, or pass peak=255"
            )
    if border:
        reference, estimate = (image[border:-border, border:-border] for image in (reference, estimate))
    if reference.size == 0:
        raise ValueError("the images are empty")
    return reference, estimate
