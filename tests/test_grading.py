"""Learners' notebooks, graded: five made-up folders, run by the real command."""

import csv
import os
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sr_helpers import grading

ROOT = Path(__file__).resolve().parent.parent
FIRST = "from sr_helpers import checks\nimport numpy as np"
BLANK = "def enlarge(image, scale):\n    ..."
RIGHT = "def enlarge(image, scale):\n    return image.repeat(scale, axis=0).repeat(scale, axis=1)"
WRONG = "def enlarge(image, scale):\n    return image.repeat(scale, axis=0)"
CHECK = "enlarge = checks.enlarge(enlarge)"


def hand_in(folder, learner, *cells):
    notebook = new_notebook(cells=[new_code_cell(source) for source in (FIRST, *cells)])
    (folder / learner).mkdir()
    nbformat.write(notebook, folder / learner / "00_start_here.ipynb")


def test_every_learner_gets_the_verdicts_that_their_notebook_shows(tmp_path):
    folder, table = tmp_path / "handed_in", tmp_path / "grades.csv"
    folder.mkdir()
    hand_in(folder, "ada", RIGHT, CHECK)
    hand_in(folder, "bo", BLANK, CHECK)
    hand_in(folder, "cy", WRONG, CHECK)
    hand_in(folder, "di", "import os; os._exit(3)", RIGHT, CHECK)
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0)
    hand_in(folder, "ed", f"import socket; socket.create_connection({server.getsockname()}, 3)", RIGHT, CHECK)
    (folder / "ed/notes.ipynb").write_text("no notebook", encoding="utf-8")
    command = [sys.executable, "-m", "sr_helpers", "grade", str(folder), "--csv", str(table), "--minutes", "2"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ | {"COLUMNS": "200"})
    assert done.returncode == 1, done.stderr
    found = {(row["learner"], row["exercise"]): row for row in csv.DictReader(table.open(encoding="utf-8"))}
    verdicts = {learner: row["verdict"] for (learner, exercise), row in found.items() if exercise == "enlarge"}
    assert verdicts == {"ada": "passed", "bo": "blank", "cy": "wrong", "di": "not run", "ed": "passed"}
    assert "only the rows were repeated" in found["cy", "enlarge"]["sentence"]
    assert "ended" in found["di", "enlarge"]["sentence"] and "is no notebook" in found["ed", ""]["sentence"]
    if grading._without_network():  # this system can take the network away
        with pytest.raises(BlockingIOError):
            server.accept()
    assert all(word in done.stdout for word in ("ada", "passed", "blank", "wrong"))
    again = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert again.returncode == 2 and "overwrite" in again.stderr


def test_a_notebook_that_never_ends_is_stopped(tmp_path):
    hand_in(tmp_path, "fay", "while True: pass", RIGHT, CHECK)
    (only,) = grading.grade(tmp_path, minutes=0.2)
    assert only.verdict == "not run" and "stopped after 0.2 minutes" in only.sentence
