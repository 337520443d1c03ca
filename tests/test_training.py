"""Training: it learns, keeps its run folder in order, survives a kill, and refuses what makes no sense."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from scipy import ndimage

from sr_helpers import models
from sr_helpers import training

TINY = {"batch_size": 2, "patch_size": 8, "progress": False}


def make_pictures(count=5):
    """Smooth blobs: nearest neighbour draws them in steps, so there is something to learn."""
    rng = np.random.default_rng(3)
    blobs = [ndimage.gaussian_filter(rng.standard_normal((60, 66)), 2) for _ in range(count)]
    return {f"p{k}": (127 + 120 * np.tanh(blob / blob.std())).astype(np.uint8) for k, blob in enumerate(blobs)}


@pytest.fixture(scope="module")
def pictures():
    return make_pictures()


@pytest.fixture
def network():
    return models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero")


def test_the_split_is_seeded_disjoint_and_free_of_duplicates(pictures):
    twins = pictures | {"twin": pictures["p1"]}
    learn, validation = training.split(twins, seed=0)
    assert not set(learn) & set(validation) and len(learn) + len(validation) == 5
    many = {str(k): np.full((2, 2), k, np.uint8) for k in range(100)}
    first, second = (set(training.split(many, seed)[1]) for seed in (0, 1))
    assert len(first) == len(second) == 5 and first != second and set(training.split(many, 0)[1]) == first


def test_one_picture_is_too_few(pictures):
    with pytest.raises(ValueError, match="two different"):
        training.split({"a": pictures["p0"], "b": pictures["p0"]})


@pytest.mark.parametrize("loss", training.LOSSES)
def test_every_loss_makes_the_error_smaller(loss, network, pictures):
    lr, hr = training.patches.batch(training.patches.make_pairs(pictures.values(), 2, size=8), 2, size=8, batch_size=64, seed=9, step=0)
    before = np.mean((hr - network(lr)) ** 2)
    training.train(network, pictures, steps=200, loss=loss, learning_rate=2e-3, progress=False, batch_size=8, patch_size=12)
    assert np.mean((hr - network(lr)) ** 2) < 0.5 * before


def test_charbonnier_by_hand():
    assert float(training.charbonnier(np.array([1.0, 2.0]), np.array([1.0, 5.0]))) == pytest.approx((0.001 + 3) / 2, abs=1e-6)


def test_plateau_halves_after_a_fruitless_wait():
    def rate(*values):
        return training.plateau_rate([{"psnr": value} for value in values], 1.0, patience=2)

    assert rate(1, 2, 3) == 1
    assert rate(3, 2) == 1
    assert rate(3, 2, 3) == 0.5  # equal is no new best
    assert rate(3, 2, 2, 2, 2) == 0.25
    assert rate(3, 2, 4, 2) == 1


def test_plateau_sets_the_optimisers_rate(network, pictures):
    training.train(network, pictures, steps=4, schedule="plateau", learning_rate=2e-3, width=0, **TINY)
    assert float(network.optimizer.learning_rate) == pytest.approx(2e-3)


def test_the_cosine_ends_at_zero(network, pictures):
    history = training.train(network, pictures, steps=8, learning_rate=2e-3, **TINY)
    assert history[-1]["learning_rate"] == pytest.approx(0, abs=1e-9)
    assert history[1]["learning_rate"] == pytest.approx(1e-3, rel=1e-3)  # half-way


def test_averaged_weights_are_averages(network, pictures):
    training._compile(network, "l1", 1e-3, "cosine", 0.5, steps=1000)
    pairs = training.patches.make_pairs(pictures.values(), 2, size=8)
    seen = []
    for step in range(3):
        network.train_on_batch(*training.patches.batch(pairs, 2, size=8, batch_size=2, seed=0, step=step))
        seen.append(network.get_weights()[0])
    expected = seen[0] * 0.25 + seen[1] * 0.25 + seen[2] * 0.5
    assert training.averaged_weights(network)[0] == pytest.approx(expected, abs=1e-6)


def test_a_run_folder_holds_what_it_promises(network, pictures, tmp_path):
    run = tmp_path / "run"
    history = training.train(network, pictures, run, steps=12, **TINY)
    assert training.read_history(run) == history
    assert len(list((run / "checkpoints").iterdir())) == 2
    assert list(run.glob("crop-*.png"))
    trained, card = models.load(run), models.card(run)
    assert card["recipe"]["steps"] == 12 and card["validation"] == max(history, key=lambda r: r["psnr"])
    assert all(np.array_equal(a, b) for a, b in zip(trained.get_weights(), network.get_weights(), strict=True))


def test_a_run_is_not_overwritten_nor_resumed_with_other_settings(network, pictures, tmp_path):
    run = tmp_path / "run"
    training.train(network, pictures, run, steps=8, **TINY)
    with pytest.raises(FileExistsError, match="--resume"):
        training.train(network, pictures, run, steps=8, **TINY)
    with pytest.raises(ValueError, match="loss was l1 and is now l2"):
        training.train(network, pictures, run, steps=8, loss="l2", resume=True, **TINY)
    with pytest.raises(ValueError, match="pictures_sha256"):
        training.train(network, pictures | {"p0": 255 - pictures["p0"]}, run, steps=8, resume=True, **TINY)
    with pytest.raises(ValueError, match="steps=8, not 80"):
        training.train(network, pictures, run, steps=80, resume=True, **TINY)


def test_a_folder_with_other_things_in_it_is_left_alone(network, pictures, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(FileExistsError, match="not empty"):
        training.train(network, pictures, tmp_path, steps=8, **TINY)


def test_a_finished_run_resumes_at_once_to_the_same_weights(network, pictures, tmp_path):
    training.train(network, pictures, tmp_path / "run", steps=8, **TINY)
    again = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero", seed=9)
    history = training.train(again, pictures, tmp_path / "run", steps=8, resume=True, **TINY)
    assert history[-1]["step"] == 8
    assert all(np.array_equal(a, b) for a, b in zip(again.get_weights(), network.get_weights(), strict=True))


CHILD = """
import sys, keras
sys.path.insert(0, {tests!r})
from test_training import TINY, make_pictures
from sr_helpers import models, training
training.EVALUATION_STEPS = 10
network = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero")
training.train(network, make_pictures(), sys.argv[1], steps=200, resume=True, **TINY)
"""


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The weights of 200 steps in one go."""
    run = tmp_path_factory.mktemp("whole") / "run"
    child(run).wait()
    return models.load(run).get_weights()


def child(run):
    code = CHILD.format(tests=os.path.dirname(__file__))
    return subprocess.Popen([sys.executable, "-c", code, str(run)], stderr=subprocess.DEVNULL)


def checkpoints(run):
    return sorted((run / "checkpoints").glob("step-*.weights.h5"))


def test_killed_twice_it_ends_at_the_same_weights(uninterrupted, tmp_path):
    run = tmp_path / "run"
    for kill_after in (2, 5):  # records in the history
        process = child(run)
        while process.poll() is None:
            if (run / "history.jsonl").exists() and len(training.read_history(run)) >= kill_after:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.005)
        process.wait()
        assert process.returncode == -signal.SIGKILL, "it finished before it could be killed"
        assert training.read_history(run)[-1]["step"] < 200
    newest = checkpoints(run)[-1]
    newest.write_bytes(newest.read_bytes()[:-5000])  # torn: the one before must serve
    assert child(run).wait() == 0
    assert [record["step"] for record in training.read_history(run)] == list(range(10, 201, 10))
    resumed = models.load(run).get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(resumed, uninterrupted, strict=True))


@pytest.mark.parametrize("step, sentence", [(0, "nothing was kept"), (5, "up to step 4 of 8: go on with --resume")])
def test_an_interrupt_says_whether_the_run_can_go_on(step, sentence, network, pictures, tmp_path, monkeypatch):
    run = tmp_path / "run"
    original = training._Watch.on_train_batch_end

    def interrupted(watch, batch, logs=None):
        original(watch, batch, logs)
        if watch.bar.n > step or step == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(training._Watch, "on_train_batch_end", interrupted)
    with pytest.raises(KeyboardInterrupt, match=sentence):
        training.train(network, pictures, run, steps=8, **TINY | {"progress": True})
    monkeypatch.undo()
    assert training.train(network, pictures, run, steps=8, resume=True, **TINY)[-1]["step"] == 8


def test_without_any_whole_checkpoint_it_starts_anew(network, pictures, tmp_path):
    run = tmp_path / "run"
    training.train(network, pictures, run, steps=8, **TINY)
    for path in checkpoints(run):
        path.write_bytes(b"torn")
    again = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero")
    history = training.train(again, pictures, run, steps=8, resume=True, **TINY)
    assert [record["step"] for record in history] == [2, 4, 6, 8]
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(again.get_weights(), network.get_weights(), strict=True))


def test_a_loss_that_is_no_longer_finite_stops_with_a_sentence_and_keeps_the_best(network, pictures, tmp_path):
    run = tmp_path / "run"
    original = training.patches.batch

    def poisoned(pairs, scale, *, step, **how):
        lr, hr = original(pairs, scale, step=step, **how)
        return lr, hr * (np.nan if step >= 5 else 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.patches, "batch", poisoned)
        with pytest.raises(FloatingPointError, match="after step 4.*lower learning rate"):
            training.train(network, pictures, run, steps=8, **TINY)
    kept, card = models.load(run), models.card(run)
    assert card["validation"]["step"] <= 4 and all(np.isfinite(w).all() for w in kept.get_weights())


@pytest.mark.parametrize(
    "settings, sentence",
    [({}, "either steps or minutes"), ({"steps": 5, "minutes": 1}, "either"), ({"steps": 5, "loss": "l3"}, "loss is one of")],
)
def test_settings_that_make_no_sense(network, pictures, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        training.train(network, pictures, **settings, **TINY)


def test_minutes_fix_a_number_of_steps_and_are_kept(network, pictures, tmp_path):
    started = time.monotonic()
    training.train(network, pictures, tmp_path / "run", minutes=0.2, **TINY)
    assert time.monotonic() - started < 30  # twice the wish: a busy machine
    assert json.loads((tmp_path / "run/settings.json").read_text())["steps"] >= 20
