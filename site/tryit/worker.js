// Runs the network in a thread of its own, so that the page stays awake. Nothing here sends anything anywhere.
// The page asks one thing at a time: "open" a file, "look" at a piece, "enlarge" it all into a PNG.
import { fillHidden } from "./hidden.js";
import { bicubic, plane, tilesOf, toByte, toRgb, toYCbCr } from "./pixels.js";
import { PngWriter } from "./png.js";
import { Sentence, readPicture } from "./picture.js";

const TILE = 256; // LR pixels: bounds the memory, and never changes the result
const BICUBIC_RADIUS = 2;
const GPU_TOLERANCE = 1 / 1024; // a quarter of a grey value

let assets; // name -> address, or {zipped: base64} in the one-file page
let engine; // {ort, provider}, loaded with the first network
let picture;
const sessions = new Map();

const answers = {
  start: (request) => void (assets = request.assets),

  async open({ file, radius }) {
    picture = undefined; // the old one leaves the memory first
    picture = await readPicture(file);
    if (picture.alpha) fillHidden(picture, Math.ceil(1.5 * (radius + BICUBIC_RADIUS)));
    const { width, height, grey, alpha } = picture;
    return { width, height, grey, alpha };
  },

  /** A rectangle of LR pixels, enlarged by the network and by bicubic: two PNGs. */
  async look({ area, network }) {
    const session = await sessionOf(network);
    const started = performance.now();
    const sr = await enlargedToPng(area, network.scale, network.radius, (block) => byNetwork(block, network, session));
    const seconds = (performance.now() - started) / 1000;
    const plain = await enlargedToPng(area, network.scale, BICUBIC_RADIUS, (block) => byBicubic(block, network.scale));
    return { sr, plain, seconds, provider: engine.provider };
  },

  /** The whole picture as one PNG; tells how far it is after each tile. */
  async enlarge({ network }) {
    const session = await sessionOf(network);
    const started = performance.now();
    const area = { top: 0, left: 0, width: picture.width, height: picture.height };
    const report = (done, total) => postMessage({ progress: { done, total } });
    const png = await enlargedToPng(
      area,
      network.scale,
      network.radius,
      (block) => byNetwork(block, network, session),
      report,
    );
    return { png, seconds: (performance.now() - started) / 1000, provider: engine.provider };
  },
};

let queue = Promise.resolve();
onmessage = ({ data }) => {
  queue = queue.then(async () => {
    try {
      postMessage({ answer: (await answers[data.kind](data)) ?? {} });
    } catch (error) {
      const unforeseen = `This browser failed (${error.message}): try a smaller photograph, or another browser.`;
      postMessage({ failure: error instanceof Sentence ? error.message : unforeseen });
    }
  });
};

/** Enlarge `area` tile by tile, a row of tiles in memory at a time, into a PNG. */
async function enlargedToPng(area, scale, radius, enlarge, report = () => {}) {
  const channels = (picture.grey ? 1 : 3) + (picture.alpha ? 1 : 0);
  const width = area.width * scale;
  const png = new PngWriter(width, area.height * scale, channels, picture.profile);
  const tiles = [...tilesOf(picture, area, TILE, Math.max(radius, BICUBIC_RADIUS))];
  let strip;
  for (const [number, tile] of tiles.entries()) {
    if (tile.left === area.left) strip = new Uint8Array(width * tile.height * scale * channels);
    const planes = await enlarge(tile.block);
    if (picture.alpha) planes.push(bicubic(plane(picture, tile.block, 3), tile.block.width, tile.block.height, scale));
    const blockWidth = tile.block.width * scale;
    for (let y = 0; y < tile.height * scale; y++) {
      let from = ((tile.top - tile.block.top) * scale + y) * blockWidth + (tile.left - tile.block.left) * scale;
      let to = (y * width + (tile.left - area.left) * scale) * channels;
      for (let x = 0; x < tile.width * scale; x++, from++)
        for (const values of planes) strip[to++] = toByte(values[from]);
    }
    if (tile.left + tile.width === area.left + area.width) await png.add(strip);
    report(number + 1, tiles.length);
  }
  return png.finish();
}

/** The network on luma, bicubic on chroma, as sr_helpers.upscale has it: planes of one enlarged block. */
async function byNetwork(block, network, session) {
  if (picture.grey) return [await run(session, plane(picture, block, 0), block)];
  const [luma, ...chroma] = toYCbCr([0, 1, 2].map((channel) => plane(picture, block, channel)));
  const large = chroma.map((values) => bicubic(values, block.width, block.height, network.scale));
  return toRgb([await run(session, luma, block), ...large]);
}

function byBicubic(block, scale) {
  const channels = picture.grey ? [0] : [0, 1, 2];
  return channels.map((channel) => bicubic(plane(picture, block, channel), block.width, block.height, scale));
}

async function run(session, values, { width, height }) {
  const lr = new engine.ort.Tensor("float32", values, [1, height, width, 1]);
  const output = await session.run({ [session.inputNames[0]]: lr });
  return output[session.outputNames[0]].getData(true);
}

async function sessionOf(network) {
  if (!sessions.has(network.name)) {
    engine ??= await loadEngine();
    sessions.set(network.name, await makeSession(await bytesOf(network.name)));
  }
  return sessions.get(network.name);
}

async function makeSession(model) {
  const make = (provider) => engine.ort.InferenceSession.create(model, { executionProviders: [provider] });
  const trusted = await make("wasm");
  if (engine.provider === "wasm") return trusted;
  try {
    const fast = await make("webgpu");
    if (await agree(fast, trusted)) return fast;
  } catch {
    // a GPU that cannot run the network is as good as none
  }
  engine.provider = "wasm";
  return trusted;
}

/** Whether two sessions give the same small picture. */
async function agree(one, other) {
  const block = { width: 24, height: 17 };
  const ramp = Float32Array.from({ length: 24 * 17 }, (_, k) => ((k * 37) % 101) / 101);
  const [a, b] = [await run(one, ramp, block), await run(other, ramp, block)];
  return a.length === b.length && a.every((value, k) => Math.abs(value - b[k]) < GPU_TOLERANCE);
}

async function loadEngine() {
  const provider = assets.webgpu && (await hasGpu()) ? "webgpu" : "wasm";
  const library = new Blob([await bytesOf(provider)], { type: "text/javascript" });
  const ort = await import(URL.createObjectURL(library));
  ort.env.wasm.numThreads = 1; // more need headers that a plain host does not send
  ort.env.wasm.wasmBinary = await bytesOf(`${provider}.wasm`);
  return { ort, provider };
}

async function hasGpu() {
  const adapter = await navigator.gpu?.requestAdapter();
  return Boolean(adapter && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter));
}

async function bytesOf(name) {
  if (assets[name].zipped) {
    const zipped = Uint8Array.from(atob(assets[name].zipped), (letter) => letter.charCodeAt(0));
    return new Uint8Array(
      await new Response(new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer(),
    );
  }
  const answer = await fetch(assets[name]);
  if (!answer.ok) throw new Sentence(`A part of this page is missing (${name}): reload it, and check the network.`);
  return new Uint8Array(await answer.arrayBuffer());
}
