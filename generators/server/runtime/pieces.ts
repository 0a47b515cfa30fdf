/** Pieces of a body that go out one behind the other. */
export type Pieces = readonly Piece[];
export type Piece = string | Uint8Array | Quoted;

/** UTF-8 that stands inside a JSON string. To decode an answer, quote it and encode it again would cost three copies more. */
export interface Quoted {
  readonly quoted: Uint8Array;
}

/** What stands behind the backslash, by byte; `u` is followed by four digits; 0: the byte stands for itself (RFC 8259, section 7). */
const escapes = new Uint8Array(256).fill(0x75, 0, 0x20);
for (const [byte, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr', '""', '\\\\'].map((pair) =>
  Buffer.from(pair),
)) {
  escapes[byte as number] = letter as number;
}
const hexDigits = Buffer.from('0123456789abcdef');

/** Where bodies are put together: it is used again and again, and copied from once. */
const desk = Buffer.allocUnsafe(128 * 1024);
/** Bytes to quote at a time: a portion of nothing but control characters becomes six times as long. */
const portion = 16 * 1024;

/**
 * A body as it is handed to Node: one chunk if it is short.
 * @returns bytes, and bytes as Latin-1 text (a character for each): that, Node sends together with the head, and without another copy
 */
export function chunksOf(pieces: Pieces): (string | Uint8Array)[] {
  const done: (string | Uint8Array)[] = [];
  let at = 0;
  const room = (length: number) => {
    if (at > 0 && at + length > desk.length) {
      done.push(desk.toString('latin1', 0, at));
      at = 0;
    }
    return length <= desk.length;
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      // No character takes more bytes.
      if (room(3 * piece.length)) at += desk.write(piece, at);
      else done.push(Buffer.from(piece));
    } else if (!('quoted' in piece)) {
      if (piece.length <= portion && room(piece.length)) {
        desk.set(piece, at);
        at += piece.length;
      } else {
        room(desk.length);
        done.push(piece);
      }
    } else {
      const { quoted } = piece;
      for (let from = 0; from < quoted.length; from += portion) {
        const to = Math.min(quoted.length, from + portion);
        room(6 * (to - from));
        at = quote(quoted, from, to, at);
      }
    }
  }
  if (at > 0) done.push(desk.toString('latin1', 0, at));
  return done;
}

/** Writes a part of a text onto the desk as JSON.stringify would; returns where it ends. */
function quote(text: Uint8Array, from: number, to: number, start: number): number {
  let at = start;
  for (let index = from; index < to; index += 1) {
    const byte = text[index] as number;
    // Nearly every byte: asked without looking it up.
    if ((byte > 0x22 && byte !== 0x5c) || byte === 0x20 || byte === 0x21) {
      desk[at++] = byte;
      continue;
    }
    const letter = escapes[byte] as number;
    desk[at++] = 0x5c;
    desk[at++] = letter;
    if (letter !== 0x75) continue;
    desk[at++] = 0x30;
    desk[at++] = 0x30;
    desk[at++] = hexDigits[byte >> 4] as number;
    desk[at++] = hexDigits[byte & 15] as number;
  }
  return at;
}
