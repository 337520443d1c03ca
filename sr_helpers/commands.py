"""The commands of the shell: each carries out what `arguments` has parsed, and tells what came of it."""

import contextlib
import dataclasses
import json
import math
import sys
import warnings
from pathlib import Path

from sr_helpers import datasets, files, images, metrics, photos, resize
from sr_helpers.settings import Settings

POOR_QUALITY = 75  # below it the blocks of a JPEG show when enlarged


def fetch(options):
    """Fetch public sets: verified, and whole or not at all."""
    from sr_helpers import fetching

    for name in options.set:
        datasets.entry_of(name)  # a slip in the last name should not cost the first download
    for name in options.set:
        count = fetching.fetch(name, jobs=options.jobs)
        print(
            f"{name}: {count} fetched into {datasets.data_folder() / name}" if count else f"{name}: all there already"
        )
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
            print(f"{name}: complete, {len(datasets.entry_of(name).get('files', ())) or 'all'} pictures as catalogued")
    if not options.set and not here:
        where = datasets.data_folder()
        raise FileNotFoundError(f"no set of the catalogue is in {where}: run `python -m sr_helpers fetch Set5 T91`")
    return status


def train(options):
    """Train a network and keep the run in a folder."""
    from sr_helpers import devices, models, preparation, training

    settings = Settings(**{field.name: getattr(options, field.name) for field in dataclasses.fields(Settings)})
    pictures = preparation.prepare(
        options.set or ([] if options.images else ["starter"]), options.images, options.shrink_jpegs
    )
    several = options.spread or options.hosts
    with devices.spread(options.hosts, options.rank) if several else contextlib.nullcontext():
        form = {key: getattr(options, key) for key in ("activation", "skip") if getattr(options, key) is not None}
        architecture = getattr(models, options.architecture)
        network = architecture(options.scale, channels=options.channels, seed=options.seed, **form)
        if options.start:
            kind = {"architecture": options.architecture, "channels": options.channels}
            models.start_from(network, _weights_path(options.start, options.scale, **kind))
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
    sets = {
        name: metrics.evaluate(upscaler, pictures, options.scale, channels=channels, **form)
        for name, pictures in sources.items()
    }
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
    limits = {"overwrite": options.overwrite, "max_megapixels": options.max_megapixels}
    if options.source.suffix.lower() in video.SUFFIXES:
        film = video.upscale_video(options.source, options.output, network, **limits)
        print(f"{options.output}: {film.frames} frames written")
        if film.damage:
            print(f"error: {film.damage}", file=sys.stderr)
        return 1 if film.damage else 0
    if card.get("recipe", {}).get("degradation", "bicubic") != "jpeg":
        _note_poor_jpegs(images.list_images(options.source) if options.source.is_dir() else [options.source])
    if not options.source.is_dir():
        upscaling.upscale_file(options.source, options.output, network, **limits)
        print(f"{options.output}: written")
        return 0
    written, failed = upscaling.upscale_folder(options.source, options.output, network, **limits)
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
            "the one of --degradation jpeg does not",
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

    form = {"degradation": options.degradation} if options.command == "upscale" else {}
    path = _weights_path(options.model, options.scale, **form)
    network, card = models.load(path), models.card(path)
    if card["scale"] != options.scale:
        raise ValueError(
            f"{path}: was trained for scale {card['scale']}, not {options.scale}: pass --scale {card['scale']}"
        )
    return network, card, options.model


def _weights_path(name, scale, **form):
    """Where the weights of a --model or --start lie; `form` is that of `models.pretrained_path`."""
    from sr_helpers import models

    if name == "pretrained":
        return models.pretrained_path(scale, **form)
    shipped = models.WEIGHTS / f"{name}.weights.h5"
    return shipped if not Path(name).exists() and shipped.is_file() else name


def _finite(value):
    """JSON has no infinity: an infinite PSNR becomes null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def grade(options):
    """Run learners' notebooks and list what their checks say."""
    from sr_helpers import grading

    if options.csv:
        files.check_target(options.csv, options.overwrite)
    grades = grading.grade(options.folder, options.minutes)
    print(grading.table(grades))
    if options.csv:
        grading.write(grades, options.csv, overwrite=options.overwrite)
    return int(any(one.verdict == "not run" for one in grades))


COMMANDS = {
    "fetch": fetch,
    "check-data": check_data,
    "train": train,
    "evaluate": evaluate,
    "upscale": upscale,
    "grade": grade,
}
