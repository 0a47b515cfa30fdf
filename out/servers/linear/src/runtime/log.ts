/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>>;

/**
 * Writes one JSON object a line. Lines of one moment are written together: a system call a line would cost as much as the call
 * that it tells of.
 * @param write takes whole lines
 * @param calls whether calls are logged, and not only what goes wrong
 */
export function createLog(server: string, calls: boolean, write: (text: string) => void) {
  let waiting: { readonly at: number; readonly line: LogLine }[] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const lines = waiting.map(({ at, line }) => {
      const entry = { time: new Date(at).toISOString(), level: 'info', server, ...line };
      return `${JSON.stringify(entry)}\n`;
    });
    waiting = [];
    write(lines.join(''));
  };
  process.once('exit', flush);
  // Whoever reads the log may go away; the server stays.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return (line: LogLine): void => {
    if (!calls && line.level === undefined) return;
    if (waiting.length === 0) setTimeout(flush, 20).unref();
    waiting.push({ at: Date.now(), line });
    if (waiting.length >= 500) flush();
  };
}
