"""The notebooks' hygiene: cut from their solutions, clean, light, readable, linked, described."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from notebooks import cut  # noqa: E402

NAMES = sorted(path.name for path in (ROOT / "solutions").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("name", NAMES)


def read(folder, name):
    return nbformat.read(ROOT / folder / name, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_both_folders_hold_the_same_notebooks():
    assert NAMES and NAMES == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@every_notebook
def test_learner_notebook_is_cut_from_its_solution(name):
    written = (ROOT / "notebooks" / name).read_text()
    assert nbformat.writes(cut(read("solutions", name))).strip() == written.strip()


@every_notebook
def test_learner_notebook_has_no_outputs_counts_tags_or_answers(name):
    learner, solution = read("notebooks", name), read("solutions", name)
    for cell in learner.cells:
        assert "tags" not in cell.metadata
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
    blanks = re.findall(r"# your code[^\n]*\n(.*?)# end of your code", "\n".join(c.source for c in code(learner)), re.DOTALL)
    answers = re.findall(r"# your code[^\n]*\n(.*?)# end of your code", "\n".join(c.source for c in code(solution)), re.DOTALL)
    assert len(blanks) == len(answers) >= 2
    assert all(blank.strip() == "..." for blank in blanks)
    assert all(1 <= len(answer.strip().splitlines()) <= 6 for answer in answers)


@every_notebook
def test_solution_was_run_from_top_to_bottom_without_complaint(name):
    cells = code(read("solutions", name))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error"
            progress = output.get("name") == "stderr" and re.search(r"step/s|s/step", output.text)
            assert output.get("name") != "stderr" or progress, output.text


@every_notebook
def test_sizes(name):
    assert (ROOT / "notebooks" / name).stat().st_size < 60_000
    assert (ROOT / "solutions" / name).stat().st_size < 600_000


@every_notebook
def test_cells_are_short(name):
    for cell in read("solutions", name).cells:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 15, f"{cell.id}: {len(lines)} lines"


def test_the_set_up_cell_is_the_same_everywhere():
    assert len({code(read("solutions", name))[0].source for name in NAMES}) == 1


@every_notebook
def test_every_picture_has_alt_text(name):
    for cell in code(read("solutions", name)):
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                assert len(output.metadata["image/png"]["alt"]) > 40, cell.id
            if "text/html" in data:
                assert re.search(r'<img [^>]*alt="[^"]{40,}"', data["text/html"]), cell.id


@every_notebook
def test_every_exercise_has_a_checked_cell_and_two_hints(name):
    solution = read("solutions", name)
    exercises = len(re.findall(r"^## Exercise \d", text(solution), re.MULTILINE))
    verdicts = [c for c in code(solution) if re.match(r"(\w+) = checks\.\1\(\1\)$", c.source)]
    assert 2 <= exercises == len(verdicts) <= 5
    assert all("nbval-check-output" in cell.metadata.tags for cell in verdicts)
    assert text(solution).count("<summary>Hint 1") == text(solution).count("<summary>Hint 2") == exercises
    assert len(re.findall(r"\((easy|medium|stretch), \d+ min\)", text(solution))) == exercises


@every_notebook
def test_the_shape_of_a_lesson(name):
    prose = text(read("solutions", name))
    for piece in ("You will be able to", "Before this", "Minutes", "Runs on", "finished picture first", "**Predict"):
        assert piece in prose, piece
    for piece in ("## What you made", "**Common slips:**", "**Next:**", "**Open question:**"):
        assert piece in prose, piece


@every_notebook
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)]+)\)", text(read("notebooks", name))):
        assert not target.startswith("http://")
        assert target.startswith("https://") or (ROOT / "notebooks" / target).exists(), target


@every_notebook
def test_words_and_habits_to_avoid(name):
    learner, solution = read("notebooks", name), read("solutions", name)
    assert not re.search(r"\b(simply|obviously|just)\b", text(learner), re.IGNORECASE)
    for cell in code(learner):
        assert not re.search(r"^\s*[!%]|import \*", cell.source, re.MULTILINE), cell.id
    assert not re.search(r"/(home|root|work|Users|tmp)/(?!me/)", nbformat.writes(solution)), "a path of some machine"
    tags = {tag for cell in solution.cells for tag in cell.metadata.get("tags", [])}
    assert tags <= {"nbval-check-output", "solution"}


def test_cutting_blanks_the_answer_and_drops_what_is_for_the_solution_only():
    solution = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("def f(x):\n    # your code: about 1 line\n    return x\n    # end of your code", id="a"),
            nbformat.v4.new_markdown_cell("why", id="b", metadata={"tags": ["solution"]}),
        ]
    )
    learner = cut(solution)
    assert [cell.source for cell in learner.cells] == [
        "def f(x):\n    # your code: about 1 line\n    ...\n    # end of your code"
    ]
