/**
 * The door through which text gets into HTML, as text or as the value of an attribute in double quotes.
 * @returns `text` on one line with every character that means something replaced by its entity
 */
export function htmlText(text: string): string {
  return text
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replace(
      /[&<>"']|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu,
      (character) => `&#${/\p{Surrogate}/u.test(character) ? 65533 : character.charCodeAt(0)};`,
    );
}

/**
 * The door through which data gets into a `<script type="application/json">`. No character in it can end the element or start a comment,
 * and none is invisible.
 */
export function scriptJson(value: object): string {
  return JSON.stringify(value).replace(
    /[<>&\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
