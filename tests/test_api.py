"""The package as an experimenter guesses it: lazy modules, one order of arguments, examples that run."""

import ast
import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import sr_helpers

FOLDER = Path(sr_helpers.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
WITH_EXAMPLES = ("arrays", "datasets", "images", "metrics", "patches", "resize", "statistics")
# Public names are settled in these, and written down in their __all__.
SETTLED = ("arrays", "cards", "datasets", "export", "fetching", "leaks", "metrics", "resize", "unpacking")


def public_functions(name):
    module = importlib.import_module(f"sr_helpers.{name}")
    found = {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return {
        key: value
        for key, value in found.items()
        if inspect.isfunction(inspect.unwrap(value)) and value.__module__ == module.__name__
    }


def test_modules_are_loaded_when_they_are_named_and_keras_is_not():
    code = "import sys, sr_helpers; sr_helpers.metrics.psnr; sr_helpers.patches; sr_helpers.fetching; sr_helpers.cards"
    code += "; print([m for m in ('tensorflow', 'keras', 'jax', 'matplotlib') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
    code = (
        "import sys, sr_helpers; print([m for m in sys.modules if m.startswith('sr_helpers.')], 'numpy' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "[] False"
    )


def test_the_package_lists_its_modules():
    assert sr_helpers.__all__ == sorted([*MODULES, "checks"])
    assert set(sr_helpers.__all__) <= set(dir(sr_helpers))
    with pytest.raises(AttributeError, match="no attribute 'utils'; there are architectures, arguments, arrays, "):
        sr_helpers.utils  # noqa: B018


def test_the_package_tells_that_it_has_type_hints():
    import tomllib

    assert (FOLDER / "py.typed").is_file()
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert "py.typed" in project["tool"]["setuptools"]["package-data"]["sr_helpers"]


@pytest.mark.parametrize("name", SETTLED)
def test_all_names_what_is_public(name):
    module = importlib.import_module(f"sr_helpers.{name}")
    assert all(hasattr(module, key) for key in module.__all__)
    assert list(module.__all__) == sorted(
        module.__all__, key=lambda key: (not key.isupper(), not key[0].isupper(), key)
    )
    assert set(public_functions(name)) <= set(module.__all__)


@pytest.mark.parametrize("name", SETTLED)
def test_what_is_public_has_type_hints_and_a_docstring(name):
    for key, function in public_functions(name).items():
        assert function.__doc__, key
        assert "return" in function.__annotations__, key


@pytest.mark.parametrize("name", MODULES)
def test_after_the_scale_arguments_go_by_name(name):
    """Picture or model first, then the scale, then names: read from the source, so that no Keras is needed."""
    for function in ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8")).body:
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
            continue
        positional = [argument.arg for argument in function.args.args]
        if "scale" in positional and function.name != "crop_pair":  # that one is built in notebook 06, as it is
            assert positional[-1] == "scale", f"{name}.{function.name}{tuple(positional)}"


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_in_docstrings_run(name):
    result = doctest.testmod(importlib.import_module(f"sr_helpers.{name}"))
    assert result.attempted and not result.failed


@pytest.mark.parametrize("name", ("datasets", "metrics", "resize", "statistics"))
def test_public_functions_have_an_example(name):
    without = [key for key, function in public_functions(name).items() if ">>>" not in function.__doc__]
    assert set(without) <= {"check_archive", "check_form"}
