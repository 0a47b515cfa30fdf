import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Json } from '../../src/model/json.ts';

/** What is left of a call when it is over. */
export interface Outcome {
  readonly status: number;
  readonly message: string;
}

/** Runs a wrapper as an agent would: a process of its own, with an environment that holds nothing else. */
export function callWrapper(
  wrapper: string,
  words: readonly string[],
  environment: { readonly [name: string]: string },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: '/nonexistent', LANG: 'C.UTF-8', ...environment };
    const child = execFile(
      wrapper,
      words,
      { env, timeout: 30_000, encoding: 'buffer', maxBuffer: 1e8 },
      (error, _stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
        resolve({ status, message: stderr.toString().slice(0, 100_000) || (error?.message ?? '') });
      },
    );
    child.stdin?.end();
  });
}

/** A running server of an API, and a client of the MCP SDK that is connected to it. */
export interface RunningServer {
  readonly url: string;
  tools(): Promise<string[]>;
  call(tool: string, values: { readonly [key: string]: Json }): Promise<Outcome>;
  stop(): Promise<void>;
}

/** Starts the bundled server on a free port of loopback. */
export async function startServer(
  bundle: string,
  environment: { readonly [name: string]: string },
): Promise<RunningServer> {
  const env = { PATH: process.env.PATH ?? '', PORT: '0', ...environment };
  const child = spawn(process.execPath, [bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await listening(child);
  const client = new Client({ name: 'wire-test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return {
    url,
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, values) => {
      try {
        const result = await client.callTool({ name, arguments: { ...values } }, undefined, {
          timeout: 30_000,
        });
        const [first] = Array.isArray(result.content) ? result.content : [];
        return {
          status: result.isError === true ? 1 : 0,
          message: String(first?.text ?? '').slice(0, 100_000),
        };
      } catch (error) {
        return { status: 2, message: String(error).slice(0, 100_000) };
      }
    },
    stop: async () => {
      await client.close();
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /"url":"(http:[^"]+)"/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) =>
      reject(new Error(`the server ended with ${code}: ${output.slice(0, 100_000)}`)),
    );
  });
}
