import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { haveCounterparts, newNode, packageFile } from '../interop/counterparts.ts';
import { freePort, launch } from '../interop/launch.ts';
import { mcpgen } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';

/** The part of mcp-hub's REST form that `verify` uses, for one server; it counts the calls. */
async function startHub(port: number): Promise<{ readonly url: string; readonly calls: () => number }> {
  let calls = 0;
  const hub = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    let answer: object = { status: 'ok' };
    if (request.url === '/api/servers/tools') {
      calls += 1;
      const { tool, arguments: values } = JSON.parse(body);
      const client = new Client({ name: 'hub', version: '1' });
      await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
      const params = { name: tool, arguments: values };
      answer = { result: await client.request({ method: 'tools/call', params }, CallToolResultSchema) };
      await client.close();
    }
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    hub.close();
    hub.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`, calls: () => calls };
}

describe.skipIf(needs('jq', 'curl'))('verify --hub', () => {
  it('calls every operation through the hub too', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha') });
    const port = await freePort();
    const hub = await startHub(port);
    const { status, stdout, stderr } = await mcpgen(
      ['verify', 'a.json', '--hub', hub.url, '--port', String(port)],
      { cwd },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^3 +12 +4 +12 +0 +0 +0$/m);
    expect(hub.calls()).toBe(12);
  });

  it('says that no hub answers', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha') });
    expect(
      await mcpgen(['verify', 'a.json', '--hub', `http://127.0.0.1:${await freePort()}`], { cwd }),
    ).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[hub-unreachable]'),
    });
  });
});

const real = (await haveCounterparts()) && !needs('jq', 'curl');

describe.skipIf(!real)('verify in front of the real mcp-hub', () => {
  it.each(['linear', 'github'])(
    '%s: every operation is the same on all four paths',
    { timeout: 600_000 },
    async (api) => {
      const [cwd, port, hubPort] = [temporaryFolder(), await freePort(), await freePort()];
      const config = join(cwd, 'mcp-hub.json');
      writeFileSync(
        config,
        JSON.stringify({ mcpServers: { [api]: { url: `http://127.0.0.1:${port}/mcp` } } }),
      );
      const words = [packageFile('mcp-hub', 'dist/cli.js'), '--port', `${hubPort}`, '--config', config];
      // Without a PATH it cannot fetch its catalogue from the network. The server is not there yet: `verify` has the hub start it.
      const hub = await launch(newNode(), words, {
        ready: /servers started successfully/,
        env: { PATH: cwd, HOME: cwd },
      });
      onTestFinished(async () => {
        await hub.stop();
      });
      const verify = ['verify', resolve(`specs/${api}.yaml`), '--hub', `http://127.0.0.1:${hubPort}`];
      const { status, stdout, stderr } = await mcpgen([...verify, '--port', `${port}`, '--json'], { cwd });
      const { verdicts, ...totals } = JSON.parse(stdout || '{}');
      const unequal = verdicts?.filter(({ outcome }: { outcome: string }) => outcome !== 'equal');
      expect({ status, stderr, unequal }).toEqual({ status: 0, stderr: '', unequal: [] });
      expect(totals).toEqual({ equal: verdicts.length, repaired: 0, different: 0, skipped: 0 });
      expect(verdicts.length).toBeGreaterThan(40 * 4);
    },
  );
});
