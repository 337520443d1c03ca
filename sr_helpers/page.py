"""Pieces of a page that survive every notebook viewer: JupyterLab, also before it trusts a notebook, Colab, code hosts.

All is HTML with inline styles, for viewers remove style sheets, scripts, ids and inline SVG. Alt text stands in
`<img alt>`, the only place that all of them keep.
"""

import base64
import html
import io
import tempfile
import urllib.parse
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image

from sr_helpers import images

GAP = 12  # CSS pixels between two pictures
HAIRLINE = "border:1px solid #999"  # where a white picture meets a white page
FITTING = "box-sizing:border-box;max-width:100%;height:auto"  # no wider than the page, its hairline included


def picture(pixels, alt, zoom=1, baked=2):
    """An array in 0..1, (H, W) or (H, W, 3), as an `<img>` with `zoom` x `zoom` CSS pixels to each of its pixels.

    `baked` is how many stored pixels make one CSS pixel: with 2 every pixel is as wide as the next on a screen of scale
    2 too, even where a viewer throws the style away.
    """
    pixels = images.to_uint8(np.clip(pixels, 0, 1))
    height, width = (side * zoom for side in pixels.shape[:2])
    times = max(1, zoom * baked)
    enlarged = Image.fromarray(pixels.repeat(times, axis=0).repeat(times, axis=1))
    style = f"max-width:none;image-rendering:pixelated;{HAIRLINE}"
    return file(encoded([enlarged], "PNG"), "image/png", alt, width, height, style)


def encoded(frames, kind, **options):
    """Pillow images as the bytes of one picture file, which moves when there are several."""
    buffer = io.BytesIO()
    several = {"save_all": True, "append_images": frames[1:], "loop": 0} if len(frames) > 1 else {"optimize": True}
    frames[0].save(buffer, kind, **several, **options)
    return buffer.getvalue()


def file(data, kind, alt, width, height, style):
    """The bytes of a picture file of a MIME type as an `<img>`, `width` x `height` CSS pixels large."""
    return _img(_data(kind, data), alt, width, height, style)


def film(frames, alt, fps):
    """Frames, uint8 of one shape, as a `<video>` (H.264) with controls, and below it the alt text, which all keep."""
    height, width = (side // 2 * 2 for side in frames[0].shape[:2])  # the format wants even sides
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        options = {"fps": fps, "codec": "libx264", "quality": None, "output_params": ["-crf", "20"]}
        options |= {"macro_block_size": 1, "ffmpeg_log_level": "error"}
        writer = imageio_ffmpeg.write_frames(str(path), (width, height), **options)
        writer.send(None)
        for frame in frames:
            writer.send(np.ascontiguousarray(frame[:height, :width]))
        writer.close()
        source = _data("video/mp4", path.read_bytes())
    poster = _data("image/jpeg", encoded([Image.fromarray(frames[0])], "JPEG", quality=85))  # until it is played
    text = html.escape(alt)
    size = f'width="{width + 2}" height="{height + 2}" style="{FITTING};{HAIRLINE}"'
    sources = f'poster="{poster}" src="{source}"'
    video = f'<video controls loop muted playsinline aria-label="{text}" {sources} {size}></video>'
    return f'<figure style="margin:0;max-width:{width + 2}px">{video}<figcaption>{text}</figcaption></figure>'


def drawing(svg, alt, width, height):
    """An SVG text as an `<img>`: sharp at any size, and no wider than the page."""
    source = "data:image/svg+xml," + urllib.parse.quote(svg, safe=" =:/;,()'!*$+?@[]^{|}~-._")
    return _img(source, alt, width, height, FITTING)


def titled(title, content, width):
    """A picture below its title, which breaks into lines rather than being wider than the picture."""
    lines = html.escape(title).replace("\n", "<br>")
    style = f"margin:0;width:{width}px;max-width:100%"
    return f'<figure style="{style}"><figcaption style="line-height:1.3">{lines}</figcaption>{content}</figure>'


def row(pieces, width=None):
    """Pieces side by side, at most `width` CSS pixels wide; what does not fit goes on below."""
    limit = f"max-width:{width}px;" if width else ""
    style = f"display:flex;flex-wrap:wrap;align-items:flex-end;gap:{GAP}px;{limit}overflow-x:auto;padding:1px"
    return f'<div style="{style}">{"".join(pieces)}</div>'


def _data(kind, data):
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _img(source, alt, width, height, style):
    return f'<img src="{source}" alt="{html.escape(alt)}" width="{width}" height="{height}" style="{style}">'
