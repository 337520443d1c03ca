"""Export, in an environment with the optional group `export` (make test-export)."""

import numpy as np
import pytest

from sr_helpers import export, models

NETWORKS = {
    "shipped": lambda: models.pretrained(3),
    "rgb": lambda: models.espcn(2, channels=3, initializer="he_normal"),
    "paper": lambda: models.espcn_paper(4),
}


@pytest.mark.parametrize("kind", ["onnx", "litert"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_exported_file_gives_the_same_picture(kind, name, tmp_path):
    write, suffix = {"onnx": (export.to_onnx, ".onnx"), "litert": (export.to_litert, ".tflite")}[kind]
    path = tmp_path / f"model{suffix}"
    assert write(NETWORKS[name](), path) < 1e-5
    assert path.stat().st_size > 50_000
    with pytest.raises(FileExistsError, match="overwrite"):
        write(NETWORKS[name](), path)


def test_a_file_that_differs_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(export.models, "compiled", lambda model: lambda lr: np.zeros((1, 1, 1, 1), np.float32))
    with pytest.raises(ValueError, match="differs"):
        export.to_onnx(models.pretrained(3), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
