"""The engine of the checks: an exercise is declared in one place, and its check follows from that.

How to add an exercise: write the right answer, the inputs to try it on, and its slips, each a short *wrong answer*
with the one sentence that its author needs.

    def _half(image, scale):
        \"\"\"The mean of every scale x scale block: (H, W) -> (H/s, W/s).\"\"\"
        height, width = image.shape
        return image.reshape(height // scale, scale, width // scale, scale).mean(axis=(1, 3))

    half = exercise(
        _half,                                     # its name, without the underscore, is the exercise's
        cases=[
            (fractions(2, 2), 2),                  # the smallest is the one that is shown: make it tiny
            (fractions(6, 9), 3),                  # not square, another scale
            case(fractions(4, 4), scale=2),        # an argument by its name
            case(np.ones((4, 4)), 1, why="at scale 1 nothing may change."),  # told if only such inputs fail
        ],
        slips=[
            (lambda image, scale: image[::scale, ::scale], "one pixel of each block was taken; take the mean of all."),
        ],
        symptoms=[(lambda answer, wanted, image, scale: answer.max() > 1, "the pixels were added: divide.")],
        demands=[],
    )

- The reference is a small, plain function with source: the tests make mutants of it, and what it returns (an array of
  floats, a whole number, a pair) is the kind that is wanted; see `comparing`.
- A case is a tuple of arguments, a `case(...)`, or a function that makes the arguments afresh (a clock has state).
- A slip is told only when the answers agree with it on *all* inputs, a crash included. The tests see to it that every
  slip differs from the reference and from the other slips: if two agree, add an input that parts them.
- A symptom is a condition on (answer, wanted, *arguments), asked when nothing fits, that holds on every wrong input.
- A demand is a condition on (answer, *arguments) that must hold always, also where the answer is right. Both, and
  sentences that are functions, get a case's options by name.
- When no slip fits, the check tries small changes of the learner's own source (`changes`); if one makes every answer
  right, its line is told. So a slip earns its place by a *reason*, or where more than one thing is wrong.
- `play(function, *arguments)` uses the function otherwise than by one call (many draws of a random corner);
  `seen(answer, *arguments)` is what of an answer is compared (a model: what it computes). `tolerance` replaces
  `comparing.PRECISION` of the largest number wanted. A sentence may be a function of (answer, wanted, *arguments).

Then import it in `checks/__init__.py`, and put two right answers and a `draw` of random arguments in `tests/answers/`.
Nothing else is needed: changed arguments, kinds, crashes, blanks and lines of code are the engine's.
"""

import contextlib
import types
from typing import NamedTuple

import numpy as np

from sr_helpers.checks import calling, words
from sr_helpers.checks.calling import Case, case
from sr_helpers.checks.judging import Judge

__all__ = ["DECLARED", "Exercise", "Wrong", "case", "exercise", "fractions", "letters"]

DECLARED = {}  # name -> Exercise, in the order of declaration; the tests walk it


class Wrong(Exception):
    """A wrong answer; its message says where to look. Notebooks show the message without a traceback."""

    def _render_traceback_(self):
        return [f"WRONG  {self}"]


class Exercise(NamedTuple):
    """A declaration; see the head of this module."""

    name: str
    reference: object
    cases: list
    slips: list
    symptoms: list
    demands: list
    play: object
    seen: object
    tolerance: float | None
    fallback: object


def exercise(reference, cases, slips=(), symptoms=(), demands=(), play=None, seen=None, tolerance=None):
    """Declare an exercise; returns its check, `check(function)` -> the function to go on with."""
    name = reference.__name__.lstrip("_")
    cases = [each if isinstance(each, Case) else _made(each) for each in cases]
    declared = Exercise(
        name, reference, cases, list(slips), list(symptoms), list(demands), play, seen, tolerance, _fallback(reference)
    )
    DECLARED[name] = declared

    def check(function):
        return _verdict(declared, function)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"Check your `{name}`. {reference.__doc__ or ''}"
    return check


def fractions(*shape, seed=0):
    """Different numbers between 0 and 1 in no order: constants hide a wrong order, whole numbers hide uint8."""
    count = int(np.prod(shape))
    return ((np.random.default_rng(seed).permutation(count) + 0.5) / count).reshape(shape)


def letters(right, look):
    """Symptoms of an exercise whose answer is a dict, letter -> one of a few words; `right` is never shown."""
    choices = sorted(set(right.values()))

    def differs(letter):
        return lambda answer, wanted: answer[letter] != wanted[letter]

    def unknown(answer, wanted):
        strangers = sorted({str(word)[:20] for word in answer.values()} - set(choices))
        return f"{', '.join(strangers)}: choose from {', '.join(choices)}."

    def sentence(letter):
        return lambda answer, wanted: f"{letter} is not {answer[letter]!r}: {look[letter]}"

    strange = (lambda answer, wanted: bool(set(answer.values()) - set(choices)), unknown)
    more = (lambda answer, wanted: answer.keys() != wanted.keys(), f"the keys are {', '.join(right)} and no others.")
    return [more, strange, *((differs(letter), sentence(letter)) for letter in right)]


def _verdict(declared, function):
    """Print or raise one of the three verdicts."""
    name = declared.name
    if function is declared.fallback:
        print(f"{name}: not done yet; the course's version is used from here on.")
        return function
    if not callable(function):
        raise Wrong(f"{name}: pass the function itself, as checks.{name}({name}), not its result.")
    learner = calling.Watched(function)
    cases = [*declared.cases, declared.cases[0]]  # the first once more: a function must not remember
    printed = calling.Printed()
    try:
        with contextlib.redirect_stdout(printed):
            found = calling.within(calling.SECONDS, function, lambda: calling.outcomes(learner, cases, declared.play))
            sentence = None if _blank(learner, found) else _fault(declared, learner, found)
    except calling.TooSlow as slow:
        line = slow.args[0]
        at = f" and is still at line {line[0]}, `{line[1][:80]}`" if line and line[1] else ""
        sentence = f"it takes longer than {calling.SECONDS} seconds{at}: does a loop never end?"
    except Exception:  # an object that is hostile to looking at: our lines would not help, nor be fair
        sentence = "it returned something that cannot be compared; the docstring says what to return."
    printed.show()
    if sentence:
        raise Wrong(f"{name}: {sentence}")
    if _blank(learner, found):
        print(
            f"{name}: not done yet; the course's version is used from here on. "
            "(If you wrote it: is the `return` missing?)"
        )
        return declared.fallback
    print(f"{name}: passed. Your version is used from here on.")
    return function


def _blank(learner, found):
    """Nothing came back from any call, and nothing crashed."""
    return learner.calls > 0 and len(learner.silent) == learner.calls


def _fault(declared, learner, found):
    """The sentence that the author of these answers needs; None when there is nothing to say."""
    if learner.changed:
        return _changed(declared, learner.changed[0])
    if learner.silent:
        shown = words.call(declared.name, *learner.silent[0])
        return f"it returned nothing for {shown}: does every way through the function end in a `return`?"
    found, again = found[:-1], found[-1]
    judge = Judge(declared)
    wrong = judge.wrong(found)
    if not wrong:
        if not judge.agree([found[0]], [again], strictly=True):
            return "called twice with the same arguments it gave two different answers: does it keep or draw something?"
        return judge.unmet(found)
    slip = judge.slip(found)
    if slip:
        return slip
    blamed = _before(declared, learner.function, judge)
    return blamed or judge.unnamed(found, wrong, learner.function)


def _changed(declared, key):
    code = getattr(calling.plain_function(declared.reference), "__code__", None)
    name = code.co_varnames[key] if code and isinstance(key, int) and key < code.co_argcount else key
    return (
        f"it changes its argument `{name}` in place, but later cells need it: copy it first (`a = a - b`, no `a -= b`)."
    )


def _before(declared, function, judge):
    """Whether all is right but for another exercise's function, which this one calls and which has not passed."""
    plain = calling.plain_function(function)
    if plain is None or plain is not function:
        return None
    used = [
        name
        for name in plain.__code__.co_names
        if name in DECLARED and name != declared.name and name in plain.__globals__
    ]
    for name in used:
        names = plain.__globals__ | {name: DECLARED[name].reference}
        mended = types.FunctionType(plain.__code__, names, plain.__name__, plain.__defaults__, plain.__closure__)
        mended.__kwdefaults__ = plain.__kwdefaults__
        if not judge.wrong(calling.outcomes(mended, declared.cases, declared.play)):
            return f"this one is right, but the `{name}` that it calls is not: run the check of `{name}` again first."
    return None


def _made(given):
    """A case from a tuple of arguments, or from a function that makes one."""
    if callable(given):
        return Case(lambda: (calling.copied(given()), {}))
    return case(*given)


def _fallback(reference):
    """The course's version, under the exercise's own name."""

    def fallback(*arguments, **options):
        return reference(*arguments, **options)

    fallback.__name__ = fallback.__qualname__ = reference.__name__.lstrip("_")
    fallback.__doc__ = reference.__doc__
    return fallback
