"""Measure how fast the package is, against what else could be used: python tools/bench.py (or make bench)

Every row is measured in one run on this machine, so their ratios mean something and their seconds little. Rows of
programs that are not installed are left out (`pip install ".[export]" opencv-python-headless` brings all). The table
goes to docs/speed.md. Takes some five minutes on two CPU cores; `taskset -c 0 make bench` measures one.
"""

import contextlib
import datetime
import io
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import imageio_ffmpeg
import keras
import numpy as np
from PIL import Image

from sr_helpers import collapse, datasets, metrics, models, patches, preparation, resize, training, video
from sr_helpers.settings import Settings
from sr_helpers.upscale import luma_upscaler, upscale
from sr_helpers.watch import Watch

FRAME = (360, 640)  # LR, to 1920 x 1080
FILM_SECONDS = 20
PAGE = Path(__file__).resolve().parent.parent / "docs/speed.md"
MARK = "<!-- written by tools/bench.py -->"
ROWS = []


def seconds(call, times=9):
    """The median time of `call`, after one that is not counted."""
    call()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def row(what, value, unit, note=""):
    ROWS.append(f"| {what} | {value:.1f} {unit} | {note} |")
    print(f"{what:<62} {value:8.1f} {unit:<9} {note}".rstrip(), flush=True)


def child(code, *arguments, **environment):
    """What a Python program of its own prints: for what can be measured once a process."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True).stdout


def colour_call():
    """The network alone on luma, against the whole call: colours in, colours out."""
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (*FRAME, 3), dtype=np.uint8)
    luma = rng.random((1, *FRAME, 1), dtype=np.float32)
    networks = {"three layers": models.espcn_paper(3), "seven layers": models.pretrained(3)}
    networks["ten thin layers"] = models.load(models.WEIGHTS / "espcn_deep_x3.weights.h5")
    for name, network in networks.items():
        forward = models.compiled(network)
        alone = seconds(lambda forward=forward: forward(luma))
        whole = seconds(lambda network=network: upscale(picture, network))
        row(f"{name}, 640x360 x3, network alone", 1000 * alone, "ms")
        note = f"{whole / alone:.2f} x the network alone" + (" (aim 1.15)" if name == "three layers" else "")
        row(f"{name}, 640x360 x3, colour call", 1000 * whole, "ms", note)
        opencv(name, network, picture, whole)


def opencv(name, network, picture, ours):
    """The same call by OpenCV's dnn and its colour steps, chroma enlarged by its bicubic."""
    try:
        import cv2
        import tf2onnx  # noqa: F401
    except ImportError:
        return
    from sr_helpers import export

    with tempfile.TemporaryDirectory() as folder:
        export.to_onnx(network, Path(folder) / "network.onnx")
        loaded = cv2.dnn.readNetFromONNX(str(Path(folder) / "network.onnx"))

    def call():
        y, *chroma = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb))
        loaded.setInput(y[None, :, :, None].astype(np.float32) / 255)
        large = cv2.convertScaleAbs(np.clip(loaded.forward()[0, :, :, 0], 0, 1), alpha=255)
        size = large.shape[::-1]
        chroma = [cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC) for plane in chroma]
        return cv2.cvtColor(cv2.merge([large, *chroma]), cv2.COLOR_YCrCb2RGB)

    theirs = seconds(call)
    aim = " (aim 1.5)" if name == "three layers" else ""
    row(f"{name}, the same in OpenCV {cv2.__version__}", 1000 * theirs, "ms", f"{theirs / ours:.2f} x ours{aim}")


def bicubic():
    """Our bicubic against Pillow's, both on the two chroma planes of a 1080p picture."""
    chroma = np.random.default_rng(0).random((*FRAME, 2), dtype=np.float32)
    planes = [Image.fromarray(chroma[..., c]) for c in range(2)]
    size = (3 * FRAME[1], 3 * FRAME[0])
    ours = seconds(lambda: resize.bicubic(chroma, 3))
    theirs = seconds(lambda: [plane.resize(size, Image.Resampling.BICUBIC) for plane in planes])
    row("bicubic, two planes to 1080p, resize.bicubic", 1000 * ours, "ms", f"{ours / theirs:.1f} x Pillow (aim 2)")
    row("bicubic, two planes to 1080p, Pillow", 1000 * theirs, "ms")


def training_step():
    """Where a step's time goes, and how many batches the pipeline gives by itself."""
    pictures = datasets.load("starter/train")
    settings = Settings(steps=1000, batch_size=16, patch_size=24)
    pairs = patches.make_pairs(pictures.values(), 3)
    source = {"pairs": pairs, "scale": 3, "size": 24, "batch_size": 16, "seed": 0}
    batches = list(patches.batches(**source, start=0, stop=40))
    for width in (0, 64):
        learner = collapse.expand(models.espcn(3), width, 0, "float32")
        training.compile_for(learner, settings, settings.steps)
        step = seconds(lambda learner=learner: [learner.train_on_batch(*batch) for batch in batches], 3) / len(batches)
        forward = seconds(lambda learner=learner: [learner(lr) for lr, _ in batches[:10]], 3) / 10
        name = f"seven layers{', kernels widened' if width else ''}, 16 patches of 24"
        row(f"{name}, a step", 1000 * step, "ms", f"forward alone, not compiled, {1000 * forward:.1f} ms")
    if keras.backend.backend() == "tensorflow":
        dataset = patches.dataset(**source, start=0, stop=400)
        fit = seconds(lambda: learner.fit(dataset, steps_per_epoch=200, verbose=0, shuffle=False), 3) / 200
        row("fit, the same", 1000 * fit, "ms", f"{step / fit:.2f} of the bare step's pace (aim 0.97)")
        count = 1000
        started = time.perf_counter()
        for _ in patches.dataset(**source, start=0, stop=count):
            pass
        rate = count / (time.perf_counter() - started)
        row("the pipeline alone, 16 patches of 24", rate, "batches/s", f"{rate * step:.0f} x what fit takes (aim 5)")


def validation():
    """What measuring and keeping cost beside learning, and what an evaluation takes."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(steps=1000, batch_size=16, patch_size=24)
        started = time.perf_counter()
        with timed(Watch, "on_epoch_end") as spent:
            training.train(
                models.espcn(3), preparation.prepare("starter"), settings, Path(folder) / "run", progress=False
            )
        whole = time.perf_counter() - started
    row(
        "validation and checkpoints of a run of 1,000 steps",
        100 * sum(spent) / whole,
        "%",
        "ten of them; a long run's are one in 500 steps",
    )
    each, step = sum(spent) / len(spent), (whole - sum(spent)) / 1000
    row("the same in a long run", 100 * each / (each + 500 * step), "%", "(aim 5)")
    test, network = datasets.load("starter/test"), models.pretrained(3)
    taken = seconds(lambda: metrics.evaluate(luma_upscaler(network), test, 3), 3)
    row("evaluate, three photographs, seven layers x3", 1000 * taken, "ms")


@contextlib.contextmanager
def timed(kind, name):
    """The seconds that each call of a method takes, as a list that fills."""
    method, taken = getattr(kind, name), []

    def call(*arguments, **options):
        started = time.perf_counter()
        result = method(*arguments, **options)
        taken.append(time.perf_counter() - started)
        return result

    setattr(kind, name, call)
    yield taken
    setattr(kind, name, method)


LARGE = """
import resource, sys, time
import numpy as np
from sr_helpers import models
from sr_helpers.upscale import upscale
network, side = models.pretrained(3), int(sys.argv[1])
upscale(np.zeros((650, 650, 3), np.uint8), network)
picture = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
upscale(picture, network)
print(time.perf_counter() - started, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20)
"""


def large_pictures():
    """Time and memory of pictures from 1 to 100 megapixels, the result's own 3 bytes a pixel included."""
    for megapixels in (1, 10, 100):
        side = round((megapixels * 1e6 / 9) ** 0.5)
        taken, more = map(float, child(LARGE, side).split())
        note = f"{taken / megapixels:.2f} s a megapixel; {more:.2f} GiB more" + (
            " (aim 1)" if megapixels == 100 else ""
        )
        row(f"upscale x3 to {megapixels} megapixels, seven layers", taken, "s", note)


def imports():
    """What a learner waits for at the top of a notebook."""
    for what in ("sr_helpers.metrics", "sr_helpers.training"):
        code = f"import time; started = time.perf_counter(); import {what}; print(time.perf_counter() - started)"
        row(f"import {what}", statistics.median(float(child(code)) for _ in range(3)), "s")


DEVICES = """
import os, sys, time
count, rank = int(sys.argv[1]), int(sys.argv[2])
import keras, numpy as np
from contextlib import nullcontext
from sr_helpers import datasets, devices, models, training
from sr_helpers.settings import Settings
if keras.backend.backend() == "tensorflow":
    import tensorflow as tf
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * count)
with devices.spread() if count > 1 else nullcontext():
    network = models.espcn(3)
    settings = Settings(steps=400, batch_size=16, patch_size=24)
    history = training.train(network, datasets.load("starter/train"), settings, progress=False)
print((history[-1]["seconds"] - history[0]["seconds"]) / (history[-1]["step"] - history[0]["step"]))
"""


def many_devices():
    """What sharing a batch out costs a step where nothing can be gained: two logical devices of the same cores."""
    one, two = (float(child(DEVICES, count, 0)) for count in (1, 2))
    row("a step of a batch of 16 on one device", 1000 * one, "ms", "validation included")
    row(
        "the same, shared out among two logical devices",
        1000 * two,
        "ms",
        f"{two / one:.2f} x one device, on the same cores",
    )


def film():
    """A film with sound, end to end."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "film.mp4", Path(folder) / "film_x2.mp4"
        picture = f"testsrc2=size=480x270:rate=25:duration={FILM_SECONDS}"
        sound = f"sine=duration={FILM_SECONDS}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi", "-i", picture]
        command += ["-f", "lavfi", "-i", sound, "-pix_fmt", "yuv420p", str(source)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        network = models.pretrained(2)
        started = time.perf_counter()
        video.upscale_video(source, target, network, progress=False)
        taken = time.perf_counter() - started
        row(f"a film, {FILM_SECONDS} s of 480x270, x2, seven layers", 25 * FILM_SECONDS / taken, "frames/s")


def other_programs():
    """The same network and luma in onnxruntime, where that is installed (`pip install ".[export]"`)."""
    try:
        import onnxruntime
        import tf2onnx  # noqa: F401
    except ImportError:
        return
    from sr_helpers import export

    luma = np.random.default_rng(0).random((1, *FRAME, 1), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export.to_onnx(models.pretrained(3), path)
        session = onnxruntime.InferenceSession(io.FileIO(path).read(), providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        row("seven layers, 640x360 x3, onnxruntime", 1000 * seconds(lambda: session.run(None, {name: luma})), "ms")


def write_page():
    """The rows as a table, with what they were measured on."""
    names = ("tensorflow", "keras", "numpy", "pillow", "onnxruntime", "opencv-python-headless")
    versions = [f"{name} {metadata.version(name)}" for name in names if _is_installed(name)]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    where = f"{datetime.date.today()}, Python {platform.python_version()}, {', '.join(versions)}; {cores} CPU cores."
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    table = ["| what | measured | beside it |", "| --- | --- | --- |", *ROWS]
    PAGE.write_text("\n".join([f"{head}{MARK}", "", where, "", *table, ""]), encoding="utf-8")


def _is_installed(name):
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


if __name__ == "__main__":
    for part in (
        colour_call, bicubic, training_step, validation, large_pictures, imports, many_devices, film, other_programs
    ):  # fmt: skip
        part()
    write_page()
