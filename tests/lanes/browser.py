"""A real browser and a real JupyterLab, started as `make lab` starts it, for the browser lane."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]


def find_browser(environment=os.environ):
    """The path of a Chromium or Chrome: the variable BROWSER_PATH, else one that is installed, else None."""
    if environment.get("BROWSER_PATH"):
        return environment["BROWSER_PATH"]
    found = [shutil.which(name, path=environment.get("PATH")) for name in NAMES]
    return next((path for path in (*found, *PLACES) if path and Path(path).exists()), None)


def launch(playwright):
    """The browser, without a download of playwright's own."""
    path = find_browser()
    if not path:
        pytest.exit(
            "no Chromium or Chrome was found: install one (on Debian and Ubuntu: apt install chromium), "
            "or name it: make test-browser BROWSER_PATH=/path/to/chrome",
            returncode=2,
        )
    return playwright.chromium.launch(executable_path=path, args=QUIET)


def copy_course(folder):
    """The course as a fresh clone would have it, with what is not committed yet: no test touches the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def serve(course, scratch):
    """JupyterLab on a copy of the course, by the command of `make lab`; returns (process, address)."""
    command = re.search(r"^lab:.*\n\t(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    words = command.replace("$(BIN)", str(BIN)).split()
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    folders = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "SR_RUNS")
    own = {name: str(scratch / name) for name in folders}
    environment = os.environ | own | {"SR_RUN": "quick", "SR_DATA": str(scratch / "no-sets"), "PYTHONPATH": ""}
    (scratch / "HOME").mkdir()
    with open(scratch / "lab.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(words + options, cwd=course, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://localhost:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api").read()
            return server, address
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.5)
    server.kill()
    raise OSError(f"JupyterLab did not start: {(scratch / 'lab.log').read_text(encoding='utf-8')[-2000:]}")


def open_notebook(page, path):
    """Open a notebook in JupyterLab and wait for its kernel."""
    page.evaluate(
        """async (path) => {
            const panel = await jupyterapp.commands.execute("docmanager:open", { path });
            await panel.context.ready;
            await panel.sessionContext.ready;
            await panel.sessionContext.session.kernel.info;
            jupyterapp.shell.activateById(panel.id);
        }""",
        path,
    )
    page.wait_for_function("(path) => jupyterapp.shell.currentWidget?.context?.path === path", arg=path)


def keep_runs_apart(page, name):
    """Give the current notebook's trainings a folder of their own: two that train at once want none in common."""
    page.evaluate(
        """(code) => jupyterapp.shell.currentWidget.sessionContext.session.kernel
            .requestExecute({ code, store_history: false }).done""",
        f"import os; os.environ['SR_RUNS'] = os.path.join(os.environ['SR_RUNS'], {name!r})",
    )


def start_all(page):
    """Begin to run the current notebook."""
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")


def run_all(page):
    """Run the current notebook; returns its cells: id, type, source, outputs and execution count."""
    start_all(page)
    return wait_for_all(page)


def wait_for_all(page, seconds=400):
    """Wait until the current notebook has run, or failed; returns its cells."""
    page.wait_for_function(
        """() => {
            const panel = jupyterapp.shell.currentWidget;
            const cells = [...panel.content.model.cells].filter((cell) => cell.type === "code");
            const failed = cells.some((cell) => cell.outputs.toJSON().some((output) => output.output_type === "error"));
            return failed || (cells.every((cell) => cell.executionCount && cell.executionState !== "running")
                && panel.sessionContext.session.kernel.status === "idle");
        }""",
        timeout=1000 * seconds,
        polling=250,
    )
    return read_cells(page)


def read_cells(page):
    """The current notebook's cells as they stand in its model, for cells off the screen are not drawn."""
    return page.evaluate(
        """() => [...jupyterapp.shell.currentWidget.content.model.cells].map((cell) => ({
            id: cell.id, type: cell.type, source: cell.sharedModel.getSource(),
            outputs: cell.type === "code" ? cell.outputs.toJSON() : [],
            count: cell.type === "code" ? cell.executionCount : null }))"""
    )


def show_cell(page, number):
    """Scroll to a cell, so that it is drawn, and return it."""
    handle = page.evaluate_handle(
        """async (number) => {
            const notebook = jupyterapp.shell.currentWidget.content;
            await notebook.scrollToItem(number, "start");
            await new Promise((done) => setTimeout(done, 150));
            return notebook.widgets[number].node;
        }""",
        number,
    )
    return handle.as_element()


def command(page, name):
    page.evaluate("(name) => jupyterapp.commands.execute(name)", name)


def render(notebooks, folder):
    """Notebooks as pages in both themes, <folder>/<theme>/<name>.html, made by nbconvert."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom nbconvert import HTMLExporter\n"
        "for theme in ('light', 'dark'):\n"
        "    (Path(sys.argv[1]) / theme).mkdir(parents=True)\n"
        "    for path in map(Path, sys.argv[2:]):\n"
        "        html, _ = HTMLExporter(theme=theme).from_filename(str(path))\n"
        "        (Path(sys.argv[1]) / theme / f'{path.stem}.html').write_text(html, encoding='utf-8')\n"
    )
    python = BIN / ("python.exe" if sys.platform == "win32" else "python")
    subprocess.run([python, "-c", code, str(folder), *map(str, notebooks)], check=True, capture_output=True)
    return folder
