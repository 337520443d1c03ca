"""The capstone's protocol is fixed or refused in a sentence; the learner's own form is checked against all runs."""

import copy
import json
import math

import pytest

from sr_helpers import checks, statistics

WHOLE = {
    "claim": "tanh beats ReLU",
    "scale": 3,
    "convention": "classic",
    "train": "starter/train",
    "test": "starter/test",
    "steps": 200,
    "seeds": [0, 1, 2],
    "variants": {
        "base": {"training": {"warm_up": 50}},
        "changed": {"network": {"activation": "tanh"}, "training": {"warm_up": 50}},
    },
}
RESULTS = {"base": {0: 28.40, 1: 28.55, 2: 28.30}, "changed": {2: 28.52, 0: 28.61, 1: 28.74}}


def refusal(function, *arguments):
    with pytest.raises(checks.Wrong) as caught:
        function(*arguments)
    assert len(str(caught.value)) < 300
    return str(caught.value)


def changed_by(network=None, training=None):
    return WHOLE | {"variants": {"base": {}, "changed": {"network": network or {}, "training": training or {}}}}


def test_a_complete_protocol_is_fixed_and_says_its_one_difference(capsys):
    asked = copy.deepcopy(WHOLE)
    fixed = checks.protocol(asked)
    assert "The one difference: activation, relu or tanh." in capsys.readouterr().out
    asked["seeds"].append(3)
    asked["variants"]["base"]["training"]["steps"] = 9
    assert list(fixed["seeds"]) == [0, 1, 2] and fixed["variants"]["base"]["training"]["steps"] == 200
    assert fixed["variants"]["base"]["network"] == {"activation": "relu", "skip": True, "initializer": "near_zero"}
    assert json.loads(json.dumps(fixed))["seeds"] == [0, 1, 2]
    assert copy.deepcopy(fixed) == fixed == checks.protocol(fixed)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.update(steps=5),
        lambda p: p.__setitem__("seeds", [0]),
        lambda p: p["variants"]["base"]["network"].pop("skip"),
        lambda p: p["variants"].clear(),
        lambda p: p["seeds"].append(7),
        lambda p: p["seeds"].__setitem__(0, 7),
        lambda p: p.__delitem__("claim"),
        lambda p: p.setdefault("more", 1),
    ],
)
def test_a_fixed_protocol_cannot_be_changed(change):
    fixed = checks.protocol(WHOLE)
    before = json.dumps(fixed)
    with pytest.raises((TypeError, AttributeError)):
        change(fixed)
    assert json.dumps(fixed) == before


@pytest.mark.parametrize(
    "asked, piece",
    [
        ("x3 on Set5", "is a dict"),
        ({key: value for key, value in WHOLE.items() if key not in ("claim", "steps")}, "its claim and its steps"),
        (WHOLE | {"claim": " "}, "the claim is a sentence"),
        (WHOLE | {"sedes": [1, 2, 3]}, "did you mean 'seeds'"),
        (WHOLE | {"scale": 5}, "scale cannot be 5"),
        (WHOLE | {"scale": "3"}, "scale cannot be '3'"),
        (WHOLE | {"convention": "clasic"}, "did you mean 'classic'"),
        (WHOLE | {"train": "starter/trian"}, "did you mean 'starter/train'"),
        (WHOLE | {"train": None}, "no photographs None"),
        (WHOLE | {"test": "Moon"}, "no photographs 'Moon'"),
        (WHOLE | {"test": "starter/train"}, "photographs it learns from"),
        (WHOLE | {"train": "starter/test", "test": "starter/train"}, "is a test set"),
        (WHOLE | {"steps": 200.5}, "steps must be a whole number"),
        (WHOLE | {"steps": 40}, "warm_up=50 must be shorter"),
        (WHOLE | {"seeds": [0, 1]}, "three to ten"),
        (WHOLE | {"seeds": [0, 1, 1]}, "three to ten different seeds"),
        (WHOLE | {"seeds": 3}, "got the number 3"),
        (WHOLE | {"seeds": range(3)}, "write the seeds out"),
        (WHOLE | {"seeds": [0, 1, 2.0]}, "whole number from 0, got 2.0"),
        (WHOLE | {"seeds": ["0", "1", "2"]}, "whole number from 0, got '0'"),
        (WHOLE | {"seeds": [0, 1, True]}, "got True"),
        (WHOLE | {"seeds": [0, 1, -2]}, "got -2"),
        (WHOLE | {"seeds": "012"}, "write the seeds out"),
        (WHOLE | {"variants": {"base": {}, "new": {}}}, "called base and changed"),
        (WHOLE | {"variants": {"base": {}, "changed": []}}, "is a dict with the parts"),
        (WHOLE | {"variants": {"base": {}, "changed": {"netwrok": {}}}}, "did you mean 'network'"),
        (changed_by({"activatoin": "tanh"}), "did you mean 'activation'"),
        (changed_by(training={"activation": "tanh"}), "belongs under network"),
        (changed_by(training={"steps": 400, "loss": "l2"}), "the steps stand in `steps`"),
        (WHOLE | {"scale": "3"}, "there are 2, 3, 4"),
        (changed_by(training={"degradation": "noise"}), "judged on bicubic LR"),
        (changed_by({"activation": "Tanh"}), "did you mean 'tanh'"),
        (changed_by({"activation": None}), "activation cannot be None"),
        (changed_by({"skip": "no"}), "skip cannot be 'no'"),
        (changed_by({"skip": 0}), "skip cannot be 0"),
        (changed_by({"initializer": "zeros"}), "initializer cannot be 'zeros'"),
        (changed_by({"initialiser": "icnr"}), "did you mean 'initializer'"),
        (changed_by(training={"los": "l2"}), "did you mean 'loss'"),
        (changed_by(training={"loss": "L2"}), "did you mean 'l2'"),
        (changed_by(training={"learning_rate": -1}), "learning_rate must be more than 0"),
        (changed_by(training={"learning_rate": "1e-3"}), "learning_rate must be a number"),
        (changed_by(training={"batch_size": 0}), "batch_size must be at least 1"),
        (changed_by(training={"minutes": 2}), "steps or minutes"),
        (changed_by(training={"seed": 4}), "the seeds stand in `seeds`"),
        (changed_by(training=7), "training of changed is a dict"),
        (changed_by(), "the same experiment"),
        (changed_by({"activation": "relu"}), "the same experiment"),
        (changed_by(training={"loss": "l1"}), "the same experiment"),
        (changed_by({"skip": True, "initializer": "near_zero"}, {"learning_rate": 0.001}), "the same experiment"),
        (changed_by({"activation": "tanh"}, {"loss": "l2"}), "differ in activation and loss"),
    ],
)
def test_a_protocol_that_would_crash_or_mean_nothing_is_refused(asked, piece):
    assert piece in refusal(checks.protocol, asked)


def filled(protocol, results):
    base, changed = ([results[name][seed] for seed in protocol["seeds"]] for name in ("base", "changed"))
    interval = statistics.interval_of_the_mean(base, changed)
    return {
        "protocol": protocol,
        "seeds": protocol["seeds"],
        "interval": interval,
        "verdict": statistics.conclusion(*interval),
    }


def test_a_right_form_is_told_with_what_follows_for_the_claim(capsys):
    fixed = checks.protocol(WHOLE)
    form = filled(fixed, RESULTS)
    reported = checks.report(form, fixed, RESULTS)
    assert reported == json.loads(json.dumps(form))
    assert "The claim is shown" in capsys.readouterr().out
    through_json = json.loads(json.dumps(form))
    assert checks.report(through_json, fixed, RESULTS) == reported
    turned = {"base": RESULTS["changed"], "changed": RESULTS["base"]}
    checks.report(filled(fixed, turned), fixed, turned)
    assert "AGAINST the claim" in capsys.readouterr().out
    close = RESULTS | {"changed": {0: 28.5, 1: 28.5, 2: 28.35}}
    checks.report(filled(fixed, close), fixed, close)
    assert "neither shown nor refuted" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change, piece",
    [
        (lambda form: form.pop("verdict"), "no verdict"),
        (lambda form: form.update(seeds=[0, 1]), "every seed"),
        (lambda form: form.update(seeds=3), "every seed"),
        (
            lambda form: form.update(interval=(0.1, 0.3)),
            "the interval of these runs is (0.169, 0.245) dB, not (0.100, 0.300)",
        ),
        (lambda form: form.update(interval=0.2), "two numbers"),
        (lambda form: form.update(interval="ab"), "two numbers"),
        (lambda form: form.update(verdict="invalid"), "wanted the verdict 'better'"),
        (lambda form: form.update(protocol={"claim": "c"}), "not the one that was fixed"),
    ],
)
def test_a_form_that_its_runs_do_not_bear_out_is_refused(change, piece):
    fixed = checks.protocol(WHOLE)
    form = filled(fixed, RESULTS)
    change(form)
    assert piece in refusal(checks.report, form, fixed, RESULTS)


@pytest.mark.parametrize(
    "results, piece",
    [
        ({"base": [28.4, 28.5, 28.3], "changed": RESULTS["changed"]}, "kept by seed"),
        (RESULTS | {"changed": {0: 28.6, 1: 28.7}}, "no run of seed 2"),
        (RESULTS | {"changed": RESULTS["changed"] | {7: 29.0}}, "seed 7, which the protocol has not"),
        (RESULTS | {"changed": RESULTS["changed"] | {1: math.nan}}, "seed 1 of changed has no finite PSNR"),
        (RESULTS | {"base": RESULTS["base"] | {1: None}}, "seed 1 of base has no finite PSNR, got nothing"),
        (RESULTS | {"base": dict.fromkeys(range(3), 28.4)}, "does a run use its seed"),
        (RESULTS | {"changed": dict(RESULTS["base"])}, "does a run use its variant"),
        ({"base": RESULTS["base"]}, "two entries"),
        (None, "two entries"),
    ],
)
def test_runs_that_are_not_those_of_the_protocol_are_refused(results, piece):
    fixed = checks.protocol(WHOLE)
    assert piece in refusal(checks.report, filled(fixed, RESULTS), fixed, results)


def test_the_check_looks_for_leaks_itself(monkeypatch, capsys):
    fixed = checks.protocol(WHOLE)
    form = filled(fixed, RESULTS)
    monkeypatch.setattr("sr_helpers.leaks.find", lambda *_: [("grass", "coffee", "flipped or turned")])
    assert "wanted the verdict 'invalid'" in refusal(checks.report, form, fixed, RESULTS)
    checks.report(form | {"verdict": "invalid"}, fixed, RESULTS)
    assert "learned from" in capsys.readouterr().out
    assert "checks.protocol returned" in refusal(checks.report, form, WHOLE, RESULTS)
