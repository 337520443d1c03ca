"""Walks the declared exercises: a new one is tested by being declared, with right answers and a `draw` in `answers/`.

`answers/nXX.py` holds, by the exercise's name: RIGHT, right answers written another way; DRAW, a function of a NumPy
generator that makes random arguments; and where wanted WRONG, (wrong answer, a piece of the sentence it must get)."""

import importlib
import io
import math
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from sr_helpers import checks, resize
from sr_helpers.checks import calling, changes, comparing, engine, judging
from sr_helpers.checks.judging import Judge

MODULES = [
    importlib.import_module(f"answers.{path.stem}")
    for path in sorted((Path(__file__).parent / "answers").glob("n*.py"))
]
RIGHT, DRAW, WRONG = (
    {name: value for m in MODULES for name, value in getattr(m, kind, {}).items()}
    for kind in ("RIGHT", "DRAW", "WRONG")
)
NAMES = [name for name in engine.DECLARED if name in checks.__all__]
EACH = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def without_a_search(monkeypatch):
    """The search for the one change that would mend an answer takes seconds; test_engine.py looks at it."""
    monkeypatch.setattr(judging, "SECONDS", 0)


def verdict(name, function):
    """The sentence of a refusal, or what was printed."""
    out = io.StringIO()
    try:
        with redirect_stdout(out):
            getattr(checks, name)(function)
    except checks.Wrong as wrong:
        return str(wrong).removeprefix(f"{name}: ")
    return out.getvalue()


@EACH
def test_it_is_declared_in_full(name):
    declared = engine.DECLARED[name]
    answers = f"tests/answers/{declared.reference.__module__.split('.')[-1]}.py"
    assert len(RIGHT.get(name, [])) >= 2, f"give two right answers of {name}, written another way, in {answers} (RIGHT)"
    assert name in DRAW, f"give a function that draws random arguments of {name} in {answers} (DRAW)"
    assert declared.reference.__doc__, f"the reference of {name} needs a docstring: learners see it"
    assert len(declared.slips) >= 4 or declared.symptoms, (
        f"{name} knows {len(declared.slips)} slips: four are the least"
    )
    for _, sentence in declared.slips + declared.symptoms + declared.demands:
        if isinstance(sentence, str):
            assert sentence[-1] in ".?" and len(sentence) < 260, f"one or two whole sentences, please: {sentence!r}"


@EACH
def test_right_answers_pass(name):
    declared = engine.DECLARED[name]
    for answer in (lambda *arguments, **options: declared.reference(*arguments, **options), *RIGHT.get(name, [])):
        assert "passed" in verdict(name, answer)
        assert getattr(checks, name)(answer) is answer


@EACH
def test_a_blank_is_not_done_and_stays_so_on_a_second_run(name, capsys):
    fallback = getattr(checks, name)(lambda *arguments, **options: None)
    assert getattr(checks, name)(fallback) is fallback
    assert capsys.readouterr().out.count("not done yet") == 2
    assert "passed" in verdict(name, lambda *arguments, **options: fallback(*arguments, **options))


@EACH
def test_every_slip_is_refused_with_its_own_sentence(name):
    declared = engine.DECLARED[name]
    for slip, sentence in declared.slips:
        said = verdict(name, slip)
        assert said == sentence if isinstance(sentence, str) else "passed" not in said, (
            f"the slip of {sentence!r} is told {said!r}"
        )


@EACH
def test_every_slip_differs_from_the_reference_and_from_the_other_slips(name):
    declared = engine.DECLARED[name]
    judge = Judge(declared)
    answers = [calling.outcomes(slip, declared.cases, declared.play) for slip, _ in declared.slips]
    for found, (_, sentence) in zip(answers, declared.slips, strict=True):
        assert judge.wrong(found), (
            f"the slip of {sentence!r} gives the right answer on every input: add one that tells it"
        )
    alike = [(a, b) for a in range(len(answers)) for b in range(a) if judge.agree(answers[a], answers[b])]
    assert not alike, [declared.slips[k][1] for pair in alike for k in pair]


@EACH
def test_wrong_answers_get_a_sentence_that_fits(name):
    for answer, piece in WRONG.get(name, []):
        assert piece in verdict(name, answer)


@EACH
def test_changed_arguments_are_told(name):
    """A right answer that afterwards spoils its arrays, lists and dicts."""
    reference, spoilt = engine.DECLARED[name].reference, []

    def vandal(*arguments, **options):
        answer = calling.copied(reference(*arguments, **options))
        for thing in [*arguments, *options.values()]:
            if isinstance(thing, np.ndarray) and thing.size:
                spoilt.append(thing)
                thing[...] = 0
            elif isinstance(thing, list | dict) and thing:
                spoilt.append(thing)
                thing.clear()
        return answer

    assert ("in place" in verdict(name, vandal)) == bool(spoilt)


@EACH
def test_whatever_comes_back_gets_a_short_verdict(name):
    for answer in ("11%", (1, 2, 3, 4, 5), object(), [[1], [2, 3]], 10**400, math.nan, np.zeros(0), {}, print):
        said = verdict(name, lambda *arguments, answer=answer, **options: answer)
        assert len(said) < 400 and not any(piece in said for piece in ("0x", "passed", "not done", "Traceback"))


@EACH
def test_arrays_of_another_kind_are_refused(name):
    """A list, a masked array, whole numbers, half precision, where the reference gives an array of floats."""
    reference = engine.DECLARED[name].reference
    wanted = Judge(engine.DECLARED[name]).wanted[0].value
    if engine.DECLARED[name].play or not isinstance(wanted, np.ndarray) or wanted.dtype.kind != "f":
        return
    for change, piece in {
        lambda array: array.tolist(): "wrap it in np.array",
        np.ma.masked_array: "wanted one NumPy array, got a MaskedArray",
        lambda array: array.astype(np.float16): "half",
        lambda array: array.astype(complex): "complex",
        lambda array: array.astype(object): "wanted an array of numbers",
    }.items():
        assert piece in verdict(
            name, lambda *arguments, change=change, **options: change(reference(*arguments, **options))
        )
    assert "passed" not in verdict(
        name, lambda *arguments, **options: reference(*arguments, **options).astype(np.int64)
    )
    assert "passed" in verdict(name, lambda *arguments, **options: np.asfortranarray(reference(*arguments, **options)))


WITHOUT_MUTANTS = {"seven_layers", "diagnose", "debunk"}  # a network of the course's, and two lists of letters
DRAWS = {"fit": 15, "paper_network": 9}  # random inputs for a mutant; a network is built for each of these


@EACH
def test_every_mutant_is_refused_or_computed_to_be_right(name):
    declared, draw = engine.DECLARED[name], DRAW.get(name)
    mutants = list(changes.changed(declared.reference, changes.faults))
    assert mutants or name in WITHOUT_MUTANTS
    passed = [change for change in mutants if "passed" in verdict(name, change.function)]
    rng = np.random.default_rng(0)
    drawn = [draw(rng) for _ in range(DRAWS.get(name, 150))] if passed and draw else []
    cases = [case if isinstance(case, engine.Case) else engine.case(*case) for case in drawn]
    judge = Judge(declared._replace(cases=cases))
    unequal = [
        f"{change.before} -> {change.after}"
        for change in passed
        if judge.wrong(calling.outcomes(change.function, cases, declared.play))
    ]
    assert not unequal, f"the check of {name} lets these pass, though they differ: {unequal}"


def test_every_check_of_the_course_is_declared():
    assert set(checks.__all__) - {"Wrong", "protocol", "report"} == set(NAMES)


def test_tolerances_are_those_of_single_precision():
    assert comparing.tolerance([np.array([0.5, -2.0]), 1.0]) == pytest.approx(2e-5)
    assert comparing.tolerance([100, 20_000]) < 0.5  # whole numbers are right or wrong


def test_no_picture_of_make_lr_has_a_pixel_that_may_be_rounded_either_way():
    for (hr, scale), _ in (case.make() for case in engine.DECLARED["make_lr"].cases):
        steps = 255 * resize.bicubic(hr, 1 / scale)
        assert np.abs(steps % 1 - 0.5).min() > 1e-4
