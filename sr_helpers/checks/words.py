"""How a check speaks: of kinds and numbers, of a crash, and of what a wrong answer has to do with the right one."""

import re

import numpy as np

from sr_helpers.checks.changes import EVERYWHERE

DIVIDED = "`/` makes a float, also of whole numbers; `//` divides whole numbers"

# What a crash's own words mean; the first that is found in them is told.
MEANINGS = {
    "'float' object cannot be interpreted": DIVIDED,
    "slice indices must be integers": DIVIDED,
    "only integers, slices": DIVIDED,
    "truth value of an array": "`if`, `and` and `or` decide once for a whole array; np.where and `&` for each element",
    "ufunc 'bitwise_xor'": "`^` is no power in Python; `**` is",
    "'generator'": "put square brackets around a loop inside an expression, and it makes a list",
    "'map'": "put list(...) around `map`, or write the loop in square brackets",
    "for ^": "`^` is no power in Python; `**` is",
    "for -: 'list' and 'list'": "lists cannot be subtracted; np.subtract(a, b) can, or arrays",
    "can't multiply sequence": "a list times a number is no arithmetic; make an array of it, np.asarray",
    "unsupported operand type(s) for": "one of the two is no number and no array",
    "matmul: Input operand": "`@` wants the first's last axis as long as the second's first: print both shapes",
    "could not broadcast input": "what is put there has another shape than the place: print both",
    "could not be broadcast": "print both shapes: they must be equal, or 1 where they are not",
    "cannot reshape array": "a reshape keeps every number: print the shape before it and multiply both out",
    "axes don't match": "transpose wants every axis once: as many numbers as the array has axes",
    "is out of bounds": "counting starts at 0; and is it the axis you meant?",
    "scale must be a positive number, got 0": "`1 // scale` is 0; `/` keeps the fraction",
    "must be square": "only a square matrix has an inverse; np.linalg.pinv takes any",
    "inhomogeneous": "arrays of different shapes do not make one array; take them one by one",
    "not enough values to unpack": "print the shape: there are fewer axes or things than names",
    "too many values to unpack": "print the shape: there are more axes or things than names",
    "is not callable": "round brackets call a function; square ones pick from an array",
    "is not defined": "is the cell that defines it run, and the name spelt alike?",
    "referenced before assignment": "a name that is assigned in a function is its own there",
    "not associated with a value": "a name that is assigned in a function is its own there",
    "math domain error": "a logarithm of 0 or of a negative number",
    "object has no attribute 'shape'": "a list has no shape, its arrays have: take them one by one",
    "'tuple' object cannot be interpreted": "one axis at a time: a shape is a tuple, shape[0] its first number",
    "takes 1 positional": "it was given more arguments than it takes: is it the function you meant?",
    "high <= 0": "nothing to draw from: the upper end, which is not drawn, must be above 0",
    "low >= high": "nothing to draw from: the upper end, which is not drawn, must be above the lower",
    "Axis must be specified": "the weights need the shape of what they weigh",
    "recursion depth": "it calls itself without an end",
}


def kind(answer):
    """What an answer is, in a few words, never its contents."""
    if isinstance(answer, tuple | list | dict | set):
        return f"a {type(answer).__name__} of {len(answer)} {'thing' if len(answer) == 1 else 'things'}"
    if type(answer) is np.ndarray:
        return f"an array of shape {answer.shape}"
    if isinstance(answer, str):
        return f"the text {answer!r}" if len(answer) <= 20 else f"a text of {len(answer)} letters"
    if isinstance(answer, bool | np.bool_):
        return f"{bool(answer)}"
    if isinstance(answer, int) and abs(answer) >= 2**63:
        return "a whole number beyond 64 bits"
    if isinstance(answer, int | float | np.number) and not isinstance(answer, complex | np.complexfloating):
        return f"the number {float(answer):.6g}"
    if answer is None:
        return "nothing"
    name = type(answer).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def dtype(array):
    """A dtype with the word for it."""
    word = {"u": "whole numbers", "i": "whole numbers", "b": "truth values", "f": "floats", "c": "complex numbers"}
    return f"{word.get(array.dtype.kind, 'things')} ({array.dtype})"


def argument(thing):
    """An argument as a learner would write it, where that is short."""
    if isinstance(thing, np.ndarray):
        small = thing.size <= 6 and thing.dtype.kind in "biuf"
        return (
            re.sub(r"\s+", " ", str(np.round(thing.astype(float), 4).tolist()))
            if small
            else f"an array of shape {thing.shape}"
        )
    if isinstance(thing, list | tuple):
        inside = ", ".join(map(argument, thing))
        ends = "[]" if isinstance(thing, list) else "()"
        return (
            f"{ends[0]}{inside}{ends[1]}"
            if len(inside) <= 60 and "array" not in inside
            else f"a {type(thing).__name__} of {len(thing)}"
        )
    if isinstance(thing, bool | int | float | str | np.number):
        return (
            f"{thing!r}"
            if isinstance(thing, str | bool)
            else f"{thing:.6g}"
            if isinstance(thing, float)
            else f"{thing}"
        )
    return getattr(thing, "__name__", None) or kind(thing)


def call(name, arguments, options):
    """The call that was tried, as `name(2, an array of shape (4, 5), border=3)`."""
    named = [f"{key}={argument(value)}" for key, value in options.items()]
    return f"{name}({', '.join([*map(argument, arguments), *named])})"


def difference(answer, wanted, allowed):
    """wanted ..., got ...: whole where they are short, else at the first place where they differ."""
    if isinstance(wanted, dict):
        more = [key for key in answer if key not in wanted]
        if more:
            return f"the entry {more[0]!r} is not wanted: {', '.join(map(repr, wanted))} are all"
        key = next(key for key in wanted if not _alike(answer[key], wanted[key], allowed))
        return f"at {key!r} {difference(answer[key], wanted[key], allowed)}"
    if isinstance(wanted, list | tuple) and not all(
        np.ndim(part) == 0 and not isinstance(part, str) for part in wanted
    ):
        place = next(k for k, (a, w) in enumerate(zip(answer, wanted, strict=True)) if not _alike(a, w, allowed))
        return f"in number {place + 1} of {len(wanted)} {difference(answer[place], wanted[place], allowed)}"
    if isinstance(wanted, str | bool | np.bool_):
        return f"wanted {wanted!r}, got {kind(answer).removeprefix('the text ')}"
    given, right = np.asarray(answer), np.asarray(wanted)
    if right.size <= 6:
        texts = [_told(array, array.tolist(), digits) for digits in [_digits(given, right)] for array in (right, given)]
        return f"wanted {texts[0]}, got {texts[1]}"
    place = tuple(int(k) for k in np.argwhere(~np.isclose(given, right, rtol=0, atol=allowed, equal_nan=True))[0])
    digits = _digits(given[place], right[place])
    return f"at {list(place)} wanted {right[place]:.{digits}g}, got {given[place]:.{digits}g}"


def crash(error, line):
    """A crash in one sentence: the learner's own line, the first of its words, and what they mean."""
    text = re.sub("\x1b\\[[0-9;]*m", "", str(error)) if type(error).__str__ is not None else ""
    text = next((part.strip() for part in text.split("\n") if part.strip()), "")
    text = re.split(r", with gufunc|\. The requested", text)[0]
    text = re.sub(r"0x[0-9a-fA-F]{6,}", "", re.sub(r"<[^>]*>", "an object", text))
    text = re.sub(r"\[[^\]]{30,}\]|\{[^}]{30,}\}|\((?:[^()]*,){6,}[^()]*\)", "...", text)
    meaning = next((meaning for piece, meaning in MEANINGS.items() if piece in str(error)), None)
    if meaning == DIVIDED and line and "/" not in line[1]:
        meaning = "a float counts nothing, also a whole one; `//` divides whole numbers, int() cuts"
    where = (
        f"line {line[0]}, `{line[1][:80]}`, raised"
        if line and line[1]
        else f"line {line[0]} raised"
        if line
        else "it raised"
    )
    said = f": {text[:100].rstrip('. ')}{'..' if len(text) > 100 else ''}" if text else ""
    ends = "" if meaning and meaning.endswith("?") else "."
    return f"{where} {type(error).__name__}{said}.{f' ({meaning[0].upper() + meaning[1:]}{ends})' if meaning else ''}"


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def suspect(change):
    """Where to look: the piece of the learner's code that one small change makes right."""
    whole = "\n" in change.before or len(change.before) > max(12, 0.6 * len(change.text))
    which = f"the {ORDINALS[change.which - 1]} " if 0 < change.which <= len(ORDINALS) else ""
    piece = "" if whole else f"{which}`{change.before}` in "
    if change.which == EVERYWHERE:
        piece = f"`{change.before}`, wherever it stands, as in "
    return f"One change makes it right: look at {piece}line {change.line}, `{_window(change.text, change.before)}`."


def _window(text, piece, width=80):
    """The part of a long line that has `piece` in it."""
    if len(text) <= width:
        return text
    begin = max(0, min(text.find(piece) - width // 4, len(text) - width))
    return f"{'... ' if begin else ''}{text[begin : begin + width]}{' ...' if begin + width < len(text) else ''}"


def relation(pairs, same):
    """What all wrong answers have to do with the right ones, or None. `pairs` holds (answer, wanted) of every input."""
    arrays = [(np.asarray(a), np.asarray(w)) for a, w in pairs]
    if len(arrays) < 2 or not all(a.dtype.kind in "iuf" and w.dtype.kind in "iuf" for a, w in arrays):
        return None

    def always(change):
        return all(same(a, change(w)) for a, w in arrays)

    if all(a.shape == w.shape for a, w in arrays):
        if any(np.isnan(a).any() and not np.isnan(w).any() for a, w in arrays):
            return (
                "it is not a number (NaN) somewhere: is there a division by zero, a mean of nothing, or np.empty "
                "with a place left out?"
            )
        digits = next((digits for digits in range(6) if always(lambda w, digits=digits: np.round(w, digits))), None)
        if digits is not None:
            return f"right, but rounded to {digits} digits behind the point: later cells need all of them."
        return _in_proportion(arrays, same) or _moved(arrays, always)
    return _moved(arrays, always)


def _in_proportion(arrays, same):
    """Whether all answers are the right ones times, or plus, one number; infinite ones (a PSNR) count as they are."""
    finite = [(a, w) for a, w in arrays if np.isfinite(w).all() and w.size]
    if len(finite) < 2 or not all(same(a, w) for a, w in arrays if not np.isfinite(w).all()):
        return None
    a, w = max(finite, key=lambda pair: np.abs(pair[1]).max())
    largest = np.unravel_index(np.abs(w).argmax(), w.shape)
    given, wanted = float(a[largest]), float(w[largest])
    more, times = given - wanted, given / wanted if wanted else 0
    if len({float(w.max()) for _, w in finite}) < 2 or not np.isfinite(given):
        return None
    if times and all(same(a, times * w) for a, w in finite):
        return (
            "the sign is turned round on every input."
            if np.isclose(times, -1)
            else f"it is {times:.4g} times what is wanted, on every input."
        )
    if all(same(a, w + more) for a, w in finite):
        return f"it is {abs(more):.4g} too {'high' if more > 0 else 'low'} on every input."
    return None


def _moved(arrays, always):
    if not all(w.ndim >= 2 for _, w in arrays):
        return None
    return next((sentence for change, sentence in MOVES.items() if always(change)), None)


MOVES = {
    lambda w: w.swapaxes(0, 1): "right, but with rows and columns exchanged.",
    lambda w: w[::-1]: "right, but upside down: the rows come in the opposite order.",
    lambda w: w[:, ::-1]: "right, but mirrored: the columns come in the opposite order.",
    lambda w: w[::-1, ::-1]: "right, but turned by half a turn.",
}


def _alike(answer, wanted, allowed):
    from sr_helpers.checks.comparing import same

    return same(answer, wanted, allowed)


def _digits(given, right):
    """How many digits tell the two apart: at least four."""
    pairs = list(zip(given.ravel().tolist(), right.ravel().tolist(), strict=True))
    return next((n for n in range(4, 17) if any(f"{a:.{n}g}" != f"{b:.{n}g}" for a, b in pairs)), 17)


def _told(array, value, digits):
    if isinstance(value, list):
        return f"[{', '.join(_told(array, part, digits) for part in value)}]"
    return f"{value}" if isinstance(value, bool | int) else f"{value:.{digits}g}"
