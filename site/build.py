"""Build the course's website: `make site` writes it into build/site, from what is in the repository alone."""

import argparse
import json
import shutil
from pathlib import Path

import film
import jinja2
import pages
import prose
import reference
import tryit

HERE = Path(__file__).parent
ROOT = HERE.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site")
    site = parser.parse_args().folder
    site.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "static", site, dirs_exist_ok=True)
    render = renderer()
    pages.build(site, render, film.build(site / "film"))
    reference.build(site, render)
    tryit.build(site, render)
    (site / "search.html").write_text(render("search.html"))
    (site / "search.json").write_text(json.dumps(list(searchable(site)), ensure_ascii=False))


def searchable(site):
    """Every section of every page, for the search."""
    for path in sorted(site.glob("*.html")):
        if path.name in ("one-file.html", "search.html"):
            continue
        sections = prose.sections(path.read_text())
        for anchor, heading, text in sections:
            yield {"page": path.name, "anchor": anchor, "title": sections[0][1], "heading": heading, "text": text}


def renderer():
    """A function (template, **values) -> page."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "templates"), trim_blocks=True, undefined=jinja2.StrictUndefined)
    always = {"one_file": False, "css": (HERE / "static" / "style.css").read_text(), "page_js": ""}
    return lambda template, **values: environment.get_template(template).render(always | values)


if __name__ == "__main__":
    main()
