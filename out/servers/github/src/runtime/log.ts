/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>>;

/**
 * Writes one JSON object a line. Lines of one moment are written together: a system call a line would cost as much as the call
 * that it tells of.
 * @param write takes whole lines
 * @param calls whether calls are logged, and not only what goes wrong
 */
export function createLog(server: string, calls: boolean, write: (text: string) => void) {
  const infoOfServer = `","level":"info","server":${JSON.stringify(server)},`;
  let waiting: { readonly at: number; readonly line: LogLine }[] = [];
  let second = { at: 0, text: '' };

  /** Many lines are of one second: what their times begin with is made once. */
  const timeOf = (at: number): string => {
    const [start, milliseconds] = [at - (at % 1000), at % 1000];
    if (second.at !== start) second = { at: start, text: new Date(start).toISOString().slice(0, -4) };
    return `${second.text}${String(milliseconds).padStart(3, '0')}Z`;
  };
  const textOf = ({ at, line }: (typeof waiting)[number]): string =>
    line.level === undefined
      ? `{"time":"${timeOf(at)}${infoOfServer}${JSON.stringify(line).slice(1)}\n`
      : `${JSON.stringify({ time: timeOf(at), level: line.level, server, ...line })}\n`;
  const flush = () => {
    if (waiting.length === 0) return;
    const text = waiting.map(textOf).join('');
    waiting = [];
    write(text);
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
