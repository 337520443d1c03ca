"""Notebook 09: other right answers, random arguments, wrong answers with a piece of their sentence."""

import time

import numpy as np

from sr_helpers import images, resize, upscale
from sr_helpers.checks.engine import Case
from sr_helpers.checks.n09_real_photos_and_video import _upscaler, _watched


def colour(y, lr, s, chroma=lambda c: c, clip=True):
    ycbcr = resize.bicubic(images.rgb_to_ycbcr(lr), s)
    ycbcr = np.concatenate([y[..., None], chroma(ycbcr[..., 1:])], axis=2)
    rgb = images.ycbcr_to_rgb(ycbcr)
    return rgb.clip(0, 1) if clip else rgb


def luma_put_in(y, lr, s):
    ycbcr = images.rgb_to_ycbcr(resize.bicubic(lr, s))
    ycbcr[..., 0] = y
    return np.minimum(1, np.maximum(0, images.ycbcr_to_rgb(ycbcr)))


def by_indices(image, top, left, tile, halo):
    rows, columns = (
        range(max(0, at - halo), min(side, at + tile + halo)) for at, side in zip((top, left), image.shape, strict=True)
    )
    return image[np.ix_(rows, columns)], min(top, halo), min(left, halo)


def with_ifs(image, top, left, tile, halo):
    y = halo if top >= halo else top
    x = halo if left >= halo else left
    return [image[top - y : top + tile + halo, left - x : left + tile + halo], y, x]


def block_of(*arguments):
    return by_indices(*arguments)[0]


def with_while(process, frames, clock=time.perf_counter):
    process(frames[0])
    done, before = 0, clock()
    while done < len(frames):
        process(frames[done])
        done += 1
    return done / (clock() - before)


def summed(process, frames, clock=time.perf_counter):
    process(frames[0])
    total = 0
    for frame in frames:
        before = clock()
        process(frame)
        total += clock() - before
    return len(frames) / total


def own_clock(process, frames, clock=time.perf_counter):
    process(frames[0])
    start = time.perf_counter()
    for frame in frames:
        process(frame)
    return len(frames) / (time.perf_counter() - start)


def emptied(process, frames, clock=time.perf_counter):
    process(frames[0])
    start, count = clock(), len(frames)
    while frames:
        process(frames.pop(0))
    return count / (clock() - start)


def by_transposes(upscaler, lr):
    total = 0
    for rows in (1, -1):
        for columns in (1, -1):
            laid = lr[::rows, ::columns]
            total = total + upscaler(laid)[::rows, ::columns] + upscaler(laid.T).T[::rows, ::columns]
    return total / 8


def upside_down(upscaler, lr):
    ways = [lambda a, k=k: np.rot90(a, k) for k in range(4)]
    there = [np.rot90(upscaler(way(lr)), 4 - k) for k, way in enumerate(ways)]
    back = [np.flipud(np.rot90(upscaler(way(np.flipud(lr))), 4 - k)) for k, way in enumerate(ways)]
    return sum(there + back) / 8


def drawn_picture(rng):
    s, (h, w) = int(rng.integers(2, 5)), rng.integers(1, 5, 2)
    return rng.random((h * s, w * s)), rng.random((h, w, 3)), s


def drawn_tile(rng):
    image, tile = rng.random(rng.integers(4, 20, 2)), int(rng.integers(1, 6))
    top, left = (int(rng.integers(0, -(-side // tile))) * tile for side in image.shape)
    return image, top, left, tile, int(rng.integers(0, 6))


def drawn_watch(rng):
    make = _watched(float(rng.uniform(1, 3)), float(rng.uniform(0.1, 1)), list(range(int(rng.integers(1, 6)))))
    return Case(lambda: (make(), {}))


RIGHT = {
    "in_colour": [colour, luma_put_in],
    "tile_with_halo": [by_indices, with_ifs, upscale.tile_with_halo],
    "frames_per_second": [with_while, summed],
    "self_ensemble": [by_transposes, upside_down],
}
DRAW = {
    "in_colour": drawn_picture,
    "tile_with_halo": drawn_tile,
    "frames_per_second": drawn_watch,
    "self_ensemble": lambda rng: (
        _upscaler(int(rng.integers(1, 4)), int(rng.integers(99))),
        rng.random(rng.integers(1, 6, 2)),
    ),
}
WRONG = {
    "in_colour": [
        (lambda y, lr, s: colour(y, lr, s)[1:], "wanted shape"),
        (lambda y, lr, s: colour(y, lr, s, lambda c: 0.9 * c), "the luma is right, the chroma is not"),
        (lambda y, lr, s: colour(y, lr, s, lambda c: np.clip(c, 0.2, 0.8)), "the luma is right, the chroma is not"),
        (lambda y, lr, s: colour(0.9 * y, lr, s), "wanted"),
        (lambda y, lr, s: np.dstack([y, images.rgb_to_ycbcr(lr)[..., 1:]]), "raised ValueError"),
        (lambda y, lr, s: colour(y, lr, s).tolist(), "wrap it in np.array"),
        (lambda y, lr, s: colour(y, lr, s).astype(np.float16), "half"),
        (lambda y, lr, s: images.ycbcr_to_rgb(y), "raised"),
        (lambda y, lr, s: colour(np.add(y, 1, out=y) - 1, lr, s), "changes its argument `y_sr` in place"),
        (lambda y, lr, s: y, "wanted shape (4, 6, 3), got shape (4, 6)"),
    ],
    "tile_with_halo": [
        (block_of, "wanted 3 things, got an array"),
        (lambda i, t, x, n, h: (block_of(i, t, x, n, h + 1), min(t, h), min(x, h)), "wanted shape"),
        (lambda i, t, x, n, h: (block_of(i, t, x, n, h), (min(t, h), min(x, h))), "wanted 3 things, got a tuple of 2"),
        (lambda i, t, x, n, h: (block_of(i, t, x, n, h), min(t, h) / 1, min(x, h) / 1), "wanted a whole number"),
        (lambda i, t, x, n, h: (i[t - h / 2 :], 0, 0), "raised TypeError"),
        (lambda i, t, x, n, h: (block_of(i, t, x, n, h).T, min(t, h), min(x, h)), "wanted shape"),
        (lambda i, t, x, n, h: (0 * block_of(i, t, x, n, h), min(t, h), min(x, h)), "wanted"),
        (lambda i, t, x, n, h: (block_of(i, t, x, n, h).tolist(), min(t, h), min(x, h)), "wrap it in np.array"),
        (lambda i, t, x, n, h: (np.multiply(i, 2, out=i), 0, 0), "changes its argument `image` in place"),
    ],
    "frames_per_second": [
        (lambda p, f, c=time.perf_counter: 1.0, "never called"),
        (lambda p, f, c=time.perf_counter: 60 + 0 * with_while(p, f, c), "wanted"),
        (own_clock, "not a clock of your own"),
        (emptied, "changes its argument `frames` in place"),
        (lambda p, f, c=time.perf_counter: f"{with_while(p, f, c)}", "wanted one number"),
        (lambda p, f, c=time.perf_counter: round(with_while(p, f, c)), "wanted"),
        (lambda p, f, c=time.perf_counter: with_while(p, f, c) * 1000, "wanted"),
        (lambda p, f, c=time.perf_counter: with_while(p[0], f, c), "raised TypeError"),
        (lambda p, f, c=time.perf_counter: with_while(p, f, c()), "raised TypeError"),
        (lambda p, f, c=time.perf_counter: len(f) / (c() - p(f[0])), "return one number"),
    ],
    "self_ensemble": [
        (lambda u, lr: by_transposes(u, lr)[1:], "wanted shape"),
        (lambda u, lr: list(by_transposes(u, lr)), "wanted one NumPy array"),
        (lambda u, lr: sum(u(np.rot90(lr, k)) for k in range(8)) / 8, "wanted"),
        (lambda u, lr: by_transposes(u, lr) * 1.1, "1.1 times"),
        (lambda u, lr: np.round(by_transposes(u, lr), 2), "rounded to 2 digits"),
        (lambda u, lr: by_transposes(lr, u), "raised TypeError"),
        (lambda u, lr: by_transposes(u, lr).astype(np.float16), "half"),
        (lambda u, lr: (by_transposes(u, lr) + u(lr)) / 2, "wanted"),
        (lambda u, lr: np.mean([by_transposes(u, lr)] * 8), "that is one number"),
    ],
}
