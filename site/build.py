"""Build the course's website: `make site` writes it into build/site, from what is in the repository alone."""

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
SITE = HERE.parent / "build" / "site"


def main():
    SITE.mkdir(parents=True, exist_ok=True)
    for path in SITE.iterdir():
        if path.name not in ("film", "tryit"):  # these know by themselves what is out of date
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(HERE / "static", SITE, dirs_exist_ok=True)
    render = renderer()
    pages.build(SITE, render, film.build(SITE / "film"))
    reference.build(SITE, render)
    tryit.build(SITE, render)
    (SITE / "search.html").write_text(render("search.html"), encoding="utf-8")
    (SITE / "search.json").write_text(json.dumps(list(searchable()), ensure_ascii=False), encoding="utf-8")


def searchable():
    """Every section of every page, for the search."""
    for path in sorted(SITE.glob("*.html")):
        if path.name in ("one-file.html", "search.html"):
            continue
        sections = prose.sections(path.read_text(encoding="utf-8"))
        for anchor, heading, text in sections:
            yield {"page": path.name, "anchor": anchor, "title": sections[0][1], "heading": heading, "text": text}


def renderer():
    """A function (template, **values) -> page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    always = {"one_file": False, "css": (HERE / "static" / "style.css").read_text(encoding="utf-8"), "page_js": ""}
    return lambda template, **values: environment.get_template(template).render(always | values)


if __name__ == "__main__":
    main()
