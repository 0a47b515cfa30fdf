import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../wire/cli.ts';
import { printed } from './measure.ts';
import { freePort, type Running, startProgram, type World } from './world.ts';

/**
 * Another generator of MCP servers from OpenAPI documents, openapi-mcp-generator: the newest release, with the newest SDK that
 * its servers run with. It is no dependency of mcpgen: it is installed into a cache folder when it is measured.
 */
const pins = join(root, 'test/bench/peers/generator');

/** A server that it has made. */
export interface Generated extends Running {
  /** Its servers answer only within a session. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes a server of a document and starts it; undefined, with a warning: it cannot be had here. */
export async function startGenerated(world: World, document: string): Promise<Generated | undefined> {
  try {
    const folder = await installed();
    const port = await freePort();
    const project = join(world.folder, 'generated');
    const words = [
      '--input',
      document,
      '--output',
      project,
      '--base-url',
      world.upstream,
      '--port',
      String(port),
    ];
    const command = join(folder, 'node_modules/openapi-mcp-generator/bin/openapi-mcp-generator.js');
    await printed(process.execPath, [command, ...words, '--transport', 'streamable-http', '--force']);
    // Its modules are found from where it is installed.
    const outdir = join(folder, `built-${process.pid}`);
    const entryPoints = ['index', 'streamable-http'].map((name) => join(project, `src/${name}.ts`));
    await build({ entryPoints, outdir, format: 'esm', platform: 'node', target: 'node20' });
    writeFileSync(join(outdir, 'package.json'), '{"type":"module"}');
    const server = startProgram(
      [join(outdir, 'index.js'), '--transport=streamable-http'],
      port,
      {},
      world.folder,
    );
    const headers = await sessionOf(port);
    return {
      ...server,
      headers,
      stop: () => {
        server.stop();
        rmSync(outdir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.warn(`skipped: openapi-mcp-generator cannot be measured here: ${message}`);
    return undefined;
  }
}

async function installed(): Promise<string> {
  const lock = readFileSync(join(pins, 'package-lock.json'));
  const folder = join(
    root,
    '.cache',
    `generator-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`,
  );
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  cpSync(pins, unfinished, { recursive: true });
  const words = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefix',
    unfinished,
  ];
  await printed('npm', words);
  renameSync(unfinished, folder);
  return folder;
}

async function sessionOf(port: number): Promise<Readonly<Record<string, string>>> {
  const clientInfo = { name: 'bench', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  };
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/mcp`, init);
      await response.body?.cancel();
      const session = response.headers.get('mcp-session-id');
      if (session === null) throw new Error(`initialize gives ${response.status} and no session`);
      return { 'Mcp-Session-Id': session };
    } catch (error) {
      if (!(error instanceof TypeError) || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
