"""Checks of notebook 04: interpolation as filters, a filter learned in closed form, the transposed convolution."""

import numpy as np

from sr_helpers import resize
from sr_helpers.checks.verdict import array, call, call_array, close, expect, judge

OFFSETS = np.arange(-2, 3)  # five LR pixels


def tent(x):
    """The kernel of linear interpolation: falls from 1 at 0 to 0 at distance 1."""
    return np.maximum(1 - np.abs(x), 0)


def phase_weights(function):
    """Check `phase_weights(i, scale, kernel)`: the weights of LR pixels -2..2 in sub-pixel i of the middle one."""

    def examine(learner):
        for scale in (3, 2, 4):
            for kernel in (tent, resize.cubic):
                answers = np.array([call_array(learner, i, scale, kernel) for i in range(scale)])
                right = np.array([reference(i, scale, kernel) for i in range(scale)])
                expect(
                    answers.shape == right.shape, f"five weights are wanted, for the LR pixels -2..2; got shape {answers.shape[1:]}."
                )
                if close(answers, right):
                    continue
                expect(
                    not close(answers, right[:, ::-1]),
                    "the filter is mirrored: sub-pixel 0 lies left of the middle, so the left neighbour weighs more than the right.",
                )
                i = np.arange(scale)[:, None]
                expect(
                    not close(answers, kernel(OFFSETS - i / scale)),
                    "the corners were lined up: sub-pixel i is a little square too, and its MIDDLE counts, at scale 3 at -1/3, 0 and 1/3.",
                )
                expect(
                    not close(answers, kernel(OFFSETS - (i + 0.5) / scale)),
                    "half an LR pixel off: position 0 is the MIDDLE of the LR pixel. Where did the last 0.5 go?",
                )
                expect(
                    not close(answers, kernel((OFFSETS - ((i + 0.5) / scale - 0.5)) / scale)),
                    "the kernel was widened: that is for shrinking. An enlarged picture cannot alias.",
                )
                expect(
                    kernel is tent or not close(answers, [[tent(o - (k + 0.5) / scale + 0.5) for o in OFFSETS] for k in range(scale)]),
                    "the kernel that was given must be used, whichever it is: call kernel(distance).",
                )
                expect(
                    not close(answers, kernel((OFFSETS - ((i + 0.5) / scale - 0.5)) * scale)),
                    "the distances were multiplied by the scale: they are in LR pixels already, as the kernel wants them.",
                )
                expect(
                    not any(close(answers, kernel(OFFSETS - p)) for p in ((i - 1) / 3, (i - scale // 2) / scale)),
                    f"right at scale 3, not at {scale}: what lies in the middle when the scale is even, or is a 3 written in?",
                )
                expect(
                    abs(answers.sum(axis=1) - 1).max() < 1e-6,
                    f"the weights of each sub-pixel must sum to 1, or flat grey gets stripes; they sum to {np.round(answers.sum(axis=1), 3)}.",
                )
                expect(False, f"sub-pixel 0 at scale {scale}: wanted {np.round(right[0], 3)}, got {np.round(answers[0], 3)}.")

    def reference(i, scale, kernel):
        return kernel(OFFSETS - ((i + 0.5) / scale - 0.5))

    reference.__name__ = "phase_weights"
    return judge(function, reference, examine)


def filter_bank(function):
    """Check `filter_bank(weights)`: (s, 5) weights of the sub-pixels -> (5, 5, 1, s*s) filters."""

    def examine(learner):
        rng = np.random.default_rng(0)
        for scale in (2, 3):
            weights = rng.random((scale, 5))
            right = reference(weights)
            answer = call_array(learner, weights)
            expect(
                answer.shape == right.shape, f"wanted shape (5, 5, 1, {scale**2}): rows, columns, one input, s*s outputs; got {answer.shape}."
            )
            if close(answer, right):
                continue
            swapped = right.reshape(5, 5, 1, scale, scale).swapaxes(3, 4).reshape(right.shape)
            expect(
                not close(answer, swapped),
                "rows and columns are swapped: in channel i*s + j, i is the row: its weights run along the first axis.",
            )
            expect(
                not close(answer, np.moveaxis(right.reshape(-1, scale**2).T.reshape(scale**2, 5, 5), 0, 2).reshape(right.shape))
                and not close(answer, np.moveaxis(right[:, :, 0], 2, 0).reshape(right.shape)),
                "a reshape scrambled it: channels must go last, so stack along the last axis (or transpose).",
            )
            expect(
                not close(answer, right[::-1, ::-1]),
                "the filters are turned by half a turn: a Keras convolution does not flip its filters.",
            )
            added = np.stack([weights[i][:, None] + weights[j][None] for i in range(scale) for j in range(scale)], -1)[:, :, None]
            expect(not close(answer, added), "the weights of row and column are multiplied, not added.")
            expect(False, "right shape, wrong numbers: filter i*s + j at (row, column) is weights[i][row] * weights[j][column].")

    def reference(weights):
        scale = len(weights)
        filters = [np.outer(weights[i], weights[j]) for i in range(scale) for j in range(scale)]
        return np.stack(filters, axis=-1)[:, :, None]

    reference.__name__ = "filter_bank"
    return judge(function, reference, examine)


def least_squares(function):
    """Check `least_squares(patches, targets)`: W (25, s*s) that makes patches @ W closest to targets."""

    def examine(learner):
        rng = np.random.default_rng(0)
        for pixels, outputs in ((25, 9), (9, 4)):
            patches = rng.standard_normal((200, pixels))
            targets = patches @ rng.standard_normal((pixels, outputs)) + rng.standard_normal((200, outputs))
            right = reference(patches, targets)
            answer = call(learner, patches, targets)
            expect(not (isinstance(answer, tuple) and len(answer) == 4), "np.linalg.lstsq returns four things; which one is W?")
            array(answer)
            expect(
                not close(answer, np.linalg.inv(patches.T @ patches), 1e-6),
                "that is the inverse of P.T @ P alone: where does the right side of the equations come in?",
            )
            expect(answer.shape != right.T.shape, f"the answer is lying on its side: wanted ({pixels}, {outputs}), got {answer.shape}.")
            expect(answer.shape == right.shape, f"wanted one column of {pixels} weights for each output, {right.shape}; got {answer.shape}.")
            if close(answer, right, 1e-3 * np.abs(right).max()):
                continue
            correlation = patches.T @ targets
            expect(
                not any(close(answer, correlation / n, 1e-6 * np.abs(answer).max()) for n in (1, 200)),
                "that is only the right side of the equations, P.T @ Y: solve with P.T @ P on the left side.",
            )
            expect(
                not close(answer, -right, 1e-6),
                "the sign is wrong.",
            )
            centred = patches - patches.mean(axis=0), targets - targets.mean(axis=0)
            expect(
                not close(answer, reference(*centred), 1e-6),
                "the means were taken away first: a filter has no bias to put them back, use patches and targets as they are.",
            )
            error, best = (np.mean((patches @ w - targets) ** 2) for w in (answer, right))
            expect(False, f"its mean squared error is {error:.3f}, but {best:.3f} is possible.")

    def reference(patches, targets):
        return np.linalg.lstsq(patches, targets, rcond=None)[0]

    reference.__name__ = "least_squares"
    return judge(function, reference, examine)


def transposed_kernel(function):
    """Check `transposed_kernel(bank, scale)`: (k, k, 1, s*s) -> (k*s, k*s), the one kernel behind the bank."""

    def examine(learner):
        rng = np.random.default_rng(0)
        for k, scale in ((5, 3), (3, 2)):
            bank = rng.random((k, k, 1, scale**2))
            right = reference(bank, scale)
            answer = call_array(learner, bank, scale)
            expect(answer.shape != (*right.shape, 1), f"wanted shape {right.shape}, got {answer.shape}: drop the last axis.")
            expect(
                answer.shape == right.shape, f"a bank of {k}x{k} filters at scale {scale} makes one kernel of {right.shape}, got {answer.shape}."
            )
            if close(answer, right):
                continue
            expect(
                not close(answer, _interleave(bank, scale)),
                "interleaved, but not flipped: a filter collects from the pixel BEFORE it what the kernel spreads AFTER it. Flip the bank first.",
            )
            expect(not close(answer, _interleave(bank, scale)[::-1, ::-1]), "the finished kernel was flipped, sub-pixels included: flip the bank before.")
            expect(
                not (close(answer, _interleave(bank[::-1], scale)) or close(answer, _interleave(bank[:, ::-1], scale))),
                "flipped along one axis only: a kernel in two dimensions needs both.",
            )
            expect(
                not close(answer, right.T) and not close(answer, _interleave(bank[::-1, ::-1].swapaxes(0, 1), scale)),
                "rows and columns are swapped.",
            )
            tiles = np.block([[bank[:, :, 0, i * scale + j] for j in range(scale)] for i in range(scale)])
            flipped = np.block([[bank[::-1, ::-1, 0, i * scale + j] for j in range(scale)] for i in range(scale)])
            expect(not (close(answer, tiles) or close(answer, flipped)), "the filters stand side by side: their numbers must interleave, as the small images did in notebook 01.")
            expect(
                not close(answer, _interleave(bank.reshape(k, k, scale, scale).swapaxes(2, 3).reshape(bank.shape)[::-1, ::-1], scale)),
                "channel i*s + j was read as j*s + i: i is the row.",
            )
            expect(
                not close(answer, bank[::-1, ::-1].reshape(right.shape)),
                "a reshape is not enough: the s*s filters must interleave, as in notebook 01.",
            )
            expect(False, "right shape, wrong order: it is the pixel shuffle of a flipped bank.")

    def reference(bank, scale):
        return _interleave(bank[::-1, ::-1], scale)

    reference.__name__ = "transposed_kernel"
    return judge(function, reference, examine)


def _interleave(bank, scale):
    k = bank.shape[0]
    return bank.reshape(k, k, scale, scale).transpose(0, 2, 1, 3).reshape(k * scale, k * scale)
