"""A whole file or none: every file that this package writes goes through here.

What is written lies beside its target under a name of its own until it is complete, and then takes the target's place
in one step. So a full disk, a kill or a second process leaves the old file or the new one, never half of one.
"""

import contextlib
import os
import tempfile
from pathlib import Path


def write_bytes(path, data, overwrite=False):
    """Write `data` (bytes) to `path`; appears whole or not at all, errors as `whole_file`."""
    with whole_file(path, overwrite) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path, overwrite=False):
    """Open a binary file to write, which a reader sees as the old file or the whole new one, never in between.

    Raises FileExistsError unless `overwrite`; OSError when the folder is missing or not writable.
    """
    with whole_path(path, overwrite) as part:
        try:
            with open(part, "w+b") as file:  # some formats are written by going back and reading
                yield file
        except OSError as error:
            raise OSError(f"{path}: cannot be written ({error.strerror or error})") from None


@contextlib.contextmanager
def whole_path(path, overwrite=False):
    """The same for a program that writes by itself: yields the path of an empty file beside `path`."""
    path = Path(path)
    check_target(path, overwrite)
    try:  # not after the whole name of the file: that may be as long as names can be
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:20]}.", suffix=".part")
    except OSError as error:
        raise OSError(f"{path}: cannot be written ({error.strerror})") from None
    try:
        os.close(handle)
        yield Path(name)
        _put_in_place(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _put_in_place(name, path):
    try:
        with open(name, "rb+") as file:
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # CIFS, exFAT and others have no such permissions
            os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        raise OSError(f"{path}: cannot be written ({error.strerror or error})") from None


def check_target(path, overwrite=False):
    """Raise what `whole_file` would raise before it writes: for work that should not be done in vain."""
    path = Path(path)
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:  # a name that is too long, a loop of links
        raise OSError(f"{path}: cannot be written ({error.strerror})") from None
    if path.is_dir():
        raise IsADirectoryError(f"{path}: is a folder; name a file in it")
    if os.path.lexists(path) and not overwrite:
        raise FileExistsError(f"{path}: exists already; pass overwrite (--overwrite in the shell) to replace it")
    if path.exists() and not path.is_file():
        raise OSError(f"{path}: is a pipe or a device, not a file")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path}: the folder {path.parent} does not exist")


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
