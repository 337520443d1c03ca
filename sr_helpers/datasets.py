"""Sets of pictures: a starter set that needs no network, public sets by a catalogue, and folders of your own.

A set lies in `<data>/<set>/`, one file a picture. `fetching` brings the public ones there.
"""

import functools
import hashlib
import json
import os
from pathlib import Path

import numpy as np

from sr_helpers import images

# Photographs bundled with scikit-image: public domain or CC0 (see data/README.md).
STARTER = {
    "starter/train": ("astronaut", "chelsea", "hubble_deep_field", "gravel", "grass", "brick", "camera"),
    "starter/test": ("coffee", "rocket", "coins"),
}


def data_folder():
    """Where sets lie: $SR_DATA, else `data/` of a clone, else the user's cache folder."""
    if os.environ.get("SR_DATA"):
        return Path(os.environ["SR_DATA"])
    clone = Path(__file__).resolve().parent.parent
    if (clone / "pyproject.toml").is_file() and (clone / "notebooks").is_dir():
        return clone / "data"
    import pooch

    return Path(pooch.os_cache("sr_helpers"))


@functools.cache
def catalogue():
    """The public sets: name -> role ("train" or "test"), licence, citation, addresses, and files.

    `files` maps a picture's name to [file name at the source, bytes, sha256, pixels_sha256 or None]; a set
    that comes as one archive has `archive` instead. `not_for_training` names pictures with the reason.
    """
    return json.loads((Path(__file__).parent / "catalogue.json").read_text())


def entry_of(name):
    """The catalogue's entry of a set. Raises ValueError, listing the sets there are, for another name."""
    if name not in catalogue():
        raise ValueError(f"{name} is not in the catalogue; there are {', '.join(catalogue())}")
    return catalogue()[name]


def load(name, folder=None):
    """The pictures of a set: a dict name -> uint8 array, (H, W) grey or (H, W, 3) RGB.

    `name` is "starter/train", "starter/test" or a folder below `folder` (the data folder unless given),
    as "Set5" or "BSDS500/train". Raises FileNotFoundError with what to do when the set is not there.
    """
    if name in STARTER:
        import skimage.data

        return {picture: getattr(skimage.data, picture)() for picture in STARTER[name]}
    path = Path(folder or data_folder()) / name
    if not path.is_dir():
        raise FileNotFoundError(
            f"the set {name} is not in {path.parent}: run `python -m sr_helpers fetch {name}`, "
            "or set SR_DATA to the folder that holds it"
        )
    return load_folder(path)


def load_for_training(name, folder=None):
    """As `load`, without the pictures that the catalogue keeps out of training.

    Raises ValueError for a test set, which is never trained on.
    """
    entry = catalogue().get(name, {})
    if entry.get("role") == "test" or name == "starter/test":
        raise ValueError(f"{name} is a test set: a network that was trained on it cannot be judged by it")
    return {key: value for key, value in load(name, folder).items() if key not in entry.get("not_for_training", {})}


def load_folder(folder):
    """All pictures right in `folder`: a dict file stem -> uint8 array. Transparency is dropped."""
    return {path.stem: images.to_uint8(images.read_photo(path).pixels) for path in images.list_images(folder)}


def test_sets(folder=None):
    """Names of the catalogue's test sets that lie in the data folder."""
    folder = Path(folder or data_folder())
    return [name for name, entry in catalogue().items() if entry["role"] == "test" and (folder / name).is_dir()]


def check(name, folder=None):
    """Compare a set on disk with the catalogue: a list of (file or picture name, what is wrong), empty when complete.

    A file counts as right by its bytes or, for lossless sets, by its pixels in whatever encoding.
    """
    entry, path = entry_of(name), Path(folder or data_folder()) / name
    if not path.is_dir():
        return [(name, f"is not in {path.parent}")]
    if "archive" in entry:
        return _check_archive(path)
    found = {file.stem: file for file in images.list_images(path)} if any(path.iterdir()) else {}
    findings, right = [], set()
    for picture, (source, *_) in entry["files"].items():
        file = found.get(picture) or found.get(Path(source).stem)
        if file is None:
            findings.append((picture, "is missing"))
            continue
        right.add(file)
        if not same_picture(file, entry["files"][picture]):
            findings.append((file.name, "is altered: neither its bytes nor its pixels are the catalogue's"))
    findings += [(file.name, "does not belong to the set") for file in sorted(set(found.values()) - right)]
    return findings


def same_picture(path, listed):
    """Whether a file is the picture that the catalogue lists as [name, bytes, sha256, pixels_sha256 or None]."""
    _, _, sha256, pixels = listed
    if hashlib.sha256(Path(path).read_bytes()).hexdigest() == sha256:
        return True
    if pixels is None:
        return False  # a JPEG: its bytes count
    try:
        return pixels_sha256(images.read_photo(path).pixels) == pixels
    except ValueError:
        return False


def pixels_sha256(picture):
    """sha256 of the 8-bit RGB pixels, row by row; grey is repeated to three channels."""
    rgb = picture if picture.ndim == 3 else np.dstack([picture] * 3)
    return hashlib.sha256(np.ascontiguousarray(rgb, np.uint8).tobytes()).hexdigest()


def _check_archive(path):
    """The archive's sha256 was checked when it was fetched; since then, names and sizes tell."""
    marker = path / ".complete.json"
    if not marker.is_file():
        return [(path.name, "was never fetched to its end")]
    listed = json.loads(marker.read_text())
    here = {file.name: file.stat().st_size for file in path.iterdir() if not file.name.startswith(".")}
    findings = [(name, "is missing") for name in listed if name not in here]
    findings += [(name, "is altered") for name in listed if name in here and here[name] != listed[name]]
    return findings + [(name, "does not belong to the set") for name in here if name not in listed]
