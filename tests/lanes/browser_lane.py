"""What the learner sees: the course in a real JupyterLab and on rendered pages, read from the page (make test-browser).

Every notebook runs once, quickly, in JupyterLab; themes, widths and device scales are then looked at on what was saved.
Screenshots land in build/browser/.
"""

import base64
import io
import json
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import (
    ROOT,
    command,
    copy_course,
    keep_runs_apart,
    launch,
    open_notebook,
    read_cells,
    render,
    run_all,
    serve,
    show_cell,
    start_all,
    wait_for_all,
)
from PIL import Image
from playwright.sync_api import sync_playwright

LEARNER = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
SOLVED = sorted(path.name for path in ROOT.glob("solutions/*.ipynb"))
SHOTS = ROOT / "build" / "browser"
# (theme, width, device scale): each theme at both widths, each width at both scales
LOOKS = [("light", 1366, 1), ("dark", 1366, 2), ("light", 390, 2), ("dark", 390, 1)]

# What is wrong with the pictures and outputs below an element: a list of sentences, empty when nothing is.
FAULTS = """(root) => {
    const faults = [];
    for (const picture of root.querySelectorAll(".jp-OutputArea-output img, .jp-OutputArea-output video")) {
        const name = picture.alt || picture.getAttribute("aria-label");
        const box = picture.getBoundingClientRect(), closed = picture.closest("details:not([open])");
        if (!name) faults.push("a picture without a name");
        if (picture.tagName === "IMG" && !(picture.complete && picture.naturalWidth)) faults.push(`not drawn: ${name}`);
        if (!closed && (box.width < 8 || box.height < 8)) faults.push(`empty: ${name}`);
        const pixels = picture.style.imageRendering === "pixelated" && !picture.closest(".before-after");
        if (pixels && !closed && Math.abs(box.width - 2 - picture.getAttribute("width")) > 0.01) {
            faults.push(`squeezed to ${box.width}: ${name}`);
        }
    }
    for (const pink of root.querySelectorAll('[data-mime-type$=".stderr"]')) faults.push(`pink: ${pink.textContent}`);
    for (const error of root.querySelectorAll('[data-mime-type$=".error"]')) faults.push(`error: ${error.textContent}`);
    for (const output of root.querySelectorAll(".jp-OutputArea-output")) {
        const wide = output.scrollWidth > output.clientWidth + 1;
        if (wide) faults.push(`wider than the page: ${output.textContent.slice(0, 60)}`);
    }
    return faults;
}"""

CODE_FITS = "(cell) => [...cell.querySelectorAll('.cm-scroller')].every((code) => code.scrollWidth <= code.clientWidth)"

NOT_OURS = {"link-in-text-block": "nbconvert's style sheet tells links by their colour"}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of the course, which the tests may change."""
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    return copy_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def address(course, tmp_path_factory):
    server, address = serve(course, tmp_path_factory.mktemp("lab"))
    yield address
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def lab(browser, address):
    """A page of a laptop's size with JupyterLab in it."""
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.set_default_timeout(120_000)
    page.goto(f"{address}/lab")
    page.wait_for_function("window.jupyterapp")
    page.evaluate("jupyterapp.restored")
    return page


@pytest.fixture
def clean(lab):
    """JupyterLab; its notebooks are closed and their kernels ended afterwards, whatever was changed."""
    yield lab
    lab.evaluate(
        """async () => {
            for (const widget of [...jupyterapp.shell.widgets("main")]) widget.dispose();
            await jupyterapp.serviceManager.sessions.shutdownAll();
        }"""
    )


def both(name):
    """The paths of a learner notebook and of its solution."""
    solved = next(solved for solved in SOLVED if solved.replace("_solved_", "_", 1) == name)
    return [f"notebooks/{name}", f"solutions/{solved}"]


def cell_number(cells, words):
    return next(number for number, cell in enumerate(cells) if words in cell["source"])


@pytest.mark.parametrize("name", LEARNER)
def test_a_notebook_opens_clean_runs_without_a_fault_and_leads_where_it_says(clean, course, name):
    lab = clean
    for path in both(name):
        open_notebook(lab, path)
        command(lab, "docmanager:save")
        lab.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
        assert (course / path).read_bytes() == (ROOT / path).read_bytes(), "opened and saved, and it has changed"
        keep_runs_apart(lab, path.split("/")[0])
        start_all(lab)
    for path in both(name):
        open_notebook(lab, path)
        for number, cell in enumerate(wait_for_all(lab)):
            assert_runs_calmly(cell, path)
            pictures = sum("text/html" in output.get("data", {}) for output in cell["outputs"])
            if pictures:
                node = show_cell(lab, number)
                assert len(node.query_selector_all('[data-mime-type="text/html"]')) == pictures
                assert node.evaluate(FAULTS) == [], f"{path}, cell {cell['id']}"
                assert node.evaluate(CODE_FITS), f"{path}, cell {cell['id']}"
        assert lab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        command(lab, "docmanager:save")
    open_notebook(lab, f"notebooks/{name}")
    follow_links(lab, f"notebooks/{name}")
    assert "Jupyter news" not in lab.inner_text("body")


def assert_runs_calmly(cell, path):
    """No error, nothing pink, and no progress that stays."""
    for output in cell["outputs"]:
        what = f"{path}, cell {cell['id']}: {output}"
        assert output["output_type"] != "error" and output.get("name") != "stderr", what
        assert "step/s" not in str(output.get("text")) and "| left" not in str(output.get("data")), what


def follow_links(lab, path):
    """Click every link to a notebook: it opens, at the heading of the exercise where the link says so."""
    cells = read_cells(lab)
    for number, cell in enumerate(cells):
        if cell["type"] != "markdown" or ".ipynb)" not in cell["source"] and ".ipynb#" not in cell["source"]:
            continue
        links = show_cell(lab, number).query_selector_all('a[href*="/files/"]')
        for k in range(len(links)):
            link = show_cell(lab, number).query_selector_all('a[href*="/files/"]')[k]
            target = link.evaluate("(a) => decodeURIComponent(a.pathname.split('/files/')[1])")
            exercise = link.evaluate("(a) => a.hash.split('cell-id=')[1]")
            link.click()
            lab.wait_for_function("(path) => jupyterapp.shell.currentWidget?.context?.path === path", arg=target)
            if exercise:
                lab.wait_for_function(
                    """(id) => {
                        const notebook = jupyterapp.shell.currentWidget.content;
                        const cell = notebook.widgets?.find((widget) => widget.model.id === id);
                        const top = cell?.node.getBoundingClientRect().top - notebook.node.getBoundingClientRect().top;
                        return cell?.node.textContent.includes("Exercise") && top > -50 && top < 400;
                    }""",
                    arg=exercise,
                )
            open_notebook(lab, path)


def test_a_wrong_answer_gets_its_sentence_and_a_right_one_passes(clean):
    lab = clean
    name = LEARNER[0]
    open_notebook(lab, both(name)[1])
    right = next(cell["source"] for cell in read_cells(lab) if "# your code" in cell["source"])
    open_notebook(lab, both(name)[0])
    cells = run_all(lab)
    stub, check = cell_number(cells, "# your code"), cell_number(cells, " = checks.")
    head = right.split("# your code")[0]

    def answer(source):
        show_cell(lab, stub).query_selector(".cm-content").click()
        lab.keyboard.press("ControlOrMeta+a")
        lab.keyboard.insert_text(source)
        lab.keyboard.press("Shift+Enter")
        lab.evaluate("(n) => { jupyterapp.shell.currentWidget.content.activeCellIndex = n; }", check)
        lab.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
        return show_cell(lab, check).query_selector(".jp-OutputArea-output").inner_text().strip()

    said = answer(f"{head}return -1")
    assert cells[check]["source"].split(" =")[0] in said and said.startswith("WRONG") and "Traceback" not in said
    lab.screenshot(path=SHOTS / "wrong-answer.png")
    assert "passed" in answer(right)


def open_slider(lab, path):
    """Run the notebook up to its slider and return (stage, range)."""
    open_notebook(lab, path)
    number = cell_number(run_all(lab), "show.slider(")
    node = show_cell(lab, number)
    return number, node.query_selector(".before-after > div"), node.query_selector("input[type=range]")


def test_two_copies_of_a_slider_follow_mouse_and_keys_and_the_notebook_does_not(clean):
    lab = clean
    for path in both(LEARNER[0]):  # both stay open: the same picture stands twice on the page
        number, stage, slider = open_slider(lab, path)
        box = stage.bounding_box()
        lab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
        lab.mouse.down()
        for share in (0.4, 0.3, 0.2):
            lab.mouse.move(box["x"] + share * box["width"], box["y"] + 20, steps=3)
        lab.mouse.up()
        assert abs(int(slider.input_value()) - 20) <= 1
        active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
        slider.focus()
        before = lab.evaluate(active), int(slider.input_value())
        for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowRight"):
            lab.keyboard.press(key)
        assert (lab.evaluate(active), int(slider.input_value())) == (before[0], before[1] + 2)
        lab.screenshot(path=SHOTS / f"slider-{path.split('/')[0]}.png")


def test_an_untrusted_slider_is_two_still_pictures_with_their_names(clean, course):
    path = both(LEARNER[0])[1]
    open_notebook(clean, path)
    cells = run_all(clean)
    slider = cells[cell_number(cells, "show.slider(")]
    notebook = json.loads((course / path).read_text(encoding="utf-8"))
    cell = {key: slider[key] for key in ("id", "source", "outputs")}
    notebook["cells"] = [cell | {"cell_type": "code", "metadata": {}, "execution_count": 1}]
    (course / "untrusted.ipynb").write_text(
        json.dumps(notebook), encoding="utf-8"
    )  # as from a stranger: this JupyterLab never saved it
    open_notebook(clean, "untrusted.ipynb")
    node = show_cell(clean, 0)
    assert not node.query_selector_all("input, script")
    assert node.evaluate(FAULTS) == []
    pictures = node.query_selector_all("img")
    assert len(pictures) == 2 and all(picture.is_visible() for picture in pictures)


@pytest.fixture(scope="session")
def rendered(course, tmp_path_factory):
    """All notebooks as they were saved after their run, as pages in both themes."""
    notebooks = [course / path for name in LEARNER for path in both(name)]
    return render(notebooks, tmp_path_factory.mktemp("rendered"))


def visit(browser, path, width, scale, **options):
    """A page in a context of its own that can reach nothing but itself."""
    context = browser.new_context(viewport={"width": width, "height": 900}, device_scale_factor=scale, **options)
    page = context.new_page()
    page.route("http*://**", lambda route: route.abort())
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("theme, width, scale", LOOKS)
def test_every_notebook_looks_right(browser, rendered, theme, width, scale):
    for path in sorted((rendered / theme).iterdir()):
        page = visit(browser, path, width, scale)
        assert page.evaluate(f"({FAULTS})(document.body)") == [], path.name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path.name
        if "_solved_" in path.name:
            page.add_style_tag(content=".jp-Cell-inputWrapper { display: none }")
            page.screenshot(path=SHOTS / f"{path.stem}-{theme}-{width}.png", full_page=True)
        page.context.close()


@pytest.mark.parametrize("scale", [1, 2])
def test_on_the_screen_every_pixel_is_as_wide_as_the_next(browser, rendered, scale):
    seen = 0
    for path in sorted((rendered / "light").glob("*_solved_*.html")):
        page = visit(browser, path, 1366, scale)
        for picture in page.query_selector_all('img[style*="pixelated"]')[:2]:
            if picture.evaluate("p => !!p.closest('.before-after')"):
                continue
            picture.evaluate("p => { p.style.cssText += ';position:fixed;left:0;top:0;border:0;z-index:99' }")
            width, height = (int(picture.get_attribute(side)) for side in ("width", "height"))
            stored = Image.open(io.BytesIO(base64.b64decode(picture.get_attribute("src").split(",")[1]))).convert("RGB")
            clip = {"x": 0, "y": 0, "width": width, "height": min(height, 900)}
            shot = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
            wanted = stored.resize((width * scale, height * scale), Image.Resampling.NEAREST).crop((0, 0, *shot.size))
            assert shot.tobytes() == wanted.tobytes(), f"{path.name}: {picture.get_attribute('alt')}"
            picture.evaluate("p => p.remove()")
            seen += 1
        page.context.close()
    assert seen > 10


def test_a_finger_drags_the_slider_and_still_scrolls_the_page(browser, rendered):
    page = visit(browser, rendered / "light" / f"{SOLVED[0][:-6]}.html", 390, 2, has_touch=True, is_mobile=True)
    slider, stage = page.query_selector("input[type=range]"), page.query_selector(".before-after > div")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    touch = page.context.new_cdp_session(page)

    def drag(points):
        for kind, place in zip(["touchStart"] + ["touchMove"] * (len(points) - 1), points, strict=True):
            point = {"x": box["x"] + place[0] * box["width"], "y": box["y"] + place[1] * box["height"]}
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    drag([(0.5, 0.5)] + [(0.5 - k / 40, 0.5) for k in range(1, 13)])
    assert abs(int(slider.input_value()) - 20) <= 2
    before = page.evaluate("scrollY")
    drag([(0.5, 0.9)] + [(0.5, 0.9 - k / 20) for k in range(1, 16)])
    page.wait_for_function("(before) => scrollY > before", arg=before)


def test_without_scripts_both_pictures_stand_side_by_side(browser, rendered):
    page = visit(browser, rendered / "light" / f"{SOLVED[0][:-6]}.html", 1366, 1, java_script_enabled=False)
    box = page.locator(".before-after").first
    assert box.locator("img:visible").count() == 2 and box.locator("input").count() == 0
    assert "rag" not in box.locator("figcaption").first.inner_text()


def test_an_animation_moves_only_when_it_is_opened_without_a_script(browser, rendered):
    pages = sorted((rendered / "light").glob("*_solved_*.html"))
    path = next(path for path in pages if "Play (close to stop)" in path.read_text(encoding="utf-8"))
    page = visit(browser, path, 1366, 1, java_script_enabled=False)
    summary = page.get_by_text("Play (close to stop)")
    moving = page.locator("details:has(> summary:text('Play (close to stop)')) img")
    assert not moving.is_visible()
    summary.click()
    assert moving.is_visible()


@pytest.mark.parametrize("theme, width, scale", LOOKS)
def test_axe_finds_nothing_that_is_ours(browser, rendered, theme, width, scale):
    ours = {"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"]]}
    for path in sorted((rendered / theme).glob("*_solved_*.html")):
        page = visit(browser, path, width, scale)
        for violation in Axe().run(page, context=ours).response["violations"]:
            nodes = [node["html"][:200] for node in violation["nodes"][:3]]
            assert violation["id"] in NOT_OURS, f"{path.name}: {violation['help']}: {nodes}"
        page.context.close()
