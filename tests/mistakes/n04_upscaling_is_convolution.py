"""Notebook 04: a right answer written another way, and mistakes with a piece of the message each must get."""

import numpy as np

N = np.arange(-2, 3)


def right_weights(i, scale, kernel):
    return np.array([kernel(np.array([n + 0.5 - (2 * i + 1) / (2 * scale)]))[0] for n in (-2, -1, 0, 1, 2)])


def at(i, s):
    return (i + 0.5) / s - 0.5


def bank_by_einsum(weights):
    s = len(weights)
    return np.einsum("ir,jc->rcij", weights, weights).reshape(5, 5, 1, s * s)


def stacked(weights, combine, axis=-1):
    s = len(weights)
    return np.stack([combine(weights[i], weights[j]) for i in range(s) for j in range(s)], axis)


def normal_equations(p, t):
    return np.linalg.solve(p.T @ p, p.T @ t)


def shuffled(bank, s):
    k = bank.shape[0]
    large = np.zeros((k * s, k * s))
    for i in range(s):
        for j in range(s):
            large[i::s, j::s] = bank[:, :, 0, i * s + j]
    return large


CASES = {
    "phase_weights": (
        right_weights,
        [
            (lambda i, s, kernel: right_weights(i, s, kernel)[::-1], "mirrored"),
            (lambda i, s, kernel: kernel(N - i / s), "MIDDLE counts, at scale 3"),
            (lambda i, s, kernel: kernel(N - (i + 0.5) / s), "last 0.5"),
            (lambda i, s, kernel: kernel((N - at(i, s)) / s), "widened"),
            (lambda i, s, kernel: np.maximum(1 - abs(N - at(i, s)), 0), "whichever it is"),
            (lambda i, s, kernel: kernel((N - at(i, s)) * 0.9), "must sum to 1"),
            (lambda i, s, kernel: kernel(N - 0.0), "sub-pixel 0"),
            (lambda i, s, kernel: kernel(np.arange(-1, 3) - at(i, s)), "five weights"),
            (lambda i, s, kernel: list(right_weights(i, s, kernel)), "return one NumPy array"),
            (lambda i, s, kernel: kernel((N - at(i, s)) * s), "multiplied by the scale"),
            (lambda i, s, kernel: kernel(N - (i - 1) / 3), "right at scale 3"),
        ],
    ),
    "filter_bank": (
        bank_by_einsum,
        [
            (lambda w: stacked(w, lambda a, b: np.outer(b, a))[:, :, None], "swapped"),
            (lambda w: stacked(w, np.outer, 0).reshape(5, 5, 1, -1), "reshape scrambled"),
            (lambda w: bank_by_einsum(w)[::-1, ::-1], "half a turn"),
            (lambda w: stacked(w, np.add.outer)[:, :, None], "not added"),
            (lambda w: stacked(w, np.outer), "wanted shape"),
            (lambda w: bank_by_einsum(w) / 2, "wrong numbers"),
        ],
    ),
    "least_squares": (
        normal_equations,
        [
            (lambda p, t: normal_equations(p, t).T, "lying on its side"),
            (lambda p, t: p.T @ t, "P.T @ Y: solve"),
            (lambda p, t: np.linalg.inv(p.T @ p), "inverse of P.T @ P"),
            (lambda p, t: np.linalg.pinv(p), "one column"),
            (lambda p, t: normal_equations(p - p.mean(0), t - t.mean(0)), "means were taken away"),
            (lambda p, t: np.linalg.solve(p.T @ p + 100 * np.eye(p.shape[1]), p.T @ t), "is possible"),
            (lambda p, t: -normal_equations(p, t), "sign"),
            (lambda p, t: np.linalg.lstsq(p, t, rcond=None), "which one is W"),
        ],
    ),
    "transposed_kernel": (
        lambda bank, s: shuffled(np.flip(bank, (0, 1)), s),
        [
            (lambda bank, s: shuffled(bank, s), "not flipped"),
            (lambda bank, s: shuffled(bank, s)[::-1, ::-1], "sub-pixels included"),
            (lambda bank, s: shuffled(bank[::-1], s), "one axis only"),
            (lambda bank, s: shuffled(bank[::-1, ::-1], s).T, "swapped"),
            (lambda bank, s: bank[::-1, ::-1].reshape(bank.shape[0] * s, -1), "reshape is not enough"),
            (lambda bank, s: np.roll(shuffled(bank[::-1, ::-1], s), 1), "wrong order"),
            (lambda bank, s: bank[::-1, ::-1].sum(axis=3), "makes one kernel"),
            (lambda bank, s: shuffled(bank[::-1, ::-1], s)[..., None], "drop the last axis"),
            (lambda bank, s: np.block([[bank[::-1, ::-1, 0, i * s + j] for j in range(s)] for i in range(s)]), "side by side"),
            (lambda bank, s: shuffled(bank[::-1, ::-1, :, np.arange(s * s).reshape(s, s).T.ravel()], s), "read as j*s + i"),
        ],
    ),
}
