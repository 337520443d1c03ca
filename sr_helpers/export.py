"""Write a network for other programs: ONNX and LiteRT, any image size, checked against the network itself.

The packages are the optional group `export`: pip install ".[export]". Used in notebook 09.
"""

import importlib.util
import tempfile
from pathlib import Path

import keras
import numpy as np

from sr_helpers import files, models

__all__ = ["to_litert", "to_onnx"]

SIZES = ((12, 17), (31, 8))  # two sizes, neither square: a file that fixes its input size would fail


def to_onnx(model, path: Path | str, *, overwrite: bool = False) -> float:
    """Export to an .onnx file whose picture equals the network's to 1e-5; returns the largest difference.

    `model` is a Keras model (N, h, w, C) -> (N, h*s, w*s, C), C 1 or 3, and `path` the file to write.
    Raises ImportError naming the packages to install, FileExistsError unless `overwrite`, FileNotFoundError for a
    folder that is not there, and ValueError when the network cannot be written so, or when the file does not give the
    same picture (it is not kept then).
    """
    _need("onnx", "tf2onnx", "onnxruntime")

    def run(file, lr):
        import onnxruntime

        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        return session.run(None, {session.get_inputs()[0].name: lr})[0]

    return _export(model, Path(path), ".onnx", "onnx", run, overwrite)


def to_litert(model, path: Path | str, *, overwrite: bool = False) -> float:
    """Export to a .tflite file for LiteRT; returns the largest difference. Errors as `to_onnx`."""
    _need("ai_edge_litert")

    def run(file, lr):
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_path=str(file))
        index = interpreter.get_input_details()[0]["index"]
        interpreter.resize_tensor_input(index, lr.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(index, lr)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    return _export(model, Path(path), ".tflite", "litert", run, overwrite)


def _export(model, path, suffix, kind, run, overwrite):
    if path.suffix != suffix:
        raise ValueError(f"{path}: the name of this kind of file ends in {suffix}")
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path}: exists already; pass overwrite to replace it")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path}: the folder {path.parent} does not exist")
    if not isinstance(model, keras.Model):
        raise ValueError(f"a Keras model is exported, got a {type(model).__name__}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{suffix}"
        model(np.zeros((1, *SIZES[0], models.channels_of(model)), np.float32))  # Keras refuses a model never called
        try:
            model.export(str(file), format=kind, verbose=False)
        except Exception as error:  # the exporters raise whatever a layer makes them stumble on
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise ValueError(f"{path}: this network cannot be written as {suffix} ({reason})") from error
        difference = 0.0
        for height, width in SIZES:
            lr = np.random.default_rng(0).random((1, height, width, models.channels_of(model)), dtype=np.float32)
            difference = max(difference, float(np.abs(run(file, lr) - models.compiled(model)(lr)).max()))
        if not difference < 1e-5:
            raise ValueError(f"{path}: the exported network differs from the model by {difference:.2g}")
        files.write_bytes(path, file.read_bytes(), overwrite)
    return difference


def _need(*packages):
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(f'exporting needs {", ".join(missing)}: pip install ".[export]" in the course folder')
