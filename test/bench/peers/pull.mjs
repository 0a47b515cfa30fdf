// A load generator for long answers: plain sockets that only count bytes, where an HTTP client would cost more than the server that is measured.
// Takes and prints what load.mjs does. Each answer's end is known by its Content-Length, or by its last chunk.
import { connect } from 'node:net';

const { url, method, headers, body, expect, connections, seconds, warm } = JSON.parse(process.argv[2]);
const { hostname, port, pathname } = new URL(url);
const lines = Object.entries({
  Host: `${hostname}:${port}`,
  ...headers,
  'Content-Length': Buffer.byteLength(body),
});
const start = `${method} ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
const buffer = Buffer.alloc(4 * 1024 * 1024);
const lastChunk = '\r\n0\r\n\r\n';

let count = 0;
let began;
let checked = false;

// Every connection is done with its warming up before the first request that counts: one that was half answered by then would count too much where answers take long.
const warmUntil = performance.now() + warm * 1000;
const waiting = [];
function measureWith(send) {
  waiting.push(send);
  if (waiting.length < connections) return;
  count = 0;
  began = performance.now();
  for (const each of waiting) each();
}

const work = (_, connection) =>
  new Promise((resolve, reject) => {
    // Each connection has an id of its own: within a session no two requests under way may have the same.
    const request = start + body.replace('"id":100,', `"id":${100 + connection},`);
    let head = '';
    let left;
    let tail = '';
    const isWhole = (text) => {
      if (left !== undefined) return left <= 0;
      tail = (tail + text).slice(-lastChunk.length);
      return tail === lastChunk;
    };
    const onHead = () => {
      const at = head.indexOf('\r\n\r\n');
      if (at < 0) return false;
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(`${method} ${url}: ${head.slice(0, 500)}`);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, at + 2))?.[1];
      left = length === undefined ? undefined : Number(length) - (head.length - at - 4);
      return true;
    };
    const callback = (size) => {
      let text = '';
      if (head === '' || !head.includes('\r\n\r\n')) {
        head += buffer.latin1Slice(0, size);
        if (!onHead()) return true;
        text = head;
      } else if (left === undefined) text = buffer.latin1Slice(Math.max(0, size - lastChunk.length), size);
      else left -= size;
      checked ||= head.includes(expect) || buffer.latin1Slice(0, size).includes(expect);
      if (!isWhole(text)) return true;
      if (!checked) throw new Error(`${method} ${url}: no ${expect} in the answer`);
      count += 1;
      [head, left, tail] = ['', undefined, ''];
      const now = performance.now();
      const send = () => socket.write(request);
      if (began === undefined ? now < warmUntil : now < began + seconds * 1000) send();
      else if (began === undefined) measureWith(send);
      else {
        socket.destroy();
        resolve();
      }
      return true;
    };
    const socket = connect({ host: hostname, port, onread: { buffer, callback } }, () =>
      socket.write(request),
    );
    socket.on('error', reject);
  });

await Promise.all(Array.from({ length: connections }, work));
console.log(JSON.stringify({ count, seconds: (performance.now() - began) / 1000 }));
process.exit(0);
