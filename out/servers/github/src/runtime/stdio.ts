import { PassThrough, Transform, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Application, Exchange } from './application.ts';
import { isRecord, memberAt, parseExact, unmarkBigints } from './json.ts';
import { createProtocolServer } from './protocol.ts';
import { anonymous } from './tokens.ts';

/**
 * Serves one client, who has started this process, over standard input and output. At the end of the input, and on SIGTERM,
 * running calls are finished: the SDK alone would drop them, and with them the answers to what a script has piped in.
 */
export function serveOverStdio(application: Application): void {
  const input = new PassThrough();
  const exact = new Map<string | number, object>();
  const output = new Writable({
    decodeStrings: false,
    write: (text, _encoding, done) => process.stdout.write(unmarkBigints(String(text)), done),
  });
  const exchangeById = (id: string | number): Exchange => {
    const found = exact.get(id);
    exact.delete(id);
    return { caller: anonymous, secrets: application.secrets, trace: [], exact: found };
  };
  serveStdio(() => createProtocolServer(application, exchangeById), {
    transport: new StdioServerTransport(input, output),
    onerror: (error) => application.log({ level: 'error', message: error.message }),
  });
  process.stdin.pipe(exactArguments(exact)).pipe(input, { end: false });
  process.stdin.once('end', () => whenIdle(application, () => input.end()));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => whenIdle(application, () => process.exit(0)));
  }
}

/** Passes lines on as they are, and keeps the arguments of those calls whose integers the SDK's JSON.parse will round. */
function exactArguments(found: Map<string | number, object>): Transform {
  let rest = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) keep(line);
      done(null, chunk);
    },
  });

  function keep(line: string): void {
    if (!/\d{16}/.test(line)) return;
    try {
      const message = parseExact(Buffer.from(line, 'latin1').toString());
      const [id, args] = [memberAt(message, ['id']), memberAt(message, ['params', 'arguments'])];
      if ((typeof id === 'string' || typeof id === 'number') && isRecord(args)) found.set(id, args);
    } catch {
      // No JSON: the SDK says so.
    }
  }
}

/** Calls back when nothing runs any more, and what was read has had the time to start. */
function whenIdle(application: Application, callback: () => void, quiet = 0): void {
  setTimeout(() => {
    if (application.metrics.inFlight() > 0) whenIdle(application, callback);
    else if (quiet < 2) whenIdle(application, callback, quiet + 1);
    else callback();
  }, 20);
}
