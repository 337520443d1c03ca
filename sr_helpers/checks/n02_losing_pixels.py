"""Checks of notebook 02: the crop, the cubic kernel, the weights of a smaller pixel, what shrinking cannot see."""

import numpy as np

from sr_helpers import images, resize
from sr_helpers.checks.verdict import call, close, expect, judge


def crop_to_multiple(function):
    """Check `crop_to_multiple(image, scale)`: drop the last rows and columns so that both sides divide."""

    def examine(learner):
        for shape, scale in (((7, 11), 3), ((8, 9, 3), 2), ((6, 9), 3), ((9, 7), 4)):
            image = np.arange(np.prod(shape)).reshape(shape)
            right = reference(image, scale)
            answer = np.asarray(call(learner, image, scale))
            fits = right.shape == shape
            expect(answer.size > 0, f"a {shape[0]}x{shape[1]} image came back empty: what does a slice like [:-0] keep?")
            expect(
                not (fits and answer.shape != shape),
                f"{shape[0]}x{shape[1]} fits scale {scale} already: nothing may be cut off then.",
            )
            expect(
                answer.shape[:2] != (right.shape[0], shape[1]) or right.shape[1] == shape[1],
                "the height is right, the width was not cropped.",
            )
            expect(
                answer.shape[0] <= shape[0] and answer.shape[1] <= shape[1],
                "the image grew: cropping only ever drops pixels, it never pads or resizes.",
            )
            expect(
                answer.shape == right.shape,
                f"a {shape[0]}x{shape[1]} image at scale {scale} must become {right.shape[0]}x{right.shape[1]}, got shape {answer.shape}.",
            )
            down, across = shape[0] - right.shape[0], shape[1] - right.shape[1]
            expect(
                not (down + across and np.array_equal(answer, image[down:, across:])),
                "the top left was cut off: drop the LAST rows and columns instead, the top left stays.",
            )
            expect(
                np.array_equal(answer, right),
                "right size, wrong pixels: the crop starts at the top left corner, not in the middle.",
            )

    def reference(image, scale):
        return images.crop_to_multiple(image, scale)

    reference.__name__ = "crop_to_multiple"
    return judge(function, reference, examine)


def cubic(function):
    """Check `cubic(x)`: Keys' kernel with a = -0.5 on an array of distances."""

    def examine(learner):
        x = np.linspace(-3, 3, 61)  # holds -2, -1, 0, 1 and 2
        right = resize.cubic(x)
        answer = np.asarray(call(learner, x))
        expect(answer.shape == x.shape, f"an array of shape {x.shape} must give one of that shape, got {answer.shape}.")
        if close(answer, right):
            return
        inside, near = np.abs(x) <= 2, np.abs(x) <= 1
        expect(
            not (close(answer[inside], right[inside]) and not close(answer, right)),
            "right up to |x| = 2, but beyond that the kernel is 0: a pixel further away has no say.",
        )
        for a, who in ((-0.75, "OpenCV's"), (-1.0, "the sharpest one"), (0.5, "of the wrong sign")):
            expect(not close(answer[inside], _keys(x, a)[inside]), f"that is a = {a:g}, {who}; MATLAB's and ours is a = -0.5.")
        expect(
            not close(answer[x >= 0], right[x >= 0]),
            "right for positive x only: a distance to the left counts like one to the right.",
        )
        expect(
            not (close(answer[near], right[near])),
            "right up to |x| = 1; between 1 and 2 the second of the two formulas holds.",
        )
        expect(
            close(answer[np.abs(x) == 0], [1.0]),
            "at x = 0 the kernel must be 1: a pixel that lies right on another copies it.",
        )
        expect(False, f"at x = 0.5 it must be 0.5625 and at x = 1.5 it must be -0.0625, got {answer[35]:.4f} and {answer[45]:.4f}.")

    def reference(x):
        return resize.cubic(x)

    reference.__name__ = "cubic"
    return judge(function, reference, examine)


def shrink_weights(function):
    """Check `shrink_weights(n, k, scale)`: the weight of each pixel n in pixel k of the smaller signal."""

    def examine(learner):
        cubic = resize.cubic
        for k, scale in ((0, 2), (4, 3), (7, 4)):
            n = np.arange(-2 * scale, 12 * scale)
            right = reference(n, k, scale)
            answer = np.asarray(call(learner, n, k, scale))
            expect(answer.shape == n.shape, f"one weight for each of the {n.size} pixels is wanted, got shape {answer.shape}.")
            if close(answer, right):
                continue
            expect(
                np.isfinite(answer).all(),
                "the weights are not numbers (NaN): their sum was 0. Was the kernel squeezed? Divide the distance by scale to widen it.",
            )
            centre = (k + 0.5) * scale - 0.5
            slips = {
                "the kernel was not widened: divide the distance by scale, or two of three pixels are never looked at (no antialiasing).": n
                - centre,
                "the pixels' corners were lined up: pixel k covers k*scale ... (k+1)*scale, so its middle lies (scale - 1) / 2 large pixels further.": (
                    n - k * scale
                )
                / scale,
                "half a pixel off: in steps of the large signal the middle is (k + 0.5) * scale - 0.5. Where did the last 0.5 go?": (
                    n - (k + 0.5) * scale
                )
                / scale,
            }
            expect(
                not any(close(answer, f * cubic((n - centre) / scale)) for f in (1, 1 / scale)),
                f"right shape of the kernel, but the weights sum to {answer.sum():.4f}: divide by their sum, or grey changes its shade.",
            )
            for message, distance in slips.items():
                weights = cubic(distance)
                expect(not (close(answer, weights) or close(answer, weights / (weights.sum() or 1))), message)
            expect(
                abs(answer.sum() - 1) < 1e-6, f"the weights must sum to 1, or flat grey changes its shade; they sum to {answer.sum():.4f}."
            )
            expect(
                False,
                f"for k={k}, scale={scale} the weights must balance around position {centre:g}, with {right.max():.4f} as the "
                f"largest; yours balance around {answer @ n:.2f}, with {answer.max():.4f}.",
            )

    def reference(n, k, scale):
        weights = resize.cubic((n - ((k + 0.5) * scale - 0.5)) / scale)
        return weights / weights.sum()

    reference.__name__ = "shrink_weights"
    return judge(function, reference, examine)


def invisible(function):
    """Check `invisible(detail, matrix)`: the part of `detail` (N,) that `matrix` (M, N) maps to zero."""

    def examine(learner):
        rng = np.random.default_rng(0)
        for outputs, inputs in ((4, 12), (5, 10)):
            matrix, detail = rng.standard_normal((outputs, inputs)), rng.standard_normal(inputs)
            right = reference(detail, matrix)
            answer = np.asarray(call(learner, detail, matrix))
            expect(
                answer.shape == right.shape,
                f"a detail of {inputs} pixels must stay one of {inputs} pixels, got shape {answer.shape}.",
            )
            if close(answer, right):
                continue
            expect(
                not close(answer, detail - right),
                "that is the part that the small signal DOES show: take it away from the detail instead.",
            )
            expect(
                not close(answer, detail - matrix.T @ (matrix @ detail)),
                "the transpose is not the way back: here that takes the pseudo-inverse, np.linalg.pinv.",
            )
            expect(not close(answer, detail), "nothing was taken away: shrunk, this detail can still be seen.")
            expect(
                np.abs(answer).max() > 1e-9, "zero is invisible, but it is no detail: keep everything that shrinking cannot see."
            )
            expect(
                not close(matrix @ answer, np.zeros(outputs)),
                "shrinking cannot see it, but more was taken away than was needed.",
            )
            expect(False, f"shrunk, it must be zero everywhere; its largest value is {np.abs(matrix @ answer).max():.3f}.")

    def reference(detail, matrix):
        return detail - np.linalg.pinv(matrix) @ (matrix @ detail)

    reference.__name__ = "invisible"
    return judge(function, reference, examine)


def _keys(x, a):
    """Keys' kernel for any a, without its end at |x| = 2."""
    x = np.abs(x)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x <= 1, near, far)
