"""The capstone of notebook 10: `protocol` fixes an experiment before its first run, `report` checks what came of it."""

import dataclasses
import difflib
import math
import operator

import numpy as np

from sr_helpers import datasets, leaks
from sr_helpers.checks import words
from sr_helpers.checks.engine import Wrong
from sr_helpers.settings import Settings
from sr_helpers.statistics import conclusion, interval_of_the_mean

KEYS = ("claim", "scale", "convention", "train", "test", "steps", "seeds", "variants")
NETWORK = {"activation": "relu", "skip": True, "initializer": "near_zero"}  # where a variant says nothing
TRAINING = {"width": 0}
CHOICES = {
    "scale": (2, 3, 4),
    "convention": ("classic", "modern"),
    "activation": ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus"),
    "skip": (True, False),
    "initializer": ("near_zero", "glorot_uniform", "icnr"),
}
AFTERWARDS = {
    "better": "The claim is shown: for this length, these settings and these test photographs.",
    "worse": "The verdict goes AGAINST the claim: changed is worse than base. That is a result too.",
    "not shown": "The claim is neither shown nor refuted. The next step is a new experiment, with fresh seeds.",
    "invalid": "A test photograph was learned from, so the numbers say nothing.",
}


class Fixed(dict):
    """A dict that refuses every change."""

    def _refuse(self, *_, **__):
        raise TypeError("the protocol is fixed: another one is another experiment, with runs of its own")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, _):
        return self


def protocol(fixed):
    """Check an experiment's protocol, a dict, before anything runs; returns it fixed, every default written out."""
    _expect(isinstance(fixed, dict), f"the protocol is a dict, got {words.kind(fixed)}.")
    _known(fixed, KEYS, "the protocol", "entry")
    missing = [key for key in KEYS if key not in fixed]
    _expect(not missing, f"the protocol does not say its {' and its '.join(missing)}: fix it before the first run.")
    claim = fixed["claim"]
    _expect(isinstance(claim, str) and claim.strip(), "the claim is a sentence: changed is better than base in what?")
    for name in ("scale", "convention"):
        _one_of(name, fixed[name])
    _sets(fixed["train"], fixed["test"])
    seeds = _seeds(fixed["seeds"])
    variants = fixed["variants"]
    _expect(
        isinstance(variants, dict) and set(variants) == {"base", "changed"},
        "the two variants are called base and changed.",
    )
    variants = {name: _resolved(name, variants[name], fixed["steps"]) for name in ("base", "changed")}
    print(f"protocol: complete, and fixed from here on. {_difference(variants)}")
    return _frozen({key: fixed[key] for key in KEYS} | {"seeds": seeds, "variants": variants})


def report(form, protocol, results):
    """Check a result form against its protocol and all runs, `results[variant][seed]` in dB; returns it as JSON."""
    _expect(isinstance(protocol, Fixed), "pass the protocol that checks.protocol returned.", "report")
    _expect(isinstance(form, dict), f"the form is a dict, got {words.kind(form)}.", "report")
    missing = [key for key in ("protocol", "seeds", "interval", "verdict") if key not in form]
    _expect(not missing, f"the form has no {' and no '.join(missing)}.", "report")
    _expect(
        _plain(form["protocol"]) == _plain(protocol),
        "the form's protocol is not the one that was fixed before the runs.",
        "report",
    )
    base, changed = _values(protocol["seeds"], results)
    named = _plain(form["seeds"])
    same = isinstance(named, list) and len(named) == len(protocol["seeds"]) and set(named) == set(protocol["seeds"])
    wanted = "name the seeds in the protocol's order" if same else "name every seed, also those that went badly"
    _expect(named == list(protocol["seeds"]), f"the form must {wanted}: wanted {list(protocol['seeds'])}.", "report")
    low, high = interval_of_the_mean(base, changed)
    ends = np.asarray(form["interval"], dtype=float) if _two_numbers(form["interval"]) else None
    _expect(ends is not None, "the interval is two numbers, (low, high).", "report")
    _expect(np.allclose(ends, (low, high), rtol=0, atol=2e-4),
            f"paired by seed, the interval of these runs is ({low:.3f}, {high:.3f}) dB, "
            f"not ({ends[0]:.3f}, {ends[1]:.3f}).",
            "report")  # fmt: skip
    found = leaks.find(datasets.load(protocol["train"]), datasets.load(protocol["test"]))
    verdict = "invalid" if found else conclusion(low, high)
    _expect(form["verdict"] == verdict, f"wanted the verdict {verdict!r}, got {words.kind(form['verdict'])}.", "report")
    print(f'"{protocol["claim"]}"')
    print(f"changed - base: {low:+.2f} to {high:+.2f} dB, {len(base)} seeds: {verdict}")
    print(AFTERWARDS[verdict])
    return {"protocol": _plain(protocol), "seeds": list(protocol["seeds"]), "interval": [low, high], "verdict": verdict}


def _expect(condition, sentence, check="protocol"):
    if not condition:
        raise Wrong(f"{check}: {sentence}")


def _near(name, names):
    found = difflib.get_close_matches(str(name).lower(), [str(each) for each in names], 1, 0.6)
    return f": did you mean {found[0]!r}?" if found else f"; there are {', '.join(map(str, names))}."


def _known(given, names, where, what):
    for name in given:
        _expect(name in names, f"{where} has no {what} {name!r}{_near(name, names)}")


def _one_of(name, value):
    choices = CHOICES[name]
    fits = any(type(value) is type(choice) and value == choice for choice in choices)
    words_alike = isinstance(value, str) and isinstance(choices[0], str)
    there_are = f"; there are {', '.join(map(repr, choices))}."
    _expect(fits, f"{name} cannot be {value!r}{_near(value, choices) if words_alike else there_are}")


def _sets(train, test):
    names = [*datasets.STARTER, *datasets.catalogue()]
    for name in (train, test):
        here = isinstance(name, str) and name and (name in datasets.STARTER or (datasets.data_folder() / name).is_dir())
        where = "; fetch it first" if name in names else _near(name, names)
        _expect(here, f"there are no photographs {name!r} here{where}")
    _expect(train != test, "the protocol tests on the photographs it learns from.")
    try:
        datasets.load_for_training(train)
    except (ValueError, OSError) as error:
        raise Wrong(f"protocol: {error}") from None


def _seeds(seeds):
    _expect(isinstance(seeds, list | tuple), f"write the seeds out, as [0, 1, 2]; got {words.kind(seeds)}.")
    for seed in seeds:
        whole = not isinstance(seed, bool) and hasattr(type(seed), "__index__")
        _expect(whole and seed >= 0, f"a seed is a whole number from 0, got {seed!r}.")
    seeds = [operator.index(seed) for seed in seeds]
    _expect(
        len(set(seeds)) == len(seeds) and 3 <= len(seeds) <= 10,
        f"three to ten different seeds are wanted, got {seeds}.",
    )
    return seeds


def _resolved(name, variant, steps):
    """A variant with every setting written out, so that two ways to say one thing are one."""
    _expect(isinstance(variant, dict), f"the variant {name} is a dict with the parts network and training.")
    _known(variant, ("network", "training"), f"the variant {name}", "part")
    parts = {part: variant.get(part, {}) for part in ("network", "training")}
    for part, settings in parts.items():
        _expect(isinstance(settings, dict), f"{part} of {name} is a dict, as {{}}, got {words.kind(settings)}.")
    _known(parts["network"], NETWORK, f"network of {name}", "setting")
    for setting, value in parts["network"].items():
        _one_of(setting, value)
    _expect("seed" not in parts["training"], "the seeds stand in `seeds`, one for both variants.")
    _expect(
        parts["training"].get("steps", steps) == steps,
        "the steps stand in `steps` of the protocol, one for both variants.",
    )
    _expect(
        parts["training"].get("degradation", "bicubic") == "bicubic",
        "the runs are judged on bicubic LR, so they learn from it: no other degradation.",
    )
    astray = [each for each in parts["training"] if each in NETWORK]
    _expect(not astray, f"{astray and astray[0]} of {name} belongs under network, not under training.")
    try:
        training = dataclasses.asdict(Settings(**{"steps": steps} | TRAINING | parts["training"]))
    except (TypeError, ValueError) as error:
        raise Wrong(f"protocol: training of {name}: {error}.".replace("?.", "?")) from None
    return {
        "network": NETWORK | parts["network"],
        "training": {k: v for k, v in training.items() if k not in ("seed", "minutes")},
    }


def _difference(variants):
    base, changed = ({**variant["network"], **variant["training"]} for variant in variants.values())
    different = [key for key in base if base[key] != changed[key]]
    _expect(
        different, "base and changed are the same experiment: what one says is what the other means by saying nothing."
    )
    _expect(len(different) == 1, f"base and changed must differ in one thing, but differ in {' and '.join(different)}.")
    return f"The one difference: {different[0]}, {base[different[0]]} or {changed[different[0]]}."


def _values(seeds, results):
    """(base, changed): the dB of every seed of the protocol, in its order."""
    _expect(
        isinstance(results, dict) and set(results) == {"base", "changed"},
        "results has two entries, base and changed.",
        "report",
    )
    lists = []
    for name in ("base", "changed"):
        runs = results[name]
        _expect(
            isinstance(runs, dict),
            f"the results of {name} are kept by seed, {{seed: dB}}, got {words.kind(runs)}.",
            "report",
        )
        lacking, more = [s for s in seeds if s not in runs], [s for s in runs if s not in seeds]
        _expect(
            not lacking,
            f"{name} has no run of seed {lacking and lacking[0]}: the protocol has it, so it is run and reported.",
            "report",
        )
        _expect(not more, f"{name} has a run of seed {more and more[0]!r}, which the protocol has not.", "report")
        for seed in seeds:
            number = isinstance(runs[seed], int | float | np.number) and not isinstance(runs[seed], bool)
            _expect(
                number and math.isfinite(runs[seed]),
                f"seed {seed} of {name} has no finite PSNR, got {words.kind(runs[seed])}.",
                "report",
            )
        lists.append([float(runs[seed]) for seed in seeds])
        _expect(
            len(set(lists[-1])) > 1,
            f"all seeds of {name} gave the same dB to the last digit: does a run use its seed?",
            "report",
        )
    _expect(
        lists[0] != lists[1], "base and changed gave the same dB for every seed: does a run use its variant?", "report"
    )
    return lists


def _two_numbers(interval):
    sequence = isinstance(interval, tuple | list | np.ndarray) and len(interval) == 2
    return sequence and all(isinstance(end, int | float | np.number) and not isinstance(end, bool) for end in interval)


def _frozen(thing):
    if isinstance(thing, dict):
        return Fixed({key: _frozen(value) for key, value in thing.items()})
    return tuple(map(_frozen, thing)) if isinstance(thing, list | tuple) else thing


def _plain(thing):
    """Dicts and lists alone, so that a copy that went through JSON is equal."""
    if isinstance(thing, dict):
        return {key: _plain(value) for key, value in thing.items()}
    return [_plain(part) for part in thing] if isinstance(thing, list | tuple | np.ndarray) else thing
