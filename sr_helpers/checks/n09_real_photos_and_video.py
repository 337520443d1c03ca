"""Checks of notebook 09: colour put back, tiles with a halo, frames per second, the geometric self-ensemble."""

import time

import numpy as np

from sr_helpers import images, patches, resize, upscale
from sr_helpers.checks.verdict import call, call_array, call_number, close, expect, judge

TURNED_ON = "turned ON instead of back: a turn by k is undone by a turn by -k."


def in_colour(function):
    """Check `in_colour(y_sr, lr_rgb, scale)`: SR luma and enlarged LR chroma -> RGB in 0..1."""

    def examine(learner):
        rng = np.random.default_rng(0)
        for (height, width), scale in (((6, 9), 3), ((8, 5), 2)):
            lr = 0.15 + 0.7 * rng.random((height, width, 3))
            y_sr = 0.2 + 0.6 * rng.random((height * scale, width * scale))
            right = reference(y_sr, lr, scale)
            answer = call_array(learner, y_sr, lr, scale)
            expect(
                answer.shape != lr.shape, "the result is as small as LR: the chroma must be enlarged to the size of `y_sr`."
            )
            expect(
                answer.shape == right.shape, f"the result must be {right.shape}, as large as the luma and with three colours; got {answer.shape}."
            )
            if close(answer, right, 1e-4):
                continue
            ycbcr = resize.bicubic(images.rgb_to_ycbcr(lr), scale)
            chroma = ycbcr[..., 1:]
            slips = {
                "luma comes first: Y, Cb, Cr is the order of images.ycbcr_to_rgb.": np.clip(images.ycbcr_to_rgb(np.dstack([chroma, y_sr])), 0, 1),
                "the last two channels are the chroma; you took the first two.": np.clip(images.ycbcr_to_rgb(np.dstack([y_sr, ycbcr[..., :2]])), 0, 1),
                "that is still luma and chroma: turn it back with images.ycbcr_to_rgb.": np.dstack([y_sr, chroma]),
                "values beyond 0..1 are left: clip, or bright colours wrap around when the file is written.": images.ycbcr_to_rgb(
                    np.dstack([y_sr, chroma])
                ),
                "Cb and Cr are exchanged: blue became red.": np.clip(images.ycbcr_to_rgb(np.dstack([y_sr, chroma[..., ::-1]])), 0, 1),
                "the picture has no colour: chroma 0.5 is grey.": np.clip(
                    images.ycbcr_to_rgb(np.dstack([y_sr, np.full_like(chroma, 0.5)])), 0, 1
                ),
                "the luma is the enlarged LR's: where did the network's `y_sr` go?": np.clip(
                    images.ycbcr_to_rgb(resize.bicubic(images.rgb_to_ycbcr(lr), scale)), 0, 1
                ),
                "the chroma is that of full-range YCbCr (as in JPEG files), the luma is studio range: take both from images.rgb_to_ycbcr.": np.clip(
                    images.ycbcr_to_rgb(np.dstack([y_sr, resize.bicubic(_full_range_chroma(lr), scale)])), 0, 1
                ),
            }
            for message, wrong in slips.items():
                expect(not close(answer, wrong, 1e-4), message)
            expect(False, "right shape, other colours: print the three channels of both pictures and compare.")

    def reference(y_sr, lr_rgb, scale):
        chroma = resize.bicubic(images.rgb_to_ycbcr(lr_rgb)[..., 1:], scale)
        return np.clip(images.ycbcr_to_rgb(np.dstack([y_sr, chroma])), 0, 1)

    reference.__name__ = "in_colour"
    return judge(function, reference, examine)


def tile_with_halo(function):
    """Check `tile_with_halo(image, top, left, tile, halo)`: (block, y, x), the block and where the tile begins in it."""

    def examine(learner):
        image = np.arange(20 * 26).reshape(20, 26)
        for top, left, tile, halo in ((8, 8, 8, 3), (0, 0, 8, 3), (16, 24, 8, 2), (8, 0, 8, 7), (8, 16, 8, 0)):
            where = f"tile of {tile} at ({top}, {left}), halo {halo}, of a {image.shape[0]}x{image.shape[1]} image"
            answer = call(learner, image, top, left, tile, halo)
            expect(isinstance(answer, tuple | list) and len(answer) == 3, "three things are wanted: return block, y, x.")
            block, y, x = np.asarray(answer[0]), answer[1], answer[2]
            right, right_y, right_x = reference(image, top, left, tile, halo)
            if np.array_equal(block, right):
                _examine_place(where, (y, x), (right_y, right_x), halo, (max(0, top - halo), max(0, left - halo)))
                continue
            swapped = image[max(0, left - halo) : left + tile + halo, max(0, top - halo) : top + tile + halo]
            expect(
                top == left or not np.array_equal(block, swapped), f"{where}: rows first, then columns: `top` goes with the first axis."
            )
            expect(
                block.shape != (tile + 2 * halo, tile + 2 * halo) or block.shape == right.shape,
                f"{where}: the block has pixels that the image has not: do not pad, end where the image ends.",
            )
            expect(
                block.size > 0, f"{where}: the block is empty. What does a slice do that starts at {top - halo} or {left - halo}? Stop at 0."
            )
            expect(not np.array_equal(block, image[top : top + tile, left : left + tile]), f"{where}: no halo was cut with the tile.")
            expect(
                not np.array_equal(block, image[max(0, top - halo) : top + tile, max(0, left - halo) : left + tile]),
                f"{where}: the halo is missing below and to the right.",
            )
            expect(
                False,
                f"{where}: the block must hold rows {max(0, top - halo)} to {min(20, top + tile + halo) - 1} and "
                f"columns {max(0, left - halo)} to {min(26, left + tile + halo) - 1}.",
            )

    def reference(image, top, left, tile, halo):
        return upscale.tile_with_halo(image, top, left, tile, halo)

    reference.__name__ = "tile_with_halo"
    return judge(function, reference, examine)


def _examine_place(where, place, right, halo, block_at):
    """Where the tile begins in a block that was cut right."""
    if place == right:
        return
    expect(
        place != (halo, halo),
        f"{where}: at the edge of the image there is no room for the whole halo; the tile begins at {right} in the block.",
    )
    expect(place != block_at, f"{where}: that is where the BLOCK begins in the image; wanted is where the tile begins in the block.")
    expect(False, f"{where}: the tile begins at {right} in the block, not at {place}.")


def frames_per_second(function):
    """Check `frames_per_second(process, frames, clock)`: after one warm-up frame, frames per second."""

    def examine(learner):
        for first, each, frames in ((5.0, 0.25, [1, 2, 3, 4, 5]), (2.0, 0.5, [7, 8, 9]), (2.0, 0.75, [1, 2])):
            watch = _Watch(first, each, len(frames))
            answer = float(call_number(learner, watch.process, list(frames), watch.clock))
            expect(watch.seen, "`process` was never called.")
            expect(watch.asked, "the time was never asked of `clock`: use the argument, not a clock of your own.")
            expect(watch.seen != frames[:1], "the frames after the first were never processed: is something lazy that should work?")
            after = watch.now - first  # the time of all calls but the first
            expect(
                watch.seen != list(frames) or not (close(answer, len(frames) / after) or close(answer, (len(frames) - 1) / after)),
                "the first frame is part of the film too: after the warm-up, time ALL frames.",
            )
            expect(len(watch.seen) <= len(frames) + 1, "too many calls: the warm-up belongs before the loop, once.")
            expect(watch.seen != list(frames), "there is no warm-up: process one frame before the clock starts, or its compiling counts too.")
            expect(
                not close(answer, len(frames) / watch.now), "the warm-up is inside the measured time: start the clock after it."
            )
            expect(
                not close(answer, np.mean([1 / took for took in watch.took[1:]])),
                "that is the mean of the single rates, in which a slow frame hardly counts: time all frames together.",
            )
            expect(not close(answer, each), "that is seconds per frame: turn the fraction round.")
            expect(
                not close(answer, (len(frames) + 1) / (each * len(frames))), "the warm-up frame is counted among the frames: count the timed ones only."
            )
            expect(not close(answer, each * len(frames)), "that is the time for all frames; wanted are frames per second.")
            expect(not close(answer, len(frames) // after), "the fraction was cut off: `/`, not `//`.")
            expect(
                close(answer, 1 / each), f"{len(frames)} frames in {each * len(frames):g} s, after a slow first call, make {1 / each:g} a second, not {answer:.4g}."
            )

    def reference(process, frames, clock=time.perf_counter):
        process(frames[0])
        start = clock()
        for frame in frames:
            process(frame)
        return len(frames) / (clock() - start)

    reference.__name__ = "frames_per_second"
    return judge(function, reference, examine)


def self_ensemble(function):
    """Check `self_ensemble(upscaler, lr)`: the mean of eight estimates, each of LR laid another way and laid back."""

    def examine(learner):
        rng = np.random.default_rng(1)
        lr = rng.random((5, 5))
        own = rng.random((10, 10))

        def upscaler(image):  # knows up from down, so every orientation gives another answer
            return np.kron(image, np.ones((2, 2))) + own

        plain = upscaler(lr)
        right = reference(upscaler, lr)
        answer = call_array(learner, upscaler, lr)
        expect(answer.shape == right.shape, f"the answer must be one picture of shape {right.shape}, got {answer.shape}.")
        expect(not close(answer, plain), "that is the plain estimate: lay LR in eight ways and average the eight.")
        expect(not close(answer, 8 * right), "that is the sum of the eight: take their mean.")
        laid = [upscaler(patches.augment(lr, turn)) for turn in range(8)]
        for message, undo, count in (
            ("the estimates were averaged as they lay: lay each one back first, or eight pictures blur into one.", lambda sr, turn: sr, 8),
            ("undone in the wrong order: what was flipped first must be flipped back last.", lambda sr, turn: np.rot90(_flip(sr, turn), -turn), 8),
            ("only the four quarter turns: with the mirror images there are eight.", lambda sr, turn: np.rot90(sr, -turn), 4),
            (TURNED_ON, lambda sr, turn: np.rot90(_flip(sr, turn), turn), 8),
            (TURNED_ON, lambda sr, turn: _flip(np.rot90(sr, turn), turn), 8),
            ("turned back, but not flipped back: four of the eight are still mirrored.", lambda sr, turn: np.rot90(sr, -turn), 8),
        ):
            expect(not close(answer, np.mean([undo(laid[turn], turn) for turn in range(count)], axis=0)), message)
        expect(close(answer, right), "not the mean of the eight: is every estimate laid back as its LR was laid?")
        wide = rng.random((4, 6))
        expect(
            close(np.asarray(call(learner, lambda image: np.kron(image, np.ones((2, 2))), wide)), np.kron(wide, np.ones((2, 2)))),
            "right for square pictures only.",
        )

    def reference(upscaler, lr):
        return np.mean([_flip(np.rot90(upscaler(patches.augment(lr, turn)), -turn), turn) for turn in range(8)], axis=0)

    reference.__name__ = "self_ensemble"
    return judge(function, reference, examine)


def _flip(image, turn):
    """What `patches.augment` does first in ways 4 to 7, which also undoes it."""
    return image[:, ::-1] if turn >= 4 else image


class _Watch:
    """A process whose first call is slow; the next `count` take `each` on average, the last longest. Its clock moves while it works."""

    def __init__(self, first, each, count):
        uneven = [0.5 * each] * (count - 1) + [0.5 * each * (count + 1)]
        self.times, self.each, self.now, self.seen, self.took, self.asked = [first, *uneven], each, 0.0, [], [], False

    def process(self, frame):
        self.took.append(self.times.pop(0) if self.times else self.each)
        self.now += self.took[-1]
        self.seen.append(frame)
        return frame

    def clock(self):
        self.asked = True
        self.now += 1e-9  # so that whoever times nothing does not divide by zero
        return self.now


def _full_range_chroma(rgb):
    red, green, blue = np.moveaxis(rgb, 2, 0)
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.dstack([0.5 + (blue - y) / 1.772, 0.5 + (red - y) / 1.402])
