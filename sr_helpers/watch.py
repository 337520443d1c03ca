"""What happens after every epoch of a training: measure, keep, show; and what is said when it ends badly."""

import math
import time

import keras
from keras import ops

from sr_helpers import collapse, devices, images, runtime
from sr_helpers.progress import progress_bar


class Watch(keras.callbacks.Callback):
    """After every epoch: validate the averaged weights, keep everything, show progress."""

    def __init__(self, run, judge, settings, progress):
        super().__init__()
        self.run, self.judge, self.settings, self.step = run, judge, settings, run.kept
        self.seconds = run.history[-1]["seconds"] if run.history else 0
        shown = progress and devices.share()[0] == 0 and self.step < run.steps
        self.bar = progress_bar(total=run.steps, initial=self.step, shown=shown)
        self.since = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bar.close()

    def on_train_begin(self, logs=None):
        self._set_rate()

    def on_train_batch_begin(self, batch, logs=None):
        if self.step < self.settings.warm_up:
            self._set_rate()

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        self.bar.update()
        if runtime.stops:  # the interrupt was raised where nobody could catch it, as in a destructor
            raise KeyboardInterrupt

    def on_epoch_end(self, epoch, logs=None):
        psnr = self.judge.psnr(averaged_weights(self.model))
        if not (math.isfinite(logs["loss"]) and math.isfinite(psnr)):
            self.run.mark_diverged()
            raise FloatingPointError(_after_divergence(self.run))
        record = {
            "step": self.step,
            "loss": float(f"{logs['loss']:.6g}"),
            "psnr": round(psnr, 4),
            "bicubic": round(self.judge.bicubic, 4),
            "learning_rate": float(f"{float(ops.convert_to_numpy(self.model.optimizer.learning_rate)):.6g}"),
            "seconds": round(self.seconds + time.monotonic() - self.since, 1),
        }
        self.bar.set_description(f"{record['psnr']:.2f} dB, bicubic {record['bicubic']:.2f} dB")
        before = self.run.kept
        self.run.keep(record, self.model, self.judge.model)
        tenth = math.ceil(self.run.steps / 10)
        if self.run.folder and self.step // tenth > before // tenth:
            images.write(self.run.folder / f"crop-{self.step:08d}.png", self.judge.crop(), overwrite=True)
        self._set_rate()

    def _set_rate(self):
        """Plateau's rate, a function of step and history; the cosine sets its own."""
        if self.settings.schedule != "plateau":
            return
        rate = plateau_rate(self.run.history, self.settings.learning_rate)
        self.model.optimizer.learning_rate = rate * min(1.0, (self.step + 1) / max(1, self.settings.warm_up))


def _after_divergence(run):
    if not run.history:
        return (
            "the loss is no longer finite before the first validation, and nothing was kept: try a lower learning rate"
        )
    if not run.folder:
        step = run.history[-1]["step"]
        return (
            f"the loss is no longer finite after step {step}; the model holds the best weights up to there: "
            "try a lower learning rate"
        )
    return (
        f"the loss is no longer finite after step {run.kept}; {run.folder} keeps the best weights up to there: "
        "go on with --resume and a lower learning rate"
    )


def averaged_weights(learner: keras.Model) -> list:
    """The plain network's weights, NumPy: the optimiser's running averages where it keeps them, collapsed."""
    averages = [v for v in learner.optimizer.variables if v.name.endswith("_average")]
    pairs = zip(learner.trainable_variables, averages, strict=False)  # none without averaging
    of_variable = {id(v): average for v, average in pairs}
    return collapse.collapse(learner, lambda v: ops.convert_to_numpy(of_variable.get(id(v), v)))


def plateau_rate(history: list[dict], learning_rate: float, patience: int = 6) -> float:
    """Halve the rate whenever `patience` validations in a row brought no new best PSNR.

    A pure function of the history, unlike Keras's ReduceLROnPlateau, whose memory dies with the process.
    """
    best, waited = -math.inf, 0
    for record in history:
        waited = 0 if record["psnr"] > best else waited + 1
        best = max(best, record["psnr"])
        if waited == patience:
            learning_rate, waited = learning_rate / 2, 0
    return learning_rate
