"""Notebook 09: a right answer written another way, and mistakes with a piece of the message each must get."""

import time

import numpy as np

from sr_helpers import images, resize
from sr_helpers.checks.n09_real_photos_and_video import _full_range_chroma


def colour(y, lr, s, chroma=None, clip=True):
    ycbcr = resize.bicubic(images.rgb_to_ycbcr(lr), s)
    ycbcr[..., 0] = y
    if chroma is not None:
        ycbcr[..., 1:] = chroma(ycbcr[..., 1:])
    rgb = images.ycbcr_to_rgb(ycbcr)
    return np.clip(rgb, 0, 1) if clip else rgb


def padded_tile(image, top, left, tile, halo):
    rows, columns = (range(max(0, at - halo), min(side, at + tile + halo)) for at, side in zip((top, left), image.shape, strict=True))
    return image[np.ix_(rows, columns)], min(top, halo), min(left, halo)


def block_of(image, top, left, tile, halo):
    return padded_tile(image, top, left, tile, halo)[0]


def timed(process, frames, clock, warm_up=True, inside=False, skipped=0, count=lambda n: n):
    start = clock()
    if warm_up:
        process(frames[0])
    start = start if inside else clock()
    for frame in frames[skipped:]:
        process(frame)
    return count(len(frames)) / (clock() - start)


def time_of_each(process, frames, clock):
    process(frames[0])
    for frame in frames:
        start = clock()
        process(frame)
        yield clock() - start


def flip_of(image, k):
    return image[:, ::-1] if k >= 4 else image


def estimates(upscaler, lr, undo=lambda sr, k: flip_of(np.rot90(sr, -k), k), ways=8):
    return [undo(upscaler(np.rot90(flip_of(lr, k), k)), k) for k in range(ways)]


def mean_estimate(*arguments, **options):
    return np.mean(estimates(*arguments, **options), axis=0)


def by_transposes(upscaler, lr):
    total = 0
    for rows in (1, -1):
        for columns in (1, -1):
            laid = lr[::rows, ::columns]
            total = total + upscaler(laid)[::rows, ::columns] + upscaler(laid.T).T[::rows, ::columns]
    return total / 8


CASES = {
    "in_colour": (
        colour,
        [
            (lambda y, lr, s: np.dstack([y, resize.bicubic(images.rgb_to_ycbcr(lr)[..., 1:], s)]), "still luma and chroma"),
            (lambda y, lr, s: colour(y, lr, s, clip=False), "clip"),
            (lambda y, lr, s: colour(y, lr, s, lambda c: c[..., ::-1]), "exchanged"),
            (lambda y, lr, s: colour(y, lr, s, lambda c: np.full_like(c, 0.5)), "no colour"),
            (lambda y, lr, s: np.clip(images.ycbcr_to_rgb(resize.bicubic(images.rgb_to_ycbcr(lr), s)), 0, 1), "where did the network"),
            (lambda y, lr, s: colour(y, lr, s, lambda c: resize.bicubic(_full_range_chroma(lr), s)), "full-range"),
            (lambda y, lr, s: colour(y[::s, ::s], lr, 1), "as small as LR"),
            (lambda y, lr, s: colour(y, lr, s)[1:], "must be"),
            (lambda y, lr, s: np.clip(images.ycbcr_to_rgb(np.dstack([resize.bicubic(images.rgb_to_ycbcr(lr)[..., 1:], s), y])), 0, 1), "luma comes first"),
            (lambda y, lr, s: np.clip(images.ycbcr_to_rgb(np.dstack([y, resize.bicubic(images.rgb_to_ycbcr(lr)[..., :2], s)])), 0, 1), "you took the first two"),
            (lambda y, lr, s: colour(y, lr, s, lambda c: 0.9 * c), "other colours"),
        ],
    ),
    "tile_with_halo": (
        padded_tile,
        [
            (lambda i, t, x, n, h: (i[t - h : t + n + h, x - h : x + n + h], h, h), "Stop at 0"),
            (lambda i, t, x, n, h: (block_of(i, t, x, n, h), h, h), "no room for the whole halo"),
            (lambda i, t, x, n, h: (i[t : t + n, x : x + n], 0, 0), "no halo"),
            (lambda i, t, x, n, h: (i[max(0, t - h) : t + n, max(0, x - h) : x + n], min(t, h), min(x, h)), "below and to the right"),
            (lambda i, t, x, n, h: (block_of(i, t, x, n, h), max(0, t - h), max(0, x - h)), "where the BLOCK begins"),
            (lambda i, t, x, n, h: block_of(i, t, x, n, h), "three things"),
            (lambda i, t, x, n, h: (block_of(i, x, t, n, h), min(t, h), min(x, h)), "rows first"),
            (lambda i, t, x, n, h: (np.pad(i, h)[t : t + n + 2 * h, x : x + n + 2 * h], h, h), "do not pad"),
            (lambda i, t, x, n, h: (block_of(i, t, x, n, h + 1), min(t, h), min(x, h)), "must hold rows"),
        ],
    ),
    "frames_per_second": (
        timed,
        [
            (lambda p, f, c: timed(p, f, c, warm_up=False), "no warm-up"),
            (lambda p, f, c: timed(p, f, c, inside=True), "inside the measured"),
            (lambda p, f, c: 1 / timed(p, f, c), "turn the fraction round"),
            (lambda p, f, c: timed(p, f, c, count=lambda n: n + 1), "counted among"),
            (lambda p, f, c: len(f) / timed(p, f, c), "time for all frames"),
            (lambda p, f, c: 1.0, "never called"),
            (lambda p, f, c: 60 + 0 * timed(p, f, c), "not 60"),
            (lambda p, f, c: (p(f[0]), timed(p, f, time.perf_counter, warm_up=False))[1], "not a clock of your own"),
            (lambda p, f, c: timed(p, f, c, skipped=1), "time ALL frames"),
            (lambda p, f, c: np.mean([1 / each for each in time_of_each(p, f, c)]), "mean of the single rates"),
            (lambda p, f, c: timed(p, f, c) // 1, "`/`, not `//`"),
            (lambda p, f, c: timed(lambda x: (p(f[0]), p(x)), f, c), "once"),
            (lambda p, f, c: timed(lambda frame: map(p, [frame]), f, c) if p(f[0]) else 0, "something lazy"),
            (lambda p, f, c: 1 / np.median(list(time_of_each(p, f, c))), "after a slow first call"),
        ],
    ),
    "self_ensemble": (
        by_transposes,
        [
            (lambda u, lr: u(lr), "plain estimate"),
            (lambda u, lr: sum(estimates(u, lr)), "sum of the eight"),
            (lambda u, lr: mean_estimate(u, lr, lambda sr, k: sr), "as they lay"),
            (lambda u, lr: mean_estimate(u, lr, lambda sr, k: np.rot90(flip_of(sr, k), -k)), "wrong order"),
            (lambda u, lr: mean_estimate(u, lr, ways=4), "four quarter turns"),
            (estimates, "return one NumPy array"),
            (lambda u, lr: by_transposes(u, lr)[1:], "one picture"),
            (lambda u, lr: mean_estimate(u, lr, lambda sr, k: flip_of(np.rot90(sr, k), k)), "turned ON"),
            (lambda u, lr: mean_estimate(u, lr, lambda sr, k: np.rot90(sr, -k)), "not flipped back"),
            (lambda u, lr: np.median(estimates(u, lr), axis=0), "not the mean of the eight"),
        ],
    ),
}
