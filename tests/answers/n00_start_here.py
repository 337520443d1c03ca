"""Notebook 00: other right answers, random arguments, wrong answers with a piece of their sentence."""

import numpy as np

RIGHT = {
    "pixels_kept": [
        lambda scale: np.float64(1) / (scale * scale),
        lambda scale: float(scale) ** -2,
        lambda scale: np.array(scale**-2.0),
    ],
    "enlarge": [
        lambda image, s: image[np.arange(image.shape[0] * s) // s][:, np.arange(image.shape[1] * s) // s],
        lambda image, s: np.kron(image, np.ones((s, s) + (1,) * (image.ndim - 2))),
        lambda image, scale: np.repeat(np.repeat(image.astype(np.float32), scale, axis=1), scale, axis=0),
    ],
}
DRAW = {
    "pixels_kept": lambda rng: (int(rng.integers(1, 20)),),
    "enlarge": lambda rng: (rng.random((*rng.integers(1, 6, 2), 3)[: rng.integers(2, 4)]), int(rng.integers(1, 5))),
}
WRONG = {
    "pixels_kept": [
        (lambda s: {1: 1, 2: 0.25, 3: 1 / 9, 4: 1 / 16}[s], "compute it from `scale`, whatever it is"),
        (lambda s: {1: 1, 2: 0.25, 3: 0.111, 4: 0.06, 5: 0.04, 7: 0.02, 10: 0.01}[s], "keep all digits"),
        (lambda s: f"{1 / s**2:.1%}", "wanted one number, got the text '25.0%'"),
        (lambda s: 1 / s ^ 2, "`(lambda s: 1 / s ^ 2"),
        (lambda s: round(1 / s**2, 2), "rounded to 2 digits"),
        (lambda s: [1 / s**2], "wanted one number, got a list of 1 thing"),
        (
            lambda s: 1 / s**2 + (s == 4) / 8,
            "pixels_kept(4): wanted 0.0625, got 0.1875. (Right on 6 of the 7 inputs tried.)",
        ),
        (lambda s: (1, 4), "a tuple of 2 things"),
        (lambda: 0.25, "cannot be called as pixels_kept(2)"),
        (lambda s: 2 / s**2, "2 times what is wanted"),
    ],
    "enlarge": [
        (lambda x, s: np.clip(x, 0, 1).repeat(s, 0).repeat(s, 1), "a pixel keeps its number"),
        (lambda x, s: (x / 255 if x.dtype == np.uint8 else x).repeat(s, 0).repeat(s, 1), "a pixel keeps its number"),
        (lambda x, s: x.repeat(s, 0).repeat(s, 1) + 1e-3, "0.001 too high on every input"),
        (lambda x, s: x.repeat(s, 0).repeat(s, 1) ** 2, "no longer the image's own"),
        (lambda x, s: np.stack([x.repeat(s, 0).repeat(s, 1)] * 3, -1), "has no axis of colours"),
        (lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1)[::-1], "upside down"),
        (lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1).swapaxes(0, 1), "rows and columns exchanged"),
        (lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1)[::-1, :, ...] * 0.5, "no longer the image's own"),
        (lambda x, s: np.repeat(x, s, axis=0)[::-1], "wanted shape (2, 4), got shape (2, 2)"),
        (
            lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1).astype(np.uint8),
            "wanted fractions, got whole numbers (uint8)",
        ),
        (lambda x, s: x.repeat(s, 0).repeat(s, 1).tolist(), "wrap it in np.array"),
        (lambda x, s: np.repeat(x, s, axis=5), "raised AxisError: axis 5 is out of bounds"),
    ],
}
