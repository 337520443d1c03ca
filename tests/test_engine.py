"""The engine of the checks, on small exercises of its own: what it says, and what it lets nobody do."""

import contextlib
import functools
import inspect
import linecache
import math
import threading
import time

import numpy as np
import pytest

from sr_helpers import checks
from sr_helpers.checks import calling, changes, engine, judging
from sr_helpers.checks.engine import case, exercise, fractions


def _halved(image, scale=2):
    """Every value divided by scale."""
    return image / scale


@pytest.fixture(autouse=True)
def declared_here(monkeypatch):
    """What a test declares is forgotten after it."""
    monkeypatch.setattr(engine, "DECLARED", dict(engine.DECLARED))


@pytest.fixture
def halved():
    return exercise(
        _halved,
        cases=[
            (fractions(1, 2),),
            (fractions(2, 3), 4),
            case(fractions(3, 3), scale=1, why="at scale 1 nothing may change."),
        ],
        slips=[
            (lambda image, scale=2: image * scale, "multiplied: divide."),
            (lambda image, scale=2: image.reshape(7, 7), "the size of the example is written in."),
            (lambda image, scale=2: image / 2, "use `scale`."),
        ],
        symptoms=[(lambda answer, wanted, image, scale=2: (answer > 5).all(), "far too large.")],
    )


def refused(check, function):
    with pytest.raises(checks.Wrong) as caught:
        check(function)
    assert str(caught.value).startswith("halved: ")
    return str(caught.value).removeprefix("halved: ")


def test_the_three_verdicts(halved, capsys):
    def mine(image, scale=2):
        return image * (1 / scale)

    assert halved(mine) is mine
    fallback = halved(lambda image, scale=2: None)
    assert halved(fallback) is fallback and fallback(np.array([2.0])) == 1
    assert (
        fallback.__name__ == "halved" and fallback.__doc__ == _halved.__doc__ and not hasattr(fallback, "__wrapped__")
    )
    out = capsys.readouterr().out.splitlines()
    assert [line.split(";")[0].split(".")[0] for line in out] == [
        "halved: passed",
        "halved: not done yet",
        "halved: not done yet",
    ]
    assert (
        refused(halved, lambda image, scale=2: image + scale)
        == "halved([[0.25, 0.75]]): wanted [[0.125, 0.375]], got [[2.25, 2.75]]."
    )


def test_a_slip_is_named_only_when_it_explains_every_answer(halved):
    assert refused(halved, lambda image, scale=2: image * scale) == "multiplied: divide."
    said = refused(halved, lambda image, scale=2: image * scale if image.shape == (1, 2) else image / scale)
    assert (
        said == "halved([[0.25, 0.75]]): wanted [[0.125, 0.375]], got [[0.5, 1.5]]. (Right on 2 of the 3 inputs tried.)"
    )


def test_a_crash_is_a_slip_only_with_the_same_words(halved):
    assert (
        refused(halved, lambda image, scale=2: image.copy().reshape(7, 7)) == "the size of the example is written in."
    )
    assert "cannot reshape array of size 2 into shape (9,9)" in refused(
        halved, lambda image, scale=2: image.reshape(9, 9)
    )


def test_symptoms_and_sentences_of_a_case(halved):
    assert refused(halved, lambda image, scale=2: image + 100 * image.size) == "far too large."
    assert refused(halved, lambda image, scale=2: image / scale + (scale == 1)) == "at scale 1 nothing may change."


def test_a_result_instead_of_the_function_is_told(halved):
    assert refused(halved, 0.25) == "pass the function itself, as checks.halved(halved), not its result."


@pytest.mark.parametrize("stranger", [None, "text", 3, [1], np.zeros(3), object()])
def test_what_is_no_function_is_refused(halved, stranger):
    assert "pass the function itself" in refused(halved, stranger)


@pytest.mark.parametrize(
    "stranger",
    [int, print, dict, np.sum, functools.partial(pow, 2), type("Odd", (), {"__call__": lambda self: 1})(), object],
)
def test_any_function_gets_a_verdict(halved, stranger):
    assert len(refused(halved, stranger)) < 300


def test_changed_arguments_are_told_by_name(halved):
    def in_place(image, scale=2):
        image /= scale
        return image

    assert refused(halved, in_place).startswith("it changes its argument `image` in place")


def test_lists_in_lists_are_copied_and_watched():
    def _totals(rows):
        """The sum of each."""
        return [float(sum(row)) for row in rows]

    totals = exercise(_totals, cases=[([fractions(2), fractions(3)],), ([fractions(1)],)])

    def popping(rows):
        return [float(sum(rows.pop(0))) for _ in range(len(rows))]

    def inside(rows):
        for row in rows:
            row += 0.0
            row[:] = row[::-1].copy()
        return _totals(rows)

    for answer in (popping, inside):
        with pytest.raises(checks.Wrong, match="changes its argument `rows` in place"):
            totals(answer)
    assert totals(lambda rows: [float(np.sum(row)) for row in rows])


def test_a_case_made_by_a_function_is_fresh_for_every_call(halved):
    """A picture that is loaded once stays as it is, whatever somebody's function does to it."""
    kept = fractions(2, 2)
    made = exercise(_halved, cases=[lambda: (kept,)])
    was = kept.copy()
    with pytest.raises(checks.Wrong, match="changes its argument `image`"):
        made(lambda image, scale=2: np.divide(image, scale, out=image))
    assert np.array_equal(kept, was)


def test_an_argument_that_is_changed_before_a_crash_is_told(halved):
    def emptied(image, scale=2):
        image[:] = 0
        raise ValueError("of something else")

    assert "changes its argument `image`" in refused(halved, emptied)


def test_the_work_of_other_threads_is_not_counted(halved, monkeypatch):
    """A search that could not be stopped may still be at work when the next exercise is checked."""
    monkeypatch.setattr(calling, "SECONDS", 0.5)
    ended = threading.Event()

    def turn():
        while not ended.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=turn, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:

        def patient(image, scale=2):
            time.sleep(0.2)
            return image / scale

        assert halved(patient) is patient
    finally:
        ended.set()


def test_numbers_of_any_size_get_a_sentence(halved):
    assert "whole number beyond 64 bits" in refused(halved, lambda image, scale=2: 10**400)


def test_blocks_in_lists_are_to_be_joined(halved):
    assert "np.concatenate" in refused(halved, lambda image, scale=2: [image / scale])
    assert "np.array(...)" in refused(halved, lambda image, scale=2: (image / scale).tolist())


MEANT = {  # the line that is quoted must not hold the words that are looked for
    "square brackets":
        lambda image, scale=2: (value for value in image) / scale,
    "logarithm of 0":
        lambda image, scale=2: math.log10(0),
    "a list has no shape":
        lambda image, scale=2: [image].shape,
    "one axis at a time":
        lambda image, scale=2: range(image.shape),
    "nothing to draw from":
        lambda image, scale=2: np.random.default_rng(0).integers(0),
}  # fmt: skip


@pytest.mark.parametrize("meant", MEANT)
def test_the_words_of_a_crash_are_explained(halved, meant):
    assert meant in refused(halved, MEANT[meant]).lower()


def test_a_crash_is_told_with_the_learners_own_line(halved):
    def helper(image):
        return image.reshape(5, 5)

    def crashing(image, scale=2):
        enlarged = image * scale
        return helper(enlarged)

    number = helper.__code__.co_firstlineno + 1
    said = refused(halved, crashing)
    assert said.startswith(
        f"line {number}, `return image.reshape(5, 5)`, raised ValueError: cannot reshape array of size 2 into shape"
    )


def test_a_line_of_a_notebook_is_found(halved):
    source = "def crashing(image, scale=2):\n    image = image\n    return imagge / scale\n"
    linecache.cache["/tmp/ipykernel_1/2.py"] = (len(source), None, source.splitlines(True), "/tmp/ipykernel_1/2.py")
    cell = {}
    exec(compile(source, "/tmp/ipykernel_1/2.py", "exec"), cell)
    assert refused(halved, cell["crashing"]).startswith(
        "line 3, `return imagge / scale`, raised NameError: name 'imagge' is not defined."
    )


def test_a_crash_is_short_whatever_it_says(halved):
    class Pages(Exception):
        def __str__(self):
            return f"\x1b[31mcalling <Conv2D object at 0x7f00aabbccdd>\x1b[0m {list(range(99))}\n" + "page\n" * 99

    def crashing(image, scale=2):
        raise Pages

    said = refused(halved, crashing)
    assert "0x" not in said and "\x1b" not in said and "page" not in said and "17, 18" not in said and len(said) < 250
    for error in (
        KeyError("x"),
        SystemExit(3),
        KeyboardInterrupt(),
        RecursionError("maximum recursion depth exceeded"),
        StopIteration(),
    ):
        assert f"raised {type(error).__name__}" in refused(halved, lambda image, scale=2, error=error: _raise(error))


def _raise(error):
    raise error


def test_a_function_that_cannot_be_called_so_is_told(halved):
    assert "cannot be called as halved([[0.25, 0.75]])" in refused(halved, lambda image, scale: image / scale)


def test_an_endless_loop_ends_with_its_line(halved, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.3)

    def endless(image, scale=2):
        while True:
            try:
                image = image + 1
            except Exception:
                pass

    start = time.monotonic()
    said = refused(halved, endless)
    assert said.startswith("it takes longer than 0.3 seconds and is still at line") and said.endswith(
        "does a loop never end?"
    )
    assert time.monotonic() - start < 3


def _blocks(image, scale):
    """The mean of every scale x scale block of an image whose sides need not be multiples of scale."""
    height, width = image.shape[0] // scale * scale, image.shape[1] // scale * scale
    rows = image[:height, :width].reshape(height // scale, scale, width // scale, scale)
    return rows.mean(axis=(1, 3))


@pytest.mark.parametrize(
    "right, wrong, piece",
    [
        (".mean(axis=(1, 3))", ".mean(axis=(0, 3))", "`(0, 3)` in line 5"),
        (".mean(axis=(1, 3))", ".sum(axis=(1, 3))", "`.sum` in line 5"),
        ("image.shape[1] //", "image.shape[0] //", "the second `0` in line 3"),
        ("[:height, :width]", "[:width, :height]", "`:width, :height` in line 4"),
        ("// scale, scale, w", "// 2, scale, w", "`2` in line 4"),
        ("shape[0] // scale *", "shape[0] // scale +", "`+` in line 3"),
        ("return rows.mean", "rows = rows + 1\n    return rows.mean", "line 5, `rows = rows + 1`"),
    ],
)
def test_the_one_change_that_makes_it_right_is_told(right, wrong, piece):
    blocks = exercise(_blocks, cases=[(fractions(2, 2), 2), (fractions(7, 5), 2), (fractions(9, 13), 3)])
    source = inspect.getsource(_blocks)
    assert source.count(right) == 1
    source = source.replace(right, wrong)
    linecache.cache["cell"] = (len(source), None, source.splitlines(True), "cell")
    cell = {}
    exec(compile(source, "cell", "exec"), cell)
    said = str(pytest.raises(checks.Wrong, blocks, cell["_blocks"]).value)
    assert f"One change makes it right: look at {piece}" in said


def _steps_of(image):
    """Rounded to steps of 1/255."""
    return np.round(image * 255) / 255


def test_a_number_that_stands_twice_is_to_be_changed_wherever_it_stands():
    steps = exercise(_steps_of, cases=[(fractions(2, 2),), (fractions(5, 7),)])
    source = inspect.getsource(_steps_of).replace("* 255) / 255", "* 254) / 254")
    linecache.cache["twice"] = (len(source), None, source.splitlines(True), "twice")
    cell = {"np": np}
    exec(compile(source, "twice", "exec"), cell)
    said = str(pytest.raises(checks.Wrong, steps, cell["_steps_of"]).value)
    assert "look at `254`, wherever it stands, as in line 3" in said


def _in_steps(rows):
    """The cumulative sums of every row."""
    out = []
    for row in rows:
        sums = []
        for value in row:
            sums.append(value + (sums[-1] if sums else 0))
        out.append(sums)
    return np.array(out)


def test_no_change_makes_a_list_hold_itself():
    made = list(changes.changed(_in_steps, changes.repairs))
    assert len(made) > 50
    for change in made:
        with contextlib.suppress(Exception):
            change.function([[1, 2], [3, 4]])  # NumPy would look into a list in itself for ever, and cannot be stopped


def test_the_search_for_a_change_ends_and_stays_silent_without_a_source(halved, monkeypatch, capsys):
    monkeypatch.setattr(judging, "SECONDS", 0.2)
    far = 3.7

    def closed(image, scale=2):
        return image / scale + far

    def endless_when_changed(image, scale=2):
        step, k = 1, 0
        while k < 3:
            print("round")
            k += step
        return image / scale + 4.5 + image**2

    start = time.monotonic()
    for function in (closed, lambda image, scale=2: image / scale + 3.7, np.cos, endless_when_changed):
        assert "One change" not in refused(halved, function)
    assert time.monotonic() - start < 4
    assert capsys.readouterr().out.count("round") == 8  # what the changed functions print is nobody's


def test_what_a_function_prints_is_shown_shortly_and_before_the_verdict(halved, capsys):
    def chatty(image, scale=2):
        print("shape", image.shape)
        return image / scale

    halved(chatty)
    assert capsys.readouterr().out.splitlines() == [
        "shape (1, 2)",
        "shape (2, 3)",
        "shape (3, 3)",
        "shape (1, 2)",
        "halved: passed. Your version is used from here on.",
    ]

    def floods(image, scale=2):
        for row in range(100_000):
            print("row", row)
        return image / scale

    halved(floods)
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 10 and "shortened" in out[8] and out[9].startswith("halved: passed")


def test_a_return_that_is_missing_on_one_way_is_told(halved):
    said = refused(halved, lambda image, scale=2: image / scale if scale > 1 else None)
    assert (
        said == "it returned nothing for halved(an array of shape (3, 3), scale=1): "
        "does every way through the function end in a `return`?"
    )


def test_a_function_that_remembers_is_told(halved):
    calls = []

    def remembering(image, scale=2):
        calls.append(1)
        return image / scale + (len(calls) > 3)

    assert "called twice" in refused(halved, remembering)


def test_digits_enough_to_tell_two_numbers_apart():
    def _pi():
        """Pi."""
        return np.pi

    pi = exercise(_pi, cases=[()])
    assert pi(lambda: 3.1416)
    for guess, got in (
        (3.1417, "wanted 3.1416, got 3.1417"),
        (3.14, "wanted 3.142, got 3.14"),
        (float("inf"), "wanted 3.142, got inf"),
    ):
        with pytest.raises(checks.Wrong) as caught:
            pi(lambda guess=guess: guess)
        assert got in str(caught.value)


def test_kinds_follow_from_the_reference():
    def _several(x):
        """A pair, a truth value, a text and a whole number."""
        return {"pair": (1.5, x), "flag": x > 1, "text": "yes", "whole": int(x)}

    several = exercise(_several, cases=[(1.5,), (0.5,)])
    assert several(lambda x: {"pair": np.array([1.5, x]), "flag": np.bool_(x > 1), "text": "yes", "whole": np.int64(x)})
    for change, piece in {
        ("pair", (1.5,)): "at 'pair' wanted 2 things, got a tuple of 1 thing",
        ("pair", (1.5, "x")): "number 2 of 2: wanted one number, got the text 'x'",
        ("flag", 1): "wanted True or False, got the number 1",
        ("whole", 1.0): "wanted a whole number, got the float 1",
        ("text", 5): "wanted a text, got the number 5",
        ("text", "no"): "wanted 'yes', got 'no'",
    }.items():
        with pytest.raises(checks.Wrong) as caught:
            several(lambda x, change=change: _several(x) | dict([change]))
        assert piece in str(caught.value)
    with pytest.raises(checks.Wrong, match="the dict has no 'flag'"):
        several(lambda x: {key: value for key, value in _several(x).items() if key != "flag"})


def test_one_number_may_be_a_tensor_and_an_array_may_not(halved):
    import keras

    def _one(x):
        """A number."""
        return x / 2

    one = exercise(_one, cases=[(0.5,), (3.0,)])
    assert one(lambda x: keras.ops.convert_to_tensor(x / 2))
    assert "wanted one NumPy array, got an EagerTensor: wrap it in np.array(...)" in refused(
        halved, lambda image, scale=2: keras.ops.convert_to_tensor(image / scale)
    )


def test_a_slip_of_the_exercise_before_is_not_blamed_on_this_one():
    def _tripled(x):
        """Three times x, with halved."""
        return 6 * _halved(x)

    engine.exercise(_halved, cases=[(1.0,), (3.0,)])
    tripled = exercise(_tripled, cases=[(1.0,), (3.0,)])
    cell = {}
    exec("def halved(x, scale=2):\n    return x * scale\ndef tripled(x):\n    return 6 * halved(x)\n", cell)
    with pytest.raises(checks.Wrong, match="this one is right, but the `halved` that it calls is not"):
        tripled(cell["tripled"])


def test_draws_and_models_are_compared_by_what_is_seen_of_them():
    def _dice(rng):
        """A number from 1 to 6."""
        return int(rng.integers(1, 7))

    def shares(answers, seed):
        return np.bincount(answers, minlength=8)[:8] / len(answers)

    def rolls(function, seed):
        rng = np.random.default_rng(seed)
        return [function(rng) for _ in range(600)]

    dice = exercise(
        _dice, cases=[(0,), (1,)], play=rolls, seen=shares, tolerance=0.08,
        slips=[(lambda rng: int(rng.integers(6)), "integers(6) starts at 0.")],
        demands=[(lambda answers, seed: min(answers) >= 0, "no dice has a negative side.")],
    )  # fmt: skip
    assert dice(lambda rng: 1 + int(6 * rng.random()))
    for wrong, piece in (
        (lambda rng: int(rng.integers(0, 6)), "starts at 0"),
        (lambda rng: int(rng.integers(1, 7)) * -1, "negative side"),
        (lambda rng: 1.5, "number 1 of 600: wanted a whole number"),
    ):
        with pytest.raises(checks.Wrong, match=piece):
            dice(wrong)
    assert dice(lambda rng: None)(np.random.default_rng(0)) in range(1, 7)  # a blank


def test_letters_are_matched_without_telling_the_answer():
    right = {"A": "leak", "B": "range"}

    def _named():
        """Letter -> fault."""
        return dict(right)

    named = exercise(
        _named, cases=[()], symptoms=engine.letters(right, {"A": "look at its curves.", "B": "look at its loss."})
    )
    for answer, sentence in {
        ("range", "range"): "A is not 'range': look at its curves.",
        ("leak", "leak"): "B is not 'leak': look at its loss.",
        ("leak", "speed"): "speed: choose from leak, range.",
        ("leak",): "the dict has no 'B'.",
        ("leak", "range", "leak"): "the keys are A, B and no others.",
        (): "the dict has no 'A' and no 'B'.",
    }.items():
        with pytest.raises(checks.Wrong) as caught:
            named(lambda answer=answer: dict(zip("ABC", answer, strict=False)))
        assert sentence in str(caught.value)
    assert named(lambda: {"B": "range", "A": "leak"})


def test_wrong_shows_its_sentence_without_a_traceback():
    assert checks.Wrong("look here")._render_traceback_() == ["WRONG  look here"]


def test_hostile_objects_end_in_a_verdict(halved):
    class Hostile:
        def __getattr__(self, name):
            raise RuntimeError(name)

        __eq__ = __repr__ = __len__ = __array__ = __float__ = __bool__ = lambda self, *_: 1 / 0

    from unittest.mock import MagicMock

    for answer in (
        Hostile(),
        MagicMock(),
        type,
        lambda: 1,
        (x for x in range(3)),
        float("nan"),
        1j,
        b"bytes",
        {1, 2},
        np.datetime64("2020"),
    ):
        assert len(refused(halved, lambda image, scale=2, answer=answer: answer)) < 200
    assert len(refused(halved, MagicMock())) < 200
