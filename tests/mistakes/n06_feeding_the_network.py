"""Notebook 06: a right answer written another way, and mistakes with a piece of the message each must get."""

import numpy as np

from sr_helpers import leaks


def square(image, top, left, side):
    return image[top:, left:][:side, :side]


def crop(lr, hr, s, top, left, size):
    return square(lr, top, left, size), square(hr, s * top, s * left, s * size)


def flips_then_transpose(lr, hr, turn, transpose=lambda patch: np.swapaxes(patch, 0, 1)):
    def lay(patch):
        patch = patch[::-1] if turn & 1 else patch
        patch = patch[:, ::-1] if turn & 2 else patch
        return transpose(patch) if turn & 4 else patch

    return lay(lr), lay(hr)


def turned(a, k):
    return np.rot90(np.fliplr(a) if k > 3 else a, k % 4)


def correlations(a, b):
    return [float((leaks.thumbnail(a) * turned(leaks.thumbnail(b), k)).sum()) for k in range(8)]


def no_false(a, b):
    if max(correlations(a, b)) > 0.95:
        return True


def correlation(a, b, orientations):
    return max(correlations(a, b)[k] for k in orientations)


CASES = {
    "crop_pair": (
        crop,
        [
            (lambda lr, hr, s, t, x, n: (square(lr, t, x, n), square(hr, t, x, n * s)), "scale times as far"),
            (lambda lr, hr, s, t, x, n: (square(lr, t, x, n), square(hr, t * s, x * s, n)), "as small as"),
            (lambda lr, hr, s, t, x, n: (square(lr, x, t, n), square(hr, x * s, t * s, n * s)), "swapped"),
            (lambda lr, hr, s, t, x, n: crop(lr, hr, s, t, x, n)[::-1], "exchanged"),
            (lambda lr, hr, s, t, x, n: (square(lr, t, x, n), square(hr, t * s + 1, x * s, n * s)), "must start at row 6"),
            (lambda lr, hr, s, t, x, n: (square(lr, t, x, n), hr[t * s : (t + n) * s, x * s : x * s + n]), "where does it end"),
            (lambda lr, hr, s, t, x, n: square(lr, t, x, n), "two patches"),
            (lambda lr, hr, s, t, x, n: (square(lr, t, x, n + 1), square(hr, t, x, n)), "LR patch must be"),
        ],
    ),
    "random_corner": (
        lambda rng, h, w, n: tuple(int(rng.choice(np.arange(side - n + 1))) for side in (h, w)),
        [
            (lambda rng, h, w, n: (rng.integers(max(h - n, 1)), rng.integers(max(w - n, 1))), "last position"),
            (lambda rng, h, w, n: (rng.integers(h), rng.integers(w)), "sticks out"),
            (lambda rng, h, w, n: (rng.integers(w - n + 1), rng.integers(h - n + 1)), "swapped"),
            (lambda rng, h, w, n: (rng.random() * (h - n), rng.random() * (w - n)), "rng.integers."),
            (lambda rng, h, w, n: [rng.integers(h - n + 1)] * 2, "always the same number"),
            (lambda rng, h, w, n: (min(rng.integers(h), h - n), min(rng.integers(w), w - n)), "equally likely"),
            (lambda rng, h, w, n: (np.random.randint(h - n + 1), np.random.randint(w - n + 1)), "that you were given"),
            (lambda rng, h, w, n: tuple(rng.integers(min(h, w) - n + 1, size=2)), "bound of their own"),
            (lambda rng, h, w, n: rng.integers((h - n + 1) * (w - n + 1)), "two whole numbers"),
            (lambda rng, h, w, n: tuple(np.random.default_rng(0).integers((h - n + 1, w - n + 1))), "no generator of your own"),
            (lambda rng, h, w, n: tuple(rng.integers(min(1, side - n), side - n + 1) for side in (h, w)), "starts at 0 by itself"),
        ],
    ),
    "augment_pair": (
        flips_then_transpose,
        [
            (lambda lr, hr, k: (turned(lr, k), hr), "HR was left"),
            (lambda lr, hr, k: (lr, turned(hr, k)), "LR was left"),
            (lambda lr, hr, k: (turned(lr, k), np.rot90(hr[::-1] if k > 3 else hr, k % 4)), "different ways"),
            (lambda lr, hr, k: (np.rot90(lr, k), np.rot90(hr, k)), "only four ways"),
            (lambda lr, hr, k: tuple(np.rot90(np.flip(p) if k > 3 else p, k) for p in (lr, hr)), "BOTH axes"),
            (lambda lr, hr, k: tuple(np.rot90(p[:, ::-1] if k % 2 else p, k) for p in (lr, hr)), "give the same patch"),
            (lambda lr, hr, k: (turned(hr, k), turned(lr, k)), "changed their shape"),
            (lambda lr, hr, k: tuple(turned(p, (k + 4) % 8) for p in (lr, hr)), "turn 0 must leave"),
            (lambda lr, hr, k: (np.roll(lr, k, 0), np.roll(hr, 3 * k, 0)), "torn apart"),
            (lambda lr, hr, k: flips_then_transpose(lr, hr, k, np.transpose), "(h, w) only"),
        ],
    ),
    "is_copy": (
        lambda a, b: correlation(b, a, range(8)) > 0.9,
        [
            (lambda a, b: a.shape == b.shape and np.array_equal(a, b), "saved as JPEG"),
            (lambda a, b: correlation(a, b, [0]) > 0.95, "mirrored"),
            (lambda a, b: correlation(a, b, [0, 4]) > 0.95, "quarter"),
            (lambda a, b: correlation(a, b, [0, 1, 2, 3, 4]) > 0.95, "flipped AND turned"),
            (lambda a, b: correlation(a, b, range(8)) > -1, "different pictures"),
            (lambda a, b: max(abs(correlation(a, b, [k])) for k in range(8)) > 0.95, "negative"),
            (lambda a, b: correlation(a, b, range(8)) > 0.5, "merely alike"),
            (lambda a, b: correlation(a, b, range(8)), "True or False"),
            (lambda a, b: correlation(a, b, range(8)) / 576 > 0.95, "SUM of the products"),
            (lambda a, b: min(correlations(a, b)) > 0.95, "does the LARGEST"),
            (lambda a, b: max((leaks.thumbnail(a) @ turned(leaks.thumbnail(b), k)).sum() for k in range(8)) > 0.95, "`@` is not `*`"),
            (no_false, "end in a `return`"),
            (lambda a, b: a.shape in (b.shape, b.T.shape) and correlation(a, b, range(8)) > 0.95, "smaller copy"),
        ],
    ),
}
