"""Notebook 01: a right answer written another way, and mistakes with a piece of the message each must get."""

import numpy as np


def pixel_shuffle_by_loops(x, scale):
    height, width, channels = x.shape
    large = np.zeros((height * scale, width * scale, channels // scale**2), x.dtype)
    for row, column, c in np.ndindex(*large.shape):
        k = (row % scale * scale + column % scale) * large.shape[2] + c
        large[row, column, c] = x[row // scale, column // scale, k]
    return large


def pixel_unshuffle_by_slices(image, scale):
    return np.concatenate([image[i::scale, j::scale] for i in range(scale) for j in range(scale)], axis=2)


def split(x, s):
    return x.reshape(*x.shape[:2], s, s, -1)


def large(x, s):
    return (x.shape[0] * s, x.shape[1] * s, x.shape[2] // s**2)


def small(x, s):
    return (x.shape[0] // s, x.shape[1] // s, x.shape[2] * s**2)


def places_without_colours(x, s):
    out = np.zeros(large(x, s), x.dtype)
    for k in range(s * s):
        out[k // s :: s, k % s :: s] = x[..., k : k + out.shape[2]]
    return out


def rows(x, s):
    return x.reshape(x.shape[0] // s, s, x.shape[1] // s, s, -1)


CASES = {
    "pixel_shuffle": (
        pixel_shuffle_by_loops,
        [
            (lambda x, s: x.reshape(large(x, s)), "Did you skip the transpose"),
            (lambda x, s: split(x, s).transpose(0, 3, 1, 2, 4).reshape(large(x, s)), "swapped"),
            (lambda x, s: split(x, s).transpose(2, 0, 3, 1, 4).reshape(large(x, s)), "one piece"),
            (lambda x, s: x.reshape(*x.shape[:2], -1, s, s).transpose(0, 3, 1, 4, 2).reshape(large(x, s)), "PyTorch"),
            (lambda x, s: pixel_shuffle_by_loops(x, s)[..., 0], "colour axis"),
            (lambda x, s: pixel_shuffle_by_loops(x, s)[::-1], "wrong order"),
            (lambda x, s: x, "must become"),
            (places_without_colours, "right for one colour only"),
            (lambda x, s: pixel_shuffle_by_loops(x, s).tolist(), "return one NumPy array"),
            (lambda x, s: x.reshape(*x.shape[:2], s, s, x.shape[2] / s**2), "divides whole numbers"),
        ],
    ),
    "pixel_unshuffle": (
        pixel_unshuffle_by_slices,
        [
            (lambda x, s: x.reshape(small(x, s)), "Did you skip the transpose"),
            (lambda x, s: rows(x, s).transpose(0, 2, 3, 1, 4).reshape(small(x, s)), "swapped"),
            (lambda x, s: rows(x, s).transpose(0, 2, 4, 1, 3).reshape(small(x, s)), "PyTorch"),
            (
                lambda x, s: x.reshape(s, x.shape[0] // s, s, x.shape[1] // s, -1)
                .transpose(1, 3, 0, 2, 4)
                .reshape(small(x, s)),
                "large tiles",
            ),
            (lambda x, s: pixel_unshuffle_by_slices(x, s)[::-1], "bring back"),
            (lambda x, s: x[::s, ::s], "must become"),
            (lambda x, s: pixel_unshuffle_by_slices(x, s).tolist(), "return one NumPy array"),
            (lambda x, s: x.reshape(x.shape[0] / s, s, x.shape[1] / s, s, -1), "divides whole numbers"),
            (lambda x, s: x.reshape(x.shape[0] // s, x.shape[1] // s, s, s, -1).transpose(0, 2, 1, 3, 4).reshape(small(x, s)), "look at the split"),
        ],
    ),
    "channel_of": (
        lambda i, j, c, scale, colours: int(np.ravel_multi_index((i, j, c), (scale, scale, colours))),
        [
            (lambda i, j, c, s, n: (j * s + i) * n + c, "swapped"),
            (lambda i, j, c, s, n: c * s * s + i * s + j, "PyTorch"),
            (lambda i, j, c, s, n: i * s + j + c, "skip three channels"),
            (lambda i, j, c, s, n: (i * s + j) * n + c + 1, "counted from 0"),
            (lambda i, j, c, s, n: i + j + c, "count along the block"),
            (lambda i, j, c, s, n: i * 6 + j * 3 + c, "not the example's numbers"),
            (lambda i, j, c, s, n: (i + j) * n + c, "how many channels in each"),
            (lambda i, j, c, s, n: ((i * s + j) * n, c), "return one number"),
        ],
    ),
}
