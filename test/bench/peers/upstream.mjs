// The API behind everything that is measured: answers any request with the same issue, about 2 KB. Prints its port.
import { createServer } from 'node:http';

const issue = {
  id: 1,
  number: 42,
  title: 'It does not work',
  state: 'open',
  locked: false,
  user: { login: 'octocat', id: 1, type: 'User', site_admin: false },
  labels: ['bug', 'help wanted', 'api'].map((name, id) => ({ id, name, color: 'f29513', default: false })),
  body: 'The quick brown fox jumps over the lazy dog. '.repeat(34),
  comments: 7,
  created_at: '2011-04-22T13:33:48Z',
  updated_at: '2011-04-22T13:33:48Z',
};
const body = Buffer.from(JSON.stringify(issue));
const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
