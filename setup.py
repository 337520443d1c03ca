"""The package is described in pyproject.toml. Here: README as PyPI shows it, where relative links lead nowhere."""

import re
import tomllib
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).resolve().parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REPOSITORY, TAG = PROJECT["project"]["urls"]["Repository"], PROJECT["tool"]["publish"]["tag"]


def absolute(readme):
    """README with every link into the repository led to the code host, at the tag of this version."""
    readme = re.sub(r"(!\[[^\]]*\])\((?!https?:|#)", rf"\1({REPOSITORY}/raw/{TAG}/", readme)
    return re.sub(r"(?<!\!)(\[[^\]]*\])\((?!https?:|#)", rf"\1({REPOSITORY}/blob/{TAG}/", readme)


setup(
    long_description=absolute((ROOT / "README.md").read_text(encoding="utf-8")),
    long_description_content_type="text/markdown",
)
