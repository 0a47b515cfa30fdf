// The API that the generated server of the container test calls: things that are kept in memory, behind an API key.
// Plain JavaScript without dependencies, since it also runs in a container: `node upstream.mjs HOST PORT KEY`.
import { createServer } from 'node:http';

const [, , host, port, key] = process.argv;
const things = [
  { id: '1', title: 'First "thing"', state: 'open' },
  { id: '2', title: 'Zweites Ding: ü', state: 'done' },
];

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://upstream');
  const [status, answer] = handle(
    request,
    pathname,
    searchParams.get('state'),
    Buffer.concat(chunks).toString(),
  );
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}).listen(Number(port), host, () => console.log('listening'));

function handle({ method, headers }, path, state, body) {
  if (headers['x-key'] !== key) return [401, { error: 'no valid key' }];
  if (path === '/things' && method === 'POST') {
    const thing = { id: String(things.length + 1), state: 'open', ...JSON.parse(body) };
    things.push(thing);
    return [201, thing];
  }
  if (path === '/things') return [200, { things: things.filter((thing) => !state || thing.state === state) }];
  const found = things.find(({ id }) => path === `/things/${encodeURIComponent(id)}`);
  return found === undefined ? [404, { error: 'no such thing' }] : [200, found];
}

process.on('SIGTERM', () => process.exit(0));
