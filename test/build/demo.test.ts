import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mcpgen } from '../support/cli.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/require.ts';

/** A PATH with everything but jq. */
function pathWithoutJq(): string {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  for (const from of (process.env.PATH ?? '').split(delimiter).filter(existsSync)) {
    for (const name of readdirSync(from)) {
      if (name !== 'jq' && !existsSync(join(folder, name))) symlinkSync(join(from, name), join(folder, name));
    }
  }
  return folder;
}

describe('the demo of the Quick start', () => {
  it.skipIf(needs('jq', 'curl'))(
    'creates and lists an issue by the command on both routes, and ends',
    async () => {
      const { status, stdout, stderr } = await mcpgen(['demo']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(
        stdout.match(/^ {3}\$ linear create-issue .*\n {3}\{"data":\{"issueCreate":\{"success":true/gm),
      ).toHaveLength(2);
      expect(stdout.match(/^ {3}\$ linear list-issues --first 2\n {3}\{"data":\{"issues"/gm)).toHaveLength(2);
      expect(stdout).toContain('the same bytes');
    },
  );

  it.skipIf(needs('curl'))('uses an MCP client where jq is not there, and says so', async () => {
    const { status, stdout } = await mcpgen(['demo'], { env: { PATH: pathWithoutJq() } });
    expect(stdout).toContain('needs jq');
    expect(stdout).toMatch(/tools\/call create_issue .*\n {3}\{"data":\{"issueCreate":\{"success":true/);
    expect(status).toBe(0);
  });
});
