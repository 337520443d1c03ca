"""Stamp the repository's address and tag into every badge, link and set-up cell.

    make publish-links REPOSITORY=https://github.com/you/super-resolution TAG=v1.0

Without arguments it stamps what `pyproject.toml` says, the one place where both stand.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
COLAB = re.compile(r"https://colab\.research\.google\.com/github/[^/\s]+/[^/\s]+/blob/[^/\s]+/")
SITE = re.compile(r"https://[\w-]+\.github\.io/[\w.-]+/")
CLONE = re.compile(r"git clone --depth=1 -b \S+ https://github\.com/[\w.-]+/[\w.-]+")
SET_UP = re.compile(r"^REPOSITORY, TAG = .*$", re.MULTILINE)


def address(root):
    """(repository, tag) from pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["urls"]["Repository"], project["tool"]["publish"]["tag"]


def colab_prefix(repository, tag):
    """What every Colab link begins with; notebooks/NN_name.ipynb follows."""
    return f"https://colab.research.google.com/github/{repository.removeprefix('https://github.com/')}/blob/{tag}/"


def site_address(repository):
    """Where the code host publishes the repository's website."""
    owner, name = repository.removeprefix("https://github.com/").split("/")
    return f"https://{owner.lower()}.github.io/{name}/"


def stamp(text, repository, tag):
    """`text` with its Colab links, its links to the website and its set-up line brought to `repository` and `tag`."""
    text = COLAB.sub(colab_prefix(repository, tag), text)
    text = SITE.sub(site_address(repository), text)
    text = CLONE.sub(f"git clone --depth=1 -b {tag} {repository}", text)
    return SET_UP.sub(f'REPOSITORY, TAG = "{repository}", "{tag}"', text)


def publish(root, repository, tag):
    """Write the address into pyproject.toml, README.md and all notebooks below `root`; v1.0 is also the version."""
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", repository) or repository.endswith(".git"):
        raise ValueError(f"{repository}: Colab opens notebooks of https://github.com/OWNER/NAME (without .git)")
    if not re.fullmatch(r"[\w.-]+", tag):
        raise ValueError(f"{tag!r}: a tag is made of letters, digits, dots, dashes and underscores")
    project = root / "pyproject.toml"
    text = re.sub(
        r'^Repository = ".*"$', f'Repository = "{repository}"', project.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    text = re.sub(r'^tag = ".*"$', f'tag = "{tag}"', text, flags=re.MULTILINE)
    _write(project, text)
    if re.fullmatch(r"v\d+(\.\d+)*", tag):  # any other tag, as a fork may have, says nothing of the version
        package = root / "sr_helpers/__init__.py"
        text = package.read_text(encoding="utf-8")
        _write(package, re.sub(r'^__version__ = ".*"$', f'__version__ = "{tag[1:]}"', text, flags=re.MULTILINE))
    _write(root / "README.md", stamp((root / "README.md").read_text(encoding="utf-8"), repository, tag))
    for path in sorted([*root.glob("notebooks/*.ipynb"), *root.glob("solutions/*.ipynb")]):
        notebook = nbformat.read(path, as_version=4)
        before = [cell.source for cell in notebook.cells]
        for cell in notebook.cells:
            cell.source = stamp(cell.source, repository, tag)
        if before != [cell.source for cell in notebook.cells]:
            nbformat.write(notebook, path)


def _write(path, text):
    if text != path.read_text(encoding="utf-8"):
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    stored = address(ROOT)
    parser.add_argument("repository", nargs="?", default=stored[0])
    parser.add_argument("tag", nargs="?", default=stored[1])
    options = parser.parse_args()
    try:
        publish(ROOT, options.repository, options.tag)
    except ValueError as error:
        sys.exit(str(error))
    print(f"stamped {options.repository} at {options.tag}")
