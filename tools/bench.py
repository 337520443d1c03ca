"""Measure how fast the package is, against what else could be used: python tools/bench.py (or make bench)

Every row is measured in one run on this machine, so their ratios mean something and their seconds little. Rows of
programs that are not installed are left out. Takes some three minutes on two CPU cores.
"""

import io
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import imageio_ffmpeg
import keras
import numpy as np
from PIL import Image

from sr_helpers import collapse, datasets, metrics, models, patches, resize, training, video
from sr_helpers.settings import Settings
from sr_helpers.upscale import upscale

FRAME = (360, 640)  # LR, to 1920 x 1080
FILM_SECONDS = 20


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
    print(f"{what:<58} {value:8.1f} {unit:<9} {note}".rstrip(), flush=True)


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
        row(f"{name}, 640x360 x3, colour call", 1000 * whole, "ms", f"{whole / alone:.2f} x the network alone")


def bicubic():
    """Our bicubic against Pillow's, both on the two chroma planes of a 1080p picture."""
    chroma = np.random.default_rng(0).random((*FRAME, 2), dtype=np.float32)
    planes = [Image.fromarray(chroma[..., c]) for c in range(2)]
    size = (3 * FRAME[1], 3 * FRAME[0])
    ours = seconds(lambda: resize.bicubic(chroma, 3))
    theirs = seconds(lambda: [plane.resize(size, Image.Resampling.BICUBIC) for plane in planes])
    row("bicubic, two planes to 1080p, resize.bicubic", 1000 * ours, "ms", f"{ours / theirs:.1f} x Pillow")
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
        count = 1000
        started = time.perf_counter()
        for _ in patches.dataset(**source, start=0, stop=count):
            pass
        rate = count / (time.perf_counter() - started)
        row("the pipeline alone, 16 patches of 24", rate, "batches/s", f"{rate * step:.0f} x what a step here takes")


def validation():
    """What an evaluation takes."""
    test, network = datasets.load("starter/test"), models.pretrained(3)
    from sr_helpers.upscale import luma_upscaler

    taken = seconds(lambda: metrics.evaluate(luma_upscaler(network), test, 3), 3)
    row("evaluate, three photographs, seven layers x3", 1000 * taken, "ms")


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


if __name__ == "__main__":
    for part in (colour_call, bicubic, training_step, validation, film, other_programs):
        part()
