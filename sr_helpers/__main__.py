"""The package from a shell: `python -m sr_helpers fetch | check-data | train | evaluate | upscale`, each with --help."""

import argparse
import contextlib
import dataclasses
import json
import math
import signal
import sys
import threading
import warnings
from pathlib import Path

from sr_helpers import datasets, images, metrics, photos, resize, runtime
from sr_helpers.settings import LOSSES, PRECISIONS, SCHEDULES, Settings

POOR_QUALITY = 75  # below it the blocks of a JPEG show when enlarged


def main(arguments=None):
    """Run one command; returns the exit status: 0 done, 1 partly done, 2 refused, 130 interrupted, 143 terminated."""
    with _terminable() as terminated:
        status = _run(arguments)
        return 128 + signal.SIGTERM if terminated else status


def _run(arguments):
    warnings.showwarning = lambda message, *_, **__: print(f"note: {message}", file=sys.stderr)
    options = parser().parse_args(arguments)
    try:
        if options.run in (train, evaluate, upscale) and vars(options).get("model") != "bicubic":
            with runtime.quiet():  # TensorFlow's start-up notices would bury our sentences
                import keras  # noqa: F401
        return options.run(options) or 0
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        advice = 'pip install ".[course]" in the course folder'
        if error.name == "tensorflow":
            advice += ', or pip install ".[jax]" and set KERAS_BACKEND=jax'
        print(f"error: {error.name} is not installed: {advice}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        print(f"interrupted: {interrupt}" if str(interrupt) else "interrupted", file=sys.stderr)
        return 130


@contextlib.contextmanager
def _terminable():
    """SIGTERM stops as cleanly as Ctrl-C; yields a list that is empty unless it came."""
    signals = []

    def stop(number, _):
        signals.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only the main thread may listen
        yield signals
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield signals
    finally:
        signal.signal(signal.SIGTERM, before)


def fetch(options):
    """Fetch public sets: verified, and whole or not at all."""
    from sr_helpers import fetching

    for name in options.set:
        datasets.entry_of(name)  # a slip in the last name should not cost the first download
    for name in options.set:
        count = fetching.fetch(name, jobs=options.jobs)
        print(f"{name}: {count} fetched into {datasets.data_folder() / name}" if count else f"{name}: all there already")
        print(f"  licence: {datasets.entry_of(name)['licence']}")


def check_data(options):
    """Verify the sets on this disk against the catalogue, by bytes or by pixels."""
    status = 0
    here = [name for name in datasets.catalogue() if (datasets.data_folder() / name).is_dir()]
    for name in options.set or here:
        findings = datasets.check(name)
        for file, problem in findings:
            print(f"{name}: {file} {problem}")
        if findings:
            status = 1
            print(f"{name}: move altered and foreign files away, then run `python -m sr_helpers fetch {name}`")
        else:
            print(f"{name}: complete, {len(datasets.entry_of(name).get('files', ())) or 'all'} pictures as in the catalogue")
    if not options.set and not here:
        raise FileNotFoundError(f"no set of the catalogue is in {datasets.data_folder()}: run `python -m sr_helpers fetch Set5 T91`")
    return status


def train(options):
    """Train a network and keep the run in a folder."""
    from sr_helpers import devices, models, preparation, training

    settings = Settings(**{field.name: getattr(options, field.name) for field in dataclasses.fields(Settings)})
    pictures = preparation.prepare(options.set or ([] if options.images else ["starter"]), options.images, options.shrink_jpegs)
    several = options.spread or options.hosts
    with devices.spread(options.hosts, options.rank) if several else contextlib.nullcontext():
        form = {key: getattr(options, key) for key in ("activation", "skip") if getattr(options, key) is not None}
        architecture = getattr(models, options.architecture)
        network = architecture(options.scale, channels=options.channels, seed=options.seed, **form)
        if options.start:
            models.start_from(network, _weights_path(options.start, options.scale, architecture=options.architecture, channels=options.channels))
        history = training.train(network, pictures, settings, options.out, options.resume)
    best = max(history, key=lambda record: record["psnr"])
    print(
        f"{options.out}: {best['psnr']:.2f} dB on the held-out training pictures at step {best['step']}, "
        f"bicubic {best['bicubic']:.2f} dB"
    )


def evaluate(options):
    """Measure a model on test sets."""
    resize.check_form(options.scale, degradation=options.degradation, quality=options.quality)
    upscaler, channels, label = _upscaler(options)
    names = [] if options.images and not options.set else options.set or ["starter"]
    sources = {name: datasets.load("starter/test" if name == "starter" else name) for name in names}
    sources |= {folder: datasets.load_folder(folder) for folder in options.images}
    for name, pictures in sources.items():
        try:
            metrics.check_pictures(pictures, options.scale)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    form = {"convention": options.convention, "degradation": options.degradation, "quality": options.quality}
    if options.degradation == "jpeg" and options.quality is None:
        form["quality"] = resize.EVALUATION_QUALITY
    sets = {name: metrics.evaluate(upscaler, pictures, options.scale, channels=channels, **form) for name, pictures in sources.items()}
    how = {key: value for key, value in form.items() if value not in ("bicubic", None)}
    if options.json:
        tables = [{"name": name} | scores for name, scores in sets.items()]
        print(json.dumps(_finite({"model": label, "scale": options.scale} | how | {"sets": tables})))
        return
    words = ", ".join(f"quality {value}" if key == "quality" else value for key, value in how.items())
    print(f"{label}, x{options.scale}, {words}, luma: PSNR in dB, SSIM")
    for name, scores in sets.items():
        print(scores.table(name))


def upscale(options):
    """Upscale a photograph, every photograph of a folder, or a film."""
    from sr_helpers import upscale as upscaling
    from sr_helpers import video

    network, card, _ = _load(options)
    if options.source.suffix.lower() in video.SUFFIXES:
        film = video.upscale_video(options.source, options.output, network, options.overwrite, options.max_megapixels)
        print(f"{options.output}: {film.frames} frames written")
        if film.damage:
            print(f"error: {film.damage}", file=sys.stderr)
        return 1 if film.damage else 0
    if card.get("recipe", {}).get("degradation", "bicubic") != "jpeg":
        _note_poor_jpegs(images.list_images(options.source) if options.source.is_dir() else [options.source])
    if not options.source.is_dir():
        upscaling.upscale_file(options.source, options.output, network, options.overwrite, options.max_megapixels)
        print(f"{options.output}: written")
        return 0
    written, failed = upscaling.upscale_folder(
        options.source, options.output, network, options.overwrite, options.max_megapixels
    )
    print(f"{options.output}: {len(written)} written")
    for _, sentence in failed:
        print(f"error: {sentence}", file=sys.stderr)
    return 1 if failed else 0


def _note_poor_jpegs(paths):
    """One note when there are JPEG files whose compression shows: this network takes the blocks for detail."""
    poor = {}
    for path in paths:
        with contextlib.suppress(ValueError, OSError):  # a file that cannot be read is told when its turn comes
            quality = photos.jpeg_quality(path)
            if quality is not None and quality < POOR_QUALITY:
                poor[path] = quality
    if poor:
        first, others = next(iter(poor)), f" (and {len(poor) - 1} more)" if len(poor) > 1 else ""
        warnings.warn(
            f"{first}{others}: a JPEG of quality {poor[first]} or so; the network sharpens its blocks too, "
            "one trained with --degradation jpeg does not",
            stacklevel=2,
        )


def _upscaler(options):
    """(function for metrics.evaluate, channels, label) of --model."""
    if options.model == "bicubic":
        return (lambda lr: resize.bicubic(lr, options.scale)), 1, "bicubic"
    from sr_helpers import models
    from sr_helpers import upscale as upscaling

    network, _, label = _load(options)
    return upscaling.luma_upscaler(network), models.channels_of(network), label


def _load(options):
    from sr_helpers import models

    path = _weights_path(options.model, options.scale)
    network, card = models.load(path), models.card(path)
    if card["scale"] != options.scale:
        raise ValueError(f"{path}: was trained for scale {card['scale']}, not {options.scale}: pass --scale {card['scale']}")
    return network, card, options.model


def _weights_path(name, scale, **form):
    """Where the weights of a --model or --start lie; `form` is that of `models.pretrained_path`."""
    from sr_helpers import models

    return models.pretrained_path(scale, **form) if name == "pretrained" else name


def _finite(value):
    """JSON has no infinity: an infinite PSNR becomes null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def parser():
    """The argument parser of all commands."""
    formatter = argparse.ArgumentDefaultsHelpFormatter
    top = argparse.ArgumentParser(prog="python -m sr_helpers", description="Super-resolution from a shell.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(function):
        name = function.__name__.replace("_", "-")
        sub = commands.add_parser(name, help=function.__doc__, description=function.__doc__, formatter_class=formatter)
        sub.set_defaults(run=function)
        return sub

    def common(sub):
        sub.add_argument("--scale", type=int, choices=(2, 3, 4), default=3, help="how many times larger")

    def pictures(sub, default):
        sub.add_argument("--set", action="append", default=[], metavar="NAME", help=f"a set, as Set5 or T91; may be repeated ({default})")
        sub.add_argument("--images", action="append", default=[], metavar="FOLDER", help="a folder of pictures; may be repeated")
        sub.add_argument("--degradation", choices=resize.DEGRADATIONS, default="bicubic", help="how HR loses its pixels")

    sub = command(fetch)
    sub.add_argument("set", nargs="+", metavar="SET", help=f"one of {', '.join(datasets.catalogue())}")
    sub.add_argument("--jobs", type=int, default=4, help="files fetched at once")

    sub = command(check_data)
    sub.add_argument("set", nargs="*", metavar="SET", help="which sets; all on this disk when left out")

    sub = command(train)
    common(sub)
    pictures(sub, "starter photographs when nothing is named")
    length = sub.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int, help="length of the training")
    length.add_argument("--minutes", type=float, help="length in minutes on this machine")
    sub.add_argument("--out", required=True, type=Path, metavar="RUN", help="folder that keeps the run")
    sub.add_argument("--resume", action="store_true", help="go on with the run in --out")
    sub.add_argument("--start", metavar="MODEL", help="fine-tune: begin with pretrained, a run folder or a .weights.h5 file")
    sub.add_argument("--architecture", choices=("espcn", "espcn_deep", "espcn_paper"), default="espcn", help="seven layers, ten thin ones, or the paper's three")
    sub.add_argument("--activation", choices=("relu", "tanh"), help="between the layers (the architecture's own unless given)")
    sub.add_argument("--skip", action=argparse.BooleanOptionalAction, help="add LR to the output, or not (likewise)")
    sub.add_argument("--channels", type=int, choices=(1, 3), default=1, help="1: luma, 3: RGB")
    sub.add_argument("--loss", choices=LOSSES, default=Settings.loss, help="what is made small")
    sub.add_argument("--schedule", choices=SCHEDULES, default=Settings.schedule, help="how the learning rate falls")
    sub.add_argument("--learning-rate", type=float, default=Settings.learning_rate, help="Adam's learning rate at the start")
    sub.add_argument("--warm-up", type=int, default=Settings.warm_up, metavar="STEPS", help="steps in which the rate rises to --learning-rate")
    sub.add_argument("--average", type=float, default=Settings.average, help="momentum of the averaged weights, 0 for none")
    sub.add_argument("--width", type=int, default=Settings.width, help="of the products that kernels learn with, 0 for none (see collapse.py)")
    sub.add_argument("--precision", choices=PRECISIONS, default=Settings.precision, help="what convolutions compute in while learning")
    sub.add_argument("--batch-size", type=int, default=Settings.batch_size, help="patches in a batch")
    sub.add_argument("--patch-size", type=int, default=Settings.patch_size, help="side of a patch in LR pixels")
    sub.add_argument("--shrink-jpegs", type=float, default=1, metavar="FACTOR", help="learn from JPEG files shrunk by this, as 0.6")
    sub.add_argument("--spread", action="store_true", help="share every batch out among all GPUs of this machine")
    sub.add_argument("--hosts", metavar="ADDRESSES", help="several machines, as first:1234,second:1234 (JAX backend; the same command on each)")
    sub.add_argument("--rank", type=int, default=0, help="which of --hosts this machine is, counted from 0")
    sub.add_argument("--seed", type=int, default=0, help="of weights, batches and the validation split")

    for function in (evaluate, upscale):
        sub = command(function)
        common(sub)
        models = "pretrained, a run folder or a .weights.h5 file" + (", or bicubic" if function is evaluate else "")
        sub.add_argument("--model", default="pretrained", help=models)
        if function is evaluate:
            pictures(sub, "starter's held-out photographs when nothing is named")
            sub.add_argument("--convention", choices=resize.CONVENTIONS, default="classic", help="the protocol's variant")
            sub.add_argument("--quality", type=int, help="of the files of --degradation jpeg, 1 to 95 (60 unless given)")
            sub.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        else:
            sub.add_argument("source", type=Path, help="a photograph, a folder of photographs, or a film")
            sub.add_argument("-o", "--output", type=Path, required=True, help="where the result goes: a picture, a folder, or a film")
            sub.add_argument("--overwrite", action="store_true", help="replace an existing result")
            sub.add_argument("--max-megapixels", type=float, default=100, help="refuse a larger result")
    return top


if __name__ == "__main__":
    sys.exit(main())
