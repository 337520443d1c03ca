"""Quick or full, where runs are kept, and the one line of the set-up cell."""

import sys
import types

import pytest

from sr_helpers import runtime


def test_set_up_prints_one_line_and_may_run_twice(capfd, monkeypatch):
    monkeypatch.setenv("SR_RUN", "quick")
    for _ in range(2):
        runtime.setup()
        out, err = capfd.readouterr()
        assert out.count("\n") == 1 and err == ""
        assert out.startswith("Python 3.") and "TensorFlow" in out and "Keras" in out and "quick run" in out


def test_the_variable_decides_and_without_it_the_gpu(monkeypatch):
    monkeypatch.setenv("SR_RUN", "full")
    assert runtime.mode() == "full"
    monkeypatch.delenv("SR_RUN")
    monkeypatch.setattr(runtime, "has_gpu", lambda: True)
    assert runtime.mode() == "full"
    monkeypatch.setattr(runtime, "has_gpu", lambda: False)
    assert runtime.mode() == "quick"
    monkeypatch.setenv("SR_RUN", "fast")
    with pytest.raises(ValueError, match="quick or full"):
        runtime.mode()


def test_steps_says_what_it_chose_and_how_to_choose_the_other(capsys, monkeypatch):
    monkeypatch.setenv("SR_RUN", "quick")
    assert runtime.steps(quick=10, full=999) == 10
    assert capsys.readouterr().out == "quick run: 10 steps (set SR_RUN=full before starting for 999)\n"
    monkeypatch.setenv("SR_RUN", "full")
    assert runtime.steps(quick=10, full=999) == 999
    assert "SR_RUN=quick before starting for 10" in capsys.readouterr().out


def test_run_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("SR_RUNS", str(tmp_path))
    assert runtime.run_folder("mine") == tmp_path / "mine"
    monkeypatch.delenv("SR_RUNS")
    assert runtime.run_folder("mine").parent.name == "runs"
    monkeypatch.setattr(runtime, "DRIVE", tmp_path)
    assert runtime.run_folder("mine") == tmp_path / "super-resolution-runs" / "mine"


def test_a_photograph_is_uploaded_in_colab_and_elsewhere_a_sentence_says_what_to_do(monkeypatch):
    with pytest.raises(ValueError, match="works in Colab only"):
        runtime.uploaded()
    colab = types.ModuleType("google.colab")
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    colab.files = types.SimpleNamespace(upload=lambda: {"cat.jpg": b"bytes"})
    assert runtime.uploaded() == "cat.jpg"
    colab.files = types.SimpleNamespace(upload=dict)
    with pytest.raises(ValueError, match="nothing was uploaded"):
        runtime.uploaded()


def test_a_folder_where_nothing_can_be_written_names_the_variable(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime.os, "access", lambda path, mode: False)  # root may write everywhere
    monkeypatch.setenv("SR_RUNS", str(tmp_path / "runs"))
    with pytest.raises(PermissionError, match="set SR_RUNS to a folder"):
        runtime.run_folder("07_training_quick")
    (tmp_path / "runs" / "there").mkdir(parents=True)
    assert runtime.run_folder("there").is_dir()  # it can still be read


def test_a_folder_that_cannot_be_written_names_the_variable_that_moves_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SR_RUNS", str(tmp_path / "runs"))
    assert runtime.new_folder("a/b").is_dir() and runtime.new_folder("a/b") == tmp_path / "runs" / "a" / "b"
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SR_RUNS", str(tmp_path / "file"))
    with pytest.raises(OSError, match="set SR_RUNS to a folder of yours first"):
        runtime.new_folder("a")
