"""Export without its optional packages: one sentence, nothing written. The rest: tests/lanes/export_lane.py."""

import pytest

from sr_helpers import export


@pytest.mark.parametrize("write, name", [(export.to_onnx, "m.onnx"), (export.to_litert, "m.tflite")])
def test_without_the_packages_one_sentence_says_what_to_install(write, name, tmp_path, monkeypatch):
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda package: None)
    with pytest.raises(ImportError, match=r"pip install \".\[export\]\""):
        write(None, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_the_suffix_must_fit(tmp_path, monkeypatch):
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda package: True)
    with pytest.raises(ValueError, match="ends in .onnx"):
        export.to_onnx(None, tmp_path / "model.pb")
    (tmp_path / "model.onnx").write_bytes(b"precious")
    with pytest.raises(FileExistsError, match="overwrite"):
        export.to_onnx(None, tmp_path / "model.onnx")
