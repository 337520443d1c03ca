"""Train a recipe of tools/weights.py on one GPU, where patches are drawn, turned and learnt from without leaving it.

    python tools/gpu_weights.py pack                        the luma of all training pictures, in build/luma.zip
    python tools/gpu_weights.py train espcn_deep_x3 OUT     writes OUT/espcn_deep_x3.npz; needs JAX, and that file alone
    python tools/gpu_weights.py keep espcn_deep_x3 OUT      measures it on the held-out pictures: runs/espcn_deep_x3

`training.train` feeds from the host and keeps checkpoints; a network as small as ours makes a large GPU wait for both.
Loss, optimiser, schedule, averaging and widening are its own (`training.compile_for`, `collapse`). The machine with the
GPU needs no sets and no network: the zip goes there, the npz comes back.
"""

import argparse
import dataclasses
import io
import json
import os
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PACKED = ROOT / "build" / "luma.zip"
CHUNK = 500  # steps that the GPU does on its own
MARKS = 40  # how often the averaged weights are kept

sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
from weights import RECIPES, RUNS, network_for, pictures_for  # noqa: E402


def pack():
    """Write the luma of the pictures that the recipes train with, after all searches for test images."""
    from sr_helpers import images, preparation

    learn, _ = preparation.split(pictures_for(RECIPES["espcn_deep_x3"]))
    PACKED.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(PACKED, "w") as file:
        for name, picture in learn.items():
            png = io.BytesIO()
            luma = images.to_uint8(images.luma(images.to_float(picture)))
            Image.fromarray(luma).save(png, "png", optimize=True)
            file.writestr(name.replace("/", "-") + ".png", png.getvalue())
    print(f"{PACKED}: {len(learn)} pictures, {PACKED.stat().st_size / 1e6:.0f} MB")


def train(name, out):
    """Train `name` for the steps of its recipe; after every mark, write what there is."""
    recipe, kept = RECIPES[name], {}
    for mark in _marks(recipe, _drawer(_pairs(recipe), recipe)):
        print(name, *(f"{key} {value:.6g}" for key, value in mark.items() if key != "weights"), flush=True)
        kept |= {f"{mark['step']}-{key}": value for key, value in mark.items()}
        np.savez(Path(out) / f"{name}.npz", **kept)


def _marks(recipe, draw):
    """Train, and yield step, loss, learning_rate, seconds and averaged weights some forty times."""
    import jax
    import jax.numpy as jnp

    from sr_helpers import collapse, training, watch

    settings = recipe.settings
    learner = collapse.expand(network_for(recipe), settings.width, settings.seed, settings.precision)
    training.compile_for(learner, settings, settings.steps)
    optimizer = learner.optimizer

    def loss_of(trainable, lr, hr):
        sr, _ = learner.stateless_call(trainable, [], lr, training=True)
        return jnp.mean(jnp.abs(hr - sr))

    def step(state, number):
        trainable, moments = state
        lr, hr = draw(jax.random.fold_in(jax.random.key(settings.seed), number))
        loss, gradients = jax.value_and_grad(loss_of)(trainable, lr, hr)
        return optimizer.stateless_apply(moments, gradients, trainable), loss

    @jax.jit
    def chunk(state, first):
        return jax.lax.scan(step, state, first + jnp.arange(CHUNK))

    variables = [*learner.trainable_variables], [*optimizer.variables]
    every = max(1, settings.steps // CHUNK // MARKS) * CHUNK
    state, losses, started = tuple([v.value for v in group] for group in variables), [], time.monotonic()
    for done in range(CHUNK, settings.steps + 1, CHUNK):
        state, loss = chunk(state, done - CHUNK)
        losses.append(loss)
        if done % every and done < settings.steps:
            continue
        for group, values in zip(variables, state, strict=True):
            for variable, value in zip(group, values, strict=True):
                variable.assign(value)
        loss, losses = float(jnp.mean(jnp.concatenate(losses))), []
        weights = np.concatenate([weight.ravel() for weight in watch.averaged_weights(learner)])
        rate, seconds = float(optimizer.learning_rate), time.monotonic() - started
        yield {"step": done, "loss": loss, "learning_rate": rate, "seconds": seconds, "weights": weights}


def _pairs(recipe):
    """[(lr, hr)], uint8 (h, w), of the packed pictures, as `patches.make_pairs` makes them."""
    from sr_helpers import images, patches, resize

    pairs, scale, size = [], recipe.scale, recipe.settings.patch_size
    with zipfile.ZipFile(PACKED) as file:
        for name in file.namelist():
            luma = patches.mirrored(np.array(Image.open(io.BytesIO(file.read(name)))), size * scale)
            hr = images.crop_to_multiple(luma, scale)
            pairs.append((images.to_uint8(resize.degrade(images.to_float(hr), scale)), hr))
    return pairs


def _drawer(pairs, recipe):
    """A function key -> (lr, hr), a batch on the device: every patch position equally likely, one of eight turns."""
    import jax
    import jax.numpy as jnp

    scale, size, rows = recipe.scale, recipe.settings.patch_size, recipe.settings.batch_size
    lr_all, hr_all = (
        jnp.concatenate([jnp.array(side.ravel()) for side in sides]) for sides in zip(*pairs, strict=True)
    )
    heights, widths = jnp.array([lr.shape for lr, _ in pairs]).T
    starts = jnp.cumsum(heights * widths) - heights * widths
    positions = jnp.cumsum((heights - size + 1) * (widths - size + 1))

    def turned(patch, turns):
        mirrored, upside_down, transposed = turns
        patch = jnp.where(mirrored, patch[:, ::-1], patch)
        patch = jnp.where(upside_down, patch[::-1], patch)
        return jnp.where(transposed, patch.T, patch)

    def cut(everything, start, width, top, left, side):
        rows, columns = jnp.arange(side)[:, None], jnp.arange(side)
        return everything[start + (top + rows) * width + left + columns]

    def one(position, turns):
        picture = jnp.searchsorted(positions, position, side="right")
        start, width = starts[picture], widths[picture]
        within = position - jnp.where(picture > 0, positions[picture - 1], 0)
        top, left = within // (width - size + 1), within % (width - size + 1)
        lr = cut(lr_all, start, width, top, left, size)
        hr = cut(hr_all, start * scale**2, width * scale, top * scale, left * scale, size * scale)
        return turned(lr, turns)[..., None] / 255, turned(hr, turns)[..., None] / 255

    def draw(key):
        where, how = jax.random.split(key)
        chosen = jax.random.randint(where, (rows,), 0, positions[-1])
        return jax.vmap(one)(chosen, jax.random.bernoulli(how, shape=(rows, 3)))

    return draw


def keep(name, out):
    """Turn OUT/name.npz into a run folder, as `training.train` leaves one: the best on validation, card, history."""
    from sr_helpers import models, preparation
    from sr_helpers.validation import Judge

    recipe = RECIPES[name]
    learn, held_out = preparation.split(pictures_for(recipe))
    network = network_for(recipe)
    judge = Judge(network, held_out, recipe.settings)
    stored = np.load(Path(out) / f"{name}.npz")
    shapes = [weight.shape for weight in network.get_weights()]
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])
    history = []
    for step in sorted(int(key.split("-")[0]) for key in stored if key.endswith("-weights")):
        parts = np.split(stored[f"{step}-weights"], ends[:-1])
        weights = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
        loss, rate, seconds = (stored[f"{step}-{key}"].item() for key in ("loss", "learning_rate", "seconds"))
        record = {"step": step, "loss": float(f"{loss:.6g}"), "psnr": round(judge.psnr(weights), 4)}
        record |= {"bicubic": round(judge.bicubic, 4), "learning_rate": float(f"{rate:.6g}")}
        record["seconds"] = round(seconds, 1)
        print(record)
        history.append((record, weights))
    best, weights = max(history, key=lambda pair: pair[0]["psnr"])
    network.set_weights(weights)
    counts = {"training_pictures": len(learn), "validation_pictures": len(held_out)}
    told = dataclasses.asdict(recipe.settings) | counts
    (RUNS / name).mkdir(parents=True, exist_ok=True)
    models.save(network, RUNS / name / "model.weights.h5", {"recipe": told, "validation": best})
    lines = "".join(json.dumps(record) + "\n" for record, _ in history)
    (RUNS / name / "history.jsonl").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("pack", "train", "keep"))
    parser.add_argument("name", nargs="?", choices=RECIPES)
    parser.add_argument("out", nargs="?")
    options = parser.parse_args()
    if options.action == "pack":
        pack()
    elif options.action == "train":
        os.environ["KERAS_BACKEND"] = "jax"
        train(options.name, options.out)
    else:
        keep(options.name, options.out)
