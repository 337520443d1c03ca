"""Checks of notebook 06: aligned crops, every position drawn, paired turns, the leak finder."""

import io

import numpy as np
from PIL import Image

from sr_helpers import leaks, patches
from sr_helpers.checks.verdict import call, expect, judge


def crop_pair(function):
    """Check `crop_pair(lr, hr, scale, top, left, size)`: the LR patch and the HR patch under it."""

    def examine(learner):
        for scale, (top, left), size in ((3, (2, 5), 4), (2, (0, 3), 5), (4, (1, 0), 3)):
            lr = np.arange(10 * 12).reshape(10, 12)
            hr = np.arange(10 * scale * 12 * scale).reshape(10 * scale, 12 * scale)
            right = reference(lr, hr, scale, top, left, size)
            answer = call(learner, lr, hr, scale, top, left, size)
            expect(
                isinstance(answer, tuple | list) and len(answer) == 2, "two patches are wanted: return lr_patch, hr_patch."
            )
            lr_patch, hr_patch = (np.asarray(patch) for patch in answer)
            expect(
                not (lr_patch.shape == right[1].shape and hr_patch.shape == right[0].shape),
                "the two are exchanged: return the LR patch first, then the HR patch.",
            )
            expect(
                lr_patch.shape == (size, size), f"the LR patch must be {size}x{size}, got {lr_patch.shape}."
            )
            expect(
                not np.array_equal(lr_patch, lr[left : left + size, top : top + size]) or np.array_equal(lr_patch, right[0]),
                "rows and columns are swapped: `top` counts rows, the first axis.",
            )
            expect(np.array_equal(lr_patch, right[0]), f"the LR patch must start at row {top}, column {left}.")
            side = size * scale
            expect(
                hr_patch.shape != (size, size), "the HR patch is as small as the LR patch: it covers scale times as many pixels each way."
            )
            expect(
                not np.array_equal(hr_patch, hr[top : top + side, left : left + side]) or (top, left) == (0, 0),
                "the HR patch starts at the wrong place: one LR pixel is `scale` HR pixels, so its origin moves scale times as far.",
            )
            expect(
                hr_patch.shape == (side, side), f"the HR patch must be {side}x{side}, got {hr_patch.shape}: where does it end?"
            )
            expect(np.array_equal(hr_patch, right[1]), f"the HR patch must start at row {top * scale}, column {left * scale}.")

    def reference(lr, hr, scale, top, left, size):
        return patches.crop_pair(lr, hr, scale, top, left, size)

    reference.__name__ = "crop_pair"
    return judge(function, reference, examine)


def random_corner(function):
    """Check `random_corner(rng, height, width, size)`: any (top, left) at which a patch fits, all equally likely."""

    def examine(learner):
        for height, width, size in ((4, 7, 3), (5, 3, 3), (2, 6, 1)):
            rng = np.random.default_rng(0)
            drawn = []
            for _ in range(600):
                answer = call(learner, rng, height, width, size)
                expect(np.shape(answer) == (2,), "two whole numbers are wanted: return top, left.")
                expect(all(float(value).is_integer() for value in answer), "positions are whole numbers: use rng.integers.")
                drawn.append((int(answer[0]), int(answer[1])))
            twice = [tuple(call(learner, np.random.default_rng(5), 1000, 1000, size)) for _ in range(2)]
            expect(twice[0] == twice[1], "equal generators gave different corners: draw from the `rng` that you were given.")
            expect(
                len(set(drawn)) > 1, "always the same corner: draw from the `rng` that you were given, and make no generator of your own."
            )
            tops, lefts = (set(values) for values in zip(*drawn, strict=True))
            last = height - size, width - size
            expect(
                min(tops) >= 0 and min(lefts) >= 0 and max(tops) <= max(last) and max(lefts) <= max(last),
                f"a patch of {size} at row {max(tops)} or column {max(lefts)} sticks out of a {height}x{width} image.",
            )
            expect(
                max(tops) <= last[0] and max(lefts) <= last[1],
                "rows and columns are swapped: `top` goes with the height, `left` with the width.",
            )
            expect(
                last[1] == 0 or any(top != left for top, left in drawn),
                "top and left are always the same number: draw two, one for each side.",
            )
            expect(
                max(tops) < last[0] or max(lefts) == last[1] or max(lefts) != last[0],
                "the last columns are never drawn: height and width need a bound of their own, each.",
            )
            expect(
                max(tops) == last[0] and max(lefts) == last[1],
                f"the last position is never drawn: in a {height}x{width} image a patch of {size} fits at row {last[0]}, column {last[1]} "
                "too. rng.integers(n) gives 0 to n - 1.",
            )
            expect(
                (last[0] == 0 or min(tops) == 0) and (last[1] == 0 or min(lefts) == 0),
                "row 0 or column 0 is never drawn: rng.integers(n) starts at 0 by itself.",
            )
            counts = np.bincount([top * width + left for top, left in drawn])
            counts = counts[counts > 0]
            expected = 600 / ((last[0] + 1) * (last[1] + 1))
            expect(
                len(counts) == (last[0] + 1) * (last[1] + 1) and np.abs(counts - expected).max() < 6 * expected**0.5,
                "not every position is equally likely: some come up far more often than others.",
            )

    def reference(rng, height, width, size):
        return int(rng.integers(height - size + 1)), int(rng.integers(width - size + 1))

    reference.__name__ = "random_corner"
    return judge(function, reference, examine)


def augment_pair(function):
    """Check `augment_pair(lr, hr, turn)`: turn 0..7 lays both patches in one of the eight ways."""

    def examine(learner):
        lr = np.arange(16.0).reshape(4, 4)
        hr = np.kron(lr, np.ones((3, 3)))
        eight = [patches.augment(lr, turn).tobytes() for turn in range(8)]
        seen, laid = {}, []
        for turn in range(8):
            answer = call(learner, lr, hr, turn)
            expect(isinstance(answer, tuple | list) and len(answer) == 2, "two patches are wanted: return lr, hr.")
            lr_turned, hr_turned = (np.ascontiguousarray(patch) for patch in answer)
            expect(
                lr_turned.shape == lr.shape and hr_turned.shape == hr.shape, "the patches changed their shape: return lr first, then hr."
            )
            expect(
                not (np.array_equal(hr_turned, hr) and not np.array_equal(lr_turned, lr)), f"turn {turn}: LR was turned, HR was left as it is."
            )
            expect(
                not (np.array_equal(lr_turned, lr) and not np.array_equal(hr_turned, hr)), f"turn {turn}: HR was turned, LR was left as it is."
            )
            expect(
                np.array_equal(hr_turned[1::3, 1::3], lr_turned),
                f"turn {turn}: LR and HR were laid in different ways: they no longer show the same thing.",
            )
            expect(lr_turned.tobytes() in eight, f"turn {turn}: pixels were torn apart, not turned or flipped.")
            seen.setdefault(lr_turned.tobytes(), []).append(turn)
            laid.append(lr_turned)
        expect(np.array_equal(laid[0], lr), "turn 0 must leave the pair as it is.")
        halves = [patches.augment(patches.augment(lr, turn), 2).tobytes() for turn in range(4)]
        flipped = [key for key, turns in seen.items() if any(turn >= 4 for turn in turns)]
        expect(
            set(seen) != set(eight[:4]) or sorted(seen[key][0] for key in flipped) != [0, 1, 2, 3] or seen[halves[0]] == [2, 6],
            "only four ways: flipping BOTH axes is a half turn, not a mirror image. Flip one.",
        )
        expect(set(seen) != set(eight[:4]), "only four ways: quarter turns alone leave out the mirror images.")
        twins = next((turns for turns in seen.values() if len(turns) > 1), None)
        expect(
            twins is None,
            f"turns {twins} give the same patch, so only {len(seen)} of the eight ways appear.",
        )
        for turn in range(8):
            deep, _ = call(learner, lr[:, :, None], hr[:, :, None], turn)
            expect(
                np.array_equal(deep, laid[turn][:, :, None]),
                f"turn {turn}: right for patches (h, w) only. In (h, w, 1) the last axis must stay the last: move rows and columns alone.",
            )

    def reference(lr, hr, turn):
        return patches.augment(lr, turn), patches.augment(hr, turn)

    reference.__name__ = "augment_pair"
    return judge(function, reference, examine)


def is_copy(function):
    """Check `is_copy(a, b)`: whether two uint8 pictures show the same, however turned, flipped or recompressed."""

    def examine(learner):
        rng = np.random.default_rng(0)
        picture, other = (_landscape(rng) for _ in range(2))
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "JPEG", quality=40)
        jpeg = np.asarray(Image.open(buffer))
        small = np.asarray(Image.fromarray(picture).resize((48, 40)))
        answer = call(learner, picture, picture)
        expect(isinstance(answer, bool | np.bool_), f"return whether the correlation exceeds 0.95, True or False, not {answer!r:.20}.")
        symmetric, ramp = _symmetric_and_ramp()
        alike_each_way, slanted = (bool(call(learner, probe, probe)) for probe in (symmetric, ramp))
        expect(
            alike_each_way or not slanted,
            "a picture is taken for a stranger to itself: the products are those of pixel with pixel, and `@` is not `*`.",
        )
        expect(
            bool(answer) or not alike_each_way,
            "a picture is recognised as its own copy only if it looks the same in all eight orientations: does the LARGEST correlation count, "
            "and is the picture as it is among the eight?",
        )
        expect(
            bool(answer) and alike_each_way and slanted,
            "a picture is not even recognised as a copy of itself: is the bar 0.95, and is the correlation the SUM of the products?",
        )
        expect(not bool(call(learner, picture, other)), "two different pictures count as copies: then nothing is left to train on.")
        alike = np.clip(0.6 * picture + 0.4 * other, 0, 255).astype(np.uint8)
        expect(not bool(call(learner, picture, alike)), "two pictures that are merely alike count as copies: the bar is a correlation of 0.95.")
        expect(bool(call(learner, picture, jpeg)), "a copy saved as JPEG is missed: equal pixels are too much to ask, compare thumbnails.")
        expect(bool(call(learner, picture, picture[:, ::-1])), "a mirrored copy is missed: try the flipped orientations too.")
        expect(bool(call(learner, picture, np.rot90(picture))), "a copy turned by a quarter is missed: try all eight orientations.")
        expect(
            bool(call(learner, picture, np.rot90(picture[:, ::-1]))), "a copy that was flipped AND turned is missed: that makes eight orientations, not five."
        )
        expect(bool(call(learner, picture, small)), "a smaller copy is missed: thumbnails have one size whatever the picture's (and is your bar 0.95?).")
        expect(
            not bool(call(learner, picture, 255 - picture)), "a negative is another picture: only a correlation near +1 counts."
        )

    def reference(a, b):
        return bool(leaks.find({"a": a}, {"b": b}))

    reference.__name__ = "is_copy"
    return judge(function, reference, examine)


def _symmetric_and_ramp():
    """A picture that is the same in all eight ways, each of its rows with the same mean; and one that grows to the lower right."""
    wave = np.cos(4 * np.pi * (np.arange(72) + 0.5) / 72)
    place = np.arange(72)
    return (127.5 + 120 * np.outer(wave, wave)).round().astype(np.uint8), (place[:, None] + place).astype(np.uint8)


def _landscape(rng):
    """A smooth random picture (80, 96), uint8, with a little fine texture."""
    coarse = Image.fromarray((255 * rng.random((6, 7))).astype(np.uint8)).resize((96, 80), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(coarse) + rng.integers(-6, 7, (80, 96)), 0, 255).astype(np.uint8)
