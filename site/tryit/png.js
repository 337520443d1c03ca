// A PNG written piece by piece: a canvas would hold the whole picture, and lose the colour under low alpha.

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** Write a PNG of `channels` 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA), 8 bits each. */
export class PngWriter {
  constructor(width, height, channels, profile) {
    this.stride = width * channels;
    this.above = new Uint8Array(this.stride);
    this.parts = [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])];
    const header = new DataView(new ArrayBuffer(13));
    header.setUint32(0, width);
    header.setUint32(4, height);
    header.setUint8(8, 8);
    header.setUint8(9, [, 0, 4, 2, 6][channels]);
    this.chunk("IHDR", new Uint8Array(header.buffer));
    this.profile = profile;
    this.zip = new CompressionStream("deflate");
    this.sink = this.zip.writable.getWriter();
    this.written = this.drain();
  }

  /** Append whole rows: each pixel as its difference from the one above it, which packs better. */
  async add(rows) {
    const { stride } = this;
    const filtered = new Uint8Array(rows.length + rows.length / stride);
    for (let from = 0, to = 0; from < rows.length; from += stride) {
      filtered[to++] = 2; // the filter "up"
      for (let k = 0; k < stride; k++) filtered[to++] = rows[from + k] - this.above[k];
      this.above = rows.subarray(from, from + stride);
    }
    this.above = this.above.slice();
    await this.sink.write(filtered);
  }

  /** The whole file, as a Blob. */
  async finish() {
    await this.sink.close();
    await this.written;
    this.chunk("IEND", new Uint8Array(0));
    return new Blob(this.parts, { type: "image/png" });
  }

  async drain() {
    if (this.profile) this.chunk("iCCP", await profileChunk(this.profile));
    for (const reader = this.zip.readable.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.chunk("IDAT", value);
    }
  }

  chunk(kind, data) {
    const body = new Uint8Array(4 + data.length);
    body.set([...kind].map((letter) => letter.charCodeAt(0)));
    body.set(data, 4);
    const ends = new DataView(new ArrayBuffer(8));
    ends.setUint32(0, data.length);
    ends.setUint32(4, ~body.reduce((crc, byte) => CRC[(crc ^ byte) & 255] ^ (crc >>> 8), -1));
    this.parts.push(new Blob([ends.buffer.slice(0, 4), body, ends.buffer.slice(4)])); // a Blob may leave the memory
  }
}

async function profileChunk(profile) {
  if (profile.zipped) return profile.zipped;
  const zipped = new Response(profile.plain.stream().pipeThrough(new CompressionStream("deflate")));
  return new Uint8Array(await new Blob(["icc", new Uint8Array(2), await zipped.arrayBuffer()]).arrayBuffer());
}
