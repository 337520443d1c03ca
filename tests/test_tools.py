"""The tools that make what ships: their recipes are settings, and the commands on the cards train the same."""

import dataclasses
import sys
from pathlib import Path

import pytest

from sr_helpers.__main__ import parser
from sr_helpers.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import weights  # noqa: E402


@pytest.mark.parametrize("name", weights.RECIPES)
def test_the_command_on_a_card_is_its_recipe(name):
    recipe, command = weights.RECIPES[name], weights.command(name)
    assert command.startswith("python -m sr_helpers train ")
    options = parser().parse_args(command.split(" && ")[-1].split()[3:])
    assert (
        Settings(**{field.name: getattr(options, field.name) for field in dataclasses.fields(Settings)})
        == recipe.settings
    )
    for key in ("scale", "channels", "architecture", "activation", "skip", "shrink_jpegs"):
        assert getattr(options, key) == getattr(recipe, key)
    assert tuple(options.set) == recipe.sets
    assert Path(options.start or "").name == (recipe.start or "")
