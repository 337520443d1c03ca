"""Notebook 03: other right answers, random arguments, wrong answers with a piece of their sentence."""

import math

import numpy as np

from sr_helpers import images, metrics, resize
from sr_helpers.checks.engine import case

WEIGHTS = np.array([65.481, 128.553, 24.966])


def psnr_by_roots(truth, near, peak=1.0, border=0):
    if truth.shape != near.shape:
        raise ValueError("shapes differ")
    height, width = truth.shape[:2]
    inside = np.s_[border : height - border, border : width - border]
    root = math.sqrt(np.square(truth[inside].astype(float) - near[inside].astype(float)).mean())
    return 20 * math.log10(peak / root) if root else math.inf


def psnr_in_single_precision(truth, near, peak=1, border=0):
    if np.shape(truth) != np.shape(near):
        raise ValueError("shapes differ")
    error = truth.astype(np.float32) - near.astype(np.float32)
    if border:
        error = error[border:-border, border:-border]
    with np.errstate(divide="ignore"):
        return 10 * np.log10(peak * peak / np.mean(error * error))


def psnr_in_place(reference, estimate, peak=1.0, border=0):
    if reference.shape != estimate.shape:
        raise ValueError("shapes differ")
    error = np.asarray(reference, dtype=float)
    error -= estimate
    error = error[border : error.shape[0] - border, border : error.shape[1] - border]
    return 10 * np.log10(peak**2 / np.mean(error**2)) if error.any() else math.inf


def asserting(truth, near, peak=1.0, border=0):
    assert truth.shape == near.shape
    return psnr_by_roots(truth, near, peak, border)


def rows_only_compared(truth, near, peak=1.0, border=0):
    if len(truth) != len(near):
        raise ValueError("shapes differ")
    error = (truth.astype(float) - near.astype(float))[border : len(truth) - border, border : truth.shape[1] - border]
    return 10 * np.log10(peak**2 / np.mean(error**2)) if error.any() else math.inf


def without_defaults(truth, near, peak, border):
    return psnr_by_roots(truth, near, peak, border)


def each(references, estimates, border):
    return [psnr_by_roots(r, e, 1.0, border) for r, e in zip(references, estimates, strict=True)]


def looped(references, estimates, border):
    total = 0
    for k in range(len(references)):
        total += metrics.psnr(references[k], estimates[k], border=border)
    return total / len(references)


def steps(hr, s):
    return resize.bicubic(hr, 1 / s) * 255


def make_lr_in_place(hr, scale):
    hr *= 255
    return np.round(np.clip(resize.bicubic(hr, 1 / scale), 0, 255)) / 255


def drawn_pair(rng):
    shape = (*rng.integers(8, 14, 2), 3)[: rng.integers(2, 4)]
    peak = float(rng.integers(1, 300))
    return case(peak * rng.random(shape), peak * rng.random(shape), peak, int(rng.integers(0, 4)))


def drawn_set(rng):
    pairs = [(rng.random(shape), rng.random(shape)) for shape in rng.integers(8, 12, (int(rng.integers(1, 6)), 2))]
    return [r for r, _ in pairs], [e for _, e in pairs], int(rng.integers(0, 4))


def drawn_hr(rng):
    scale = int(rng.integers(2, 5))
    return (rng.random((scale * 5, scale * 4)) > 0.5) * rng.uniform(0.6, 1) + 0.0, scale


def psnr_of(error, identical=lambda r, e, mse: mse == 0, refused=lambda r, e, border: r.shape != e.shape):
    """A PSNR with another error, another question for identical images, or another for shapes."""

    def psnr(reference, estimate, peak=1.0, border=0):
        if refused(reference, estimate, border):
            raise ValueError("these images cannot be compared")
        inside = np.s_[border : reference.shape[0] - border, border : reference.shape[1] - border]
        pair = reference[inside], estimate[inside]
        mse = np.mean(error(*pair) ** 2)
        return math.inf if identical(*pair, mse) else 10 * math.log10(peak**2 / mse)

    return psnr


def in_floats(r, e):
    return r.astype(float) - e.astype(float)


def if_uint8(kind):
    return lambda r, e: r.astype(kind) - e.astype(kind) if r.dtype == np.uint8 else in_floats(r, e)


def if_whole(r, e):
    whole = np.issubdtype(r.dtype, np.integer)
    return r.astype(np.int32) - e.astype(np.int32) if whole else in_floats(r, e)


def if_unsigned(r, e):
    return in_floats(r, e) if "u" in (r.dtype.kind, e.dtype.kind) else r - e


def rounding_what_overshoots(hr, s):
    lr = resize.bicubic(hr, 1 / s)
    return np.round(np.clip(lr, 0, 1) * 255) / 255 if lr.max() > 1 or lr.min() < 0 else lr


def luma_of(image):
    return images.luma(image) if image.ndim == 3 else image


RIGHT = {
    "luma": [
        images.luma,
        lambda rgb: np.tensordot(rgb, WEIGHTS, axes=([2], [0])) / 255 + 16 / 255,
        lambda rgb: np.float32(16 / 255) + (rgb.astype(np.float32) * (WEIGHTS / 255).astype(np.float32)).sum(axis=-1),
    ],
    "psnr": [psnr_by_roots, psnr_in_single_precision, psnr_of(in_floats)],
    "mean_psnr": [
        lambda references, estimates, border: sum(each(references, estimates, border)) / len(references),
        looped,
    ],
    "make_lr": [
        lambda hr, s: np.round(np.clip(resize.bicubic(hr, 1 / s), 0, 1) / (1 / 255)) * (1 / 255),
        lambda hr, s: np.ceil(np.clip(resize.bicubic(hr, 1 / s), 0, 1) * 255 - 0.5) / 255,
        lambda hr, s: np.rint(np.clip(steps(hr, s), 0, 255)) / 255.0,
        lambda hr, s: images.to_float(images.to_uint8(resize.bicubic(hr, 1 / s))),
        lambda hr, s: np.clip(steps(hr, s), 0, 255).round().astype(np.uint8) / 255,
    ],
}
DRAW = {
    "luma": lambda rng: (rng.random((*rng.integers(1, 6, 2), 3)),),
    "psnr": drawn_pair,
    "mean_psnr": drawn_set,
    "make_lr": drawn_hr,
}
WRONG = {
    "luma": [
        (lambda rgb: np.round(images.luma(rgb), 4), "rounded to 4 digits"),
        (lambda rgb: images.luma(rgb).astype(np.float16), "got half (float16)"),
        (lambda rgb: images.luma(rgb)[..., None], "the last axis must go"),
        (lambda rgb: rgb @ WEIGHTS[:2], "raised ValueError"),
        (lambda rgb: rgb.sum(axis=2) / 3 * 0.9, "wanted [[0.06275, 0.9216]], got [[0, 0.9]]"),
        (lambda rgb: (16 + rgb @ [65, 129, 25]) / 255, "nearly: compare your numbers"),
        (
            lambda rgb: 16 + 65.481 * rgb[..., 0] + 128.553 * rgb[..., 1] + 24.966 * rgb[..., 2] / 255,
            "last colour alone",
        ),
        (lambda rgb: images.luma(rgb) + 1 / 255, "0.003922 too high"),
    ],
    "psnr": [
        (psnr_in_place, "changes its argument `reference` in place"),
        (asserting, "images of different shapes must raise a ValueError"),
        (rows_only_compared, "images of different shapes must raise a ValueError"),
        (without_defaults, "cannot be called as psnr([[0.25, 0.5]], [[0.5, 0.75]])"),
        (psnr_of(in_floats, lambda r, e, mse: (e - r).sum() == 0), "errors of both signs may add up to 0"),
        (psnr_of(in_floats, lambda r, e, mse: in_floats(r, e).max() == 0), "one pixel may be right beside a wrong one"),
        (psnr_of(in_floats, lambda r, e, mse: in_floats(r, e).min() == 0), "one pixel may be right beside a wrong one"),
        (psnr_of(if_uint8(np.int16)), "turn both images into floats"),
        (psnr_of(if_whole), "turn both images into floats"),
        (psnr_of(if_unsigned), "the squares are too large for these whole numbers"),
        (psnr_of(lambda r, e: in_floats(r, e.astype(r.dtype))), "whole numbers lose what lies behind the point"),
        (psnr_of(in_floats, refused=lambda r, e, _: r.dtype != e.dtype or r.shape != e.shape), "cannot be compared"),
        (
            psnr_of(in_floats, refused=lambda r, e, b: 2 * b >= min(r.shape) or r.shape != e.shape),
            "colours have none",
        ),
        (
            psnr_of(in_floats, refused=lambda r, e, b: r.shape != e[: len(r), : r.shape[1]].shape),
            "NumPy stretches the smaller one",
        ),
        (lambda t, n, peak=1.0, border=0: psnr_by_roots(t, n, peak, min(border, 4)), "the border is wrong"),
        (lambda t, n, peak=1.0, border=0: round(psnr_by_roots(t, n, peak, border), 2), "rounded to 2 digits"),
        (lambda t, n, peak=1.0, border=0: np.float16(psnr_by_roots(t, n, peak, border)), "nearly: nothing"),
        (lambda t, n, peak=1.0, border=0: psnr_by_roots(t, n, peak, border) + 1, "1 too high on every input"),
        (lambda t, n, peak=1.0, border=0: psnr_by_roots(t[:, border:], n[:, border:], peak, 0), "all four sides"),
        (
            lambda *pair, **more: psnr_by_roots(*pair, **more) if psnr_by_roots(*pair, **more) < 40 else math.inf,
            "a small error is not yet none",
        ),
        (lambda t, n, peak=1.0, border=0: t - n, "wanted one number, got an array of shape (1, 2)"),
        (lambda t, n, peak=1.0, border=0: psnr_by_roots(t, n, peak, border) if (t != n).any() else -1.0, "math.inf"),
    ],
    "mean_psnr": [
        (
            lambda r, e, border: looped([luma_of(x) for x in r], [luma_of(x) for x in e], border),
            "a colour picture counts with all its colours",
        ),
        (lambda r, e, border: psnr_by_roots(np.array(r), np.array(e)), "take them one by one"),
        (lambda r, e, border: np.mean(each(r, e[::-1], border)), "in the opposite order"),
        (lambda r, e, border: np.max(each(r, e, border)) + 1, "wanted"),
        (
            lambda r, e, border: np.mean([psnr_by_roots(a, b, border) for a, b in zip(r, e, strict=True)]),
            "landed in `peak`",
        ),
        (lambda r, e, border: np.mean([psnr_by_roots(a, b, 1, border) for a in r for b in e]), "with every other"),
        (lambda r, e, border: np.mean([psnr_by_roots(a, b, 1, border) for a, b in (r, e)]), "of one list"),
        (lambda r, e, border: np.mean([psnr_by_roots(a, e[0], 1, border) for a in r]), "the same estimate"),
        (lambda r, e, border: psnr_by_roots(np.concatenate(r), np.concatenate(e), 1, border), "became one before"),
        (lambda r, e, border: f"{np.mean(each(r, e, border)):.2f} dB", "wanted one number, got the text"),
        (
            lambda r, e, border: (r.clear() if isinstance(r, list) else None) or 1.0,
            "changes its argument `references` in place",
        ),
    ],
    "make_lr": [
        (lambda hr, s: np.round(np.clip(steps(hr, s), 255 * hr.min(), 255 * hr.max())) / 255, "bicubic may overshoot"),
        (rounding_what_overshoots, "a picture without an overshoot is rounded too"),
        (lambda hr, s: np.round(np.clip(steps(hr, min(s, 4)), 0, 255)) / 255, "at whatever scale"),
        (make_lr_in_place, "changes its argument `hr` in place"),
        (lambda hr, s: np.round(np.clip(steps(hr, s), 0, 255)).astype(np.uint8), "divide by 255 after rounding"),
        (lambda hr, s: np.round(np.clip(resize.bicubic(hr, 1 / s), 0, 1)), "np.round(lr) leaves black and white only"),
        (lambda hr, s: np.round(hr * 255) / 255, "as large as before"),
        (lambda hr, s: np.round(np.clip(resize.bicubic(hr, 0.5 / s), 0, 1) * 255) / 255, "12 rows became 2"),
        (lambda hr, s: np.round(np.clip(steps(hr, s), 0, 255)) / 255 * 0.9, "0.9 times what is wanted"),
    ],
}
