"""Notebook 04: other right answers, random arguments, wrong answers with a piece of their sentence."""

import numpy as np

from sr_helpers import resize
from sr_helpers.checks.n04_upscaling_is_convolution import box, tent

PIXELS = np.arange(-2, 3)


def one_by_one(i, scale, kernel):
    return np.array([kernel(np.array([n + 0.5 - (2 * i + 1) / (2 * scale)]))[0] for n in (-2, -1, 0, 1, 2)])


def bank_by_einsum(weights):
    s = len(weights)
    return np.einsum("ir,jc->rcij", weights, weights).reshape(5, 5, 1, s * s)


def bank_by_loops(weights):
    s = len(weights)
    bank = np.zeros((5, 5, 1, s * s))
    for i in range(s):
        for j in range(s):
            bank[:, :, 0, i * s + j] = weights[i][:, None] * weights[j][None, :]
    return bank


def placed(bank, s):
    k = bank.shape[0]
    large = np.zeros((k * s, k * s))
    for i in range(s):
        for j in range(s):
            large[i::s, j::s] = bank[::-1, ::-1, 0, i * s + j]
    return large


def shuffled(bank, s):
    x = np.flip(bank, (0, 1))[:, :, 0]
    height, width, _ = x.shape
    return x.reshape(height, width, s, s, 1).transpose(0, 2, 1, 3, 4).reshape(height * s, width * s, 1)[..., 0]


def in_single_precision(p, y):
    p, y = p.astype(np.float32), y.astype(np.float32)
    return np.linalg.inv(p.T @ p) @ (p.T @ y)


def drawn_tables(rng):
    pixels, outputs = rng.integers(2, 12, 2)
    patches = rng.standard_normal((60, pixels))
    return patches, patches @ rng.random((pixels, outputs)) + rng.random((60, outputs))


def drawn_sub_pixel(rng):
    scale = int(rng.integers(2, 6))
    return int(rng.integers(0, scale)), scale, (box, tent, resize.cubic)[rng.integers(0, 3)]


def drawn_bank(rng):
    size, scale = rng.integers(2, 6), int(rng.integers(2, 5))
    return rng.random((size, size, 1, scale**2)), scale


RIGHT = {
    "phase_weights": [
        one_by_one,
        lambda i, scale, kernel: kernel((i - (scale - 1) / 2) / scale - PIXELS),
        lambda i, scale, kernel: kernel(np.abs(PIXELS - ((i + 0.5) / scale - 0.5))),
    ],
    "filter_bank": [bank_by_einsum, bank_by_loops],
    "least_squares": [
        lambda p, y: np.linalg.lstsq(p, y, rcond=None)[0],
        lambda p, y: np.linalg.pinv(p) @ y,
        lambda p, y: np.linalg.inv(p.T @ p) @ p.T @ y,
        lambda p, y: np.linalg.solve(p.T.dot(p), p.T.dot(y)).astype(np.float32),
        in_single_precision,
    ],
    "transposed_kernel": [placed, shuffled],
}
DRAW = {
    "phase_weights": drawn_sub_pixel,
    "filter_bank": lambda rng: (rng.random((int(rng.integers(2, 6)), 5)),),
    "least_squares": drawn_tables,
    "transposed_kernel": drawn_bank,
}
WRONG = {
    "phase_weights": [
        (lambda i, s, kernel: kernel((PIXELS - ((i + 0.5) * s - 0.5)) / s), "that is 02's formula"),
        (lambda i, s, kernel: kernel(np.arange(-1, 3) - ((i + 0.5) / s - 0.5)), "wanted five weights"),
        (lambda i, s, kernel: list(one_by_one(i, s, kernel)), "wrap it in np.array"),
        (lambda i, s, kernel: kernel((PIXELS - ((i + 0.5) / s - 0.5)) * 0.9), "must sum to 1"),
    ],
    "filter_bank": [
        (lambda w: bank_by_einsum(w) / 2, "it is 0.5 times what is wanted"),
        (lambda w: bank_by_einsum(w)[:, :, 0], "the axis of the one input channel is missing"),
        (lambda w: [np.outer(a, b) for a in w for b in w], "list"),
        (lambda w: bank_by_einsum(w)[:4], "rows, columns, one input, s*s outputs"),
    ],
    "least_squares": [
        (lambda p, y: np.linalg.solve(p.T @ p, y), "a P.T is missing"),
        (lambda p, y: np.linalg.solve(p, y), "no square table"),
        (lambda p, y: np.linalg.inv(p) @ y, "no square table"),
        (lambda p, y: np.linalg.solve(p.T @ p + 9 * np.eye(p.shape[1]), p.T @ y), "mean squared error can be smaller"),
        (lambda p, y: np.linalg.solve(p.T * p, p.T @ y), "multiplies number by number"),
    ],
    "transposed_kernel": [
        (lambda bank, s: shuffled(bank[..., ::-1], s), "too much was flipped"),
        (lambda bank, s: np.roll(placed(bank, s), 1), "the right numbers, in a wrong order"),
        (lambda bank, s: placed(bank, s)[1:], "make one kernel"),
    ],
}
