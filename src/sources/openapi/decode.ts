import { isUtf8 } from 'node:buffer';
import { diagnostic } from '../../model/codes.ts';
import type { Result } from '../../model/diagnostic.ts';

/**
 * Turns the bytes of a text file into text: UTF-8 or UTF-16, with or without a byte order mark (which is dropped).
 * Bytes that are neither are read as Windows-1252, with a warning.
 * @param file name for diagnostics
 */
export function decode(file: string, bytes: Uint8Array): Result<string> {
  const encoding = sniff(bytes);
  // Of what is mostly there, the same in a fifth of the time.
  if (encoding === 'utf-8' && isUtf8(bytes)) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return { value: text.startsWith('\ufeff') ? text.slice(1) : text, diagnostics: [] };
  }
  try {
    return { value: new TextDecoder(encoding, { fatal: true }).decode(bytes), diagnostics: [] };
  } catch {
    const warning = diagnostic('file-encoding', `The file is not ${encoding.toUpperCase()} text`, {
      origin: { file, line: 1, column: 1 },
      hint: 'Save it as UTF-8; it was read as Windows-1252',
    });
    return { value: new TextDecoder('windows-1252').decode(bytes), diagnostics: [warning] };
  }
}

/** YAML 1.2 section 5.2: a byte order mark, else where the zero bytes are, tells the encoding. */
function sniff(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0 && second !== 0) return 'utf-16be';
  if (second === 0 && first !== 0) return 'utf-16le';
  return 'utf-8';
}
