"""Train the weights that ship with the package, and take a finished run into it.

    python tools/weights.py train espcn_x3    40 minutes or more on one CPU core; the same command again resumes
    python tools/weights.py ship espcn_x3     measures the run; writes weights, card, log and snapshots

Needs the sets T91, General100, BSDS500/train and BSDS500/test to train, Set5 and Set14 to ship
(`python -m sr_helpers fetch ...`).
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = ROOT / "runs"
ALL_SETS = ["--set", "T91", "--set", "General100", "--set", "BSDS500/train", "--set", "BSDS500/test"]
LONG = [*ALL_SETS, "--steps", "30000", "--batch-size", "16", "--patch-size", "24"]
LONGER = [*ALL_SETS, "--shrink-jpegs", "0.6", "--steps", "80000", "--batch-size", "8", "--patch-size", "32"]
RECIPES = {  # name of the weights -> arguments of `python -m sr_helpers train`
    "espcn_x2": [*LONGER, "--scale", "2"],
    "espcn_x3": [*LONGER, "--scale", "3"],
    "espcn_x4": [*LONGER, "--scale", "4"],
    "espcn_x3_rgb": [*LONG, "--scale", "3", "--channels", "3"],
    "espcn_x3_blur": [*LONG, "--scale", "3", "--degradation", "blur"],
    "espcn_x3_noise": [*LONG, "--scale", "3", "--degradation", "noise"],
    "espcn_paper_x3": [  # ReLU and the skip, unlike the paper: with tanh we stay 0.9 dB below
        "--set", "T91", "--steps", "60000", "--batch-size", "16", "--scale", "3",
        "--architecture", "espcn_paper", "--activation", "relu", "--skip",
    ],
}
SNAPSHOTS = (500, 1500, 5000, 15000)  # steps at which, beside the last, a crop is kept for notebook 07
LIMITS = {
    "bicubic": "Trained on antialiased bicubic LR of clean photographs: noise and JPEG blocks are enlarged with the rest.",
    "blur": "Trained on LR that was blurred (Gaussian, sigma 1.6) before every third pixel was kept: too sharp on other LR.",
    "noise": "Trained on LR with Gaussian noise of sigma 30/255: it smooths pictures that have less.",
}


def train(name):
    """Run the recipe of `name` into runs/name, or go on with it."""
    from sr_helpers import __main__ as shell

    out = RUNS / name
    arguments = ["train", *RECIPES[name], "--out", str(out), *(["--resume"] if out.exists() else [])]
    options = shell.parser().parse_args(arguments)
    shell.train(options, callbacks=[_snapshots(out)])


def _snapshots(out):
    """A callback that keeps the averaged network's view of one bundled crop, which no training sees."""
    import keras
    import numpy as np

    from sr_helpers import datasets, images, resize, training
    from sr_helpers import models
    from sr_helpers.upscale import luma_upscaler

    class Snapshots(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            step = training.read_history(out)[-1]["step"]
            if step not in SNAPSHOTS and epoch + 1 < self.params["epochs"]:
                return
            network, card = models.load(out), models.card(out)
            network.set_weights(training.averaged_weights(self.model))
            picture = datasets.load("starter/test")["coffee"][150:246, 240:336]
            lr, _ = resize.make_pair(
                picture, card["scale"], channels=card["channels"], degradation=card["recipe"]["degradation"]
            )
            images.write(out / f"snapshot-{step:08d}.png", np.clip(luma_upscaler(network)(lr), 0, 1), overwrite=True)

    return Snapshots()


def ship(name):
    """Measure the run and write sr_helpers/weights/name.*"""
    from sr_helpers import metrics, training, upscale
    from sr_helpers import datasets as sets
    from sr_helpers import models

    run = RUNS / name
    network, card = models.load(run), models.card(run)
    recipe, history = card["recipe"], training.read_history(run)
    results = {}
    for convention in ("classic", "modern"):
        for name_of_set in ("Set5", "Set14"):
            table = metrics.evaluate(
                upscale.luma_upscaler(network), sets.load(name_of_set), card["scale"], convention=convention,
                channels=card["channels"], degradation=recipe["degradation"],
            )  # fmt: skip
            results.setdefault(convention, {})[name_of_set] = {"psnr": round(table["psnr"], 3), "ssim": round(table["ssim"], 4)}
    names = [RECIPES[name][k + 1] for k, argument in enumerate(RECIPES[name]) if argument == "--set"]
    extra = {
        "data": f"{', '.join(names)} without duplicates and test images: {recipe['training_pictures']} photographs to learn "
        f"from and {recipe['validation_pictures']} to choose the best weights by",
        "licence": "The weights are part of this project (MIT). The training images are download-only research data; none is contained.",
        "command": f"python -m sr_helpers train {' '.join(RECIPES[name])} --out RUN",
        "minutes_on_one_cpu_core": round(history[-1]["seconds"] / 60),
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
