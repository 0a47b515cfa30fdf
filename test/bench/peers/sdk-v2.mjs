// A stateless server as the documentation of SDK v2 shows it: a handler, and a function that makes a server with its tools registered.
import { createServer } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { bodyOf, toolsOf } from './tools.mjs';

const tools = toolsOf(process.argv[2], process.argv[3]);
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'peer', version: '1.0.0' });
  for (const { name, config, handler } of tools) server.registerTool(name, config, handler);
  return server;
});
const http = createServer(async (request, response) => {
  const body = await bodyOf(request);
  const init = { method: 'POST', headers: request.headers, body: JSON.stringify(body) };
  const answer = await handler.fetch(new Request('http://127.0.0.1/mcp', init), { parsedBody: body });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
