"""From sets and folders to the pictures that `train` takes, with every search for test images on the way."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from sr_helpers import datasets, leaks, resize

Pictures = dict[str, np.ndarray]  # name -> uint8, (H, W) or (H, W, 3)


def prepare(sets: Iterable[str] = (), folders: Iterable[str | Path] = (), shrink_jpegs: float = 1.0) -> Pictures:
    """The pictures of public sets ("T91", "starter", ...) and of your own folders: a dict name -> uint8 picture.

    `shrink_jpegs`, 0.1 to 1, shrinks pictures from JPEG files, and the blocks of the compression with them.
    No test image gets through: files are compared with the catalogue's by their bytes, pictures by their pixels,
    and copies that were scaled, turned or recompressed are looked for in every test set on this disk and in the
    starter set's. Raises ValueError naming the picture for one that is found, for a test set, and for a picture
    that cannot be read; FileNotFoundError for a set or folder that is not there.
    """
    if not 0.1 <= shrink_jpegs <= 1:
        raise ValueError(f"shrink_jpegs is a factor between 0.1 and 1, got {shrink_jpegs:g}")
    pictures = {}
    for name in [sets] if isinstance(sets, str) else sets:
        name = "starter/train" if name == "starter" else name
        folder = None if name in datasets.STARTER else datasets.data_folder() / name
        if folder and folder.is_dir():
            leaks.check_files(folder)
        pictures |= _checked(name, datasets.load_for_training(name), folder, shrink_jpegs)
    for folder in [folders] if isinstance(folders, (str, Path)) else folders:
        leaks.check_files(folder)
        label = _label(folder, pictures)
        pictures |= _checked(label, datasets.load_folder(folder), Path(folder), shrink_jpegs)
    _refuse_copies(pictures)
    return pictures


def check(pictures: Pictures) -> None:
    """What `train` looks at in pictures from wherever: their kind and shape, and whether one is a known test image.

    Raises ValueError, in a sentence that names the picture.
    """
    if not isinstance(pictures, Mapping):
        raise ValueError(
            f"pictures must be a dict name -> picture, got a {type(pictures).__name__}: see preparation.prepare"
        )
    for name, picture in pictures.items():
        _check_shape(name, picture)
        known = leaks.known_test_picture(picture)
        if known:
            raise ValueError(f"{name} is the test image {known}: take it out of the training pictures")


def split(pictures: Pictures, seed: int = 0) -> tuple[Pictures, Pictures]:
    """Split a dict of pictures, duplicates removed, into (training, validation): a seeded twentieth, at least one."""
    first_of = {}  # the pixels' digest -> the first picture that has them
    for name, picture in pictures.items():
        first_of.setdefault(hashlib.sha256(picture.tobytes()).digest(), name)
    names = sorted(first_of.values())
    if len(names) < 2:
        raise ValueError("training needs at least two different pictures: one is held out for validation")
    held_out = set(np.random.default_rng(seed).permutation(names)[: max(1, len(names) // 20)])
    training = {name: pictures[name] for name in names if name not in held_out}
    return training, {name: pictures[name] for name in names if name in held_out}


def digest(pictures: Pictures) -> str:
    """What tells whether a resumed run has the pictures that it had: their pixels, in the order of their names."""
    pixels = hashlib.sha256()
    for name in sorted(pictures):
        pixels.update(f"{pictures[name].shape}".encode() + pictures[name].tobytes())
    return pixels.hexdigest()[:16]


def _checked(label, pictures, folder, shrink_jpegs):
    """The pictures under the names "label/picture", known test images refused, those from JPEG files shrunk."""
    named = {f"{label}/{name}": picture for name, picture in pictures.items()}
    check(named)
    if shrink_jpegs == 1 or folder is None:  # the bundled photographs are no folder
        return named
    files = datasets.files_of(folder).items()
    to_shrink = {f"{label}/{name}" for name, path in files if path.suffix.lower() in (".jpg", ".jpeg", ".jpe", ".jfif")}
    return {
        name: resize.bicubic(pixels, shrink_jpegs) if name in to_shrink else pixels for name, pixels in named.items()
    }


def _label(folder, taken):
    """A folder's own name, however its path was spelled; with a number when another folder has it too."""
    own, number = os.path.basename(os.path.abspath(folder)), 1
    label = own
    while any(name.startswith(f"{label}/") for name in taken):
        number += 1
        label = f"{own}-{number}"
    return label


def _refuse_copies(pictures):
    tests = {}
    for name in [*datasets.test_sets(), "starter/test"]:
        tests |= {f"{name}/{picture}": pixels for picture, pixels in datasets.load(name).items()}
    for name, other, how in leaks.find(pictures, tests):
        raise ValueError(f"{name} shows the test picture {other} ({how}): take it out of the training pictures")


def _check_shape(name, picture):
    if not isinstance(picture, np.ndarray):
        raise ValueError(f"{name}: a picture is a NumPy array, got a {type(picture).__name__}")
    shape = " x ".join(str(side) for side in picture.shape)
    if picture.dtype != np.uint8:
        raise ValueError(f"{name}: training pictures are uint8, got {picture.dtype}: use images.to_uint8")
    if picture.ndim == 3 and picture.shape[0] in (1, 3) and picture.shape[2] not in (1, 3):
        raise ValueError(f"{name}: {shape} has its colours on the first axis: use picture.transpose(1, 2, 0)")
    if picture.ndim == 3 and picture.shape[2] == 1:
        raise ValueError(f"{name}: a grey picture is (H, W), got {shape}: drop its last axis, picture[:, :, 0]")
    if picture.ndim == 3 and picture.shape[2] == 4:
        raise ValueError(f"{name}: {shape} has an alpha channel on its last axis: use picture[:, :, :3]")
    if picture.ndim not in (2, 3) or picture.ndim == 3 and picture.shape[2] != 3:
        raise ValueError(f"{name}: a picture is (H, W) or (H, W, 3), got {shape}")
    if 0 in picture.shape:
        raise ValueError(f"{name}: the picture is empty, {shape}")
