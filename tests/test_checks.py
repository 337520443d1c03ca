"""Every check accepts the reference and a right answer written another way, calls a blank a blank, and
refuses each planted mistake with its own message. The mistakes stand in `mistakes/`, a file for each notebook that
is not declared yet; those that are stand in test_exercises.py."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from sr_helpers import checks

MODULES = sorted(path.stem for path in (Path(__file__).parent / "mistakes").glob("n*.py"))
CASES = {}
for module in MODULES:
    CASES |= importlib.import_module(f"mistakes.{module}").CASES


MISTAKES = [
    pytest.param(name, mistake, piece, id=f"{name}-{piece}") for name, (_, rest) in CASES.items() for mistake, piece in rest
]


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


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("answer", ["11%", (1, 2, 3, 4, 5), object(), [[1], [2, 3]]], ids=["text", "tuple", "object", "ragged"])
def test_an_answer_of_a_strange_kind_never_shows_the_checks_own_lines(name, answer):
    with pytest.raises(checks.Wrong):
        getattr(checks, name)(lambda *arguments: answer)


def test_activations_may_be_layers_of_their_own():
    import keras
    from keras import layers, ops

    from sr_helpers import models

    def separate(scale):
        lr = keras.Input((None, None, 1))
        x = layers.Activation("tanh")(layers.Conv2D(64, 5, padding="same")(lr))
        x = ops.tanh(layers.Conv2D(32, 3, padding="same")(x))
        return keras.Model(lr, models.PixelShuffle(scale)(layers.Conv2D(scale**2, 3, padding="same")(x)))

    assert checks.paper_network(separate) is separate


def test_a_number_in_single_precision_is_right_too():
    def single(guess, candidates):
        return np.float32(np.mean((guess - candidates) ** 2))

    assert checks.expected_error(single) is single
