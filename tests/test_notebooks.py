"""The notebooks' hygiene: cut from their solutions, clean, light, readable, linked, described."""

import json
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from notebooks import CHECKED, METADATA, cut, learner_name  # noqa: E402

NAMES = sorted(path.name for path in (ROOT / "solutions").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("name", NAMES)
# A translation has its language in its name, 01_solved_pixel_shuffle.de.ipynb, and English words are not asked of it.
in_english = pytest.mark.parametrize("name", [name for name in NAMES if not re.search(r"\.[a-z]{2}\.ipynb$", name)])
CUT = (
    "notebooks/ is cut from solutions/: change solutions/{}, then run make notebooks (--cut-only where no code changed)"
)
BANNED = {  # why a learner's notebook does not say so
    "simply": "what is hard for somebody is not simple for them: leave the word out",
    "obviously": "who does not see it feels stupid: leave the word out, or show it",
    "just": "as in 'just add': leave the word out; for 'only' write only",
}


def path_of(folder, name):
    return ROOT / folder / (name if folder == "solutions" else learner_name(name))


def read(folder, name):
    """A solution by its name, or the learner notebook that was cut from it."""
    return nbformat.read(path_of(folder, name), as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_both_folders_hold_the_same_notebooks():
    learners = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
    assert NAMES and [learner_name(name) for name in NAMES] == learners, CUT.format("NN_solved_....ipynb")


@every_notebook
def test_learner_notebook_is_cut_from_its_solution(name):
    written = path_of("notebooks", name).read_text(encoding="utf-8")
    assert nbformat.writes(cut(read("solutions", name), name)).strip() == written.strip(), CUT.format(name)


@every_notebook
def test_learner_notebook_has_no_outputs_counts_tags_or_answers(name):
    learner, solution = read("notebooks", name), read("solutions", name)
    for cell in learner.cells:
        assert "tags" not in cell.metadata
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
    blanks = re.findall(
        r"# your code[^\n]*\n(.*?)# end of your code", "\n".join(c.source for c in code(learner)), re.DOTALL
    )
    answers = re.findall(
        r"# your code[^\n]*\n(.*?)# end of your code", "\n".join(c.source for c in code(solution)), re.DOTALL
    )
    assert len(blanks) == len(answers)
    assert all(blank.strip() == "..." for blank in blanks), CUT.format(name)
    for answer in answers:
        assert 1 <= len(answer.strip().splitlines()) <= 6, f"an answer has one to six lines; split this one:{answer}"


@every_notebook
def test_solution_was_run_from_top_to_bottom_without_complaint(name):
    cells = code(read("solutions", name))
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1)), (
        f"run it anew: SR_RUN=quick .venv/bin/python tools/notebooks.py {name[:2]}"
    )
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", f"cell {cell.id} ends in an error"
            assert output.get("name") != "stderr", f"cell {cell.id} has a pink box: {output.text}"
            assert "step/s" not in output.get("text", "") and "" not in output.get("data", {}).values(), "progress"


@every_notebook
def test_sizes(name):
    assert path_of("notebooks", name).stat().st_size < 60_000, "more than 60 kB: split the lesson"
    assert path_of("solutions", name).stat().st_size < 600_000, "more than 600 kB with its pictures: show fewer"


@every_notebook
def test_cells_are_short(name):
    for cell in read("solutions", name).cells:
        words = r'\s*(alt=)?f?"[^"]*"[,)]*'  # alt text may take more lines
        lines = [line for line in cell.source.splitlines() if line.strip() and not re.fullmatch(words, line)]
        assert len(lines) <= 15, f"cell {cell.id} has {len(lines)} lines: split it, fifteen are read at a glance"


@every_notebook
def test_code_fits_the_page_beside_the_side_bar(name):
    for cell in code(read("solutions", name)):
        longest = max(map(len, cell.source.splitlines()))
        assert longest <= 115, f"cell {cell.id} has a line of {longest} letters: 115 fit the page beside the side bar"


@every_notebook
def test_metadata_is_as_jupyterlab_writes_it_and_colab_hands_out_no_answers(name):
    for folder in ("solutions", "notebooks"):
        metadata = json.loads(path_of(folder, name).read_text(encoding="utf-8"))["metadata"]
        assert metadata == METADATA and metadata["colab"]["generative_ai_disabled"] is True
        assert metadata["kernelspec"]["display_name"] == "Python 3 (ipykernel)"


@every_notebook
def test_a_solution_says_so_in_its_name_its_title_and_its_first_words_and_not_in_the_blank(name):
    solution, learner = read("solutions", name), read("notebooks", name)
    assert "_solved_" in name, f"call the file {name[:2]}_solved_..."
    title, blank = f"# Solved: {name[:2]} ·", f"](../notebooks/{learner_name(name)})"
    assert solution.cells[0].source.startswith(title), f"the first cell begins with {title!r}"
    assert blank in solution.cells[1].source, f"the second cell says that this is solved, with the link {blank!r}"
    assert "answer is in" not in text(solution) and "/solutions/" not in text(solution).replace(
        f"/solutions/{name})", ""
    )
    assert learner.cells[0].source.startswith(f"# {name[:2]} ·")
    assert "solved" not in learner.cells[1].source.lower(), "give the second cell the tag `solution`"


@every_notebook
def test_a_link_to_an_answer_leads_to_the_heading_of_its_exercise(name):
    headings = {cell.id for cell in read("solutions", name).cells if "## Exercise " in cell.source}
    seen, exercise = set(), None
    for cell in read("notebooks", name).cells:
        exercise = cell.id if "## Exercise " in cell.source else exercise
        for target in re.findall(r"\]\(\.\./solutions/([^)]*)\)", cell.source):
            assert target == f"{name}#cell-id={exercise}"  # JupyterLab and nbconvert both scroll to the cell
            seen.add(exercise)
    assert seen == headings


@every_notebook
def test_nothing_of_the_web_is_shown_in_the_text(name):
    assert not re.search(
        r"!\[[^]]*\]\(http|<img", text(read("notebooks", name))
    )  # broken for who works without a network


def test_the_set_up_cell_is_the_same_everywhere():
    first = code(read("solutions", NAMES[0]))[0].source
    other = [name for name in NAMES if code(read("solutions", name))[0].source != first]
    assert not other, f"copy the first code cell of {NAMES[0]} into {', '.join(other)}"


@every_notebook
def test_every_picture_has_alt_text(name):
    for cell in code(read("solutions", name)):
        for output in cell.outputs:
            data = output.get("data", {})
            assert not any(kind.startswith("image/") for kind in data), "its alt text would not reach the page"
            if "text/html" in data:
                pictures = re.findall(r'<img [^>]*?alt="([^"]+)"', data["text/html"])
                assert len(pictures) == data["text/html"].count("<img ")
                assert len(data["text/plain"]) > 40 and data["text/plain"] != "<IPython.core.display.HTML object>", (
                    cell.id
                )


@every_notebook
def test_every_exercise_has_a_checked_cell_and_two_hints(name):
    solution = read("solutions", name)
    exercises = len(re.findall(r"^## Exercise \d", text(solution), re.MULTILINE))
    verdicts = [cell for cell in code(solution) if CHECKED.match(cell.source)]
    assert len(verdicts) == exercises, "every heading '## Exercise N' has one cell `name = checks.name(name)` below it"
    assert exercises <= 5, "five exercises are a lesson: make another notebook"
    assert all("nbval-check-output" in cell.metadata.get("tags", []) for cell in verdicts), CUT.format(name)
    for hint in ("<summary>Hint 1: ", "<summary>Hint 2: "):
        assert text(solution).count(hint) == exercises, f"every exercise has one {hint!r}"


@in_english
def test_every_exercise_tells_how_hard_and_how_long_it_is(name):
    prose = text(read("solutions", name))
    exercises = len(re.findall(r"^## Exercise \d", prose, re.MULTILINE))
    told = len(re.findall(r"\((easy|medium|stretch), \d+ min\)", prose))
    assert told == exercises, "a heading ends in how hard and how long it is: '## Exercise 1: a name (easy, 5 min)'"


@in_english
def test_the_shape_of_a_lesson(name):
    prose = text(read("solutions", name))
    for piece in ("You will be able to", "Before this", "Minutes", "Runs on", "finished picture first", "**Predict"):
        assert piece in prose, f"every lesson says {piece!r} at its beginning: see another one"
    for piece in ("## What you made", "**Common slips:**", "**Next:**", "**Open question:**"):
        assert piece in prose, f"every lesson says {piece!r} at its end: see another one"


@every_notebook
def test_links_lead_somewhere(name):
    for folder in ("notebooks", "solutions"):
        for target in re.findall(r"\]\(([^)]+)\)", text(read(folder, name))):
            assert not target.startswith("http://")
            assert target.startswith("https://") or (ROOT / folder / target.split("#")[0]).exists(), target


@in_english
def test_words_and_habits_to_avoid(name):
    learner, solution = read("notebooks", name), read("solutions", name)
    for word, why in BANNED.items():
        found = re.search(rf"[^.\n]*\b{word}\b[^.\n]*", text(learner), re.IGNORECASE)
        assert not found, f"{word!r}: {why}. It stands in {found[0].strip()!r}; change solutions/{name}"
    for cell in code(learner):
        assert not re.search(r"^\s*[!%]|import \*", cell.source, re.MULTILINE), f"cell {cell.id}: plain Python alone"
    assert not re.search(r"/(home|root|work|Users|tmp)/(?!me/)", nbformat.writes(solution)), "a path of some machine"
    tags = {tag for cell in solution.cells for tag in cell.metadata.get("tags", [])}
    assert tags <= {"nbval-check-output", "solution"}, "the cutter knows the tag `solution` alone"


def test_cutting_blanks_the_answer_and_drops_what_is_for_the_solution_only():
    solution = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                "def f(x):\n    # your code: about 1 line\n    return x\n    # end of your code", id="a"
            ),
            nbformat.v4.new_markdown_cell("why", id="b", metadata={"tags": ["solution"]}),
        ]
    )
    learner = cut(solution, "00_solved_start.ipynb")
    assert [cell.source for cell in learner.cells] == [
        "def f(x):\n    # your code: about 1 line\n    ...\n    # end of your code"
    ]
