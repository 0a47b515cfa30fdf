// What no server can go below: for each request one to the upstream, whose answer is handed over as it is. Takes the upstream's URL, prints its port.
import http, { createServer } from 'node:http';

const { hostname, port } = new URL(process.argv[2]);
const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
const headers = { Accept: 'application/json', Authorization: 'Bearer secret' };
const options = { agent, hostname, port, path: '/repos/o/r/issues/42', headers };

const wholeOf = (stream, then) => {
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  stream.on('end', () => then(Buffer.concat(chunks)));
};
const server = createServer((request, response) => {
  wholeOf(request, () => {
    const asked = http.get(options, (answer) => {
      wholeOf(answer, (body) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
        response.end(body);
      });
    });
    asked.on('error', () => response.destroy());
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
