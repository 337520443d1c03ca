"""Checks of notebook 09: colour put back, tiles with a halo, frames per second, the geometric self-ensemble."""

import time

import numpy as np

from sr_helpers import images, patches, resize
from sr_helpers.checks.engine import exercise, fractions


def _in_colour(y_sr, lr_rgb, scale):
    """The network's luma with the LR picture's chroma, enlarged: RGB (H*s, W*s, 3) in 0..1."""
    chroma = resize.bicubic(images.rgb_to_ycbcr(lr_rgb)[..., 1:], scale)
    return np.clip(images.ycbcr_to_rgb(np.dstack([y_sr, chroma])), 0, 1)


def _picture(height, width, scale, seed=0):
    """The luma of SR and a colourful LR: together they ask for colours below 0 and above 1."""
    rng = np.random.default_rng(seed)
    return 0.05 + 0.9 * rng.random((height * scale, width * scale)), rng.random((height, width, 3)), scale


def _ycbcr(lr_rgb, scale):
    return resize.bicubic(images.rgb_to_ycbcr(lr_rgb), scale)


def _of_chroma(change, clip=lambda rgb: np.clip(rgb, 0, 1)):
    """The right picture with another chroma, made from (enlarged chroma, LR, scale)."""

    def in_colour(y_sr, lr_rgb, scale):
        chroma = change(_ycbcr(lr_rgb, scale)[..., 1:], lr_rgb, scale)
        return clip(images.ycbcr_to_rgb(np.dstack([y_sr, chroma])))

    return in_colour


def _of_channels(join, back=lambda ycbcr: np.clip(images.ycbcr_to_rgb(ycbcr), 0, 1)):
    """What comes of other channels, joined from (luma, enlarged Y, Cb and Cr)."""
    return lambda y_sr, lr_rgb, scale: back(np.dstack(join(y_sr, _ycbcr(lr_rgb, scale))))


def _nearest(array, scale):
    return array.repeat(scale, axis=0).repeat(scale, axis=1)


def _luma_is(y_sr, rgb):
    inside = (rgb > 0).all(axis=2) & (rgb < 1).all(axis=2)  # what was clipped has another luma
    return inside.any() and np.abs(images.luma(rgb) - y_sr)[inside].max() < 0.01


def _full_range_chroma(rgb):
    red, green, blue = np.moveaxis(rgb, 2, 0)
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.dstack([0.5 + (blue - y) / 1.772, 0.5 + (red - y) / 1.402])


NO_CLIP = "values beyond 0..1 are left: clip last, or bright colours wrap around when the file is written."

in_colour = exercise(
    _in_colour,
    cases=[_picture(2, 3, 2), _picture(6, 9, 3, 1), _picture(8, 5, 2, 2), _picture(4, 4, 4, 3)],
    slips=[
        (_of_chroma(lambda chroma, *_: chroma, clip=lambda rgb: rgb), NO_CLIP),
        (_of_chroma(lambda chroma, *_: chroma, clip=lambda rgb: np.maximum(rgb, 0)),
         "values above 1 are left: clip to 0..1."),
        (_of_chroma(lambda chroma, *_: chroma, clip=lambda rgb: np.minimum(rgb, 1)),
         "values below 0 are left: clip to 0..1."),
        (_of_channels(lambda y, ycbcr: [ycbcr[..., 1:], y]),
         "luma comes first: Y, Cb, Cr is the order of images.ycbcr_to_rgb."),
        (_of_channels(lambda y, ycbcr: [y, ycbcr[..., :2]]),
         "the last two channels are the chroma; you took the first two."),
        (_of_channels(lambda y, ycbcr: [y, ycbcr[..., 1:]], back=lambda ycbcr: ycbcr),
         "that is still luma and chroma: turn it back with images.ycbcr_to_rgb."),
        (_of_channels(lambda y, ycbcr: [y, ycbcr[..., 1:]], lambda ycbcr: np.clip(images.rgb_to_ycbcr(ycbcr), 0, 1)),
         "turned the same way once more: back goes images.ycbcr_to_rgb."),
        (_of_channels(lambda y, ycbcr: [ycbcr]),
         "the luma is the enlarged LR's: where did the network's `y_sr` go?"),
        (_of_channels(lambda y, ycbcr: [(y + ycbcr[..., 0]) / 2, ycbcr[..., 1:]]),
         "the luma is half the enlarged LR's: take the network's `y_sr` alone."),
        (lambda y_sr, lr_rgb, scale: np.dstack([y_sr, y_sr, y_sr]), "the picture has no colour: where is LR's chroma?"),
        (_of_chroma(lambda chroma, lr, scale: resize.bicubic(lr, scale)[..., 1:]),
         "green and blue were taken for chroma: turn LR into Y, Cb, Cr first, images.rgb_to_ycbcr."),
        (_of_chroma(lambda chroma, *_: chroma[..., ::-1]), "Cb and Cr are exchanged: blue became red."),
        (_of_chroma(lambda chroma, *_: np.full_like(chroma, 0.5)), "the picture has no colour: chroma 0.5 is grey."),
        (_of_chroma(lambda chroma, *_: np.full_like(chroma, 128 / 255)),
         "the picture has no colour: where is LR's chroma?"),
        (_of_chroma(lambda chroma, *_: np.zeros_like(chroma)), "chroma 0 is a strong green: where is LR's chroma?"),
        (_of_chroma(lambda chroma, *_: chroma - 128 / 255),
         "128/255 was taken off the chroma: images.ycbcr_to_rgb does that."),
        (_of_chroma(lambda chroma, *_: chroma * 255),
         "the chroma was multiplied by 255: both ways it is in 0..1 here."),
        (_of_chroma(lambda chroma, lr, scale: _nearest(images.rgb_to_ycbcr(lr)[..., 1:], scale)),
         "the chroma was enlarged by repeating pixels: resize.bicubic makes it smooth."),
        (_of_chroma(lambda chroma, lr, scale: resize.bicubic(_full_range_chroma(lr), scale)),
         "the chroma is full range (as in JPEG files), the luma studio range: take both from images.rgb_to_ycbcr."),
        (lambda y_sr, lr_rgb, scale: _in_colour(y_sr, lr_rgb[..., ::-1], scale),
         "red and blue are exchanged: the colours come as R, G, B."),
        (lambda y_sr, lr_rgb, scale: _in_colour(y_sr, lr_rgb, scale)[..., ::-1],
         "red and blue are exchanged: the colours come as R, G, B."
         " Leave the channels as images.ycbcr_to_rgb gives them."),
        (lambda y_sr, lr_rgb, scale: 255 * _in_colour(y_sr, lr_rgb, scale),
         "right, but in 0..255: colours are in 0..1 here."),
        (lambda y_sr, lr_rgb, scale: images.to_uint8(_in_colour(y_sr, lr_rgb, scale)),
         "right, but in 0..255 as uint8: later cells want floats in 0..1."),
        (lambda y_sr, lr_rgb, scale: _in_colour(y_sr[::scale, ::scale], lr_rgb, 1),
         "the result is as small as LR: the chroma must be enlarged to the size of `y_sr`."),
        (lambda y_sr, lr_rgb, scale: _in_colour(y_sr, lr_rgb, 3), "right at scale 3 only: use `scale`."),
    ],
    symptoms=[
        (lambda answer, wanted, y_sr, lr_rgb, scale: answer.shape == lr_rgb.shape,
         "the result is as small as LR: the chroma must be enlarged to the size of `y_sr`."),
        (lambda answer, wanted, y_sr, lr_rgb, scale: _luma_is(y_sr, answer),
         "the luma is right, the chroma is not: print channels 1 and 2 of images.rgb_to_ycbcr(lr_rgb), and yours."),
    ],
)  # fmt: skip


def _tile_with_halo(image, top, left, tile, halo):
    """(block, y, x): the tile with its halo, and where the tile begins in it."""
    first, start = max(0, top - halo), max(0, left - halo)
    block = image[first : top + tile + halo, start : left + tile + halo]
    return block, top - first, left - start


def _tile(block=None, place=None):
    """The right cutting with another block, or with another place, made from (image, top, left, tile, halo)."""

    def tile_with_halo(image, top, left, tile, halo):
        right = _tile_with_halo(image, top, left, tile, halo)
        cut = block(image, top, left, tile, halo) if block else right[0]
        return (cut, *(place(image, top, left, tile, halo) if place else right[1:]))

    return tile_with_halo


def _padded(mode):
    def cut(image, top, left, tile, halo):
        return np.pad(image, halo, mode)[top : top + tile + 2 * halo, left : left + tile + 2 * halo]

    return _tile(cut, lambda image, top, left, tile, halo: (halo, halo))


def _block(image, rows, columns):
    return image[slice(*rows), slice(*columns)]


PAD = "the block has pixels that the image has not: do not pad, end where the image ends."
BELOW_ZERO = "at the edge the block is wrong: a slice that starts below 0 counts from the other end. Stop at 0."

tile_with_halo = exercise(
    _tile_with_halo,
    cases=[
        (fractions(4, 5), 2, 0, 2, 1),
        (fractions(20, 26), 8, 16, 8, 3),
        (fractions(20, 26), 0, 8, 8, 3),
        (fractions(20, 26), 16, 24, 8, 2),
        (fractions(20, 26), 8, 0, 8, 7),
        (fractions(20, 26), 8, 16, 8, 0),
        (fractions(9, 7), 3, 3, 3, 5),
        (fractions(30, 31).astype(np.float32), 12, 6, 6, 2),
    ],
    slips=[
        (_tile(lambda i, t, x, n, h: _block(i, (t - h, t + n + h), (x - h, x + n + h))), BELOW_ZERO),
        (_tile(lambda i, t, x, n, h: _block(i, (t - h, t + n + h), (x - h, x + n + h)), lambda i, t, x, n, h: (h, h)),
         f"{BELOW_ZERO} There the tile begins nearer to the block's edge, too."),
        (_tile(lambda i, t, x, n, h: _block(i, (abs(t - h), t + n + h), (abs(x - h), x + n + h))),
         "abs() of a start below 0 lies inside the image: the block starts at 0 there, max(0, ...)."),
        (_tile(place=lambda i, t, x, n, h: (h, h)),
         "at the image's edge there is no room for the whole halo: there the tile begins nearer to the block's edge."),
        (_tile(place=lambda i, t, x, n, h: (max(0, t - h), max(0, x - h))),
         "that is where the BLOCK begins in the image; wanted is where the tile begins in the block."),
        (_tile(place=lambda i, t, x, n, h: (t, x)),
         "that is where the tile begins in the IMAGE; wanted is where it begins in the block."),
        (_tile(place=lambda i, t, x, n, h: (t - h, x - h)),
         "that is where the block would begin in the image; wanted is where the tile begins in the block."),
        (_tile(place=lambda i, t, x, n, h: (min(x, h), min(t, h))), "y and x are exchanged: the row comes first."),
        (_tile(place=lambda i, t, x, n, h: (0, 0)),
         "the tile begins after its halo: only at the edge of the image at 0, 0."),
        (lambda i, t, x, n, h: (_tile_with_halo(i, t, x, n, h)[0], max(0, t - h) - t, max(0, x - h) - x),
         "the sign is turned round: the tile's place less the block's, not the other way."),
        (_tile(lambda i, t, x, n, h: _block(i, (t, t + n), (x, x + n)), lambda i, t, x, n, h: (0, 0)),
         "no halo was cut with the tile."),
        (_tile(lambda i, t, x, n, h: _block(i, (t, t + n), (x, x + n))),
         "no halo was cut with the tile, only its place is right."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, t - h), t + n), (max(0, x - h), x + n))),
         "the halo is missing below and to the right."),
        (_tile(lambda i, t, x, n, h: _block(i, (t, t + n + h), (x, x + n + h)), lambda i, t, x, n, h: (0, 0)),
         "the halo is missing above and to the left."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, t - h), t + n + h), (x, x + n)),
               lambda i, t, x, n, h: (min(t, h), 0)),
         "the halo is missing to the left and right."),
        (_tile(lambda i, t, x, n, h: _block(i, (t, t + n), (max(0, x - h), x + n + h)),
               lambda i, t, x, n, h: (0, min(x, h))),
         "the halo is missing above and below."),
        (_tile(lambda i, t, x, n, h: _block(i[max(0, t - h) :, max(0, x - h) :], (0, n + 2 * h), (0, n + 2 * h))),
         "at the edge the block is too long: it ends at tile + halo beyond `top` and `left`, wherever it starts."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, t - h), t + n + 2 * h), (max(0, x - h), x + n + 2 * h))),
         "the halo below and to the right is twice as wide as wanted."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, t - h), t + n + h + 1), (max(0, x - h), x + n + h + 1))),
         "one row and column too many: a slice leaves its end out already."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, t - h), t + n + h - 1), (max(0, x - h), x + n + h - 1))),
         "one row and column too few: a slice leaves its end out, so it ends at top + tile + halo."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, t - h), n + h), (max(0, x - h), n + h))),
         "the end counts from the tile's place: top + tile + halo."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, x - h), x + n + h), (max(0, t - h), t + n + h))),
         "rows first, then columns: `top` goes with the first axis."),
        (lambda i, t, x, n, h: _tile_with_halo(i, x, t, n, h),
         "rows first, then columns: `top` goes with the first axis, and y with it."),
        (_tile(lambda i, t, x, n, h: _block(i, (max(0, t - 7), t + n + 7), (max(0, x - 7), x + n + 7)),
               lambda i, t, x, n, h: (min(t, 7), min(x, 7))), "a halo of 7 is written in: use `halo`."),
        (_padded("constant"), PAD),
        (_padded("edge"), PAD.replace("pad,", "pad with the edge,")),
        (_padded("reflect"), PAD.replace("pad,", "mirror,")),
    ],
)  # fmt: skip


def _frames_per_second(process, frames, clock=time.perf_counter):
    """Frames per second of `process`, after one frame of warm-up."""
    process(frames[0])
    start = clock()
    for frame in frames:
        process(frame)
    return len(frames) / (clock() - start)


class _Watch:
    """A process whose first call is slow, and the last slower than the others; its clock moves only while it works."""

    def __init__(self, first, each, frames):
        uneven = [0.5 * each] * (len(frames) - 1) + [0.5 * each * (len(frames) + 1)]
        self.times, self.each, self.now, self.seen, self.asked = [first, *uneven], each, 0.0, [], 0

    def process(self, frame):
        self.now += self.times.pop(0) if self.times else self.each
        self.seen.append(frame)
        return frame

    def clock(self):
        self.asked += 1
        self.now += 1e-9  # so that whoever times nothing does not divide by zero
        return self.now


def _watched(first, each, frames):
    """A case that is made afresh for every call: the watch has state."""

    def make():
        watch = _Watch(first, each, frames)
        return watch.process, list(frames), watch.clock

    return make


def _played(function, process, frames, clock):
    watch = process.__self__
    rate = function(process, frames, clock)
    return (
        None if rate is None else {"frames per second": rate, "processed": list(watch.seen), "asked": watch.asked > 0}
    )


def _in_turn(process, frame, frames):
    return process(frame)


def _timed(warm_up=1, inside=False, each=_in_turn, of=lambda frames: frames, rate=lambda n, s: n / s):
    """The right function with something else done."""

    def frames_per_second(process, frames, clock=time.perf_counter):
        start = clock()
        for frame in frames[:1] * warm_up:
            process(frame)
        start = start if inside else clock()
        for frame in of(frames):
            each(process, frame, frames)
        return rate(len(frames), clock() - start)

    return frames_per_second


def _one_by_one(combine):
    """The rates or times of single frames, combined."""

    def frames_per_second(process, frames, clock=time.perf_counter):
        process(frames[0])
        times = []
        for frame in frames:
            start = clock()
            process(frame)
            times.append(clock() - start)
        return float(combine(np.array(times)))

    return frames_per_second


def _warm_up_within(process, frames, clock=time.perf_counter):
    start = clock()
    for frame in frames:
        process(frames[0])
        process(frame)
    return len(frames) / (clock() - start)


def _all_twice(process, frames, clock=time.perf_counter):
    for frame in frames:
        process(frame)
    return _timed(warm_up=0)(process, frames, clock)


SKIPPED = "the first frame is part of the film too: after the warm-up, time ALL frames."

frames_per_second = exercise(
    _frames_per_second,
    cases=[_watched(2.0, 0.75, [1, 2]), _watched(5.0, 0.25, [1, 2, 3, 4, 5]), _watched(2.0, 0.5, [7, 8, 9])],
    slips=[
        (_timed(warm_up=0),
         "there is no warm-up: process one frame before the clock starts, or its compiling counts too."),
        (_timed(inside=True), "the warm-up is inside the measured time: start the clock after it."),
        (_timed(rate=lambda n, s: s / n), "that is seconds per frame: turn the fraction round."),
        (_timed(rate=lambda n, s: (n + 1) / s),
         "the warm-up frame is counted among the frames: count the timed ones only."),
        (_timed(inside=True, rate=lambda n, s: (n + 1) / s),
         "the warm-up is timed and counted: it belongs before the clock starts."),
        (_timed(rate=lambda n, s: s), "that is the time for all frames; wanted are frames per second."),
        (_timed(rate=lambda n, s: 1 / s),
         "that is how often the whole film is done: the number of frames goes over the time."),
        (_timed(rate=lambda n, s: n // s), "the fraction was cut off: `/`, not `//`."),
        (_timed(rate=lambda n, s: n * s), "frames OVER seconds: divide, do not multiply."),
        (_timed(of=lambda frames: frames[1:]), SKIPPED),
        (_timed(of=lambda frames: frames[1:], rate=lambda n, s: (n - 1) / s),
         f"the first frame is left out. {SKIPPED}"),
        (_timed(of=lambda frames: frames[:1]),
         "only the first frame is processed after the clock starts: time ALL frames."),
        (_timed(of=lambda frames: []),
         "the frames are never processed after the clock starts: is the loop there, and nothing lazy in it?"),
        (_timed(warm_up=2), "the warm-up is one frame, once."),
        (_timed(each=lambda process, frame, frames: process(frames[0])),
         "the first frame is processed again and again: in the loop it is process(frame)."),
        (_warm_up_within, "too many calls: the warm-up belongs before the loop, once."),
        (_all_twice,
         "all frames were processed twice: the warm-up is the first frame alone."),
        (_one_by_one(lambda times: np.mean(1 / times)),
         "that is the mean of the single rates, in which a slow frame hardly counts: time all frames together."),
        (_one_by_one(lambda times: 1 / np.median(times)), "that goes by the median frame: time all frames together."),
        (_one_by_one(lambda times: 1 / times[-1]),
         "that goes by the last frame alone: start the clock before the loop."),
    ],
    demands=[
        (lambda answer, *_: bool(answer["processed"]), "`process` was never called."),
        (lambda answer, *_: answer["asked"],
         "the time was never asked of `clock`: use the argument, not a clock of your own."),
        (lambda answer, *_: np.ndim(answer["frames per second"]) == 0 and float(answer["frames per second"]) >= 0,
         "return one number, the frames per second."),
    ],
    play=_played,
)  # fmt: skip


def _self_ensemble(upscaler, lr):
    """The mean of eight estimates, each of LR laid another way and laid back."""
    estimates = []
    for turn in range(4):
        estimates.append(np.rot90(upscaler(np.rot90(lr, turn)), -turn))
        estimates.append(np.rot90(upscaler(np.rot90(lr[:, ::-1], turn)), -turn)[:, ::-1])
    return np.mean(estimates, axis=0)


def _upscaler(scale, seed):
    """An upscaler that knows up from down, so that every orientation gives another answer."""
    own = np.random.default_rng(seed).random((60, 60))

    def upscaler(image):
        large = np.kron(image, np.ones((scale, scale)))
        return large + own[: large.shape[0], : large.shape[1]] * large.mean()

    return upscaler


def _flip(image, way):
    """What `patches.augment` does first in ways 4 to 7, which also undoes it."""
    return image[:, ::-1] if way >= 4 else image


def _eight(undo=lambda sr, way: _flip(np.rot90(sr, -way), way), ways=range(8), combine=lambda e: np.mean(e, axis=0)):
    return lambda upscaler, lr: combine([undo(upscaler(patches.augment(lr, way)), way) for way in ways])


def _flips_only(upscaler, lr):
    return np.mean([upscaler(lr[::r, ::c])[::r, ::c] for r in (1, -1) for c in (1, -1)], axis=0)


TURNED_ON = "turned ON instead of back: a turn by k is undone by a turn by -k."

self_ensemble = exercise(
    _self_ensemble,
    cases=[(_upscaler(2, 0), fractions(2, 2)), (_upscaler(2, 1), fractions(5, 5)), (_upscaler(3, 2), fractions(4, 6)),
           (_upscaler(2, 3), fractions(7, 3, seed=1))],
    slips=[
        (lambda upscaler, lr: upscaler(lr), "that is the plain estimate: lay LR in eight ways and average the eight."),
        (lambda upscaler, lr: lr, "the upscaler was never called."),
        (_eight(combine=lambda e: np.sum(e, axis=0)), "that is the sum of the eight: take their mean."),
        (_eight(combine=lambda e: np.sum(e, axis=0) / 4), "that is the sum of the eight over four: take their mean."),
        (_eight(combine=lambda e: np.median(e, axis=0)), "that is the median of the eight; the mean is wanted."),
        (_eight(combine=lambda e: np.max(e, axis=0)),
         "that is the largest of the eight at each pixel; the mean is wanted."),
        (_eight(combine=np.mean), "that is one number: the mean goes over the eight estimates alone, axis=0."),
        (_eight(combine=lambda e: e), "those are the eight: return their mean, one picture."),
        (_eight(combine=lambda e: e[-1]), "that is the last of the eight alone: collect them, then take the mean."),
        (_eight(undo=lambda sr, way: sr),
         "the estimates were averaged as they lay: lay each one back first, or eight pictures blur into one."),
        (_eight(undo=lambda sr, way: np.rot90(_flip(sr, way), -way)),
         "undone in the wrong order: what was flipped first must be flipped back last."),
        (_eight(ways=range(4)), "only the four quarter turns: with the mirror images there are eight."),
        (_eight(ways=range(4, 8)), "only the four mirror images: with the quarter turns alone there are eight."),
        (_eight(ways=(0, 1, 4, 5)), "only turns by 0 and 1: a picture has four quarter turns."),
        (_flips_only, "flips alone make four ways: with the quarter turns there are eight."),
        (_eight(ways=range(9)), "nine estimates: the last is the first again."),
        (_eight(undo=lambda sr, way: _flip(np.rot90(sr, way), way)), TURNED_ON),
        (_eight(undo=lambda sr, way: np.rot90(sr, -way)),
         "turned back, but not flipped back: four of the eight are still mirrored."),
        (_eight(undo=_flip), "flipped back, but not turned back."),
    ],
    symptoms=[
        (lambda answer, wanted, upscaler, lr: answer.shape == lr.shape,
         "the answer is as small as LR: the estimates are as large as SR."),
    ],
)  # fmt: skip
