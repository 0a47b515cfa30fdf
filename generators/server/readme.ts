import { addressVariables } from '../../src/model/address.ts';
import type { Plan } from '../../src/model/plan.ts';
import { readAsset } from '../assets.ts';
import { renderMarkdown } from '../quote/markdown.ts';
import { settingsHelp } from './runtime/settings.ts';
import { groupsOf } from './tools.ts';

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** The server's README.md: how to run, configure, change, watch and deploy it. */
export function readme(plan: Plan): string {
  const groups = [...groupsOf(plan.operations)];
  const [secret] = secretsOf(plan);
  const toolset = groups.slice(0, 2).map(([name]) => name);
  const table = (variables: readonly Variable[]) =>
    variables.map(({ name, value, text }) => ({
      name: { code: name },
      value: value === '' ? '' : { code: value },
      text: { markdown: text },
    }));
  return renderMarkdown(readAsset('server/templates/README.md.hbs'), {
    name: plan.name,
    title: plan.title,
    tools: groups.reduce((sum, [, operations]) => sum + operations.length, 0),
    start: {
      markdown: `${secret === undefined ? '' : `${secret.name}=… `}MCP_TOKEN=… node dist/server.mjs`,
    },
    variables: table([...secretsOf(plan), ...addressesOf(plan), ...argumentsOf(plan)]),
    settings: table(settingsHelp),
    toolsets: { code: `TOOLSETS=${toolset.join(',')}` },
    userHeaders: { code: `USER_HEADERS=X-Api-Key=${secret?.name ?? `${plan.envPrefix}_API_KEY`}` },
  });
}

function secretsOf(plan: Plan): Variable[] {
  return plan.credentials.flatMap((credential) =>
    Object.entries(credential.env).map(([part, name]) => ({
      name,
      value: '',
      text: secretText(credential, part),
    })),
  );
}

function secretText(credential: Plan['credentials'][number], part: string): string {
  switch (credential.kind) {
    case 'key':
      return `secret of the API, sent as a ${credential.in === 'query' ? 'query parameter' : credential.in}`;
    case 'basic':
      return `${part} for the API (basic authentication)`;
    case 'oauth2':
      if (part === 'token') return 'access token of the API (OAuth 2)';
      return credential.tokenUrl === undefined
        ? 'not used: the document names no token endpoint'
        : `${part === 'clientId' ? 'client id' : 'client secret'}, in place of a token: the server fetches and renews one itself (client-credentials grant)`;
    case 'mutualTls':
      return `client ${part} for the API: PEM text, or the path of a PEM file`;
  }
}

function addressesOf(plan: Plan): Variable[] {
  return [
    {
      name: `${plan.envPrefix}_BASE_URL`,
      value: plan.server.url,
      text: "the API's address, with its base path",
    },
    ...[...addressVariables(plan)].map(([name, value]) => ({
      name,
      value,
      text: "part of the API's address",
    })),
  ];
}

/** Variables that fill arguments which callers leave out. */
function argumentsOf(plan: Plan): Variable[] {
  const used = new Map<string, Set<string>>();
  for (const operation of plan.operations) {
    for (const { env, key } of operation.arguments) {
      if (env !== undefined) used.set(env, (used.get(env) ?? new Set()).add(key));
    }
  }
  return [...used].map(([name, keys]) => ({
    name,
    value: '',
    text: `taken for ${[...keys].map((key) => `\`${key}\``).join(', ')} where the caller gives none`,
  }));
}
