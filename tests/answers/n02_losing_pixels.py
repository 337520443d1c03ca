"""Notebook 02: other right answers, random arguments, wrong answers with a piece of their sentence."""

import numpy as np

from sr_helpers import images, resize


def pieces(x):
    answer = np.zeros(x.shape)
    for place, value in np.ndenumerate(abs(x)):
        if value < 1:
            answer[place] = 1 + value**2 * (1.5 * value - 2.5)
        elif value < 2:
            answer[place] = -0.5 * (value - 1) * (value - 2) ** 2
    return answer


def with_a(x, a=-0.5):
    x = np.abs(x)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return (x <= 1) * near + ((x > 1) & (x <= 2)) * far


def by_hand(x):
    if x <= 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return 0


def by_matlab(n, k, s):
    """From resize.contributions, as a learner who read the package might."""
    taps, indices = resize.contributions(40 * s, 1 / s)
    shift = 15  # far from the edges, where nothing is mirrored
    answer = np.zeros(n.shape)
    for weight, index in zip(taps[k + shift], indices[k + shift] - shift * s, strict=True):
        answer[n == index] = weight
    return answer / answer.sum()


def by_steps(positions, k, scale):
    middle = np.mean([k * scale, (k + 1) * scale - 1])
    weights = resize.cubic(((positions - middle) / scale).astype(np.float32))
    weights /= np.sum(weights)
    return weights


def changing(positions, k, scale):
    positions -= k * scale
    return by_steps(positions, 0, scale)


def from_null_space(detail, matrix):
    basis = np.linalg.svd(matrix)[2][matrix.shape[0] :]
    return basis.T @ (basis @ detail)


def by_least_squares(detail, matrix):
    return detail - np.linalg.lstsq(matrix, matrix @ detail, rcond=None)[0]


def in_single_precision(detail, matrix):
    detail, matrix = detail.astype(np.float32), matrix.astype(np.float32)
    return detail - np.linalg.pinv(matrix) @ (matrix @ detail)


def drawn_matrix(rng):
    outputs = int(rng.integers(1, 6))
    matrix = np.kron(np.eye(outputs), np.full((1, 3), 1 / 3)) + 0.1 * rng.standard_normal((outputs, 3 * outputs))
    return rng.standard_normal(3 * outputs), matrix


RIGHT = {
    "crop_to_multiple": [
        images.crop_to_multiple,
        lambda image, s: image[: image.shape[0] - image.shape[0] % s, : image.shape[1] - image.shape[1] % s].copy(),
        lambda image, s: np.delete(image, range(image.shape[0] // s * s, image.shape[0]), 0)[
            :, : image.shape[1] // s * s, ...
        ],
    ],
    "cubic": [pieces, with_a, resize.cubic, lambda x: pieces(x).astype(np.float32)],
    "shrink_weights": [by_matlab, by_steps],
    "invisible": [from_null_space, by_least_squares, in_single_precision],
}
DRAW = {
    "crop_to_multiple": lambda rng: (
        rng.random((*rng.integers(5, 12, 2), 3)[: rng.integers(2, 4)]),
        int(rng.integers(1, 6)),
    ),
    "cubic": lambda rng: (rng.uniform(-3, 3, rng.integers(1, 9)),),
    "shrink_weights": lambda rng: (np.arange(-20, 80), int(rng.integers(0, 8)), int(rng.integers(1, 6))),
    "invisible": drawn_matrix,
}
WRONG = {
    "crop_to_multiple": [
        (lambda x, s: x[: x.shape[0] / s * s, : x.shape[1] / s * s], "`//` divides whole numbers"),
        (lambda x, s: np.resize(x, (x.shape[0] // s * s, x.shape[1] // s * s, *x.shape[2:])), "np.resize lets"),
        (lambda x, s: x[: x.shape[0] // s * s, : x.shape[1] // s * s] / 255, "divided by 255"),
        (lambda x, s: x[: x.shape[0] // s * s, : x.shape[1] // s * s].astype(np.float32), "stays uint8"),
        (lambda x, s: x[: x.shape[0] // s * s, : x.shape[1] // s * s].astype(np.uint8), "whole numbers (uint8)"),
        (lambda x, s: x[: x.shape[0] // s * s, : x.shape[1] // s * s].tolist(), "wrap it in np.array"),
        (lambda x, s: x[:6, :9], "the first 2 rows and 4 columns stay; yours is 3 x 4"),
    ],
    "cubic": [
        (by_hand, "`if x <= 1:`, raised ValueError: The truth value of an array"),
        (lambda x: np.where(x <= 1 and x >= -1, 1, 0), "`if`, `and` and `or` decide once for a whole array"),
        (lambda x: 1.5 * x ^ 3, "`^` is no power in Python"),
        (lambda x: with_a(x) / 2, "0.5 times what is wanted"),
        (
            lambda x: np.where(np.abs(x) <= 1, with_a(x), with_a(x) * 2),
            "put a = -0.5 into the second formula once more",
        ),
        (lambda x: np.where(np.abs(x) <= 1, with_a(x) ** 2, with_a(x)), "into the first formula"),
        (lambda x: np.where(x >= 0, with_a(x), 0), "positive x only"),
        (lambda x: np.round(with_a(x), 3), "rounded to 3 digits"),
        (lambda x: float(with_a(x)[0]), "wanted one NumPy array, got the number 0.5625"),
    ],
    "shrink_weights": [
        (changing, "changes its argument `positions` in place"),
        (lambda n, k, s: with_a((n - ((k + 0.5) * s - 0.5)) / s, -0.75) / s * 2, "must sum to 1"),
        (lambda n, k, s: by_steps(n, k + 1, s), "balance around"),
        (lambda n, k, s: by_steps(n, k, s) * 2, "2 times what is wanted"),
        (lambda n, k, s: np.roll(by_steps(n, k, s), 2), "balance around"),
    ],
    "invisible": [
        (lambda d, m: from_null_space(d, m) / 2, "0.5 times what is wanted"),
        (lambda d, m: -from_null_space(d, m), "the sign is turned round"),
        (lambda d, m: from_null_space(d, m) * (np.arange(len(d)) > 0), "shrunk, it must be zero everywhere"),
        (lambda d, m: from_null_space(from_null_space(d, m) + 0.1, m), "not all of the detail"),
        (lambda d, m: d - np.linalg.inv(m) @ (m @ d), "raised LinAlgError"),
        (lambda d, m: d - np.linalg.pinv(m) @ d, "shrink the detail first"),
        (lambda d, m: np.linalg.lstsq(m, m @ d, rcond=None), "wanted one NumPy array, got a tuple"),
    ],
}
