"""The tools that make what ships: they measure what they say, and the commands on the cards train the same."""

import dataclasses
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from sr_helpers import architectures, datasets, images, measured, metrics, models, patches, resize
from sr_helpers.__main__ import parser
from sr_helpers.settings import Settings
from sr_helpers.upscale import luma_upscaler

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import ablation  # noqa: E402
import broken_runs  # noqa: E402
import depths  # noqa: E402
import how_many  # noqa: E402
import papers_words  # noqa: E402
import weights  # noqa: E402
import wrong_tables  # noqa: E402


@pytest.fixture
def pictures():
    """Three small photographs to learn from."""
    return {name: picture[:60, :90] for name, picture in sorted(datasets.load("starter/train").items())[:3]}


@pytest.fixture
def judges():
    return {"coffee": datasets.load("starter/test")["coffee"][:60, :90]}


@pytest.mark.parametrize("name", weights.RECIPES)
def test_the_command_on_a_card_is_its_recipe(name):
    recipe, command = weights.RECIPES[name], weights.command(name)
    assert command.startswith("python -m sr_helpers train ")
    options = parser().parse_args(command.split(" && ")[-1].partition(" (")[0].split()[3:])
    assert (
        Settings(**{field.name: getattr(options, field.name) for field in dataclasses.fields(Settings)})
        == recipe.settings
    )
    for key in ("scale", "channels", "architecture", "activation", "skip", "shrink_jpegs"):
        assert getattr(options, key) == getattr(recipe, key)
    assert tuple(options.set) == recipe.sets
    assert Path(options.start or "").name == (recipe.start or "")


def test_a_recipe_is_trained_and_shipped_with_what_was_measured(tmp_path, monkeypatch, benchmark):
    recipe = weights.Recipe(
        Settings(steps=4, batch_size=2, patch_size=8), architecture="espcn_paper", sets=("starter",)
    )
    monkeypatch.setitem(weights.RECIPES, "small_x3", recipe)
    monkeypatch.setattr(weights, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(models, "WEIGHTS", tmp_path)
    weights.train("small_x3")
    weights.train("small_x3")  # a finished run is gone on with, which is nothing
    weights.ship("small_x3")
    card = models.card(tmp_path / "small_x3.weights.h5")
    network = models.load(tmp_path / "small_x3.weights.h5")
    again = metrics.evaluate(luma_upscaler(network), benchmark("Set5"), 3)["psnr"]
    assert card["results"]["classic"]["Set5"]["psnr"] == pytest.approx(again, abs=1e-3)
    assert card["recipe"]["steps"] == 4 and "--architecture espcn_paper" in card["command"]
    assert (tmp_path / "small_x3.history.jsonl").is_file()
    assert images.size(tmp_path / "small_x3.snapshots.png") == (96, 96)  # one crop: it had one step to keep


def test_a_recipe_begins_with_the_run_or_the_weights_that_it_names(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "RUNS", tmp_path)
    fine = weights.network_for(weights.Recipe(Settings(steps=1), start="espcn_x3"))
    shipped = models.pretrained(3)
    assert all(map(np.array_equal, fine.get_weights(), shipped.get_weights()))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        weights.network_for(weights.Recipe(Settings(steps=1), start="nowhere"))


def test_the_wrong_tables_of_08_are_what_the_shipped_weights_give_today():
    for letter, rows in wrong_tables.tables().items():
        assert rows == pytest.approx(measured.table("wrong_tables")[letter], abs=0.02), letter


def test_an_ablation_is_one_training_and_one_count(monkeypatch, pictures, judges):
    monkeypatch.setattr(ablation, "STEPS", 2)
    base, _ = ablation.run({}, {}, 0, "float32", pictures, judges)
    psnr, dead = ablation.run({"skip": False, "initializer": "zeros"}, {"loss": "l2"}, 0, "float32", pictures, judges)
    assert psnr < base - 3  # two steps away from a black picture, and from nearest neighbour
    assert dead in range(64 + 64 + 32 + 32 + 32 + 1)


def test_the_photographs_that_judge_are_never_learnt_from(benchmark):
    benchmark("General100")
    assert len(ablation.test_photographs()) == 25
    assert not set(ablation.test_photographs()) & set(benchmark("T91"))


def test_depths_are_equal_in_cost(monkeypatch, pictures, judges):
    monkeypatch.setattr(architectures, "FILTERS", dict(architectures.FILTERS))
    costs = []
    for convolutions in depths.SHAPES:
        settings = Settings(steps=1, batch_size=1, patch_size=8)
        assert depths.measure("espcn_deep", convolutions, settings, pictures, judges)[0] > 15
        network = architectures.espcn_deep(3)
        layers = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
        assert len(layers) == convolutions
        costs.append(models.multiply_adds(network, 1, 1))
    assert max(costs) < 1.1 * min(costs)


def test_luma_is_counted_from_grey_and_a_last_layer_without_a_rate_stays(monkeypatch, pictures):
    monkeypatch.setattr(papers_words, "pictures_of", lambda way: list(pictures.values()))
    way = papers_words.COURSE | {"steps": 2, "size": 8, "centre": True, "last_rate": 0.0}
    model, plain = papers_words.network(way, 0), papers_words.network(way | {"centre": False}, 0)
    lr = np.random.default_rng(0).random((1, 5, 7, 1), dtype=np.float32)
    assert np.asarray(model(lr)) == pytest.approx(np.asarray(plain(lr - 0.5)) + 0.5, abs=1e-6)
    papers_words.train(model, way, 0)
    still = [np.array_equal(*pair) for pair in zip(model.get_weights(), plain.get_weights(), strict=True)]
    assert still == [False] * 4 + [True] * 2


def test_a_tool_that_was_stopped_goes_on_with_the_runs_that_are_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(measured, "TABLES", tmp_path)
    table = {"psnr": [31.0], "dead": [4]}
    for seed in range(3):
        measured.fill("mine", table, [table["psnr"], table["dead"]], seed, lambda seed=seed: (31.5 + seed, seed))
    assert measured.table("mine") == table == {"psnr": [31.0, 32.5, 33.5], "dead": [4, 1, 2]}


def test_photographs_are_drawn_by_the_seed():
    names = {f"picture {number}": number for number in range(90)}
    assert len(how_many.some_of(names, 3, 0)) == 4  # one is held out
    assert how_many.some_of(names, 3, 0) != how_many.some_of(names, 3, 1)
    assert how_many.some_of(names, 86, 0) is names


def test_pairs_that_are_off_have_hr_cut_so_many_pixels_to_the_right():
    hr = np.arange(12 * 18, dtype=np.uint8).reshape(12, 18, 1)
    pairs = [(hr[::3, ::3], hr)]
    ((lr, cut),) = broken_runs.off(pairs, 2)
    assert lr.shape == (4, 5, 1) and cut.shape == (12, 15, 1)
    assert np.array_equal(cut, hr[:, 2:17])
    assert broken_runs.off(pairs, 0) is pairs


def test_patches_that_are_not_turned_lie_as_they_were_cut(pictures):
    pairs = patches.make_pairs(pictures.values(), 3, size=broken_runs.SIZE)
    lr, hr = broken_runs.unturned(pairs, step=0)
    for small, large in zip(lr, hr, strict=True):
        inside = np.s_[3:-3, 3:-3]  # a patch's edge was made with what lies beyond it
        assert np.abs(resize.bicubic(large, 1 / 3) - small)[inside].max() < 1 / 255


@pytest.mark.parametrize("fault", ["none", "leak", "range", "relu"])
def test_a_broken_run_is_told_every_so_many_steps(monkeypatch, fault):
    monkeypatch.setattr(broken_runs, "STEPS", 2)
    monkeypatch.setattr(broken_runs, "EVERY", 1)
    history, crop = broken_runs.run(fault)
    assert [record["step"] for record in history] == [1, 2] and crop.shape == (72, 72)
    if fault == "relu":  # it starts dead, and stays so
        assert history[0]["test"] == history[1]["test"] and not crop.any()
