"""Measure bicubic and all shipped weights on the test sets that are there, and write the tables of results.

    python tools/table.py            what stands between the two marks of README.md and docs/results.md is replaced

Needs Set5 and Set14 (`python -m sr_helpers fetch Set5 Set14`); BSD100 and Urban100 join when they are there.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARKS = ("<!-- table: written by tools/table.py -->", "<!-- end of table -->")
SETS = ("Set5", "Set14", "BSD100", "Urban100")
ESPCN = "[ESPCN](https://arxiv.org/abs/1609.05158), three layers"
SRCNN = "[SRCNN](https://arxiv.org/abs/1501.00092)"
FSRCNN = "[FSRCNN](https://arxiv.org/abs/1608.00367)"
VDSR = "[VDSR](https://arxiv.org/abs/1511.04587), 665,000 parameters"
# (scale, method, trained on, Set5, Set14): as published, luma. None was measured here.
PUBLISHED = [
    (2, FSRCNN, "T91, General100", "37.00", "32.63"),
    (2, VDSR, "T91, BSDS300 train", "37.53", "33.03"),
    (3, ESPCN, "T91", "32.55", ""),
    (3, SRCNN, "ImageNet", "32.75", "29.30"),
    (3, FSRCNN, "T91, General100", "33.16", "29.43"),
    (3, VDSR, "T91, BSDS300 train", "33.66", "29.77"),
    (4, ESPCN, "ImageNet", "30.90", "27.73"),
    (4, VDSR, "T91, BSDS300 train", "31.35", "28.01"),
]
QUALITIES = (90, 60, 30)


def measure(sets, conventions=("classic", "modern")):
    """name of weights (or "bicubic_x3", "bicubic_x3_blur") -> {(set, convention): PSNR in dB}."""
    from sr_helpers import metrics, models, resize, upscale

    jobs = {}
    for path in sorted(models.WEIGHTS.glob("*.weights.h5")):
        network, card = models.load(path), models.card(path)
        form = (card["scale"], card["recipe"]["degradation"])
        baseline = "_".join(["bicubic", f"x{form[0]}", *([form[1]] if form[1] != "bicubic" else [])])
        jobs[baseline] = (lambda lr, scale=form[0]: resize.bicubic(lr, scale), 1, *form)
        jobs[path.name.removesuffix(".weights.h5")] = (upscale.luma_upscaler(network), card["channels"], *form)
    table = {}
    for name, (upscaler, channels, scale, degradation) in jobs.items():
        for convention in conventions:
            for label, pictures in sets.items():
                result = metrics.evaluate(
                    upscaler, pictures, scale, convention=convention, channels=channels, degradation=degradation
                )
                table.setdefault(name, {})[label, convention] = result["psnr"]
    return table


def describe(name):
    """(scale, method, trained on, test LR) of a measured row, in words, from its card."""
    from sr_helpers import models

    if name.startswith("bicubic"):
        _, scale, *degradation = name.split("_")
        return int(scale[1:]), "bicubic", "", degradation[0] if degradation else "bicubic"
    path = models.WEIGHTS / f"{name}.weights.h5"
    network, card = models.load(path), models.card(path)
    names = {"espcn": "seven layers", "espcn_paper": "three layers", "espcn_deep": "ten thin layers"}
    layers = names[card["architecture"]]
    if card["architecture"] == "espcn_paper" and card["activation"] == "relu":
        layers += " with ReLU and a skip"  # the paper's have tanh and none
    colour = ", RGB" if card["channels"] == 3 else ""
    sets = re.findall(r"--set (\S+)", card["command"])
    data = "T91" if sets == ["T91"] else "T91, General100, BSDS500"
    method = f"**`{name}`**, {layers}{colour}, {network.count_params():,} parameters"
    return card["scale"], method, data, card["recipe"]["degradation"]


def title_of(scale, degradation):
    """The title of one of the tables."""
    kinds = {"bicubic": "", "noise": ", LR with noise of sigma 30/255", "jpeg": ", LR as JPEG of quality 60"}
    return f"x{scale}{kinds.get(degradation, f', LR with {degradation}')}"


def measure_jpegs(sets, scale=3):
    """(method, quality or None) -> [PSNR in dB for each set]: both networks on clean LR and on JPEGs, classic."""
    from sr_helpers import metrics, models, resize, upscale

    methods = {"bicubic": lambda lr: resize.bicubic(lr, scale)}
    for label, degradation in (("clean", "bicubic"), ("JPEG", "jpeg")):
        methods[f"the network for {label} LR"] = upscale.luma_upscaler(
            models.pretrained(scale, degradation=degradation)
        )
    figures = {}
    for method, upscaler in methods.items():
        for quality in (None, *QUALITIES):
            how = {"degradation": "jpeg", "quality": quality} if quality else {}
            results = [metrics.evaluate(upscaler, pictures, scale, **how) for pictures in sets.values()]
            figures[method, quality] = [result["psnr"] for result in results]
    return figures


def jpeg_rows(figures, sets):
    """The lines of the table of `measure_jpegs`."""
    head = ["clean", *(f"quality {quality}" for quality in QUALITIES)]
    yield f"| x3, {' / '.join(sets)}, LR | {' | '.join(head)} |"
    yield "| --- " * (1 + len(head)) + "|"
    for method in dict.fromkeys(method for method, _ in figures):
        cells = [" / ".join(f"{value:.2f}" for value in figures[method, quality]) for quality in (None, *QUALITIES)]
        yield f"| {method} | {' | '.join(cells)} |"
    yield ""


def rows(table, sets):
    """The lines of the Markdown tables: one table for each scale, and one for other degradations."""
    columns = [(label, convention) for convention in ("classic", "modern") for label in sets]
    head = [f"{label}{', modern' if convention == 'modern' else ''}" for label, convention in columns]
    described = {name: describe(name) for name in table}
    kinds = [(scale, "bicubic") for scale in (2, 3, 4)] + [(3, "blur"), (3, "noise")]
    kinds += [(scale, "jpeg") for scale in (2, 3, 4)]
    for scale, degradation in kinds:
        ours = {
            name: (method, data) for name, (s, method, data, d) in described.items() if (s, d) == (scale, degradation)
        }
        if not ours:
            continue
        title = title_of(scale, degradation)
        yield f"| {title} | trained on | {' | '.join(head)} |"
        yield "| --- " * (2 + len(head)) + "|"
        lines = [(method, data, _cells(table[name], columns, degradation)) for name, (method, data) in ours.items()]
        for s, method, data, set5, set14 in PUBLISHED if degradation == "bicubic" else ():
            if s == scale:
                stated = {("Set5", "classic"): set5, ("Set14", "classic"): set14}
                lines.append((method, data, [stated.get(column, "") for column in columns]))
        lines.sort(key=lambda line: float(line[2][0]))
        for method, data, values in lines:
            yield f"| {method} | {data} | {' | '.join(values)} |"
        yield ""


def _cells(figures, columns, degradation):
    """`modern` adds noise to each colour, which is another task than noise on luma: it has no figure here."""
    another = {column for column in columns if degradation == "noise" and column[1] == "modern"}
    return ["" if column in another else f"{figures[column]:.2f}" for column in columns]


def summary(table):
    """README's few lines: Set5 / Set14 of bicubic, our two kinds of network, and VDSR."""
    yield "| scale | bicubic | `espcn`, 78,000 parameters | `espcn_deep`, 77,000 | VDSR, 665,000 |"
    yield "| --- | --- | --- | --- | --- |"
    for scale in (2, 3, 4):
        names = f"bicubic_x{scale}", f"espcn_x{scale}", f"espcn_deep_x{scale}"
        ours = [" / ".join(f"{table[name][label, 'classic']:.2f}" for label in ("Set5", "Set14")) for name in names]
        vdsr = next(" / ".join(row[3:]) for row in PUBLISHED if row[:2] == (scale, VDSR))
        yield f"| x{scale} | {' | '.join([*ours, vdsr])} |"
    yield ""


def write(path, lines):
    """Replace what stands between the two marks of a page."""
    before, _, rest = path.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    text = "\n".join(lines)
    path.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}", encoding="utf-8")


def main():
    from sr_helpers import datasets

    here = [name for name in SETS if (datasets.data_folder() / name).is_dir()]
    if "Set5" not in here or "Set14" not in here:
        sys.exit("error: Set5 and Set14 are needed: run `python -m sr_helpers fetch Set5 Set14`")
    sets = {name: datasets.load(name) for name in here}
    table = measure(sets)
    write(ROOT / "docs/results.md", [*rows(table, here), *jpeg_rows(measure_jpegs(sets), here)])
    write(ROOT / "README.md", summary(table))


if __name__ == "__main__":
    main()
