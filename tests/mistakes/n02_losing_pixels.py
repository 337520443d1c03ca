"""Notebook 02: a right answer written another way, and mistakes with a piece of the message each must get."""

import numpy as np

from sr_helpers import resize


def remainders_cut(image, s):
    return image[: -(image.shape[0] % s), : -(image.shape[1] % s)]


def always_cut(image, s):
    return image[: image.shape[0] - image.shape[0] % s or -s, : (image.shape[1] - 1) // s * s]


def centre_crop(image, s):
    down, across = image.shape[0] % s, image.shape[1] % s
    return image[(down + 1) // 2 :, (across + 1) // 2 :][: image.shape[0] - down, : image.shape[1] - across]


def padded(image, s):
    return np.pad(image, [(0, -side % s) for side in image.shape[:2]] + [(0, 0)] * (image.ndim - 2), "edge")


def keys(x, a):
    x = np.abs(x)
    near, far = (a + 2) * x**3 - (a + 3) * x**2 + 1, a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x <= 1, near, np.where(x <= 2, far, 0))


def pieces(x):
    answer = np.zeros(x.shape)
    for place, value in np.ndenumerate(abs(x)):
        if value < 1:
            answer[place] = 1 + value**2 * (1.5 * value - 2.5)
        elif value < 2:
            answer[place] = -0.5 * (value - 1) * (value - 2) ** 2
    return answer


def weights(distance, sums_to_one=True):
    kernel = resize.cubic(distance)
    with np.errstate(invalid="ignore"):
        return kernel / kernel.sum() if sums_to_one else kernel


def by_matlab(n, k, s):
    """From resize.contributions, as a learner who read the package might."""
    taps, indices = resize.contributions(40 * s, 1 / s)
    shift = 15  # far from the edges, where nothing is mirrored
    answer = np.zeros(n.shape)
    for weight, index in zip(taps[k + shift], indices[k + shift] - shift * s, strict=True):
        answer[n == index] = weight
    return answer


def from_null_space(detail, matrix):
    basis = np.linalg.svd(matrix)[2][matrix.shape[0] :]
    return basis.T @ (basis @ detail)


CASES = {
    "crop_to_multiple": (
        lambda image, s: image[: image.shape[0] // s * s, : image.shape[1] // s * s],
        [
            (remainders_cut, "came back empty"),
            (always_cut, "fits scale"),
            (lambda x, s: x[: x.shape[0] // s * s], "width was not cropped"),
            (padded, "grew"),
            (lambda x, s: x[x.shape[0] % s :, x.shape[1] % s :], "top left was cut off"),
            (centre_crop, "not in the middle"),
            (lambda x, s: x[: x.shape[0] // s, : x.shape[1] // s], "must become"),
        ],
    ),
    "cubic": (
        pieces,
        [
            (lambda x: keys(x, -0.75), "OpenCV"),
            (lambda x: keys(x, -1), "sharpest"),
            (lambda x: keys(x, 0.5), "wrong sign"),
            (lambda x: np.where(np.abs(x) <= 1, resize.cubic(x), keys(np.clip(np.abs(x), 1, 9), -0.5) - (np.abs(x) > 2)), "beyond that"),
            (lambda x: np.where(x >= 0, resize.cubic(x), 0), "positive x only"),
            (lambda x: np.where(np.abs(x) <= 1, resize.cubic(x), 0), "second of the two"),
            (lambda x: np.clip(1 - np.abs(x), 0, 1), "0.5625"),
            (lambda x: resize.cubic(x) / 2, "must be 1"),
        ],
    ),
    "shrink_weights": (
        by_matlab,
        [
            (lambda n, k, s: weights(n - ((k + 0.5) * s - 0.5)), "no antialiasing"),
            (lambda n, k, s: weights((n - k * s) / s), "corners"),
            (lambda n, k, s: weights((n - (k + 0.5) * s) / s), "last 0.5"),
            (lambda n, k, s: weights((n - ((k + 0.5) * s - 0.5)) / s, sums_to_one=False), "divide by their sum"),
            (lambda n, k, s: weights((n - ((k + 0.5) * s - 0.5)) * s), "squeezed"),
            (lambda n, k, s: keys((n - ((k + 0.5) * s - 0.5)) / s, -0.75) / s * 2, "must sum to 1"),
            (lambda n, k, s: weights((n - ((k + 1.5) * s - 0.5)) / s), "balance around"),
        ],
    ),
    "invisible": (
        from_null_space,
        [
            (lambda d, m: np.linalg.pinv(m) @ (m @ d), "DOES show"),
            (lambda d, m: d - m.T @ (m @ d), "pseudo-inverse"),
            (lambda d, m: d, "nothing was taken away"),
            (lambda d, m: 0 * d, "no detail"),
            (lambda d, m: from_null_space(d, m) / 2, "more was taken away"),
            (lambda d, m: d - d.mean(), "largest value"),
            (lambda d, m: m @ d, "must stay"),
        ],
    ),
}
