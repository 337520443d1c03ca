"""Checks of notebook 03: luma, PSNR, the mean over a set, an LR picture as a file would hold it."""

import math

import numpy as np

from sr_helpers import images, metrics, resize
from sr_helpers.checks.verdict import call, close, expect, judge



def luma(function):
    """Check `luma(rgb)`: (H, W, 3) in 0..1 -> (H, W), BT.601 studio range."""

    def examine(learner):
        rgb = np.random.default_rng(0).random((4, 5, 3))
        rgb[0, 0], rgb[0, 1] = 0, 1
        right = reference(rgb)
        answer = np.asarray(call(learner, rgb))
        expect(answer.shape == (4, 5), f"three colours become one number a pixel, (4, 5, 3) -> (4, 5); got {answer.shape}.")
        if close(answer, right, 1e-5):
            return
        full = rgb @ [0.299, 0.587, 0.114]
        expect(not close(answer, right * 255, 1e-2), "right, but in 0..255: luma is wanted in 0..1 here, so divide by 255.")
        expect(not close(answer, reference(rgb[..., ::-1]), 1e-5), "red and blue are exchanged: the colours come as R, G, B.")
        expect(
            not close(answer, full, 1e-3),
            "that is full-range luma, where black is 0 and white 1. In the literature's, black is 16/255 and white 235/255.",
        )
        expect(not close(answer, right - 16 / 255, 1e-5), "black must be 16/255, not 0: the offset is missing.")
        expect(
            not close(answer, right - 16 / 255 + 16, 1e-4),
            "the offset was added undivided: it is 16 in steps of 1/255, like the other three numbers.",
        )
        expect(
            not close(answer, rgb.mean(axis=2), 1e-5),
            "that is the plain mean of the colours: eyes see green brightest, so each colour has its own weight.",
        )
        expect(
            False,
            f"black must become {16 / 255:.4f} and white {235 / 255:.4f}; got {float(answer[0, 0]):.4f} and {float(answer[0, 1]):.4f}.",
        )

    def reference(rgb):
        return images.luma(rgb)

    reference.__name__ = "luma"
    return judge(function, reference, examine)


def psnr(function):
    """Check `psnr(reference, estimate, peak, border)` in dB."""

    def examine(learner):
        rng = np.random.default_rng(0)
        truth = 0.8 * rng.random((12, 15))
        near = np.clip(truth + 0.1 * rng.standard_normal(truth.shape), 0, 1)
        right = metrics.psnr(truth, near)
        answer = _number(call(learner, truth, near, 1.0, 0))
        expect(not math.isnan(answer), "with border=0 nothing was left of the images: what does a slice like [0:-0] keep?")
        error = np.mean((truth - near) ** 2)
        expect(not _is(answer, -right), "the sign is wrong: a small error must give a high PSNR. Is the fraction upside down?")
        expect(
            not _is(answer, 10 * math.log10(truth.max() ** 2 / error)),
            "the peak is the largest value that is *possible*, given as an argument, not the image's own maximum.",
        )
        expect(not _is(answer, 10 * math.log(1 / error)), "np.log is the natural logarithm; decibels are made of np.log10.")
        expect(
            not (_is(answer, right / 2) or _is(answer, 2 * right)),
            "a factor of 2 is off: 10 * log10 goes with peak**2 and the squared error, 20 * log10 with their roots.",
        )
        expect(
            not _is(answer, 10 * math.log10(1 / np.sum((truth - near) ** 2))),
            "the squared errors were added up; take their mean, or large pictures always lose.",
        )
        expect(_is(answer, right), f"two test images at {right:.2f} dB came out as {answer:.2f} dB.")

        answer = _number(call(learner, 255 * truth, 255 * near, 255.0, 0))
        expect(not _is(answer, 10 * math.log10(255 / (255**2 * error))), "right for peak=1 only: the peak must be squared.")
        expect(_is(answer, right), "right for peak=1 only: floats in 0..255 with peak=255 must give the same dB. Do you use `peak`?")
        whole = [(255 * image).astype(np.uint8) for image in (truth, near)]
        expect(
            _is(_number(call(learner, *whole, 255, 0)), metrics.psnr(*whole, peak=255)),
            "wrong for uint8 images: 3 - 5 is 254 there, it wraps around. Turn both into floats before you subtract.",
        )
        edges = near.copy()
        edges[:, :3], edges[-3:] = 0, 0
        answer = _number(call(learner, truth, edges, 1.0, 3))
        expect(not _is(answer, metrics.psnr(truth, edges)), "the border was not cut off.")
        expect(
            _is(answer, metrics.psnr(truth, edges, border=3)),
            "the border is cut off wrongly: `border` pixels go on all four sides, of both images.",
        )
        answer = _number(call(learner, truth, truth, 1.0, 0))
        expect(answer == math.inf, f"identical images have no error at all: their PSNR is infinite (math.inf), not {answer:g}.")
        answer = None
        try:
            answer = function(truth.copy(), truth[:1].copy(), 1.0, 0)
        except ValueError:
            pass
        except Exception as error:
            expect(False, f"images of different shapes must raise a ValueError, not {type(error).__name__}.")
        expect(
            answer is None,
            "images of different shapes were compared: NumPy stretches the smaller one in silence. Raise a ValueError.",
        )

    def reference(reference, estimate, peak=1.0, border=0):
        return metrics.psnr(reference, estimate, peak, border)

    reference.__name__ = "psnr"
    return judge(function, reference, examine)


def mean_psnr(function):
    """Check `mean_psnr(references, estimates, border)`: one number for a set of pictures."""

    def examine(learner):
        rng = np.random.default_rng(0)
        truth = [rng.random(shape) for shape in ((12, 15), (20, 11), (9, 9))]
        near = [np.clip(t + s * rng.standard_normal(t.shape), 0, 1) for t, s in zip(truth, (0.02, 0.1, 0.3), strict=True)]
        errors = [np.mean((t - n)[2:-2, 2:-2] ** 2) for t, n in zip(truth, near, strict=True)]
        right = reference(truth, near, 2)
        answer = _number(call(learner, truth, near, 2))
        expect(
            not _is(answer, -10 * math.log10(np.mean(errors))),
            "that is the PSNR of the mean error; wanted is the mean of the PSNRs. The worst picture must not decide alone.",
        )
        expect(not _is(answer, reference(truth, near, 0)), "the border was forgotten: pass it on to psnr.")
        expect(
            not _is(answer, reference(truth, near, 0) + 20 * math.log10(2)),
            "`border` landed in `peak`, the third argument of psnr: pass it by name.",
        )
        expect(not _is(answer, right * 3), "that is the sum of the PSNRs: divide by the number of pictures.")
        expect(not _is(answer, float(np.median(-10 * np.log10(errors)))), "that is the median; papers report the mean.")
        single = [_is(answer, -10 * math.log10(error)) for error in errors]
        expect(not any(single), "only one of the pictures was measured. Is the return inside the loop?")
        expect(_is(answer, right), f"three test pictures have a mean of {right:.2f} dB, got {answer:.2f}.")

    def reference(references, estimates, border):
        return float(np.mean([metrics.psnr(r, e, border=border) for r, e in zip(references, estimates, strict=True)]))

    reference.__name__ = "mean_psnr"
    return judge(function, reference, examine)


def make_lr(function):
    """Check `make_lr(hr, scale)`: antialiased bicubic, in steps of 1/255 as a file would hold it."""

    def examine(learner):
        rng = np.random.default_rng(0)
        for shape, scale in (((36, 48), 3), ((24, 40), 2)):
            hr = np.kron(rng.random((shape[0] // 12, shape[1] // 8)) > 0.5, np.ones((12, 8)))  # edges: bicubic overshoots
            hr[:12] *= rng.random((12, shape[1]))
            exact = resize.bicubic(hr, 1 / scale)
            right = reference(hr, scale)
            answer = np.asarray(call(learner, hr, scale))
            expect(
                answer.shape == right.shape, f"{shape[0]}x{shape[1]} at scale {scale} must become {right.shape}, got {answer.shape}."
            )
            expect(
                answer.dtype.kind == "f",
                f"the LR must stay a float image in 0..1, got {answer.dtype}: divide by 255 after rounding.",
            )
            if close(answer, right, 1e-5):
                continue
            expect(not close(answer, right * 255, 1e-2), "the values are 0..255: divide by 255 after rounding.")
            expect(
                not (close(answer, exact, 1e-6) or close(answer, np.clip(exact, 0, 1), 1e-6)),
                "nothing was rounded: a file holds 256 greys, so LR must lie on steps of 1/255.",
            )
            expect(
                not close(answer, np.floor(np.clip(exact, 0, 1) * 255) / 255, 1e-5),
                "the values were cut off, not rounded: every pixel gets darker by half a step. Does astype come before np.round?",
            )
            expect(
                answer.min() >= 0 and answer.max() <= 1,
                f"values from {answer.min():.3f} to {answer.max():.3f}: bicubic overshoots at edges, so clip to 0..1.",
            )
            wrapped = np.round(exact * 255).astype(np.int64).astype(np.uint8) / 255
            expect(
                not close(answer, wrapped, 1e-5),
                "dark and bright pixels changed places: uint8 wraps around beyond 0..255, so clip first.",
            )
            expect(np.abs(answer - right).max() > 0.01, "nearly: but the values do not lie on steps of 1/255. What did you round to?")
            expect(False, "the values are not those of the antialiased bicubic: use resize.bicubic(hr, 1 / scale).")

    def reference(hr, scale):
        return images.to_float(images.to_uint8(resize.bicubic(hr, 1 / scale)))

    reference.__name__ = "make_lr"
    return judge(function, reference, examine)


def _number(answer):
    expect(np.ndim(answer) == 0 and not isinstance(answer, str), f"the answer must be one number, got {type(answer).__name__}.")
    return float(answer)


def _is(answer, value):
    return math.isfinite(answer) and abs(answer - value) < 1e-3
