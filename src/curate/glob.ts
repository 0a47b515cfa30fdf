/**
 * Compiles a pattern of `include` and `exclude`: `*` stands for anything but `/`, `**` for anything, all else for itself.
 * @returns a test for a whole name; its time is bounded by the product of the lengths, whatever the pattern
 */
export function glob(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  // `***` is `**`, and so on: runs of stars would only say the same again.
  const pieces = pattern.split(/(\*+)/).filter((piece) => piece !== '');
  return (name) => {
    // The positions of the name that the pieces so far can end at.
    let ends = new Set([0]);
    for (const piece of pieces) {
      const next = new Set<number>();
      for (const start of ends) {
        if (!piece.startsWith('*')) {
          if (name.startsWith(piece, start)) next.add(start + piece.length);
          continue;
        }
        for (let end = start; end <= name.length && !next.has(end); end++) {
          next.add(end);
          if (piece === '*' && name[end] === '/') break;
        }
      }
      ends = next;
    }
    return ends.has(name.length);
  };
}
