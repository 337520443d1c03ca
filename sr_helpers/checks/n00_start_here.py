"""Checks of notebook 00: how many pixels survive, and the plainest way to enlarge."""

import numpy as np

from sr_helpers.checks.verdict import call_array, call_number, expect, judge


def pixels_kept(function):
    """Check `pixels_kept(scale)`: the share of the pixels that is left after shrinking both sides."""

    def examine(learner):
        for scale in (2, 3, 4):
            answer = call_number(learner, scale)
            expect(answer != 1 / scale, "both sides shrink: did you count the height but forget the width?")
            expect(answer != scale**2, "that is how many HR pixels stand for one LR pixel; the share kept is its inverse.")
            expect(
                not np.isclose(answer, 1 - 1 / scale**2), "that is the share that is lost; what is asked is the share kept."
            )
            expect(
                not np.isclose(answer, 100 / scale**2), "give a share between 0 and 1, not a percentage."
            )
            expect(np.isclose(answer, 1 / scale**2), f"for scale {scale} the answer is not {answer:.4g}: how many pixels has one block?")

    def reference(scale):
        return 1 / scale**2

    reference.__name__ = "pixels_kept"
    return judge(function, reference, examine)


def enlarge(function):
    """Check `enlarge(image, scale)`: nearest neighbour, (H, W) -> (H*s, W*s) or with a last axis of colours."""

    def examine(learner):
        for shape, scale in (((2, 3), 2), ((3, 2), 3), ((2, 4, 3), 2)):
            image = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
            right = image.repeat(scale, axis=0).repeat(scale, axis=1)
            answer = call_array(learner, image, scale)
            tiles = [np.tile(image, times) for times in ((scale, scale, 1), (scale, 1, 1), (1, scale, 1))]
            tiles += [np.tile(image, times + (1,) * (image.ndim - 2)) for times in ((scale, scale), (scale, 1), (1, scale))]
            expect(not np.array_equal(answer, image), "the image came back unchanged: did you keep what your calls returned?")
            expect(
                not any(np.array_equal(answer, tile) for tile in tiles),
                "the whole picture was repeated, tile by tile; each single pixel must be repeated instead.",
            )
            flat = image.repeat(scale).reshape(shape[0] * scale, *shape[1:])
            expect(
                not np.array_equal(answer, flat),
                "the shape of repeated rows, but the pixels ran on from row to row: name the axis.",
            )
            expect(
                not np.array_equal(answer, image.repeat(scale, axis=0)), "only the rows were repeated: do the same for the columns."
            )
            expect(
                not np.array_equal(answer, image.repeat(scale, axis=1)), "only the columns were repeated: do the same for the rows."
            )
            expect(
                image.ndim == 2 or answer.shape[2:] == shape[2:],
                "the colours were repeated too: name the axis, axis 0 for rows and axis 1 for columns.",
            )
            expect(
                answer.shape == right.shape,
                f"an image of shape {shape} at scale {scale} must become {right.shape}, got {answer.shape}.",
            )
            expect(np.array_equal(answer, right), "right shape, but the pixels are not where they belong.")

    def reference(image, scale):
        return image.repeat(scale, axis=0).repeat(scale, axis=1)

    reference.__name__ = "enlarge"
    return judge(function, reference, examine)
