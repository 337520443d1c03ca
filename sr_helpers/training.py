"""Train a network so that it survives: validation, averaged weights, checkpoints, resume. Notebook 07.

What is asked for is described in `settings`, the run folder in `runs`, what happens after every epoch in `watch`.
"""

import dataclasses
import itertools
import math
import time
from collections.abc import Iterable
from pathlib import Path

import keras
from keras import ops

from sr_helpers import blueprints, collapse, devices, models, patches, preparation, runs
from sr_helpers.preparation import Pictures
from sr_helpers.runs import read_history  # noqa: F401 (part of this module's face)
from sr_helpers.settings import Settings
from sr_helpers.validation import Judge
from sr_helpers.watch import Watch

EVALUATION_STEPS = 500


def train(
    model: keras.Model,
    pictures: Pictures,
    settings: Settings,
    out: str | Path | None = None,
    resume: bool = False,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    progress: bool = True,
) -> list[dict]:
    """Train `model` on `pictures`, a dict name -> uint8 picture, best from `preparation.prepare`.

    `model` is from `models`, or a Keras model of your own, (N, h, w, C) -> (N, h*s, w*s, C) in 0..1.
    A seeded twentieth of the pictures (duplicates removed) is held out to choose the best weights, which the model
    holds in the end. With a folder `out` the run is kept there, and `resume=True` goes on from its last checkpoint.
    `callbacks` are further Keras callbacks, called after this function's own; an epoch is one validation.
    Within `devices.spread` every batch is shared out among the devices; several hosts need `steps`, and `out` on a
    disk that all of them see. Returns the history, a list of dicts as in history.jsonl.

    Raises ValueError for settings that differ from the run's, for a model that cannot be copied and for a known test
    picture, naming it; FileExistsError when `out` holds a run and `resume` is not set; FloatingPointError when the
    loss is no longer finite.
    """
    started = time.monotonic()
    _check(model, settings)
    preparation.check(pictures)
    learn, held_out = preparation.split(pictures, settings.seed)
    with _open(out, resume, _asked_for(model, settings, learn, held_out)) as run:
        judge = Judge(model, held_out, settings)
        source = _source(model, learn, settings)
        if run.steps is None:
            run.steps = _steps_in(60 * settings.minutes - (time.monotonic() - started), model, settings, source, judge)
            _tell(progress, f"{settings.minutes:g} minutes are about {run.steps} steps on this machine")
        run.begin(run.steps)
        try:
            learner = collapse.expand(model, settings.width, settings.seed, settings.precision)
            compile_for(learner, settings, run.steps)
            done = run.restore(learner)
            with Watch(run, judge, settings, progress) as watch:
                _fit(learner, source, done, run.steps, [keras.callbacks.TerminateOnNaN(), watch, *callbacks])
        except KeyboardInterrupt as interrupt:
            raise type(interrupt)(_after_interrupt(run)) from None
        finally:
            if run.best is not None:
                model.set_weights(run.best)
        if run.best is None:  # the best was found before the run was resumed
            model.set_weights(models.load(run.source).get_weights())
        return run.history


def charbonnier(hr, sr):
    """A smooth L1: sqrt(difference^2 + 0.001^2), averaged."""
    return ops.mean(ops.sqrt(ops.square(hr - sr) + 1e-6))


def _check(model, settings):
    if not isinstance(settings, Settings):
        raise ValueError(f"settings must be Settings(steps=...), got a {type(settings).__name__}")
    if devices.share()[1] > 1 and settings.steps is None:
        raise ValueError("several hosts train for a number of steps: each would measure minutes of its own")
    models.check(model)
    if not model.trainable_variables:
        raise ValueError(f"the model {model.name} has nothing to learn: all its layers are frozen (layer.trainable)")
    replicas = devices.replicas()
    if settings.batch_size % replicas:
        raise ValueError(f"a batch of {settings.batch_size} cannot be shared out evenly among {replicas} devices")


def _asked_for(model, settings, learn, held_out):
    """What settings.json stores, and a resumed run must ask for again."""
    counts = {"training_pictures": len(learn), "validation_pictures": len(held_out)}
    pixels = {"pictures_sha256": preparation.digest(learn | held_out)}
    description = models.describe(model)
    if "blueprint" in description:  # Keras counts on when it names layers, so the names are left out
        description["blueprint"] = blueprints.fingerprint(description["blueprint"])
    return description | dataclasses.asdict(settings) | counts | pixels


def _open(out, resume, asked):
    if out is None:
        if resume:
            raise ValueError("resume needs the folder of the run to resume")
        return runs.Run(asked)
    if devices.share()[0] > 0:
        return runs.follow(out, asked, resume)
    return runs.resume(out, asked) if resume else runs.start(out, asked)


def _source(model, learn, settings):
    """What draws the batches: the arguments of `patches.batches`."""
    scale, size = models.scale_of(model), settings.patch_size
    return {
        "pairs": patches.make_pairs(
            learn.values(), scale, channels=models.channels_of(model), degradation=settings.degradation, size=size
        ),
        "scale": scale,
        "size": size,
        "batch_size": settings.batch_size,
        "seed": settings.seed,
        "noise": settings.degradation == "noise",
    }


def compile_for(learner: keras.Model, settings: Settings, steps: int) -> None:
    """Give `learner` the loss, the rate's schedule and the averaging of `settings` for a training of `steps`."""
    rate, warm_up = settings.learning_rate, settings.warm_up
    if settings.schedule == "cosine" and warm_up:
        rate = keras.optimizers.schedules.CosineDecay(
            rate / warm_up, steps - warm_up, warmup_target=rate, warmup_steps=warm_up
        )
    elif settings.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
    momentum = min(settings.average, max(0.0, 1 - 20 / steps))
    averaging = {"use_ema": True, "ema_momentum": momentum} if settings.average else {}
    loss = {"l1": "mean_absolute_error", "l2": "mean_squared_error", "charbonnier": charbonnier}[settings.loss]
    learner.compile(keras.optimizers.Adam(rate, **averaging), loss, jit_compile="auto" if _on_jax() else False)
    learner.optimizer.build(learner.trainable_variables)
    # At the end of every `fit` Keras would put the averages in the weights' place, and the next one go on from them.
    learner.optimizer.finalize_variable_values = lambda variables: None


def _fit(learner, source, done, steps, callbacks):
    """Train from step `done` to `steps`, an epoch to a validation; the first and the last epoch may be shorter."""
    size = epoch_steps(steps)
    first_mark, last_mark = min(math.ceil(done / size) * size, steps), max(done, steps // size * size)
    for start, stop in itertools.pairwise(sorted({done, first_mark, last_mark, steps})):
        try:
            learner.fit(
                _batches(source, start, stop),
                steps_per_epoch=min(size, stop - start),
                initial_epoch=start // size,
                epochs=math.ceil(stop / size),
                callbacks=callbacks,
                shuffle=False,  # the batches are drawn at random already
                verbose=0,
            )
        except KeyboardInterrupt:
            if _on_jax():
                learner.jax_state_sync()  # in the middle of an epoch, JAX holds the weights outside of the model
            raise
        if learner.stop_training:  # a callback wants it
            return


def epoch_steps(steps: int) -> int:
    """How many of `steps` lie between two validations: some 500, fewer in a short run."""
    return math.ceil(steps / (max(10, round(steps / EVALUATION_STEPS)) if steps >= 40 else min(steps, 4)))


def _batches(source, start, stop):
    if keras.backend.backend() == "tensorflow":
        return patches.dataset(**source, start=start, stop=stop)
    host, hosts = devices.share()
    rows = source["batch_size"] // hosts
    own = slice(host * rows, (host + 1) * rows)
    return ((lr[own], hr[own]) for lr, hr in patches.batches(**source, start=start, stop=stop))


def _steps_in(seconds, model, settings, source, judge, probe=30):
    """How many steps fit into `seconds`, by timing a copy of the model on real batches, and one validation."""
    copy = collapse.expand(model, settings.width, settings.seed, settings.precision)
    compile_for(copy, dataclasses.replace(settings, minutes=None, steps=probe, warm_up=0), probe)
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
    steps = max(20, int(0.97 * left / (per_step + validating / EVALUATION_STEPS)))
    if steps <= settings.warm_up:
        raise ValueError(
            f"{settings.minutes:g} minutes are {steps} steps here, no more than warm_up={settings.warm_up}"
        )
    return steps


def _after_interrupt(run):
    if run.folder and run.kept:
        return f"{run.folder} keeps the run up to step {run.kept} of {run.steps}: go on with --resume"
    return "nothing was kept: the first checkpoint had not been written" if run.folder else "the run had no folder"


def _tell(progress, sentence):
    if progress:
        print(sentence)


def _on_jax():
    return keras.backend.backend() == "jax"
