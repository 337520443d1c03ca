// A file -> its pixels as they are stored: upright, no colour conversion, the colour under alpha untouched.
import { readHeader } from "./header.js";

const MAX_SIDE = 16384; // what browsers can hold in one bitmap
const MAX_MEGAPIXELS = 50;

/** An error that is told to the visitor as it is. */
export class Sentence extends Error {}

/** Read a picture file: {data, width, height, grey, alpha, profile}. Throws a Sentence when that is not possible. */
export async function readPicture(file) {
  const header = readHeader(new Uint8Array(await file.slice(0, 1 << 20).arrayBuffer()));
  refuseIfTooLarge(file.name, header.width, header.height);
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    const reason = file.size ? "cannot be read as a picture" : "is empty";
    throw new Sentence(`${file.name} ${reason}: choose a photograph saved as JPEG, PNG or WebP.`);
  }
  const { width, height } = bitmap;
  try {
    refuseIfTooLarge(file.name, width, height);
    const data = readWithWebGl(bitmap) ?? readWithCanvas(bitmap);
    return { data, width, height, grey: Boolean(header.grey), alpha: hasAlpha(data), profile: header.profile };
  } finally {
    bitmap.close();
  }
}

function refuseIfTooLarge(name, width, height) {
  if (width * height > MAX_MEGAPIXELS * 1e6 || Math.max(width, height) > MAX_SIDE) {
    throw new Sentence(
      `${name} has ${width} x ${height} pixels, too many for this page: make it smaller first.`,
    );
  }
}

/** A texture keeps the bytes as they are; null where there is no WebGL or the picture is too large for it. */
function readWithWebGl(bitmap) {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) return null;
  try {
    if (Math.max(bitmap.width, bitmap.height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) return null;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const data = new Uint8Array(bitmap.width * bitmap.height * 4);
    gl.readPixels(0, 0, bitmap.width, bitmap.height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    return gl.getError() ? null : data;
  } finally {
    gl.getExtension("WEBGL_lose_context")?.loseContext(); // gives the texture's memory back now
  }
}

/** Exact for opaque pictures; colours under low alpha come out rounded. */
function readWithCanvas(bitmap) {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

function hasAlpha(data) {
  for (let k = 3; k < data.length; k += 4) if (data[k] !== 255) return true;
  return false;
}
