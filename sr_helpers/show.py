"""Pictures for the notebooks: the same crop, the same grey range, whole-number zoom, alt text that reaches the page."""

import importlib.resources
import io
import re

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.ticker import LogLocator, NullFormatter
from PIL import Image

from sr_helpers import images, metrics, page

WIDTH = 6.4  # inches: the widest drawing a notebook shows; wider ones are hard to read on a phone
PAGE, WIDEST = 900, 300  # CSS pixels: a row of pictures beside JupyterLab's side bar, and one picture, on a phone
# Marker, dash and a colour-blind-safe colour: no line is told by its colour alone.
LINES = (("o", "-", "tab:blue"), ("s", ":", "tab:orange"), ("^", "-.", "tab:gray"), ("D", (0, (5, 1)), "tab:purple"))
plt.rcParams |= {
    "font.size": 10.5,  # points: 14 CSS pixels, as the text around a drawing
    "axes.titlesize": 10.5,
    "image.interpolation": "none",
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "the same drawing is the same file",
}


def figure(fig, alt):
    """Show a matplotlib figure as a drawing with alt text, and close it, so that it is shown once."""
    _show(_drawing(fig, alt), alt)


def live(run_folder, alt):
    """A Keras callback for `training.train`: redraws the curve and the newest crop in place after each validation."""
    import keras

    from sr_helpers import runs

    class Live(keras.callbacks.Callback):
        place = None

        def on_epoch_end(self, epoch, logs=None):
            history = runs.read_history(run_folder)
            fig, axis = plt.subplots(figsize=(3.6, 2.6))
            axis.plot([r["step"] for r in history], [r["psnr"] for r in history], "o-", markersize=3, label="network")
            axis.axhline(history[-1]["bicubic"], color="black", linestyle="--", linewidth=1, label="bicubic")
            axis.set(xlabel="step", ylabel="validation PSNR, dB")
            axis.legend()
            pieces = [_drawing(fig, alt)]
            newest = max(run_folder.glob("crop-*.png"), default=None)
            if newest:
                three = np.array_split(images.to_float(images.read(newest)), 3, axis=1)
                titles = ("bicubic", f"step {int(newest.stem.split('-')[1])}", "original")
                for title, crop in zip(titles, three, strict=True):
                    pieces.append(page.titled(title, page.picture(crop, title, 2), 2 * crop.shape[1] + 2))
            self.place = _show(page.row(pieces), alt, self.place)

    return Live()


def compare(pictures, alt, crop=None, reference=None, border=0, columns=4):
    """Show pictures side by side, at most `columns` to a row: a dict title -> array in 0..1, all (H, W) or (H, W, 3).

    All are enlarged to one size, or nearly, by whole numbers. `crop` = (top, left, size) in pixels of the largest
    picture; a smaller one (LR) is cropped at the same place. With `reference`, each picture of its shape gets its PSNR
    (luma for colour) in the title.
    """
    height = max(picture.shape[0] for picture in pictures.values())
    shown = {}
    for title, picture in pictures.items():
        if reference is not None and picture.shape == reference.shape and not np.array_equal(picture, reference):
            title = f"{title}, {psnr_luma(reference, picture, border):.2f} dB"
        if crop:
            top, left, size = (round(value * picture.shape[0] / height) for value in crop)
            picture = picture[top : top + size, left : left + size]
        shown[title] = picture
    columns = min(columns, len(shown))
    widest = max(picture.shape[1] for picture in shown.values())
    width = widest * _zoom(widest, columns)
    _pictures(shown, alt, [max(1, width // picture.shape[1]) for picture in shown.values()], columns)


def exact(pictures, alt, zoom=1, columns=5):
    """Show pictures with `zoom` x `zoom` screen pixels to each of theirs, a dict title -> array in 0..1."""
    _pictures(pictures, alt, [zoom] * len(pictures), columns)


def filters(banks, alt):
    """Show filters in one colour range, blue below zero and red above: a dict title -> array.

    A bank (k, k, 1, n) becomes a square of n tiles, channel 0 at the top left; a kernel (k, k) stays whole.
    """
    limit = max(np.abs(bank).max() for bank in banks.values())
    colours = plt.get_cmap("RdBu_r").with_extremes(bad="black")  # the lines between tiles
    room = min(WIDEST, PAGE // len(banks) - page.GAP)
    tiles = {title: colours(_tiled(bank, room) / limit / 2 + 0.5)[..., :3] for title, bank in banks.items()}
    scale = colours(np.linspace(0, 1, 101))[None, :, :3].repeat(12, axis=0)
    legend = page.row([f"{-limit:.2f}", page.picture(scale, "colours from blue by white to red"), f"+{limit:.2f}"])
    _pictures(tiles, alt, [1] * len(tiles), len(tiles), legend)


def animation(frames, alt, seconds=0.08, pause=2.0):
    """Show Pillow images one after the other, for ever, with a pause on the first and the last, and a way to stop them.

    The first frame stands still until the reader starts the rest, so let it tell the story: a `<details>`, which needs
    no script. The frames hold 2 x 2 pixels for each CSS pixel, so that their words are sharp.
    """
    frames = [frame.quantize(128, dither=Image.Dither.NONE).convert("RGB") for frame in frames]  # a third of the size
    durations = [round(1000 * (pause if k in (0, len(frames) - 1) else seconds)) for k in range(len(frames))]
    width, height = (side // 2 + 2 for side in frames[0].size)  # and the hairline
    style = f"{page.FITTING};{page.HAIRLINE}"
    first = page.file(page.encoded([frames[0]], "PNG"), "image/png", alt, width, height, style)
    all_of_them = page.encoded(frames, "WEBP", duration=durations, lossless=True, method=6)
    moving = page.file(all_of_them, "image/webp", f"Animation: {alt}", width, height, style)
    _show(f"{first}<details><summary>Play (close to stop)</summary>{moving}</details>", alt)


def film(frames, alt, fps=24):
    """Show frames, values in 0..1, as a film with controls, and `alt` below it; it stands still until it is played."""
    _show(page.film([images.to_uint8(frame) for frame in frames], alt, fps), alt)


def whole(picture, crop, alt, title=""):
    """Show a whole picture once, with the square `crop` = (top, left, size) marked."""
    marked = np.clip(picture, 0, 1).copy()
    top, left, size = crop
    for inset, value in ((0, 1), (1, 0)):  # a white line, and a black one inside it
        bottom, right = top + size - 1 - inset, left + size - 1 - inset
        marked[[top + inset, bottom], left + inset : right + 1] = value
        marked[top + inset : bottom + 1, [left + inset, right]] = value
    _pictures({title: marked}, alt, [_zoom(marked.shape[1])], 1)


def psnr_luma(reference, estimate, border=0):
    """PSNR in dB of two pictures in 0..1, on luma when they are coloured."""
    if reference.ndim == 3:
        reference, estimate = images.luma(reference), images.luma(estimate)
    return metrics.psnr(reference, estimate, border=border)


def training_curve(runs, alt):
    """Plot how many dB each run lies above bicubic: a dict label -> history of `training.train`.

    Runs are validated on different photographs, so their PSNRs do not compare, but their gains do, roughly.
    """
    fig, axis = plt.subplots(figsize=(WIDTH, 3.2))
    for (marker, line, colour), (label, history) in zip(LINES, runs.items(), strict=False):
        steps, gains = [r["step"] for r in history], [r["psnr"] - r["bicubic"] for r in history]
        axis.plot(steps, gains, marker=marker, linestyle=line, color=colour, markersize=4, label=label)
    axis.axhline(0, color="black", linestyle="--", linewidth=1, label="bicubic")
    axis.set(xscale="log", xlabel="step", ylabel="dB above bicubic, validation")
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.legend()
    figure(fig, alt)


def strip(paths, titles, alt):
    """Show picture files (from a run folder) one below the other, each with its title."""
    pictures = [images.to_float(images.read(path)) for path in paths]
    _pictures(dict(zip(titles, pictures, strict=True)), alt, [_zoom(picture.shape[1]) for picture in pictures], 1)


def slider(before, after, alt, labels=("before", "after")):
    """Drag a line between two pictures of one shape, values in 0..1, at most some 300 pixels wide.

    Self-contained HTML. Where scripts do not run (a notebook not yet trusted, a code host, a printout) both pictures
    stand side by side.
    """
    if before.shape != after.shape:
        raise ValueError(f"the pictures differ in shape: {before.shape} and {after.shape}")
    width = before.shape[1]
    both = [(labels[0], page.picture(before, alt, baked=1)), (labels[1], page.picture(after, labels[1], baked=1))]
    still = page.row([page.titled(label, picture, width) for label, picture in both])
    script = importlib.resources.files("sr_helpers").joinpath("slider.js").read_text(encoding="utf-8")
    _show(f'<div class="before-after">{still}</div><script>{script}</script>', alt)


def _show(content, alt, place=None):
    """Put HTML on the page, or in place of what `place` shows; returns its place."""
    data, options = {"text/html": content, "text/plain": alt}, {"raw": True, "metadata": {"text/html": {"alt": alt}}}
    if place:
        place.update(data, **options)
        return place
    return display(data, display_id=True, **options)


def _pictures(pictures, alt, zooms, columns, legend=""):
    """Titled pictures, at most `columns` to a row; the first carries the alt text of them all."""
    pieces = []
    for (title, picture), zoom in zip(pictures.items(), zooms, strict=True):
        content = page.picture(picture, title if pieces else alt, zoom)
        pieces.append(page.titled(title, content, zoom * picture.shape[1] + 2))
    widest = max(zoom * picture.shape[1] + 2 for zoom, picture in zip(zooms, pictures.values(), strict=True))
    _show(page.row(pieces, columns * (widest + page.GAP)) + legend, alt)


def _zoom(width, columns=1):
    """The largest whole zoom at which `columns` pictures of `width` pixels fit into a row, and one onto a phone."""
    return max(1, min(WIDEST, PAGE // columns - page.GAP) // width)


def _tiled(bank, room):
    """Filters at the largest whole zoom that fits into `room` pixels, a bank as a square of tiles with NaN between."""
    if bank.ndim == 2:
        return np.kron(bank, np.ones([room // len(bank)] * 2))
    size, count = bank.shape[0], round(bank.shape[3] ** 0.5)
    zoom = room // (count * size)
    canvas = np.full([count * (size * zoom + 2) - 2] * 2, np.nan)
    for k in range(bank.shape[3]):
        top, left = ((size * zoom + 2) * place for place in divmod(k, count))
        canvas[top : top + size * zoom, left : left + size * zoom] = np.kron(bank[:, :, 0, k], np.ones([zoom] * 2))
    return np.ma.masked_invalid(canvas)


def _drawing(fig, alt):
    """A figure, which is closed, as an `<img>`."""
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "'DejaVu Sans', Verdana, sans-serif", svg)  # of one width
    width, height = (round(float(points) * 4 / 3) for points in re.findall(r' (?:width|height)="([\d.]+)pt"', svg))
    return page.drawing(re.sub(r"\n\s*", "\n", svg), alt, width, height)
