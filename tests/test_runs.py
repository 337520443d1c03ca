"""The run folder: one training at a time, nothing lost, nothing torn, and every damage told with its file."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest

from sr_helpers import models, runs

ASKED = {"architecture": "espcn_paper", "loss": "l1", "learning_rate": 1e-3, "steps": 8, "minutes": None}


@pytest.fixture
def network():
    network = models.espcn_paper(2)
    network.compile("adam", "mse")
    network.optimizer.build(network.trainable_variables)
    return network


def record(step, psnr=30.0):
    return {"step": step, "loss": 0.1, "psnr": psnr, "bicubic": 29.0, "learning_rate": 1e-3, "seconds": 1.0}


@pytest.fixture
def kept(network, tmp_path):
    """A run folder with two checkpoints."""
    with runs.start(tmp_path / "run", ASKED) as run:
        run.begin(8)
        for step in (2, 4):
            run.keep(record(step), network, network)
    return tmp_path / "run"


@pytest.mark.filterwarnings("ignore:.*there is no run to resume yet")
@pytest.mark.parametrize("opening", [runs.start, runs.resume])
@pytest.mark.parametrize("state", ["nothing", "empty", "killed before its settings", "killed before anything was kept"])
def test_a_folder_where_nothing_is_kept_is_taken(opening, state, tmp_path):
    folder = tmp_path / "run"
    if state != "nothing":
        folder.mkdir()
    if state.startswith("killed"):
        (folder / "checkpoints").mkdir()
        (folder / ".settings.json.x1.part").write_text("{", encoding="utf-8")
    if state.endswith("kept"):
        (folder / "settings.json").write_text(json.dumps(ASKED), encoding="utf-8")
    with opening(folder, ASKED) as run:
        run.begin(8)
        assert run.steps == 8 and run.history == []
    assert not list(folder.glob(".*.part"))


def test_where_there_is_nothing_to_resume_it_is_said(tmp_path):
    with pytest.warns(UserWarning, match="there is no run to resume yet; a new one begins"):
        runs.resume(tmp_path / "mistyped", ASKED).__exit__()


def test_a_run_is_resumed_and_not_started_again(kept, network):
    with pytest.raises(FileExistsError, match="holds a run already; resume it"):
        runs.start(kept, ASKED)
    with runs.resume(kept, ASKED) as run:
        assert run.restore(network) == 4 and [r["step"] for r in run.history] == [2, 4]


@pytest.mark.parametrize("opening", [runs.start, runs.resume])
def test_a_strangers_folder_and_a_file_are_left_alone(opening, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(FileExistsError, match="not empty and holds no run"):
        opening(tmp_path, ASKED)
    with pytest.raises(OSError, match="thesis.txt: is a file|thesis.txt: cannot be written"):
        opening(tmp_path / "thesis.txt", ASKED)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_two_trainings_do_not_share_a_folder(tmp_path):
    with runs.start(tmp_path / "run", ASKED):
        for opening in (runs.start, runs.resume):
            with pytest.raises(BlockingIOError, match="another training is writing here .process [0-9]+ on"):
                opening(tmp_path / "run", ASKED)
    with runs.start(tmp_path / "run", ASKED):
        pass


def test_the_lock_of_a_killed_process_is_no_obstacle(tmp_path):
    code = f"import os, sys; from sr_helpers import runs; runs.start({str(tmp_path / 'run')!r}, {ASKED!r}); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False, stderr=subprocess.DEVNULL).returncode == 9
    with runs.resume(tmp_path / "run", ASKED):
        pass


def test_a_disk_without_locks_is_no_obstacle(tmp_path, monkeypatch):
    import fcntl

    def unsupported(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with runs.start(tmp_path / "run", ASKED):
        pass


def test_what_killed_runs_left_is_swept_away(kept):
    (kept / ".weights-abc").mkdir()
    (kept / ".weights-abc/model.weights.h5").write_bytes(b"half")
    (kept / "checkpoints/.step-00000002.x.part").write_bytes(b"half")
    with runs.resume(kept, ASKED):
        pass
    assert not [path for path in kept.rglob(".*") if path.name != ".lock"]


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"loss": "l2"}, "loss was l1 and is now l2"),
        ({"steps": 80}, "steps was 8 and is now 80"),
        ({"steps": None, "minutes": 5.0}, "minutes was not given and is now 5"),
        ({"learning_rate": 2e-3}, "learning_rate was 0.001 and is now 0.002"),
    ],
)
def test_a_setting_that_differs_is_named(kept, change, sentence):
    with pytest.raises(ValueError, match=f"cannot resume with other settings: {sentence}"):
        runs.resume(kept, ASKED | change)
    with runs.resume(kept, ASKED):  # the refusal let go of the lock
        pass


def test_a_run_by_minutes_keeps_the_steps_it_measured(tmp_path):
    asked = ASKED | {"steps": None, "minutes": 5.0}
    with runs.start(tmp_path / "run", asked) as run:
        assert run.steps is None
        run.begin(321)
    with runs.resume(tmp_path / "run", asked) as run:
        assert run.steps == 321


def test_a_diverged_run_goes_on_with_another_rate_alone(kept):
    with runs.resume(kept, ASKED) as run:
        run.mark_diverged()
    with pytest.raises(ValueError, match="loss was"):
        runs.resume(kept, ASKED | {"loss": "l2", "learning_rate": 1e-4})
    with runs.resume(kept, ASKED | {"learning_rate": 1e-4}) as run:
        run.begin(8)
    assert json.loads((kept / "settings.json").read_text(encoding="utf-8"))["learning_rate"] == 1e-4


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"3", b"{}", b'{"steps": "many"}', b'{"steps": 0}', b"\xff\xfe"])
def test_damaged_settings_are_told_with_the_file(kept, text):
    (kept / "settings.json").write_bytes(text)
    with pytest.raises(ValueError, match="settings.json: is damaged"):
        runs.resume(kept, ASKED)


@pytest.mark.parametrize(
    "text", [b'{"step": 2}\n', b"{garbage}\n", b'{"step": 2}}\n', b"\xff\xfe}\n", b'[1, {"a": 2}\n']
)
def test_a_damaged_history_is_told_with_the_file(kept, network, text):
    if text != b'[1, {"a": 2}\n':
        (kept / "history.jsonl").write_bytes(text)
        with pytest.raises(ValueError, match="history.jsonl: is damaged"):
            runs.read_history(kept)
    (kept / "history.jsonl").unlink()
    with (
        runs.resume(kept, ASKED) as run,
        pytest.raises(FileNotFoundError, match="history.jsonl: there is no such file"),
    ):
        run.restore(network)


def test_half_a_last_line_is_passed_over(kept):
    with open(kept / "history.jsonl", "a", encoding="utf-8") as file:
        file.write('{"step": 6, "lo')
    assert [r["step"] for r in runs.read_history(kept)] == [2, 4]


def test_a_torn_checkpoint_and_a_stranger_among_them_are_told_and_passed_over(kept, network):
    newest = max((kept / "checkpoints").glob("step-00000004*"))
    newest.write_bytes(newest.read_bytes()[:-100])
    (kept / "checkpoints/step-abc.weights.h5").write_bytes(b"mine")
    with runs.resume(kept, ASKED) as run, pytest.warns(UserWarning) as told:
        assert run.restore(network) == 2
    sentences = "\n".join(str(warning.message) for warning in told)
    assert f"{newest}: is damaged" in sentences and "step-abc.weights.h5: is not named like a checkpoint" in sentences
    assert (kept / "checkpoints/step-abc.weights.h5").read_bytes() == b"mine"


def test_a_checkpoint_of_another_network_is_refused_by_name(kept):
    other = models.espcn(2)
    other.compile("adam", "mse")
    with runs.resume(kept, ASKED) as run, pytest.raises(ValueError, match="step-00000004-.*does not fit the network"):
        run.restore(other)


def test_a_disk_that_fills_up_leaves_a_run_that_goes_on(kept, network):
    """In a process of its own, which may write files of 100 kB at most: HDF5 crashes where it meets such a limit."""
    code = f"""
import resource, sys
from sr_helpers import models, runs
network = models.espcn_paper(2)
with runs.resume({str(kept)!r}, {ASKED!r}) as run:
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    try:
        run.keep({record(6, 31.0)!r}, network, network)
    except OSError as error:
        sys.exit(str(error))
"""
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert child.returncode == 1 and "cannot be written (File too large)" in child.stderr.splitlines()[-1]
    with runs.resume(kept, ASKED) as run:
        assert run.restore(network) == 4


def test_weights_made_in_memory_are_those_that_keras_writes(network, tmp_path):
    (tmp_path / "w.weights.h5").write_bytes(models.weights_bytes(network))
    other = models.espcn_paper(2, seed=5)
    other.load_weights(tmp_path / "w.weights.h5")
    assert all(np.array_equal(a, b) for a, b in zip(network.get_weights(), other.get_weights(), strict=True))
    network.save_weights(tmp_path / "keras.weights.h5")
    models.load_weights_bytes(other, (tmp_path / "keras.weights.h5").read_bytes())
    assert isinstance(other, keras.Model)
