"""The course in a minute: a silent film from bundled photographs, with its captions in the picture and beside it.

python site/film.py FOLDER       writes film.mp4, film.vtt and film.jpg (the poster) into FOLDER
"""

import hashlib
import json
import sys
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sr_helpers import datasets, images, models, resize, runs
from sr_helpers.upscale import upscale

HERE = Path(__file__).parent
WIDTH, HEIGHT, CAPTION, RATE = 1280, 720, 110, 25
STAGE = (WIDTH, HEIGHT - CAPTION)  # where the pictures are; the caption stands below
PAPER, INK, QUIET, LINE = (22, 24, 27), (240, 241, 243), (165, 170, 178), (255, 196, 64)
ZOOM = 3
HISTORY = models.WEIGHTS / "espcn_x3.history.jsonl"


def build(folder):
    """Write the film, its captions and its poster, unless this very script made what is there; the page's part."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    card = models.card(models.pretrained_path(3))
    mark = hashlib.sha256(Path(__file__).read_bytes() + card["sha256"].encode()).hexdigest()
    stamp = folder / "film.json"
    if not stamp.exists() or json.loads(stamp.read_text(encoding="utf-8"))["mark"] != mark:
        stamp.unlink(missing_ok=True)
        texts = shoot(folder)
        stamp.write_text(json.dumps({"mark": mark, "texts": texts}), encoding="utf-8")
    about = {"file": "film.mp4", "captions": "film.vtt", "poster": "film.jpg"}
    return {name: f"{folder.name}/{file}" for name, file in about.items()} | {
        "texts": json.loads(stamp.read_text(encoding="utf-8"))["texts"]
    }


def shoot(folder):
    """Draw every scene frame by frame; the captions."""
    options = {"fps": RATE, "codec": "libx264", "quality": None, "macro_block_size": 2, "ffmpeg_log_level": "error"}
    options["output_params"] = ["-crf", "24", "-preset", "medium", "-movflags", "+faststart", "-threads", "1"]
    writer = imageio_ffmpeg.write_frames(str(folder / "film.mp4"), (WIDTH, HEIGHT), **options)
    writer.send(None)
    cues, start = ["WEBVTT\n"], 0
    for number, (seconds, caption, scene) in enumerate(scenes()):
        frames = round(seconds * RATE)
        for k in range(frames):
            frame = with_caption(scene(k / (frames - 1)), caption)
            if (number, k) == (3, frames // 2):
                frame.save(folder / "film.jpg", quality=85)
            writer.send(np.ascontiguousarray(frame))
        cues.append(f"{clock(start)} --> {clock(start + seconds)}\n{caption}\n")
        start += seconds
    writer.close()
    (folder / "film.vtt").write_text("\n".join(cues), encoding="utf-8")
    return [caption for _, caption, _ in scenes()]


def scenes():
    """(seconds, caption, function of the time 0..1 -> picture of the stage's size)."""
    network = models.pretrained(3)
    coffee, rocket = (Enlarged(datasets.load("starter/test")[name], network) for name in ("coffee", "rocket"))
    cup, pad = coffee.crop(150, 170), rocket.crop(220, 120)
    return [
        (5, "Super-resolution, built by hand: a course in eleven notebooks", lambda t: whole(coffee.hr, 1.5)),
        (
            6,
            "Shrink a photograph three times, and one pixel in nine is left",
            lambda t: whole(coffee.lr, 4.5 - 3.5 * ease(2 * t)),
        ),
        (
            6,
            "Enlarge it again, repeating pixels: staircases. By bicubic interpolation: soft",
            lambda t: wipe(cup, "nearest", "bicubic", t),
        ),
        (
            7,
            "The same pixels, by a network that you will build and train",
            lambda t: wipe(cup, "bicubic", "network", t),
        ),
        (
            6,
            "The original, which no method has seen: nobody brings all of it back",
            lambda t: wipe(cup, "network", "original", t),
        ),
        (
            8,
            "The trick: compute nine small pictures, then shuffle their pixels into one large",
            lambda t: shuffle(coffee.sr, t),
        ),
        (7, f"It learns from other photographs: ahead of bicubic after {overtaking()}", curve),
        (6, "Another photograph that it never saw", lambda t: wipe(pad, "bicubic", "network", t)),
        (6, "Eleven questions, each answered by code of your own", questions),
        (
            4,
            "Try it in your browser: your photograph never leaves your machine",
            lambda t: wipe(cup, "bicubic", "network", 0.5),
        ),
    ]


class Enlarged:
    """A photograph, shrunk three times, and what three methods make of it; uint8 arrays."""

    def __init__(self, photograph, network):
        self.hr = images.crop_to_multiple(photograph, 3)
        self.lr = images.to_uint8(resize.bicubic(images.to_float(self.hr), 1 / 3))
        self.sr = upscale(self.lr, network)

    def crop(self, top, left):
        """One piece of all, at `ZOOM`, as large as the stage: label -> picture."""
        nearest = self.lr.repeat(3, axis=0).repeat(3, axis=1)
        views = {"nearest": nearest, "bicubic": resize.bicubic(self.lr, 3), "network": self.sr, "original": self.hr}
        width, height = -(-STAGE[0] // ZOOM), -(-STAGE[1] // ZOOM)
        pieces = {label: view[top : top + height, left : left + width] for label, view in views.items()}
        return {
            label: Image.fromarray(piece.repeat(ZOOM, 0).repeat(ZOOM, 1)).crop((0, 0, *STAGE))
            for label, piece in pieces.items()
        }


def whole(picture, zoom):
    """The picture in the middle of the stage."""
    size = [round(zoom * side) for side in picture.shape[1::-1]]
    stage = Image.new("RGB", STAGE, PAPER)
    shown = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
    stage.paste(shown, [(room - side) // 2 for room, side in zip(STAGE, size, strict=True)])
    return stage


def wipe(views, before, after, t):
    """`after` comes in from the right, behind a line; it stops on the way, so that both can be compared."""
    edge = round(STAGE[0] * (1 - 0.5 * ease(3 * t) - 0.5 * ease(4 * t - 3)))
    stage = views[before].copy()
    stage.paste(views[after].crop((edge, 0, *STAGE)), (edge, 0))
    draw = ImageDraw.Draw(stage)
    draw.line((edge, 0, edge, STAGE[1]), fill=LINE, width=3)
    for label, x, anchor in ((before, edge - 14, "ra"), (after, edge + 14, "la")):
        draw.text((x, 14), label, INK, font(30), anchor, stroke_width=4, stroke_fill=(0, 0, 0))
    return stage


def shuffle(large, t, rows=12, columns=18, side=13):
    """A piece of `large` as nine small pictures, whose pixels move to their places in it."""
    piece = large[250 : 250 + 3 * rows, 352 : 352 + 3 * columns]
    stage = Image.new("RGB", STAGE, PAPER)
    draw = ImageDraw.Draw(stage)
    left, top = (STAGE[0] - 3 * columns * side) // 2, (STAGE[1] - 3 * rows * side) // 2
    share, gap = ease(1.6 * t - 0.35), 18
    for y, x in np.ndindex(piece.shape[:2]):
        apart_x = (x % 3) * (columns * side + gap) - gap + (x // 3) * side
        apart_y = (y % 3) * (rows * side + gap) - gap + (y // 3) * side
        at_x, at_y = left + apart_x + share * (x * side - apart_x), top + apart_y + share * (y * side - apart_y)
        draw.rectangle((at_x, at_y, at_x + side - 1, at_y + side - 1), tuple(int(v) for v in piece[y, x]))
    return stage


def curve(t):
    """The shipped network's training: dB above bicubic on photographs that it does not learn from, against steps."""
    history = runs.read_history(HISTORY)
    steps, gains = (
        np.array(values) for values in zip(*((r["step"], r["psnr"] - r["bicubic"]) for r in history), strict=True)
    )
    stage = Image.new("RGB", STAGE, PAPER)
    draw = ImageDraw.Draw(stage)
    x = 140 + 1040 * np.log(steps / steps[0]) / np.log(steps[-1] / steps[0])
    y = 400 - 150 * gains
    draw.line((140, 400, 1180, 400), fill=QUIET, width=2)
    draw.text((1180, 410), "bicubic", QUIET, font(26), "ra")
    for gain in (-1, 1, 2):
        draw.text((120, 400 - 150 * gain), f"{gain:+d} dB", QUIET, font(24), "rm")
    shown = max(2, round(len(steps) * (ease(1.2 * t) * 0.98 + 0.02)))
    draw.line([*zip(x[:shown], y[:shown], strict=True)], fill=LINE, width=5)
    draw.text((140, 30), f"step {steps[shown - 1]:,}: {gains[shown - 1]:+.2f} dB against bicubic", INK, font(34))
    return stage


def questions(t):
    """The questions of README's table, one after another."""
    text = (HERE.parent / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| [") and "notebooks/" in line]
    stage = Image.new("RGB", STAGE, PAPER)
    draw = ImageDraw.Draw(stage)
    for k, (name, question) in enumerate(rows[: round(1 + 1.4 * t * len(rows))]):
        y = 30 + k * (STAGE[1] - 40) / len(rows)
        draw.text((190, y), name.split("[")[1].split("]")[0], LINE, font(30))
        draw.text((620, y), question.strip(), INK, font(30))
    return stage


def overtaking():
    """When the shipped network's training passed bicubic, in words."""
    history = runs.read_history(HISTORY)
    step = next(record["step"] for record in history if record["psnr"] > record["bicubic"])
    return f"{step:,} of {history[-1]['step']:,} steps"


def with_caption(stage, caption):
    frame = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    frame.paste(stage, (0, 0))
    draw = ImageDraw.Draw(frame)
    size = 40
    while draw.textlength(caption, font(size)) > WIDTH - 60:
        size -= 1
    draw.text((WIDTH / 2, HEIGHT - CAPTION / 2), caption, INK, font(size), "mm")
    return frame


def font(size):
    return ImageFont.load_default(size)


def ease(t):
    """0 before 0, 1 after 1, and smooth between."""
    t = min(1, max(0, t))
    return t * t * (3 - 2 * t)


def clock(seconds):
    return f"00:{seconds // 60:02d}:{seconds % 60:02d}.000"


if __name__ == "__main__":
    build(sys.argv[1])
