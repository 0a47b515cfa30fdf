/** The door through which text gets into JSON files: indented, with a final line end. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
