"""Build the course's website: `make site` writes it into build/site, from what is in the repository alone."""

import argparse
import shutil
from pathlib import Path

import jinja2
import tryit

HERE = Path(__file__).parent
ROOT = HERE.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site")
    site = parser.parse_args().folder
    site.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "static", site, dirs_exist_ok=True)
    tryit.build(site, renderer())


def renderer():
    """A function (template, **values) -> page."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "templates"), trim_blocks=True, undefined=jinja2.StrictUndefined)
    always = {"home": "", "one_file": False, "css": (HERE / "static" / "style.css").read_text(), "page_js": ""}
    return lambda template, **values: environment.get_template(template).render(always | values)


if __name__ == "__main__":
    main()
