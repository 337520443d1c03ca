"""Pictures for the notebooks: the same crop, the same grey range, alt text that says what to notice."""

import base64
import io
import itertools
import zlib

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, display
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullFormatter
from PIL import Image

from sr_helpers import images, metrics

WIDTH = 8  # inches: the widest figure a notebook shows
# Marker, dash and a colour-blind-safe colour: no line is told by its colour alone.
LINES = (("o", "-", "tab:blue"), ("s", ":", "tab:orange"), ("^", "-.", "tab:gray"), ("D", (0, (5, 1)), "tab:purple"))
_numbers = itertools.count()  # gives every slider of a page its own name


def figure(fig, alt, tight=True):
    """Show a matplotlib figure with alt text, and close it, so that it is shown once."""
    display(_png(fig, alt, tight), raw=True, metadata={"image/png": {"alt": alt}})


def live(run_folder, alt):
    """A Keras callback for `training.train`: redraws the PSNR curve and the newest crop in place after each validation."""
    import keras

    from sr_helpers import runs

    class Live(keras.callbacks.Callback):
        page = None

        def on_epoch_end(self, epoch, logs=None):
            history = runs.read_history(run_folder)
            fig, (curve, crop) = plt.subplots(1, 2, figsize=(WIDTH, 2.8), width_ratios=(1, 1.6))
            curve.plot([r["step"] for r in history], [r["psnr"] for r in history], "o-", markersize=3, label="network")
            curve.axhline(history[-1]["bicubic"], color="black", linestyle="--", linewidth=1, label="bicubic")
            curve.set(xlabel="step", ylabel="validation PSNR, dB")
            curve.legend()
            newest = max(run_folder.glob("crop-*.png"), default=None)
            if newest:
                step = int(newest.stem.split("-")[1])
                _image(crop, images.read(newest), f"step {step}: bicubic, network, original")
            else:
                crop.set_axis_off()
            fig.tight_layout()
            data, options = _png(fig, alt), {"raw": True, "metadata": {"image/png": {"alt": alt}}}
            if self.page:
                self.page.update(data, **options)
            else:
                self.page = display(data, display_id=True, **options)

    return Live()


def compare(pictures, alt, crop=None, reference=None, border=0, columns=4):
    """Show pictures side by side, at most `columns` to a row: a dict title -> array in 0..1, all (H, W) or (H, W, 3).

    `crop` = (top, left, size) in pixels of the largest picture; a smaller one (LR) is cropped at the same
    place. With `reference`, each picture of its shape gets its PSNR (luma for colour) in the title.
    """
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(WIDTH, rows * (WIDTH / columns + 0.5)), squeeze=False)
    height = max(picture.shape[0] for picture in pictures.values())
    for axis in axes.flat[len(pictures) :]:
        axis.set_axis_off()
    for axis, (title, picture) in zip(axes.flat, pictures.items(), strict=False):
        if reference is not None and picture.shape == reference.shape and picture is not reference:
            title = f"{title}, {psnr_luma(reference, picture, border):.2f} dB"
        if crop:
            factor = picture.shape[0] / height
            top, left, size = (round(value * factor) for value in crop)
            picture = picture[top : top + size, left : left + size]
        _image(axis, picture, title)
    fig.tight_layout()
    figure(fig, alt)


def exact(pictures, alt, zoom=1, columns=5):
    """Show pictures of one shape with `zoom` x `zoom` screen pixels to each of theirs, a dict title -> array in 0..1.

    For fine patterns, which would alias at any other size, and for filters, whose every number counts.
    """
    height, width = (side * zoom for side in next(iter(pictures.values())).shape[:2])
    columns, gap, title_height = min(columns, len(pictures)), 4, 18
    rows = -(-len(pictures) // columns)
    total = np.array([columns * (width + gap), rows * (height + gap + title_height)])  # in pixels
    fig = plt.figure(figsize=total / 72)
    for number, (title, picture) in enumerate(pictures.items()):
        row, column = divmod(number, columns)
        left, bottom = column * (width + gap), total[1] - row * (height + gap + title_height) - height - title_height
        axis = fig.add_axes((left / total[0], bottom / total[1], width / total[0], height / total[1]))
        _image(axis, picture, "")
        axis.set_title(title, fontsize=9, pad=3)
    figure(fig, alt, tight=False)


def filters(banks, alt):
    """Show filters in one colour range, blue below zero and red above: a dict title -> array.

    A bank (k, k, 1, n) becomes a square of n tiles, channel 0 at the top left; a kernel (k, k) stays whole.
    """
    fig, axes = plt.subplots(1, len(banks), figsize=(WIDTH, WIDTH / len(banks) + 0.2), squeeze=False)
    limit = max(np.abs(bank).max() for bank in banks.values())
    for axis, (title, bank) in zip(axes[0], banks.items(), strict=True):
        if bank.ndim == 4:
            size, count = bank.shape[0] + 1, round(bank.shape[3] ** 0.5)
            canvas = np.full((count * size - 1, count * size - 1), np.nan)
            for k in range(bank.shape[3]):
                top, left = (size * place for place in divmod(k, count))
                canvas[top : top + size - 1, left : left + size - 1] = bank[:, :, 0, k]
            bank = canvas
        drawn = axis.imshow(bank, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
        axis.set_title(title, fontsize=11)
        axis.set_axis_off()
    fig.colorbar(drawn, ax=list(axes[0]), shrink=0.6, pad=0.02)
    figure(fig, alt)


def animation(frames, alt, seconds=0.08, pause=2.0):
    """Show Pillow images one after the other, for ever, with a pause on the first and the last.

    One animated PNG: where animations do not run, the first frame stands still, so let it tell the story.
    """
    buffer = io.BytesIO()
    durations = [1000 * (pause if k in (0, len(frames) - 1) else seconds) for k in range(len(frames))]
    few = [frame.quantize(256) for frame in frames]  # flat colours: a third of the size
    few[0].save(buffer, "PNG", save_all=True, append_images=few[1:], duration=durations, loop=0)
    display({"image/png": buffer.getvalue(), "text/plain": f"Animation: {alt}"}, raw=True, metadata={"image/png": {"alt": alt}})


def whole(picture, crop, alt, title=""):
    """Show a whole picture once, with the square `crop` = (top, left, size) marked."""
    fig, axis = plt.subplots(figsize=(WIDTH / 2, WIDTH / 2 * picture.shape[0] / picture.shape[1] + 0.3))
    _image(axis, picture, title)
    top, left, size = crop
    axis.add_patch(Rectangle((left, top), size, size, fill=False, edgecolor="white", linewidth=3))
    axis.add_patch(Rectangle((left, top), size, size, fill=False, edgecolor="black", linewidth=1, linestyle="--"))
    figure(fig, alt)


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
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.legend()
    figure(fig, alt)


def strip(paths, titles, alt):
    """Show picture files (from a run folder) one below the other, each with its title."""
    pictures = [images.read(path) for path in paths]
    fig, axes = plt.subplots(len(pictures), 1, figsize=(WIDTH * 0.75, 2.7 * len(pictures)), squeeze=False)
    for axis, picture, title in zip(axes[:, 0], pictures, titles, strict=True):
        _image(axis, picture, title)
    fig.tight_layout()
    figure(fig, alt)


def slider(before, after, alt, labels=("before", "after")):
    """Drag a line between two pictures of one shape, values in 0..1, at most some 300 pixels wide.

    Self-contained HTML. Where scripts do not run (a page on a code host, a printout) both pictures stand
    side by side instead. The picture is stored once: the still picture is what the slider cuts up.
    """
    if before.shape != after.shape:
        raise ValueError(f"the pictures differ in shape: {before.shape} and {after.shape}")
    height, width = before.shape[:2]
    buffer = io.BytesIO()
    Image.fromarray(images.to_uint8(np.hstack([before, after]))).save(buffer, "PNG", optimize=True)
    source = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    name = f"slider-{next(_numbers)}-{zlib.crc32(buffer.getvalue())}"
    html = f"""<div id="{name}" style="max-width:{4 * width}px">
<img src="{source}" alt="{alt}" style="width:100%;image-rendering:pixelated">
<div>left: {labels[0]}, right: {labels[1]}</div></div>
<script>(function () {{
  const box = document.getElementById("{name}"), source = box.querySelector("img").src;
  const side = (at) => {{
    const div = document.createElement("div");
    div.style.cssText = "position:absolute;inset:0;image-rendering:pixelated;background-size:200% 100%";
    div.style.backgroundImage = "url(" + source + ")";
    div.style.backgroundPosition = at + " 0";
    return div;
  }};
  const stage = document.createElement("div"), after = side("100%"), range = document.createElement("input");
  stage.style.cssText = "position:relative;width:{2 * width}px;max-width:100%;aspect-ratio:{width}/{height}";
  stage.setAttribute("role", "img");
  stage.setAttribute("aria-label", box.querySelector("img").alt);
  const line = document.createElement("div");
  line.style.cssText = "position:absolute;top:0;bottom:0;width:2px;background:white;box-shadow:0 0 2px black";
  range.type = "range"; range.min = 0; range.max = 100; range.value = 50;
  range.setAttribute("aria-label", "{labels[0]} on the left, {labels[1]} on the right");
  range.style.cssText = "width:{2 * width}px;max-width:100%;margin:4px 0";
  const draw = () => {{
    after.style.clipPath = "inset(0 0 0 " + range.value + "%)";
    line.style.left = range.value + "%";
  }};
  const move = (event) => {{
    if (event.type === "pointermove" && !event.buttons) return;
    const where = stage.getBoundingClientRect();
    range.value = 100 * (event.clientX - where.left) / where.width;
    draw();
  }};
  stage.addEventListener("pointerdown", move);
  stage.addEventListener("pointermove", move);
  range.addEventListener("input", draw);
  const caption = document.createElement("div");
  caption.textContent = "drag: {labels[0]} on the left, {labels[1]} on the right";
  stage.append(side("0%"), after, line);
  box.replaceChildren(stage, range, caption);
  draw();
}})();</script>"""
    display(HTML(html))


def _png(fig, alt, tight=True):
    """A figure, which is closed, as what `display` takes: a PNG a third of matplotlib's own in size."""
    buffer, small = io.BytesIO(), io.BytesIO()
    fig.savefig(buffer, format="png", dpi=72, bbox_inches="tight" if tight else None)
    plt.close(fig)
    picture = Image.open(buffer).convert("RGB")
    red, green, blue = np.moveaxis(np.asarray(picture), 2, 0)
    grey = np.array_equal(red, green) and np.array_equal(green, blue)
    (picture.convert("L") if grey else picture).save(small, "PNG", optimize=True)
    return {"image/png": small.getvalue(), "text/plain": f"Figure: {alt}"}


def _image(axis, picture, title):
    axis.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axis.set_title(title, fontsize=11)
    axis.set_axis_off()
