"""The run folder of a training: what lets it survive a kill at any moment.

In it:
    settings.json      what was asked for; a resumed run must ask for the same
    history.jsonl      one line per validation: step, loss, psnr, bicubic, learning rate, seconds
    checkpoints/       the two newest states of model and optimiser, named by step and checksum
    model.weights.h5   the averaged weights that did best on validation, with the card model.json
    crop-STEP.png      one validation crop, ten times a run: bicubic, network, original
    .lock              held by the process that trains here; the system frees it when that process ends

Every file appears whole or not at all, and a checkpoint that differs from its checksum is passed over.
`start` and `resume` open a folder to write; `follow` and `read_history` only read.
"""

import hashlib
import json
import math
import os
import re
import shutil
import socket
import tempfile
import warnings
from pathlib import Path

import keras

from sr_helpers import files, models

CHECKPOINT = re.compile(r"step-(\d{8,})-([0-9a-f]{8})\.weights\.h5")
OURS = re.compile(r"settings\.json|checkpoints|\.lock|\.weights-.*|\..*\.part")  # in a folder where nothing is kept yet


class Run:
    """An open run: settings, history, checkpoints, best weights. Without a folder it lives in memory only."""

    def __init__(self, settings: dict, folder: Path | None = None, source: Path | None = None):
        self.settings = settings  # as asked for; `begin` adds the number of steps where it was measured
        self.folder, self.source = folder, source or folder  # where it writes, and where it goes on from
        self.steps, self.history, self.best, self.kept = settings["steps"], [], None, 0
        self._lock = self._scratch = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._lock:
            self._lock.close()
        if self._scratch:
            self._scratch.cleanup()

    def begin(self, steps: int) -> None:
        """Fix the length of the run and store the settings."""
        self.steps = steps
        self._write_settings({})

    def restore(self, model: keras.Model) -> int:
        """Load the newest whole checkpoint into model and optimiser; returns its step, 0 for none."""
        for step, checksum, path in reversed(self._checkpoints(self.source)):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest()[:8] != checksum:
                warnings.warn(f"{path}: is damaged; the run goes on from the checkpoint before it", stacklevel=2)
                continue
            try:
                with warnings.catch_warnings():  # Keras passes over what does not fit with a warning
                    warnings.filterwarnings("error", "Skipping")
                    models.load_weights_bytes(model, data)
            except (ValueError, OSError, KeyError, UserWarning):
                raise ValueError(f"{path}: does not fit the network to be trained: choose another folder") from None
            self.history = [record for record in read_history(self.source) if record["step"] <= step]
            self._write_history()
            self.kept = step
            return step
        return 0

    def keep(self, record: dict, model: keras.Model, plain: keras.Model) -> None:
        """After a validation: the history, the best weights with their card (those of `plain`), a checkpoint."""
        is_best = record["psnr"] > max((r["psnr"] for r in self.history), default=-math.inf)
        self.history.append(record)
        if is_best:
            self.best = plain.get_weights()
        if not self.folder:
            return
        self._write_history()
        if is_best:
            recipe = self.settings | {"steps": self.steps}
            models.save(plain, self.folder / "model.weights.h5", {"recipe": recipe, "validation": record})
        data = models.weights_bytes(model)
        name = f"step-{record['step']:08d}-{hashlib.sha256(data).hexdigest()[:8]}.weights.h5"
        files.write_bytes(self.folder / "checkpoints" / name, data, overwrite=True)
        self.kept = record["step"]
        for _, _, old in self._checkpoints(self.folder)[:-2]:
            old.unlink()

    def mark_diverged(self) -> None:
        """Note that the loss was no longer finite: such a run may be resumed with another learning rate."""
        self._write_settings({"diverged_after": self.kept})

    def _write_settings(self, more):
        if self.folder:
            text = json.dumps(self.settings | {"steps": self.steps} | more, indent=2) + "\n"
            files.write_bytes(self.folder / "settings.json", text.encode(), overwrite=True)

    def _write_history(self):
        text = "".join(json.dumps(record) + "\n" for record in self.history)
        files.write_bytes(self.folder / "history.jsonl", text.encode(), overwrite=True)

    @staticmethod
    def _checkpoints(folder):
        """(step, checksum, path) of every checkpoint, oldest first; a file of another name is told and left alone."""
        found = []
        for path in sorted((folder / "checkpoints").glob("*.h5")) if folder else []:
            name = CHECKPOINT.fullmatch(path.name)
            if name:
                found.append((int(name[1]), name[2], path))
            else:
                warnings.warn(f"{path}: is not named like a checkpoint of this run and is left alone", stacklevel=3)
        return sorted(found)


def start(out: str | Path, settings: dict) -> Run:
    """Open a new run in the folder `out`, made when it is not there.

    Raises FileExistsError when it holds a run or other things, BlockingIOError while another training writes there.
    """
    run = _open(out, settings)
    kept = [name for name in ("history.jsonl", "model.weights.h5") if (run.folder / name).exists()]
    if kept or run._checkpoints(run.folder):
        run.__exit__()
        raise FileExistsError(f"{out}: holds a run already; resume it (--resume) or choose another folder")
    return run


def resume(out: str | Path, settings: dict) -> Run:
    """Open the run in `out` to go on with it, or a new one where nothing was kept yet.

    Raises ValueError naming the setting that differs from the run's, or the file that is damaged; else as `start`.
    """
    if not (Path(out) / "settings.json").exists():
        warnings.warn(f"{out}: there is no run to resume yet; a new one begins", stacklevel=2)
    run = _open(out, settings)
    try:
        run.steps = _stored_steps(Path(out), settings)
    except ValueError:
        run.__exit__()
        raise
    return run


def follow(out: str | Path, settings: dict, resume: bool) -> Run:
    """What all but the first of several hosts open: they read `out`, and write into a folder of no account instead,
    since JAX wants all hosts to do the same with what they share."""
    scratch = tempfile.TemporaryDirectory()
    run = Run(settings, Path(scratch.name), Path(out) if resume else None)
    run._scratch = scratch
    (run.folder / "checkpoints").mkdir()
    if resume:
        run.steps = _stored_steps(Path(out), settings)
    return run


def read_history(path: str | Path) -> list[dict]:
    """The history of a run folder, or of a .jsonl file: a list of dicts, oldest first."""
    path = Path(path) / "history.jsonl" if Path(path).is_dir() else Path(path)
    try:
        lines = path.read_bytes().decode().splitlines()
        records = [json.loads(line) for line in lines if line.endswith("}")]  # a killed run may leave half a line
        [(record["step"], record["psnr"], record["seconds"]) for record in records]
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: there is no such file, or no validation of this run yet") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: is damaged, it is no history of a training ({error})") from None
    return records


def _open(out, settings):
    """A run that holds the lock of its folder, with what killed runs left swept away."""
    folder = Path(out)
    try:
        strangers = [path.name for path in folder.iterdir()] if folder.exists() else []
        if strangers and "settings.json" not in strangers and not all(OURS.fullmatch(name) for name in strangers):
            raise FileExistsError(f"{out}: is not empty and holds no run; choose another folder")
        (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
        lock = open(folder / ".lock", "a+", encoding="utf-8")  # noqa: SIM115 - held as long as the run
    except FileExistsError as error:
        raise FileExistsError(str(error) if error.errno is None else f"{out}: is a file; choose a folder") from None
    except OSError as error:
        raise OSError(
            f"{out}: cannot be written ({error.strerror}); choose another folder (in the notebooks: set SR_RUNS)"
        ) from None
    run = Run(settings, folder)
    run._lock = lock
    _take(lock, out)
    for leftover in [*folder.glob(".weights-*"), *folder.glob(".*.part"), *folder.glob("checkpoints/.*.part")]:
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    return run


def _take(lock, out):
    """Hold the lock, where the system and the disk know locks; refuse when another process holds it."""
    try:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise BlockingIOError(
            f"{out}: another training is writing here{holder and f' ({holder})'}; choose another folder"
        ) from None
    except (ImportError, OSError):
        return
    lock.truncate(0)
    lock.write(f"process {os.getpid()} on {socket.gethostname()}\n")
    lock.flush()


def _stored_steps(folder, asked):
    """The number of steps that settings.json fixed, None where there is none; refuses settings that differ."""
    file = folder / "settings.json"
    if not file.exists():
        return asked["steps"]
    try:
        stored = json.loads(file.read_bytes())
        steps = stored["steps"]
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(f"steps is {steps!r}")
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file}: is damaged ({error}); start anew in another folder") from None
    free = {"learning_rate"} if "diverged_after" in stored else set()
    if asked["steps"] is None:
        free.add("steps")  # it was measured when the run began
    differences = [key for key in asked if key not in free and stored.get(key) != asked[key]]
    if differences:
        details = ", ".join(_difference(key, stored.get(key), asked[key]) for key in differences)
        raise ValueError(f"{folder}: cannot resume with other settings: {details}")
    return steps


def _difference(key, was, now):
    if isinstance(was, dict) or isinstance(now, dict) or key == "blueprint":
        return f"{key} is another"
    was, now = ("not given" if value is None else value for value in (was, now))
    return f"{key} was {was} and is now {now}"
