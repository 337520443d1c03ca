"""Checks of notebook 06: aligned crops, every position drawn, paired turns, the length of an epoch, the leak finder."""

import functools
import io
import math

import numpy as np
from PIL import Image

from sr_helpers import leaks, patches
from sr_helpers.checks.engine import case, exercise, fractions


def _crop_pair(lr, hr, scale, top, left, size):
    """The LR patch at (top, left) and the HR patch under it: (size, size) and (size*s, size*s)."""
    lr_patch = lr[top : top + size, left : left + size]
    hr_patch = hr[top * scale : (top + size) * scale, left * scale : (left + size) * scale]
    return lr_patch, hr_patch


def _square(image, top, left, side):
    return image[top : top + side, left : left + side]


def _hr(cut):
    """A pair whose LR patch is right and whose HR patch is cut as `cut(hr, scale, top, left, size)`."""
    return lambda lr, hr, s, t, x, n: (_square(lr, t, x, n), cut(hr, s, t, x, n))


def _span(patch, image):
    """[(first, last, step) of the rows, of the columns] of the image that a patch shows, None when it shows no part."""
    if not isinstance(patch, np.ndarray) or patch.ndim != image.ndim or not patch.size:
        return None
    corners = np.argwhere(image.reshape(*image.shape[:2], -1)[:, :, 0] == patch.flat[0]).tolist()
    for top, left, down, right in ((*corner, a, b) for corner in corners for a in range(1, 5) for b in range(1, 5)):
        if np.array_equal(image[top::down, left::right][: patch.shape[0], : patch.shape[1]], patch):
            return [(top, top + down * len(patch) - down, down), (left, left + right * (patch.shape[1] - 1), right)]
    return None


def _off(name, patch, wanted, image, other):
    """What a patch shows instead of what is wanted: its rows and columns, in words."""
    given, right = _span(patch, image), _span(wanted, image)
    if given is None:
        start = f"it must start at row {right[0][0]}, column {right[1][0]}, unchanged"
        empty = f"it is empty, of shape {np.shape(patch)}: where do its rows and columns end?"
        reason = f"wanted shape {wanted.shape}, got {np.shape(patch)}; {start}."
        if np.shape(patch) == wanted.shape:
            repeated = len(np.unique(patch)) < len(np.unique(wanted))
            reason = "some of its pixels are there twice: cut, repeat nothing." if repeated else f"{start}."
        if np.ndim(patch) < wanted.ndim:
            reason += " A number picks one row, and its axis is gone; a slice start : end keeps it."
        if np.ndim(patch) == wanted.ndim and np.array_equal(np.swapaxes(patch, 0, 1), wanted):
            reason = "right pixels, but rows and columns are exchanged: no transpose."
        if 0 in np.shape(patch):
            reason = empty
        if _span(patch, other) is not None:
            reason = f"it was cut from {'hr' if name == 'LR' else 'lr'}."
        return f"the {name} patch is wrong: {reason}"
    told = []
    for axis, (first, last, step), (begin, end, _) in zip(("rows", "columns"), given, right, strict=True):
        look = "start" if last - first == end - begin or last == end else "end" if first == begin else "start and end"
        only = f", every {step}. only" if step > 1 else ""
        off = f"wanted {axis} {begin} to {end}, got {first} to {last}{only} (look at their {look})"
        told.append(f"the {axis} are right" if (first, last) == (begin, end) else off)
    return f"the {name} patch is wrong: {'; '.join(told)}."


def _asked(scale, top, left, size):
    return f"at scale {scale}, top {top}, left {left}, size {size}"


def _photograph(height, width, scale, seed=0):
    """A pair as the notebook has it: uint8, (h, w, 1), all neighbours different."""
    sides = (height, width, 1), (height * scale, width * scale, 1)
    lr, hr = ((np.random.default_rng(seed).permutation(int(np.prod(shape))) % 251).reshape(shape) for shape in sides)
    return lr.astype(np.uint8), hr.astype(np.uint8)


TO_THE_END = (
    "a patch may lie at the right or the lower end of a wide or a tall picture: cut where you are told, no earlier."
)

crop_pair = exercise(
    _crop_pair,
    cases=[
        (fractions(3, 4), fractions(6, 8), 2, 1, 2, 1),
        (fractions(10, 12), fractions(30, 36), 3, 2, 5, 4),
        (fractions(10, 12), fractions(20, 24), 2, 0, 3, 5),
        (fractions(9, 7), fractions(36, 28), 4, 1, 0, 3),
        case(fractions(12, 5), fractions(24, 10), 2, 9, 2, 3, why=TO_THE_END),
        case(fractions(4, 11), fractions(12, 33), 3, 1, 8, 3, why=TO_THE_END),
        (*_photograph(9, 11, 3), 3, 4, 2, 5),
    ],
    slips=[
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t, x, n * s)),
            "the HR patch starts at the wrong place: one LR pixel is `scale` HR pixels, so its origin moves scale "
            "as far.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t * s, x * s, n)),
            "the HR patch is as small as the LR patch: it covers scale times as many pixels each way.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t, x, n)),
            "the HR patch has the LR patch's own numbers: its origin and its size are scale times as large.",
        ),
        (
            lambda lr, hr, s, t, x, n: _crop_pair(lr, hr, s, x, t, n),
            "rows and columns are swapped: `top` counts rows, the first axis.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, x * s, t * s, n * s)),
            "rows and columns of the HR patch are swapped: `top` counts rows, the first axis.",
        ),
        (
            lambda lr, hr, s, t, x, n: _crop_pair(lr, hr, s, t, x, n)[::-1],
            "the two are exchanged: return the LR patch first, then the HR patch.",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t * s : (t + n) * s, x * s : x * s + n]),
            "the HR patch is too narrow: where does it end on the right?",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t * s : t * s + n, x * s : (x + n) * s]),
            "the HR patch is not high enough: where does it end below?",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t * s : t + n * s, x * s : x + n * s]),
            "the HR patch ends too early: the end is (top + size) * scale, all of it times scale.",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t * s : n * s, x * s : n * s]),
            "a slice ends at a place, not after a length: start + size, not size.",
        ),
        (
            lambda lr, hr, s, t, x, n: (lr[t:n, x:n], hr[t * s : n * s, x * s : n * s]),
            "both slices end at a place, not after a length: `top : top + size`.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t * s, x * s, n * s - 1)),
            "the HR patch ends a pixel too early: Python leaves the end of a slice out by itself.",
        ),
        (_hr(lambda hr, s, t, x, n: _square(hr, t * s + 1, x * s, n * s)), "the HR patch starts a row too low."),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t * s, x * s + 1, n * s)),
            "the HR patch starts a column too far to the right.",
        ),
        (_hr(lambda hr, s, t, x, n: _square(hr, t * 3, x * 3, n * 3)), "right at scale 3 only: use `scale`."),
        (_hr(lambda hr, s, t, x, n: hr), "the whole HR picture came back: cut it too."),
        (
            lambda lr, hr, s, t, x, n: (_square(lr, t * s, x * s, n * s), _square(hr, t * s, x * s, n * s)),
            "LR was cut with HR's numbers: top, left and size count LR pixels.",
        ),
        (
            lambda lr, hr, s, t, x, n: (_square(lr, t // s, x // s, n), _square(hr, t, x, n * s)),
            "top and left count LR pixels: they are multiplied for HR, not divided for LR.",
        ),
        (
            lambda lr, hr, s, t, x, n: (_square(lr, t, x, n * s), _square(hr, t * s, x * s, n * s)),
            "the LR patch is as large as HR's: its side is `size`, only HR's is scale times as long.",
        ),
        (
            lambda lr, hr, s, t, x, n: _crop_pair(lr, hr, s, t, t, n),
            "`top` stands where `left` should: rows start at top, columns at left.",
        ),
        (
            lambda lr, hr, s, t, x, n: _crop_pair(lr, hr, s, x, x, n),
            "`left` stands where `top` should: rows start at top, columns at left.",
        ),
        (
            lambda lr, hr, s, t, x, n: (
                lr[t : t + n][x : x + n],
                hr[t * s : (t + n) * s][x * s : (x + n) * s],
            ),
            "a second pair of brackets cuts the rows once more: image[rows, columns], one pair and a comma.",
        ),
        (
            lambda lr, hr, s, t, x, n: _crop_pair(lr, hr, s, t - n // 2, x - n // 2, n),
            "top and left are the patch's corner, not its middle.",
        ),
        (
            lambda lr, hr, s, t, x, n: (
                lr[t - n // 2 : t + n // 2, x - n // 2 : x + n // 2],
                hr[(t - n // 2) * s : (t + n // 2) * s, (x - n // 2) * s : (x + n // 2) * s],
            ),
            "top and left are the patch's corner, not its middle: no half of `size` goes off.",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t * s : (t + n) * s : s, x * s : (x + n) * s : s]),
            "a step in the slices leaves HR pixels out: the HR patch has all of them, so no third number.",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t * s + n * s, x * s + n * s]),
            "a sum in the brackets picks one pixel: a slice is start : end, with a colon.",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t**s : (t + n) ** s, x**s : (x + n) ** s]),
            "`**` is a power: one LR pixel is `scale` HR pixels, so multiply, `*`.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t + s, x + s, n * s)),
            "scale was added to the corner: one LR pixel is `scale` HR pixels, so multiply.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t * s, x, n * s)),
            "the HR columns start at `left`: they count HR pixels too, so times scale, as the rows.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t, x * s, n * s)),
            "the HR rows start at `top`: they count HR pixels too, so times scale, as the columns.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, t * s, t * s, n * s)),
            "`top` stands where `left` should in the HR patch: its columns start at left * scale.",
        ),
        (
            _hr(lambda hr, s, t, x, n: _square(hr, x * s, x * s, n * s)),
            "`left` stands where `top` should in the HR patch: its rows start at top * scale.",
        ),
        (
            lambda lr, hr, s, t, x, n: _crop_pair(lr, hr, s, t - n, x - n, n),
            "top and left are where the patch starts, not where it ends.",
        ),
        (
            lambda lr, hr, s, t, x, n: (
                lr[t // s : (t + n) // s, x // s : (x + n) // s],
                hr[t : t + n, x : x + n],
            ),
            "top, left and size count LR pixels: they are multiplied for HR, not divided for LR.",
        ),
        (
            lambda lr, hr, s, t, x, n: (lr[t : x + n, x : t + n], hr[t * s : (x + n) * s, x * s : (t + n) * s]),
            "the ends are exchanged: rows end at top + size, columns at left + size.",
        ),
        (
            lambda lr, hr, s, t, x, n: (_square(lr, t * s, x * s, n), _square(hr, t * s, x * s, n * s)),
            "LR was cut at HR's corner: top and left count LR pixels; only HR's are multiplied.",
        ),
        (
            _hr(lambda hr, s, t, x, n: hr[t // s : (t + n) // s, x // s : (x + n) // s]),
            "HR has more pixels than LR: multiply by scale, do not divide.",
        ),
        (
            lambda lr, hr, s, t, x, n: (lr[t, x], hr[t * s, x * s]),
            "that is one pixel of each: a patch is cut with slices, start : end.",
        ),
        (
            lambda lr, hr, s, t, x, n: (lr[t : t + n], hr[t * s : (t + n) * s]),
            "whole rows came back: cut the columns too, image[rows, columns].",
        ),
        (
            lambda lr, hr, s, t, x, n: tuple(patch.squeeze() for patch in _crop_pair(lr, hr, s, t, x, n)),
            "np.squeeze drops every axis of length 1, that of a small patch or of the one channel too: leave it out.",
        ),
        (
            lambda lr, hr, s, t, x, n: (_square(lr, t, x, n), np.kron(_square(lr, t, x, n), np.ones((s, s)))),
            "the HR patch was blown up from LR's pixels: cut it from hr, which has the fine detail.",
        ),
        (
            lambda lr, hr, s, t, x, n: [patch / 255 for patch in _crop_pair(lr, hr, s, t, x, n)],
            "right places, but the values were divided by 255: the patches keep the numbers that they have.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, lr, *rest: np.array_equal(answer[0], wanted[0]) and np.isin(answer[1], lr).all(),
            "the HR patch was made of LR's pixels: cut it from hr, which has the fine detail.",
        ),
        (
            lambda answer, wanted, *rest: not np.array_equal(answer[0], wanted[0]),
            lambda answer, wanted, lr, hr, scale, top, left, size: (
                f"{_asked(scale, top, left, size)} {_off('LR', answer[0], wanted[0], lr, hr)}"
            ),
        ),
        (
            lambda answer, wanted, *rest: True,
            lambda answer, wanted, lr, hr, scale, top, left, size: (
                f"{_asked(scale, top, left, size)} {_off('HR', answer[1], wanted[1], hr, lr)}"
            ),
        ),
    ],
)

DRAWS = 800
NOTHING = "nothing to draw from"


def _random_corner(rng, height, width, size):
    """A random (top, left) at which a patch of size x size fits, all positions equally likely."""
    return int(rng.integers(height - size + 1)), int(rng.integers(width - size + 1))


def _draw_often(function, rng, height, width, size):
    """What many corners tell, in words; nothing when the first one is nothing."""
    unseen = dict.fromkeys(("tops", "lefts", "top and left", "in long images", "places", "generators"), "")
    try:
        first = function(rng, height, width, size)
        if first is None or first is Ellipsis:
            return None
        if np.shape(first) != (2,):
            return unseen | {"one corner": f"of shape {np.shape(first)}"}
        if np.array(first).dtype.kind not in "iuf":
            return unseen | {"one corner": "two things that are no numbers"}
        drawn = np.array([first, *(function(rng, height, width, size) for _ in range(DRAWS - 1))])
        # High, then wide: an answer that lists all positions has no millions of them
        far = np.array(
            [function(rng, *sides, size) for sides in ((3000, size + 1), (size + 1, 3000)) for _ in range(100)]
        )
        twice = [np.array(function(np.random.default_rng(5), 100, 90, size)).tolist() for _ in range(2)]
        other = np.array(function(np.random.default_rng(6), 100, 90, size)).tolist()
    except ValueError as error:
        if not any(piece in str(error) for piece in ("high <= 0", "low >= high", "empty range")):
            raise
        return unseen | {"one corner": NOTHING}
    return {
        "one corner": "two whole numbers" if drawn.dtype.kind in "iu" else f"two numbers of type {drawn.dtype}",
        "tops": f"{drawn[:, 0].min():g} to {drawn[:, 0].max():g}",
        "lefts": f"{drawn[:, 1].min():g} to {drawn[:, 1].max():g}",
        "top and left": "tied" if _are_tied(drawn) else "drawn apart",
        "in long images": _far_away(far, size),
        "places": _evenness(drawn, (height - size + 1) * (width - size + 1)),
        "generators": "another one" if twice[0] != twice[1] else "none" if twice[0] == other else "the given one",
    }


def _far_away(far, size):
    """Whether corners in long images go as far as they may; one in 10^17 stays below 2000 by chance."""
    if np.shape(far) != (200, 2) or far.max() < size:
        return "below the size"
    if far.max() <= 2000:
        return "never near the end"
    return "multiples of the size" if size > 1 and not (far % size).any() else "to the end"


def _are_tied(drawn):
    """Whether some of the tops never meet some of the lefts, where both vary."""
    places, tops, lefts = (len(set(map(tuple, part.tolist()))) for part in (drawn, drawn[:, :1], drawn[:, 1:]))
    return min(tops, lefts) > 1 and places < tops * lefts <= 40


def _evenness(drawn, places):
    """Whether rows, columns and places come up equally often, as far as chance allows (once in a million)."""
    if len({tuple(corner) for corner in drawn.tolist()}) != places:
        return "not all"
    for name, values in (("top", drawn[:, :1]), ("left", drawn[:, 1:]), ("the corner", drawn)):
        met, counts = np.unique(values, axis=0, return_counts=True)
        expected, free = DRAWS / len(counts), len(counts) - 1
        if np.sum((counts - expected) ** 2) / expected > free + 6 * (2 * free) ** 0.5 + 10:
            return f"{name} {', '.join(f'{number:g}' for number in met[counts.argmax()])} comes up more often"
    return "equally often"


def _ends(answer, key):
    """(first, last) of the tops or lefts that were drawn; None where nothing could be drawn."""
    return tuple(float(part) for part in answer[key].split(" to ")) if answer[key] else None


def _all_ends(short):
    """A condition: nothing could be drawn, or short(first, last, last wanted, size) of the tops or of the lefts."""

    def condition(answer, wanted, rng, h, w, n):
        if answer["one corner"] == NOTHING:
            return True
        return any(short(*_ends(answer, key), _ends(wanted, key)[1], n) for key in ("tops", "lefts"))

    return condition


def _drawn(reason):
    """A sentence of random_corner that says which tops and lefts came instead of which, and why."""

    def sentence(answer, wanted, rng, h, w, n):
        where = f"a patch of {n} in an image of {h} x {w}"
        if answer["one corner"] == NOTHING:
            return f"{where} has {h - n + 1} tops and {w - n + 1} lefts, but rng.integers has none to give: {reason}"
        off = [key for key in ("tops", "lefts") if answer[key] != wanted[key]]
        told = " and ".join(f"wanted {key} of {wanted[key]}, got {answer[key]}" for key in off)
        return f"{where}: {told}: {reason}"

    return sentence


def _from(corner):
    """A slip of random_corner: corner(rng, rows, columns), where a patch fits at so many rows and columns."""
    return lambda rng, h, w, n: corner(rng, h - n + 1, w - n + 1)


OWN = "equal generators gave different corners: draw from the `rng` that you were given, not from np.random."

random_corner = exercise(
    _random_corner,
    cases=[
        lambda sides=sides: (np.random.default_rng(sum(sides)), *sides)
        for sides in ((4, 7, 3), (5, 3, 3), (2, 6, 1), (6, 5, 2), (3, 3, 3), (5, 5, 3))
    ],
    play=_draw_often,
    slips=[
        (
            lambda rng, h, w, n: (int(rng.integers(max(h - n, 1))), int(rng.integers(max(w - n, 1)))),
            "the last position is never drawn: rng.integers(n) gives 0 to n - 1, and a patch of 3 fits into 4 rows at "
            "two heights.",
        ),
        (
            lambda rng, h, w, n: (int(rng.integers(h - n)), int(rng.integers(w - n))),
            "where image and patch are equally wide there is one position, 0, and rng.integers(0) has nothing to give: "
            "one more.",
        ),
        (
            lambda rng, h, w, n: (int(rng.integers(h)), int(rng.integers(w))),
            "the patch sticks out of the image: at which row can it start at the lowest?",
        ),
        (
            lambda rng, h, w, n: (int(rng.integers(h - n + 2)), int(rng.integers(w - n + 2))),
            "the patch sticks out of the image by one pixel: one less.",
        ),
        (
            lambda rng, h, w, n: (int(rng.integers(w - n + 1)), int(rng.integers(h - n + 1))),
            "rows and columns are swapped: `top` goes with the height, `left` with the width.",
        ),
        (
            lambda rng, h, w, n: (float(rng.random() * (h - n)), float(rng.random() * (w - n))),
            "positions are whole numbers, and rng.random gives fractions: use rng.integers.",
        ),
        (
            lambda rng, h, w, n: (float(rng.uniform(0, h - n + 1)), float(rng.uniform(0, w - n + 1))),
            "positions are whole numbers, and rng.random and rng.uniform give fractions: use rng.integers.",
        ),
        (
            lambda rng, h, w, n: (int(rng.integers(min(h, w) - n + 1)),) * 2,
            "top and left are always the same number: draw two, one for each side.",
        ),
        (
            lambda rng, h, w, n: tuple(rng.integers(min(h, w) - n + 1, size=2).tolist()),
            "height and width need a bound of their own, each.",
        ),
        (
            lambda rng, h, w, n: (min(int(rng.integers(h)), h - n), min(int(rng.integers(w)), w - n)),
            "not every position is equally likely: all that stuck out landed on the last one. Draw from the right "
            "at once.",
        ),
        (
            lambda rng, h, w, n: (int(rng.integers(h)) % (h - n + 1), int(rng.integers(w)) % (w - n + 1)),
            "not every position is equally likely: `%` folds the range over itself. Draw from the right range at once.",
        ),
        (_from(lambda rng, rows, columns: (np.random.randint(rows), np.random.randint(columns))), OWN),
        (
            _from(lambda rng, rows, columns: tuple(np.random.default_rng(0).integers((rows, columns)).tolist())),
            "always the same corner: draw from the `rng` that you were given, and make no generator of your own.",
        ),
        (_from(lambda rng, rows, columns: (0, 0)), "always the corner (0, 0): draw it."),
        (
            _from(lambda rng, rows, columns: int(rng.integers(rows * columns))),
            "two whole numbers are wanted: return top, left.",
        ),
        (
            _from(lambda rng, rows, columns: tuple(int(rng.integers(min(1, n - 1), n)) for n in (rows, columns))),
            "row 0 and column 0 are never drawn: rng.integers(n) starts at 0 by itself.",
        ),
        (
            lambda rng, h, w, n: (int(rng.integers(h // n)), int(rng.integers(w // n))),
            "height // size counts patches that lie side by side; how many positions are there, one pixel apart?",
        ),
        (
            _from(lambda rng, rows, columns: (int(rng.integers(rows)), int(rng.integers(rows)))),
            "`left` is drawn from the height's range: it goes with the width.",
        ),
        (
            _from(lambda rng, rows, columns: (round(rng.random() * (rows - 1)), round(rng.random() * (columns - 1)))),
            "the first and the last position come up half as often as the others, by rounding. Use rng.integers.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, *case: answer["one corner"] not in (NOTHING, wanted["one corner"]),
            lambda answer, wanted, *case: (
                f"wanted {wanted['one corner']}, got "
                f"{'them ' if answer['one corner'].startswith('of') else ''}{answer['one corner']}."
            ),
        ),
        (lambda answer, wanted, *case: answer["generators"] == "another one", OWN),
        (
            lambda answer, wanted, *case: answer["generators"] == "none",
            "the corner does not depend on the generator: draw from the `rng` that you were given.",
        ),
        (
            lambda answer, wanted, *case: answer["top and left"] in ("tied", ""),
            "top and left hang together: one number decides about the other. Draw twice, once for each side.",
        ),
        (
            lambda answer, wanted, *case: answer["in long images"] == "multiples of the size",
            "only multiples of `size` come up, so patches never overlap: every position counts, also those between.",
        ),
        (
            lambda answer, wanted, *case: answer["in long images"] == "below the size",
            "drawn from `size` alone: a patch fits at as many tops as the height leaves room for, not size.",
        ),
        (
            lambda answer, wanted, *case: answer["in long images"] == "never near the end",
            "in a large image the far end is never drawn: the last positions are height - size and width - size, "
            "whatever these are. Is a number written in, or a half?",
        ),
        (
            lambda answer, wanted, *case: answer["one corner"] == NOTHING,
            "an image as large as the patch has one position, 0, and rng.integers(n) needs an n of at least 1.",
        ),
        (
            lambda answer, wanted, rng, h, w, n: (
                answer["one corner"] == NOTHING or n > 1 and _ends(answer, "tops")[0] == n // 2
            ),
            "half of `size` went off at the ends: (top, left) is the patch's corner, not its middle.",
        ),
        (
            lambda answer, wanted, *case: (
                answer["one corner"] != NOTHING
                and any(len(set(_ends(answer, key))) < len(set(_ends(wanted, key))) for key in ("tops", "lefts"))
            ),
            _drawn("what never changes was not drawn: take both from the `rng`."),
        ),
        (
            _all_ends(lambda first, last, end, n: first < 0),
            _drawn("that is outside the image. `size` is taken off the range, not off what was drawn."),
        ),
        (
            _all_ends(lambda first, last, end, n: first > 0),
            _drawn("0 is a position too, and rng.integers(n) starts there by itself."),
        ),
        (
            _all_ends(lambda first, last, end, n: last > end),
            _drawn("the patch sticks out: its last position is its own size before the end of that side."),
        ),
        (
            _all_ends(lambda first, last, end, n: last < end),
            _drawn(
                "the last position is missing. rng.integers(n) gives 0 to n - 1, and `<` leaves out what just fits."
            ),
        ),
        (
            lambda answer, wanted, *case: "more often" in answer["places"],
            lambda answer, wanted, rng, h, w, n: (
                f"not every position is equally likely: in an image of {h} x {w} {answer['places']} than others. Draw "
                "from the right range at once, and change nothing afterwards."
            ),
        ),
        (
            lambda answer, wanted, *case: True,
            "not every position is equally likely: some come up more often than others, or never. One rng.integers for "
            "each side is enough, and draws evenly.",
        ),
    ],
)


def _augment_pair(lr, hr, turn):
    """Both patches in one of the eight ways to lay a square; `turn` is 0..7."""
    if turn >= 4:
        lr, hr = lr[:, ::-1], hr[:, ::-1]
    return np.rot90(lr, turn % 4), np.rot90(hr, turn % 4)


def _lay_all(function, lr, hr):
    """The eight ways in which a function lays a pair, in words; nothing when the first is nothing."""
    pairs = []
    for turn in range(8):
        pair = function(lr, hr, turn)
        if turn == 0 and (pair is None or pair is Ellipsis):
            return None
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            return {"pair": "not two patches", "LR": "", "HR": ""}
        pairs.append(pair)
    again = [function(lr, hr, turn) for turn in (3, 3, 3, 6, 6, 6)]
    if any(_way(lr, pair[0]) != _way(lr, pairs[turn][0]) for pair, turn in zip(again, (3, 3, 3, 6, 6, 6), strict=True)):
        return {"pair": "drawn", "LR": "", "HR": ""}
    ways = [[_way(patch, laid) for patch, laid in zip((lr, hr), pair, strict=True)] for pair in pairs]
    together = all(of_lr == of_hr for of_lr, of_hr in ways)
    everything = together and {way for way, _ in ways} == set(WAYS) and ways[0][0] == WAYS[0]
    exchanged = all(_way(hr, a) in WAYS and _way(lr, b) in WAYS for a, b in pairs)
    made = all(_way(lr, b) in WAYS for _, b in pairs) and not exchanged
    return {
        "pair": "HR, LR" if exchanged else "LR, LR" if made else "LR, HR",
        "LR": "all eight ways" if everything else "; ".join(way for way, _ in ways),
        "HR": "laid as LR" if together else "; ".join(way for _, way in ways),
    }


TURNS = ("", " turned to the left", " turned by a half", " turned to the right")
WAYS = [f"{what}{turn}" for what in ("the picture", "the mirror image") for turn in TURNS]


def _way(patch, laid):
    """Which of the eight ways this is, in words, or what else: a patch torn apart, or with other numbers."""
    way = next((way for way in range(8) if np.array_equal(patches.augment(patch, way), laid)), None)
    if way is not None:
        return WAYS[way]
    if np.shape(laid) != patch.shape:
        return f"of shape {np.shape(laid)} where {patch.shape} is wanted"
    if not np.array_equal(np.sort(laid, axis=None), np.sort(patch, axis=None)):
        return "made of other numbers: a flip moves the pixels and changes none, no minus sign"
    return "torn apart: its pixels are shifted or in another order"


def _laid(of_lr, of_hr=None):
    """A slip of augment_pair: how each turn lays a patch."""
    return lambda lr, hr, turn: (of_lr(lr, turn), (of_hr or of_lr)(hr, turn))


def _strange(answer):
    """The first patch that is laid in none of the eight ways, in words."""
    for name in ("LR", "HR"):
        for turn, way in enumerate(answer[name].split("; ") if answer[name] != "laid as LR" else ()):
            if way not in (*WAYS, "", "all eight ways"):
                return f"at turn {turn} the {name} patch is {way}. np.rot90(patch, k) turns, patch[:, ::-1] flips."
    return None


def _apart(answer):
    """The first turn at which LR and HR are laid differently, in words."""
    pairs = enumerate(zip(answer["LR"].split("; "), answer["HR"].split("; "), strict=False))
    return next((f": at turn {k} LR is {of_lr}, HR is {of_hr}" for k, (of_lr, of_hr) in pairs if of_lr != of_hr), "")


def _fewer(answer):
    """How many of the eight ways there are, which two turns are alike, and what is missing, in words."""
    ways = answer["LR"].split("; ")
    if len(ways) < 8:
        return "two patches are wanted for each turn, and always the same ones: return lr, hr."
    missing = [way for way in WAYS if way not in ways]
    if not missing:
        return f"all eight, but turn 0 must leave the pair as it is, and gives {ways[0]}."
    later = next(k for k, way in enumerate(ways) if ways.index(way) < k)
    flipped = ", ".join(str(k) for k, way in enumerate(ways) if way in WAYS[4:])
    more = f"The flipped turns: {flipped}." if flipped else "None of them is a mirror image."
    alike = f"turns {ways.index(ways[later])} and {later} both give {ways[later]}"
    gone = " and ".join(missing) if len(missing) < 3 else f"{len(missing)} of them"
    return f"only {len(set(ways))} of the eight ways: {alike}; missing: {gone}. {more}"


DEGREES = "np.rot90 counts quarter turns, not degrees: no 90."
ONE_LEFT = "was turned, the other was left as it is: the two no longer show the same thing."

augment_pair = exercise(
    _augment_pair,
    cases=[
        (fractions(4, 4), fractions(12, 12)),
        case(
            fractions(3, 3, 1),
            fractions(6, 6, 1),
            why=(
                "right for patches (h, w) only. In (h, w, 1) the last axis must stay last: move rows and columns alone."
            ),
        ),
        case(
            255 * fractions(4, 4, 3),
            255 * fractions(8, 8, 3),
            why="pixels and their colours move together, and no number changes: they may be in 0..255.",
        ),
    ],
    play=_lay_all,
    slips=[
        (_laid(patches.augment, lambda hr, k: hr), f"LR {ONE_LEFT}"),
        (_laid(lambda lr, k: lr, patches.augment), f"HR {ONE_LEFT}"),
        (
            _laid(np.rot90),
            "only four ways: quarter turns alone leave out the mirror images. Is what the flip returns kept?",
        ),
        (
            _laid(patches.augment, lambda p, k: p[:, ::-1] if k > 3 else p),
            "HR was flipped, but never turned.",
        ),
        (_laid(lambda p, k: p), "nothing was turned: is `turn` used, and are the turned patches returned?"),
        (
            _laid(lambda p, k: np.rot90(p, k % 4)[::-1, ::-1] if k > 3 else np.rot90(p, k)),
            "only four ways: flipping BOTH axes is a half turn, not a mirror image. Flip one.",
        ),
        (
            _laid(lambda p, k: np.rot90(p[:, ::-1] if k % 2 else p, k % 4)),
            "only four ways: odd turns are flipped and even ones are not, so turns 4 to 7 repeat 0 to 3.",
        ),
        (
            _laid(lambda p, k: p[:, ::-1] if k > 3 else np.rot90(p, k)),
            "five ways: the mirror image is never turned. Flip first, then turn.",
        ),
        (
            _laid(lambda p, k: np.rot90(p[:, ::-1] if k > 4 else p, k % 4)),
            "turn 4 is not flipped, so it repeats turn 0: flip from 4 on.",
        ),
        (
            _laid(lambda p, k: np.rot90(p[:, ::-1] if k < 4 else p, k % 4)),
            "all eight, but turn 0 must leave the pair as it is: flip from 4 on.",
        ),
        (
            _laid(patches.augment, lambda p, k: np.rot90(p[::-1] if k > 3 else p, k % 4)),
            "HR was flipped the other way: left and right in LR, so left and right in HR.",
        ),
        (
            _laid(patches.augment, lambda p, k: np.rot90(p[:, ::-1] if k > 3 else p, -k % 4)),
            "HR was turned the other way round.",
        ),
        (_laid(patches.augment, lambda p, k: np.rot90(p, k % 4)), "LR was flipped, HR was turned only: flip both."),
        (
            lambda lr, hr, k: (patches.augment(hr, k), patches.augment(lr, k)),
            "the two are exchanged: return lr first, then hr.",
        ),
        (
            _laid(lambda p, k: patches.augment(p, 4 * (k > 3) + k // 4)),
            "`turn // 4` is 0 or 1 only; the quarter turns are what remains, `turn % 4`.",
        ),
        (_laid(lambda p, k: np.rot90(p, 90 * k)), DEGREES),
        (_laid(lambda p, k: np.rot90(p[:, ::-1] if k > 3 else p, 90 * k)), DEGREES),
        (
            _laid(lambda p, k: np.rot90(p[:, ::-1] if k % 4 == 0 else p, k % 4)),
            "`turn % 4 == 0` flips turns 0 and 4 alone: turns 4 to 7 are the flipped ones.",
        ),
        (
            _laid(lambda p, k: p if k % 2 == 0 else np.rot90(p[:, ::-1])),
            "each round of the loop flips again, and the second flip undoes the first: flip once, before it.",
        ),
        (
            _laid(lambda p, k: p[:, ::-1] if k > 3 else p),
            "flipped, but never turned: `turn % 4` quarter turns for every one of them.",
        ),
        (
            _laid(lambda p, k: np.rot90(p, k % 4)[:, ::-1] if k > 3 else np.rot90(p, k), patches.augment),
            "LR is turned before it is flipped, HR is flipped before it is turned: one order for both.",
        ),
        (
            _laid(patches.augment, lambda p, k: np.rot90(p, k % 4)[:, ::-1] if k > 3 else np.rot90(p, k)),
            "HR is turned before it is flipped, LR is flipped before it is turned: one order for both.",
        ),
        (
            _laid(lambda p, k: p[:, ::-1] if k > 3 else p, patches.augment),
            "LR was flipped, but never turned.",
        ),
        (_laid(lambda p, k: np.rot90(p, k % 4), patches.augment), "HR was flipped, LR was turned only: flip both."),
        (
            _laid(lambda p, k: np.rot90(np.transpose(p, (1, 0, 2)) if k > 3 else p, k % 4)),
            "right for (h, w, 1) only, and a patch may be (h, w): np.swapaxes(patch, 0, 1) exchanges rows and columns "
            "of both.",
        ),
        (_laid(lambda p, k: np.roll(p, k, axis=0)), "np.roll shifts rows and wraps around; turn and flip instead."),
    ],
    symptoms=[
        (
            lambda answer, wanted, *pair: answer["pair"] == "drawn",
            "the same `turn` gave different pairs: `turn` says how to lay them; draw nothing here.",
        ),
        (lambda answer, wanted, *pair: answer["pair"] == "LR, LR", "both are made of lr: the second is hr's."),
        (lambda answer, wanted, *pair: answer["pair"] != "LR, HR", "two patches are wanted: return lr, hr."),
        (
            lambda answer, wanted, *pair: _strange(answer),
            lambda answer, wanted, *pair: _strange(answer),
        ),
        (
            lambda answer, wanted, *pair: answer["HR"] != "laid as LR",
            lambda answer, wanted, *pair: (
                f"LR and HR were laid in different ways, and no longer show the same thing{_apart(answer)}."
            ),
        ),
        (lambda answer, wanted, *pair: True, lambda answer, wanted, *pair: _strange(answer) or _fewer(answer)),
    ],
)


def _steps_for_epochs(pixels, epochs, batch_size, patch_size):
    """Steps until every one of `pixels` LR pixels was drawn `epochs` times on average; a whole number."""
    return math.ceil(pixels * epochs / (batch_size * patch_size**2))


UP = "round UP, or it is less than was asked for."
ONE_MORE = "one pixel more than goes in evenly takes a step more: math.ceil rounds up, whatever the fraction."

steps_for_epochs = exercise(
    _steps_for_epochs,
    cases=[
        *((2048, 1, 8, 16), (9216, 1, 16, 24), (100_000, 3, 16, 24), (50_000, 2, 8, 12)),
        *((9_000, 1, 8, 16), (65, 3, 2, 8), (130, 5, 1, 4), (700, 2, 3, 5), (1024, 2, 8, 16)),
        case(
            330, 25, 3, 5, why="110.00000000000001 is rounded up to 111: multiply first, and divide once, at the end."
        ),
        case(100, 1, 8, 16, why=ONE_MORE),  # less than one step looks at
        case(2049, 1, 8, 16, why=ONE_MORE),
        case(2_048_001, 1, 8, 16, why=ONE_MORE),
        case(100_001, 1, 1, 10, why=ONE_MORE),
        case(16_385, 1, 64, 16, why=ONE_MORE),
        case(2**24 + 1, 1, 64, 16, why=ONE_MORE),
        case(1_500_000, 2000, 16, 24, why="whole numbers may be large: leave them Python's own, not 32 bits."),
    ],
    slips=[
        (lambda p, e, b, k: math.ceil(p * e / (b * k)), "a patch has patch_size * patch_size pixels, not patch_size."),
        (
            lambda p, e, b, k: math.ceil(p * e / k**2),
            "one step draws a whole batch of patches: is batch_size in your formula?",
        ),
        (
            lambda p, e, b, k: math.ceil(p * e / b),
            "each patch of the batch has patch_size * patch_size pixels: is that in your formula, and in brackets "
            "(`/ k * k` divides and multiplies again)?",
        ),
        (lambda p, e, b, k: math.ceil(p / (b * k**2)), "is `epochs` in your formula?"),
        (lambda p, e, b, k: math.ceil(p / (e * b * k**2)), "more epochs take more steps: multiply by `epochs`."),
        (lambda p, e, b, k: e * math.ceil(p / (b * k**2)), "you round up once an epoch: round once, at the end."),
        (
            lambda p, e, b, k: math.ceil(math.ceil(p / k**2) * e / b),
            "you round up to whole patches first: round once, at the end.",
        ),
        (lambda p, e, b, k: e * (p // (b * k**2)), f"you round down once an epoch: round once, at the end, and {UP}"),
        (
            lambda p, e, b, k: math.ceil(p / (b * k**2)) + e,
            "more epochs take more steps: multiply by `epochs`, do not add.",
        ),
        (
            lambda p, e, b, k: math.ceil(b * k**2 / p),
            "the fraction is upside down: all pixels, divided by those of one step.",
        ),
        (lambda p, e, b, k: p * e / (b * k**2), "steps are whole numbers: round up."),
        (lambda p, e, b, k: p * e // (b * k**2), f"rounding down: {UP}"),
        (lambda p, e, b, k: max(1, p * e // (b * k**2)), f"rounding down, but for the first step: {UP}"),
        (lambda p, e, b, k: round(p * e / (b * k**2)), f"rounding to the nearest: {UP}"),
        (
            lambda p, e, b, k: float(math.ceil(p * e / (b * k**2))),
            "right, but a float; steps are counted: wrap it in int().",
        ),
        (lambda p, e, b, k: p * e // (b * k**2) + 1, "that is a step too many when the division comes out even."),
        (
            lambda p, e, b, k: math.ceil(p * e / b * k**2),
            "`a / b * c` divides by b alone: put what you divide by in brackets.",
        ),
        (lambda p, e, b, k: math.ceil(p * e / (b * 16**2)), "right for patches of 16 only: use patch_size."),
        (lambda p, e, b, k: math.ceil(p * e / (8 * k**2)), "right for batches of 8 only: use batch_size."),
        (lambda p, e, b, k: math.ceil(p * e / (b * 2 * k)), "patch_size was doubled, not squared: `patch_size**2`."),
        (lambda p, e, b, k: math.ceil(p * e / (8 * 16**2)), "right for 8 patches of 16 only: use the arguments."),
        (
            lambda p, e, b, k: math.ceil(e * b * k**2 / p),
            "the fraction is upside down: all pixels, times epochs, divided by those of one step.",
        ),
        (
            lambda p, e, b, k: math.ceil(math.sqrt(p) * e / (b * k)),
            "`pixels` counts all of them, it is no side: no root, and patch_size squared.",
        ),
        (
            lambda p, e, b, k: math.ceil(p / b * k**2) * e,
            "`a / b * c` divides by b alone: put what you divide by in brackets, and round once, at the end.",
        ),
        (
            lambda p, e, b, k: p * e % (b * k**2),
            "`%` is what remains of a division: divide, `/`, and round up.",
        ),
        (
            lambda p, e, b, k: math.ceil(b * k**2 / (p * e)),
            "the fraction is upside down: all pixels of all epochs first.",
        ),
        (
            lambda p, e, b, k: math.ceil(p * e / (b * k) ** 2),
            "batch_size was squared too: `batch_size * patch_size**2`.",
        ),
        (lambda p, e, b, k: math.ceil(p * e / (b * (k ^ 2))), "`^` is no power in Python: `patch_size**2`."),
        (
            lambda p, e, b, k: e * (p // (b * k**2) + 1),
            "a step more was added for every epoch: round up once, at the end.",
        ),
        (
            lambda p, e, b, k: p * e // (b * k**2) + bool(p % (b * k**2)),
            "what remains is that of all epochs together: ask for the remainder of pixels * epochs.",
        ),
        (
            lambda p, e, b, k: e * (p // (b * k**2)) + bool(p % (b * k**2)),
            "you round down once an epoch, and add one step at the end: multiply first, and round up once.",
        ),
        (
            lambda p, e, b, k: round(p * e / (b * k**2) + 0.5),
            "`round(x + 0.5)` can be a step too many when the division comes out even: math.ceil.",
        ),
        (lambda p, e, b, k: math.ceil(p * e / (b * k ^ 2)), "`^` is no power in Python: `patch_size**2`."),
        (
            lambda p, e, b, k: math.ceil((math.isqrt(p) - k + 1) ** 2 * e / b),
            "that counts the places of a patch; wanted are all pixels, divided by those that one step draws.",
        ),
        (
            lambda p, e, b, k: math.ceil(p * e / (b + k**2)),
            "a step has batch_size times as many pixels as a patch: `*`.",
        ),
        (lambda p, e, b, k: math.ceil(e / (b * k**2)), "is `pixels` in your formula?"),
        (
            lambda p, e, b, k: p // (b * k**2) * e + bool(p * e % (b * k**2)),
            "you round down once an epoch, and add one step at the end: multiply first, and round up once.",
        ),
        (
            lambda p, e, b, k: math.ceil(p * e / k**2) * b,
            "a batch of more patches takes fewer steps: divide by batch_size.",
        ),
        (
            lambda p, e, b, k: math.ceil(p / b) * e,
            "each patch has patch_size * patch_size pixels, divide by them too; and round once, at the end.",
        ),
        (
            lambda p, e, b, k: math.ceil(p / k**2) * e // b,
            "you round up to whole patches first, and down at the end: divide once, and round up.",
        ),
        (
            lambda p, e, b, k: math.ceil(p * e / b * k),
            "`a / b * c` divides by b alone: put what you divide by in brackets; and patch_size is squared.",
        ),
        (
            lambda p, e, b, k: p * e // b * k**2,
            "`a // b * c` divides by b alone: put what you divide by in brackets, and round up.",
        ),
        (
            lambda p, e, b, k: p * e * b * k**2,
            "what one step looks at was multiplied: all pixels are DIVIDED by it.",
        ),
        (lambda p, e, b, k: b * k**2, "that is what one step looks at: how many times does it go into all pixels?"),
    ],
)


def _is_copy(a, b):
    """Whether two uint8 pictures show the same, however flipped, turned, shrunk or recompressed."""
    left, right = leaks.thumbnail(a), leaks.thumbnail(b)
    eight = [np.rot90(side, k) for side in (right, right[:, ::-1]) for k in range(4)]
    return bool(max(np.sum(left * turned) for turned in eight) > 0.95)


@functools.cache
def _landscape(seed, height=80, width=96):
    """A smooth random picture (height, width), uint8, with a little fine texture."""
    rng = np.random.default_rng(seed)
    few = Image.fromarray((255 * rng.random((6, 7))).astype(np.uint8))
    coarse = few.resize((width, height), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(coarse) + rng.integers(-6, 7, (height, width)), 0, 255).astype(np.uint8)


def _mixed(seed, other, share):
    """A picture with so much of another in it."""
    mixture = (1 - share) * _landscape(seed).astype(float) + share * _landscape(other)
    return mixture.round().astype(np.uint8)


def _spoilt(seed, size, value):
    """A picture with a square of one grey in its corner."""
    picture = _landscape(seed).copy()
    picture[:size, :size] = value
    return picture


def _smaller(seed):
    return np.asarray(Image.fromarray(_landscape(seed)).resize((48, 40)))


def _jpeg(picture):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=40)
    return np.asarray(Image.open(buffer))


@functools.cache
def _ramp():
    """Grows to the lower right, (72, 72): `@` of it with itself is not the sum of the products."""
    return (np.arange(72)[:, None] + np.arange(72)).astype(np.uint8)


@functools.cache
def _alike_each_way():
    """A picture that is the same in all eight orientations, (72, 72)."""
    wave = np.cos(4 * np.pi * (np.arange(72) + 0.5) / 72)
    return (127.5 + 120 * np.outer(wave, wave)).round().astype(np.uint8)


def _turned(picture, k):
    return np.ascontiguousarray(patches.augment(picture, k))


def _seen_in(orientations, bar=0.95, measure=lambda left, right: np.sum(left * right), choose=max):
    """An is_copy that tries some of the orientations, with a bar and a measure of its own."""

    def decide(a, b):
        left, right = leaks.thumbnail(a), leaks.thumbnail(b)
        return bool(choose(measure(left, patches.augment(right, k)) for k in orientations) > bar)

    return decide


AS_IT_LIES = (
    "a copy that was made smaller or saved as JPEG, and not turned, is missed: is the picture as it lies among the "
    "eight, and is no more asked than a correlation above 0.95?"
)
LOWER = (
    "two pictures that are merely alike count as copies: wanted is a correlation above 0.95 of what leaks.thumbnail "
    "gives, greys without their mean."
)
HIGHER = "a poor copy is missed: a correlation of 0.97 is above the bar of 0.95, and nothing else is asked for."
MISSED = "a copy that was turned or flipped is missed: which of the eight orientations are tried?"
LEFT_OUT = "all but one of the eight orientations are tried: four turns, and four turns of the mirror image."

is_copy = exercise(
    _is_copy,
    cases=[
        lambda: (_ramp(), _ramp()),
        lambda: (_alike_each_way(), _alike_each_way()),
        lambda: (_landscape(0), _landscape(1)),
        lambda: (_landscape(12), _landscape(12)),
        case(_landscape(0), _jpeg(_landscape(0)), why=AS_IT_LIES),
        case(_landscape(2), _smaller(2), why=AS_IT_LIES),
        case(_landscape(10), _turned(_jpeg(_landscape(10)), 5), why=MISSED),
        case(_smaller(9), _landscape(9), why=AS_IT_LIES),
        lambda: (_landscape(0), 255 - _landscape(0)),
        case(np.dstack([_landscape(3)] * 3), _landscape(3), why=AS_IT_LIES),
        *(case(_landscape(4), _turned(_landscape(4), k), why=MISSED) for k in range(1, 8)),
        case(_landscape(11, 72, 72), _turned(_landscape(11, 72, 72), 1), why=MISSED),
        lambda: (_alike_each_way(), 255 - _alike_each_way()),
        case(_landscape(0), _mixed(0, 1, 0.27), why=LOWER),
        case(_landscape(5), _spoilt(5, 12, 0), why=LOWER),
        case(_landscape(6), _mixed(6, 7, 0.19), why=HIGHER),
        case(_landscape(8), _mixed(8, 9, 0.18), why=HIGHER),
    ],
    slips=[
        (
            lambda a, b: a.shape == b.shape and np.array_equal(a, b),
            "equal pixels are too much to ask: a copy saved as JPEG is missed. Compare thumbnails.",
        ),
        (
            _seen_in([0]),
            "only the picture as it is counts: are the other seven orientations tried, and does a `return` in the loop "
            "not end it at the first?",
        ),
        (
            _seen_in([3, 7]),
            "only the last round of the loop counts: the best so far is overwritten. Keep the largest of all eight.",
        ),
        (_seen_in([7]), "only the last orientation counts: keep the largest correlation of all eight."),
        (
            _seen_in([0, 2, 4, 6]),
            "flips alone are four ways: a copy turned by a quarter is missed (np.rot90 counts quarters, not degrees).",
        ),
        (
            _seen_in([0, 4]),
            "a copy turned by a quarter is missed: turn ONE of the two with np.rot90, keep what it returns, and let no "
            "`return` in the loop end it early.",
        ),
        (
            _seen_in(range(4)),
            "a mirrored copy is missed: try the flipped orientations too (flipping BOTH axes is a half turn).",
        ),
        (_seen_in(range(4, 8)), "only the mirror images are tried: the four turns of the picture itself too."),
        (
            _seen_in([0, 1, 2, 3, 4]),
            "a copy that was flipped AND turned is missed: that makes eight orientations, not five.",
        ),
        *((_seen_in(set(range(8)) - {k}), f"{LEFT_OUT} {way.capitalize()} is missing.") for k, way in enumerate(WAYS)),
        (
            _seen_in(range(8), -1),
            "every picture counts as a copy of every other: is each compared with the OTHER, and are products added, "
            "not differences?",
        ),
        (
            _seen_in(range(8), 0),
            "any likeness counts: wanted is the SUM of the products of two leaks.thumbnail (of length 1), above 0.95.",
        ),
        (
            _seen_in(range(8), 0.95, lambda left, right: abs(np.sum(left * right))),
            "a negative is another picture: only a correlation near +1 counts.",
        ),
        (
            _seen_in(range(8), 0.5, lambda left, right: np.array_equal(left, right)),
            "equal thumbnails are too much to ask: a correlation above 0.95.",
        ),
        (
            _seen_in(range(8), 0.95, lambda left, right: np.mean(left * right)),
            "nothing counts as a copy, not even the picture itself: the bar is 0.95, and the correlation is the "
            "SUM of the products, at most 1; ONE of the eight must exceed it.",
        ),
        (
            _seen_in(range(8), 0.95, lambda left, right: (left @ right).sum()),
            "the products are those of pixel with pixel: `@` is not `*`.",
        ),
        (
            _seen_in(range(8), 0.95, choose=min),
            "a copy must fit in ONE of the eight orientations, not in all: does the LARGEST correlation count?",
        ),
        (
            _seen_in(range(8), 0.95, lambda left, right: np.sum((left - right) ** 2), min),
            "squared differences are SMALL for copies: wanted is the correlation, the sum of the products.",
        ),
        (
            _seen_in(range(8), choose=sum),
            "the eight correlations were added up: ONE of them must exceed 0.95, so take the largest.",
        ),
        (
            _seen_in(range(4), 0.95, lambda left, right: abs(np.sum(left * right))),
            "a minus sign makes the negative, another picture: mirrored is [:, ::-1].",
        ),
        (lambda a, b: not _is_copy(a, b), "the comparison is turned round: copies have a correlation ABOVE 0.95."),
        (
            lambda a, b: a.shape[0] * b.shape[1] == a.shape[1] * b.shape[0] and _is_copy(a, b),
            "a copy turned by a quarter is missed: its height and width change places, so ask for no shape.",
        ),
        (
            lambda a, b: a.size >= b.size and _is_copy(a, b),
            "a copy is missed where `a` is the smaller one: thumbnails have one size whatever the picture's.",
        ),
        (
            lambda a, b: a.shape == b.shape and _is_copy(a, b),
            "a smaller or turned copy is missed: thumbnails have one size whatever the picture's shape.",
        ),
        (
            lambda a, b: any(np.array_equal(a, patches.augment(b, k)) for k in range(8)),
            "equal pixels are too much to ask, in whatever orientation: a JPEG copy is missed. Use thumbnails.",
        ),
        (
            lambda a, b: a.shape in (b.shape, b.T.shape) and _is_copy(a, b),
            "a smaller copy is missed: thumbnails have one size whatever the picture's.",
        ),
    ],
    symptoms=[
        (
            lambda answer, wanted, a, b: wanted,
            "copies are missed: a correlation above 0.95 in any of the eight orientations is one.",
        ),
        (
            lambda answer, wanted, a, b: not wanted,
            "strangers count as copies: only a correlation above 0.95 makes one.",
        ),
    ],
)
