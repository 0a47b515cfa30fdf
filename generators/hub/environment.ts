import type { ApiManifest, ExternalServer, Linkage } from '../../src/model/file.ts';
import { oneLine } from '../quote/markdown.ts';

/** The environment variables that the user's own servers refer to, sorted. */
export function externalVariables(external: readonly ExternalServer[]): readonly string[] {
  const values = external.flatMap((server) =>
    Object.values(server.kind === 'stdio' ? server.env : server.headers),
  );
  const names = values.flatMap((value) => [...value.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? ''));
  return [...new Set(names)].sort();
}

/** The secrets of an API of which a call needs one, but which one is the deployer's choice. */
export function optionalSecrets(api: ApiManifest): readonly string[] {
  return api.secrets.filter((name) => !api.requiredSecrets.includes(name));
}

/** `.env.example`: every variable that compose.yaml reads, with what it is for. */
export function environmentExample({ apis, external }: Linkage): string {
  const sections = apis.map((api) => {
    const lines = [
      `# ${oneLine(api.title)}`,
      `# What agents and the hub show to the server; make one up: openssl rand -hex 32`,
      `${api.envPrefix}_MCP_TOKEN=`,
    ];
    if (api.requiredSecrets.length > 0) lines.push('# The secret of the API itself');
    lines.push(...api.requiredSecrets.map((name) => `${name}=`));
    const optional = optionalSecrets(api);
    if (optional.length > 0) lines.push('# Secrets of the API: those of the way you sign in');
    lines.push(...optional.map((name) => `${name}=`));
    if (api.variables.length > 0)
      lines.push('# Optional: values of arguments that a caller leaves out, and parts of the address');
    lines.push(...api.variables.map((name) => `#${name}=`));
    if (api.baseUrl === '') lines.push('# Where the API is: its document names no server');
    lines.push(`${api.baseUrl === '' ? '' : '#'}${api.envPrefix}_BASE_URL=${envValue(api.baseUrl)}`);
    return lines.join('\n');
  });
  const names = externalVariables(external);
  if (names.length > 0) {
    sections.push(`# Servers listed in mcpgen.yaml\n${names.map((name) => `${name}=`).join('\n')}`);
  }
  const head = '# Copy to .env beside compose.yaml and fill in. Never commit the copy.';
  const agent =
    '# true: the agent has no way out but the servers. For when no API is on the direct route.\nAGENT_ISOLATED=false';
  return `${[head, ...sections, agent].join('\n\n')}\n`;
}

/** The quoting door of `.env` files: single quotes where a character has a meaning to a shell or to compose. */
function envValue(value: string): string {
  const line = oneLine(value);
  return /^[\w./:@%+,-]*$/.test(line) ? line : `'${line.replaceAll("'", '%27')}'`;
}
