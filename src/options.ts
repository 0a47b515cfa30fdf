function flag(describe: string): { readonly type: 'boolean'; readonly describe: string } {
  return { type: 'boolean', describe };
}

function text<const More extends object>(describe: string, more: More) {
  return { type: 'string', requiresArg: true, describe, ...more } as const;
}

function port(describe: string) {
  return { type: 'number', requiresArg: true, describe } as const;
}

/** The options of every command, as yargs takes them. */
export const OPTIONS = {
  init: {
    from: text('OpenAPI document, its https URL, or a bash script; asked for on a terminal', {}),
    name: text('Name of the API: its command and its server', {}),
    env: text('Environment variable that holds its secret', {}),
    output: text('Spec to write; default: specs/NAME.yaml', { alias: 'o' }),
  },
  build: {
    out: text('Output folder', { default: 'out' }),
    mcp: flag('Agents call by MCP; --no-mcp: directly'),
    hub: {
      type: 'string',
      describe: 'Agents reach the servers through a hub; --hub=URL: through this one',
    },
    check: flag('Write nothing; exit 3 if the output is stale'),
    'dry-run': flag('Write nothing; say what would be done'),
    force: flag('Replace files that were edited by hand'),
    watch: flag('Build again when an input changes'),
    config: text('List of servers that are not generated; default: mcpgen.yaml, if there is one', {}),
    profile: {
      type: 'string',
      requiresArg: true,
      describe: 'Also what this role of agents gets, as mcpgen.yaml says; can be repeated',
      array: true,
      nargs: 1,
    },
    json: flag('Events as lines of JSON, the last one a summary'),
  },
  import: {
    output: text('File to write; default: standard output', { alias: 'o' }),
    schema: text('SDL of the GraphQL API: checks the queries and gives their types', {}),
  },
  list: { json: flag('As a JSON array') },
  diff: { json: flag('As JSON'), markdown: flag('As a comment for a pull request') },
  verify: {
    against: text('Also compare with this old script, which is run in a sandbox', {}),
    hub: text('Also through this hub, which knows the server at --port', {}),
    port: port('Port of the server, with --hub (8080)'),
    json: flag('As JSON'),
  },
  serve: {
    port: port('Port on 127.0.0.1; 0: any that is free'),
    stdio: flag('Speak MCP on standard input and output'),
  },
  explain: {},
  completion: {},
  demo: {},
} as const;

/** Options of which `--no-NAME` says something of its own. */
export const NEGATABLE: readonly string[] = ['mcp', 'hub'];
