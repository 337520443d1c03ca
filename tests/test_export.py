"""Export without its optional packages: one sentence, nothing written. The rest: tests/lanes/export_lane.py."""

import pytest

from sr_helpers import export, models


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
    assert (tmp_path / "model.onnx").read_bytes() == b"precious"


def test_what_cannot_be_exported_is_told_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda package: True)
    with pytest.raises(FileNotFoundError, match="nowhere does not exist"):
        export.to_onnx(models.espcn_paper(2), tmp_path / "nowhere" / "model.onnx")
    with pytest.raises(ValueError, match="a Keras model is exported, got a str"):
        export.to_onnx("espcn_x3", tmp_path / "model.onnx")


def test_a_network_that_the_exporter_stumbles_on_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda package: True)
    network = models.espcn_paper(2)

    def stumbling(*_, **__):
        raise NotImplementedError("no such operation\nover many lines")

    monkeypatch.setattr(network, "export", stumbling)
    with pytest.raises(ValueError, match="model.onnx: this network cannot be written as .onnx .no such operation.$"):
        export.to_onnx(network, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
