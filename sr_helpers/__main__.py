"""The package from a shell: `python -m sr_helpers fetch | check-data | train | evaluate | upscale`, each with --help."""

import argparse
import contextlib
import json
import math
import sys
import warnings
from pathlib import Path

from sr_helpers import datasets, images, metrics, photos, resize, runtime

POOR_QUALITY = 75  # below it the blocks of a JPEG show when enlarged


def main(arguments=None):
    """Run one command; returns the exit status: 0 done, 1 partly done, 2 refused, 130 interrupted."""
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
        print(f'error: {error.name} is not installed: pip install ".[course]" in the course folder', file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        print(f"interrupted: {interrupt}" if str(interrupt) else "interrupted", file=sys.stderr)
        return 130


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


def train(options, callbacks=()):
    """Train a network and keep the run in a folder."""
    from sr_helpers import devices, leaks, models, training

    pictures = {}
    for name in options.set or ([] if options.images else ["starter"]):
        name = "starter/train" if name == "starter" else name
        folder = datasets.data_folder() / name
        if name not in datasets.STARTER and folder.is_dir():
            leaks.check_files(folder)
        loaded = _shrink_jpegs(datasets.load_for_training(name), folder, options.shrink_jpegs)
        pictures |= {f"{name}/{picture}": pixels for picture, pixels in loaded.items()}
    for folder in options.images:
        leaks.check_files(folder)
        loaded = _shrink_jpegs(datasets.load_folder(folder), Path(folder), options.shrink_jpegs)
        pictures |= {f"{folder}/{name}": pixels for name, pixels in loaded.items()}
    held_out = {}
    for name in [*datasets.test_sets(), "starter/test"]:
        held_out |= {f"{name}/{picture}": pixels for picture, pixels in datasets.load(name).items()}
    build = {"espcn": models.espcn, "espcn_paper": models.espcn_paper}[options.architecture]
    form = {key: getattr(options, key) for key in ("activation", "skip") if getattr(options, key) is not None}
    many = options.spread or options.hosts
    with devices.spread(options.hosts, options.rank) if many else contextlib.nullcontext():
        network = build(options.scale, options.channels, seed=options.seed, **form)
        if options.start:
            path = _weights_path(options.start, options.scale, options.architecture, options.channels)
            start, _ = models.load(path)
            if models.describe(start) != models.describe(network):
                raise ValueError(f"{path}: is {models.describe(start)}, but {models.describe(network)} is to be trained")
            network.set_weights(start.get_weights())
        history = training.train(
            network,
            pictures,
            options.out,
            steps=options.steps,
            minutes=options.minutes,
            batch_size=options.batch_size,
            patch_size=options.patch_size,
            learning_rate=options.learning_rate,
            loss=options.loss,
            schedule=options.schedule,
            average=options.average,
            width=options.width,
            degradation=options.degradation,
            seed=options.seed,
            held_out=held_out,
            resume=options.resume,
            callbacks=callbacks,
        )
    best = max(history, key=lambda record: record["psnr"])
    print(
        f"{options.out}: {best['psnr']:.2f} dB on the held-out training pictures at step {best['step']}, "
        f"bicubic {best['bicubic']:.2f} dB"
    )


def evaluate(options):
    """Measure a model on test sets."""
    upscaler, channels, label = _upscaler(options)
    names = [] if options.images and not options.set else options.set or ["starter"]
    sources = {name: datasets.load("starter/test" if name == "starter" else name) for name in names}
    sources |= {folder: datasets.load_folder(folder) for folder in options.images}
    sets = []
    for name, pictures in sources.items():
        table = metrics.evaluate(upscaler, pictures, options.scale, options.convention, channels, options.degradation)
        sets.append({"name": name} | table)
    if options.json:
        result = {"model": label, "scale": options.scale, "convention": options.convention, "sets": sets}
        print(json.dumps(_finite(result)))
        return
    print(f"{label}, x{options.scale}, {options.convention}, luma: PSNR in dB, SSIM")
    for table in sets:
        for row in table["images"]:
            print(f"  {row['name']:<24}{row['psnr']:>8.2f}{row['ssim']:>9.4f}")
        print(f"{table['name'] + ', mean of ' + str(table['n']):<26}{table['psnr']:>8.2f}{table['ssim']:>9.4f}")


def upscale(options):
    """Upscale a photograph, every photograph of a folder, or a film."""
    from sr_helpers import upscale as upscaling
    from sr_helpers import video

    network, card, _ = _load(options)
    if options.source.suffix.lower() in video.SUFFIXES:
        frames = video.upscale_video(options.source, options.output, network, options.overwrite)
        print(f"{options.output}: {frames} frames written")
        return 0
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


def _shrink_jpegs(pictures, folder, by):
    """The pictures of a folder, those from JPEG files shrunk: the blocks of the compression shrink with them."""
    if not 0.1 <= by <= 1:
        raise ValueError(f"--shrink-jpegs is a factor between 0.1 and 1, got {by:g}")
    if by == 1 or not folder.is_dir():  # the bundled photographs are no folder
        return pictures
    jpegs = {path.stem for path in images.list_images(folder) if path.suffix.lower() in (".jpg", ".jpeg")}
    return {name: resize.bicubic(pixels, by) if name in jpegs else pixels for name, pixels in pictures.items()}


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
    network, card = models.load(path)
    if card["scale"] != options.scale:
        raise ValueError(f"{path}: was trained for scale {card['scale']}, not {options.scale}: pass --scale {card['scale']}")
    return network, card, options.model


def _weights_path(name, *form):
    """Where the weights of a --model or --start lie; `form` is that of `models.pretrained_path`."""
    from sr_helpers import models

    return models.pretrained_path(*form) if name == "pretrained" else name


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
    sub.add_argument("--architecture", choices=("espcn", "espcn_paper"), default="espcn", help="seven layers, or the paper's three")
    sub.add_argument("--activation", choices=("relu", "tanh"), help="between the layers (the architecture's own unless given)")
    sub.add_argument("--skip", action=argparse.BooleanOptionalAction, help="add LR to the output, or not (likewise)")
    sub.add_argument("--channels", type=int, choices=(1, 3), default=1, help="1: luma, 3: RGB")
    sub.add_argument("--loss", choices=("l1", "l2", "charbonnier"), default="l1", help="what is made small")
    sub.add_argument("--schedule", choices=("cosine", "plateau"), default="cosine", help="how the learning rate falls")
    sub.add_argument("--learning-rate", type=float, default=1e-3, help="Adam's learning rate at the start")
    sub.add_argument("--average", type=float, default=0.999, help="momentum of the averaged weights, 0 for none")
    sub.add_argument("--width", type=int, default=64, help="of the products that kernels learn with, 0 for none (see collapse.py)")
    sub.add_argument("--batch-size", type=int, default=8, help="patches in a batch")
    sub.add_argument("--patch-size", type=int, default=16, help="side of a patch in LR pixels")
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
            sub.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        else:
            sub.add_argument("source", type=Path, help="a photograph, a folder of photographs, or a film")
            sub.add_argument("-o", "--output", type=Path, required=True, help="where the result goes: a picture, a folder, or a film")
            sub.add_argument("--overwrite", action="store_true", help="replace an existing result")
            sub.add_argument("--max-megapixels", type=float, default=100, help="refuse a larger result")
    return top


if __name__ == "__main__":
    sys.exit(main())
