"""Checks of notebook 10: the safest network, the error to expect of a guess, shared gradients, the result form."""

import math

import numpy as np

from sr_helpers.statistics import STUDENT_T, conclusion, interval_of_the_mean
from sr_helpers.checks.verdict import call, call_array, call_number, close, expect, judge

VERDICTS = ("better", "worse", "not shown", "invalid")
PROTOCOL = ("claim", "scale", "convention", "train", "test", "steps", "seeds", "variants")


def safest(function):
    """Check `safest(psnr)`: the row of the network whose largest regret over the columns is the smallest."""

    def examine(learner):
        six = [[29.0, 29.0, 25.0], [30.0, 29.0, 25.5], [26.0, 33.0, 27.0], [27.5, 28.5, 22.5], [28.5, 31.5, 23.75], [26.5, 31.0, 26.5]]
        for psnr in (np.array(six), np.array([[28.0, 33.0, 20.0], [29.0, 31.0, 21.0]])):  # in the first, every slip picks a row of its own
            answer = call_number(learner, psnr)
            regret = psnr.max(axis=0) - psnr
            right = int(regret.max(axis=1).argmin())
            where = f"for the {psnr.shape[0]} networks {psnr.tolist()}"
            expect(
                not close(answer, regret.max(axis=1).min()) or answer == right, "that is the smallest of the largest regrets; return the ROW it stands in."
            )
            expect(answer in range(psnr.shape[0]), f"{where}: return the number of a row, 0 to {psnr.shape[0] - 1}, not {answer}.")
            if answer == right:
                continue
            wrong = {
                "that network has the LARGEST worst regret: the safest has the smallest.": regret.max(axis=1).argmax(),
                "the best on average can fail badly on one column: go by each row's worst regret.": regret.mean(axis=1).argmin(),
                "regrets compare down a column: the best of that column minus each entry. Which axis is that?": (
                    psnr.max(axis=1, keepdims=True) - psnr
                ).max(axis=1).argmin(),
                "some columns are harder for every network: take regrets, not PSNRs.": psnr.min(axis=1).argmax(),
            }
            for message, row in wrong.items():
                expect(answer != row, f"{where}: {message}")
            expect(False, f"{where}: the largest regrets are {regret.max(axis=1).tolist()}; which row is safest?")

    def reference(psnr):
        return int((psnr.max(axis=0) - psnr).max(axis=1).argmin())

    reference.__name__ = "safest"
    return judge(function, reference, examine)


def expected_error(function):
    """Check `expected_error(guess, candidates)`: the mean squared error to expect when any candidate may be the truth."""

    def examine(learner):
        rng = np.random.default_rng(5)
        for count, shape in ((4, (3, 5)), (7, (6, 2))):
            candidates, guess = rng.random((count, *shape)), rng.random(shape)
            answer = call_number(learner, guess, candidates)
            error = guess - candidates
            right = reference(guess, candidates)
            if close(answer, right, 1e-6):
                continue
            wrong = {
                "that is the error against the candidates' MEAN; the truth is one of them: square first, then average.": np.mean(
                    (guess - candidates.mean(axis=0)) ** 2
                ),
                "errors of both signs cancel: square them before you average.": np.mean(error),
                "averaged before it was squared: errors of both signs cancel. Square each error first.": np.mean(error) ** 2,
                "that is how the candidates scatter, whatever the guess: where did `guess` go?": np.var(candidates),
                "that is in dB; wanted is the mean squared error itself.": -10 * math.log10(right),
                "that is the absolute error: square it.": np.mean(np.abs(error)),
                "that is the sum over all pixels; take the mean.": np.sum(error**2),
                "the pixels are summed and the candidates averaged: average both.": np.sum(error**2) / count,
                "the candidates are summed and the pixels averaged: average both.": np.sum(error**2) / error[0].size,
                "that is the worst candidate's error; all are equally likely.": np.max(np.mean(error**2, axis=(1, 2))),
                "that is the luckiest candidate's error; all are equally likely.": np.min(np.mean(error**2, axis=(1, 2))),
                "the root is too much: wanted is the mean squared error.": math.sqrt(right),
                "you compared with one candidate only; each may be the truth.": np.mean(error[0] ** 2),
            }
            for message, value in wrong.items():
                expect(not close(answer, value, 1e-9), message)
            expect(False, f"for {count} candidates of shape {shape} it is {right:.4f}, not {float(answer):.4f}.")

    def reference(guess, candidates):
        return float(np.mean((guess - candidates) ** 2))

    reference.__name__ = "expected_error"
    return judge(function, reference, examine)


def shared_gradient(function):
    """Check `shared_gradient(gradients, sizes)`: the whole batch's mean gradient from the devices' own mean gradients."""

    def examine(learner):
        rng = np.random.default_rng(6)
        for sizes, shape in (((4, 4), (3,)), ((3, 5), (2, 3)), ((1, 2, 5), (4,))):
            gradients = [rng.normal(0, 1, shape) for _ in sizes]
            answer = call_array(learner, gradients, list(sizes))
            right = reference(gradients, sizes)
            expect(answer.shape == shape, f"the answer must have the shape of one gradient, {shape}, not {answer.shape}.")
            if close(answer, right, 1e-9):
                continue
            weighted = [g * n for g, n in zip(gradients, sizes, strict=True)]
            divided = [g / n for g, n in zip(gradients, sizes, strict=True)]
            shares = " and ".join(map(str, sizes))
            wrong = {
                "that is the sum: a step would be longer with every device added.": np.sum(gradients, axis=0),
                "divide by the number of PATCHES in the batch, not of devices.": np.sum(weighted, axis=0) / len(sizes),
                "the shares are weighted but not divided by the whole batch.": np.sum(weighted, axis=0),
                "each mean must count as often as its device had patches: multiply by the sizes before you add.": np.sum(gradients, axis=0) / sum(sizes),
                "the first device's gradient alone: then the others work in vain.": gradients[0],
                "you divided by the sizes: weigh each gradient in proportion to its patches.": np.sum(divided, axis=0) / sum(1 / n for n in sizes),
                f"the devices had {shares} patches: the plain mean gives a patch of the small share more weight.": np.mean(gradients, axis=0),
            }
            for message, value in wrong.items():
                expect(not close(answer, value, 1e-9), message)
            expect(False, f"for shares of {shares} patches the mean over all patches comes out otherwise.")

    def reference(gradients, sizes):
        return np.sum([g * n for g, n in zip(gradients, sizes, strict=True)], axis=0) / np.sum(sizes)

    reference.__name__ = "shared_gradient"
    return judge(function, reference, examine)


def result_form(function):
    """Check `result_form(protocol, seeds, base, changed, leaks_found)`: a dict with protocol, seeds, interval, verdict."""

    def examine(learner):
        protocol = {"claim": "c", "scale": 3, "convention": "classic", "train": "starter/train", "test": "starter/test", "steps": 200}
        for case in _experiments():
            seeds, base, changed, found = case["seeds"], case["base"], case["changed"], case["found"]
            form = call(learner, dict(protocol), list(seeds), list(base), list(changed), list(found))
            expect(isinstance(form, dict), "return a dict with the keys protocol, seeds, interval and verdict.")
            missing = [key for key in ("protocol", "seeds", "interval", "verdict") if key not in form]
            expect(not missing, f"the form has no {' and no '.join(missing)}.")
            expect(form["protocol"] == protocol, "hand the protocol on as it was fixed before the runs: all of it, unchanged.")
            expect(isinstance(form["seeds"], list | tuple | np.ndarray), "`seeds` are the numbers of the seeds, a list, as they were given.")
            expect(list(form["seeds"]) == list(seeds), "the form must name every seed that was run, also those that went badly.")
            _examine_interval(form["interval"], base, changed)
            low, high = interval_of_the_mean(base, changed, STUDENT_T[len(base)])
            verdict, right = form["verdict"], conclusion(low, high)
            expect(verdict in VERDICTS, f"the verdict is one of {', '.join(VERDICTS)}, not {verdict!r}.")
            expect(
                not found or verdict == "invalid",
                f'the leak scan found {found}: whatever the numbers say, the verdict is "invalid", not {verdict!r}.',
            )
            expect(found or verdict != "invalid", 'nothing leaked here: "invalid" is for experiments whose leak scan found something.')
            if found:
                continue
            expect(
                (right, verdict) not in (("better", "worse"), ("worse", "better")),
                f"an interval of ({low:.2f}, {high:.2f}) dB was called {verdict!r}: it is changed - base, and more dB is better.",
            )
            expect(right != "not shown" or verdict == right, f"({low:.2f}, {high:.2f}) dB holds zero, and was called {verdict!r}.")
            expect(verdict == right, f"({low:.2f}, {high:.2f}) dB does not hold zero: something is shown.")

    def reference(protocol, seeds, base, changed, leaks_found):
        interval = interval_of_the_mean(base, changed, STUDENT_T[len(base)])
        verdict = "invalid" if leaks_found else conclusion(*interval)
        return {"protocol": protocol, "seeds": seeds, "interval": interval, "verdict": verdict}

    reference.__name__ = "result_form"
    return judge(function, reference, examine)


def protocol(fixed):
    """Check a capstone's protocol, a dict, before anything runs, and return it; raises `Wrong` with what it lacks."""
    expect(isinstance(fixed, dict), "the protocol is a dict.")
    missing = [key for key in PROTOCOL if not fixed.get(key)]
    expect(not missing, f"the protocol does not say its {' and its '.join(missing)}: fix it before the first run.")
    expect(fixed["train"] != fixed["test"], "the protocol tests on the photographs it learns from.")
    expect(fixed["convention"] in ("classic", "modern"), f"the convention is classic or modern, not {fixed['convention']!r}.")
    expect(isinstance(fixed["steps"], int), f"the steps are a whole number, not {fixed['steps']!r}.")
    seeds, variants = list(fixed["seeds"]), fixed["variants"]
    expect(len(set(seeds)) == len(seeds) and 3 <= len(seeds) <= 10, f"three to ten different seeds are wanted, not {seeds}.")
    expect(set(variants) == {"base", "changed"}, "the variants are called base and changed.")
    base, changed = ({(part, key): value for part, rest in variant.items() for key, value in rest.items()} for variant in variants.values())
    different = {key for key in base | changed if base.get(key) != changed.get(key)}
    expect(len(different) == 1, f"base and changed must differ in one thing, not in {len(different)}.")
    expect(fixed["scale"] in (2, 3, 4), f"the scale is 2, 3 or 4, not {fixed['scale']!r}.")
    print("protocol: complete. Now it is fixed.")
    return fixed


def _experiments():
    """Made-up experiments: clearly better (last seed odd), worse, not shown at three seeds, and better but leaked."""
    base = [28.40, 28.55, 28.30]
    yield {"seeds": [0, 1, 2], "base": base, "changed": [28.61, 28.74, 28.52], "found": []}
    yield {"seeds": [3, 4, 5], "base": base, "changed": [28.15, 28.33, 28.06], "found": []}
    yield {"seeds": [0, 1, 2], "base": base, "changed": [28.46, 28.63, 28.33], "found": []}  # paired t = 4.303 needed
    yield {"seeds": [0, 1, 2, 7], "base": [*base, 28.45], "changed": [28.50, 28.42, 28.43, 28.41], "found": []}
    yield {"seeds": [0, 1, 2], "base": base, "changed": [28.44, 28.58, 28.35], "found": []}  # a small gain, but shown
    yield {"seeds": [0, 1, 2], "base": base, "changed": [28.36, 28.52, 28.25], "found": []}
    for changed in ([28.61, 28.74, 28.52], [28.15, 28.33, 28.06], [28.46, 28.63, 28.33]):
        yield {"seeds": [0, 1, 2], "base": base, "changed": changed, "found": [("a", "b", "mirrored")]}


def _examine_interval(interval, base, changed):
    expect(isinstance(interval, tuple | list | np.ndarray) and len(interval) == 2, "the interval is two numbers, (low, high).")
    d = np.subtract(changed, base)
    middle, error, n = d.mean(), d.std(ddof=1) / math.sqrt(len(d)), len(d)

    def given_by(half, middle=middle):
        return close(interval, (middle - half, middle + half), 1e-6)

    expect(not given_by(STUDENT_T[n] * error, -middle), "the interval is turned round: wanted is changed - base.")
    expect(not (n != 5 and given_by(STUDENT_T[5] * error)), f"2.776 is for five pairs; here are {n}: look up `T[len(seeds)]`.")
    expect(
        not given_by(STUDENT_T[n] * error * math.sqrt((n - 1) / n)), "the standard deviation divides by n; from so few seeds it must divide by n - 1: see ddof."
    )
    expect(not given_by(1.96 * error), "1.96 is for many seeds; with few, use `T[len(seeds)]`.")
    expect(not given_by(error), "one standard error to either side is not a 95 % interval: where is t?")
    expect(not close(interval, (d.min(), d.max()), 1e-6), "smallest and largest difference are no interval of the mean.")
    expect(
        given_by(STUDENT_T[n] * error),
        f"for the differences {', '.join(f'{x:+.2f}' for x in d)} dB the interval is "
        f"({middle - STUDENT_T[n] * error:.3f}, {middle + STUDENT_T[n] * error:.3f}).",
    )
