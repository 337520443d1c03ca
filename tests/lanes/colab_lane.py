"""The course as Colab runs it: its exact versions, an empty folder, a stand-in `google.colab` (make test-colab).

What cannot be had without the service itself: its GPU, its Drive and its page. The notebooks are fetched from a
bare repository by a file:// address, as the set-up cell would fetch them from the published one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from importlib import metadata
from pathlib import Path

import nbformat
import numpy as np
import pytest
from jupyter_client.manager import KernelManager
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def test_the_project_s_ranges_fit_colab_s_versions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["course"]]
    misfits = [
        f"{r} but {metadata.version(r.name)}"
        for r in wanted
        if r.name != "jupyterlab" and metadata.version(r.name) not in r.specifier
    ]
    assert misfits == []
    assert subprocess.run([*PIP, "check"], capture_output=True, text=True).returncode == 0
    if sys.version_info[:2] != (3, 13):
        print(f"Colab has Python 3.13; this lane runs {sys.version.split()[0]}, the newest that runs here")


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """(an empty working folder with the notebooks alone, the environment of a Colab kernel)."""
    source, bare = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("published") / "course.git"
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in tracked:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    tag = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["publish"]["tag"]
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "course"], ["tag", tag]):
        subprocess.run(["git", *command], cwd=source, check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(source), str(bare)], check=True)

    fake = tmp_path_factory.mktemp("fake")
    (fake / "google" / "colab").mkdir(parents=True)  # `google` stays a namespace package: protobuf lives in it too
    (fake / "google" / "colab" / "__init__.py").write_text("", encoding="utf-8")
    (fake / "google" / "colab" / "files.py").write_text("def upload():\n    return {}\n", encoding="utf-8")
    (fake / "google" / "colab" / "drive.py").write_text("def mount(path):\n    pass\n", encoding="utf-8")
    (fake / "sitecustomize.py").write_text("import google.colab\n", encoding="utf-8")

    folder = tmp_path_factory.mktemp("content")
    for path in sorted((ROOT / "solutions").glob("*.ipynb")) + [*(ROOT / "notebooks").glob("0[017]_*.ipynb")]:
        text = re.sub(
            r'REPOSITORY, TAG = \\"[^"]*\\"',
            f'REPOSITORY, TAG = \\\\"file://{bare}\\\\"',
            path.read_text(encoding="utf-8"),
        )
        assert f"file://{bare}" in text
        (folder / f"{path.parent.name}_{path.name}").write_text(text, encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(fake), "SR_RUN": "quick", "SR_RUNS": str(tmp_path_factory.mktemp("drive"))}
    return folder, {key: value for key, value in env.items() if key != "SR_DATA"}


def test_every_solution_and_three_blanks_run_and_nothing_is_installed(colab):
    folder, env = colab
    before = subprocess.run([*PIP, "freeze", "--all"], capture_output=True, text=True).stdout
    nbval = ["-p", "no:cacheprovider", "--nbval-lax", "--nbval-cell-timeout=300", "-q", "--durations=5"]
    names = sorted(map(str, folder.glob("*.ipynb")))
    alone = [name for name in names if "notebooks_00" in name or "notebooks_07" in name]
    others = [name for name in names if name not in alone]
    # The first fetches the course for all, and two of one run folder must not train at the same time.
    for paths in (alone, ["-n", "2", "--dist", "loadfile", *others]):
        command = [sys.executable, "-m", "pytest", *nbval, "--rootdir", str(folder), *paths]
        assert subprocess.run(command, env=env, cwd=folder).returncode == 0
        assert (folder / "super-resolution" / "sr_helpers").is_dir()
    assert subprocess.run([*PIP, "freeze", "--all"], capture_output=True, text=True).stdout == before


class Kernel:
    """A Jupyter kernel in `folder` that runs code cells."""

    def __init__(self, folder, env):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env=env)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, code):
        reply = self.client.execute_interactive(code, timeout=300, output_hook=lambda message: None)
        assert reply["content"]["status"] == "ok", reply["content"].get("evalue")

    def kill(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def train(folder, env, kill_at=None):
    """Notebook 07 up to its training, in a new kernel, which dies when `kill_at` checkpoints were written."""
    cells = nbformat.read(next(folder.glob("solutions_07_*.ipynb")), as_version=4).cells
    last = next(k for k, cell in enumerate(cells) if "run_folder, resume=" in cell.source)
    kernel, run = Kernel(folder, env), Path(env["SR_RUNS"]) / "07_training_quick"
    code = [cell.source for cell in cells[: last + 1] if cell.cell_type == "code"]
    try:
        for source in code[:-1]:
            kernel.run(source)
        if kill_at is None:
            kernel.run(code[-1])
        else:
            kernel.client.execute(code[-1])
            deadline = time.monotonic() + 300
            while (
                not (run / "history.jsonl").exists()
                or len((run / "history.jsonl").read_text(encoding="utf-8").splitlines()) < kill_at
            ):
                assert time.monotonic() < deadline
                time.sleep(0.02)
    finally:
        kernel.kill()
    return [json.loads(line) for line in (run / "history.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_lost_runtime_resumes_in_a_new_kernel_and_ends_at_the_same_weights(colab, tmp_path):
    folder, env = colab
    histories, weights = {}, {}
    for name, kills in (("lost", [5]), ("whole", [])):
        own = env | {"SR_RUNS": str(tmp_path / name)}
        for kill_at in kills:
            cut = train(folder, own, kill_at)
            assert 5 <= len(cut) < 10 and cut[-1]["step"] < 800
        histories[name] = train(folder, own)
        script = "import sys, numpy\nfrom sr_helpers import models\n"
        script += "numpy.savez(sys.argv[2], *models.load(sys.argv[1]).get_weights())\n"
        target = tmp_path / f"{name}.npz"
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / name / "07_training_quick"), str(target)],
            cwd=ROOT,
            check=True,
        )
        with np.load(target) as file:
            weights[name] = [file[key] for key in file.files]
    assert histories["lost"][-1]["step"] == histories["whole"][-1]["step"] == 800
    assert [r["psnr"] for r in histories["lost"]] == [r["psnr"] for r in histories["whole"]]
    assert all(np.array_equal(a, b) for a, b in zip(*weights.values(), strict=True))
