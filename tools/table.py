"""Measure bicubic and all shipped weights on the test sets that are there, and write README's result table.

    python tools/table.py            the table between the two marks of README.md is replaced

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
# (scale, method, trained on, Set5, Set14): as published, luma. None was measured here. A star: recalled from the
# paper, not found again in a second source.
PUBLISHED = [
    (2, FSRCNN, "", "37.00", "32.63"),
    (2, VDSR, "", "37.53", "33.03"),
    (3, ESPCN, "91 images", "32.55", "29.08*"),
    (3, SRCNN, "ImageNet", "32.75", "29.28"),
    (3, ESPCN, "ImageNet", "33.13*", "29.49*"),
    (3, FSRCNN, "", "33.16", "29.43"),
    (3, VDSR, "", "33.66", "29.77"),
    (4, ESPCN, "ImageNet", "30.90", "27.73"),
    (4, VDSR, "", "31.35", "28.01"),
]


def measure(sets, conventions=("classic", "modern")):
    """name of weights (or "bicubic_x3", "bicubic_x3_blur") -> {(set, convention): PSNR in dB}."""
    from sr_helpers import metrics, resize, upscale
    from sr_helpers import models

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
    layers = {"espcn": "seven layers", "espcn_paper": "three layers"}[card["architecture"]]
    if card["architecture"] == "espcn_paper" and card["activation"] == "relu":
        layers += " with ReLU and a skip"  # the paper's have tanh and none
    colour = ", RGB" if card["channels"] == 3 else ""
    sets = re.findall(r"--set (\S+)", card["command"])
    data = "T91" if sets == ["T91"] else "T91, General100, BSDS500"
    return card["scale"], f"**`{name}`**, {layers}{colour}, {network.count_params():,} parameters", data, card["recipe"]["degradation"]


def rows(table, sets):
    """The lines of the Markdown tables: one table for each scale, and one for other degradations."""
    columns = [(label, convention) for convention in ("classic", "modern") for label in sets]
    head = [f"{label}{', modern' if convention == 'modern' else ''}" for label, convention in columns]
    described = {name: describe(name) for name in table}
    kinds = [(scale, "bicubic") for scale in (2, 3, 4)] + [(3, "blur"), (3, "noise")]
    for scale, degradation in kinds:
        ours = {name: (method, data) for name, (s, method, data, d) in described.items() if (s, d) == (scale, degradation)}
        if not ours:
            continue
        title = f"x{scale}" if degradation == "bicubic" else f"x{scale}, LR with {degradation}"
        yield f"| {title} | trained on | {' | '.join(head)} |"
        yield "| --- " * (2 + len(head)) + "|"
        lines = [(method, data, [f"{table[name][column]:.2f}" for column in columns]) for name, (method, data) in ours.items()]
        if degradation == "bicubic":
            lines += [
                (method, data, [{"Set5": set5, "Set14": set14}.get(label, "") if convention == "classic" else "" for label, convention in columns])
                for s, method, data, set5, set14 in PUBLISHED
                if s == scale
            ]
        lines.sort(key=lambda line: float(line[2][0].strip("*")))
        for method, data, values in lines:
            yield f"| {method} | {data} | {' | '.join(values)} |"
        yield ""


def main():
    from sr_helpers import datasets

    here = [name for name in SETS if (datasets.data_folder() / name).is_dir()]
    if "Set5" not in here or "Set14" not in here:
        sys.exit("error: Set5 and Set14 are needed: run `python -m sr_helpers fetch Set5 Set14`")
    sets = {name: datasets.load(name) for name in here}
    text = "\n".join(rows(measure(sets), here))
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text().partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    readme.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}")
    print(text)


if __name__ == "__main__":
    main()
