"""The three verdicts of a check: not done yet, wrong, passed."""

import functools
import re

import numpy as np

from sr_helpers.checks.engine import Wrong


def judge(learner, reference, examine):
    """Give the verdict on `learner` and return the function to go on with.

    `examine(function)` calls the function on small inputs and raises `Wrong` (or uses `expect`) for a
    wrong answer. A function that returns None is a blank; so is a fallback that an earlier run returned.
    """
    name = reference.__name__
    if getattr(learner, "is_fallback", False):
        print(f"{name}: not done yet; the course's version is used from here on.")
        return learner
    if not callable(learner):
        raise Wrong(f"{name}: pass the function itself, as checks.{name}({name}), not its result.")
    call.answer = None
    try:
        examine(learner)
    except _Blank:
        print(
            f"{name}: not done yet; the course's version is used from here on. "
            "(If you wrote it: is the `return` missing?)"
        )
        return _marked(reference)
    except Wrong as wrong:
        raise Wrong(f"{name}: {wrong}") from None
    except Exception as error:  # an answer of a kind that the check cannot compute with: our lines would not help, nor be fair
        raise Wrong(f"{name}: it returned {_kind(call.answer)}; the docstring says what to return.") from error
    print(f"{name}: passed. Your version is used from here on.")
    return learner


def call(function, *arguments):
    """The function's answer to `arguments` (copied, so that it cannot change them); a blank stops the check."""
    copies = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    shown = ", ".join(_shown(a) for a in arguments)
    try:
        answer = function(*copies)
    except Exception as error:
        hint = " (`/` makes a float, also of whole numbers; `//` divides whole numbers.)" if "'float' object cannot" in str(error) else ""
        raise Wrong(f"it raised {type(error).__name__} when called with {shown}: {_plain(error)}{hint}") from error
    if answer is None or answer is Ellipsis:
        if call.answer is None:
            raise _Blank
        raise Wrong(f"it returned nothing when called with {shown}: does every way through the function end in a `return`?")
    call.answer = answer
    return answer


def call_array(function, *arguments):
    """As `call`; the answer must be a NumPy array, since later cells of the notebook compute with it."""
    return array(call(function, *arguments))


def array(answer):
    """An answer that must be a NumPy array."""
    expect(isinstance(answer, np.ndarray | np.generic), f"it returned {_kind(answer)}; return one NumPy array.")
    return answer


def call_number(function, *arguments):
    """As `call`; the answer must be one number."""
    answer = call(function, *arguments)
    number = isinstance(answer, int | float | np.number) or (isinstance(answer, np.ndarray) and answer.ndim == 0)
    expect(number and not isinstance(answer, bool), f"it returned {_kind(answer)}; return one number.")
    return answer


def expect(condition, message):
    """Raise `Wrong` with `message` unless `condition` holds."""
    if not condition:
        raise Wrong(message)


def close(answer, right, tolerance=1e-6):
    """Whether two arrays (or numbers) have one shape and agree to `tolerance`; never raises."""
    answer, right = np.asarray(answer), np.asarray(right)
    return answer.shape == right.shape and answer.dtype.kind in "fiub" and bool(np.allclose(answer, right, 0, tolerance))


def _kind(answer):
    if isinstance(answer, tuple | list):
        return f"a {type(answer).__name__} of {len(answer)} things"
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}"
    if isinstance(answer, str):
        return f"the text {answer!r}"
    return f"{'an' if type(answer).__name__[0] in 'aeiouAEIOU' else 'a'} {type(answer).__name__}"


def _shown(argument):
    if isinstance(argument, np.ndarray):
        return f"an array of shape {argument.shape}"
    if isinstance(argument, list) and any(isinstance(item, np.ndarray) for item in argument):
        return f"a list of {len(argument)} arrays"
    return repr(argument)


def _plain(error):
    """An error's text without the colours and the pages of detail that Keras adds."""
    lines = re.sub("\x1b\\[[0-9;]*m", "", str(error)).split("\n")
    return " ".join(line.strip() for line in lines if line.strip())[:300]


class _Blank(Exception):
    """The exercise has not been filled in."""


def _marked(reference):
    """The course's version, marked so that checking it again still says *not done yet*."""

    @functools.wraps(reference)
    def fallback(*arguments, **options):
        return reference(*arguments, **options)

    fallback.is_fallback = True
    return fallback
