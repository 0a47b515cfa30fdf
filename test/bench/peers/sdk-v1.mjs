// A stateless server as the documentation of SDK v1 shows it: per request a server, its tools registered, and a transport.
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { bodyOf, toolsOf } from './tools.mjs';

const tools = toolsOf(process.argv[2], process.argv[3]);
const http = createServer(async (request, response) => {
  const body = await bodyOf(request);
  const server = new McpServer({ name: 'peer', version: '1.0.0' });
  for (const { name, config, handler } of tools) server.registerTool(name, config, handler);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  response.on('close', () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, body);
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
