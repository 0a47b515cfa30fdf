// What openapi-typescript asks of references (RFC 3986 fragments that are RFC 6901 pointers), many times per schema. The
// bundled types-worker uses this in place of the linter's module for it, which takes all of the linter along and
// decodes every part of every reference anew.

/** `file.yaml#/a/b~1c` → its file, null where it is this one, and the names on the way. */
export function parseRef(reference) {
  const [file, pointer = ''] = reference.split('#/');
  const names = pointer === '' ? [] : pointer.split('/').map(decoded).filter(Boolean);
  return { uri: (file.endsWith('#') ? file.slice(0, -1) : file) || null, pointer: names };
}

function decoded(name) {
  if (!/[~%]/.test(name)) return name;
  return decodeURIComponent(name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A name as a part of a pointer. */
export function escapePointer(name) {
  return typeof name === 'number' ? name : name.replaceAll('~', '~0').replaceAll('/', '~1');
}
