"""Checks of notebook 07: the length of a training and its learning rate."""

import math

import numpy as np

from sr_helpers.checks.verdict import call, expect, judge


def cosine_rate(function):
    """Check `cosine_rate(step, steps, start)`: half a cosine from `start` down to 0."""

    def examine(learner):
        cases = [(step, steps, start) for steps, start in ((100, 1e-3), (250, 0.02)) for step in range(0, steps + 1, 10)]
        answers = np.array([float(call(learner, *case)) for case in cases])
        step, steps, start = np.array(cases).T

        def given_by(values):
            return np.allclose(answers, values, rtol=1e-6, atol=1e-12)

        expect(
            not given_by(start * np.cos(np.pi * step / steps)),
            "the rate goes below zero half-way: a learning rate runs from start to 0, so lift the cosine to 0..2 and halve it.",
        )
        expect(
            not given_by(start * np.cos(np.pi * step / steps / 2)),
            "that is a quarter of a wave: it starts flat but hits zero at full slope. Half a wave is flat at both ends.",
        )
        expect(
            not given_by(start * (1 - np.cos(np.pi * step / steps)) / 2),
            "the rate rises from 0 to start: turn it round.",
        )
        expect(
            not given_by(start * (1 + np.cos(step / steps)) / 2), "it does not reach 0 at the last step: half a turn is pi, and is pi in it?"
        )
        expect(not given_by((1 + np.cos(np.pi * step / steps)) / 2), "at step 0 the rate must be `start`, not 1: did you use it?")
        expect(
            not given_by(start * (1 + np.cos(np.pi * (step // steps))) / 2), "`//` throws the fraction away: the rate stands still until the last step."
        )
        expect(not given_by(start * (1 - step / steps)), "that is a straight line; half a cosine is flat at both ends.")
        expect(
            not given_by(start * (1 + np.cos(np.pi * step / steps))), "at step 0 the rate is twice `start`: the sum 1 + cos runs from 2 to 0."
        )
        expect(
            not given_by(start * (1 + np.cos(np.radians(np.pi * step / steps))) / 2), "the cosine of NumPy and math takes radians already."
        )
        expect(
            not given_by(start * (1 + np.cos(180 * step / steps)) / 2), "half a turn is pi, not 180: np.cos counts in radians."
        )
        expect(
            not given_by(start * (1 + np.cos(2 * np.pi * step / steps)) / 2),
            "at the last step the rate is back at `start`: that is a whole wave, half of one is wanted.",
        )
        for case, answer, right in zip(cases, answers, start * (1 + np.cos(np.pi * step / steps)) / 2, strict=True):
            expect(
                math.isclose(answer, right, rel_tol=1e-6, abs_tol=1e-12),
                f"at step {case[0]} of {case[1]}, starting from {case[2]:g}, the rate is {answer:.3g}, not {right:.3g}.",
            )

    def reference(step, steps, start):
        return start * (1 + math.cos(math.pi * step / steps)) / 2

    reference.__name__ = "cosine_rate"
    return judge(function, reference, examine)


def steps_for_epochs(function):
    """Check `steps_for_epochs(pixels, epochs, batch_size, patch_size)`: steps until every LR pixel was drawn `epochs` times on average."""

    def examine(learner):
        for pixels, epochs, batch_size, patch_size in ((9216, 1, 16, 24), (100_000, 3, 16, 24), (50_000, 2, 8, 12), (9_000, 1, 8, 16)):
            answer = call(learner, pixels, epochs, batch_size, patch_size)
            exact = pixels * epochs / (batch_size * patch_size**2)
            right = math.ceil(exact)
            if answer == right:
                continue
            expect(
                answer != math.ceil(pixels * epochs / (batch_size * patch_size)),
                "a patch has patch_size * patch_size pixels, not patch_size.",
            )
            expect(
                answer != math.ceil(pixels * epochs / patch_size**2), "one step draws a whole batch of patches: is batch_size in your formula?"
            )
            expect(answer != math.ceil(pixels / (batch_size * patch_size**2)), "did you use `epochs`?")
            expect(
                answer != epochs * math.ceil(pixels / (batch_size * patch_size**2)), "you round up once an epoch: round once, at the end."
            )
            expect(float(answer).is_integer(), f"steps are whole numbers: {answer:.2f} must be rounded up.")
            expect(
                not answer == round(exact) == math.floor(exact), f"{exact:.2f} steps became {answer}: round UP, or some pixels are left out."
            )
            expect(answer != math.floor(exact), "rounding down leaves some pixels out: round up.")
            expect(
                answer != math.ceil(pixels * epochs / batch_size * patch_size**2),
                "`a / b * c` divides by b alone: put what you divide by in brackets.",
            )
            expect(answer != math.floor(exact) + 1, "that is a step too many when the division comes out even.")
            expect(
                False,
                f"pixels={pixels}, epochs={epochs}, batch_size={batch_size}, patch_size={patch_size}: the answer is {right}, not {answer}.",
            )
        expect(isinstance(answer, int | np.integer), f"{answer} is a float; steps are counted: wrap it in int().")

    def reference(pixels, epochs, batch_size, patch_size):
        return math.ceil(pixels * epochs / (batch_size * patch_size**2))

    reference.__name__ = "steps_for_epochs"
    return judge(function, reference, examine)


def best_step(function):
    """Check `best_step(history)`: the step at which the validation PSNR was highest."""

    def examine(learner):
        histories = [
            [{"step": 40 * k, "loss": loss, "psnr": psnr, "bicubic": 26.8, "learning_rate": 1e-3, "seconds": 9.5 * k} for k, (loss, psnr) in enumerate(rows, start=1)]
            for rows in (
                ((0.05, 27.6), (0.06, 26.1), (0.03, 28.9), (0.02, 29.4), (0.01, 29.2), (0.04, 29.1)),
                ((0.05, 27.5), (0.03, 27.1), (0.02, 26.4)),
            )
        ]
        for history in histories:
            right = reference(history)
            answer = call(learner, [dict(record) for record in history])
            expect(
                answer != history[0]["step"] or answer == right,
                "that is the first step: do you compare like with like, a PSNR with a PSNR?",
            )
            expect(not isinstance(answer, dict), 'the whole record was returned: only its "step" is wanted.')
            expect(np.ndim(answer) == 0, "one number is wanted, the step.")
            expect(answer != history[-1]["step"], "that is the last step: a network can pass its best, so look for the best.")
            expect(
                answer != min(history, key=lambda record: record["loss"])["step"],
                "that is where the LOSS was lowest; judge by photographs that it does not learn from, the validation PSNR.",
            )
            expect(
                answer != min(history, key=lambda record: record["psnr"])["step"], "that is where the PSNR was lowest; higher is better."
            )
            expect(
                answer != right / 40 - 1, "that is the place in the list, counted from 0; return the step that stands there."
            )
            expect(
                answer != max(record["psnr"] for record in history), "that is the best PSNR itself; wanted is the step where it was reached."
            )
            expect(answer == right, f"the best PSNR was reached at step {right}, not {answer}.")

    def reference(history):
        return max(history, key=lambda record: record["psnr"])["step"]

    reference.__name__ = "best_step"
    return judge(function, reference, examine)


DIAGNOSES = {"A": "alignment", "B": "rate", "C": "leak", "D": "range", "E": "relu"}
LOOK = {
    "A": "its loss falls like the healthy run's. What can be learned perfectly well, and still gives the wrong picture?",
    "B": "its gain never moves, and on test it lies where the skip alone lies. What is too violent for the layers to survive?",
    "C": "compare its two curves: it gains far more on validation than on test, and the gap only widens. What did validation see?",
    "D": "look at the size of its loss: hundreds of times the healthy run's. Which numbers are that large?",
    "E": "its gain never moves, and lies at a black picture's value. Which fault lets no gradient through?",
}


def diagnose(function):
    """Check `diagnose()`: a dict, run A to E -> the fault that made it."""

    def examine(learner):
        answer = call(learner)
        expect(isinstance(answer, dict), 'return a dict, as {"A": "relu", ...}.')
        missing = sorted(set(DIAGNOSES) - set(answer))
        expect(len(missing) < 5, "the keys are the letters, \"A\" to \"E\", and the values the faults.")
        expect(not missing, f"no diagnosis for {', '.join(missing)}.")
        unknown = sorted({str(fault) for fault in answer.values()} - set(DIAGNOSES.values()))
        expect(not unknown, f"{', '.join(unknown)}: choose from {', '.join(sorted(DIAGNOSES.values()))}.")
        for run, fault in DIAGNOSES.items():
            expect(answer[run] == fault, f"run {run} is not {answer[run]!r}: {LOOK[run]}")

    def reference():
        return dict(DIAGNOSES)

    reference.__name__ = "diagnose"
    return judge(function, reference, examine)
