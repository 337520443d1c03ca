"""Notebook 01: other right answers, random arguments, wrong answers with a piece of their sentence."""

import numpy as np


def shuffle_by_loops(x, scale):
    height, width, channels = x.shape
    large = np.zeros((height * scale, width * scale, channels // scale**2), x.dtype)
    for row, column, c in np.ndindex(*large.shape):
        k = (row % scale * scale + column % scale) * large.shape[2] + c
        large[row, column, c] = x[row // scale, column // scale, k]
    return large


def shuffle_by_slices(x, scale):
    colours = x.shape[2] // scale**2
    large = np.empty((x.shape[0] * scale, x.shape[1] * scale, colours), np.float32)
    for i in range(scale):
        for j in range(scale):
            large[i::scale, j::scale] = x[..., (i * scale + j) * colours :][..., :colours]
    return large


def unshuffle_by_slices(image, scale):
    return np.concatenate([image[i::scale, j::scale] for i in range(scale) for j in range(scale)], axis=2)


def unshuffle_by_swapping(image, scale):
    height, width, colours = image.shape
    x = image.reshape(height // scale, scale, width // scale, scale, colours).swapaxes(1, 2)
    return x.reshape(height // scale, width // scale, -1)


def drawn(rng, unshuffled):
    (height, width), scale, colours = rng.integers(1, 5, 2), int(rng.integers(1, 5)), int(rng.integers(1, 5))
    shape = (height * scale, width * scale, colours) if unshuffled else (height, width, colours * scale**2)
    return rng.random(shape), scale


RIGHT = {
    "channel_of": [
        lambda i, j, c, scale, colours: int(np.ravel_multi_index((i, j, c), (scale, scale, colours))),
        lambda i, j, c, scale, colours: np.arange(scale * scale * colours).reshape(scale, scale, colours)[i, j, c],
        lambda i, j, c, scale, colours: i * scale * colours + j * colours + c,
    ],
    "pixel_shuffle": [shuffle_by_loops, shuffle_by_slices],
    "pixel_unshuffle": [unshuffle_by_slices, unshuffle_by_swapping],
}
DRAW = {
    "channel_of": lambda rng: (*rng.integers(0, 5, 3).tolist(), *rng.integers(1, 6, 2).tolist()),
    "pixel_shuffle": lambda rng: drawn(rng, unshuffled=False),
    "pixel_unshuffle": lambda rng: drawn(rng, unshuffled=True),
}
WRONG = {
    "channel_of": [
        (lambda i, j, c, s, n: (i * min(s, 4) + j) * n + c, "look at i"),
        (lambda i, j, c, s, n: ((i * s + j) * n + c) % 256, "together"),
        (lambda i, j, c, s, n: ((i * s + j) * n, c), "wanted one number, got a tuple of 2 things"),
        (lambda i, j, c, s, n: float((i * s + j) * n + c), "wanted a whole number, got the float 0"),
        (lambda i, j, c, s, n: (i * s + j) * n + c + 2, "2 too high on every input"),
        (lambda i, j, c, s, n: [(i * s + j) * n + c], "wanted one number, got a list of 1 thing"),
        (lambda i, j, c, s, n: i * s * n + j * n + 2 * c, "look at c: one colour further is one channel further"),
        (lambda i, j, c, s, n: i * s * n + j * s * s + c, "look at j: a step to the right skips one place"),
        (lambda i, j, c, s, n: i * s * n * n + j * n + c, "look at i: a step down skips a row of the block"),
        (lambda i, j, c, s, n: (i + 1) * s * n + j * n + c, "channel 0, you have 6"),
        (lambda i, j, c, s, n: (i * s + j) * (3 if n == 3 else 1) + c, "2 or 4"),
    ],
    "pixel_shuffle": [
        (lambda x, s: np.clip(shuffle_by_loops(x, s), 0, 1), "numbers move, and none changes"),
        (lambda x, s: np.abs(shuffle_by_loops(x, s)), "numbers move, and none changes"),
        (lambda x, s: shuffle_by_loops(x, s) if s < 4 else 0 * shuffle_by_loops(x, s), "0 is left"),
        (lambda x, s: shuffle_by_loops(x, s)[..., 0], "wanted shape"),
        (lambda x, s: shuffle_by_loops(x, s).reshape(x.shape[0] * s, -1), "colour axis"),
        (lambda x, s: shuffle_by_loops(x, s).ravel(), "the last reshape makes three axes"),
        (lambda x, s: shuffle_by_loops(x[..., :1].repeat(x.shape[2], 2), s), "others stand twice"),
        (lambda x, s: shuffle_by_loops(x, s)[::-1], "upside down"),
        (lambda x, s: shuffle_by_loops(x, s)[..., ::-1][::-1, ::-1], "wrong order"),
        (lambda x, s: shuffle_by_loops(x, s).tolist(), "wrap it in np.array"),
        (lambda x, s: x.reshape(*x.shape[:2], s, s, x.shape[2] / s**2), "`//` divides whole numbers"),
        (lambda x, s: x.reshape(1, 1), "raised ValueError: cannot reshape array"),
        (lambda x, s: shuffle_by_loops(x, s).astype(np.uint8), "wanted fractions, got whole numbers (uint8)"),
        (lambda x, s: shuffle_by_loops(x, s).astype(np.float16), "half"),
        (lambda x, s: x[0], "wanted shape"),
        (
            lambda x, s: shuffle_by_loops(x, s).swapaxes(0, 1).reshape(-1, x.shape[0] * s, x.shape[2] // s**2),
            "rows and",
        ),
        (
            lambda x, s: shuffle_by_loops(x, s)[:, ::-1].reshape(x.shape[1] * s, x.shape[0] * s, -1),
            "exchanged in the last",
        ),
        (
            lambda x, s: (
                x.reshape(*x.shape[:2], s, s, -1).transpose(1, 3, 0, 2, 4).reshape(x.shape[0] * s, x.shape[1] * s, -1)
            ),
            "in the order (W, j, H, i, C), slowest first; wanted is (H, i, W, j, C)",
        ),
    ],
    "pixel_unshuffle": [
        (lambda x, s: np.clip(unshuffle_by_slices(x, s), 0, 1), "numbers move, and none changes"),
        (lambda x, s: np.abs(unshuffle_by_slices(x, s)), "numbers move, and none changes"),
        (lambda x, s: unshuffle_by_slices(x, s) if s < 4 else 0 * unshuffle_by_slices(x, s), "0 is left"),
        (lambda x, s: np.concatenate([x[i::s, i::s] for i in range(s)], axis=2), "numbers are missing"),
        (lambda x, s: unshuffle_by_slices(x, s).swapaxes(1, 2), "the axes of the answer are exchanged"),
        (lambda x, s: unshuffle_by_slices(x, s)[None], "the last reshape makes three axes"),
        (lambda x, s: unshuffle_by_slices(x, s)[..., :1].repeat(s * s * x.shape[2], 2), "others stand twice"),
        (lambda x, s: unshuffle_by_slices(x, s)[::-1, ::-1, ::-1], "bring back"),
        (lambda x, s: x.reshape(x.shape[0] / s, s, x.shape[1] / s, s, -1), "`//` divides whole numbers"),
        (lambda x, s: np.round(255 * unshuffle_by_slices(x, s)).astype(np.uint8), "whole numbers (uint8)"),
        (lambda x, s: [x[i::s, j::s] for i in range(s) for j in range(s)], "still a list: np.concatenate"),
        (
            lambda x, s: (
                x.reshape(len(x) // s, s, x.shape[1] // s, s, -1)
                .transpose(0, 3, 1, 2, 4)
                .reshape(len(x) // s, x.shape[1] // s, -1)
            ),
            "in the order (H, j, i, W, C), slowest first; wanted is (H, W, i, j, C)",
        ),
        (lambda x, s: shuffle_by_loops(np.tile(x, s * s), s), "wanted shape"),
    ],
}
