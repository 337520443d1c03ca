"""Measure how fast the package is, against what else could be used: python tools/bench.py (or make bench).

Every part runs in a process of its own. What is compared within a part is called in turns, so that a busy moment hits
all alike; told are the median and the quartiles. Rows of programs that are not installed are left out: `pip install
".[bench]"` brings them, `".[jax]"` the two hosts. The table goes to docs/speed.md. Ten quiet minutes on two CPU cores.
"""

import contextlib
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib import metadata, util
from pathlib import Path

import numpy as np

FRAME = (360, 640)  # LR, to 1920 x 1080
FILM_SECONDS = 20
PAGE = Path(__file__).resolve().parent.parent / "docs/speed.md"
MARK = "<!-- written by tools/bench.py -->"
PROGRAMS = ("tensorflow", "keras", "numpy", "pillow", "onnxruntime", "opencv-python-headless", "torch", "jax")


def race(calls, rounds=9):
    """Name -> the seconds of each round: every call once uncounted, then all in turns."""
    taken = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(rounds):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - started)
    return taken


def row(what, taken, unit, beside=""):
    """Tell the parent of one row: a number, or the times of a race in seconds, told as median (quartiles)."""
    if isinstance(taken, list):
        factor = {"ms": 1000, "s": 1}[unit]
        low, middle, high = factor * np.percentile(taken, (25, 50, 75))
        measured = f"{middle:.1f} ({low:.1f} to {high:.1f}) {unit}"
    else:
        measured = f"{taken:.3g} {unit}"
    print(json.dumps([what, measured, beside]), flush=True)


def ratio(one, other):
    """How many times longer `one` takes: the median of the rounds' ratios, as both met the same moments."""
    return float(np.median(np.array(one) / np.array(other)))


def calls():
    """The network alone on luma, and the whole call on colours, against the same layers in other programs."""
    import tensorflow as tf

    from sr_helpers import models
    from sr_helpers.upscale import upscale

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    where = f"{cores} core{'s' if cores > 1 else ''}"
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (*FRAME, 3), dtype=np.uint8)
    luma, matrix = rng.random((1, *FRAME, 1), dtype=np.float32), tf.constant(rng.random((2000, 2000), dtype=np.float32))
    networks = {"three layers": models.pretrained(3, architecture="espcn_paper"), "seven layers": models.pretrained(3)}
    networks["ten thin layers"] = models.pretrained(3, architecture="espcn_deep")
    for name, network in networks.items():
        forward = models.compiled(network)
        entries = {"alone": lambda forward=forward: forward(luma), "matrix": lambda: tf.matmul(matrix, matrix).numpy()}
        entries["colour"] = lambda network=network: upscale(picture, network)
        entries |= other_programs(network, luma, picture, cores)
        taken = race(entries)
        work = 2e-9 * models.multiply_adds(network, *FRAME) / np.array(taken["alone"])
        share = np.median(work / (2e-9 * len(matrix) ** 3 / np.array(taken["matrix"])))
        said = f"{np.median(work):.0f} GFLOP/s, {share:.2f} of the matrix peak"
        row(f"{name}, 640x360 x3, {where}: network alone", taken["alone"], "ms", said)
        for program in [key for key in taken if key.startswith("alone in ")]:
            said = f"{ratio(taken[program], taken['alone']):.2f} x ours"
            row(f"the same in {program.removeprefix('alone in ')}", taken[program], "ms", said)
        aims = ("; aim 1.15", "; aim 1.5") if name == "three layers" else ("", "")
        said = f"{ratio(taken['colour'], taken['alone']):.2f} x the network alone{aims[0]}"
        row(f"{name}, {where}: colour call", taken["colour"], "ms", said)
        for program in [key for key in taken if key.startswith("colour in ")]:
            said = f"{ratio(taken[program], taken['colour']):.2f} x ours{aims[1]}"
            row(f"the same in {program.removeprefix('colour in ')}", taken[program], "ms", said)


def other_programs(network, luma, picture, cores):
    """Calls of the same layers by what is installed: onnxruntime, OpenCV's dnn, PyTorch."""
    entries = {}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "network.onnx")
        if util.find_spec("tf2onnx"):
            from sr_helpers import export

            export.to_onnx(network, path)
        if util.find_spec("tf2onnx") and util.find_spec("onnxruntime"):
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = cores
            session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            given = {session.get_inputs()[0].name: luma}
            entries[f"alone in onnxruntime {onnxruntime.__version__}"] = lambda: session.run(None, given)
        if util.find_spec("tf2onnx") and util.find_spec("cv2"):
            import cv2

            cv2.setNumThreads(cores)
            loaded = cv2.dnn.readNetFromONNX(path)

            def alone():
                loaded.setInput(luma)
                return loaded.forward()

            def colour():
                y, *chroma = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb))
                loaded.setInput(y[None, :, :, None].astype(np.float32) / 255)
                large = cv2.convertScaleAbs(np.clip(loaded.forward()[0, :, :, 0], 0, 1), alpha=255)
                size = large.shape[::-1]
                chroma = [cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC) for plane in chroma]
                return cv2.cvtColor(cv2.merge([large, *chroma]), cv2.COLOR_YCrCb2RGB)

            entries[f"alone in OpenCV {cv2.__version__}"] = alone
            entries[f"colour in OpenCV {cv2.__version__}"] = colour
    if util.find_spec("torch"):
        entries |= torch_call(network, luma, cores)
    return entries


def torch_call(network, luma, cores):
    """The network's layers written in PyTorch, with its weights; refused when the results differ."""
    import keras
    import torch

    torch.set_num_threads(cores)
    kernels = [layer.get_weights() for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    tensors = [(torch.tensor(k.transpose(3, 2, 0, 1)), torch.tensor(b)) for k, b in kernels]
    lr = torch.tensor(luma).permute(0, 3, 1, 2)

    def call():
        with torch.inference_mode():
            x = lr
            for number, (kernel, bias) in enumerate(tensors, start=1):
                x = torch.nn.functional.conv2d(x, kernel, bias, padding=kernel.shape[-1] // 2)
                x = torch.relu(x) if number < len(tensors) else x + lr
            return torch.nn.functional.pixel_shuffle(x, 3)

    if np.abs(call().numpy()[0, 0] - np.asarray(network(luma))[0, :, :, 0]).max() > 1e-3:
        raise SystemExit("the network in PyTorch computes another picture")
    return {f"alone in PyTorch {torch.__version__.partition('+')[0]}": call}


def bicubic():
    """Our bicubic against Pillow's and OpenCV's, all on the two chroma planes of a 1080p picture."""
    from PIL import Image

    from sr_helpers import resize

    chroma = np.random.default_rng(0).random((*FRAME, 2), dtype=np.float32)
    planes = [np.ascontiguousarray(chroma[..., c]) for c in range(2)]
    images, size = [Image.fromarray(plane) for plane in planes], (3 * FRAME[1], 3 * FRAME[0])
    entries = {"resize.bicubic": lambda: resize.bicubic(chroma, 3)}
    entries["Pillow"] = lambda: [image.resize(size, Image.Resampling.BICUBIC) for image in images]
    if util.find_spec("cv2"):
        import cv2

        entries["OpenCV"] = lambda: [cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC) for plane in planes]
    taken = race(entries, rounds=15)
    for name, times in taken.items():
        said = f"ours: {ratio(taken['resize.bicubic'], times):.1f} x" if name != "resize.bicubic" else ""
        row(f"bicubic, two planes to 1080p, {name}", times, "ms", said + ("; aim 2" if name == "Pillow" else ""))


def learning():
    """Where a step's time goes; `fit` against the bare step, and the pipeline against what `fit` takes."""
    import tensorflow as tf

    from sr_helpers import collapse, datasets, models, patches, training
    from sr_helpers.settings import Settings

    pairs = patches.make_pairs(datasets.load("starter/train").values(), 3)
    source = {"pairs": pairs, "scale": 3, "size": 24, "batch_size": 16, "seed": 0}
    batches = [tuple(map(tf.constant, batch)) for batch in patches.batches(**source, start=0, stop=20)]

    def ready(**changed):
        settings = Settings(steps=1000, batch_size=16, patch_size=24, **changed)
        learner = collapse.expand(models.espcn(3), settings.width, 0, settings.precision)
        training.compile_for(learner, settings, settings.steps)
        return learner

    def over(function):
        compiled = tf.function(function, reduce_retracing=True)
        return lambda: [compiled(batch) for batch in batches]

    def loss(batch, learner):
        return tf.reduce_mean(tf.abs(batch[1] - learner(batch[0], training=True)))

    def gradient(batch, learner):
        with tf.GradientTape() as tape:
            value = loss(batch, learner)
        return tape.gradient(value, learner.trainable_variables)

    plain, averaged, wide, short = ready(width=0, average=0.0), ready(width=0), ready(), ready(precision="bfloat16")
    dataset = patches.dataset(**source, start=0, stop=4000)
    waiting = iter(patches.dataset(**source, start=0, stop=4000))
    entries = {
        "forward": over(lambda batch: loss(batch, plain)),
        "and backward": over(lambda batch: gradient(batch, plain)),
        "and Adam: a step": over(plain.train_step),
        "and averaged weights": over(averaged.train_step),
        "and kernels widened": over(wide.train_step),
        "all in bfloat16": over(short.train_step),
        "fit": lambda: wide.fit(dataset, steps_per_epoch=20, epochs=5, verbose=0, shuffle=False),
        "batches alone": lambda: [next(waiting) for _ in range(100)],
    }
    taken = race(entries)
    each = {
        name: [t / (100 if name in ("fit", "batches alone") else 20) for t in times] for name, times in taken.items()
    }
    before = None
    for name, times in each.items():
        said = f"{ratio(times, before):.2f} x the row above" if before and name not in ("fit", "batches alone") else ""
        if name == "fit":
            said = f"{ratio(each['and kernels widened'], times):.2f} of the bare step's pace; aim 0.97"
        if name == "batches alone":
            said = f"{ratio(each['fit'], times):.0f} x what fit takes; aim 5"
        row(f"seven layers, 16 patches of 24: {name}", times, "ms", said)
        before = times


def validation():
    """What measuring and keeping cost beside learning, and what an evaluation takes."""
    from sr_helpers import datasets, metrics, models, preparation, training
    from sr_helpers.settings import Settings
    from sr_helpers.upscale import luma_upscaler
    from sr_helpers.watch import Watch

    pictures, settings = preparation.prepare("starter"), Settings(steps=1000, batch_size=16, patch_size=24)
    with tempfile.TemporaryDirectory() as folder, timed(Watch, "on_epoch_end") as spent:
        started = time.perf_counter()
        training.train(models.espcn(3), pictures, settings, Path(folder) / "run", progress=False)
        whole = time.perf_counter() - started
    each, step = float(np.median(spent)), (whole - sum(spent)) / settings.steps
    said = "of the time; one in 500 steps; aim 5"
    row("validation and checkpoints of a long run", 100 * each / (each + 500 * step), "%", said)
    test, network = datasets.load("starter/test"), models.pretrained(3)
    taken = race({"": lambda: metrics.evaluate(luma_upscaler(network), test, 3)}, 5)[""]
    row("evaluate, three photographs, seven layers x3", taken, "ms")


@contextlib.contextmanager
def timed(kind, name):
    """The seconds that each call of a method takes, as a list that fills."""
    method, taken = getattr(kind, name), []

    def call(*arguments, **options):
        taken.append(time.perf_counter())
        result = method(*arguments, **options)
        taken[-1] = time.perf_counter() - taken[-1]
        return result

    setattr(kind, name, call)
    yield taken
    setattr(kind, name, method)


def large_pictures():
    """Time and memory of pictures from 1 to 100 megapixels, the result's own 3 bytes a pixel included."""
    import resource

    from sr_helpers import models
    from sr_helpers.upscale import upscale

    def most():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # GiB on Linux

    network, before = models.pretrained(3), most()
    upscale(np.zeros((650, 650, 3), np.uint8), network)
    for megapixels in (1, 10, 100):
        side = round((megapixels * 1e6 / 9) ** 0.5)
        picture = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
        started = time.perf_counter()
        upscale(picture, network)
        taken = time.perf_counter() - started
        aim = "; aim 1" if megapixels == 100 else ""
        said = f"{taken / megapixels:.2f} s a megapixel; {most() - before:.2f} GiB above the import{aim}"
        row(f"upscale x3 to {megapixels} megapixels, seven layers", taken, "s", said)


def imports():
    """What a learner waits for at the top of a notebook."""
    for what in ("sr_helpers.metrics", "sr_helpers.training"):
        command = [sys.executable, "-c", f"import {what}"]
        taken = race({"": lambda command=command: subprocess.run(command, check=True, capture_output=True)}, 3)[""]
        row(f"python -c 'import {what}'", taken, "s")


def film():
    """A film with sound, end to end."""
    import imageio_ffmpeg

    from sr_helpers import models, video
    from sr_helpers.upscale import upscale

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "film.mp4", Path(folder) / "film_x2.mp4"
        picture = f"testsrc2=size=480x270:rate=25:duration={FILM_SECONDS}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi", "-i", picture]
        command += ["-f", "lavfi", "-i", f"sine=duration={FILM_SECONDS}", "-pix_fmt", "yuv420p", str(source)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        network, frame = models.pretrained(2), np.zeros((270, 480, 3), np.uint8)
        alone = race({"": lambda: upscale(frame, network)}, 15)[""]
        started = time.perf_counter()
        video.upscale_video(source, target, network, progress=False)
        pace = 25 * FILM_SECONDS / (time.perf_counter() - started)
    said = f"{pace * np.median(alone):.2f} of the pace of its frames' colour calls alone"
    row(f"a film with sound, {FILM_SECONDS} s of 480x270, x2, seven layers", pace, "frames/s", said)


STEPS = """
import os, sys
devices_here, hosts, rank = int(sys.argv[1]), sys.argv[2] or None, int(sys.argv[3])
import contextlib, keras
from sr_helpers import datasets, devices, models, training
from sr_helpers.settings import Settings
if keras.backend.backend() == "tensorflow":
    import tensorflow as tf
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * devices_here)
with devices.spread(hosts, rank) if devices_here > 1 or hosts else contextlib.nullcontext():
    settings = Settings(steps=300, batch_size=16, patch_size=24)
    history = training.train(models.espcn(3), datasets.load("starter/train"), settings, progress=False)
print((history[-1]["seconds"] - history[0]["seconds"]) / (history[-1]["step"] - history[0]["step"]))
"""


def many_devices():
    """What sharing a batch out costs a step where nothing can be gained: the same two cores for all."""
    backends = ["tensorflow", *(["jax"] if util.find_spec("jax") else [])]
    for backend in backends:
        one = steps_of(backend)[0]
        row(f"a step of a batch of 16 on one device, {backend}", 1000 * one, "ms", "validation included")
        two = steps_of(backend, devices_here=2)[0]
        row("the same, shared out among two logical devices", 1000 * two, "ms", f"{two / one:.2f} x one device")
        if backend == "jax":
            two = max(steps_of(backend, hosts="127.0.0.1:51234,127.0.0.1:51235"))
            row("the same, two processes on loopback", 1000 * two, "ms", f"{two / one:.2f} x one device")


def steps_of(backend, devices_here=1, hosts=""):
    """Seconds a step, of every process."""
    flags = f"--xla_force_host_platform_device_count={devices_here}"
    surroundings = os.environ | {"KERAS_BACKEND": backend, "XLA_FLAGS": flags}
    command = [sys.executable, "-c", STEPS, str(devices_here), hosts]
    ranks = range(max(1, len(hosts.split(","))))
    pipes = {"env": surroundings, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    processes = [subprocess.Popen([*command, str(rank)], **pipes) for rank in ranks]
    return [float(process.communicate()[0].split()[-1]) for process in processes]


PARTS = (calls, bicubic, learning, validation, large_pictures, film, imports, many_devices)


def rows_of(part, cores=None):
    """Run one part in a process of its own, on the first so many cores; print its rows and return them."""
    surroundings = {"TF_CPP_MIN_LOG_LEVEL": "3"} | os.environ
    limit = (lambda: os.sched_setaffinity(0, range(cores))) if cores else None
    command = [sys.executable, __file__, part.__name__]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True, preexec_fn=limit) as process:
        found = []
        for line in process.stdout:
            if line.startswith("["):
                found.append(json.loads(line))
                print(f"{found[-1][0]:<66} {found[-1][1]:<34} {found[-1][2]}".rstrip(), flush=True)
    if process.returncode:
        raise SystemExit(f"{part.__name__} failed")
    return found


def write_page(rows):
    """The rows as a table, with what they were measured on."""
    here = []
    for name in PROGRAMS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            here.append(f"{name} {metadata.version(name)}")
    where = (
        f"{datetime.date.today()}, Python {platform.python_version()}, {', '.join(here)}; {os.cpu_count()} CPU cores."
    )
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    table = ["| what | median (quartiles) | beside it |", "| --- | --- | --- |"]
    table += [f"| {' | '.join(cells)} |" for cells in rows]
    PAGE.write_text("\n".join([f"{head}{MARK}", "", where, "", *table, ""]), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        {part.__name__: part for part in PARTS}[sys.argv[1]]()
    else:
        one_core = rows_of(calls, cores=1) if hasattr(os, "sched_setaffinity") and os.cpu_count() > 1 else []
        write_page(one_core + [each for part in PARTS for each in rows_of(part)])
