"""The try-it page, twice: beside its files on a host, and with all of them inside, as one file for a classroom."""

import base64
import gzip
import json
import re
import shutil
from pathlib import Path

from networks import DEGRADATIONS, SCALES, export_networks

from sr_helpers import datasets, images, resize

HERE = Path(__file__).parent
ENGINE = HERE / "node_modules" / "onnxruntime-web" / "dist"
# onnxruntime-web comes in two builds, each a library and a program: with a GPU where there is one, and without.
WASM = {"wasm": "ort.wasm.bundle.min.mjs", "wasm.wasm": "ort-wasm-simd-threaded.wasm"}
WEBGPU = {"webgpu": "ort.webgpu.bundle.min.mjs", "webgpu.wasm": "ort-wasm-simd-threaded.asyncify.wasm"}
WORKER = ("header.js", "png.js", "picture.js", "hidden.js", "pixels.js", "worker.js")
SAMPLES = ("coffee", "rocket")


def build(site, render):
    """Write try-it.html, its files in tryit/, and one-file.html into the folder `site`."""
    folder = site / "tryit"
    networks = export_networks(folder / "networks")
    files = {network["name"]: folder / "networks" / network["file"] for network in networks}
    for name, file in (WASM | WEBGPU).items():
        files[name] = folder / file
        if not files[name].exists() or files[name].stat().st_size != (ENGINE / file).stat().st_size:
            shutil.copyfile(ENGINE / file, files[name])
    worker, page = joined(WORKER), (HERE / "tryit" / "page.js").read_text(encoding="utf-8")
    (folder / "worker.js").write_text(worker, encoding="utf-8")
    (folder / "page.js").write_text(page, encoding="utf-8")
    samples = {name: write_sample(name, folder / f"{name}.png") for name in SAMPLES}

    about = {
        "scales": SCALES,
        "degradations": {
            key: label for key, label in DEGRADATIONS.items() if any(n["degradation"] == key for n in networks)
        },
        "radius": max(network["radius"] for network in networks),
        "samples": SAMPLES,
    }
    inside = {name: {"zipped": zipped(path)} for name, path in files.items() if name not in WEBGPU}
    pictures = {
        name: "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode() for name, path in samples.items()
    }
    one = {"assets": inside, "networks": networks, "samples": pictures, "worker": {"text": worker}}
    one_file = render("tryit.html", one_file=True, data=as_script(one), page_js=page, **about)
    (site / "one-file.html").write_text(one_file, encoding="utf-8")

    beside = {
        "assets": {name: path.relative_to(site).as_posix() for name, path in files.items()},
        "networks": networks,
        "samples": {name: path.relative_to(site).as_posix() for name, path in samples.items()},
        "worker": {"address": "tryit/worker.js"},
    }
    size = f"{len(one_file.encode()) / 1e6:.1f} MB"
    (site / "try-it.html").write_text(
        render("tryit.html", data=as_script(beside), one_file_size=size, **about), encoding="utf-8"
    )


def joined(names):
    """Modules as one, so that a worker can be made from text: their own imports and exports fall away."""
    text = "\n".join((HERE / "tryit" / name).read_text(encoding="utf-8") for name in names)
    return re.sub(r"^export ", "", re.sub(r"^import .*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)


def write_sample(name, path):
    """A bundled photograph at a third of its size: small and sharp, as the network likes it."""
    hr = images.to_float(images.crop_to_multiple(datasets.load("starter/test")[name], 3))
    images.write(path, resize.bicubic(hr, 1 / 3), overwrite=True)
    return path


def zipped(path):
    return base64.b64encode(gzip.compress(path.read_bytes(), 9, mtime=0)).decode()


def as_script(data):
    """JSON that cannot end the <script> it stands in."""
    return json.dumps(data).replace("<", "\\u003c")
