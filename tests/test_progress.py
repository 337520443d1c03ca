"""Progress as it arrives: in a notebook's page, where it must not be pink and must not stay, and in a terminal."""

import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from notebooks import execute  # noqa: E402

LOOP = """
from sr_helpers.progress import progress_bar
for k in progress_bar(range(3), unit="picture", mininterval=0):
    print("seen", k)
"""


class Listener(NotebookClient):
    """Keeps every message that a cell sends to the page."""

    def process_message(self, message, cell, index):
        self.seen = getattr(self, "seen", []) + [(message["msg_type"], message["content"])]
        return super().process_message(message, cell, index)


def run(source):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = Listener(notebook, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}, allow_errors=True)
    client.execute()
    return notebook.cells[0].outputs, client.seen


def test_in_a_notebook_one_line_changes_in_place_and_nothing_of_it_stays():
    outputs, seen = run(LOOP)
    assert not any(output.get("name") == "stderr" for output in outputs)
    assert "".join(output.text for output in outputs if output.output_type == "stream") == "seen 0\nseen 1\nseen 2\n"
    shown = [content["data"]["text/plain"] for kind, content in seen if kind in ("display_data", "update_display_data")]
    assert [kind for kind, _ in seen].count("display_data") == 1  # one place, whatever is printed meanwhile
    assert any("picture 2 of 3" in line for line in shown) and shown[-1] == ""


def test_an_error_leaves_no_bar_standing():
    outputs, _ = run(LOOP + "    1 / 0")
    assert [output.data["text/plain"] for output in outputs if output.output_type == "display_data"] == [""]


def test_a_stored_solution_holds_no_progress():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LOOP)])
    execute(notebook, str(ROOT))
    (output,) = notebook.cells[0].outputs
    assert output.text == "seen 0\nseen 1\nseen 2\n"


def test_in_a_terminal_progress_stays_out_of_what_the_command_prints():
    done = subprocess.run([sys.executable, "-c", LOOP], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "seen 0\nseen 1\nseen 2\n" and "3/3" in done.stderr


def test_no_bar_when_none_is_wanted():
    code = "from sr_helpers.progress import progress_bar\nprint(sum(progress_bar([1, 2], shown=False)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("3\n", "")
