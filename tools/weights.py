"""Train the weights that ship with the package, and take a finished run into it.

    python tools/weights.py train espcn_x3    40 minutes or more on one CPU core; the same command again resumes
    python tools/weights.py ship espcn_x3     measures the run; writes weights, card, log and snapshots

Needs the sets T91, General100, BSDS500/train and BSDS500/test to train, Set5 and Set14 to ship
(`python -m sr_helpers fetch ...`).
"""

import argparse
import dataclasses
import json
import shutil
import sys
from pathlib import Path

from sr_helpers.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
RUNS = ROOT / "runs"
ALL_SETS = ("T91", "General100", "BSDS500/train", "BSDS500/test")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How one shipped network is trained."""

    settings: Settings
    scale: int = 3
    channels: int = 1
    architecture: str = "espcn"
    activation: str | None = None  # the architecture's own, as the skip
    skip: bool | None = None
    sets: tuple[str, ...] = ALL_SETS
    shrink_jpegs: float = 1.0
    start: str | None = None  # fine-tune: the weights of this name, as `start_from` takes them
    stopped: int | None = None  # the step at which the training was ended by hand
    machine: str = "one_cpu_core"


LONGER = Settings(steps=80_000, batch_size=8, patch_size=32)
H100 = "an_h100_beside_two_more_trainings"  # tools/gpu_weights.py: some 300 steps a second each
GPU = Settings(
    steps=120_000, batch_size=64, patch_size=40, learning_rate=2e-3, warm_up=2000, average=0.9995, precision="bfloat16"
)
COOLING = Settings(steps=40_000, batch_size=16, patch_size=32, warm_up=500, precision="bfloat16")
JPEG = dataclasses.replace(LONGER, degradation="jpeg", steps=40_000, warm_up=1000, precision="bfloat16")
JPEG_SHORT = dataclasses.replace(JPEG, steps=25_000)
RECIPES = {
    "espcn_x2": Recipe(LONGER, scale=2, shrink_jpegs=0.6),
    "espcn_x3": Recipe(LONGER, scale=3, shrink_jpegs=0.6),
    "espcn_x4": Recipe(LONGER, scale=4, shrink_jpegs=0.6),
    "espcn_deep_x2_first": Recipe(  # steps on the way do not ship; the GPU was ours for so long
        dataclasses.replace(GPU, steps=268_500),
        scale=2,
        architecture="espcn_deep",
        shrink_jpegs=0.6,
        stopped=123_500,
        machine=H100,
    ),  # fmt: skip
    "espcn_deep_x2": Recipe(COOLING, scale=2, architecture="espcn_deep", shrink_jpegs=0.6, start="espcn_deep_x2_first"),
    "espcn_deep_x3": Recipe(
        dataclasses.replace(GPU, steps=122_000), scale=3, architecture="espcn_deep", shrink_jpegs=0.6, machine=H100
    ),
    "espcn_deep_x4": Recipe(
        dataclasses.replace(GPU, steps=116_000), scale=4, architecture="espcn_deep", shrink_jpegs=0.6, machine=H100
    ),
    "espcn_x3_jpeg": Recipe(JPEG, scale=3, shrink_jpegs=0.6, start="espcn_x3"),
    "espcn_x2_jpeg": Recipe(JPEG_SHORT, scale=2, shrink_jpegs=0.6, start="espcn_x2"),
    "espcn_x4_jpeg": Recipe(JPEG_SHORT, scale=4, shrink_jpegs=0.6, start="espcn_x4"),
    "espcn_x3_rgb": Recipe(
        dataclasses.replace(LONGER, warm_up=1000, precision="bfloat16"), channels=3, shrink_jpegs=0.6
    ),
    "espcn_x3_blur": Recipe(dataclasses.replace(JPEG, degradation="blur"), shrink_jpegs=0.6, start="espcn_x3"),
    "espcn_x3_noise": Recipe(dataclasses.replace(JPEG, degradation="noise"), shrink_jpegs=0.6, start="espcn_x3"),
    "espcn_paper_x3": Recipe(  # ReLU and the skip, unlike the paper: with tanh we stay 0.9 dB below
        Settings(steps=60_000, batch_size=16), architecture="espcn_paper", activation="relu", skip=True, sets=("T91",)
    ),
}
SNAPSHOTS = (500, 1500, 5000, 15000)  # steps at which, beside the last, a crop is kept for notebook 07
LIMITS = {
    "bicubic": "Trained on antialiased bicubic LR of clean photographs: "
    "noise and JPEG blocks are enlarged with the rest.",
    "blur": "Trained on LR that was blurred (Gaussian, sigma 1.6) before every third pixel was kept: "
    "too sharp on other LR.",
    "noise": "Trained on LR with Gaussian noise of sigma 30/255: it smooths pictures that have less.",
    "jpeg": "Trained on LR with JPEG compression of quality 30 to 95: "
    "on LR without it, it is less sharp than the clean network.",
}


def train(name):
    """Run the recipe of `name` into runs/name, or go on with it."""
    from sr_helpers import training

    recipe, out = RECIPES[name], RUNS / name
    network, pictures = network_for(recipe), pictures_for(recipe)
    training.train(network, pictures, recipe.settings, out, resume=out.exists(), callbacks=[_snapshots(out, recipe)])


def pictures_for(recipe):
    """What it trains with, test images searched for."""
    from sr_helpers import preparation

    return preparation.prepare(recipe.sets, shrink_jpegs=recipe.shrink_jpegs)


def network_for(recipe):
    """The network that it begins with."""
    from sr_helpers import models

    form = {key: getattr(recipe, key) for key in ("activation", "skip") if getattr(recipe, key) is not None}
    network = getattr(models, recipe.architecture)(
        recipe.scale, channels=recipe.channels, seed=recipe.settings.seed, **form
    )
    if recipe.start:
        models.start_from(network, _start(recipe.start))
    return network


def _start(name):
    """Where the weights that a recipe begins with lie: those that ship, or a run of this tool."""
    from sr_helpers import models

    shipped = models.WEIGHTS / f"{name}.weights.h5"
    return shipped if shipped.is_file() else RUNS / name


def command(name):
    """The shell command that trains the same: what differs from the command's defaults.

    Weights that begin with those of a run that does not ship need two commands, one after the other.
    """
    recipe = RECIPES[name]
    first = f"{command(recipe.start)} && " if recipe.start and not _ships(recipe.start) else ""
    words = ["python", "-m", "sr_helpers", "train"]
    for one_set in recipe.sets:
        words += ["--set", one_set]
    for record in (recipe, recipe.settings):
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            if field.name in ("settings", "sets", "stopped", "machine") or value == field.default:
                continue
            value = f"runs/{value}" if field.name == "start" and first else value
            flag = "--" + field.name.replace("_", "-")
            words += [flag] if value is True else [flag, str(value)]
    ended = f" (ended by Ctrl-C after step {recipe.stopped})" if recipe.stopped else ""
    return first + " ".join([*words, "--out", f"runs/{name}"]) + ended


def _ships(name):
    return not name.endswith(("_first", "_second"))


def _snapshots(out, recipe):
    """A callback that keeps the averaged network's view of one bundled crop, which no training sees."""
    import keras
    import numpy as np

    from sr_helpers import datasets, images, models, resize, training, watch
    from sr_helpers.upscale import luma_upscaler

    class Snapshots(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            step = training.read_history(out)[-1]["step"]
            if step not in (*SNAPSHOTS, recipe.settings.steps):
                return
            network, card = models.load(out), models.card(out)
            network.set_weights(watch.averaged_weights(self.model))
            picture = datasets.load("starter/test")["coffee"][150:246, 240:336]
            lr, _ = resize.make_pair(
                picture, card["scale"], channels=card["channels"], degradation=card["recipe"]["degradation"]
            )
            images.write(out / f"snapshot-{step:08d}.png", np.clip(luma_upscaler(network)(lr), 0, 1), overwrite=True)

    return Snapshots()


def ship(name):
    """Measure the run and write sr_helpers/weights/name.*"""
    from sr_helpers import datasets, metrics, models, training, upscale

    run = RUNS / name
    network, card = models.load(run), models.card(run)
    recipe, history = card["recipe"], training.read_history(run)
    results = {}
    for convention in ("classic", "modern"):
        for name_of_set in ("Set5", "Set14"):
            table = metrics.evaluate(
                upscale.luma_upscaler(network), datasets.load(name_of_set), card["scale"],
                convention=convention, channels=card["channels"], degradation=recipe["degradation"],
            )  # fmt: skip
            results.setdefault(convention, {})[name_of_set] = {
                "psnr": round(table["psnr"], 3),
                "ssim": round(table["ssim"], 4),
            }
    extra = {
        "data": f"{', '.join(RECIPES[name].sets)} without duplicates and test images: "
        f"{recipe['training_pictures']} photographs to learn from and {recipe['validation_pictures']} "
        "to choose the best weights by",
        "licence": "The weights are part of this project (MIT). "
        "The training images are download-only research data; none is contained.",
        "command": command(name),
        f"minutes_on_{RECIPES[name].machine}": round(history[-1]["seconds"] / 60),
        "recipe": recipe,
        "validation": card["validation"],
        "results": results,
        "limits": LIMITS[recipe["degradation"]],
    }
    target = models.WEIGHTS / f"{name}.weights.h5"
    models.save(network, target, extra)
    shutil.copy(run / "history.jsonl", models.WEIGHTS / f"{name}.history.jsonl")
    _join_snapshots(run, models.WEIGHTS / f"{name}.snapshots.png")
    print(json.dumps(results["classic"]), f"{target.stat().st_size / 1000:.0f} kB")


def _join_snapshots(run, target):
    import numpy as np

    from sr_helpers import images

    crops = [images.read(path) for path in sorted(run.glob("snapshot-*.png"))]
    if crops:
        images.write(target, np.hstack(crops), overwrite=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("train", "ship"))
    parser.add_argument("name", choices=RECIPES)
    options = parser.parse_args()
    sys.exit({"train": train, "ship": ship}[options.action](options.name))
