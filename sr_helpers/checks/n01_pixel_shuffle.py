"""Checks of notebook 01: the pixel shuffle, its inverse, and the order of channels."""

import numpy as np

from sr_helpers.checks.verdict import call_array, call_number, expect, judge

CASES = (((2, 3), 2, 1), ((3, 2), 3, 1), ((2, 2), 2, 3), ((2, 3), 3, 3))  # (H, W), scale, colours


def pixel_shuffle(function):
    """Check `pixel_shuffle(x, scale)`: (H, W, C*s*s) -> (H*s, W*s, C) in TensorFlow's order."""

    def examine(learner):
        for (height, width), scale, colours in CASES:
            x = np.arange(height * width * colours * scale**2).reshape(height, width, -1)
            right = _shuffle(x, scale)
            answer = call_array(learner, x, scale)
            expect(
                answer.shape != (right.shape[0], right.shape[1]),
                "the colour axis is lost: the answer has three axes, (H*s, W*s, C), even when C is 1.",
            )
            expect(
                answer.shape == right.shape,
                f"an input of shape {x.shape} at scale {scale} must become {right.shape}, got {answer.shape}.",
            )
            if np.array_equal(answer, right):
                continue
            blocks = x.reshape(height, width, scale, scale, colours)
            expect(
                not np.array_equal(answer, x.reshape(right.shape)),
                "right shape, wrong order: a reshape alone cannot move pixels. Did you skip the transpose, or not keep its result?",
            )
            expect(
                not np.array_equal(answer, blocks.transpose(0, 3, 1, 2, 4).reshape(right.shape)),
                "rows and columns of the block are swapped: i, the first of the two, belongs to the rows.",
            )
            expect(
                not np.array_equal(answer, blocks.transpose(2, 0, 3, 1, 4).reshape(right.shape)),
                "each small image stayed in one piece: H must come before i, and W before j.",
            )
            torch_order = x.reshape(height, width, colours, scale, scale).transpose(0, 3, 1, 4, 2)
            expect(
                not np.array_equal(answer, torch_order.reshape(right.shape)),
                "that is PyTorch's order, channel = c*s*s + i*s + j. Here the colour runs fastest: (i*s + j)*C + c.",
            )
            strided = np.zeros(right.shape, x.dtype)
            for k in range(scale**2):
                strided[k // scale :: scale, k % scale :: scale] = x[..., k : k + colours]
            expect(
                not np.array_equal(answer, strided), "right for one colour only: at which channel does place k start when each place has C?"
            )
            expect(False, "right shape, wrong order: write the shape of every step behind its line and compare.")

    def reference(x, scale):
        return _shuffle(x, scale)

    reference.__name__ = "pixel_shuffle"
    return judge(function, reference, examine)


def pixel_unshuffle(function):
    """Check `pixel_unshuffle(image, scale)`: (H*s, W*s, C) -> (H, W, C*s*s), the inverse."""

    def examine(learner):
        for (height, width), scale, colours in CASES:
            right = np.arange(height * width * colours * scale**2).reshape(height, width, -1)
            image = _shuffle(right, scale)
            answer = call_array(learner, image, scale)
            expect(
                answer.shape == right.shape,
                f"an image of shape {image.shape} at scale {scale} must become {right.shape}, got {answer.shape}.",
            )
            if np.array_equal(answer, right):
                continue
            expect(
                not np.array_equal(answer, image.reshape(right.shape)),
                "right shape, wrong order: a reshape alone cannot move pixels. Did you skip the transpose, or not keep its result?",
            )
            blocks = image.reshape(height, scale, width, scale, colours)
            expect(
                not np.array_equal(answer, blocks.transpose(0, 2, 3, 1, 4).reshape(right.shape)),
                "rows and columns of the block are swapped: i (the row) comes before j (the column).",
            )
            expect(
                not np.array_equal(answer, blocks.transpose(0, 2, 4, 1, 3).reshape(right.shape)),
                "that is PyTorch's order: here the colours of one pixel stay together, C comes last.",
            )
            quarters = image.reshape(scale, height, scale, width, colours).transpose(1, 3, 0, 2, 4)
            expect(
                not np.array_equal(answer, quarters.reshape(right.shape)),
                "the picture was cut into large tiles; take every s-th pixel instead: split rows into (H, s), not (s, H).",
            )
            unsplit = image.reshape(height, width, scale, scale, colours)
            expect(
                not any(np.array_equal(answer, unsplit.transpose(*axes).reshape(right.shape)) for axes in ((0, 1, 2, 3, 4), (0, 2, 1, 3, 4), (0, 1, 3, 2, 4), (0, 3, 1, 2, 4))),
                "look at the split: in memory each image row runs through W, then j. Into which axes do the H*s rows split?",
            )
            expect(False, "right shape, wrong order: does pixel_shuffle bring back the image you started from?")

    def reference(image, scale):
        height, width, colours = image.shape[0] // scale, image.shape[1] // scale, image.shape[2]
        x = image.reshape(height, scale, width, scale, colours).transpose(0, 2, 1, 3, 4)
        return x.reshape(height, width, -1)

    reference.__name__ = "pixel_unshuffle"
    return judge(function, reference, examine)


def channel_of(function):
    """Check `channel_of(i, j, c, scale, colours)`: which channel becomes row i, column j, colour c of a block."""

    def examine(learner):
        cases = [(i, j, c, s, n) for s, n in ((2, 1), (3, 1), (2, 3), (3, 3)) for i in range(s) for j in range(s) for c in range(n)]
        answers = [call_number(learner, *case) for case in cases]
        right = [(i * s + j) * n + c for i, j, c, s, n in cases]
        of_the_example = [k for k, (*_, s, n) in enumerate(cases) if (s, n) == (2, 3)]

        def given_by(formula):
            return answers == [formula(*case) for case in cases]

        expect(
            not given_by(lambda i, j, c, s, n: (j * s + i) * n + c),
            "rows and columns are swapped: a step down (i) skips a whole row of the block, `scale` places.",
        )
        expect(
            not given_by(lambda i, j, c, s, n: c * s * s + i * s + j),
            "that is PyTorch's order: here the colours of one pixel lie side by side, so c counts single steps.",
        )
        expect(
            not given_by(lambda i, j, c, s, n: i * s + j + c),
            "with three colours, one step to the right (j) must skip three channels: is `colours` in your formula?",
        )
        expect(
            not given_by(lambda i, j, c, s, n: (i * s + j) * n + c + 1), "channels are counted from 0: you are one too high."
        )
        expect(
            answers == right or any(answers[k] != right[k] for k in of_the_example),
            "right for the example (scale 2, three colours), but not always: use `scale` and `colours`, not the example's numbers.",
        )
        expect(
            not given_by(lambda i, j, c, s, n: i * s + j * n + c) and not given_by(lambda i, j, c, s, n: (i + j) * n + c),
            "one step down must skip a whole row of the block: how many places, and how many channels in each?",
        )
        for (i, j, c, s, n), answer, wanted in zip(cases, answers, right, strict=True):
            expect(
                answer == wanted,
                f"for i={i}, j={j}, c={c}, scale={s}, colours={n} the channel is not {answer}: count along the block, row by row.",
            )

    def reference(i, j, c, scale, colours):
        return (i * scale + j) * colours + c

    reference.__name__ = "channel_of"
    return judge(function, reference, examine)


def _shuffle(x, scale):
    height, width, channels = x.shape
    x = x.reshape(height, width, scale, scale, channels // scale**2)  # (H, W, s, s, C)
    return x.transpose(0, 2, 1, 3, 4).reshape(height * scale, width * scale, -1)  # (H, s, W, s, C)
