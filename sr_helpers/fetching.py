"""Fetch public sets with pooch: verified, several files at once, mirrors in turn, whole files or none.

Everything arrives in a `.partial-...` folder beside the pictures and moves to its place when its sha256 is
right. So a killed process leaves no file that looks whole, and two processes do not disturb each other.
"""

import errno
import json
import os
import shutil
import stat
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pooch
import requests

from sr_helpers import datasets, files, images
from sr_helpers.progress import progress_bar

STALE_SECONDS = 3600  # a partial folder that nothing was written to for so long belongs to a killed process
TIMEOUT = 30
RETRIES = 2


def fetch(name, folder=None, entry=None, jobs=4, progress=True):
    """Fetch what is missing of the set `name` into `<folder>/<name>/`; returns how many pictures were fetched.

    `folder` is the data folder unless given; `entry` replaces the catalogue's (for a mirror of your own).
    Raises ValueError for a name that is not in the catalogue; OSError, in one sentence with what to do by
    hand, when a file cannot be had, differs from its sha256, exists already but differs, or the disk is full.
    """
    entry = entry or datasets.entry_of(name)
    target = Path(folder or datasets.data_folder()) / name
    pooch.get_logger().setLevel("ERROR")
    try:
        target.mkdir(parents=True, exist_ok=True)
        _remove_stale(target)
        with tempfile.TemporaryDirectory(dir=target, prefix=".partial-") as scratch:
            fetch_all = _fetch_archive if "archive" in entry else _fetch_files
            return fetch_all(name, target, entry, Path(scratch), jobs, progress)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OSError(f"{name}: the disk of {target} is full; what was complete is kept") from None
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise OSError(f"{name}: no permission to write in {target}") from None
        raise


def _fetch_files(name, target, entry, scratch, jobs, progress):
    wanted = {}
    for picture, listed in entry["files"].items():
        here = [path for path in target.glob("*") if path.stem in (picture, Path(listed[0]).stem)]
        if not here:
            wanted[picture] = listed
        elif not datasets.same_picture(here[0], listed):
            raise FileExistsError(f"{here[0]}: exists but is not the catalogue's {picture}; move it away and fetch again")
    _check_space(name, target, sum(size for _, size, _, _ in wanted.values()))
    with _bar(name, sum(size for _, size, _, _ in wanted.values()), progress) as bar, ThreadPoolExecutor(jobs) as pool:

        def one(item):
            picture, (source, size, sha256, _) = item
            file = picture + Path(source).suffix
            _download(name, [address + source for address in entry["addresses"]], sha256, scratch / file, target, bar)
            os.replace(scratch / file, target / file)

        futures = [pool.submit(one, item) for item in wanted.items()]
        try:
            for future in futures:
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)  # the first failure tells enough; what is complete is kept
            raise
    return len(wanted)


def _fetch_archive(name, target, entry, scratch, jobs, progress):
    if not datasets._check_archive(target):
        return 0
    archive = entry["archive"]
    _check_space(name, target, 2 * archive["bytes"])
    with _bar(name, archive["bytes"], progress) as bar:
        _download(name, archive["addresses"], archive["sha256"], scratch / "archive.zip", target, bar)
    pictures = _extract(scratch / "archive.zip", scratch / "pictures")
    for path in pictures:
        os.replace(path, target / path.name)
    listed = {path.name: (target / path.name).stat().st_size for path in pictures}
    files.write_bytes(target / ".complete.json", json.dumps(listed).encode(), overwrite=True)
    return len(pictures)


def _extract(archive, folder):
    """Take the pictures out of a zip, without its folders; refuse the whole archive for a path trick."""
    folder.mkdir()
    with zipfile.ZipFile(archive) as zipped:
        members = zipped.infolist()
        for member in members:
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
                raise OSError(f"the archive holds the path {member.filename!r}, which leads outside: refused")
            if stat.S_ISLNK(member.external_attr >> 16):
                raise OSError(f"the archive holds a link, {member.filename!r}: refused")
        for member in members:
            name = PurePosixPath(member.filename).name
            if Path(name).suffix.lower() in images.SUFFIXES and not member.is_dir():
                with zipped.open(member) as source, open(folder / name, "xb") as copy:
                    shutil.copyfileobj(source, copy)
    return sorted(folder.iterdir())


def _download(name, urls, sha256, path, target, bar):
    """One file from the first address that gives the right bytes."""
    reasons = []
    for url in urls:
        seen = _Progress(bar)
        source = pooch.create(
            path=path.parent, base_url="", registry={path.name: f"sha256:{sha256}"}, urls={path.name: url}, retry_if_failed=RETRIES
        )
        try:
            source.fetch(path.name, downloader=pooch.HTTPDownloader(progressbar=seen, timeout=TIMEOUT))
            return
        except (requests.RequestException, ValueError) as error:
            seen.reset()
            reasons.append(f"{url}: {_reason(error)}")
    raise OSError(
        f"{name}: {path.name} cannot be fetched ({'; '.join(reasons)}); try again later, "
        f"or put the file by hand into {target} and run check-data"
    )


def _reason(error):
    if isinstance(error, requests.HTTPError):
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.RequestException):
        return "the connection failed or broke off"
    return "its bytes differ from the catalogue's sha256"


def _check_space(name, target, needed):
    free = shutil.disk_usage(target).free
    if free < needed:
        raise OSError(f"{name}: needs {needed / 1e6:.0f} MB, but the disk of {target} has {free / 1e6:.0f} MB left")


def _remove_stale(target):
    for leftover in target.glob(".partial-*"):
        newest = max((path.stat().st_mtime for path in [leftover, *leftover.rglob("*")]), default=0)
        if time.time() - newest > STALE_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


def _bar(name, total, progress):
    return progress_bar(total=total, desc=name, unit="B", unit_scale=True, shown=progress)


class _Progress:
    """What pooch wants of a progress bar, drawn on the one bar of the whole set."""

    def __init__(self, bar):
        self.bar, self.seen, self.total = bar, 0, 0

    def update(self, size):
        self.bar.update(size)
        self.seen += size

    def reset(self):
        self.update(-self.seen)

    def close(self):
        pass
