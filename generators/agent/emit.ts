import type { ApiManifest, ApiRoute, Linkage, OutputFile } from '../../src/model/file.ts';
import { readAsset } from '../assets.ts';
import { clip, renderMarkdown } from '../quote/markdown.ts';
import { yamlText } from '../quote/yaml.ts';
import { emitClients } from './clients.ts';

type LinkedApi = ApiManifest & ApiRoute;

/**
 * Makes all of `agent/` but the wrappers and the manifest: `AGENTS.md`, a skill per API, and what MCP clients need once an API is on the MCP route.
 * What stands in an agent's context at all times, its line in AGENTS.md and the head of its skill, costs at most 120 tokens per API, and so does the skill.
 */
export function emitAgent(linkage: Linkage): OutputFile[] {
  const text = (path: string, content: string): OutputFile => ({
    path: `agent/${path}`,
    content,
    executable: false,
    ownership: 'generated',
  });
  return [
    // A command with CRLF line ends does not run.
    text('.gitattributes', '* text eol=lf\n'),
    text(
      'AGENTS.md',
      renderMarkdown(readAsset('agent/templates/AGENTS.md.hbs'), {
        apis: linkage.apis.map((api) => ({
          command: { code: api.name },
          title: titleOf(api, 60),
          summary: scope(api, 120),
        })),
      }),
    ),
    ...linkage.apis.map((api) => text(`skills/${api.name}/SKILL.md`, skill(api))),
    ...emitClients(linkage),
  ];
}

function skill(api: LinkedApi): string {
  const { name } = api;
  const frontMatter = {
    name,
    description: clip(`${titleOf(api, 45)}: ${scope(api, 90)}`, 110),
  };
  return renderMarkdown(readAsset('agent/templates/SKILL.md.hbs'), {
    frontMatter: { markdown: yamlText(frontMatter) },
    help: { code: `${name} --help` },
    groupHelp: { code: `${name} --help GROUP` },
    commandHelp: { code: `${name} COMMAND --help` },
    dryRun: { code: '--dry-run' },
    secrets: api.route === 'direct' ? neededSecrets(api).map((variable) => ({ code: variable })) : [],
  });
}

function titleOf(api: LinkedApi, limit: number): string {
  return clip(api.title, limit).replace(/\.$/, '') || api.name;
}

/** The variables that an agent has to set; where several ways to sign in are open, the first. */
function neededSecrets(api: LinkedApi): readonly string[] {
  return api.requiredSecrets.length > 0 ? api.requiredSecrets.slice(0, 2) : api.secrets.slice(0, 1);
}

/** What the API is about, by the names of its largest groups of commands: `40 commands: issues, comments, teams, …`. */
function scope(api: LinkedApi, limit: number): string {
  const visible = api.operations.filter(({ hidden }) => !hidden);
  const sizes = new Map<string, number>();
  for (const { group } of visible) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const groups = [...sizes].sort(([, a], [, b]) => b - a).map(([group]) => group);
  const topics = groups.length > 1 ? groups : visible.map(({ command }) => command);
  const count = visible.length === 1 ? '1 command' : `${visible.length} commands`;
  return topics.length === 0 ? count : clip(`${count}: ${topics.join(', ')}`, limit);
}
