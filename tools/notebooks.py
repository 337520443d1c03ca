"""Execute the solutions, keep their outputs, and cut the learner notebooks from them.

A learner notebook is its solution without outputs, tags and the cells tagged `solution`, with every answer (what stands
between "# your code" and "# end of your code") replaced by `...` and a link to it below the hints.
Usage: python tools/notebooks.py [NN ...] [--cut-only]
"""

import argparse
import os
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from publish_links import address, colab_prefix

ROOT = Path(__file__).resolve().parent.parent
CHECKED = re.compile(r"(\w+) = checks\.\1\(\1\)$")  # a cell whose words nbval compares when it runs the solution
ANSWER = re.compile(r"^( *)(# your code[^\n]*\n).*?^ *(# end of your code)$", re.DOTALL | re.MULTILINE)
METADATA = {  # as JupyterLab writes it, so that a notebook which was only opened and closed has not changed
    "colab": {"generative_ai_disabled": True},  # who learns is not handed the answers
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.11.7",
    },
}


def cut(solution, name):
    """The solution notebook of the file `name` -> learner notebook, as nbformat nodes."""
    learner = nbformat.v4.new_notebook(metadata=METADATA, nbformat_minor=5)
    exercise = None
    for cell in solution.cells:
        if "solution" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code":
            learner.cells.append(nbformat.v4.new_code_cell(ANSWER.sub(r"\1\2\1...\n\1\3", cell.source), id=cell.id))
            continue
        source = re.sub("^# Solved: ", "# ", cell.source).replace("](../notebooks/", "](")
        source = source.replace(f"/solutions/{name}", f"/notebooks/{learner_name(name)}")
        if re.search(r"^## Exercise ", source, re.MULTILINE):
            exercise = cell.id
        if "<summary>Hint 2" in source:
            source += f"\n\n{_where_the_answer_is(name, exercise)}"
        learner.cells.append(nbformat.v4.new_markdown_cell(source, id=cell.id))
    return learner


def learner_name(name):
    """01_solved_pixel_shuffle.ipynb -> 01_pixel_shuffle.ipynb"""
    return name.replace("_solved_", "_", 1)


def _where_the_answer_is(name, exercise):
    """A line that leads to the heading of this very exercise, a cell, in its solution."""
    colab = f"{colab_prefix(*address(ROOT))}solutions/{name}#scrollTo={exercise}"
    return f"The answer is in the [solution](../solutions/{name}#cell-id={exercise}) ([in Colab]({colab}))."


def execute(solution, folder):
    """Run a solution in place, with `folder` as its working folder; raises when a cell does."""
    for cell in solution.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(solution, timeout=600, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    for cell in solution.cells:
        cell.metadata.pop("execution", None)  # times, which would differ in every run
        for output in cell.get("outputs", []):
            output.get("metadata", {}).pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)


def _joined(outputs):
    """Stream texts in one piece each, so that a rerun gives the same file however it was buffered."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return [output for output in joined if not _is_empty(output)]


def _is_empty(output):
    """Blank text, or a line of progress that has gone."""
    if output.output_type == "stream":
        return not output.text.strip()
    return list(output.get("data", {}).values()) == [""]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NN", help="which notebooks, as 01; all when left out")
    parser.add_argument("--cut-only", action="store_true", help="cut without executing")
    options = parser.parse_args()
    os.environ.setdefault("SR_RUN", "quick")
    runs = os.environ.get("SR_RUNS")
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        if options.numbers and path.name[:2] not in options.numbers:
            continue
        if runs:  # a folder for each: no notebook may find what another one trained
            os.environ["SR_RUNS"] = str(Path(runs) / path.stem / "runs")
        solution = nbformat.read(path, as_version=4)
        if not options.cut_only:
            execute(solution, str(path.parent))
        for cell in solution.cells:
            if CHECKED.match(cell.source):
                cell.metadata["tags"] = ["nbval-check-output"]
        solution.metadata = METADATA
        nbformat.write(solution, path)
        nbformat.write(cut(solution, path.name), ROOT / "notebooks" / learner_name(path.name))
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB solved")


if __name__ == "__main__":
    main()
