"""Train a network so that it survives: validation, averaged weights, checkpoints, resume. Notebook 07.

The run folder is described in `runs`.
"""

import hashlib
import math
import time

import keras
import numpy as np
from keras import ops
from tqdm import tqdm

from sr_helpers import collapse, devices, images, leaks, metrics, patches, resize
from sr_helpers import models
from sr_helpers.runs import Run, read_history  # noqa: F401 (read_history is part of this module's face)

LOSSES = ("l1", "l2", "charbonnier")
SCHEDULES = ("cosine", "plateau")
EVALUATION_STEPS = 500


def train(
    model,
    pictures,
    out=None,
    *,
    steps=None,
    minutes=None,
    batch_size=8,
    patch_size=16,
    learning_rate=1e-3,
    loss="l1",
    schedule="cosine",
    average=0.999,
    width=64,
    degradation="bicubic",
    seed=0,
    held_out=None,
    resume=False,
    progress=True,
    callbacks=(),
):
    """Train `model` (from `espcn` or `espcn_paper`) on `pictures`, a dict name -> uint8 picture.

    `steps` fixes the length; `minutes` times some steps and then fixes it. A seeded twentieth of the
    pictures (duplicates removed) is held out to choose the best weights, which the model holds in the
    end. With a folder `out` the run is kept there, and `resume=True` goes on from its last checkpoint.
    `average` is the momentum of the averaged weights, 0 turns averaging off; a run too short for it
    averages over its last twentieth or so.
    `width` is that of the product each kernel is trained with and collapsed from in the end (see `collapse`),
    0 trains the plain network.
    `held_out`, a dict of the pictures you will evaluate on, is searched for in `pictures` (see `leaks`).
    `callbacks` are further Keras callbacks, called after this function's own; an epoch is one validation.
    Within `devices.spread` every batch is shared out among the devices; several hosts need `steps`, and `out` on a
    disk that all of them see.
    Returns the history, a list of dicts as in history.jsonl.
    Raises ValueError for settings that make no sense or differ from the run's, and for a test picture
    among the training pictures, naming the pair; FileExistsError when
    `out` holds a run and `resume` is not set; FloatingPointError when the loss is no longer finite.
    """
    if (steps is None) == (minutes is None):
        raise ValueError("give either steps or minutes")
    host, hosts = devices.share()
    if hosts > 1 and steps is None:
        raise ValueError("several hosts train for a number of steps: each would measure minutes of its own")
    if batch_size % devices.replicas():
        raise ValueError(f"a batch of {batch_size} cannot be shared out evenly among {devices.replicas()} devices")
    if loss not in LOSSES or schedule not in SCHEDULES:
        raise ValueError(f"loss is one of {', '.join(LOSSES)}; schedule is one of {', '.join(SCHEDULES)}")
    _refuse_leaks(pictures, held_out or {})
    started = time.monotonic()
    scale, channels = models.scale_of(model), models.channels_of(model)
    training, validation = split(pictures, seed)
    settings = models.describe(model) | {
        "batch_size": batch_size,
        "patch_size": patch_size,
        "learning_rate": learning_rate,
        "loss": loss,
        "schedule": schedule,
        "average": average,
        "width": width,
        "degradation": degradation,
        "seed": seed,
        "training_pictures": len(training),
        "validation_pictures": len(validation),
        "pictures_sha256": _digest(training | validation),
    }
    run = Run(out, settings, resume, first=host == 0)
    judge = _Judge(model, validation, scale, channels, degradation)
    pairs = patches.make_pairs(training.values(), scale, channels=channels, degradation=degradation, size=patch_size)
    source = {"pairs": pairs, "scale": scale, "size": patch_size, "batch_size": batch_size, "seed": seed}
    source["noise"] = degradation == "noise"
    if run.steps is not None:  # a resumed run keeps the length that was fixed at its start
        if steps is not None and steps != run.steps:
            raise ValueError(f"{out}: the run was started with steps={run.steps}, not {steps}")
        steps = run.steps
    elif minutes is not None:
        steps = _steps_in(60 * minutes - (time.monotonic() - started), model, width, source, loss, judge)
    epochs = max(10, round(steps / EVALUATION_STEPS)) if steps >= 40 else min(steps, 4)
    per_epoch = math.ceil(steps / epochs)
    steps = epochs * per_epoch
    run.begin(steps)
    learner = collapse.expand(model, width, seed) if width else model
    _compile(learner, loss, learning_rate, schedule, average, steps)
    step = run.restore(learner)
    if progress and minutes is not None and step == 0:
        tqdm.write(f"{minutes:g} minutes are about {steps} steps on this machine")
    if step < steps:
        watch = _Watch(run, judge, steps, per_epoch, schedule, learning_rate, progress)
        try:
            learner.fit(
                _batches(source, step, steps),
                steps_per_epoch=per_epoch,
                epochs=epochs,
                initial_epoch=step // per_epoch,
                callbacks=[keras.callbacks.TerminateOnNaN(), watch, *callbacks],
                shuffle=False,  # the batches are drawn at random already
                verbose=0,
            )
        except KeyboardInterrupt:
            watch.bar.close()
            if keras.backend.backend() == "jax":
                learner.jax_state_sync()  # in the middle of an epoch, JAX holds the weights outside of the model
            raise KeyboardInterrupt(_after_interrupt(run)) from None
    if run.best is not None:
        model.set_weights(run.best)
    else:
        model.set_weights(models.load(run.source).get_weights())
    return run.history


def split(pictures, seed=0):
    """Split a dict of pictures, duplicates removed, into (training, validation): a seeded twentieth, at least one."""
    unique = {hashlib.sha256(picture.tobytes()).digest(): name for name, picture in reversed(pictures.items())}
    names = sorted(unique.values())
    if len(names) < 2:
        raise ValueError("training needs at least two different pictures: one is held out for validation")
    held_out = set(np.random.default_rng(seed).permutation(names)[: max(1, len(names) // 20)])
    return tuple({n: pictures[n] for n in names if (n in held_out) == held} for held in (False, True))


def _after_interrupt(run):
    step = run.history[-1]["step"] if run.history else 0
    if run.folder and step:
        return f"{run.folder} keeps the run up to step {step} of {run.steps}: go on with --resume"
    return "nothing was kept: the first checkpoint had not been written" if run.folder else "the run had no folder"


def _refuse_leaks(pictures, held_out):
    for name, picture in pictures.items():
        known = leaks.known_test_picture(picture)
        if known:
            raise ValueError(f"{name} is the test image {known}: take it out of the training pictures")
    for name, other, how in leaks.find(pictures, held_out):
        raise ValueError(f"{name} shows the test picture {other} ({how}): take it out of the training pictures")


def charbonnier(hr, sr):
    """A smooth L1: sqrt(difference^2 + 0.001^2), averaged."""
    return ops.mean(ops.sqrt(ops.square(hr - sr) + 1e-6))


def plateau_rate(history, learning_rate, patience=6):
    """Halve the rate whenever `patience` validations in a row brought no new best PSNR.

    A pure function of the history, unlike Keras's ReduceLROnPlateau, whose memory dies with the process.
    """
    best, waited = -math.inf, 0
    for record in history:
        best, waited = (record["psnr"], 0) if record["psnr"] > best else (best, waited + 1)
        if waited == patience:
            learning_rate, waited = learning_rate / 2, 0
    return learning_rate


def _compile(model, loss, learning_rate, schedule, average, steps):
    if schedule == "cosine":
        learning_rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    averaging = {"use_ema": True, "ema_momentum": min(average, max(0.0, 1 - 20 / steps))} if average else {}
    optimizer = keras.optimizers.Adam(learning_rate, **averaging)
    function = {"l1": "mean_absolute_error", "l2": "mean_squared_error", "charbonnier": charbonnier}[loss]
    model.compile(optimizer, function, jit_compile="auto" if keras.backend.backend() == "jax" else False)
    optimizer.build(model.trainable_variables)


def _batches(source, start, stop):
    if keras.backend.backend() == "tensorflow":
        return patches.dataset(**source, start=start, stop=stop)
    host, hosts = devices.share()
    rows = source["batch_size"] // hosts
    own = slice(host * rows, (host + 1) * rows)
    return ((lr[own], hr[own]) for lr, hr in patches.batches(**source, start=start, stop=stop))


def _steps_in(seconds, model, width, source, loss, judge, probe=30):
    """How many steps fit into `seconds`, by timing a copy of the model on real batches, and one validation."""
    copy = collapse.expand(model, width) if width else keras.models.clone_model(model)
    _compile(copy, loss, 1e-3, "cosine", 0, probe)
    started = time.monotonic()
    copy.fit(_batches(source, 0, 5), steps_per_epoch=5, shuffle=False, verbose=0)
    compiling = time.monotonic()
    copy.fit(_batches(source, 0, probe), steps_per_epoch=probe, shuffle=False, verbose=0)
    per_step = (time.monotonic() - compiling) / probe
    judge.psnr(model.get_weights())
    warm = time.monotonic()
    judge.psnr(model.get_weights())
    validating = time.monotonic() - warm
    left = seconds - (time.monotonic() - started) - (compiling - started)
    return max(20, int(0.97 * left / (per_step + validating / EVALUATION_STEPS)))


class _Judge:
    """Measures weights on the validation pictures (at most 512 pixels a side) with a copy of the model."""

    def __init__(self, model, pictures, scale, channels, degradation):
        self.model = keras.models.clone_model(model)
        self.scale = scale
        self.pairs = []
        for seed, picture in enumerate(pictures.values()):
            picture = picture[: 512 // scale * scale, : 512 // scale * scale]
            self.pairs.append(resize.make_pair(picture, scale, channels=channels, degradation=degradation, seed=seed))
        self.bicubic = self._mean([resize.bicubic(lr, scale) for lr, _ in self.pairs])

    def psnr(self, weights):
        """The mean PSNR of a list of weights over the validation pictures."""
        self.model.set_weights(weights)
        return self._mean([self.estimate(lr) for lr, _ in self.pairs])

    def estimate(self, lr):
        lr = lr if lr.ndim == 3 else lr[..., None]
        return models.compiled(self.model)(lr[None])[0].squeeze()

    def crop(self, size=64):
        """Bicubic, network and original side by side: the crop of the first picture where bicubic errs most."""
        lr, hr = self.pairs[0]
        bicubic = resize.bicubic(lr, self.scale)
        rows, columns = (range(0, max(1, side - size + 1), size // 2) for side in hr.shape[:2])
        places = [np.s_[top : top + size, left : left + size] for top in rows for left in columns]
        worst = max(places, key=lambda place: np.sum((hr[place] - bicubic[place]) ** 2))
        return np.hstack([np.clip(view[worst], 0, 1) for view in (bicubic, self.estimate(lr), hr)])

    def _mean(self, estimates):
        values = [
            metrics.psnr(hr, np.clip(sr, 0, 1).reshape(hr.shape), border=self.scale)
            for sr, (_, hr) in zip(estimates, self.pairs, strict=True)
        ]
        return float(np.mean(values))


class _Watch(keras.callbacks.Callback):
    """After every `per_epoch` steps: validate the averaged weights, keep everything, show progress."""

    def __init__(self, run, judge, steps, per_epoch, schedule, learning_rate, progress):
        super().__init__()
        self.run, self.judge, self.steps, self.per_epoch = run, judge, steps, per_epoch
        self.schedule, self.learning_rate = schedule, learning_rate
        self.seconds = run.history[-1]["seconds"] if run.history else 0
        done = run.history[-1]["step"] if run.history else 0
        shown = progress and devices.share()[0] == 0
        self.bar = tqdm(total=steps, initial=done, unit="step", disable=not shown, mininterval=0.5, leave=True)
        self.since = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update()

    def on_epoch_end(self, epoch, logs=None):
        if not math.isfinite(logs["loss"]):
            self.bar.close()
            step = self.run.history[-1]["step"] if self.run.history else 0
            raise FloatingPointError(
                f"the loss is no longer finite after step {step}; the best weights up to there are kept. "
                "Try a lower learning rate"
            )
        step = (epoch + 1) * self.per_epoch
        record = {
            "step": step,
            "loss": float(f"{logs['loss']:.6g}"),
            "psnr": round(self.judge.psnr(averaged_weights(self.model)), 4),
            "bicubic": round(self.judge.bicubic, 4),
            "learning_rate": float(f"{float(ops.convert_to_numpy(self.model.optimizer.learning_rate)):.6g}"),
            "seconds": round(self.seconds + time.monotonic() - self.since, 1),
        }
        self.bar.set_description(f"{record['psnr']:.2f} dB, bicubic {record['bicubic']:.2f} dB")
        self.run.keep(record, self.model, self.judge)
        tenth = math.ceil(self.steps / 10)
        if self.run.folder and step // tenth > (step - self.per_epoch) // tenth:
            images.write(self.run.folder / f"crop-{step:08d}.png", self.judge.crop(), overwrite=True)
        if self.schedule == "plateau":
            self.model.optimizer.learning_rate = plateau_rate(self.run.history, self.learning_rate)

    def on_train_end(self, logs=None):
        self.bar.close()


def averaged_weights(learner):
    """The plain network's weights: the optimiser's running averages (the weights themselves without), collapsed."""
    averages = [v for v in learner.optimizer.variables if v.name.endswith("_average")]
    weights = [ops.convert_to_numpy(v) for v in averages] or learner.get_weights()
    expanded = any(isinstance(layer, collapse.CollapsibleConv2D) for layer in learner.layers)
    return collapse.collapse(weights) if expanded else weights


def _digest(pictures):
    digest = hashlib.sha256()
    for name in sorted(pictures):
        digest.update(name.encode() + pictures[name].tobytes())
    return digest.hexdigest()[:16]
