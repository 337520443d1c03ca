"""Every check accepts the reference and a right answer written another way, calls a blank a blank, and
refuses each planted mistake with its own message. The mistakes stand here, in one place."""

import math

import numpy as np
import pytest

from sr_helpers import checks


def pixel_shuffle_by_loops(x, scale):
    height, width, channels = x.shape
    large = np.zeros((height * scale, width * scale, channels // scale**2), x.dtype)
    for row, column, c in np.ndindex(*large.shape):
        k = (row % scale * scale + column % scale) * large.shape[2] + c
        large[row, column, c] = x[row // scale, column // scale, k]
    return large


def pixel_unshuffle_by_slices(image, scale):
    return np.concatenate([image[i::scale, j::scale] for i in range(scale) for j in range(scale)], axis=2)


def split(x, s):
    return x.reshape(*x.shape[:2], s, s, -1)


def large(x, s):
    return (x.shape[0] * s, x.shape[1] * s, x.shape[2] // s**2)


def small(x, s):
    return (x.shape[0] // s, x.shape[1] // s, x.shape[2] * s**2)


def rows(x, s):
    return x.reshape(x.shape[0] // s, s, x.shape[1] // s, s, -1)


# check -> a right answer written differently, and (mistake, a piece of the message it must get)
CASES = {
    "pixels_kept": (
        lambda scale: np.float64(1) / (scale * scale),
        [
            (lambda s: 1 / s, "forget the width"),
            (lambda s: s**2, "inverse"),
            (lambda s: 1 - 1 / s**2, "lost"),
            (lambda s: 100 / s**2, "percentage"),
            (lambda s: 1 / s**3, "not 0.125"),
        ],
    ),
    "enlarge": (
        lambda image, s: image[np.arange(image.shape[0] * s) // s][:, np.arange(image.shape[1] * s) // s],
        [
            (lambda x, s: np.repeat(x, s, axis=0), "same for the columns"),
            (lambda x, s: np.repeat(x, s, axis=1), "same for the rows"),
            (lambda x, s: np.tile(x, (s, s) + (1,) * (x.ndim - 2)), "side by side"),
            (lambda x, s: np.kron(x, np.ones((s, s) + (s,) * (x.ndim - 2))), "colours were repeated"),
            (lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1)[::-1], "not where they belong"),
            (lambda x, s: np.repeat(x, s), "must become"),
        ],
    ),
    "pixel_shuffle": (
        pixel_shuffle_by_loops,
        [
            (lambda x, s: x.reshape(large(x, s)), "Did you skip the transpose"),
            (lambda x, s: split(x, s).transpose(0, 3, 1, 2, 4).reshape(large(x, s)), "swapped"),
            (lambda x, s: split(x, s).transpose(2, 0, 3, 1, 4).reshape(large(x, s)), "one piece"),
            (lambda x, s: x.reshape(*x.shape[:2], -1, s, s).transpose(0, 3, 1, 4, 2).reshape(large(x, s)), "PyTorch"),
            (lambda x, s: pixel_shuffle_by_loops(x, s)[..., 0], "colour axis"),
            (lambda x, s: pixel_shuffle_by_loops(x, s)[::-1], "wrong order"),
            (lambda x, s: x, "must become"),
        ],
    ),
    "pixel_unshuffle": (
        pixel_unshuffle_by_slices,
        [
            (lambda x, s: x.reshape(small(x, s)), "Did you skip the transpose"),
            (lambda x, s: rows(x, s).transpose(0, 2, 3, 1, 4).reshape(small(x, s)), "swapped"),
            (lambda x, s: rows(x, s).transpose(0, 2, 4, 1, 3).reshape(small(x, s)), "PyTorch"),
            (
                lambda x, s: x.reshape(s, x.shape[0] // s, s, x.shape[1] // s, -1)
                .transpose(1, 3, 0, 2, 4)
                .reshape(small(x, s)),
                "large tiles",
            ),
            (lambda x, s: pixel_unshuffle_by_slices(x, s)[::-1], "bring back"),
            (lambda x, s: x[::s, ::s], "must become"),
        ],
    ),
    "channel_of": (
        lambda i, j, c, scale, colours: int(np.ravel_multi_index((i, j, c), (scale, scale, colours))),
        [
            (lambda i, j, c, s, n: (j * s + i) * n + c, "swapped"),
            (lambda i, j, c, s, n: c * s * s + i * s + j, "PyTorch"),
            (lambda i, j, c, s, n: i * s + j + c, "skip three channels"),
            (lambda i, j, c, s, n: (i * s + j) * n + c + 1, "counted from 0"),
            (lambda i, j, c, s, n: i + j + c, "count along the block"),
        ],
    ),
    "cosine_rate": (
        lambda step, steps, start: start * math.cos(math.pi * step / steps / 2) ** 2,
        [
            (lambda k, n, a: a * math.cos(math.pi * k / n), "below zero"),
            (lambda k, n, a: a * math.cos(math.pi * k / n / 2), "quarter of a wave"),
            (lambda k, n, a: a * (1 - math.cos(math.pi * k / n)) / 2, "turn it round"),
            (lambda k, n, a: a * (1 - k / n), "straight line"),
            (lambda k, n, a: a * (1 + math.cos(math.pi * k / n)), "twice"),
            (lambda k, n, a: a * (1 + math.cos(math.radians(math.pi * k / n))) / 2, "radians"),
            (lambda k, n, a: a, "at step"),
        ],
    ),
    "steps_for_epochs": (
        lambda pixels, epochs, batch, patch: -(-pixels * epochs // (batch * patch * patch)),
        [
            (lambda p, e, b, k: math.ceil(p * e / (b * k)), "patch_size * patch_size"),
            (lambda p, e, b, k: math.ceil(p * e / k**2), "batch_size in your formula"),
            (lambda p, e, b, k: math.ceil(p / (b * k**2)), "epochs"),
            (lambda p, e, b, k: p * e / (b * k**2), "whole numbers"),
            (lambda p, e, b, k: p * e // (b * k**2), "round up"),
            (lambda p, e, b, k: 7 + math.ceil(p * e / (b * k**2)), "not 8"),
        ],
    ),
}
MISTAKES = [
    pytest.param(name, mistake, piece, id=f"{name}-{piece}") for name, (_, rest) in CASES.items() for mistake, piece in rest
]


def test_every_check_has_its_cases():
    assert sorted(CASES) == sorted(set(checks.__all__) - {"Wrong"})


@pytest.mark.parametrize("name", CASES)
def test_a_right_answer_written_differently_passes(name, capsys):
    answer = CASES[name][0]
    assert getattr(checks, name)(answer) is answer
    assert "passed" in capsys.readouterr().out


@pytest.mark.parametrize("name", CASES)
def test_a_blank_is_not_done_and_stays_so_on_a_second_run(name, capsys):
    check = getattr(checks, name)
    fallback = check(lambda *arguments: None)
    again = check(fallback)
    out = capsys.readouterr().out
    assert out.count("not done yet") == 2
    assert again is fallback


@pytest.mark.parametrize("name", CASES)
def test_the_fallback_of_a_blank_is_a_right_answer(name, capsys):
    fallback = getattr(checks, name)(lambda *arguments: None)
    getattr(checks, name)(lambda *arguments: fallback(*arguments))  # the marked function itself is never examined
    assert "passed" in capsys.readouterr().out


@pytest.mark.parametrize("name, mistake, piece", MISTAKES)
def test_a_planted_mistake_is_refused_with_its_own_message(name, mistake, piece):
    with pytest.raises(checks.Wrong, match=name) as caught:
        getattr(checks, name)(mistake)
    assert piece in str(caught.value)


@pytest.mark.parametrize("name", CASES)
def test_no_two_mistakes_get_the_same_message(name):
    messages = []
    for mistake, _ in CASES[name][1]:
        with pytest.raises(checks.Wrong) as caught:
            getattr(checks, name)(mistake)
        messages.append(str(caught.value))
    assert len(set(messages)) == len(messages)


def test_an_error_inside_the_answer_is_told_in_one_sentence():
    def broken(x, scale):
        return x.reshape(1, 1)

    with pytest.raises(checks.Wrong, match="raised ValueError when called with an array of shape"):
        checks.pixel_shuffle(broken)


def test_a_result_instead_of_the_function_is_told():
    with pytest.raises(checks.Wrong, match="pass the function itself"):
        checks.pixels_kept(0.25)


def test_a_check_never_lets_the_answer_change_its_inputs():
    def vandal(x, scale):
        answer = pixel_shuffle_by_loops(x, scale)
        x[:] = 0
        return answer

    assert checks.pixel_shuffle(vandal) is vandal


def test_wrong_shows_its_sentence_without_a_traceback():
    assert checks.Wrong("look here")._render_traceback_() == ["WRONG  look here"]
