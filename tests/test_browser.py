"""The browser lane's finder, and what `make lab` passes to JupyterLab, without a browser."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "lanes"), str(ROOT / "tools")]
import browser  # noqa: E402

from notebooks import METADATA  # noqa: E402


@pytest.mark.skipif(os.name == "nt", reason="makes a program with a mode")
@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_an_installed_browser_is_found_by_its_name(tmp_path, name):
    program = tmp_path / name
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    assert browser.find_browser({"PATH": str(tmp_path)}) == str(program)
    assert browser.find_browser({"PATH": str(tmp_path), "BROWSER_PATH": "/my/chrome"}) == "/my/chrome"


def test_without_a_browser_one_sentence_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    with pytest.raises(
        pytest.exit.Exception, match="no Chromium or Chrome was found: install one .*apt install chromium"
    ):
        browser.launch(None)


def test_make_lab_has_no_news_and_keeps_saved_notebooks_as_they_were():
    command = re.search(r"--config=(\S+)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1]
    code = (
        "import types, runpy, json\n"
        "section = lambda self, name: self.__dict__.setdefault(name, types.SimpleNamespace())\n"
        "config = type('Config', (), {'__getattr__': section})()\n"
        f"made = runpy.run_path({command!r}, {{'get_config': lambda: config}})\n"
        "model = {'type': 'notebook', 'content': {'metadata': {'language_info': {'version': '9'}, 'own': 1}}}\n"
        "config.FileContentsManager.pre_save_hook(model=model, path='notebooks/a.ipynb', contents_manager=None)\n"
        "print(json.dumps([config.ServerApp.root_dir, config.LabApp.app_settings_dir, model['content']['metadata']]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    root, settings, metadata = json.loads(done.stdout)
    assert root == str(ROOT) and metadata == {"own": 1} | {
        key: METADATA[key] for key in ("kernelspec", "language_info")
    }
    overrides = json.loads((Path(settings) / "overrides.json").read_text(encoding="utf-8"))
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
