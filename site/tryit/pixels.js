// The arithmetic of sr_helpers.images, resize and upscale, to the same grey value.
// Planes are Float32Array of width * height, values 0..1; a picture is {data, width, height, grey, alpha}, RGBA bytes.

const TO_YCBCR = [
  [65.481, 128.553, 24.966],
  [-37.797, -74.203, 112.0],
  [112.0, -93.786, -18.214],
].map((row) => row.map((x) => x / 255));
const OFFSET = [16 / 255, 128 / 255, 128 / 255];
const TO_RGB = inverse(TO_YCBCR);

/** Tiles that cover the rectangle `area`, each with its block: `halo` pixels more on every side that has them. */
export function* tilesOf(picture, area, tile, halo) {
  for (let top = area.top; top < area.top + area.height; top += tile) {
    for (let left = area.left; left < area.left + area.width; left += tile) {
      const height = Math.min(tile, area.top + area.height - top);
      const width = Math.min(tile, area.left + area.width - left);
      const y = Math.max(0, top - halo);
      const x = Math.max(0, left - halo);
      const block = {
        top: y,
        left: x,
        height: Math.min(picture.height, top + height + halo) - y,
        width: Math.min(picture.width, left + width + halo) - x,
      };
      yield { top, left, height, width, block };
    }
  }
}

/** One channel of a rectangle of the picture, as a plane: 0 red, 1 green, 2 blue, 3 alpha. */
export function plane(picture, { top, left, width, height }, channel) {
  const result = new Float32Array(width * height);
  for (let y = 0, k = 0; y < height; y++) {
    let from = 4 * ((top + y) * picture.width + left) + channel;
    for (let x = 0; x < width; x++, from += 4) result[k++] = picture.data[from] / 255;
  }
  return result;
}

/** Three planes R, G, B -> Y, Cb, Cr, BT.601 studio range. */
export function toYCbCr(rgb) {
  return TO_YCBCR.map((row, k) => combine(rgb, row, OFFSET[k]));
}

/** Three planes Y, Cb, Cr -> R, G, B, not clipped. */
export function toRgb(ycbcr) {
  return TO_RGB.map((row) => combine(ycbcr, row, -row[0] * OFFSET[0] - row[1] * OFFSET[1] - row[2] * OFFSET[2]));
}

/** MATLAB's bicubic: a plane enlarged `scale` times, edges mirrored. */
export function bicubic(image, width, height, scale) {
  const tall = new Float32Array(width * height * scale);
  taps(height, scale).forEach(([indices, weights], y) => {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let t = 0; t < 4; t++) sum += image[indices[t] * width + x] * weights[t];
      tall[y * width + x] = sum;
    }
  });
  const large = new Float32Array(width * scale * height * scale);
  const columns = taps(width, scale);
  for (let y = 0, k = 0; y < height * scale; y++) {
    for (const [indices, weights] of columns) {
      let sum = 0;
      for (let t = 0; t < 4; t++) sum += tall[y * width + indices[t]] * weights[t];
      large[k++] = sum;
    }
  }
  return large;
}

/** 0..1, clipped -> 0..255, rounded. */
export function toByte(value) {
  return Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
}

function combine([a, b, c], [p, q, r], offset) {
  return a.map((value, k) => p * value + q * b[k] + r * c[k] + offset);
}

/** The four pixels that each enlarged one is made of, and their weights (resize.contributions). */
function taps(length, scale) {
  return Array.from({ length: length * scale }, (_, k) => {
    const centre = (k + 0.5) / scale - 0.5;
    const indices = [-1, 0, 1, 2].map((t) => Math.floor(centre) + t);
    return [indices.map((index) => mirror(index, length)), indices.map((index) => cubic(Math.abs(centre - index)))];
  });
}

function cubic(x) {
  if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

function mirror(index, length) {
  const period = 2 * length;
  const k = ((index % period) + period) % period;
  return k < length ? k : period - 1 - k;
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]) {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((x) => x / determinant));
}
