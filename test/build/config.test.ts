import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';

function read(content: string) {
  const folder = temporaryFolder();
  writeFiles(folder, { 'c.yaml': content });
  const { value, diagnostics } = readConfig(join(folder, 'c.yaml'));
  return { value, said: diagnostics.map(({ message, hint }) => `${message.replace(folder, '')} (${hint})`) };
}

describe('mcpgen.yaml', () => {
  it.each([
    ['an unknown key', 'servrs: {}', '`servrs` is not a key that mcpgen knows (did you mean `servers`?)'],
    [
      'an unknown key of a server',
      'servers: {a: {url: "https://x.example", header: {}}}',
      '`servers.a.header` is not a key that mcpgen knows (did you mean `headers`?)',
    ],
    [
      'an unknown key of a profile',
      'profiles: {p: {readonly: true}}',
      '`profiles.p.readonly` is not a key that mcpgen knows (did you mean `readOnly`?)',
    ],
    [
      'two kinds of server in one',
      'servers: {a: {command: x, url: "https://x.example"}}',
      '`servers.a.url` does not go with the keys beside it (undefined)',
    ],
    ['a wrong type', 'servers: {a: {command: [x]}}', '`servers.a.command` must be text (undefined)'],
    ['YAML 1.1', 'profiles: {p: {readOnly: yes}}', '`profiles.p.readOnly` must be true or false (undefined)'],
    [
      'a name that is no host name',
      'servers: {A: {command: x}}',
      '`servers.A` must be lower case letters, digits and hyphens (undefined)',
    ],
    [
      'another kind of URL',
      'servers: {a: {url: "ftp://x.example"}}',
      '`servers.a.url` must be an http or https URL (undefined)',
    ],
    ['a list', '- a', '`/c.yaml` must be an object (undefined)'],
  ])('names %s', (_, content, message) => {
    expect(read(content)).toEqual({ value: undefined, said: [message] });
  });

  it('has the line of a mistake in the YAML', () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'c.yaml': 'servers:\n  a: [\n' });
    const { diagnostics } = readConfig(join(folder, 'c.yaml'));
    expect(diagnostics).toMatchObject([{ code: 'yaml-syntax', origin: { line: 3 } }]);
  });

  it('may say nothing', () => {
    for (const content of ['', '# later\n'])
      expect(read(content)).toEqual({ value: { external: [], profiles: [] }, said: [] });
  });
});
