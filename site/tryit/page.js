// The page's own side: choose, look, drag, save. The pixels are worked on in worker.js.

const WINDOW = 720; // the most result pixels that are shown at once, along a side; fewer on a narrow screen
const MAX_MEGAPIXELS = 250;
const {
  assets,
  networks,
  samples,
  worker: workerSource,
} = JSON.parse(document.getElementById("tryit-data").textContent);
const $ = (name) => document.getElementById(name);
const form = $("settings");
const radius = Math.max(...networks.map((each) => each.radius));

const CANCELLED = new Error("");

let worker;
let waiting; // {resolve, reject} of what the worker was asked
let file;
let size; // of the open photograph
let middle; // of what is looked at, as a share of the width and height
let saved = {}; // addresses of Blobs to let go when the next ones come

function startWorker() {
  worker?.terminate();
  const source = workerSource.text
    ? URL.createObjectURL(new Blob([workerSource.text], { type: "text/javascript" }))
    : workerSource.address;
  worker = new Worker(source);
  worker.onerror = () =>
    waiting?.reject(
      new Error(
        "This page's worker did not start: use a newer browser, or the one-file page when you opened this from a disk.",
      ),
    );
  worker.onmessage = ({ data }) => {
    if (data.progress) return showProgress(data.progress);
    const { resolve, reject } = waiting;
    waiting = undefined;
    data.failure === undefined ? resolve(data.answer) : reject(new Error(data.failure));
  };
  return ask("start", { assets: absolute(assets) });
}

function ask(kind, details) {
  return new Promise((resolve, reject) => {
    waiting = { resolve, reject };
    worker.postMessage({ kind, ...details });
  });
}

/** Addresses relative to the page mean nothing in a worker made from a Blob. */
function absolute(table) {
  return Object.fromEntries(
    Object.entries(table).map(([name, asset]) => [name, asset.zipped ? asset : new URL(asset, document.baseURI).href]),
  );
}

/** Run a task with the controls locked; its failure becomes a sentence. */
async function busy(text, task) {
  const focused = document.activeElement;
  say(text);
  document.body.classList.add("busy");
  form.inert = $("choose").inert = $("elsewhere").inert = true;
  try {
    await task();
  } catch (error) {
    if (error.message) say(error.message, "error");
  }
  form.inert = $("choose").inert = $("elsewhere").inert = false;
  document.body.classList.remove("busy", "enlarging");
  if (document.activeElement === document.body) focused?.focus();
}

function say(text, kind = "") {
  $("status").textContent = text;
  $("status").className = kind;
}

const number = (value, digits = 0) => value.toLocaleString("en", { maximumFractionDigits: digits });

function network() {
  const choice = new FormData(form);
  return networks.find(
    ({ scale, degradation }) => scale === Number(choice.get("scale")) && degradation === choice.get("degradation"),
  );
}

async function open(chosen) {
  await busy(`Opening ${chosen.name} ...`, async () => {
    $("result").hidden = true;
    file = undefined;
    if (!worker) await startWorker();
    size = await ask("open", { file: chosen, radius });
    file = chosen;
    middle = { x: 0.5, y: 0.5 };
    $("overview").src = fresh("overview", chosen);
    $("overview").alt = `${chosen.name}, whole`;
    await look();
  });
}

/** Show a piece, as large as the window allows, by the network and by bicubic. */
async function look() {
  const chosen = network();
  forget("download");
  $("download").hidden = true;
  const area = {};
  const shown = Math.min(WINDOW, $("viewer").clientWidth || WINDOW);
  for (const [start, length, share] of [
    ["left", "width", middle.x],
    ["top", "height", middle.y],
  ]) {
    area[length] = Math.min(size[length], Math.floor(shown / chosen.scale));
    area[start] = Math.max(
      0,
      Math.min(size[length] - area[length], Math.round(share * size[length] - area[length] / 2)),
    );
  }
  say("Enlarging a piece to look at ...");
  const { sr, plain, seconds, provider } = await ask("look", { area, network: chosen });
  await show("sr", sr, `${file.name}, a piece enlarged ${chosen.scale} times by the network`);
  await show("plain", plain, "the same piece, enlarged by bicubic interpolation");
  $("stage").style.setProperty("--width", `${area.width * chosen.scale}px`);
  const frame = $("frame").style;
  frame.left = `${(100 * area.left) / size.width}%`;
  frame.top = `${(100 * area.top) / size.height}%`;
  frame.width = `${(100 * area.width) / size.width}%`;
  frame.height = `${(100 * area.height) / size.height}%`;
  $("result").hidden = false;
  const pixels = area.width * area.height;
  const where =
    provider === "webgpu" ? "this machine's graphics card (WebGPU)" : "one core of this machine (WebAssembly)";
  say(
    `${file.name}: ${size.width} x ${size.height} pixels become ` +
      `${size.width * chosen.scale} x ${size.height * chosen.scale}. ` +
      `The piece of ${number(pixels)} pixels took ${number(seconds, 2)} s on ${where}.`,
  );
}

async function enlargeAll() {
  const chosen = network();
  const megapixels = (size.width * size.height * chosen.scale ** 2) / 1e6;
  if (megapixels > MAX_MEGAPIXELS) {
    return say(
      `The result would have ${number(megapixels)} megapixels, too many for this page: choose a smaller scale.`,
      "error",
    );
  }
  $("progress").value = 0;
  await busy("Enlarging the whole photograph ...", async () => {
    document.body.classList.add("enlarging");
    const answer = await ask("enlarge", { network: chosen }).catch(startAgain);
    if (!answer) return say("Cancelled. Nothing was saved.");
    const link = $("download");
    link.href = fresh("download", answer.png);
    link.download = `${file.name.replace(/\.\w+$/, "")}_x${chosen.scale}.png`;
    link.textContent = `Save ${link.download} (${number(answer.png.size / 1e6, 1)} MB)`;
    link.hidden = false;
    say(`Done in ${number(answer.seconds, 1)} s: ${number(megapixels, 1)} megapixels.`);
    link.focus();
  });
}

/** After a cancel: the worker is ended in the middle of its work, and a new one opens the photograph again. */
async function startAgain(error) {
  if (error !== CANCELLED) throw error;
  await startWorker();
  await ask("open", { file, radius });
}

function showProgress({ done, total }) {
  $("progress").value = done / total;
  say(`Enlarging the whole photograph: tile ${done} of ${total}.`);
}

async function show(name, png, alt) {
  const image = $(name);
  image.src = fresh(name, png);
  image.alt = alt;
  await image.decode();
}

function fresh(name, blob) {
  forget(name);
  return (saved[name] = URL.createObjectURL(blob));
}

function forget(name) {
  if (saved[name]) URL.revokeObjectURL(saved[name]);
  delete saved[name];
}

function split() {
  $("stage").style.setProperty("--split", `${$("slider").value}%`);
}

/** Only what the package ships can be chosen: a scale without a JPEG network has none here. */
function offer() {
  const scale = Number(new FormData(form).get("scale"));
  const radios = [...form.querySelectorAll("[name=degradation]")];
  for (const radio of radios) {
    radio.disabled = !networks.some((each) => each.scale === scale && each.degradation === radio.value);
    if (radio.disabled && radio.checked) radios[0].checked = true;
  }
}

function dragSlider(event) {
  if (event.type === "pointermove" && !event.buttons) return;
  event.preventDefault();
  const { left, width } = $("stage").getBoundingClientRect();
  $("slider").value = (100 * (event.clientX - left)) / width;
  split();
}

$("file").addEventListener("change", ({ target }) => {
  if (target.files.length) open(target.files[0]);
  target.value = ""; // the same file can be chosen again
});
for (const button of document.querySelectorAll("[data-sample]")) {
  button.addEventListener("click", async () => {
    const source = samples[button.dataset.sample];
    const data = await (await fetch(source)).blob();
    open(new File([data], `${button.dataset.sample}.png`, { type: "image/png" }));
  });
}
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const dropped = event.dataTransfer.files[0];
  if (dropped && !document.body.classList.contains("busy")) open(dropped);
});
addEventListener("paste", (event) => {
  const pasted = event.clipboardData.files[0];
  if (pasted && !document.body.classList.contains("busy")) open(pasted);
});
form.addEventListener("change", () => {
  offer();
  if (file) busy("", look);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (file) enlargeAll();
});
$("cancel").addEventListener("click", () => waiting?.reject(CANCELLED));
$("slider").addEventListener("input", split);
$("stage").addEventListener("pointerdown", dragSlider);
$("stage").addEventListener("pointermove", dragSlider);
$("elsewhere").addEventListener("click", (event) => {
  const box = $("overview").getBoundingClientRect();
  middle = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  busy("", look);
});
$("elsewhere").addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
  if (!step) return;
  event.preventDefault();
  middle = { x: Math.min(1, Math.max(0, middle.x + step[0])), y: Math.min(1, Math.max(0, middle.y + step[1])) };
  busy("", look);
});
offer();
split();
document.body.classList.add("ready");
