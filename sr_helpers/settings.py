"""What a training is asked for: one frozen record that refuses what makes no sense. It is what settings.json stores."""

import dataclasses
import difflib
import math
import operator

LOSSES = ("l1", "l2", "charbonnier")
SCHEDULES = ("cosine", "plateau")
PRECISIONS = ("float32", "bfloat16")
DEGRADATIONS = ("bicubic", "blur", "noise", "jpeg")  # resize knows how
CHOICES = {"loss": LOSSES, "schedule": SCHEDULES, "precision": PRECISIONS, "degradation": DEGRADATIONS}
LEAST = {"steps": 1, "batch_size": 1, "patch_size": 1, "warm_up": 0, "width": 0, "seed": 0}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of `training.train`: `Settings(steps=20_000)`, and whatever shall differ from the defaults.

    `steps` fixes the length; `minutes` times some steps on this machine and then fixes it. One of the two is given.
    `patch_size` counts LR pixels. `warm_up` is the number of steps in which the rate rises to `learning_rate`.
    `average` is the momentum of the averaged weights, 0 for none; a run too short for it averages over its last
    twentieth or so. `width` is that of the product each kernel learns with and is collapsed from in the end (see
    `collapse`), 0 for none. `precision` "bfloat16" computes all convolutions but the first in 16 bits while learning:
    faster on CPUs and GPUs with matrix units; weights, validation and the trained network stay float32.
    `degradation` is how HR loses its pixels (see `resize.degrade`).

    Raises ValueError, naming the setting, for a value that makes no sense; TypeError for another name.
    """

    steps: int | None = None
    minutes: float | None = None
    batch_size: int = 8
    patch_size: int = 16
    learning_rate: float = 1e-3
    warm_up: int = 0
    loss: str = "l1"
    schedule: str = "cosine"
    average: float = 0.999
    width: int = 64
    precision: str = "float32"
    degradation: str = "bicubic"
    seed: int = 0

    def __new__(cls, *values, **named):
        names = [field.name for field in dataclasses.fields(cls)]
        if values:
            raise TypeError("settings are given by name: Settings(steps=20_000, loss='l1')")
        for name in named:
            if name not in names:
                hint = _nearest(name, names) or f"; there are {', '.join(names)}"
                raise TypeError(f"there is no setting {name!r}{hint}")
        return super().__new__(cls)

    def __post_init__(self):
        if (self.steps is None) == (self.minutes is None):
            given = "neither" if self.steps is None else "both"
            raise ValueError(f"give either steps or minutes as the length of the training, got {given}")
        for name, least in LEAST.items():
            if name != "steps" or self.steps is not None:
                self._keep(name, _whole(name, getattr(self, name), least))
        if self.minutes is not None:
            self._keep("minutes", _positive("minutes", self.minutes))
        self._keep("learning_rate", _positive("learning_rate", self.learning_rate))
        self._keep("average", _number("average", self.average))
        if not 0 <= self.average < 1:
            raise ValueError(f"average must be 0 (none) or a momentum below 1, as 0.999, got {self.average:g}")
        for name, choices in CHOICES.items():
            _one_of(name, getattr(self, name), choices)
        if self.steps is not None and self.warm_up >= self.steps:
            raise ValueError(f"warm_up={self.warm_up} must be shorter than the training of steps={self.steps}")

    def _keep(self, name, value):
        object.__setattr__(self, name, value)  # a NumPy number becomes Python's, which JSON can store


def _whole(name, value, least):
    try:
        if isinstance(value, bool):
            raise TypeError
        value = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, got {value!r}") from None
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return value


def _number(name, value):
    try:
        if isinstance(value, (bool, str, bytes)):
            raise TypeError
        value = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number, got {value!r}") from None
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    return value


def _positive(name, value):
    value = _number(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be more than 0, got {value:g}")
    return value


def _one_of(name, value, choices):
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}{_nearest(value, choices)}")


def _nearest(value, choices):
    near = difflib.get_close_matches(str(value).lower(), choices, 1, 0.5)
    return f": did you mean {near[0]!r}?" if near else ""
