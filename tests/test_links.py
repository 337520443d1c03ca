"""The repository's address: stamped everywhere from one place, and the set-up cell that uses it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import sr_helpers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from publish_links import COLAB, address, colab_prefix, publish  # noqa: E402

NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("solutions/*.ipynb")])
OTHER = ("https://github.com/a-teacher/my-fork", "autumn-2027")


def sources(path):
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def set_up_cell():
    cells = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4).cells
    return next(cell.source for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_notebook_says_the_address_of_pyproject(path):
    text = sources(path)
    prefix = colab_prefix(*address(ROOT))
    assert set(COLAB.findall(text)) == {prefix}
    assert f"[Open in Colab]({prefix}{path.parent.name}/{path.name})" in text
    assert 'REPOSITORY, TAG = "{}", "{}"'.format(*address(ROOT)) in text
    for target in COLAB.split(text)[1:]:
        assert (ROOT / re.split("[)#]", target)[0]).exists(), target


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_link_to_a_notebook_has_its_twin_for_colab(path):
    for target in re.findall(r"\]\(((?:\.\./\w+/)?\d\d_\w+\.ipynb)(?:#[^)]*)?\)", sources(path)):
        folder = (path.parent / target).resolve().parent.name
        assert re.search(
            re.escape(f"{colab_prefix(*address(ROOT))}{folder}/{Path(target).name}") + "[)#]", sources(path)
        )


def test_readme_has_a_badge_for_every_notebook():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    prefix = colab_prefix(*address(ROOT))
    assert set(COLAB.findall(text)) == {prefix}
    for path in ROOT.glob("notebooks/*.ipynb"):
        if path.name.count(".") == 1:  # a translation, 01_pixel_shuffle.de.ipynb, need not stand there
            assert f"]({prefix}notebooks/{path.name}) |" in text


@pytest.fixture
def fork(tmp_path):
    """A copy of what publishing touches."""
    for folder in ("notebooks", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(".*"))
    (tmp_path / "sr_helpers").mkdir()
    for name in ("README.md", "pyproject.toml", "sr_helpers/__init__.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_publishing_stamps_a_fork_and_nothing_else_and_back_again(fork):
    def files():
        return {path.relative_to(fork): path.read_bytes() for path in fork.rglob("*") if path.is_file()}

    before = files()
    publish(fork, *OTHER)
    stamped = files()
    assert address(fork) == OTHER
    assert [path for path in before if stamped[path] == before[path]] == [Path("sr_helpers/__init__.py")]
    assert not any(b"your-name" in data for data in stamped.values() if b"your-name" in before)
    for path in fork.rglob("*.ipynb"):
        assert set(COLAB.findall(sources(path))) == {colab_prefix(*OTHER)}
    assert "](https://a-teacher.github.io/my-fork/try-it.html)" in (fork / "README.md").read_text(encoding="utf-8")
    publish(fork, *address(ROOT))
    assert files() == before


def test_a_numbered_tag_is_the_version(fork):
    publish(fork, OTHER[0], "v2.7")
    assert '__version__ = "2.7"' in (fork / "sr_helpers/__init__.py").read_text(encoding="utf-8")
    assert not re.fullmatch(r"v[\d.]+", address(ROOT)[1]) or address(ROOT)[1] == f"v{sr_helpers.__version__}"


@pytest.mark.parametrize(
    "repository, tag",
    [("https://example.org/a/b", "v1"), ("https://github.com/a/b.git", "v1"), ("https://github.com/a/b", "v 1")],
)
def test_an_address_that_colab_cannot_open_is_refused(fork, repository, tag):
    with pytest.raises(ValueError, match="Colab opens|a tag is made of"):
        publish(fork, repository, tag)


def run_set_up(folder, repository, colab, times=1, drive="/content/drive/MyDrive"):
    """Run the set-up cell in `folder` as Colab (or not) would, in a process of its own."""
    cell = re.sub(
        r"^REPOSITORY, TAG = .*$", f'REPOSITORY, TAG = "{repository}", "v1"', set_up_cell(), flags=re.MULTILINE
    )
    assert '"/content/drive/MyDrive/super-resolution"' in cell
    cell = cell.replace("/content/drive/MyDrive", str(drive))
    pretend = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')\n" if colab else ""
    script = pretend + "\n".join([cell] * times)
    env = os.environ | {"SR_RUN": "quick", "PYTHONPATH": ""}
    return subprocess.run([sys.executable, "-c", script], cwd=folder, env=env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A bare repository with the package, tagged v1, by a file:// address."""
    work, bare = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("bare") / "course.git"
    shutil.copytree(ROOT / "sr_helpers", work / "sr_helpers", ignore=shutil.ignore_patterns("__pycache__", "*.h5"))
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "course"], ["tag", "v1"]):
        subprocess.run(["git", *command], cwd=work, check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(bare)], check=True)
    return f"file://{bare}"


def test_in_a_fresh_colab_the_set_up_cell_fetches_the_tagged_course_once(published, tmp_path):
    result = run_set_up(tmp_path, published, colab=True, times=2)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("quick run") == 2 and result.stdout.startswith("Python 3.")
    assert (tmp_path / "super-resolution" / "sr_helpers" / "runtime.py").is_file()
    again = run_set_up(tmp_path, "file:///nowhere", colab=True)  # what is there needs no network
    assert again.returncode == 0, again.stderr


def test_a_course_on_a_mounted_drive_is_used_and_nothing_fetched(tmp_path):
    drive, content = tmp_path / "drive", tmp_path / "content"
    shutil.copytree(
        ROOT / "sr_helpers", drive / "super-resolution" / "sr_helpers", ignore=shutil.ignore_patterns("*.h5")
    )
    content.mkdir()
    result = run_set_up(content, "file:///nowhere", colab=True, drive=drive)
    assert result.returncode == 0 and "quick run" in result.stdout, result.stderr
    assert list(content.iterdir()) == []


def test_an_unreachable_course_gets_one_sentence(tmp_path):
    result = run_set_up(tmp_path, "file:///nowhere/course.git", colab=True)
    assert result.returncode == 1
    assert (
        result.stderr.strip()
        .splitlines()[-1]
        .startswith("FileNotFoundError: Open this notebook from the course folder; in Colab")
    )
    assert list(tmp_path.iterdir()) == []


def test_elsewhere_nothing_is_fetched(published, tmp_path):
    result = run_set_up(tmp_path, published, colab=False)
    assert result.returncode == 1 and "course folder" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_from_inside_the_course_it_is_found():
    result = run_set_up(ROOT / "notebooks", "file:///nowhere", colab=False)
    assert result.returncode == 0 and "quick run" in result.stdout
