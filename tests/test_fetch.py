"""Fetching from a server that truncates, corrupts, stalls, refuses and cuts the line; kills; two at once."""

import errno
import hashlib
import http.server
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import types
import zipfile

import numpy as np
import pytest
from PIL import Image

from sr_helpers import datasets, fetching


def picture(seed):
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (40, 50, 3), dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


FILES = {f"p{k}": picture(k) for k in range(6)}


class Server(http.server.ThreadingHTTPServer):
    """Serves `pages` (path -> bytes); `faults` maps a path to a list of faults, used up one a request."""

    daemon_threads = True

    def __init__(self):
        self.pages = {f"/good/{name}.png": data for name, data in FILES.items()}
        self.faults, self.requests, self.delay, self.chunked = {}, [], 0, False
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.requests.append(self.path)
        time.sleep(server.delay)
        fault = (server.faults.get(self.path) or [None]).pop(0) if server.faults.get(self.path) else None
        data = server.pages.get(self.path)
        if data is None or isinstance(fault, int):
            return self.send_error(fault or 404)
        body = {"corrupt": b"x" + data[1:], "truncate": data[: len(data) // 2]}.get(fault, data)
        if fault == "drip of headers":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
            fault, data = "drip", b"x" * 30
        elif fault == "endless":
            self.send_response(200)
            self.end_headers()  # no length: it goes on until one side closes
        else:
            self._head(fault, body, data)
        try:
            self._send(fault, body, data)
        except OSError:
            pass  # the client had enough

    def _head(self, fault, body, data):
        self.send_response(200)
        if self.server.chunked:
            return self.end_headers()
        announced = 10**12 if fault == "announces a terabyte" else len(body) if fault == "truncate" else len(data)
        self.send_header("Content-Length", str(announced))
        self.end_headers()

    def _send(self, fault, body, data):
        if fault == "cut":
            self.wfile.write(data[: len(data) // 2])
            self.connection.close()
        elif fault == "stall":
            self.wfile.write(data[:10])
            self.wfile.flush()
            time.sleep(1.5)
        elif fault == "drip":
            for byte in data[:30]:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.1)
        elif fault == "endless":
            while True:
                self.wfile.write(bytes(4096))
        else:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT", 0.5)
    monkeypatch.setattr("pooch.core.time", types.SimpleNamespace(sleep=lambda _: None))  # do not wait between retries
    server = Server()
    yield server
    server.shutdown()
    server.server_close()


def entry(server, *addresses):
    files = {name: [f"{name}.png", len(data), hashlib.sha256(data).hexdigest(), None] for name, data in FILES.items()}
    return {"role": "train", "addresses": [server.address + a for a in addresses or ("good/",)], "files": files}


def fetch(server, folder, *addresses, **options):
    return fetching.fetch("mine", folder, entry(server, *addresses), progress=False, **options)


def names(folder):
    mine = folder / "mine"
    assert not mine.exists() or any(mine.iterdir()), "an empty folder was left, which no one could tell from a set"
    return sorted(path.name for path in mine.glob("*"))


WHOLE = sorted(f"{name}.png" for name in FILES)


def test_a_set_arrives_whole_and_only_once(server, tmp_path):
    assert fetch(server, tmp_path) == 6
    assert names(tmp_path) == WHOLE
    assert all((tmp_path / "mine" / f"{name}.png").read_bytes() == data for name, data in FILES.items())
    assert fetch(server, tmp_path) == 0 and len(server.requests) == 6


@pytest.mark.parametrize("fault", ["truncate", "corrupt", "cut", "stall", 503])
def test_a_passing_fault_is_retried(server, tmp_path, fault):
    server.faults["/good/p3.png"] = [fault, fault]
    assert fetch(server, tmp_path) == 6
    assert names(tmp_path) == WHOLE
    assert (tmp_path / "mine/p3.png").read_bytes() == FILES["p3"]
    assert server.requests.count("/good/p3.png") == 3


@pytest.mark.parametrize(
    "fault, reason",
    [
        ("truncate", "sha256"),
        ("corrupt", "sha256"),
        ("cut", "broke off"),
        ("stall", "sent nothing for 0.5 s"),
        (404, "404"),
        (503, "503"),
    ],
)
def test_a_lasting_fault_leaves_nothing_half_and_says_what_to_do(server, tmp_path, fault, reason):
    server.faults["/good/p3.png"] = [fault] * 10
    with pytest.raises(OSError, match=reason) as caught:
        fetch(server, tmp_path)
    assert "p3.png cannot be fetched" in str(caught.value) and "by hand into" in str(caught.value)
    assert "p3.png" not in names(tmp_path) and set(names(tmp_path)) <= set(WHOLE)
    server.faults.clear()
    fetch(server, tmp_path)  # a second try completes the set
    assert names(tmp_path) == WHOLE


@pytest.mark.parametrize(
    "fault, reason",
    [
        ("endless", "sends more than the [0-9,]+ bytes that the catalogue lists"),
        ("announces a terabyte", "sends more than the [0-9,]+ bytes that the catalogue lists"),
        ("drip", "too slow: .* not done after"),
        ("drip of headers", "too slow: 0 of .* not done after"),
    ],
)
def test_a_body_without_end_is_told_as_what_it_is_and_the_mirror_helps(server, tmp_path, monkeypatch, fault, reason):
    monkeypatch.setattr(fetching, "PATIENCE", 0.6)
    monkeypatch.setattr(fetching, "SLOWEST", 10**9)
    server.faults["/good/p3.png"] = [fault] * 10
    began = time.monotonic()
    with pytest.raises(OSError, match=reason):
        fetch(server, tmp_path)
    assert time.monotonic() - began < 5 and server.requests.count("/good/p3.png") == 1
    assert "p3.png" not in names(tmp_path)
    server.pages |= {f"/mirror/{name}.png": data for name, data in FILES.items()}
    fetch(server, tmp_path, "good/", "mirror/")
    assert names(tmp_path) == WHOLE


def test_a_body_without_a_length_is_fine_when_it_ends(server, tmp_path, capsys):
    server.chunked = True
    fetching.fetch("mine", tmp_path, entry(server))
    assert names(tmp_path) == WHOLE and capsys.readouterr().err.split("\r")[-1].startswith("mine: 100%")


def test_no_jobs(server, tmp_path):
    with pytest.raises(ValueError, match="at least 1"):
        fetch(server, tmp_path, jobs=0)


@pytest.mark.parametrize(
    "number, sentence",
    [
        (errno.EACCES, "no permission to write .*p4.png: set SR_DATA"),
        (errno.EROFS, "no permission to write .*p4.png: set SR_DATA"),
        (errno.EDQUOT, "is full; what was complete is kept"),
        (errno.EISDIR, "p4.png is in the way"),
        (errno.EIO, "p4.png cannot be written .*; set SR_DATA"),
        (errno.ENAMETOOLONG, "p4.png cannot be written .*; set SR_DATA"),
    ],
)
def test_an_error_of_the_disk_names_the_file_and_the_fix(server, tmp_path, monkeypatch, number, sentence):
    replace = os.replace

    def failing(source, target):
        if str(target).endswith("p4.png"):
            raise OSError(number, os.strerror(number), str(source), None, str(target))
        replace(source, target)

    monkeypatch.setattr("os.replace", failing)
    with pytest.raises(OSError, match=f"^mine: .*{sentence}"):
        fetch(server, tmp_path)


def test_a_file_where_the_folder_should_be(server, tmp_path):
    (tmp_path / "mine").write_text("a note", encoding="utf-8")
    with pytest.raises(OSError, match="mine is in the way"):
        fetch(server, tmp_path)
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "a note"


def test_a_folder_where_a_picture_should_be(server, tmp_path):
    (tmp_path / "mine/p2.png").mkdir(parents=True)
    with pytest.raises(FileExistsError, match="p2.png.*move it away"):
        fetch(server, tmp_path)


def test_of_two_files_of_one_name_the_right_one_counts(server, tmp_path):
    fetch(server, tmp_path)
    (tmp_path / "mine/p2.bmp").write_bytes(b"my own drawing")
    assert fetch(server, tmp_path) == 0


def test_mirrors_are_tried_in_turn(server, tmp_path):
    assert fetch(server, tmp_path, "gone/", "good/") == 6
    assert names(tmp_path) == WHOLE and "/gone/p0.png" in server.requests


def test_a_server_that_is_not_there(server, tmp_path):
    listed = entry(server) | {"addresses": ["http://127.0.0.1:9/"]}
    with pytest.raises(OSError, match="connection failed"):
        fetching.fetch("mine", tmp_path, listed, progress=False)


def test_a_file_that_is_there_but_differs_is_never_overwritten(server, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/p2.png").write_bytes(b"my own drawing")
    with pytest.raises(FileExistsError, match="p2.png.*move it away"):
        fetch(server, tmp_path)
    assert (tmp_path / "mine/p2.png").read_bytes() == b"my own drawing"


def test_a_lossless_copy_in_another_encoding_is_accepted(server, tmp_path):
    listed = entry(server)
    with Image.open(io.BytesIO(FILES["p2"])) as image:
        listed["files"]["p2"][3] = datasets.pixels_sha256(np.asarray(image))
        (tmp_path / "mine").mkdir()
        image.save(tmp_path / "mine/p2.bmp")
    assert fetching.fetch("mine", tmp_path, listed, progress=False) == 5
    assert "/good/p2.png" not in server.requests


def test_a_full_disk_is_told_and_what_is_complete_is_kept(server, tmp_path, monkeypatch):
    replace = os.replace

    def full(source, target):
        if str(target).endswith("p4.png"):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="disk of .* is full"):
        fetch(server, tmp_path, jobs=1)
    assert "p4.png" not in names(tmp_path) and "p0.png" in names(tmp_path)


def test_too_little_space_is_told_before_anything_is_fetched(server, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(OSError, match="needs .* MB"):
        fetch(server, tmp_path)
    assert server.requests == []


def test_names_that_are_not_in_the_catalogue(tmp_path):
    with pytest.raises(ValueError, match="there are Set5"):
        fetching.fetch("Set55", tmp_path)


CHILD = "import sys, json; from sr_helpers import fetching; "
CHILD += "fetching.fetch('mine', sys.argv[1], json.loads(sys.argv[2]), jobs=1)"


def child(server, folder):
    command = [sys.executable, "-c", CHILD, str(folder), json.dumps(entry(server))]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def test_a_killed_fetch_leaves_only_whole_files_and_a_second_run_completes(server, tmp_path, monkeypatch):
    server.delay = 0.2
    process = child(server, tmp_path)
    while len(server.requests) < 3:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = [name for name in names(tmp_path) if not name.startswith(".partial-")]
    assert left and len(left) < 6
    assert all((tmp_path / "mine" / name).read_bytes() == FILES[name[:2]] for name in left)
    server.delay = 0
    monkeypatch.setattr(fetching, "STALE_SECONDS", -1)  # as if the killed process lay an hour back
    assert fetch(server, tmp_path) == 6 - len(left)
    assert names(tmp_path) == WHOLE


def test_two_processes_at_once_do_not_disturb_each_other(server, tmp_path):
    server.delay = 0.05
    processes = [child(server, tmp_path) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert names(tmp_path) == WHOLE
    assert all((tmp_path / "mine" / f"{name}.png").read_bytes() == data for name, data in FILES.items())


def zipped(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def archive_entry(server, data):
    server.pages["/set.zip"] = data
    digest = hashlib.sha256(data).hexdigest()
    return {
        "role": "test",
        "archive": {"addresses": [server.address + "set.zip"], "bytes": len(data), "sha256": digest},
    }


def test_an_archive_is_unpacked_without_its_folders_and_only_once(server, tmp_path):
    listed = archive_entry(
        server, zipped(("HR/0801.png", FILES["p0"]), ("HR/0802.png", FILES["p1"]), ("HR/readme.txt", b"hi"))
    )
    assert fetching.fetch("mine", tmp_path, listed, progress=False) == 2
    assert names(tmp_path) == [".complete.json", "0801.png", "0802.png"]
    assert fetching.fetch("mine", tmp_path, listed, progress=False) == 0 and len(server.requests) == 1


def test_an_altered_archive_is_not_unpacked(server, tmp_path):
    listed = archive_entry(server, zipped(("0801.png", FILES["p0"])))
    server.faults["/set.zip"] = ["corrupt"] * 10
    with pytest.raises(OSError, match="sha256"):
        fetching.fetch("mine", tmp_path, listed, progress=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize("path", ["../evil.png", "/etc/evil.png", "a/../../evil.png", "C:\\evil.png", "..\\evil.png"])
def test_an_archive_with_path_tricks_is_refused_whole(server, tmp_path, path):
    listed = archive_entry(server, zipped(("0801.png", FILES["p0"]), (path, FILES["p1"])))
    with pytest.raises(OSError, match="leads outside"):
        fetching.fetch("mine", tmp_path, listed, progress=False)
    assert names(tmp_path) == [] and not (tmp_path / "evil.png").exists()


def test_an_archive_with_a_link_is_refused(server, tmp_path):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    listed = archive_entry(server, zipped((link, "/etc/passwd")))
    with pytest.raises(OSError, match="a link"):
        fetching.fetch("mine", tmp_path, listed, progress=False)
    assert names(tmp_path) == []


def fetch_archive(server, folder, data, **more):
    listed = archive_entry(server, data)
    listed["archive"] |= more
    return fetching.fetch("mine", folder, listed, progress=False)


def refused_archive(server, folder, data, match, **more):
    """The archive is refused in one sentence, and nothing of it is left."""
    before = names(folder) if (folder / "mine").exists() else []
    with pytest.raises(OSError, match=match) as caught:
        fetch_archive(server, folder, data, **more)
    assert "\n" not in str(caught.value) and names(folder) == before


def packed(compression, data=FILES["p0"]):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("0801.png", data)
    return buffer.getvalue()


def spoilt(archive, offset, value, central=None):
    """An archive with one field of its first header changed, and of its central directory."""
    archive = bytearray(archive)
    archive[offset : offset + len(value)] = value
    if central is not None:
        where = archive.index(b"PK\x01\x02") + central
        archive[where : where + len(value)] = value
    return bytes(archive)


STORED, DEFLATED = packed(zipfile.ZIP_STORED), packed(zipfile.ZIP_DEFLATED)
BROKEN = {
    "encrypted": spoilt(STORED, 6, b"\x01", central=8),
    "an unknown compression": spoilt(STORED, 8, b"\x63", central=10),
    "implode": spoilt(STORED, 8, b"\x06", central=10),
    "a wrong CRC": spoilt(STORED, 200, b"\xff\xfe\xfd"),
    "a broken stream": spoilt(DEFLATED, 40, b"\xff" * 60),
    "bz2": packed(zipfile.ZIP_BZIP2),
    "lzma": packed(zipfile.ZIP_LZMA),
    "truncated": STORED[: len(STORED) // 2],
    "without its directory": STORED[: STORED.index(b"PK\x01\x02")],
    "no zip": b"<html>404</html>" * 100,
    "empty": b"",
    "a directory that leads nowhere": spoilt(STORED, 0, b"XXXX"),
    "an offset beyond the end": STORED.replace(b"PK\x01\x02", b"PK\x01\x02", 1)[:-6] + b"\xff\xff\xff\x7f\x00\x00",
    "a larger size than it has": spoilt(STORED, 22, b"\xff\xff\x01\x00", central=24),
    "a picture that is none": zipped(("0801.png", b"no picture at all")),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_archive_that_is_broken_inside_is_one_sentence(server, tmp_path, kind):
    refused_archive(server, tmp_path, BROKEN[kind], "the archive")


def test_an_archive_without_pictures_never_counts_as_complete(server, tmp_path):
    refused_archive(
        server, tmp_path, zipped(("readme.txt", "hi"), ("__MACOSX/._0801.png", "a note")), "holds no pictures"
    )
    assert "never fetched" in datasets.check_archive(tmp_path / "mine")[0][1]


def test_an_archive_with_too_few_or_too_many_pictures(server, tmp_path):
    two = zipped(("0801.png", FILES["p0"]), ("0802.png", FILES["p1"]))
    for count in (1, 3):
        refused_archive(server, tmp_path, two, f"holds 2 pictures where the catalogue lists {count}", pictures=count)
    assert fetch_archive(server, tmp_path, two, pictures=2) == 2


def test_an_archive_that_unfolds_without_a_bound(server, tmp_path):
    bomb = packed(zipfile.ZIP_DEFLATED, bytes(100_000_000))
    assert len(bomb) < 200_000
    refused_archive(server, tmp_path, bomb, "would unfold to 100 MB")
    lying = spoilt(bomb, 22, b"\x10\x00\x00\x00", central=24)  # says that it is small
    refused_archive(server, tmp_path, lying, "the archive")
    many = zipped(*((f"{number}.png", b"") for number in range(10_001)))
    refused_archive(server, tmp_path, many, "10,001 files")


def test_two_pictures_of_one_name_in_an_archive(server, tmp_path):
    refused_archive(
        server, tmp_path, zipped(("a/0801.png", FILES["p0"]), ("b/0801.PNG", FILES["p1"])), "two pictures of one name"
    )


def test_an_archive_never_overwrites_a_picture_of_yours(server, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/0802.png").write_bytes(b"my own drawing")
    data = zipped(("0801.png", FILES["p0"]), ("0802.png", FILES["p1"]))
    refused_archive(server, tmp_path, data, "0802.png: exists but is not the archive's; move it away")
    assert (tmp_path / "mine/0802.png").read_bytes() == b"my own drawing"
    (tmp_path / "mine/0802.png").write_bytes(
        FILES["p1"]
    )  # the same bytes are no harm: a fetch that was killed left them
    assert fetch_archive(server, tmp_path, data) == 2


def test_a_picture_altered_since_is_told_before_the_archive_is_fetched_again(server, tmp_path):
    data = zipped(("0801.png", FILES["p0"]))
    fetch_archive(server, tmp_path, data)
    (tmp_path / "mine/0801.png").write_bytes(b"drawn over")
    refused_archive(server, tmp_path, data, "0801.png: exists but")
    assert server.requests == ["/set.zip"]


def test_a_foreign_file_beside_a_complete_archive_costs_no_second_download(server, tmp_path):
    data = zipped(("0801.png", FILES["p0"]))
    fetch_archive(server, tmp_path, data)
    (tmp_path / "mine/notes.txt").write_text("mine", encoding="utf-8")
    assert fetch_archive(server, tmp_path, data) == 0 and server.requests == ["/set.zip"]


def test_progress_is_one_bar_that_ends_at_the_size_of_the_set(server, tmp_path, capsys):
    server.faults["/good/p3.png"] = ["truncate", "cut"]
    fetching.fetch("mine", tmp_path, entry(server))
    last = capsys.readouterr().err.split("\r")[-1]
    assert last.startswith("mine: 100%")
