"""Make the broken trainings that notebook 07 asks its readers to diagnose: python tools/broken_runs.py

Each trains the seven layers at x3 on the starter photographs with one fault, really, for 600 steps (two minutes
on one CPU core for all), and writes loss and gains over bicubic to sr_helpers/broken_runs.json,
under the letters that the check of that exercise knows.
"""

import json
from pathlib import Path

import keras
import numpy as np

from sr_helpers import datasets, files, metrics, models, patches, preparation, resize
from sr_helpers.checks.n07_training import DIAGNOSES

SCALE, SIZE, BATCH, STEPS, EVERY = 3, 16, 8, 600, 30


def fault_in_batch(fault, lr, hr):
    """The batch as the faulty program fed it."""
    if fault == "range":
        return lr * 255, hr  # LR was never divided by 255
    if fault == "alignment":
        return lr, np.roll(hr, 2, axis=2)  # HR starts two pixels too far to the left
    return lr, hr


def network(fault):
    if fault != "relu":
        return models.espcn(SCALE, seed=0)
    # With this seed every sub-pixel starts below zero, where ReLU has no slope: nothing is ever learned.
    base = models.espcn(SCALE, skip=False, initializer="icnr", seed=0)
    return keras.Model(base.input, keras.layers.ReLU()(base.output))


def run(fault):
    """One training: a list of {"step", "loss", "validation", "test"}, the last two in dB over bicubic."""
    learn, validation = preparation.split(preparation.prepare("starter"), seed=0)
    if fault == "leak":  # it learns from what it is validated on, a small crop
        learn = validation = {name: picture[200:296, 200:296] for name, picture in validation.items()}
    pairs = patches.make_pairs(learn.values(), SCALE, size=SIZE)
    learner = network(fault)
    learner.compile(keras.optimizers.Adam(1e-2 if fault == "rate" else 1e-3), "mean_absolute_error")
    history, losses = [], []
    for step in range(1, STEPS + 1):
        batch = fault_in_batch(fault, *patches.batch(pairs, SCALE, size=SIZE, batch_size=BATCH, seed=0, step=step))
        losses.append(float(learner.train_on_batch(*batch)))
        if step % EVERY == 0:
            gains = {name: gain(learner, group, fault) for name, group in (("validation", validation), ("test", datasets.load("starter/test")))}
            history.append({"step": step, "loss": round(float(np.mean(losses)), 5)} | gains)
            losses = []
    return history


def gain(learner, pictures, fault):
    """Mean PSNR over bicubic's, dB, with the same fault in what is fed (but never in the truth)."""
    def upscaler(lr):
        fed = lr * 255 if fault == "range" else lr
        return learner(fed[None, :, :, None])[0, :, :, 0].numpy()

    values = []
    for picture in pictures.values():
        lr, hr = resize.make_pair(picture, SCALE)
        values.append(metrics.psnr(hr, np.clip(upscaler(lr), 0, 1), border=3) - metrics.psnr(hr, resize.bicubic(lr, 3), border=3))
    return round(float(np.mean(values)), 3)


if __name__ == "__main__":
    runs = {"healthy": run("none")} | {f"run {letter}": run(fault) for letter, fault in DIAGNOSES.items()}
    target = Path(__file__).resolve().parent.parent / "sr_helpers" / "broken_runs.json"
    files.write_bytes(target, (json.dumps(runs) + "\n").encode(), overwrite=True)
    for label, history in runs.items():
        print(label, history[-1])
