"""What the notebooks show and no lesson has the time to measure: tables and pictures that the tools made and stored.

tools/NAME.py of the repository made the table NAME; shifted_pairs is by broken_runs.py.
"""

import json
from pathlib import Path

import numpy as np

from sr_helpers import files, images

TABLES = Path(__file__).parent / "tables"


def table(name: str, new: dict | None = None) -> dict:
    """A stored table; `new` where it is not there yet, or FileNotFoundError, naming what there is.

    >>> sorted(table("wrong_tables"))
    ['A', 'B', 'C', 'D', 'E', 'right']
    """
    path = TABLES / f"{name}.json"
    if not path.is_file():
        if new is not None:
            return new
        raise FileNotFoundError(
            f"no table {name!r}; there are {', '.join(sorted(p.stem for p in TABLES.glob('*.json')))}"
        )
    return json.loads(path.read_text(encoding="utf-8"))


def pictures(name: str) -> dict[str, np.ndarray]:
    """The picture that belongs to each entry of a stored table, float32 in 0..1.

    >>> {crop.shape for crop in pictures("shifted_pairs").values()}
    {(72, 72)}
    """
    names = list(table(name))
    strip = images.read(TABLES / f"{name}.png")
    return dict(zip(names, np.split(strip, len(names), axis=1), strict=True))


def keep(name: str, made: dict, indent: int | None = None) -> None:
    """Store a table, whole or not at all, in place of the one before it."""
    text = json.dumps(made, indent=indent) + "\n"
    files.write_bytes(TABLES / f"{name}.json", text.encode(), overwrite=True)


def fill(name: str, table: dict, columns: list[list], seed: int, run) -> None:
    """Do the run of a seed unless the table has it: `run()` gives a value for each of `columns`, lists of the table.

    The table is stored after every run, so a tool that was stopped goes on with the runs that are missing.
    """
    if len(columns[0]) > seed:
        return
    values = run()
    for column, value in zip(columns, values, strict=True):
        column.append(value)
    keep(name, table, indent=1)
    print(name, "seed", seed, *values, flush=True)
