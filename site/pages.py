"""The solved notebooks, README and the pages beside it as pages of the site."""

import base64
import hashlib
import html
import re
import sys
import urllib.parse
from pathlib import Path

import nbformat
import prose

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from publish_links import COLAB, SITE, address, colab_prefix  # noqa: E402

SET_UP = "# Set-up, the same in every notebook"
BADGE = re.compile(r"\[(?:!\[Open in Colab\]\([^)]*\)|Open in Colab)\]\(([^)]*)\)")
DATA_URI = re.compile(r'src="data:(?:image|video)/([\w.+-]+)(;base64)?,([^"]*)"')
BLANK = {
    path.name[:2]: path.stem for path in sorted(ROOT.glob("notebooks/*.ipynb"))
}  # number -> name, also of the page
SOLVED = {path.name[:2]: path.stem for path in sorted(ROOT.glob("solutions/*.ipynb"))}
PLAIN = {"use": "docs/use.md", "results": "docs/results.md"}  # pages beside the notebooks; README is the front page


def build(site, render, film):
    """Write a page for every solved notebook and for README, with the film; the notebooks themselves go beside them."""
    (site / "pictures").mkdir(exist_ok=True)
    notebooks = []
    for number, name in BLANK.items():
        for folder, stem in (("notebooks", name), ("solutions", SOLVED[number])):
            (site / folder).mkdir(exist_ok=True)
            (site / folder / f"{stem}.ipynb").write_bytes((ROOT / folder / f"{stem}.ipynb").read_bytes())
        cells = nbformat.read(ROOT / "solutions" / f"{SOLVED[number]}.ipynb", as_version=4).cells
        body = "\n".join(cell_to_html(cell, f"{number}-{k}", site) for k, cell in enumerate(cells))
        title = re.match(r"# (?:Solved: )?(.+)", cells[0].source)[1]
        short = title.split(":")[0]
        notebooks.append(
            {
                "name": name,
                "solved": SOLVED[number],
                "title": title,
                "short": short,
                "body": body,
                "headings": headings(body),
            }
        )
    for before, notebook, after in zip([None, *notebooks], notebooks, [*notebooks[1:], None], strict=False):
        around = {"before": before, "after": after, "notebooks": notebooks, "colab": colab_prefix(*address(ROOT))}
        (site / f"{notebook['name']}.html").write_text(
            render("notebook.html", notebook=notebook, **around), encoding="utf-8"
        )

    for page, source in PLAIN.items():
        text = _without_comments(source)
        body = prose.markdown(text, link)
        page_title = re.match(r"# (.+)", text)[1]
        (site / f"{page}.html").write_text(render("plain.html", page_title=page_title, body=body), encoding="utf-8")
    sections = readme_sections()
    intro = sections.pop("")
    (site / "index.html").write_text(render("index.html", intro=intro, sections=sections, film=film), encoding="utf-8")
    (site / "comparison.png").write_bytes((ROOT / "comparison.png").read_bytes())


def readme_sections():
    """README as {heading: HTML}; what stands before the first heading is under ""."""
    text = _without_comments("README.md")
    text = BADGE.sub(r"[Colab](\1)", text)
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    parts = {
        "": parts[0],
        **{heading: f"## {heading}\n{body}" for heading, body in zip(parts[1::2], parts[2::2], strict=True)},
    }
    return {heading: prose.markdown(part, link) for heading, part in parts.items()}


def _without_comments(source):
    return re.sub(r"<!--.*?-->", "", (ROOT / source).read_text(encoding="utf-8"), flags=re.DOTALL)


def link(target, number=None):
    """An address in README, in a page beside it, or in the notebook of this number, as the site has it.

    Notebooks are pages, but a solved one's link to its own blank form leads to the file. Others are on the code host.
    """
    if SITE.match(target):
        return SITE.sub("", target)
    if re.match(r"https?://|#|mailto:", target):
        return target
    folder, _, name = target.removeprefix("../").rpartition("/")
    if name.endswith(".ipynb"):
        return f"{folder}/{name}" if folder == "solutions" or name[:2] == number else f"{BLANK[name[:2]]}.html"
    if name == "comparison.png":
        return name
    page = next((page for page, source in PLAIN.items() if source == target), None)
    if page:
        return f"{page}.html"
    if name == "solutions":
        return "#the-notebooks"
    repository, tag = address(ROOT)
    return f"{repository}/blob/{tag}/{target.removeprefix('../')}"


def headings(body):
    """[(id, HTML), ...] of the sections of a page."""
    return re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body)


def cell_to_html(cell, label, site):
    """A cell as HTML; `label` names the pictures that it leaves beside the page."""
    if cell.cell_type == "markdown":
        text = BADGE.sub("", cell.source).replace("# Solved: ", "# ", 1)  # the page has its own links to Colab
        body = prose.markdown(text, lambda target: link(target, label[:2]))
        body = re.sub(r' \(<a href="' + COLAB.pattern + r'[^"]*">in Colab</a>\)', "", body)
        return f'<div class="solution">{body}</div>' if "solution" in cell.metadata.get("tags", ()) else body
    code = f'<pre class="code" tabindex="0"><code>{prose.coloured(cell.source)}</code></pre>'
    outputs = "".join(output_to_html(output, label, site) for output in cell.outputs)
    if cell.source.startswith(SET_UP):
        summary = "<summary>The set-up cell, the same in every notebook</summary>"
        return f'<details class="set-up">{summary}{code}{outputs}</details>'
    return f'<div class="cell">{code}{outputs}</div>'


def output_to_html(output, label, site):
    if output.output_type == "stream":
        # A progress bar draws over itself: only its last state is worth reading.
        text = "\n".join(line.split("\r")[-1] for line in output.text.strip("\r\n").split("\n"))
        return f'<pre class="output" tabindex="0">{html.escape(text)}</pre>'
    data = output.get("data", {})
    text = data.get("text/plain", "")
    if "text/html" in data:
        content = DATA_URI.sub(lambda match: f'src="{from_uri(*match.groups(), label, site)}"', data["text/html"])
        content = re.sub(
            r'<div (style="[^"]*overflow-x:auto)', r'<div tabindex="0" \1', content
        )  # reached from the keyboard
        return f'<div class="output">{content}</div>'
    if "image/png" in data:
        source = beside(base64.b64decode(data["image/png"]), "png", label, site)
        alt = output.metadata.get("image/png", {}).get("alt") or text
        size = size_of(site / source)
        return f'<div class="output"><img src="{source}" alt="{html.escape(alt)}" {size} loading="lazy"></div>'
    return f'<pre class="output" tabindex="0">{html.escape(text)}</pre>'


def from_uri(kind, base64_coded, content, label, site):
    """A picture or film that stands in the page as text, as a file beside it; its address."""
    content = base64.b64decode(content) if base64_coded else urllib.parse.unquote_to_bytes(content)
    return beside(content, {"svg+xml": "svg", "jpeg": "jpg"}.get(kind, kind), label, site)


def beside(content, suffix, label, site):
    name = f"pictures/{label}-{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"
    (site / name).write_bytes(content)
    return name


def size_of(path):
    from PIL import Image

    with Image.open(path) as file:
        return f'width="{file.width}" height="{file.height}"'
