"""Make the broken trainings that notebooks 06 and 07 ask their readers to understand: python tools/broken_runs.py

Each trains the seven layers at x3 on the starter photographs with one fault, really, for 600 steps (five minutes
on one CPU core for all). Writes loss and gains over bicubic to tables/broken_runs.json, under the letters that the
check of 07 knows, and what each network makes of one crop to broken_runs.png beside it; the trainings on
HR that was cut one pixel off, of 06, go to shifted_pairs.json and shifted_pairs.png.
"""

import keras
import numpy as np

from sr_helpers import datasets, images, measured, metrics, models, patches, preparation, resize
from sr_helpers.checks.n07_training import DIAGNOSES

SCALE, SIZE, BATCH, STEPS, EVERY = 3, 16, 8, 600, 40
CROP = np.s_[144:216, 228:300]  # of the coffee: the cup's rim
SHIFTED = {  # of notebook 06: how many pixels off HR was cut, whether the pairs were turned and flipped
    "aligned, eight ways": (0, True),
    "one pixel off, eight ways": (1, True),
    "aligned, never turned": (0, False),
    "one pixel off, never turned": (1, False),
}


def off(pairs, pixels):
    """The pairs with HR cut `pixels` too far to the right; LR loses its last column, whose HR there is not."""
    return [(lr[:, :-1], hr[:, pixels : pixels + hr.shape[1] - SCALE]) for lr, hr in pairs] if pixels else pairs


def turned_batch(pairs, step):
    return patches.batch(pairs, SCALE, size=SIZE, batch_size=BATCH, seed=0, step=step)


def unturned(pairs, step):
    """A batch of patches that are laid as they were cut."""
    rng, drawn = np.random.default_rng([0, step]), []
    for k in rng.integers(len(pairs), size=BATCH):
        lr, hr = pairs[k]
        top, left = rng.integers(lr.shape[0] - SIZE + 1), rng.integers(lr.shape[1] - SIZE + 1)
        drawn.append(patches.crop_pair(lr, hr, SCALE, top, left, SIZE))
    return [np.stack(side).astype(np.float32) / 255 for side in zip(*drawn, strict=True)]


def network(fault):
    if fault != "relu":
        return models.espcn(SCALE, seed=0)
    # ICNR makes the nine channels of the last layer one; with this seed it is below zero everywhere, where ReLU has
    # no slope: nothing is ever learned.
    base = models.espcn(SCALE, skip=False, initializer="icnr", seed=0)
    return keras.Model(base.input, keras.layers.ReLU()(base.output))


def run(fault, shift=0, turned=True):
    """One training: (a list of {"step", "loss", "validation", "test"}, the last two in dB over bicubic; its crop)."""
    learn, validation = preparation.split(preparation.prepare("starter"), seed=0)
    if fault == "leak":  # it learns from what it is validated on, a small crop
        learn = validation = {name: picture[200:296, 200:296] for name, picture in validation.items()}
    pairs = off(patches.make_pairs(learn.values(), SCALE, size=SIZE + 1), shift)
    judged = {"validation": with_bicubic(validation), "test": with_bicubic(datasets.load("starter/test"))}
    learner = network(fault)
    learner.compile(keras.optimizers.Adam(1e-2 if fault == "rate" else 1e-3), "mean_absolute_error")
    history, losses = [], []
    for step in range(1, STEPS + 1):
        lr, hr = (turned_batch if turned else unturned)(pairs, step)
        losses.append(float(learner.train_on_batch(lr * 255 if fault == "range" else lr, hr)))
        if step % EVERY == 0:
            gains = {name: gain(learner, group, fault) for name, group in judged.items()}
            history.append({"step": step, "loss": round(float(np.mean(losses)), 5)} | gains)
            losses = []
    print(fault, shift, turned, history[-1], flush=True)
    lr, _ = resize.make_pair(datasets.load("starter/test")["coffee"], SCALE)
    return history, made_by(learner, lr, fault)[CROP]


def made_by(learner, lr, fault):
    """What a network makes of LR that is fed with the same fault as in its training."""
    fed = lr * 255 if fault == "range" else lr  # LR was never divided by 255
    return np.clip(models.compiled(learner)(fed[None, :, :, None])[0, :, :, 0], 0, 1)


def with_bicubic(pictures):
    """(lr, hr, bicubic's PSNR) of every picture."""
    pairs = [resize.make_pair(picture, SCALE) for picture in pictures.values()]
    return [(lr, hr, metrics.psnr(hr, resize.bicubic(lr, SCALE), border=SCALE)) for lr, hr in pairs]


def gain(learner, judged, fault):
    """Mean PSNR over bicubic's, dB: the truth itself is never at fault."""
    gains = [metrics.psnr(hr, made_by(learner, lr, fault), border=SCALE) - bicubic for lr, hr, bicubic in judged]
    return round(float(np.mean(gains)), 3)


def store(name, runs):
    """Runs, a dict label -> (history, crop), as a JSON of histories and one strip of the crops, in this order."""
    measured.keep(name, {label: history for label, (history, _) in runs.items()})
    images.write(measured.TABLES / f"{name}.png", np.hstack([crop for _, crop in runs.values()]), overwrite=True)


if __name__ == "__main__":
    faults = {"healthy": "none"} | {f"run {letter}": fault for letter, fault in DIAGNOSES.items()}
    store("broken_runs", {label: run(fault, 2 if fault == "alignment" else 0) for label, fault in faults.items()})
    store("shifted_pairs", {label: run("none", shift, turned) for label, (shift, turned) in SHIFTED.items()})
