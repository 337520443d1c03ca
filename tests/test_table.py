"""The tables of results against the weights themselves, and the weights against their cards."""

import json
import re
import sys
from pathlib import Path

import pytest

from sr_helpers import datasets, metrics, models, resize, upscale
from sr_helpers.measured import table as table_of

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from table import describe, measure, rows, summary, title_of  # noqa: E402

SETS = ("Set5", "Set14")


@pytest.fixture(scope="module")
def table(benchmark):
    """What the tool measures. No table holds SSIM, which would take a third of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "ssim", lambda *_, **__: 1.0)
        return measure({name: benchmark(name) for name in SETS})


def stated_rows():
    """scale and method -> its figures, from the lines of the page's tables."""
    found, title = {}, None
    for line in (ROOT / "docs/results.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\| x[234]", line):
            title = cells[0]
        elif title and line.startswith("| ") and len(cells) >= 4:
            found[title, cells[0]] = cells[2:]
        elif not line.startswith("|"):
            title = None
    return found


def test_readme_s_summary_is_that_of_the_weights(table):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in summary(table):
        stated = next(row for row in readme.splitlines() if row.startswith(line[:6]))
        figures = [[float(cell) for cell in re.findall(r"\d\d\.\d\d", row)] for row in (stated, line)]
        assert figures[0] == pytest.approx(figures[1], abs=0.01), "run `make table`"


def test_page_and_weights_agree_to_a_hundredth_of_a_db(table):
    stated = stated_rows()
    for name, figures in table.items():
        scale, method, _, degradation = describe(name)
        conventions = ("classic", "modern") if degradation != "noise" else ("classic",)
        columns = [figures[label, convention] for convention in conventions for label in SETS]
        cells = [float(cell) for cell in stated[title_of(scale, degradation), method] if cell]
        assert cells == pytest.approx(columns, abs=0.01), name


def test_cards_and_weights_agree_to_a_hundredth_of_a_db(table):
    for path in models.WEIGHTS.glob("*.json"):
        card = json.loads(path.read_text(encoding="utf-8"))
        for (label, convention), figure in table[path.stem].items():
            assert card["results"][convention][label]["psnr"] == pytest.approx(figure, abs=0.01), path.name


@pytest.mark.parametrize(
    "name, set5, set14",
    [
        ("espcn_x2", 37.3, 32.85),
        ("espcn_x3", 33.4, 29.6),
        ("espcn_x4", 31.15, 27.85),
        ("espcn_deep_x2", 37.32, 32.93),
        ("espcn_deep_x3", 33.52, 29.7),
        ("espcn_deep_x4", 31.25, 27.96),
    ],
)
def test_the_shipped_weights_lead_their_class(name, set5, set14, table):
    assert table[name]["Set5", "classic"] >= set5 and table[name]["Set14", "classic"] >= set14


def test_every_shipped_network_is_small_and_beats_bicubic(table):
    for path in models.WEIGHTS.glob("*.weights.h5"):
        name = path.name.removesuffix(".weights.h5")
        assert path.stat().st_size < 500_000
        network, card = models.load(path), models.card(path)
        assert network.count_params() < 100_000
        degradation = card["recipe"]["degradation"]
        baseline = f"bicubic_x{card['scale']}" + (f"_{degradation}" if degradation != "bicubic" else "")
        assert all(table[name][column] > table[baseline][column] + 0.5 for column in table[name])


def test_the_table_says_what_was_measured_and_what_is_quoted(table):
    lines = list(rows(table, SETS))
    assert sum("**`espcn" in line for line in lines) == len(list(models.WEIGHTS.glob("*.weights.h5")))
    assert any("VDSR" in line and "33.66" in line for line in lines)


def test_the_right_table_of_notebook_08_is_that_of_the_shipped_weights():
    """New weights want new wrong tables: python tools/wrong_tables.py"""
    stored = table_of("wrong_tables")["right"]
    upscalers = (lambda lr: resize.bicubic(lr, 3)), upscale.luma_upscaler(models.pretrained(3))
    measured = [metrics.evaluate(upscaler, datasets.load("starter/test"), 3)["psnr"] for upscaler in upscalers]
    assert stored == pytest.approx(measured, abs=0.01)
