"""The shipped luma networks as ONNX files, and what the try-it page must know of each."""

from pathlib import Path

DEGRADATIONS = {"bicubic": "clean photographs", "jpeg": "JPEGs from the web"}
SCALES = (2, 3, 4)


def export_networks(folder):
    """Write the package's own choice for every scale and degradation into `folder`.

    What is there already is kept, what is no longer shipped goes. A pair that the package does not ship is left out.
    Returns [{name, scale, degradation, radius, parameters, file}, ...].
    """
    from sr_helpers import export, models

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    networks = []
    for scale in SCALES:
        for degradation in DEGRADATIONS:
            try:
                path = models.pretrained_path(scale, degradation=degradation)
            except ValueError:
                continue
            model, card = models.load(path), models.card(path)
            name = path.name.removesuffix(".weights.h5")
            file = folder / f"{name}-{card['sha256'][:8]}.onnx"  # new weights get a new address
            if not file.exists():
                export.to_onnx(model, file)
            networks.append(
                {
                    "name": name,
                    "scale": scale,
                    "degradation": degradation,
                    "radius": models.receptive_field_radius(model),
                    "parameters": model.count_params(),
                    "file": file.name,
                }
            )
    for path in folder.iterdir():
        if path.name not in [network["file"] for network in networks]:
            path.unlink()
    return networks
