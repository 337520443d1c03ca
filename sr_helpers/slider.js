// Makes each pair of still pictures that show.slider put on the page one picture with a line to drag.
// It finds its pairs by class, not by id: the same output may stand twice on a page.
for (const box of document.querySelectorAll(".before-after:not([data-live])")) {
  box.dataset.live = "";
  const [before, after] = box.querySelectorAll("img");
  const labels = [...box.querySelectorAll("figcaption")].map((caption) => caption.textContent);
  const width = before.naturalWidth || before.width, height = width * before.height / before.width;

  const stage = document.createElement("div");
  stage.style.cssText = "position:relative;overflow:hidden;border:1px solid #999;cursor:ew-resize;user-select:none;touch-action:pan-y";
  for (const picture of [before, after]) {
    picture.draggable = false;
    picture.style.cssText = "position:absolute;inset:0;width:100%;height:100%;max-width:none;margin:0;border:0;image-rendering:pixelated";
  }
  const line = document.createElement("div");
  line.style.cssText = "position:absolute;top:0;bottom:0;width:2px;margin-left:-1px;background:white;box-shadow:0 0 2px black";
  stage.append(before, after, line);

  const range = document.createElement("input");
  Object.assign(range, { type: "range", min: 0, max: 100, value: 50 });
  range.setAttribute("aria-label", `${labels[0]} left of the line, ${labels[1]} right of it`);
  range.style.cssText = "display:block;max-width:100%;margin:4px 0";
  const caption = document.createElement("div");
  caption.textContent = `Drag the line: ${labels[0]} on its left, ${labels[1]} on its right.`;
  box.replaceChildren(stage, range, caption);

  const draw = () => {
    after.style.clipPath = `inset(0 0 0 ${range.value}%)`;
    line.style.left = `${range.value}%`;
  };
  const follow = (event) => {
    const place = stage.getBoundingClientRect();
    range.value = 100 * (event.clientX - place.left) / place.width;
    draw();
  };
  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId);
    follow(event);
  });
  stage.addEventListener("pointermove", (event) => stage.hasPointerCapture(event.pointerId) && follow(event));
  range.addEventListener("input", draw);
  range.addEventListener("keydown", (event) => {
    // The range's own keys are not the notebook's, which would go to the next cell.
    if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation();
  });
  new ResizeObserver(() => {
    const zoom = Math.max(1, Math.min(2, Math.floor((box.clientWidth - 2) / width))); // every pixel as wide as the next
    stage.style.width = range.style.width = `${zoom * width}px`;
    stage.style.height = `${zoom * height}px`;
  }).observe(box);
  draw();
}
