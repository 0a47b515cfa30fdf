import { join } from 'node:path';
import { haveCounterparts, newNode, packageFile } from '../interop/counterparts.ts';
import { printed } from './measure.ts';

/**
 * The command that mcporter makes of an MCP server, one bundle that needs nothing beside a new Node: the peer of a wrapper that calls by MCP.
 * It is made of one tool alone: of all of GitHub's mcporter 0.12.3 makes code that does not parse (an argument is named `enterprise-team`).
 * @returns the words that start it; undefined, with a warning, where mcporter is not installed
 */
export async function mcporterCommand(
  mcpUrl: string,
  tool: string,
  folder: string,
): Promise<string[] | undefined> {
  if (!(await haveCounterparts())) return undefined;
  const program = [newNode(), packageFile('mcporter', 'dist/cli.js')] as const;
  const bundle = join(folder, 'mcporter-peer.mjs');
  const source = join(folder, 'mcporter-peer.ts');
  const words = [
    'generate-cli',
    '--command',
    mcpUrl,
    '--include-tools',
    tool,
    '--output',
    source,
    '--bundle',
    bundle,
  ];
  await printed(program[0], [program[1], ...words, '--runtime', 'node', '--bundler', 'rolldown']);
  return [program[0], bundle];
}
