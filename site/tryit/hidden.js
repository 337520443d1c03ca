// Colours that cannot be seen: an enlarged pixel mixes its neighbours, so they must not be left as they are.

/**
 * Give every pixel of alpha 0 the colour of the nearest that shows, in place, as sr_helpers.upscale does: of two
 * equally near ones that in the left column, of two in one column the upper. Beyond `reach` columns it matters to none.
 */
export function fillHidden({ data, width, height }, reach) {
  const rows = nearestInColumn(data, width, height);
  const colours = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const seen = colours.slice();
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      if (data[4 * k + 3]) continue;
      let best = Infinity;
      let from = k;
      for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) {
        const row = rows[y * width + column];
        const distance = (column - x) ** 2 + (row - y) ** 2;
        if (row >= 0 && distance < best) [best, from] = [distance, row * width + column];
      }
      colours[k] = seen[from];
      data[4 * k + 3] = 0;
    }
  }
}

/** For each pixel the row of the nearest pixel of its column that shows; -1 where the column shows nothing. */
function nearestInColumn(data, width, height) {
  const rows = new Int32Array(width * height).fill(-1);
  for (let x = 0; x < width; x++) {
    for (let y = 0, last = -1; y < height; y++) {
      if (data[4 * (y * width + x) + 3]) last = y;
      rows[y * width + x] = last;
    }
    for (let y = height - 1, next = -1; y >= 0; y--) {
      const k = y * width + x;
      if (data[4 * k + 3]) next = y;
      if (next >= 0 && (rows[k] < 0 || next - y < y - rows[k])) rows[k] = next;
    }
  }
  return rows;
}
