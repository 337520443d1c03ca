// What the browser's own decoder does not tell: a picture's size before it is opened, whether its file is grey
// (the network then takes the greys as they are), and its colour profile, which the result keeps.

/** {grey, width, height, profile} of a PNG, JPEG or WebP file; what is unknown is left out. */
export function readHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (at, ...values) => values.every((value, k) => bytes[at + k] === value);
  if (bytes.length > 33 && starts(0, 0x89, 0x50, 0x4e, 0x47)) return pngHeader(bytes, view);
  if (bytes.length > 4 && starts(0, 0xff, 0xd8)) return jpegHeader(bytes, view);
  if (bytes.length > 30 && starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50))
    return webpHeader(bytes, view);
  return {};
}

function pngHeader(bytes, view) {
  const header = { width: view.getUint32(16), height: view.getUint32(20), grey: [0, 4].includes(bytes[25]) };
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const kind = text(bytes, at + 4, 4);
    if (kind === "iCCP") header.profile = { zipped: bytes.slice(at + 8, at + 8 + view.getUint32(at)) };
    if (kind === "IDAT") break; // the profile stands before the pixels
  }
  return header;
}

function jpegHeader(bytes, view) {
  const header = {};
  const parts = [];
  for (let at = 2; at + 10 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1];
    if (marker === 0xda) break; // the pixels
    if (marker === 0xe2 && text(bytes, at + 4, 11) === "ICC_PROFILE") {
      parts[bytes[at + 16]] = bytes.slice(at + 18, at + 2 + view.getUint16(at + 2));
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      Object.assign(header, {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        grey: bytes[at + 9] === 1,
      });
    }
  }
  if (parts.length) header.profile = { plain: new Blob(parts.filter(Boolean)) };
  return header;
}

function webpHeader(bytes, view) {
  const header = {};
  for (let at = 12; at + 8 <= bytes.length;) {
    const kind = text(bytes, at, 4);
    const length = view.getUint32(at + 4, true);
    if (kind === "ICCP") header.profile = { plain: new Blob([bytes.slice(at + 8, at + 8 + length)]) };
    at += 8 + length + (length % 2);
  }
  return header;
}

function text(bytes, at, length) {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
