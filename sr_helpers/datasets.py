"""Sets of pictures: a starter set that needs no network, public sets by a catalogue, and folders of your own.

A set lies in `<data>/<set>/`, one file a picture. `fetching` brings the public ones there.
"""

import functools
import hashlib
import json
import os
from collections import Counter
from pathlib import Path

import numpy as np

from sr_helpers import images, runtime

__all__ = [
    "STARTER", "catalogue", "check", "check_archive", "data_folder", "entry_of", "files_of", "load", "load_folder",
    "load_for_training", "pixels_sha256", "same_picture", "test_sets",
]  # fmt: skip

# Photographs bundled with scikit-image: public domain or CC0 (see data/README.md).
STARTER = {
    "starter/train": ("astronaut", "chelsea", "hubble_deep_field", "gravel", "grass", "brick", "camera"),
    "starter/test": ("coffee", "rocket", "coins"),
}


def data_folder() -> Path:
    """Where sets lie: $SR_DATA, else `data/` of a clone, else the user's cache folder (`pip install` has no clone).

    The cache folder is the system's own: ~/.cache/sr_helpers on Linux, or below $XDG_CACHE_HOME; Library/Caches on
    macOS, AppData on Windows. Whatever lies there can be fetched again.

    >>> data_folder().is_absolute()
    True
    """
    if os.environ.get("SR_DATA"):
        return Path(os.environ["SR_DATA"]).expanduser().absolute()
    clone = runtime.course_folder()
    if clone:
        return clone / "data"
    import pooch

    return Path(pooch.os_cache("sr_helpers"))


@functools.cache
def catalogue() -> dict[str, dict]:
    """The public sets: name -> role ("train" or "test"), licence, citation, addresses, and files.

    `files` maps a picture's name to [file name at the source, bytes, sha256, pixels_sha256 or None]; a set that comes
    as one archive has `archive` instead: addresses, bytes, sha256, and how many pictures are in it.
    `not_for_training` names pictures with the reason.

    >>> catalogue()["Set5"]["role"]
    'test'
    """
    return json.loads((Path(__file__).parent / "catalogue.json").read_text(encoding="utf-8"))


def entry_of(name: str) -> dict:
    """The catalogue's entry of a set. Raises ValueError, listing the sets there are, for another name.

    >>> len(entry_of("Set14")["files"])
    14
    """
    if name not in catalogue():
        raise ValueError(f"{name} is not in the catalogue; there are {', '.join(catalogue())}")
    return catalogue()[name]


def load(name: str, folder: Path | str | None = None) -> dict[str, np.ndarray]:
    """The pictures of a set: a dict name -> uint8 array, (H, W) grey or (H, W, 3) RGB.

    `name` is "starter/train", "starter/test" or a folder below `folder` (the data folder unless given),
    as "Set5" or "BSDS500/train". Raises FileNotFoundError with what to do when the set is not there.

    >>> sorted(load("starter/test"))
    ['coffee', 'coins', 'rocket']
    """
    if name in STARTER:
        import skimage.data

        return {picture: getattr(skimage.data, picture)() for picture in STARTER[name]}
    return load_folder(_folder_of(name, folder))


def load_for_training(name: str, folder: Path | str | None = None) -> dict[str, np.ndarray]:
    """As `load`, without the pictures that the catalogue keeps out of training, whatever their files' suffix.

    Raises ValueError for a test set, which is never trained on.

    >>> len(load_for_training("starter/train"))
    7
    """
    entry = catalogue().get(name, {})
    if entry.get("role") == "test" or name == "starter/test":
        raise ValueError(f"{name} is a test set: a network that was trained on it cannot be judged by it")
    if name in STARTER:
        return load(name)
    held_back = {stem for picture in entry.get("not_for_training", {}) for stem in _stems(picture, entry)}
    paths = files_of(_folder_of(name, folder)).items()
    return {key: _read(path) for key, path in paths if path.stem not in held_back}


def load_folder(folder: Path | str) -> dict[str, np.ndarray]:
    """All pictures right in `folder`: a dict name -> uint8 array, named as by `files_of`. Transparency is dropped.

    Raises FileNotFoundError when there are none, ValueError with the file's name for one that cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     images.write(Path(folder) / "roof.png", np.zeros((2, 3)))
    ...     print({name: picture.shape for name, picture in load_folder(folder).items()})
    {'roof': (2, 3)}
    """
    return {name: _read(path) for name, path in files_of(folder).items()}


def files_of(folder: Path | str) -> dict[str, Path]:
    """The picture files right in `folder`, sorted: a dict name -> path, every file under a name of its own.

    The name is that of the file without its suffix; where two files share it (a.png, a.jpg), the whole file name.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.png", "a.jpg", "b.png"):
    ...         (Path(folder) / name).touch()
    ...     print(sorted(files_of(folder)))
    ['a.jpg', 'a.png', 'b']
    """
    paths = images.list_images(folder)
    taken = Counter(path.stem for path in paths) + Counter(
        path.name for path in paths
    )  # a.png may be a stem: a.png.png
    return {path.stem if taken[path.stem] == 1 else path.name: path for path in paths}


def test_sets(folder: Path | str | None = None) -> list[str]:
    """Names of the catalogue's test sets that lie in the data folder, at least in part.

    >>> test_sets("no such folder")
    []
    """
    folder = Path(folder or data_folder())
    return [name for name, entry in catalogue().items() if entry["role"] == "test" and _holds_pictures(folder / name)]


def check(name: str, folder: Path | str | None = None) -> list[tuple[str, str]]:
    """Compare a set on disk with the catalogue: a list of (file or picture name, what is wrong), empty when complete.

    A file counts as right by its bytes or, for lossless sets, by its pixels in whatever encoding. Every other
    picture file in the folder is a finding.

    >>> check("Set5", "no such folder")
    [('Set5', 'is not in no such folder')]
    """
    entry, path = entry_of(name), Path(folder or data_folder()) / name
    if not path.is_dir():
        return [(name, f"is not in {path.parent}")]
    if "archive" in entry:
        return check_archive(path)
    try:
        here = images.list_images(path)
    except FileNotFoundError:
        here = []
    findings, known = [], set()
    for picture, listed in entry["files"].items():
        candidates = [file for file in here if file.stem in _stems(picture, entry)]
        right = [file for file in candidates if same_picture(file, listed)]
        if not candidates:
            findings.append((picture, "is missing"))
        elif not right:
            findings.append((candidates[0].name, "is altered: neither its bytes nor its pixels are the catalogue's"))
        known |= set(right[:1] or candidates[:1])
    return findings + [(file.name, "does not belong to the set") for file in here if file not in known]


def same_picture(path: Path | str, listed: list) -> bool:
    """Whether a file is the picture that the catalogue lists as [name, bytes, sha256, pixels_sha256 or None].

    >>> same_picture(__file__, ["a.bmp", 10, "0" * 64, None])
    False
    """
    _, size, sha256, pixels = listed
    path = Path(path)
    if path.stat().st_size == size and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
        return True
    if pixels is None:
        return False  # a JPEG: its bytes count
    try:
        return pixels_sha256(images.read_photo(path).pixels) == pixels
    except (ValueError, OSError):
        return False


def pixels_sha256(picture: np.ndarray) -> str:
    """sha256 of the 8-bit RGB pixels, row by row; grey is repeated to three channels.

    >>> grey = np.array([[0, 255]], np.uint8)
    >>> pixels_sha256(grey) == pixels_sha256(np.dstack([grey] * 3))
    True
    """
    rgb = picture if picture.ndim == 3 else np.dstack([picture] * 3)
    return hashlib.sha256(np.ascontiguousarray(rgb, np.uint8).tobytes()).hexdigest()


def check_archive(path: Path | str) -> list[tuple[str, str]]:
    """Findings, as of `check`, for a folder that an archive was unpacked into.

    The archive's sha256 was checked when it was fetched; since then, names and sizes tell.
    """
    path = Path(path)
    try:
        listed = json.loads((path / ".complete.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        listed = None
    if not isinstance(listed, dict) or not listed:
        return [(path.name, "was never fetched to its end")]
    here = {file.name: file.stat().st_size for file in path.iterdir() if not file.name.startswith(".")}
    findings = [(name, "is missing") for name in listed if name not in here]
    findings += [(name, "is altered") for name in listed if name in here and here[name] != listed[name]]
    return findings + [(name, "does not belong to the set") for name in here if name not in listed]


def _folder_of(name, folder):
    """The folder of a set, or FileNotFoundError with what to do."""
    path = Path(folder or data_folder()) / name
    if _holds_pictures(path):
        return path
    if name in catalogue():
        fix = f"run `python -m sr_helpers fetch {name}`, or set SR_DATA to the folder that holds it"
    else:
        fix = f"there are {', '.join([*STARTER, *catalogue()])}, and folders that you make there"
    raise FileNotFoundError(f"the set {name} is not in {path.parent}: {fix}")


def _holds_pictures(folder):
    try:
        return bool(images.list_images(folder))
    except FileNotFoundError:
        return False


def _stems(picture, entry):
    """The names, without suffix, that the file of a picture may have: ours, and its name at the source."""
    return {picture, Path(entry["files"][picture][0]).stem} if picture in entry.get("files", {}) else {picture}


def _read(path):
    return images.to_uint8(images.read_photo(path).pixels)
