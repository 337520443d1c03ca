"""Upscale a photograph of any size: the network on luma, bicubic on chroma, in tiles that leave no seam.

Exact tiling is derived in notebook 09: a tile is cut with a halo as wide as the receptive field's
radius, so every output pixel sees what it would see in the whole picture.
"""

import functools
import numbers
import warnings
from collections import Counter
from pathlib import Path

import keras
import numpy as np
from keras import ops

from sr_helpers import arrays, files, images, models, photos, resize, saving
from sr_helpers.progress import progress_bar

TILE = 640  # a 360p frame in one piece
MAX_MEGAPIXELS = 100
BICUBIC_RADIUS = 2  # an enlarged pixel is made of the two LR pixels on either side


def upscale(image, model, *, tile=TILE):
    """Upscale a picture by the model's scale: (H, W) or (H, W, 3) -> (H*s, W*s[, 3]), same dtype.

    `image` is uint8, uint16 or float in 0..1. A luma network (channels 1) works on luma, chroma is
    enlarged bicubically; an RGB network works on all three. The result is clipped, and rounded for
    integers. `tile` is the side of a tile in LR pixels: it bounds the memory and never changes the result
    by more than rounding. Raises ValueError for no picture or no model, and for a picture larger than a tile where it
    cannot be told how far a model of your own sees (see `reach`).
    """
    if isinstance(image, str | Path):
        raise ValueError(f"{image} is a path: use upscale_file, or read it with images.read")
    scale, image = models.scale_of(model), arrays.of(image)
    arrays.check_shape(image)
    if not isinstance(tile, numbers.Integral) or tile < 1:
        raise ValueError(f"tile must be a whole number of pixels, at least 1, got {tile!r}")
    arrays.check_float(image if image.dtype.kind == "f" else images.to_float(image[:1, :1]))
    if image.ndim == 2 and models.channels_of(model) == 3:
        grey = upscale(np.dstack([image] * 3), model, tile=tile).mean(axis=2)
        return (grey if image.dtype.kind == "f" else np.rint(grey)).astype(image.dtype)
    whole = max(image.shape[:2]) <= tile  # one tile has no neighbours, however far the network sees
    halo = BICUBIC_RADIUS if whole else max(models.receptive_field_radius(model), BICUBIC_RADIUS)
    call = _network_call(model, 1 if image.ndim == 2 else 3, _dtype(image))
    return _in_tiles(image, scale, tile, halo, call)


def upscale_file(source, target, model, *, overwrite=False, max_megapixels=MAX_MEGAPIXELS):
    """Upscale the picture file `source` into `target`, whose suffix gives the format.

    Alpha, 16 bits, frames and their times, pages, colour profile, EXIF, XMP and dots per inch are kept where the
    format of `target` holds them; what is lost is told in one warning.
    Raises ValueError when the result would have more than `max_megapixels` (told from the header alone) or when
    `target` cannot hold it, FileExistsError when `target` is there already and `overwrite` is not set.
    """
    source, target, s = Path(source), Path(target), models.scale_of(model)
    files.check_target(target, overwrite)
    header = photos.header(source)
    width, height = (side * s for side in header.size)
    kind = saving.kind_of(target, (width, height))
    several = header.frames > 1 and kind.frames == ("pages" if header.pages else "animation")
    megapixels = width * height * (header.frames if several else 1) / 1e6
    if megapixels > max_megapixels:
        raise ValueError(
            f"{source}: the result would have {megapixels:.0f} megapixels; the limit is {max_megapixels:g} "
            "(raise it: max_megapixels=..., or --max-megapixels in the shell)"
        )
    pictures = photos.read_all(source) if several else [images.read_photo(source)]
    saving.check_alpha(target, pictures)
    saving.write(target, [_upscale_photo(photo, model) for photo in pictures], overwrite)


def upscale_folder(source, target, model, *, overwrite=False, max_megapixels=MAX_MEGAPIXELS, progress=True):
    """Upscale every picture right in the folder `source` into the folder `target`, under its own name, as PNG.

    A picture that fails does not stop the rest. Returns (paths written, [(path, sentence), ...] that failed); one
    warning names the files that are no pictures. Raises FileNotFoundError when `source` holds no pictures, ValueError
    when both folders are one.
    """
    paths, target = images.list_images(source), Path(target)
    if target.resolve() == Path(source).resolve():
        raise ValueError(f"{target}: the results need a folder of their own")
    if target.suffix.lower() in saving.KINDS and not target.is_dir():
        raise ValueError(f"{target}: is named like a picture, but {source} is a folder: give the results a folder")
    target.mkdir(parents=True, exist_ok=True)
    others = sorted(path.name for path in Path(source).iterdir() if not path.name.startswith(".") and not path.is_dir())
    others = [name for name in others if Path(source, name) not in paths]
    if others:
        warnings.warn(f"{source}: passed over, being no pictures that can be read: {', '.join(others)}", stacklevel=2)
    written, failed = [], []
    for path, name in progress_bar(result_names(paths).items(), unit="picture", shown=progress):
        try:
            upscale_file(path, target / f"{name}.png", model, overwrite=overwrite, max_megapixels=max_megapixels)
            written.append(target / f"{name}.png")
        except (ValueError, OSError) as error:
            failed.append((path, str(error)))
    return written, failed


def result_names(paths):
    """A dict path -> a name of its own for the result: the stem or, where files share one, as a_jpg and a_png."""
    forms = (lambda path: path.stem, lambda path: path.name.replace(".", "_"), lambda path: path.name)
    form = dict.fromkeys(paths, 0)
    while True:
        names = {path: forms[form[path]](path) for path in paths}
        count = Counter(names.values())
        clashing = [path for path in paths if count[names[path]] > 1]
        if not clashing:
            return names
        for path in clashing:  # the whole name, at the latest, is that of no other file
            form[path] = min(form[path] + 1, len(forms) - 1)


def luma_upscaler(model):
    """The network alone as a function for `metrics.evaluate`: LR float32 (h, w[, 3]) -> (h*s, w*s[, 3])."""
    forward = models.compiled(model)

    def estimate(lr):
        if (3 if lr.ndim == 3 else 1) != models.channels_of(model):
            raise ValueError(f"the network takes LR of {models.channels_of(model)} channels: pass that as channels=...")
        batch = lr[None] if lr.ndim == 3 else lr[None, ..., None]
        return forward(batch)[0].reshape([side * models.scale_of(model) for side in lr.shape[:2]] + [*lr.shape[2:]])

    return estimate


def tile_with_halo(image, top, left, tile, halo):
    """(block, y, x): the tile at (top, left) with `halo` pixels on every side that has them, and where it begins."""
    y, x = max(0, top - halo), max(0, left - halo)
    return image[y : top + tile + halo, x : left + tile + halo], top - y, left - x


def _upscale_photo(photo, model):
    """A `Photo` enlarged: colours by the network, alpha bicubically."""
    pixels, alpha = photo.pixels, photo.alpha
    if alpha is not None:
        s = models.scale_of(model)
        pixels = _filled(pixels, alpha)
        alpha = _in_tiles(alpha, s, TILE, BICUBIC_RADIUS, _bicubic_call(s, _dtype(alpha)))
    return photo._replace(pixels=upscale(pixels, model), alpha=alpha)


def _filled(pixels, alpha):
    """Colours that cannot be seen, replaced by the nearest that can: an enlarged pixel mixes its neighbours."""
    from scipy import ndimage

    hidden = alpha == 0
    if not hidden.any() or hidden.all():
        return pixels
    nearest = ndimage.distance_transform_edt(hidden, return_distances=False, return_indices=True)
    return pixels[tuple(nearest)]


def _in_tiles(image, scale, tile, halo, call):
    """Enlarge `image` tile by tile; each is cut with `halo` pixels around it, whose results are thrown away."""
    height, width = image.shape[:2]
    channels = image.shape[2:] or (1,)
    result = np.empty((height * scale, width * scale, *channels), image.dtype)
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            block, y, x = tile_with_halo(image, top, left, tile, halo)
            large = call(block.reshape(1, *block.shape[:2], *channels).astype(_dtype(image), copy=False))[0]
            rows, columns = min(tile, height - top), min(tile, width - left)
            inner = large[_enlarged(scale, y, x, rows, columns)]
            result[_enlarged(scale, top, left, rows, columns)] = inner
    return result.reshape(height * scale, width * scale, *image.shape[2:])


def _enlarged(scale, top, left, rows, columns):
    """Where the LR rectangle at (top, left) lies in the enlarged picture."""
    return slice(top * scale, (top + rows) * scale), slice(left * scale, (left + columns) * scale)


@functools.lru_cache(maxsize=8)
def _network_call(model, channels, dtype):
    """(N, h, w, channels) -> (N, h*s, w*s, channels), both of `dtype`, as one compiled graph.

    It works on the small picture to the end: s*s fine pixels are channels of one LR pixel until the shuffle, the last
    step, moves bytes. Colour of a luma network: R, G and B are the same multiple of luma, each with chroma added, so
    that bicubic chroma and the way back to RGB are one convolution.
    """
    s, peak = models.scale_of(model), _peak(dtype)
    picture = keras.Input((None, None, channels), dtype=dtype)
    x = ops.cast(picture, "float32") / peak
    network = _up_to_the_shuffle(model, s)
    if channels == models.channels_of(model):
        return _compiled(picture, peak * network(x), s, dtype)
    to_ycbcr, to_rgb = images.TO_YCBCR.astype(np.float32), images.TO_RGB
    y = network(ops.matmul(x, to_ycbcr[:1].T) + images.YCBCR_OFFSET[0])  # (N, h, w, s*s)
    chroma = ops.matmul(x, to_ycbcr[1:].T)  # (N, h, w, 2), around 0
    luma_part = np.kron(np.eye(s * s), to_rgb[:, 0])[None, None]  # (1, 1, s*s, s*s*3)
    chroma_part = np.einsum("yxk,cd->yxdkc", resize.filters(s), to_rgb[:, 1:]).reshape(5, 5, 2, s * s * 3)
    rgb = _convolve(_mirrored(chroma), peak * chroma_part) + _convolve(y, peak * luma_part)
    return _compiled(picture, rgb, s, dtype, black=-peak * images.YCBCR_OFFSET[0] * to_rgb[0, 0])


def _up_to_the_shuffle(model, scale):
    """The network that gives s*s fine pixels as channels, (N, h, w, C) -> (N, h, w, s*s*C)."""
    last = model.layers[-1]
    if isinstance(last, models.PixelShuffle) and last.scale == scale:
        return keras.Model(model.inputs, last.input)
    size = scale * scale * models.channels_of(model)  # a model that enlarges otherwise: blocks become channels again
    blocks = np.eye(size, dtype=np.float32).reshape(scale, scale, -1, size)
    return keras.Model(model.inputs, ops.conv(model.output, blocks, strides=scale, data_format="channels_last"))


@functools.lru_cache(maxsize=8)
def _bicubic_call(scale, dtype):
    """Bicubic in the same form, for alpha: (N, h, w, 1) -> (N, h*s, w*s, 1)."""
    picture = keras.Input((None, None, 1), dtype=dtype)
    x = _mirrored(ops.cast(picture, "float32"))
    return _compiled(picture, _convolve(x, resize.filters(scale)[:, :, None]), scale, dtype)


def _compiled(picture, fine, scale, dtype, black=0):
    """The compiled graph from `picture` to `fine` (N, h, w, s*s*C) plus `black`: clipped, rounded and shuffled."""
    half = 0.5 if np.dtype(dtype).kind == "u" else 0
    clipped = ops.minimum(ops.relu(fine + np.float32(black + half)), _peak(dtype))
    return models.compiled(keras.Model(picture, models.PixelShuffle(scale)(ops.cast(clipped, dtype))))


def _convolve(x, kernel):
    return ops.conv(x, kernel.astype(np.float32), padding="valid", data_format="channels_last")


def _mirrored(x):
    """Two more pixels on every side, (N, h + 4, w + 4, C). A picture one pixel wide mirrors that pixel twice."""
    x = ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="symmetric")
    x = ops.concatenate([x[:, 2:3], x, x[:, -3:-2]], axis=1)
    return ops.concatenate([x[:, :, 2:3], x, x[:, :, -3:-2]], axis=2)


def _dtype(image):
    """The type that a picture is computed from and into: its own, or float32 for every float."""
    return "float32" if image.dtype.kind == "f" else image.dtype.name


def _peak(dtype):
    return 1 if np.dtype(dtype).kind == "f" else int(np.iinfo(dtype).max)
