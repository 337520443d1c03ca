"""The project's own files: one list of dependencies, a clean lock, a set-up that fails with a sentence."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {f"requirements{kind and '-' + kind}.lock": kind or "test" for kind in ("", "export", "jax", "site")}
OTHER_LOCKS = ("requirements-colab.lock", "requirements-browser.lock")


def names(requirements):
    return {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in requirements}


def wanted(group):
    groups = PROJECT["project"]["optional-dependencies"]
    lines = PROJECT["project"]["dependencies"] + groups[group] + (groups["course"] if group == "test" else [])
    return names(lines) - {"sr-helpers"}


@pytest.mark.parametrize("file, group", LOCKS.items())
def test_the_lock_covers_every_dependency_and_names_no_address(file, group):
    lock = (ROOT / file).read_text(encoding="utf-8")
    locked = names(line for line in lock.splitlines() if line and not line.startswith("#"))
    assert wanted(group) <= locked
    assert not re.search(r"://|--\w|@ ", lock)


@pytest.mark.parametrize("file", OTHER_LOCKS)
def test_the_other_locks_name_no_address(file):
    lock = (ROOT / file).read_text(encoding="utf-8")
    wanted = {"tensorflow", "keras", "numpy"} if "colab" in file else {"playwright", "axe-playwright-python", "pytest"}
    assert not re.search(r"://|--\w|@ ", lock) and wanted <= names(lock.splitlines())


def test_the_site_s_packages_are_pinned_and_their_lock_names_no_address():
    package, lock = (
        json.loads((ROOT / "site" / name).read_text(encoding="utf-8")) for name in ("package.json", "package-lock.json")
    )
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    for name, version in wanted.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not any("resolved" in entry for entry in lock["packages"].values())
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/workflows/*.yml")), ids=lambda path: path.name)
def test_a_workflow_calls_targets_that_there_are(path):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    called = re.findall(r"run: make (\S+)", path.read_text(encoding="utf-8"))
    assert called and set(called) <= targets


def test_every_dependency_has_its_reason():
    listed = re.findall(
        r'^    "([\w.-]+)[^"]*",(.*)$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    listed = [(name, comment) for name, comment in listed if not name.startswith("sr_helpers")]
    assert len(listed) >= 15
    assert all("# " in comment for _, comment in listed), [name for name, comment in listed if "# " not in comment]


def test_environment_yml_lists_nothing_twice():
    lines = re.findall(r"^ +- (.+)$", (ROOT / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert lines == ["conda-forge", "python >=3.11,<3.14", "pip", "pip:", "--editable .[course]"]
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"


def test_importing_the_package_brings_neither_tensorflow_nor_keras():
    code = "import sys, sr_helpers, sr_helpers.metrics, sr_helpers.datasets, sr_helpers.patches\n"
    code += "print([m for m in ('tensorflow', 'keras', 'jax', 'matplotlib', 'pooch') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.fixture(scope="module")
def tracked():
    """The files of the repository, as paths relative to its root."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in listed.stdout.splitlines()]


def test_text_files_are_read_and_written_as_utf_8(tracked):
    for path in (path for path in tracked if path.suffix == ".py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", None) in ("read_text", "write_text"):
                named = {keyword.arg for keyword in node.keywords}
                assert "encoding" in named, f"{path}:{node.lineno}: say encoding='utf-8': elsewhere it is cp1252"


def test_links_inside_the_repository_lead_somewhere(tracked):
    there = set(tracked) | {folder for path in tracked for folder in path.parents}
    for path in (path for path in tracked if path.suffix in (".md", ".ipynb")):
        text = (ROOT / path).read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")
        for link in re.findall(r"(?:\[[^\]\n]+|\))\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text):
            target, _, part = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            aimed = Path(os.path.normpath(path.parent / target)) if target else path
            assert aimed in there, f"{path}: {link} leads nowhere"
            if part and aimed.suffix == ".md":
                heads = re.findall(r"^#+ (.*)$", (ROOT / aimed).read_text(encoding="utf-8"), re.MULTILINE)
                names = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
                assert part in names, f"{path}: {aimed} has no heading {part}"


def test_the_tree_speaks_of_itself_alone(tracked):
    for path in tracked:
        if path.suffix in (".h5", ".png") or str(path) in (".ci/run", "tests/test_project.py"):
            continue
        found = re.search(r"\.\./shared|/work/main|/root/", (ROOT / path).read_text(errors="replace", encoding="utf-8"))
        assert not found, f"{path}: {found[0]}"


def test_a_codespace_runs_the_course():
    made = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert made["postAttachCommand"] == "make lab" and made["forwardPorts"] == [8888]


@pytest.fixture
def course(tmp_path):
    """A bare copy of what set-up needs, and a path with a few plain tools but no Python."""
    folder, tools = tmp_path / "course", tmp_path / "bin"
    (folder / "tools").mkdir(parents=True)
    tools.mkdir()
    for name in ("requirements.lock", "pyproject.toml", "tools/setup.sh"):
        shutil.copy(ROOT / name, folder / name)
    for tool in ("sh", "cat", "cksum", "dirname", "rm"):
        (tools / tool).symlink_to(shutil.which(tool))
    return folder, tools


def run_set_up(course):
    folder, tools = course
    env = {key: value for key, value in os.environ.items() if key != "PYTHON"} | {"PATH": str(tools)}
    return subprocess.run(["sh", "tools/setup.sh"], cwd=folder, env=env, capture_output=True, text=True)


def fake_python(course, name, script):
    path = course[1] / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_without_python_set_up_says_what_to_install(course):
    result = run_set_up(course)
    assert result.returncode == 1
    assert "no Python 3.11, 3.12 or 3.13" in result.stderr and result.stderr.count("\n") == 1


def test_a_broken_interpreter_on_the_path_is_passed_over(course):
    fake_python(course, "python3", "exit 127")
    fake_python(course, "python3.12", 'case "$2" in *venv*) exit 1;; esac; exit 0')
    result = run_set_up(course)
    assert result.returncode == 1
    assert "python3.12 has no venv module" in result.stderr and "python3-venv" in result.stderr


def test_set_up_does_nothing_when_nothing_changed(course):
    folder, _ = course
    (folder / ".venv/bin").mkdir(parents=True)
    fake_python((None, folder / ".venv/bin"), "python", "exit 0")
    files = [folder / name for name in ("requirements.lock", "pyproject.toml", "tools/setup.sh")]
    text = b"".join(file.read_bytes() for file in files)
    checksum = subprocess.run(["cksum"], input=text, capture_output=True, check=True).stdout.decode()
    (folder / ".venv/installed").write_text(checksum, encoding="utf-8")
    result = run_set_up(course)
    assert result.returncode == 0 and result.stdout == ""


PAGES = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/use.md", "CONTRIBUTING.md"))


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", PAGES, re.DOTALL))
def test_the_pages_snippets_run(snippet, tmp_path):
    if "export." in snippet:
        compile(snippet, "docs/use.md", "exec")  # run in the lane of the optional group
        return
    (tmp_path / "my_photos").mkdir()
    picture = np.random.default_rng(0).integers(0, 256, (60, 72, 3), dtype=np.uint8)
    Image.fromarray(picture).save(tmp_path / "my_photos/roof.png")
    result = subprocess.run([sys.executable, "-c", snippet], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_a_page_names_every_module():
    table = PAGES.partition("| module | holds |")[2]
    modules = {path.stem for path in (ROOT / "sr_helpers").glob("*.py")} - {"__init__", "__main__", "arguments"}
    assert modules == {name for name in modules if f"`{name}`" in table}


def test_the_archive_holds_what_its_tests_need_and_its_readme_leads_out_of_itself(tmp_path, tracked):
    copy = tmp_path / "course"
    for path in tracked:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy / path)
    code = "from setuptools import build_meta; print(build_meta.build_sdist('dist'))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "warning" not in (done.stdout + done.stderr).lower()
    with tarfile.open(next(copy.glob("dist/*.tar.gz"))) as archive:
        held = {str(Path(*Path(name).parts[1:])) for name in archive.getnames()}
        about = next(name for name in archive.getnames() if name.count("/") == 1 and name.endswith("PKG-INFO"))
        readme = archive.extractfile(about).read().decode("utf-8")
    missing = {str(path) for path in tracked} - held
    assert missing <= {".gitignore"}, missing
    links = re.findall(r"\[[^\]\n]*\]\(([^)\s]+)\)", readme)
    assert len(links) > 20 and all(re.match(r"https://|#", link) for link in links), links
