"""Sets of pictures: a starter set that needs no network, and folders laid out as <data>/<set>/."""

import os
from pathlib import Path

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


def load_folder(folder):
    """All pictures right in `folder`: a dict file stem -> uint8 array. Transparency is dropped."""
    return {path.stem: images.to_uint8(images.read_photo(path).pixels) for path in images.list_images(folder)}
