"""Upscale a photograph of any size: the network on luma, bicubic on chroma, in tiles that leave no seam.

Exact tiling is derived in notebook 09: a tile is cut with a halo as wide as the receptive field's
radius, so every output pixel sees what it would see in the whole picture.
"""

from pathlib import Path

import numpy as np

from sr_helpers import images, resize
from sr_helpers import models
from sr_helpers.progress import progress_bar

TILE = 256
MAX_MEGAPIXELS = 100
BICUBIC_RADIUS = 2  # an enlarged pixel is made of the two LR pixels on either side


def upscale(image, model, tile=TILE):
    """Upscale a picture by the model's scale: (H, W) or (H, W, 3) -> (H*s, W*s[, 3]), same dtype.

    `image` is uint8, uint16 or float in 0..1. A luma network (channels 1) works on luma, chroma is
    enlarged bicubically; an RGB network works on all three. The result is clipped, and rounded for
    integers. `tile` is the side of a tile in LR pixels: it bounds the memory and never changes the result
    by more than rounding.
    """
    image = np.asarray(image)
    if image.shape[0] == 0 or image.shape[1] == 0:
        raise ValueError(f"the image is empty: shape {image.shape}")
    if tile < 1:
        raise ValueError(f"tile must be at least 1 pixel, got {tile}")
    s = models.scale_of(model)
    halo = max(models.receptive_field_radius(model), BICUBIC_RADIUS)
    return _in_tiles(image, s, tile, halo, lambda block: _upscale_block(block, model, s))


def upscale_file(source, target, model, overwrite=False, max_megapixels=MAX_MEGAPIXELS):
    """Upscale the picture file `source` into `target`; alpha, 16-bit grey and the colour profile are kept.

    Raises ValueError when the result would have more than `max_megapixels` (told from the header alone),
    FileExistsError when `target` is there already and `overwrite` is not set.
    """
    source, target = Path(source), Path(target)
    if target.exists() and not overwrite:
        raise FileExistsError(f"{target}: exists already; pass overwrite (--overwrite in the shell) to replace it")
    width, height = images.size(source)
    megapixels = width * height * models.scale_of(model) ** 2 / 1e6
    if megapixels > max_megapixels:
        raise ValueError(
            f"{source}: the result would have {megapixels:.0f} megapixels; the limit is {max_megapixels:g} "
            "(raise it: max_megapixels=..., or --max-megapixels in the shell)"
        )
    photo = images.read_photo(source)
    alpha = None
    if photo.alpha is not None:
        s = models.scale_of(model)
        alpha = _in_tiles(photo.alpha, s, TILE, BICUBIC_RADIUS, lambda block: resize.bicubic(block, s))
    images.write(target, upscale(photo.pixels, model), alpha, photo.icc_profile, overwrite)


def upscale_folder(source, target, model, overwrite=False, max_megapixels=MAX_MEGAPIXELS, progress=True):
    """Upscale every picture right in the folder `source` into the folder `target`, under its own name, as PNG.

    A picture that fails does not stop the rest. Returns (paths written, [(path, sentence), ...] that failed).
    Raises FileNotFoundError when `source` holds no pictures, ValueError when both folders are one.
    """
    paths, target = images.list_images(source), Path(target)
    if target.resolve() == Path(source).resolve():
        raise ValueError(f"{target}: the results need a folder of their own")
    target.mkdir(parents=True, exist_ok=True)
    names = [path.stem for path in paths]
    written, failed = [], []
    for path in progress_bar(paths, unit="picture", shown=progress):
        # a.png and a.jpg must not become one file
        name = path.stem if names.count(path.stem) == 1 else path.name.replace(".", "_")
        try:
            upscale_file(path, target / f"{name}.png", model, overwrite, max_megapixels)
            written.append(target / f"{name}.png")
        except (ValueError, OSError) as error:
            failed.append((path, str(error)))
    return written, failed


def luma_upscaler(model):
    """The network alone as a function for `metrics.evaluate`: LR float32 (h, w[, 3]) -> (h*s, w*s[, 3])."""
    forward = models.compiled(model)

    def estimate(lr):
        batch = lr[None] if lr.ndim == 3 else lr[None, ..., None]
        return forward(batch)[0].reshape([side * models.scale_of(model) for side in lr.shape[:2]] + [*lr.shape[2:]])

    return estimate


def tile_with_halo(image, top, left, tile, halo):
    """(block, y, x): the tile at (top, left) with `halo` pixels on every side that has them, and where it begins in the block."""
    y, x = max(0, top - halo), max(0, left - halo)
    return image[y : top + tile + halo, x : left + tile + halo], top - y, left - x


def _in_tiles(image, scale, tile, halo, enlarge):
    """Enlarge `image` tile by tile; each is cut with `halo` pixels around it, whose results are thrown away."""
    height, width = image.shape[:2]
    result = np.empty((height * scale, width * scale, *image.shape[2:]), image.dtype)
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            block, y, x = tile_with_halo(image, top, left, tile, halo)
            block = images.to_float(block)
            images.check_range(block)
            large = enlarge(block.astype(np.float32))
            rows, columns = min(tile, height - top) * scale, min(tile, width - left) * scale
            inner = large[y * scale :][:rows, x * scale :][:, :columns]
            result[top * scale :][:rows, left * scale :][:, :columns] = _as_dtype(inner, image.dtype)
    return result


def _upscale_block(block, model, scale):
    forward = models.compiled(model)
    if models.channels_of(model) == 3:
        colour = block if block.ndim == 3 else np.dstack([block] * 3)
        large = forward(colour[None])[0]
        return large if block.ndim == 3 else large.mean(axis=2)
    if block.ndim == 2:
        return forward(block[None, ..., None])[0, ..., 0]
    ycbcr = images.rgb_to_ycbcr(block)
    y = forward(ycbcr[None, ..., :1])[0]
    return images.ycbcr_to_rgb(np.concatenate([y, resize.bicubic(ycbcr[..., 1:], scale)], axis=2))


def _as_dtype(image, dtype):
    if dtype.kind == "f":
        return np.clip(image, 0, 1)
    peak = np.iinfo(dtype).max
    return (np.clip(image, 0, 1) * peak + 0.5).astype(dtype)
