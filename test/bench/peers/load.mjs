// A load generator on plain node:http, in a process of its own: as many requests at once as it is told, for as long as it is told, after `warm` seconds that do not count.
// Takes {url, method, headers, body, expect, connections, seconds, warm} as JSON, prints {count, seconds}.
import http from 'node:http';

const { url, method, headers, body, expect, connections, seconds, warm } = JSON.parse(process.argv[2]);
const { hostname, port, pathname } = new URL(url);
const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
const all = body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) };
const options = { agent, hostname, port, path: pathname, method, headers: all };

// Each connection has an id of its own: within a session no two requests under way may have the same.
const bodyOf = (connection) => body?.replace('"id":100,', `"id":${100 + connection},`);

const once = (check, text) =>
  new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => check && chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const bad = response.statusCode !== 200 || (check && !text.includes(expect));
        if (bad) reject(new Error(`${method} ${url}: ${response.statusCode} ${text.slice(0, 500)}`));
        else resolve();
      });
    });
    request.on('error', reject);
    request.end(text);
  });

await once(true, body);
const run = async (seconds) => {
  let count = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const work = async (_, connection) => {
    const text = bodyOf(connection);
    while (performance.now() < end) {
      await once(false, text);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return { count, seconds: (performance.now() - start) / 1000 };
};
// The compilers of both sides get warm.
if (warm > 0) await run(warm);
console.log(JSON.stringify(await run(seconds)));
process.exit(0);
