"""The run folder of a training: what lets it survive a kill at any moment.

In it:
    settings.json      what was asked for; a resumed run must ask for the same
    history.jsonl      one line per validation: step, loss, psnr, bicubic, learning rate, seconds
    checkpoints/       the two newest states of model and optimiser, named by step and checksum
    model.weights.h5   the averaged weights that did best on validation, with the card model.json
    crop-STEP.png      one validation crop, ten times a run: bicubic, network, original

Every file appears whole or not at all, and a checkpoint that differs from its checksum is passed over.
"""

import hashlib
import json
import math
import tempfile
from pathlib import Path

from sr_helpers import files
from sr_helpers import models


class Run:
    """The run folder: settings, history, checkpoints, best weights. Without a folder, memory only."""

    def __init__(self, out, settings, resume, first=True):
        """`first` is false on all but the first of several hosts: those read `out`, and write into a folder of no
        account instead, since JAX wants all hosts to do the same with what they share."""
        self.folder = self.source = Path(out) if out is not None else None
        self.settings, self.history, self.steps, self.best = settings, [], None, None
        if self.folder is None:
            if resume:
                raise ValueError("resume needs the folder of the run to resume")
            return
        file = self.source / "settings.json"
        if not first:
            self._scratch = tempfile.TemporaryDirectory()
            self.folder = Path(self._scratch.name)
            if not resume:
                return
        if file.exists() and not resume:
            raise FileExistsError(f"{out}: holds a run already; resume it (--resume) or choose another folder")
        if file.exists():
            stored = json.loads(file.read_text())
            self.steps = stored.pop("steps")
            differences = [key for key in settings if stored.get(key) != settings[key]]
            if differences:
                details = ", ".join(f"{key} was {stored.get(key)} and is now {settings[key]}" for key in differences)
                raise ValueError(f"{out}: cannot resume with other settings: {details}")
        elif first and self.folder.exists() and any(self.folder.iterdir()):
            raise FileExistsError(f"{out}: is not empty and holds no run; choose another folder")

    def begin(self, steps):
        """Fix the length of the run and store the settings."""
        self.steps = steps
        if self.folder:
            (self.folder / "checkpoints").mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.settings | {"steps": steps}, indent=2) + "\n"
            files.write_bytes(self.folder / "settings.json", text.encode(), overwrite=True)

    def restore(self, model):
        """Load the newest whole checkpoint into model and optimiser; returns its step, 0 for none."""
        if not self.folder:
            return 0
        for path in sorted((self.source / "checkpoints").glob("step-*.weights.h5"), reverse=True):
            _, step, checksum = path.name.removesuffix(".weights.h5").split("-")
            if hashlib.sha256(path.read_bytes()).hexdigest()[:8] == checksum:
                model.load_weights(path)
                self.history = [record for record in read_history(self.source) if record["step"] <= int(step)]
                self._write_history()
                return int(step)
        return 0

    def keep(self, record, model, judge):
        """After a validation: the history, the best weights with their card, a checkpoint."""
        is_best = record["psnr"] > max((r["psnr"] for r in self.history), default=-math.inf)
        self.history.append(record)
        if is_best:
            self.best = judge.model.get_weights()
        if not self.folder:
            return
        self._write_history()
        if is_best:
            recipe = self.settings | {"steps": self.steps}
            models.save(judge.model, self.folder / "model.weights.h5", {"recipe": recipe, "validation": record})
        data = models.weights_bytes(model, self.folder)
        name = f"step-{record['step']:08d}-{hashlib.sha256(data).hexdigest()[:8]}.weights.h5"
        files.write_bytes(self.folder / "checkpoints" / name, data, overwrite=True)
        for old in sorted((self.folder / "checkpoints").glob("step-*.weights.h5"))[:-2]:
            old.unlink()

    def _write_history(self):
        text = "".join(json.dumps(record) + "\n" for record in self.history)
        files.write_bytes(self.folder / "history.jsonl", text.encode(), overwrite=True)


def read_history(path):
    """The history of a run folder, or of a .jsonl file: a list of dicts, oldest first."""
    path = Path(path) / "history.jsonl" if Path(path).is_dir() else Path(path)
    lines = path.read_text().splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]  # a killed run may leave half a line
