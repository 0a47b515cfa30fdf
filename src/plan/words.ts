/** Characters that survive the removal of their accents only by name. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  þ: 'th',
  ð: 'd',
};

/** Latin letters without accents; other characters stay. */
function transliterate(text: string): string {
  return text
    .replace(/[ßæÆœŒøØđĐłŁıþð]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '');
}

/**
 * Splits a name into lower-case words of `[a-z0-9]`: at punctuation and where the case changes; digits stay with what they follow.
 * An acronym keeps its plural (`listPRs` → list, prs) and ends before a capitalised word (`getURLById` → get, url, by, id).
 */
export function words(name: string): readonly string[] {
  const plain = transliterate(name).replace(/(\p{L}|\p{N})['’](?=\p{L})/gu, '$1');
  const found =
    plain.match(/[A-Z]{2,}s(?![a-z])[0-9]*|[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+[a-z]*/g) ?? [];
  return found.map((word) => word.toLowerCase());
}

/** Whether a name has letters or digits that `words` cannot keep. */
export function losesLetters(name: string): boolean {
  return /[^\p{ASCII}]/u.test(transliterate(name).replace(/[^\p{L}\p{N}]/gu, ''));
}

/** A short, stable, non-cryptographic hash in base 36 (FNV-1a over 32 bits, twice seeded). */
export function shortHash(text: string, length = 5): string {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193) >>> 0;
    high = Math.imul(high ^ (code + index), 0x85ebca6b) >>> 0;
  }
  const digits = low.toString(36).padStart(7, '0') + high.toString(36).padStart(7, '0');
  // The last digits vary most.
  return digits.slice(7 - Math.min(length, 7), 7) + (length > 7 ? digits.slice(7, length) : '');
}
