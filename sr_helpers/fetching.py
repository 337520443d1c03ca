"""Fetch public sets with pooch: verified, several files at once, mirrors in turn, whole files or none.

Everything arrives in a `.partial-...` folder beside the pictures and moves to its place when its sha256 is
right. So a killed process leaves no file that looks whole, and two processes do not disturb each other.
No server is trusted with our disk or our time: the catalogue's sizes bound both.
"""

import contextlib
import errno
import json
import os
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pooch
import requests
import urllib3

from sr_helpers import datasets, files
from sr_helpers.progress import progress_bar
from sr_helpers.unpacking import unpack

__all__ = ["fetch"]

STALE_SECONDS = 3600  # a partial folder that nothing was written to for so long belongs to a killed process
TIMEOUT = 30  # seconds without a byte
RETRIES = 2
PATIENCE = 120  # seconds for a file, and more by its size:
SLOWEST = 10_000  # bytes a second; a server that gives less is given up
CHUNK = 1024  # bytes that pooch takes at a time


def fetch(
    name: str, folder: Path | str | None = None, entry: dict | None = None, *, jobs: int = 4, progress: bool = True
) -> int:
    """Fetch what is missing of the set `name` into `<folder>/<name>/`; returns how many pictures were fetched.

    `folder` is the data folder unless given; `entry` replaces the catalogue's (for a mirror of your own); `jobs` files
    are fetched at once. A file of yours is never overwritten, and no more bytes are taken than the catalogue lists.
    Raises ValueError for a name that is not in the catalogue; OSError, in one sentence with what to do by
    hand, when a file cannot be had, differs from its sha256, exists already but differs, or the disk is full.
    """
    entry = entry or datasets.entry_of(name)
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, got {jobs}")
    target = Path(folder or datasets.data_folder()) / name
    pooch.get_logger().setLevel("ERROR")
    try:
        target.mkdir(parents=True, exist_ok=True)
        _remove_stale(target)
        with tempfile.TemporaryDirectory(dir=target, prefix=".partial-", ignore_cleanup_errors=True) as scratch:
            fetch_all = _fetch_archive if "archive" in entry else _fetch_files
            return fetch_all(name, target, entry, Path(scratch), jobs, progress)
    except OSError as error:
        if error.errno is None:
            raise  # a sentence already
        raise OSError(f"{name}: {_of_the_disk(error, target)}") from None
    finally:
        with contextlib.suppress(OSError):
            target.rmdir()  # if nothing came: an empty folder is no set


def _fetch_files(name, target, entry, scratch, jobs, progress):
    wanted = {}
    for picture, listed in entry["files"].items():
        here = [path for path in target.glob("*") if path.stem in (picture, Path(listed[0]).stem)]
        if not here:
            wanted[picture] = listed
        elif not any(path.is_file() and datasets.same_picture(path, listed) for path in here):
            raise FileExistsError(
                f"{here[0]}: exists but is not the catalogue's {picture}; move it away and fetch again"
            )
    _check_space(name, target, sum(size for _, size, _, _ in wanted.values()))
    with _bar(name, sum(size for _, size, _, _ in wanted.values()), progress) as bar, ThreadPoolExecutor(jobs) as pool:

        def one(item):
            picture, (source, size, sha256, _) = item
            file = picture + Path(source).suffix
            addresses = [address + source for address in entry["addresses"]]
            _download(name, addresses, size, sha256, scratch / file, target, bar)
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
    findings = datasets.check_archive(target)
    for file, problem in findings:
        if problem == "is altered":
            raise FileExistsError(f"{target / file}: exists but is not the archive's; move it away and fetch again")
    if not any(problem in ("is missing", "was never fetched to its end") for _, problem in findings):
        return 0
    archive = entry["archive"]
    _check_space(name, target, 2 * archive["bytes"])
    with _bar(name, archive["bytes"], progress) as bar:
        _download(name, archive["addresses"], archive["bytes"], archive["sha256"], scratch / "archive.zip", target, bar)
    pictures = unpack(
        scratch / "archive.zip", scratch / "pictures", max_bytes=2 * archive["bytes"], count=archive.get("pictures")
    )
    for path in pictures:
        there = target / path.name
        if there.exists() and not _same_bytes(path, there):
            raise FileExistsError(f"{there}: exists but is not the archive's; move it away and fetch again")
    for path in pictures:
        os.replace(path, target / path.name)
    listed = {path.name: (target / path.name).stat().st_size for path in pictures}
    files.write_bytes(target / ".complete.json", json.dumps(listed).encode(), overwrite=True)
    return len(pictures)


def _download(name, urls, size, sha256, path, target, bar):
    """One file of `size` bytes from the first address that gives the right ones."""
    reasons = []
    for url in urls:
        seen = _Progress(bar, size)
        source = pooch.create(
            path=path.parent,
            base_url="",
            registry={path.name: f"sha256:{sha256}"},
            urls={path.name: url},
            retry_if_failed=RETRIES,
        )
        downloader = pooch.HTTPDownloader(progressbar=seen, chunk_size=CHUNK, timeout=TIMEOUT)
        try:
            _within(PATIENCE + size / SLOWEST, lambda s=source, d=downloader: s.fetch(path.name, downloader=d))
            return
        except (requests.RequestException, ValueError, _TooMuch, TimeoutError) as error:
            reasons.append(f"{url}: {_reason(error, seen)}")
            seen.give_up()
    raise OSError(
        f"{name}: {path.name} cannot be fetched ({'; '.join(reasons)}); try again later, "
        f"or put the file by hand into {target} and run check-data"
    )


def _within(seconds, work):
    """Do `work` in a thread of its own; raises what it raises, and TimeoutError when it takes longer.

    A time limit on each read is not enough: a server that drips, headers included, never trips it.
    """
    outcome = []

    def run():
        try:
            outcome.append((work(), None))
        except BaseException as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run, daemon=True)  # one that hangs must not keep the program from ending
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise TimeoutError(f"not done after {seconds:.0f} s")
    if outcome[0][1]:
        raise outcome[0][1]


def _reason(error, seen):
    if isinstance(error, _TooMuch):
        return f"the server sends more than the {seen.limit:,} bytes that the catalogue lists"
    if isinstance(error, TimeoutError):
        return f"too slow: {seen.seen:,} of {seen.limit:,} bytes, {error}"
    if isinstance(error, requests.HTTPError):
        return f"the server answered {error.response.status_code}"
    stalled = any(isinstance(cause, urllib3.exceptions.ReadTimeoutError) for cause in error.args)
    if isinstance(error, requests.Timeout) or stalled:
        return f"the server sent nothing for {TIMEOUT:g} s"
    if isinstance(error, requests.RequestException):
        return "the connection failed or broke off"
    return "its bytes differ from the catalogue's sha256"


def _of_the_disk(error, target):
    """What an error of the operating system means here, with the file and the fix."""
    path = error.filename2 or error.filename or target
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk of {target} is full; what was complete is kept: make room, or set SR_DATA to another folder"
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return f"no permission to write {path}: set SR_DATA to a folder of yours"
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
        return f"{path} is in the way of a file or folder of the set; move it away and fetch again"
    return f"{path} cannot be written ({error.strerror}); set SR_DATA to another folder"


def _same_bytes(one, other):
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with open(one, "rb") as a, open(other, "rb") as b:
        return all(block == b.read(1 << 20) for block in iter(lambda: a.read(1 << 20), b""))


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


class _TooMuch(Exception):
    """More bytes came than were announced by the catalogue."""


class _Progress:
    """What pooch wants of a progress bar, drawn on the one bar of the whole set; it stops a body that does not end."""

    def __init__(self, bar, limit):
        self.bar, self.limit, self.seen, self.given_up = bar, limit, 0, False

    def _begin(self, announced):
        self.reset()
        if announced > self.limit:
            raise _TooMuch

    total = property(fset=_begin)  # pooch sets it to the Content-Length, 0 for none, whenever it tries anew

    def update(self, size):
        if self.given_up:
            raise TimeoutError
        if self.seen + size >= self.limit + 2 * CHUNK:  # pooch counts the last chunk as a whole one
            raise _TooMuch
        self._show(self.seen + size)

    def reset(self):
        self._show(0)

    def close(self):
        self._show(self.limit)

    def give_up(self):
        self.reset()
        self.given_up = True

    def _show(self, seen):
        self.bar.update(min(seen, self.limit) - min(self.seen, self.limit))
        self.seen = seen
