"""Take the pictures out of a zip archive that may be broken or hostile: all of them, or one sentence and nothing."""

import contextlib
import errno
import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from sr_helpers import images

__all__ = ["unpack"]

MAX_MEMBERS = 10_000


def unpack(archive: Path, folder: Path, *, max_bytes: int, count: int | None = None) -> list[Path]:
    """Take the pictures out of a zip into `folder` (made here), without its own folders; returns their paths.

    Raises OSError, saying why, for an archive with path tricks, links or two pictures of one name; one that would
    unfold to more than `max_bytes`; one that is broken, encrypted or packed in a way that Python cannot read; and one
    that does not hold `count` pictures (at least one, when that is None). A disk's own errors pass through.
    """
    folder.mkdir()
    with _breakage_told():
        zipped = zipfile.ZipFile(archive)
    with zipped:
        pictures = _checked(zipped.infolist(), max_bytes, count)
        with _breakage_told():
            for member in pictures:
                with zipped.open(member) as source, open(folder / _name(member), "xb") as copy:
                    shutil.copyfileobj(source, copy)
    for path in folder.iterdir():
        try:
            images.size(path)
        except ValueError:
            raise OSError(f"the archive is broken inside: its {path.name} is no picture") from None
    return sorted(folder.iterdir())


@contextlib.contextmanager
def _breakage_told():
    """Whatever zipfile and zlib raise (seven kinds, RuntimeError and NotImplementedError too), as one sentence."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # EINVAL: a seek to nowhere
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise OSError(f"the archive is broken inside ({reason})") from None


def _name(member):
    return PurePosixPath(member.filename.replace("\\", "/")).name


def _checked(members, max_bytes, count):
    """The members that are pictures, when nothing about any member is wrong."""
    if len(members) > MAX_MEMBERS:
        raise OSError(f"the archive holds {len(members):,} files, more than any set: refused")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
            raise OSError(f"the archive holds the path {member.filename!r}, which leads outside: refused")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise OSError(f"the archive holds a link, {member.filename!r}: refused")
    pictures = [member for member in members if not member.is_dir() and _is_picture(_name(member))]
    for member in pictures:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # bz2, lzma unfold without a bound
            raise OSError(f"the archive packs {member.filename!r} in another way than deflate: refused")
    if len({_name(member).lower() for member in pictures}) < len(pictures):
        raise OSError("the archive holds two pictures of one name: refused")
    unfolded = sum(member.file_size for member in pictures)
    if unfolded > max_bytes:
        raise OSError(f"the archive would unfold to {unfolded / 1e6:.0f} MB, more than its set can have: refused")
    if not pictures or (count is not None and len(pictures) != count):
        wanted = f" where the catalogue lists {count}" if count else ""
        raise OSError(f"the archive holds {len(pictures) or 'no'} pictures{wanted}: refused")
    return pictures


def _is_picture(name):
    return Path(name).suffix.lower() in images.SUFFIXES and not name.startswith(".")  # ._0801.png is a Mac's note
