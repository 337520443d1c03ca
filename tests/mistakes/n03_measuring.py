"""Notebook 03: a right answer written another way, and mistakes with a piece of the message each must get."""

import math

import numpy as np

from sr_helpers import resize

WEIGHTS = np.array([65.481, 128.553, 24.966])


def right_psnr(truth, near, peak=1.0, border=0):
    if truth.shape != near.shape:
        raise ValueError("shapes differ")
    height, width = truth.shape[:2]
    inside = np.s_[border : height - border, border : width - border]
    root = math.sqrt(np.square(truth[inside].astype(float) - near[inside].astype(float)).mean())
    return 20 * math.log10(peak / root) if root else math.inf


def variant(error=lambda t, n: np.mean((t - n) ** 2), decibels=lambda e, peak, t: 10 * np.log10(peak**2 / e), cut=True,
            floats=True, same=math.inf, shapes=True):
    """A PSNR with one thing changed."""

    def psnr(truth, near, peak=1.0, border=0):
        if shapes and truth.shape != near.shape:
            raise ValueError("shapes differ")
        if floats:
            truth, near = truth.astype(float), near.astype(float)
        if border and cut:
            truth, near = truth[border:-border, border:-border], near[border:-border, border:-border]
        value = error(truth, near)
        return same if value == 0 else decibels(value, peak, truth)

    return psnr


def one_side(truth, near, peak=1.0, border=0):
    return right_psnr(truth[border:, border:], near[border:, border:], peak)


def asserting(truth, near, peak=1.0, border=0):
    assert truth.shape == near.shape
    return right_psnr(truth, near, peak, border)


def each(references, estimates, border):
    return [right_psnr(r, e, 1.0, border) for r, e in zip(references, estimates, strict=True)]


def of_mean_error(references, estimates, border):
    errors = [10 ** (-value / 10) for value in each(references, estimates, border)]
    return -10 * math.log10(sum(errors) / len(errors))


def steps(hr, s):
    return resize.bicubic(hr, 1 / s) * 255


CASES = {
    "luma": (
        lambda rgb: np.tensordot(rgb, WEIGHTS, axes=([2], [0])) / 255 + 16 / 255,
        [
            (lambda rgb: 16 + rgb @ WEIGHTS, "in 0..255"),
            (lambda rgb: (16 + rgb[..., ::-1] @ WEIGHTS) / 255, "exchanged"),
            (lambda rgb: rgb @ [0.299, 0.587, 0.114], "full-range"),
            (lambda rgb: rgb @ WEIGHTS / 255, "offset is missing"),
            (lambda rgb: 16 + rgb @ WEIGHTS / 255, "undivided"),
            (lambda rgb: rgb.mean(axis=2), "plain mean"),
            (lambda rgb: rgb[..., 1], "black must become"),
            (lambda rgb: rgb * WEIGHTS, "one number a pixel"),
        ],
    ),
    "psnr": (
        right_psnr,
        [
            (variant(decibels=lambda e, peak, t: 10 * np.log10(e / peak**2)), "upside down"),
            (variant(decibels=lambda e, peak, t: 10 * np.log10(t.max() ** 2 / e)), "own maximum"),
            (variant(decibels=lambda e, peak, t: 10 * np.log(peak**2 / e)), "natural logarithm"),
            (variant(decibels=lambda e, peak, t: 20 * np.log10(peak**2 / e)), "factor of 2"),
            (variant(error=lambda t, n: np.sum((t - n) ** 2)), "added up"),
            (variant(decibels=lambda e, peak, t: 10 * np.log10(peak / e)), "must be squared"),
            (variant(decibels=lambda e, peak, t: 10 * np.log10(1 / e)), "Do you use `peak`"),
            (lambda t, n, peak, border: right_psnr(t[border:-border], n[border:-border], peak) if border else math.nan, "[0:-0]"),
            (asserting, "not AssertionError"),
            (variant(floats=False), "wraps around"),
            (variant(cut=False), "border was not cut"),
            (one_side, "all four sides"),
            (variant(same=100.0), "not 100"),
            (variant(same=-1.0), "not -1"),
            (variant(same=0.0), "not 0"),
            (variant(shapes=False), "different shapes"),
            (variant(error=lambda t, n: np.mean(np.abs(t - n))), "came out as"),
            (lambda truth, near, peak, border: truth[border:-border] - near[border:-border], "must be one number"),
        ],
    ),
    "mean_psnr": (
        lambda references, estimates, border: sum(each(references, estimates, border)) / len(references),
        [
            (of_mean_error, "PSNR of the mean error"),
            (lambda r, e, border: np.mean(each(r, e, 0)), "border was forgotten"),
            (lambda r, e, border: np.mean([right_psnr(a, b, border) for a, b in zip(r, e, strict=True)]), "by name"),
            (lambda r, e, border: right_psnr(np.array(r), np.array(e)), "a list of 3 arrays"),
            (lambda r, e, border: np.sum(each(r, e, border)), "sum of the PSNRs"),
            (lambda r, e, border: each(r, e, border)[0], "inside the loop"),
            (lambda r, e, border: each(r, e, border), "must be one number"),
            (lambda r, e, border: np.max(each(r, e, border)) + 1, "three test pictures"),
        ],
    ),
    "make_lr": (
        lambda hr, s: np.rint(np.clip(steps(hr, s), 0, 255)) / 255.0,
        [
            (lambda hr, s: np.round(np.clip(steps(hr, s), 0, 255)), "values are 0..255"),
            (lambda hr, s: resize.bicubic(hr, 1 / s), "nothing was rounded"),
            (lambda hr, s: np.clip(steps(hr, s), 0, 255).astype(np.uint8) / 255, "cut off, not rounded"),
            (lambda hr, s: np.round(steps(hr, s)) / 255, "so clip to 0..1"),
            (lambda hr, s: np.round(steps(hr, s)).astype(int).astype(np.uint8) / 255, "changed places"),
            (lambda hr, s: np.round(np.clip(steps(hr, s), 0, 255)).astype(np.uint8), "stay a float"),
            (lambda hr, s: np.round(np.clip(resize.bicubic(hr, 1 / s), 0, 1), 2), "steps of 1/255. What"),
            (lambda hr, s: hr[::s, ::s], "not those of the antialiased"),
            (lambda hr, s: np.round(hr * 255) / 255, "must become"),
        ],
    ),
}
