"""Grade learners' notebooks: run each afresh, and read what its checks said.

It runs other people's code. Each notebook gets a process of its own, an empty folder to work in and a limit of time,
and no network where the system can take it away; a container or a machine of its own is safer still.
"""

import csv
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from sr_helpers import files

VERDICTS = ("passed", "wrong", "blank", "not run")


class Grade(NamedTuple):
    """What one check said to one learner: `verdict` is one of VERDICTS, `sentence` says where to look."""

    learner: str
    notebook: str
    exercise: str
    verdict: str
    sentence: str = ""


def grade(folder: Path | str, minutes: float = 10) -> list[Grade]:
    """Run every notebook below `folder` and return what each check said, by learner, notebook and exercise.

    `folder` holds a folder for each learner, with the notebooks that were handed in. A notebook that takes longer than
    `minutes`, or ends its process, counts as "not run" for the exercises that it had not come to.
    Raises FileNotFoundError when there are no notebooks.
    """
    paths = sorted(path for path in Path(folder).rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if not paths:
        raise FileNotFoundError(f"{folder}: holds no notebooks; put each learner's into a folder of their name")
    return [one for path in paths for one in _grades_of(path, _learner(path, Path(folder)), minutes)]


def write(grades: list[Grade], target: Path | str, *, overwrite: bool = False) -> None:
    """Write grades as CSV, one line a check. Raises FileExistsError unless `overwrite` is set."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerows([Grade._fields, *grades])
    files.write_bytes(Path(target), text.getvalue().encode("utf-8"), overwrite=overwrite)


def table(grades: list[Grade]) -> str:
    """Grades as lines: learner, notebook and exercise, the verdict, and the sentence of a wrong answer."""
    rows = [(one.learner, one.notebook, one.exercise, one.verdict) for one in grades]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    starts = ["  ".join(map(str.ljust, row, widths)) for row in rows]
    return "\n".join(f"{start}  {one.sentence}".rstrip() for start, one in zip(starts, grades, strict=True))


def _learner(path, folder):
    """The folder right below `folder` that the notebook lies in; its own name where it lies in `folder` itself."""
    inside = path.relative_to(folder).parts
    return inside[0] if len(inside) > 1 else path.stem


def _grades_of(path, learner, minutes):
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
        exercises = _exercises(notebook)
    except Exception as error:  # whatever is handed in, one file must not stop the rest
        reason = str(error).split("\n")[0]
        return [Grade(learner, path.name, "", "not run", f"is no notebook that can be read ({reason})")]
    ran, reason = _run(notebook, minutes)
    said = {exercise: _said(ran, exercise) for exercise in exercises}
    absent = ("not run", reason or "its cell was not reached or said nothing")
    return [Grade(learner, path.name, exercise, *(said[exercise] or absent)) for exercise in exercises]


def _exercises(notebook):
    """The names of the course's exercises that a notebook checks, in its order."""
    from sr_helpers.checks.engine import DECLARED

    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return [name for name in dict.fromkeys(re.findall(r"\bchecks\.(\w+)\(", code)) if name in DECLARED]


def _said(notebook, exercise):
    """(verdict, sentence) of the last time that the check of `exercise` spoke, or None."""
    found = None
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        text = output.get("text", "") if output.output_type == "stream" else ""
        for line in re.findall(rf"^{exercise}: (.*)", text, re.MULTILINE):
            found = ("passed", "") if line.startswith("passed") else ("blank", "")
        if output.output_type == "error" and output.evalue.startswith(f"{exercise}: "):
            found = ("wrong", output.evalue.removeprefix(f"{exercise}: ").split("\n")[0])
    return found


def _run(notebook, minutes):
    """(the notebook with its outputs, why it was stopped or None), run by `_execute` in a process of its own."""
    import nbformat

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        given, ran = Path(folder) / "given.ipynb", Path(folder) / "ran.ipynb"
        nbformat.write(notebook, given)
        command = [*_without_network(), sys.executable, "-m", "sr_helpers.grading", str(given), str(ran)]
        here = {"PYTHONPATH": str(Path(__file__).resolve().parent.parent), "SR_RUN": "quick", "SR_RUNS": folder}
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | here, start_new_session=True, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(60 * minutes)
            reason = None if process.returncode == 0 else "its process ended before the notebook did"
        except subprocess.TimeoutExpired:
            reason = f"it was stopped after {minutes:g} minutes"
        finally:
            _end(process)
        return (nbformat.read(ran, as_version=4) if ran.is_file() else notebook), reason


def _end(process):
    """End the process and all that it started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # all gone already
    else:
        process.kill()
    process.wait()


def _without_network():
    """What to put before a command so that it reaches no network; nothing where the system does not offer it."""
    command = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
        return command
    return []


def _execute(given, ran):
    """Run the notebook `given` cell by cell, and keep in `ran` what it has shown so far."""
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    notebook = nbformat.read(given, as_version=4)

    def keep(**_):
        nbformat.write(notebook, f"{ran}.part")
        os.replace(f"{ran}.part", ran)

    manager = AsyncKernelManager(kernel_name="python3")
    if os.name == "posix":
        manager.transport, manager.ip = "ipc", str(Path(ran).parent / "kernel")  # sockets that need no network
    NotebookClient(notebook, km=manager, timeout=None, allow_errors=True, on_cell_executed=keep).execute()
    keep()


if __name__ == "__main__":
    _execute(*sys.argv[1:])
