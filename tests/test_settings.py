"""Settings refuse what makes no sense in one sentence that names the setting, and hold the rest."""

import dataclasses
import json
import math

import numpy as np
import pytest

from sr_helpers import resize, settings
from sr_helpers.settings import Settings

SENSELESS = [
    ({"steps": None}, "give either steps or minutes.*neither"),
    ({"minutes": 1}, "give either steps or minutes.*both"),
    ({"steps": 0}, "steps must be at least 1, got 0"),
    ({"steps": 1.5}, "steps must be a whole number, got 1.5"),
    ({"steps": True}, "steps must be a whole number, got True"),
    ({"steps": "5"}, "steps must be a whole number, got '5'"),
    ({"steps": None, "minutes": 0}, "minutes must be more than 0"),
    ({"steps": None, "minutes": math.inf}, "minutes must be finite"),
    ({"batch_size": 0}, "batch_size must be at least 1"),
    ({"patch_size": -3}, "patch_size must be at least 1"),
    ({"width": -1}, "width must be at least 0"),
    ({"seed": -1}, "seed must be at least 0"),
    ({"average": 1.5}, "average must be 0 .none. or a momentum below 1.*got 1.5"),
    ({"average": 1}, "average"),
    ({"learning_rate": -1e-3}, "learning_rate must be more than 0, got -0.001"),
    ({"learning_rate": 0}, "learning_rate must be more than 0"),
    ({"learning_rate": math.nan}, "learning_rate must be finite, got nan"),
    ({"learning_rate": "fast"}, "learning_rate must be a number, got 'fast'"),
    ({"learning_rate": True}, "learning_rate must be a number, got True"),
    ({"warm_up": -1}, "warm_up must be at least 0"),
    ({"warm_up": 10}, "warm_up=10 must be shorter than the training of steps=10"),
    ({"loss": "charbonier"}, "loss must be one of l1, l2, charbonnier, got 'charbonier': did you mean 'charbonnier'"),
    ({"loss": None}, "loss must be one of"),
    ({"schedule": "cosin"}, "did you mean 'cosine'"),
    ({"precision": "float16"}, "precision must be one of float32, bfloat16"),
    ({"degradation": "jpg"}, "did you mean 'jpeg'"),
]


@pytest.mark.parametrize("given, sentence", SENSELESS, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_a_senseless_value_is_refused_by_name(given, sentence):
    with pytest.raises(ValueError, match=sentence) as refused:
        Settings(**{"steps": 10} | given)
    assert "\n" not in str(refused.value)


def test_a_name_that_is_none_has_the_nearest_named():
    with pytest.raises(TypeError, match="no setting 'learningrate': did you mean 'learning_rate'"):
        Settings(steps=10, learningrate=1e-3)
    with pytest.raises(TypeError, match="no setting 'lr'; there are steps, minutes"):
        Settings(steps=10, lr=1e-3)
    with pytest.raises(TypeError, match="by name"):
        Settings(10)


def test_settings_are_frozen_and_can_be_stored():
    one = Settings(steps=np.int64(10), learning_rate=np.float32(0.5), average=0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.steps = 11
    stored = json.loads(json.dumps(dataclasses.asdict(one)))
    assert Settings(**stored) == one and dataclasses.replace(one, steps=11).steps == 11


def test_the_degradations_are_those_that_resize_knows():
    assert settings.DEGRADATIONS == resize.DEGRADATIONS
