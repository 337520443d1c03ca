"""A stored model's two files, the card (JSON) and the weights (HDF5), read as if a stranger had made them.

Sizes are bounded before anything is read, the card's fields are checked one by one, and the weights file must be as
plain as Keras writes it: no links to other files, no compression that could unfold, no more numbers than bytes.
Nothing in either file is ever executed. Needs no Keras.
"""

import hashlib
import io
import json
import re
from pathlib import Path

import numpy as np

__all__ = ["ARCHITECTURES", "MAX_CARD_BYTES", "card_path", "check_form", "read_card", "read_weights", "weights_path"]

ARCHITECTURES = ("espcn", "espcn_paper", "espcn_deep", "keras")  # "keras": a model of one's own, by its blueprint
MAX_CARD_BYTES = 1_000_000
MAX_SCALE = 16  # of a model of one's own
MAX_OBJECTS = 1000  # groups and arrays in a weights file


def weights_path(path: Path | str) -> Path:
    """The .weights.h5 file that `path` means: itself, or that of a run folder. Raises ValueError for another kind."""
    path = Path(path)
    path = path / "model.weights.h5" if path.is_dir() else path
    if path.suffix == ".keras":
        raise ValueError(f"{path}: a .keras file can carry code; load a .weights.h5 file with its .json card")
    for needed in (path, card_path(path)):
        if not needed.is_file():
            raise FileNotFoundError(
                f"{needed}: no such file; a model is a run folder, or a .weights.h5 file with its .json card "
                "(those that ship: models.pretrained)"
            )
    if not path.name.endswith(".weights.h5"):
        raise ValueError(f"{path}: the weights of a model are a .weights.h5 file")
    return path


def card_path(path: Path | str) -> Path:
    """Where the card of a .weights.h5 file lies: beside it, as .json."""
    return Path(path).with_name(Path(path).name.removesuffix(".weights.h5") + ".json")


def read_card(path: Path | str) -> dict:
    """The card of a .weights.h5 file: architecture, scale, channels, activation, skip, sha256, and what else it tells.

    Raises ValueError, naming the card and the field, when it cannot be that of a model.
    """
    path = card_path(path)
    if path.stat().st_size > MAX_CARD_BYTES:
        raise ValueError(f"{path}: is no card of a model: {path.stat().st_size / 1e6:.0f} MB is more than any has")
    try:
        card = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, ValueError) else "nested too deep"
        raise ValueError(f"{path}: is no card of a model ({reason})") from None
    try:
        check_form(card)
    except ValueError as error:
        raise ValueError(f"{path}: is no card of a model ({error})") from None
    if not isinstance(card.get("sha256"), str) or not re.fullmatch("[0-9a-f]{64}", card["sha256"]):
        raise ValueError(f"{path}: is no card of a model (its sha256 is none)")
    return card


def check_form(card: dict) -> None:
    """Raise ValueError, naming the field, unless a model can be built from this card's form."""
    if not isinstance(card, dict):
        raise ValueError("it is no JSON object")
    wanted = {"architecture": ARCHITECTURES, "channels": (1, 3)}
    if card.get("architecture") == "keras":
        wanted["scale"] = range(1, MAX_SCALE + 1)
    else:
        wanted |= {"scale": (2, 3, 4), "skip": (False, True)}
    for field, choices in wanted.items():
        value = card.get(field)
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            given = repr(value)[:40] if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
            raise ValueError(f"{field} is {given}; it must be one of {', '.join(map(str, choices))}")
    if card["architecture"] == "keras":
        if not isinstance(card.get("blueprint"), dict):
            raise ValueError("blueprint is no Keras config")
    elif not isinstance(card.get("activation"), str) or not re.fullmatch("[a-z][a-z0-9_]{0,40}", card["activation"]):
        raise ValueError("activation is no name of a Keras activation")


def read_weights(path: Path | str, sha256: str, parameters: int) -> bytes:
    """The bytes of a .weights.h5 file for a model of so many parameters, when they are those of its card, and plain.

    Raises ValueError, naming the file, when it is larger than such a model's can be, differs from `sha256`, or holds
    anything but plain finite numbers.
    """
    path = Path(path)
    limit = 2 * 4 * parameters + 1_000_000
    if path.stat().st_size > limit:
        raise ValueError(f"{path}: its {path.stat().st_size / 1e6:.0f} MB are more than weights of its card can have")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"{path}: differs from the sha256 in its card: it is damaged or belongs to another card")
    try:
        _check_plain(data)
    except ValueError as error:
        raise ValueError(f"{path}: does not fit its card ({str(error).splitlines()[0]})") from None
    except Exception as error:  # h5py raises what its reader stumbles on: RuntimeError, KeyError, OverflowError, ...
        raise ValueError(f"{path}: does not fit its card (no whole HDF5 file: {type(error).__name__})") from None
    return data


def _check_plain(data):
    """Raise ValueError unless these bytes are an HDF5 file of plain, finite arrays, none larger than the file."""
    import h5py

    with h5py.File(io.BytesIO(data), "r") as file:
        groups, seen = [file], 0
        while groups:
            group = groups.pop()
            for name in group:
                seen += 1
                if seen > MAX_OBJECTS:
                    raise ValueError("it holds more parts than any model")
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise ValueError(f"{name!r} leads to another place")
                part = group[name]
                if isinstance(part, h5py.Group):
                    groups.append(part)
                else:
                    _check_array(name, part, len(data))


def _check_array(name, array, size):
    import h5py

    layout = array.id.get_create_plist().get_layout()
    if layout not in (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT) or array.external or array.dtype.kind not in "fiu":
        raise ValueError(f"{name!r} is no plain array of numbers")
    if array.nbytes > size:
        raise ValueError(f"{name!r} claims more numbers than the file has bytes")
    if not np.isfinite(array[()]).all():
        raise ValueError(f"{name!r} holds NaN or infinite weights")
