"""Every page of the built site in a real browser, at both widths: links, console, search, access, size."""

import re
from html.parser import HTMLParser

import nbformat
import pytest
from conftest import SITE, WIDTHS, listen

AXE = SITE.parents[1] / "site" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = sorted(path.name for path in SITE.glob("*.html") if path.name != "one-file.html")
FROM_ELSEWHERE = re.compile(r"https?://|data:|blob:|mailto:")
MAX_BYTES = 1_000_000


class Links(HTMLParser):
    """The addresses and the ids of a page."""

    def __init__(self, page):
        super().__init__()
        self.targets, self.ids = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids.add(attributes.get("id"))
        self.targets |= {attributes[name] for name in ("href", "src", "poster", "action") if attributes.get(name)}


@pytest.fixture(scope="session")
def links():
    return {name: Links((SITE / name).read_text(encoding="utf-8")) for name in PAGES}


def test_there_is_a_page_for_every_notebook_and_both_notebooks_beside_it():
    blank = sorted((SITE / "notebooks").glob("*.ipynb"))
    solved = sorted((SITE / "solutions").glob("*.ipynb"))
    assert [path.name[:2] for path in blank] == [path.name[:2] for path in solved] == [f"{k:02d}" for k in range(11)]
    for path in [*blank, *solved]:
        assert nbformat.read(path, as_version=4).cells
    for path in blank:
        assert f"{path.stem}.html" in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_inner_links_resolve(links, name):
    for target in links[name].targets:
        if FROM_ELSEWHERE.match(target):
            continue
        file, _, anchor = target.partition("#")
        assert (SITE / (file or name)).is_file(), target
        if anchor:
            assert anchor in links[file or name].ids, target


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_and_loads_nothing_from_elsewhere(name):
    text = (SITE / name).read_text(encoding="utf-8")
    assert len(text.encode()) < MAX_BYTES
    assert not re.findall(r"<(?:script|img|link|source)[^>]*(?:src|href)=\"https?:", text)
    assert "your-name.github" not in text and "\ufffd" not in text


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_quiet_fit_the_screen_and_are_open_to_all(browser, address, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints = listen(page)
    for name in PAGES:
        page.goto(address + name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        page.add_script_tag(path=AXE)
        found = page.evaluate(
            "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))])"
        )
        assert found == [], name
    page.close()
    assert complaints == []


def test_search_finds_the_pixel_shuffle(page, address):
    page.goto(address)
    page.fill("header [name=q]", "pixel shuffle")
    page.press("header [name=q]", "Enter")
    first = page.locator("#results a").first
    assert "Pixel shuffle" in first.text_content() and first.get_attribute("href").startswith("01_pixel_shuffle.html")
    first.click()
    assert page.title().startswith("01 · Pixel shuffle")


def test_search_says_so_when_there_is_nothing(page, address):
    page.goto(address + "search.html?q=xylophone+<b>")
    page.wait_for_function("document.getElementById('found').textContent")
    assert page.text_content("#found") == "No section with xylophone b"


def test_without_scripts_a_notebook_is_all_there(browser, address):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address + "00_start_here.html")
    assert page.locator("pre.code").count() >= 12
    pictures = page.locator(".output img")
    assert pictures.first.is_visible() and all(picture.get_attribute("alt") for picture in pictures.all())
    page.context.close()


def test_the_slider_of_a_notebook_moves(page, address):
    page.goto(address + "00_start_here.html")
    slider = page.locator(".output input[type=range]").first
    slider.fill("20")
    output = slider.locator("xpath=ancestor::div[@class='output']")
    assert output.locator("[style*='left: 20%']").is_visible()


def test_the_dark_page_is_remembered(page, address):
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.click("#theme")
    page.goto(address + "house.html")
    red, green, blue = map(
        int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3]
    )
    assert max(red, green, blue) < 60


def test_the_house_stands(page, address):
    page.goto(address + "house.html")
    floors = page.locator(".house > li").all()
    names = [floor.locator("h3").all_text_contents() for floor in floors]
    assert "files" in names[-1] and "__main__" in names[0]
    for height, floor in enumerate(floors):
        below = {name for lower in names[height + 1 :] for name in lower}
        for text in floor.locator(".below").all_text_contents():
            assert set(text.removeprefix("stands on ").split(", ")) <= below


def test_the_film_plays_for_a_minute(page, address):
    assert (SITE / "film" / "film.mp4").stat().st_size < 5_000_000
    page.goto(address)
    seconds = page.evaluate("""() => new Promise((resolve, reject) => {
        const film = document.querySelector("video");
        film.onloadeddata = () => resolve(film.duration);
        film.querySelector("source").onerror = () => reject("cannot be played");
        film.preload = "auto";
        film.load();
    })""")
    assert 55 <= seconds <= 65
    captions = (SITE / "film" / "film.vtt").read_text(encoding="utf-8").split("\n")[3::3]
    assert page.locator("#film-text li").all_text_contents() == captions
