import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { emitAgent } from '../../generators/agent/emit.ts';
import type { Linkage } from '../../src/model/file.ts';
import { EXTERNAL, linkage, linkedApi } from '../support/linkage.ts';

const HUB = 'http://mcp-hub:37373';

function emit(linked: Linkage): { readonly [path: string]: string } {
  return Object.fromEntries(emitAgent(linked).map(({ path, content }) => [path, content]));
}

function json(files: { readonly [path: string]: string }, path: string): unknown {
  return JSON.parse(files[path] ?? 'null');
}

function tokens(text: string): number {
  return text.length / 4;
}

describe('AGENTS.md and skills', () => {
  it('has one line per API and a skill that names command, help and, on the direct route only, the secret', () => {
    const direct = emit(linkage([linkedApi('github'), linkedApi('linear')]));
    expect(direct['agent/AGENTS.md']?.match(/^- /gm)).toHaveLength(2);
    expect(direct['agent/AGENTS.md']).toContain('- `linear`: linear. 3 commands: issues, teams');
    const skill = direct['agent/skills/linear/SKILL.md'] ?? '';
    expect(skill).toContain('`linear --help`');
    expect(skill).toContain('LINEAR_API_KEY');
    const byMcp = emit(linkage([linkedApi('github'), linkedApi('linear', { route: 'mcp' })]));
    expect(byMcp['agent/skills/linear/SKILL.md']).not.toContain('KEY');
    expect(byMcp['agent/AGENTS.md']).not.toContain('KEY');
    expect(byMcp['agent/skills/github/SKILL.md']).toContain('GITHUB_API_KEY');
  });

  it('has front matter that a YAML reader takes and Markdown that shows the text, whatever the spec says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (title) => {
        const files = emit(linkage([linkedApi('linear', { title, description: title })]));
        const [, head = '', body = ''] = (files['agent/skills/linear/SKILL.md'] ?? '').split(/^---$/m);
        expect(parse(head)).toMatchObject({ name: 'linear', description: expect.any(String) });
        expect(body).toContain('Run `linear --help`');
        const lines = (files['agent/AGENTS.md'] ?? '').split('\n').filter((line) => line.startsWith('- '));
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toMatch(/(?<!\\)(?:\\\\)*[<>]/);
      }),
    );
  });

  it('stays within 120 tokens per API in the largest case, always-present and skill each', () => {
    const name = 'a-name-of-24-characters-';
    const groups = Array.from({ length: 60 }, (_, index) => `group-with-a-long-name-${index}`);
    const [operation] = linkedApi('x').operations;
    const operations = groups.flatMap((group) => (operation === undefined ? [] : [{ ...operation, group }]));
    const words = 'Words '.repeat(400);
    const large = linkedApi(name, {
      title: words,
      description: words,
      operations,
      requiredSecrets: ['A_NAME_OF_24_CHARACTERS__USERNAME', 'A_NAME_OF_24_CHARACTERS__PASSWORD'],
    });
    const files = emit(linkage([large]));
    const skill = files[`agent/skills/${name}/SKILL.md`] ?? '';
    expect(tokens(skill)).toBeLessThanOrEqual(120);
    const line = (files['agent/AGENTS.md'] ?? '').split('\n').find((text) => text.startsWith('- ')) ?? '';
    const head = skill.split(/^---$/m)[1] ?? '';
    expect(tokens(line + head)).toBeLessThanOrEqual(120);
  });
});

describe('files of MCP clients', () => {
  it('are absent while every API is on the direct route', () => {
    const paths = Object.keys(emit(linkage([linkedApi('linear')])));
    expect(paths).toEqual(['agent/.gitattributes', 'agent/AGENTS.md', 'agent/skills/linear/SKILL.md']);
  });

  it('name exactly the APIs on the MCP route', () => {
    const files = emit(linkage([linkedApi('github'), linkedApi('linear', { route: 'mcp' })]));
    expect(json(files, 'agent/.mcp.json')).toEqual({
      mcpServers: {
        linear: {
          type: 'http',
          url: '${LINEAR_MCP_URL:-http://linear:8080/mcp}',
          headers: { Authorization: 'Bearer ${LINEAR_MCP_TOKEN}' },
        },
      },
    });
    expect(files['agent/clients/codex/config.toml']).toBe(
      '[mcp_servers.linear]\nurl = "http://linear:8080/mcp"\nbearer_token_env_var = "LINEAR_MCP_TOKEN"\n',
    );
    expect(json(files, 'agent/clients/gemini/settings.json')).toMatchObject({
      mcpServers: { linear: { httpUrl: 'http://linear:8080/mcp' } },
    });
    expect(json(files, 'agent/clients/opencode/opencode.json')).toMatchObject({
      mcp: { linear: { type: 'remote', headers: { Authorization: 'Bearer {env:LINEAR_MCP_TOKEN}' } } },
    });
    expect(json(files, 'agent/clients/mcporter/mcporter.json')).toMatchObject({
      mcpServers: { linear: { baseUrl: '${LINEAR_MCP_URL:-http://linear:8080/mcp}' } },
    });
  });

  it('name the hub once in place of the servers behind it; Codex, which has no SSE, gets the servers', () => {
    const apis = [
      linkedApi('github', { route: 'mcp', hub: HUB }),
      linkedApi('jira', { hub: HUB }),
      linkedApi('linear', { route: 'mcp', hub: HUB }),
      linkedApi('slack', { route: 'mcp' }),
    ];
    const files = emit(linkage(apis, EXTERNAL));
    expect(json(files, 'agent/.mcp.json')).toEqual({
      mcpServers: {
        hub: { type: 'sse', url: 'http://mcp-hub:37373/mcp' },
        slack: expect.objectContaining({ type: 'http' }),
      },
    });
    const codex = files['agent/clients/codex/config.toml'];
    expect(codex).not.toContain('37373');
    expect(codex?.match(/^\[mcp_servers\.\w+\]$/gm)).toEqual([
      '[mcp_servers.github]',
      '[mcp_servers.linear]',
      '[mcp_servers.slack]',
      '[mcp_servers.filesystem]',
      '[mcp_servers.search]',
    ]);
  });

  it("hold the user's own servers, each in the client's own form", () => {
    const files = emit(linkage([linkedApi('linear')], EXTERNAL));
    expect(json(files, 'agent/.mcp.json')).toEqual({
      mcpServers: {
        filesystem: {
          type: 'stdio',
          command: 'npx',
          args: ['-y', '@modelcontextprotocol/server-filesystem', '/workspace'],
          env: { FS_TOKEN: '${FS_TOKEN}', MODE: 'ro' },
        },
        search: {
          type: 'http',
          url: 'https://search.example.com/mcp',
          headers: { Authorization: 'Bearer ${SEARCH_TOKEN}', 'X-Team': '${TEAM}', 'X-Mode': 'fast' },
        },
      },
    });
    expect(files['agent/clients/codex/config.toml']).toContain('env_vars = ["FS_TOKEN"]');
    expect(files['agent/clients/codex/config.toml']).toContain('bearer_token_env_var = "SEARCH_TOKEN"');
    expect(files['agent/clients/codex/config.toml']).toContain('env_http_headers = { X-Team = "TEAM" }');
    expect(json(files, 'agent/clients/opencode/opencode.json')).toMatchObject({
      mcp: { filesystem: { type: 'local', environment: { FS_TOKEN: '{env:FS_TOKEN}' } } },
    });
    const headers = { authorization: 'Bearer ${LOW}' };
    const low = { name: 'low', description: '', kind: 'http', url: 'http://low/mcp', headers } as const;
    expect(emit(linkage([], [low]))['agent/clients/codex/config.toml']).toBe(
      '[mcp_servers.low]\nurl = "http://low/mcp"\nbearer_token_env_var = "LOW"\n',
    );
  });
});
