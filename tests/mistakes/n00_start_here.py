"""Notebook 00: a right answer written another way, and mistakes with a piece of the message each must get."""

import numpy as np

CASES = {
    "pixels_kept": (
        lambda scale: np.float64(1) / (scale * scale),
        [
            (lambda s: 1 / s, "forget the width"),
            (lambda s: s**2, "inverse"),
            (lambda s: 1 - 1 / s**2, "lost"),
            (lambda s: 100 / s**2, "percentage"),
            (lambda s: 1 / s**3, "not 0.125"),
            (lambda s: f"{1 / s**2:.1%}", "return one number"),
        ],
    ),
    "enlarge": (
        lambda image, s: image[np.arange(image.shape[0] * s) // s][:, np.arange(image.shape[1] * s) // s],
        [
            (lambda x, s: np.repeat(x, s, axis=0), "same for the columns"),
            (lambda x, s: np.repeat(x, s, axis=1), "same for the rows"),
            (lambda x, s: np.tile(x, (s, s) + (1,) * (x.ndim - 2)), "the whole picture"),
            (lambda x, s: np.kron(x, np.ones((s, s) + (s,) * (x.ndim - 2))), "colours were repeated"),
            (lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1)[::-1], "not where they belong"),
            (lambda x, s: np.repeat(x, s), "must become"),
            (lambda x, s: x, "came back unchanged"),
            (lambda x, s: np.repeat(x, s).reshape(x.shape[0] * s, *x.shape[1:]), "ran on from row to row"),
            (lambda x, s: np.repeat(x, s, axis=0)[::-1], "got (4, 3)"),
            (lambda x, s: x.repeat(s, 0).repeat(s, 1).tolist(), "return one NumPy array"),
        ],
    ),
}
