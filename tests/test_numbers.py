"""Every number with a point in a notebook's text is one that its cells print or compute with, or one named here."""

import re
from math import log10
from pathlib import Path

import nbformat
import numpy as np
import pytest

from sr_helpers import measured, resize

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = sorted(ROOT.glob("solutions/*.ipynb"))
BICUBIC = [30.39, 27.54, 28.42, 33.66, 33.65]  # of the literature, reproduced by tests/test_metrics.py
PUBLISHED = [32.55, 33.16, 29.43, 33.66, 29.77]  # ESPCN, FSRCNN, VDSR: tools/table.py has the sources
WIDTHS = [np.subtract(*pair) for pair in zip(*reversed(measured.table("widths").values()), strict=True)]
STARTS = [np.mean(psnr) for psnr in measured.table("ablation")["skip and start"]["psnr"].values()]
DEPTHS = [number for psnr in measured.table("depths")["psnr"].values() for number in [*psnr, np.mean(psnr)]]
SHIFTED = [records[-1]["test"] for records in measured.table("shifted_pairs").values()]
ELSEWHERE = {  # what a text tells and no cell of its notebook prints: computed, stored or of the literature
    "02": [0.75, *abs(resize.cubic(np.array([0.5, 1.5])))],  # OpenCV's a; the kernel
    "03": [*BICUBIC, 20 * log10(255), 20 * log10(255 / 219), 20 * log10(2), 16 / 255, 235 / 255, 127.5],
    "05": [*STARTS, *np.diff(STARTS), 57_281 / 22_729],  # parameters of SRCNN and ESPCN
    "06": [SHIFTED[2] - SHIFTED[3], 5.1, 2.9, 0.84, 0.08],  # a second of two cores; strangers; docs/results.md
    "07": [
        *DEPTHS,
        *WIDTHS,
        0.05,
        0.002,
        0.001,
        0.7,
        0.021,
        27.9,
    ],  # at most; rates; the factor of NearIdentity; a record's example
    "08": [*BICUBIC, *PUBLISHED, 1.96, 4.303, 20 * log10(255), 0.48, 4.48, 0.001],  # an interval by hand
    "10": [PUBLISHED[0], 0.25, 10 * log10(2)],
}


def numbers(text):
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.name[:2])
def test_the_numbers_of_the_text_are_those_of_the_cells(path):
    notebook = nbformat.read(path, as_version=4)
    told = []
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        told.append(cell.source)
        for output in cell.outputs:
            shown = output.get("data", {})
            told += [output.get("text", ""), shown.get("text/plain", "")]
            told.append(re.sub(r"base64,[^\"]*", "", shown.get("text/html", "")))
    known = np.array(numbers("\n".join(told)) + ELSEWHERE.get(path.name[:2], []))
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        text = re.sub(r"\]\([^)]*\)|\d{4}\.\d{5}", "", cell.source)
        for number in re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)", text):
            digits = len(number.partition(".")[2])
            close = np.abs(np.abs(known) - float(number)) <= 0.5001 * 10**-digits
            assert close.any(), f"{path.name}, cell {cell.id}: where does {number} come from?"
