"""Many devices give the result of one: two devices of one machine, or two hosts on loopback.

Each run is a process of its own, since devices are set up before anything computes. The second half runs on the JAX
backend (make test-jax), which several hosts need.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from sr_helpers import devices

on_jax = pytest.mark.skipif(keras.backend.backend() != "jax", reason="several hosts need JAX: make test-jax runs this")
on_tensorflow = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="this is TensorFlow's refusal")
HERE = Path(__file__).parent


def program(out, devices_here=1, hosts=None, rank=None, resume=False):
    """Start a training in a process of its own."""
    options = json.dumps([str(out), devices_here, hosts, rank, resume])
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices_here}"}
    return subprocess.Popen(
        [sys.executable, __file__, options],
        env=os.environ | quiet,
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(*processes):
    """Wait for the processes; all must succeed. Returns their outputs."""
    outputs = [process.communicate(timeout=240)[0] for process in processes]
    assert all(process.returncode == 0 for process in processes), "\n".join(outputs)
    return outputs


def on_two_hosts(out, resume=False):
    """One training by two processes that know each other by address alone."""
    hosts = free_hosts()
    finish(*(program(out, hosts=hosts, rank=rank, resume=resume) for rank in (0, 1)))


def weights(out):
    with np.load(Path(out) / "weights.npz") as stored:
        return [stored[key] for key in sorted(stored.files, key=lambda name: int(name.split("_")[1]))]


def largest_difference(first, second):
    return max(np.abs(a - b).max() for a, b in zip(weights(first), weights(second), strict=True))


def free_hosts():
    """Two addresses on loopback with ports that nobody listens on."""
    ports = []
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            probe = stack.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    return ",".join(f"127.0.0.1:{port}" for port in ports)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    out = tmp_path_factory.mktemp("alone") / "run"
    finish(program(out))
    return out


def test_two_devices_of_one_machine_end_where_one_does(alone, tmp_path):
    (output,) = finish(program(tmp_path / "run", devices_here=2))
    assert "2 devices" in output
    assert largest_difference(alone, tmp_path / "run") < 1e-5


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path):
    process = program(tmp_path / "run", devices_here=3)
    output = process.communicate(timeout=240)[0]
    assert process.returncode != 0
    assert "a batch of 4 cannot be shared out evenly among 3 devices" in output


@on_jax
def test_two_hosts_end_where_one_does_and_one_folder_keeps_the_run(alone, tmp_path):
    out = tmp_path / "run"
    on_two_hosts(out)
    assert largest_difference(alone, out) < 1e-5
    assert (out / "history.jsonl").read_text(encoding="utf-8").count("\n") == 4
    assert len(list((out / "checkpoints").iterdir())) == 2


@on_jax
def test_two_hosts_go_on_from_a_checkpoint(alone, tmp_path):
    out = tmp_path / "run"
    on_two_hosts(out)
    for newest in sorted((out / "checkpoints").iterdir())[1:]:
        newest.unlink()  # as if killed before the last checkpoint
    on_two_hosts(out, resume=True)
    assert largest_difference(alone, out) < 1e-5


@on_jax
@pytest.mark.parametrize("dies", [0, 1])
def test_when_a_host_dies_the_other_says_so_and_the_run_can_be_resumed(tmp_path, dies):
    out, hosts = tmp_path / "run", free_hosts()
    told = [sys.executable, "-m", "sr_helpers", "train", "--steps", "200", "--out", str(out), "--hosts", hosts]
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    both = [
        subprocess.Popen([*told, "--rank", str(rank)], env=quiet, stderr=subprocess.PIPE, text=True) for rank in (0, 1)
    ]
    while not (out / "history.jsonl").exists():
        assert all(process.poll() is None for process in both)
        time.sleep(0.1)
    both[dies].kill()
    errors = both[1 - dies].communicate(timeout=60)[1]
    assert both[1 - dies].returncode == 2 and "error: another host is gone" in errors, errors
    both[dies].communicate()
    told[told.index("--hosts") + 1] = free_hosts()
    finish(*(subprocess.Popen([*told, "--rank", str(rank), "--resume"], env=quiet) for rank in (0, 1)))
    assert (out / "history.jsonl").read_text(encoding="utf-8").count('"step": 200') == 1


@on_tensorflow
def test_several_hosts_on_tensorflow_are_refused_with_what_to_do():
    with pytest.raises(ValueError, match="KERAS_BACKEND=jax"), devices.spread("a:1,b:2"):
        pass


def test_several_hosts_do_not_train_by_the_clock(monkeypatch):
    from sr_helpers import models, training
    from sr_helpers.settings import Settings

    monkeypatch.setattr(devices, "share", lambda: (0, 2))
    with pytest.raises(ValueError, match="for a number of steps"):
        training.train(models.espcn_paper(2), {}, Settings(minutes=1))


@on_jax
def test_a_rank_beyond_the_hosts_is_refused():
    with pytest.raises(ValueError, match="rank 2 is none of the 2 hosts"), devices.spread("a:1,b:2", rank=2):
        pass


def main(out, devices_here, hosts, rank, resume):
    """The child process: train a small network and store its weights beside the run."""
    from test_training import make_pictures

    from sr_helpers import models, training
    from sr_helpers.settings import Settings

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * devices_here)
    many = devices_here > 1 or hosts
    with devices.spread(hosts, rank or 0) if many else contextlib.nullcontext(1) as count:
        print(f"{count} devices")
        network = models.espcn_paper(2, activation="relu", skip=True, initializer="near_zero")
        settings = Settings(steps=24, batch_size=4, patch_size=8)
        training.train(network, make_pictures(), settings, out, resume, progress=False)
        trained = network.get_weights()
    if not rank:
        np.savez(Path(out) / "weights.npz", *trained)


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
