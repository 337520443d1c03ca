"""Is a test image hiding among the training images? Looked for by pixels, since names tell nothing. Notebook 06.

Two pictures are compared as thumbnails of 24 x 24 grey values in all eight orientations, so copies that
were flipped, turned, scaled or recompressed are found; crops of a small part are not.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from sr_helpers import arrays, datasets, images

__all__ = ["check_files", "find", "known_test_file", "known_test_picture", "thumbnail", "turned"]

Pictures = Mapping[str, np.ndarray] | Iterable[np.ndarray]
SIDE = 24
# Correlation of two thumbnails. Measured: the one known scaled copy (BSDS500/train 302003 and Set5 woman) has
# 0.98; no other pair of T91, General100, BSDS500 with Set5, Set14 or the starter set reaches 0.85.
THRESHOLD = 0.95


def find(training: Pictures, evaluation: Pictures) -> list[tuple[str, str, str]]:
    """Pairs that show one picture: a list of (training name, evaluation name, how), empty when all is well.

    Both are dicts name -> uint8 picture, (H, W) or (H, W, 3), or lists, named by number. `how` is "same pixels",
    "flipped or turned" or "scaled or altered copy". Raises ValueError, with the picture's name, for another form.
    """
    training, evaluation = arrays.named(training), arrays.named(evaluation)
    for name, picture in [*training.items(), *evaluation.items()]:
        arrays.check_uint8(picture, f"the picture {name}")
    if not training or not evaluation:
        return []
    names, others = list(training), list(evaluation)
    left = np.stack([thumbnail(training[name]) for name in names])  # (T, S, S)
    right = np.stack([thumbnail(evaluation[name]) for name in others])  # (E, S, S)
    flat = left.reshape(len(names), -1)
    best = np.max([flat @ turned(right, k).reshape(len(others), -1).T for k in range(8)], axis=0)  # (T, E)
    pairs = [(names[t], others[e]) for t, e in zip(*np.nonzero(best > THRESHOLD), strict=True)]
    return [(a, b, _how(training[a], evaluation[b])) for a, b in pairs]


def thumbnail(picture: np.ndarray) -> np.ndarray:
    """(H, W) or (H, W, 3) uint8 -> (24, 24) grey, mean 0 and length 1, so that a product is a correlation."""
    arrays.check_uint8(picture)
    grey = Image.fromarray(picture).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    values = np.asarray(grey, np.float64)
    values = values - values.mean()
    length = np.linalg.norm(values)
    return values / length if length > 0 else np.zeros_like(values)  # a flat picture resembles nothing


def turned(stack: np.ndarray, k: int) -> np.ndarray:
    """Orientation k (0..7) of a stack (N, H, W, ...): quarter turns, flipped first from 4 on."""
    return np.rot90(stack[:, :, ::-1] if k >= 4 else stack, k % 4, axes=(1, 2))


def known_test_file(path: Path | str) -> str | None:
    """The catalogue's test image that this file is, as "BSD100 3096", or None: by its bytes, whatever its name."""
    with open(path, "rb") as file:
        return _test_hashes().get(hashlib.file_digest(file, "sha256").hexdigest())


def known_test_picture(picture: np.ndarray) -> str | None:
    """The same by pixels, for the sets whose files are lossless: a uint8 picture, (H, W) or (H, W, 3)."""
    arrays.check_uint8(picture)
    return _test_hashes().get(datasets.pixels_sha256(picture))


def check_files(folder: Path | str) -> None:
    """Raise ValueError, naming the file, when a picture right in `folder` is a known test image."""
    for path in images.list_images(folder):
        known = known_test_file(path)
        if known:
            raise ValueError(f"{path} is the test image {known}: take it out of the training folder")


def _test_hashes():
    table = {}
    for name, entry in datasets.catalogue().items():
        if entry["role"] == "test":
            for picture, (_, _, sha256, pixels) in entry.get("files", {}).items():
                table |= {digest: f"{name} {picture}" for digest in (sha256, pixels) if digest}
    return table


def _how(a, b):
    if a.ndim != b.ndim:
        a, b = (x if x.ndim == 3 else np.dstack([x] * 3) for x in (a, b))
    if np.array_equal(a, b):
        return "same pixels"
    laid_otherwise = any(np.array_equal(a, turned(b[None], k)[0]) for k in range(1, 8))
    return "flipped or turned" if laid_otherwise else "scaled or altered copy"
