"""Whether two answers are the same, and whether later cells can use an answer at all.

The rule of kinds, one for every exercise: what the reference returns says what is wanted.
- An array is wanted: a plain NumPy array (a view is one; a list, a tensor, a matrix, a picture is not), of floats in
  single or double precision where the reference has floats, of the very same dtype where it has whole numbers.
- A number is wanted: whatever is one number without an axis, a 0-d array or tensor too; no text, no truth value.
- A whole number is wanted: whatever can index a list. A truth value: Python's or NumPy's.
- Several things are wanted: a tuple or a list of as many; for numbers an array of as many will do.
"""

import operator

import numpy as np

from sr_helpers.checks import words

PRECISION = 1e-5  # of the largest number wanted: what single precision and 3.1416 for pi may cost


def as_numbers(thing):
    """A number, a NumPy array or a 0-d tensor as an array; None for everything else."""
    if isinstance(thing, np.ndarray | np.generic | int | float | complex):
        array = np.asarray(thing)
    elif (
        tuple(getattr(thing, "shape", None) or ()) == ()
        and hasattr(type(thing), "__array__")
        and not isinstance(thing, type)
    ):
        array = np.asarray(thing)
        array = array if array.shape == () else None
    else:
        return None
    return array if array is not None and array.dtype.kind in "biufc" else None


def tolerance(wanted):
    """How far answers may lie from these wanted ones: `PRECISION` of the largest number; whole numbers not at all."""
    arrays = [array for answer in wanted for array in _numbers_in(answer)]
    sizes = [np.abs(array[np.isfinite(array)]).max(initial=0) for array in arrays if array.dtype.kind == "f"]
    return PRECISION * float(max(sizes)) if sizes and max(sizes) > 0 else 1e-6


def same(answer, wanted, allowed):
    """Whether two answers agree: shape, order and every number to within `allowed`; dtypes may differ."""
    if isinstance(wanted, dict):
        return (
            isinstance(answer, dict)
            and answer.keys() == wanted.keys()
            and all(same(answer[k], wanted[k], allowed) for k in wanted)
        )
    if isinstance(wanted, np.ndarray) and wanted.dtype == object:
        wanted = list(wanted)
    if isinstance(wanted, tuple | list):
        return (
            _sequence(answer)
            and len(answer) == len(wanted)
            and all(same(a, w, allowed) for a, w in zip(answer, wanted, strict=True))
        )
    right = as_numbers(wanted)
    if right is None:
        return type(answer) is type(wanted) and (
            answer is wanted or isinstance(wanted, str | bytes) and answer == wanted
        )
    given = as_numbers(answer)
    if given is None or given.shape != right.shape or (given.dtype.kind == "b") != (right.dtype.kind == "b"):
        return False
    if right.dtype.kind == "b":
        return np.array_equal(given, right)
    return bool(np.allclose(given, right, rtol=0, atol=allowed, equal_nan=True))


def misfit(answer, wanted, shapes=True):
    """What is wrong with the kind, shape or dtype of `answer`, one sentence; None when later cells can use it."""
    if isinstance(wanted, dict):
        return _misfit_of_dict(answer, wanted, shapes)
    if isinstance(wanted, tuple | list):
        return _misfit_of_sequence(answer, wanted, shapes)
    if isinstance(wanted, np.ndarray) and wanted.ndim:
        return _misfit_of_array(answer, wanted, shapes)
    if isinstance(wanted, str):
        return None if isinstance(answer, str) else f"wanted a text, got {words.kind(answer)}."
    right, given = as_numbers(wanted), as_numbers(answer)
    if right is None:
        return None
    if right.dtype.kind == "b":
        fits = given is not None and given.shape == () and given.dtype.kind == "b"
        return None if fits else f"wanted True or False, got {words.kind(answer)}."
    if given is None or given.shape or given.dtype.kind not in "iuf":
        return f"wanted one number, got {words.kind(answer)}."
    if right.dtype.kind in "iu" and not _is_index(answer):
        return f"wanted a whole number, got the float {float(given):.6g}: `//` and int() make whole numbers, `/` never."
    return None


def _misfit_of_dict(answer, wanted, shapes):
    if not isinstance(answer, dict):
        return f"wanted a dict, got {words.kind(answer)}."
    missing = [repr(key) for key in wanted if key not in answer]
    if missing:
        return f"the dict has no {' and no '.join(missing)}."
    parts = ((key, misfit(answer[key], wanted[key], shapes)) for key in wanted)
    return next((f"at {key!r} {sentence}" for key, sentence in parts if sentence), None)


def _misfit_of_sequence(answer, wanted, shapes):
    if not _sequence(answer) or len(answer) != len(wanted):
        return f"wanted {len(wanted)} things, got {words.kind(answer)}."
    parts = enumerate((misfit(a, w, shapes) for a, w in zip(answer, wanted, strict=True)), start=1)
    return next((f"number {place} of {len(wanted)}: {sentence}" for place, sentence in parts if sentence), None)


def _misfit_of_array(answer, wanted, shapes):
    if type(answer) not in (np.ndarray, np.memmap):
        tensor = isinstance(answer, list) or hasattr(type(answer), "__array__") and not isinstance(answer, np.generic)
        how = ": wrap it in np.array(...)" if tensor else ""
        if isinstance(answer, list) and answer and np.ndim(answer[0]) == wanted.ndim:  # rows of blocks, say
            how = ": join them, np.concatenate or np.block"
        return f"wanted one NumPy array, got {words.kind(answer)}{how}."
    if answer.dtype.kind not in "biuf":
        return f"wanted an array of numbers, got one of {words.dtype(answer)}."
    if shapes and answer.shape != wanted.shape:
        return f"wanted shape {wanted.shape}, got shape {answer.shape}."
    if wanted.dtype.kind == "f" and answer.dtype.kind != "f":
        return f"wanted fractions, got {words.dtype(answer)}: what lies behind the point is lost."
    if wanted.dtype.kind == "f" and answer.dtype.itemsize < 4:
        return f"wanted single or double precision, got half ({answer.dtype}), which keeps three digits: too few."
    if wanted.dtype.kind in "iu" and answer.dtype != wanted.dtype:
        return f"wanted numbers of the same kind as in the input ({wanted.dtype}), got {answer.dtype}."
    return None


def _sequence(thing):
    return isinstance(thing, tuple | list) or (isinstance(thing, np.ndarray) and thing.ndim == 1)


def _is_index(thing):
    try:
        operator.index(thing)
    except TypeError:
        return False
    return True


def _numbers_in(answer):
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, tuple | list):
        return [array for part in answer for array in _numbers_in(part)]
    array = as_numbers(answer)
    return [] if array is None else [array]
