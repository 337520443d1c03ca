"""A real browser before the built site: `make site` first."""

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

SITE = Path(__file__).resolve().parents[2] / "build" / "site"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = "--no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-quic"
FLAGS = f"--no-sandbox --disable-gpu {QUIET}"
WIDTHS = {"wide": 1280, "narrow": 390}


@pytest.fixture(scope="session")
def address():
    """The built site on a plain host of this machine: no special headers."""
    assert (SITE / "try-it.html").is_file(), "run `make site` first"
    handler = functools.partial(Quiet, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "no Chromium or Chrome was found: install one (on Debian: apt install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page that must not complain: an error on its console fails the test."""
    page = browser.new_page(viewport={"width": WIDTHS["wide"], "height": 900})
    complaints = listen(page)
    yield page
    page.close()
    assert complaints == []


def listen(page):
    complaints = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
