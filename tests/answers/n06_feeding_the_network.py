"""Notebook 06: right answers written another way, random arguments, wrong answers with a piece of their sentence."""

import math

import numpy as np

from sr_helpers import leaks, patches
from sr_helpers.checks.calling import Case


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


def backwards(lr, hr, turn):
    return [np.rot90(patch if turn % 2 == 0 else patch[::-1], -(turn // 2)) for patch in (lr, hr)]


def turning_in_place(lr, hr, turn):
    answer = patches.augment(lr, turn).copy(), patches.augment(hr, turn).copy()
    lr[...], hr[...] = answer
    return answer


def correlations(a, b):
    return [float((leaks.thumbnail(a) * patches.augment(leaks.thumbnail(b), k)).sum()) for k in range(8)]


def by_distance(a, b):
    return any(np.linalg.norm(leaks.thumbnail(a) - patches.augment(leaks.thumbnail(b), k)) ** 2 < 0.1 for k in range(8))


def returning_in_the_loop(a, b):
    for k in range(8):
        if np.sum(leaks.thumbnail(a) * patches.augment(leaks.thumbnail(b), k)) > 0.95:
            return True
        else:
            return False


def by_differences(bar):
    def decide(a, b):
        left, right = leaks.thumbnail(a), leaks.thumbnail(b)
        return bool(min(np.abs(left - patches.augment(right, k)).sum() for k in range(8)) < bar)

    return decide


def no_false(a, b):
    if max(correlations(a, b)) > 0.95:
        return True


def drawn_crop(rng):
    (height, width), scale, size = rng.integers(5, 9, 2), int(rng.integers(1, 5)), int(rng.integers(1, 5))
    top, left = int(rng.integers(height - size + 1)), int(rng.integers(width - size + 1))
    return rng.random((height, width)), rng.random((height * scale, width * scale)), scale, top, left, size


def drawn_corner(rng):
    size = int(rng.integers(1, 4))
    sides = [size + int(more) for more in rng.integers(0, 5, 2)]
    return Case(lambda: ((np.random.default_rng(3), *sides, size), {}))


def drawn_pictures(rng):
    a, b = (rng.integers(0, 256, (24, 24)).astype(np.uint8) for _ in range(2))
    share = rng.random()
    mixture = (share * a.astype(float) + (1 - share) * b).astype(np.uint8)
    return a, np.ascontiguousarray(patches.augment(mixture, int(rng.integers(8))))


def from_a_list(rng, height, width, size):
    places = [(top, left) for top in range(height - size + 1) for left in range(width - size + 1)]
    return places[rng.integers(len(places))]


RIGHT = {
    "crop_pair": [crop, lambda *case: list(patches.crop_pair(*case))],
    "random_corner": [
        from_a_list,
        lambda rng, h, w, n: tuple(int(rng.choice(np.arange(side - n + 1))) for side in (h, w)),
        lambda rng, h, w, n: (rng.integers(0, h - n, endpoint=True), rng.integers(0, w - n, endpoint=True)),
        lambda rng, h, w, n: rng.integers(0, [h - n + 1, w - n + 1]),
        lambda rng, h, w, n: divmod(int(rng.integers((h - n + 1) * (w - n + 1))), w - n + 1),
    ],
    "augment_pair": [flips_then_transpose, backwards],
    "steps_for_epochs": [
        lambda pixels, epochs, batch, patch: -(-pixels * epochs // (batch * patch * patch)),
        lambda pixels, epochs, batch, patch: int(np.ceil(pixels * epochs / batch / patch / patch)),
    ],
    "is_copy": [
        lambda a, b: max(correlations(b, a)) > 0.95,
        lambda a, b: np.max(correlations(a, b)) >= 0.94,
        by_distance,
    ],
}
DRAW = {
    "crop_pair": drawn_crop,
    "random_corner": drawn_corner,
    "augment_pair": lambda rng: (rng.random((4, 4)), rng.random((8, 8))),
    "steps_for_epochs": lambda rng: (int(rng.integers(1, 10_000)), *rng.integers(1, 9, 3).tolist()),
    "is_copy": drawn_pictures,
}
WRONG = {
    "crop_pair": [
        (lambda lr, hr, s, t, x, n: patches.crop_pair(lr, hr, s, t, min(x, lr.shape[1] - n - 1), n), "at the right"),
        (lambda lr, hr, s, t, x, n: patches.crop_pair(lr, hr, s, min(t, lr.shape[1] - n), x, n), "at the right"),
        (lambda lr, hr, s, t, x, n: square(lr, t, x, n), "wanted 2 things"),
        (
            lambda lr, hr, s, t, x, n: (square(lr, t, x, n + 1), square(hr, t * s, x * s, n * s)),
            "wanted rows 1 to 1, got 1 to 2 (look at their end)",
        ),
        (
            lambda lr, hr, s, t, x, n: (square(lr, t + 1, x, n), square(hr, t * s, x * s, n * s)),
            "the LR patch is wrong",
        ),
        (
            lambda lr, hr, s, t, x, n: (square(lr, t, x, n), square(hr, t * s - 1, x * s, n * s)),
            "the HR patch is wrong",
        ),
        (lambda lr, hr, s, t, x, n: [patch / 255 for patch in crop(lr, hr, s, t, x, n)], "divided by 255"),
        (lambda lr, hr, s, t, x, n: (lr[t : t + n / 1], hr), "`//` divides whole numbers"),
        (lambda lr, hr, s, t, x, n: (lr(t, x), hr(t, x)), "is not callable"),
    ],
    "random_corner": [
        (lambda rng, h, w, n: (rng.random() * (h - n), rng.random() * (w - n)), "positions are whole numbers"),
        (
            lambda rng, h, w, n: (rng.integers(h - n + 1) / 1, rng.integers(w - n + 1) / 1),
            "wanted two whole numbers, got two numbers of type float64",
        ),
        (lambda rng, h, w, n: (rng.integers(h) % (h - n + 1), rng.integers(w) % (w - n + 1)), "`%` folds"),
        (lambda rng, h, w, n: (rng.integers(h - n + 1), rng.integers(w) % (w - n + 1)), "equally likely"),
        (lambda rng, h, w, n: [rng.integers(h - n + 1)] * 2, "hang together"),
        (lambda rng, h, w, n: rng.integers(h - n + 1), "two whole numbers are wanted"),
        (lambda rng, h, w, n: (rng.integers(h - n + 1), 0), "wanted lefts of 0 to 4, got 0 to 0"),
        (lambda rng, h, w, n: (np.random.randint(h - n + 1), np.random.randint(w - n + 1)), "that you were given"),
        (lambda rng, h, w, n: rng(h, w), "is not callable"),
    ],
    "augment_pair": [
        (turning_in_place, "changes its argument `lr` in place"),
        (lambda lr, hr, k: flips_then_transpose(lr, hr, k, np.transpose), "(h, w) only"),
        (lambda lr, hr, k: patches.augment(lr, k), "two patches are wanted"),
        (lambda lr, hr, k: (np.roll(lr, k, 0), np.roll(hr, 2 * k, 0)), "torn apart"),
        (lambda lr, hr, k: tuple(np.rot90(p[:, ::-1] if k > 3 else p) for p in (lr, hr)), "of the eight ways"),
        (lambda lr, hr, k: (patches.augment(lr, k), patches.augment(hr, 7 - k)), "laid in different ways"),
    ],
    "steps_for_epochs": [
        (lambda p, e, b, k: int(p * e / (b * k**2) + 0.9999), "one pixel more than goes in evenly"),
        (
            lambda p, e, b, k: int(np.ceil(np.float32(p * e) / np.float32(b * k**2))),
            "one pixel more than goes in evenly",
        ),
        (lambda p, e, b, k: math.ceil(p * e / (b * k**2)) + 7, "7 too high on every input"),
        (lambda p, e, b, k: e * math.ceil(p / b / k**2), "round once, at the end"),
        (lambda p, e, b, k: np.ceil(p * e / (b * k**2)), "right, but a float"),
        (lambda p, e, b, k: [math.ceil(p * e / (b * k**2))], "wanted one number, got a list"),
        (lambda p, e, b, k: math.ceil(p * e / b, k**2), "raised TypeError"),
        (lambda p, e, b, k: b * k**2 / (p * e), "wanted a whole number"),
    ],
    "is_copy": [
        (returning_in_the_loop, "only the picture as it is counts"),
        (lambda a, b: max(correlations(a, b)) > 0.8, "merely alike"),
        (lambda a, b: max(correlations(a, b)) > 0.98, "a poor copy is missed"),
        (
            lambda a, b: max(correlations(a, b)[k] for k in (0, 1, 2, 3, 4, 5, 6)) > 0.95,
            "turned to the right is missing",
        ),
        (lambda a, b: max(correlations(a, b)), "wanted True or False, got the number"),
        (no_false, "end in a `return`"),
        (lambda a, b: correlations(a, b) > 0.95, "raised TypeError"),
        (by_differences(6.5), "merely alike"),
        (by_differences(2), "a poor copy is missed"),
    ],
}
