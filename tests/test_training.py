"""Training: it learns, keeps its run folder in order, survives a kill, and refuses what makes no sense."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
from scipy import ndimage

from sr_helpers import models, patches, runtime, training, watch
from sr_helpers.settings import LOSSES, Settings


def tiny(steps=8, **more):
    """Settings of a training that takes no time."""
    return Settings(steps=steps, **{"batch_size": 2, "patch_size": 8} | more)


def train(network, pictures, settings, *where, **more):
    """`training.train` without its bar."""
    return training.train(network, pictures, settings, *where, progress=False, **more)


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


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_makes_the_error_smaller(loss, network, pictures):
    lr, hr = patches.batch(patches.make_pairs(pictures.values(), 2, size=8), 2, size=8, batch_size=64, seed=9, step=0)
    before = np.mean((hr - network(lr)) ** 2)
    train(network, pictures, Settings(steps=200, loss=loss, learning_rate=2e-3, patch_size=12))
    assert np.mean((hr - network(lr)) ** 2) < 0.5 * before


def test_charbonnier_by_hand():
    assert float(training.charbonnier(np.array([1.0, 2.0]), np.array([1.0, 5.0]))) == pytest.approx(
        (0.001 + 3) / 2, abs=1e-6
    )


def test_plateau_halves_after_a_fruitless_wait():
    def rate(*values):
        return watch.plateau_rate([{"psnr": value} for value in values], 1.0, patience=2)

    assert rate(1, 2, 3) == 1
    assert rate(3, 2) == 1
    assert rate(3, 2, 3) == 0.5  # equal is no new best
    assert rate(3, 2, 2, 2, 2) == 0.25
    assert rate(3, 2, 4, 2) == 1


def test_plateau_sets_the_optimisers_rate(network, pictures):
    history = train(network, pictures, tiny(4, schedule="plateau", learning_rate=2e-3))
    assert history[-1]["learning_rate"] == pytest.approx(2e-3)


def test_the_cosine_ends_at_zero(network, pictures):
    history = train(network, pictures, tiny(learning_rate=2e-3))
    assert history[-1]["learning_rate"] == pytest.approx(0, abs=1e-9)
    assert history[1]["learning_rate"] == pytest.approx(1e-3, rel=1e-3)  # half-way


def test_averaged_weights_are_averages(network, pictures):
    training.compile_for(network, tiny(average=0.5), steps=1000)
    pairs = patches.make_pairs(pictures.values(), 2, size=8)
    seen = []
    for step in range(3):
        network.train_on_batch(*patches.batch(pairs, 2, size=8, batch_size=2, seed=0, step=step))
        seen.append(network.get_weights()[0])
    expected = seen[0] * 0.25 + seen[1] * 0.25 + seen[2] * 0.5
    assert watch.averaged_weights(network)[0] == pytest.approx(expected, abs=1e-6)


def test_a_run_folder_holds_what_it_promises(network, pictures, tmp_path):
    run = tmp_path / "run"
    history = train(network, pictures, tiny(12), run)
    assert training.read_history(run) == history
    assert len(list((run / "checkpoints").iterdir())) == 2
    assert list(run.glob("crop-*.png"))
    trained, card = models.load(run), models.card(run)
    assert card["recipe"]["steps"] == 12 and card["validation"] == max(history, key=lambda r: r["psnr"])
    assert all(np.array_equal(a, b) for a, b in zip(trained.get_weights(), network.get_weights(), strict=True))


def test_a_run_is_not_overwritten_nor_resumed_with_other_settings(network, pictures, tmp_path):
    run = tmp_path / "run"
    train(network, pictures, tiny(8), run)
    with pytest.raises(FileExistsError, match="--resume"):
        train(network, pictures, tiny(8), run)
    with pytest.raises(ValueError, match="loss was l1 and is now l2"):
        train(network, pictures, tiny(loss="l2"), run, resume=True)
    with pytest.raises(ValueError, match="pictures_sha256"):
        train(network, pictures | {"p0": 255 - pictures["p0"]}, tiny(8), run, resume=True)
    with pytest.raises(ValueError, match="steps was 8 and is now 80"):
        train(network, pictures, tiny(80), run, resume=True)


def test_a_folder_with_other_things_in_it_is_left_alone(network, pictures, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(FileExistsError, match="not empty"):
        train(network, pictures, tiny(8), tmp_path)


def test_a_finished_run_resumes_at_once_to_the_same_weights(network, pictures, tmp_path):
    train(network, pictures, tiny(8), tmp_path / "run")
    again = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero", seed=9)
    history = train(again, pictures, tiny(8), tmp_path / "run", resume=True)
    assert history[-1]["step"] == 8
    assert all(np.array_equal(a, b) for a, b in zip(again.get_weights(), network.get_weights(), strict=True))


CHILD = """
import sys, keras
sys.path.insert(0, {tests!r})
from test_training import make_pictures, tiny
from sr_helpers import models, training, watch
training.EVALUATION_STEPS = 10
network = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero")
training.train(network, make_pictures(), tiny(200), sys.argv[1], resume=True, progress=False)
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
    original = watch.Watch.on_train_batch_end

    def interrupted(watch, batch, logs=None):
        original(watch, batch, logs)
        if watch.step > step or step == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(watch.Watch, "on_train_batch_end", interrupted)
    with pytest.raises(KeyboardInterrupt, match=sentence):
        training.train(network, pictures, tiny(), run)
    monkeypatch.undo()
    assert train(network, pictures, tiny(8), run, resume=True)[-1]["step"] == 8


def test_a_stop_whose_exception_was_lost_on_the_way_is_still_a_stop(network, pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "stops", [signal.SIGTERM])
    with pytest.raises(KeyboardInterrupt, match="nothing was kept"):
        train(network, pictures, tiny(100), tmp_path / "run")


def test_without_any_whole_checkpoint_it_starts_anew(network, pictures, tmp_path):
    run = tmp_path / "run"
    train(network, pictures, tiny(8), run)
    for path in checkpoints(run):
        path.write_bytes(b"torn")
    again = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero")
    history = train(again, pictures, tiny(8), run, resume=True)
    assert [record["step"] for record in history] == [2, 4, 6, 8]
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(again.get_weights(), network.get_weights(), strict=True))


def test_a_loss_that_is_no_longer_finite_stops_with_a_sentence_and_keeps_the_best(network, pictures, tmp_path):
    run = tmp_path / "run"
    original = patches.batch

    def poisoned(pairs, scale, *, step, **how):
        lr, hr = original(pairs, scale, step=step, **how)
        return lr, hr * (np.nan if step >= 5 else 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patches, "batch", poisoned)
        with pytest.raises(FloatingPointError, match="after step 4.*lower learning rate"):
            train(network, pictures, tiny(8), run)
    kept, card = models.load(run), models.card(run)
    assert card["validation"]["step"] <= 4 and all(np.isfinite(w).all() for w in kept.get_weights())


@pytest.mark.parametrize(
    "steps, validated", [(3, [1, 2, 3]), (30, [8, 16, 24, 30]), (41, [5, 10, 15, 20, 25, 30, 35, 40, 41])]
)
def test_any_number_of_steps_is_trained_exactly(steps, validated, network, pictures, monkeypatch):
    drawn = []
    original = patches.batch
    monkeypatch.setattr(
        patches, "batch", lambda *given, **named: drawn.append(named["step"]) or original(*given, **named)
    )
    history = train(network, pictures, tiny(steps, width=0))
    assert [record["step"] for record in history] == validated
    assert drawn == list(range(steps))


def test_a_run_stopped_in_its_short_last_epoch_ends_at_the_same_weights(pictures, tmp_path):
    class Stop(keras.callbacks.Callback):
        steps = 0

        def on_train_batch_end(self, batch, logs=None):
            self.steps += 1
            if self.steps == 27:
                raise KeyboardInterrupt

    whole, stopped = (models.espcn(3, seed=0) for _ in range(2))
    settings = tiny(30, width=0, average=0.9, learning_rate=0.01)
    train(whole, pictures, settings)
    with pytest.raises(KeyboardInterrupt):
        train(stopped, pictures, settings, tmp_path / "run", callbacks=[Stop()])
    train(stopped, pictures, settings, tmp_path / "run", resume=True)
    assert all(np.array_equal(a, b) for a, b in zip(stopped.get_weights(), whole.get_weights(), strict=True))


def test_a_callback_may_stop_the_training(network, pictures):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

    assert [r["step"] for r in train(network, pictures, tiny(30, width=0), callbacks=[Stop()])] == [8]


class Rates(keras.callbacks.Callback):
    """The rate of every step."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_begin(self, batch, logs=None):
        self.seen.append(float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)))


@pytest.mark.parametrize("schedule", ["cosine", "plateau"])
def test_the_rate_warms_up_in_a_line(schedule, network, pictures):
    rates = Rates()
    train(network, pictures, tiny(8, schedule=schedule, warm_up=4, width=0, learning_rate=4e-4), callbacks=[rates])
    assert np.diff(rates.seen[:4]) == pytest.approx(np.full(3, rates.seen[1] - rates.seen[0]), rel=1e-3)
    assert 0 < rates.seen[0] <= 1e-4 and max(rates.seen) == pytest.approx(4e-4)
    assert rates.seen[-1] == pytest.approx(4e-4) if schedule == "plateau" else rates.seen[-1] < 4e-4


@pytest.mark.parametrize(
    "more",
    [{"precision": "bfloat16"}, {"precision": "bfloat16", "width": 0}, {"degradation": "jpeg", "warm_up": 3}],
    ids=str,
)
def test_every_kind_of_training_resumes_exactly(more, network, pictures, tmp_path):
    start, settings = network.get_weights(), tiny(8, **more)
    whole = train(network, pictures, settings, tmp_path / "run")
    checkpoints(tmp_path / "run")[-1].unlink()  # as if killed before the last one was written
    again = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero")
    again.set_weights(start)
    history = train(again, pictures, settings, tmp_path / "run", resume=True)
    assert [(r["loss"], r["psnr"]) for r in history] == [(r["loss"], r["psnr"]) for r in whole]
    assert all(np.array_equal(a, b) for a, b in zip(again.get_weights(), network.get_weights(), strict=True))


@pytest.mark.parametrize("side", [1, 2, 7])
def test_icons_smaller_than_a_patch_are_mirrored(side, network):
    icons = {f"i{k}": np.random.default_rng(k).integers(0, 256, (side, side + k, 3), dtype=np.uint8) for k in range(3)}
    (record,) = train(network, icons, tiny(1))
    assert np.isfinite(record["psnr"]) and np.isfinite(record["loss"])


def test_a_flat_validation_picture_has_a_mean(network):
    flat = {f"f{k}": np.full((40, 40), 50 * k, np.uint8) for k in range(3)}
    (record,) = train(network, flat, tiny(1))
    assert np.isfinite([record["psnr"], record["bicubic"]]).all()


def test_settings_that_are_none_are_refused(network, pictures):
    with pytest.raises(ValueError, match="must be Settings.steps=.*got a dict"):
        train(network, pictures, {"steps": 5})


def test_a_divergence_before_anything_was_kept_says_so_and_the_folder_is_free(network, pictures, tmp_path):
    poisoned = {name: picture for name, picture in pictures.items()}
    original = patches.batch
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            patches, "batch", lambda *given, **named: tuple(x * np.float32(np.nan) for x in original(*given, **named))
        )
        with pytest.raises(FloatingPointError, match="nothing was kept: try a lower learning rate"):
            train(network, poisoned, tiny(4, width=0), tmp_path / "run")
    assert train(network, pictures, tiny(4, width=0), tmp_path / "run")[-1]["step"] == 4


def test_weights_that_are_spoilt_in_the_last_step_before_a_validation_are_a_divergence(network, pictures, tmp_path):
    class Spoil(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            last = self.model.trainable_variables[-1]
            last.assign(np.full(last.shape, np.nan))

    with pytest.raises(FloatingPointError, match="nothing was kept: try a lower learning rate"):
        train(network, pictures, tiny(1, width=0, average=0), tmp_path / "run", callbacks=[Spoil()])


def test_a_diverged_run_goes_on_with_a_lower_rate(network, pictures, tmp_path):
    original = patches.batch

    def poisoned(pairs, scale, *, step, **how):
        lr, hr = original(pairs, scale, step=step, **how)
        return lr, hr * np.float32(np.nan if step >= 5 else 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patches, "batch", poisoned)
        with pytest.raises(
            FloatingPointError, match="keeps the best weights up to there: go on with --resume and a lower"
        ):
            train(network, pictures, tiny(8, width=0), tmp_path / "run")
    history = train(network, pictures, tiny(8, width=0, learning_rate=1e-4), tmp_path / "run", resume=True)
    assert [record["step"] for record in history] == [2, 4, 6, 8]


def test_the_same_seeds_draw_the_same_batches_as_ever():
    """Checksums of what the first release drew: stored runs and published recipes stand on it."""
    grey = np.arange(60 * 66, dtype=np.uint32).reshape(60, 66) * 2654435761 >> 7
    pairs = patches.make_pairs([(grey & 255).astype(np.uint8)], 3, size=8)
    for noise, expected in ((False, "1f23cd753971"), (True, "569f57881fbc")):
        lr, hr = patches.batch(pairs, 3, size=8, batch_size=4, seed=1, step=7, noise=noise)
        assert (
            hashlib.sha256(
                np.round(np.concatenate([lr.ravel(), hr.ravel()]) * 255).astype(np.uint8).tobytes()
            ).hexdigest()[:12]
            == expected
        )


def test_minutes_fix_a_number_of_steps_and_are_kept(network, pictures, tmp_path):
    started = time.monotonic()
    train(network, pictures, Settings(minutes=0.2, batch_size=2, patch_size=8), tmp_path / "run")
    assert time.monotonic() - started < 30  # twice the wish: a busy machine
    assert json.loads((tmp_path / "run/settings.json").read_text(encoding="utf-8"))["steps"] >= 20
