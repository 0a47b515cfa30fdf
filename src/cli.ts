import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import yargs, { type Argv } from 'yargs';
import { packageRoot } from '../generators/assets.ts';
import { OPTIONS } from './options.ts';
import { escapeControls } from './report.ts';
import { explainUsage, normalize, UsageError } from './usage.ts';

/** Takes the exit status of the command that was run. */
type Finish = (status: number) => void;

/**
 * Runs mcpgen. Everything heavy is imported by the command that needs it.
 * @param args the command line without node and script
 * @returns the exit status: 0 ok; 1 the input has errors; 2 usage; 3 what the command looks for was found (stale, breaking, different)
 */
export async function main(args: readonly string[]): Promise<number> {
  let status = 0;
  const finish: Finish = (code) => {
    status = code;
  };
  const commands = [
    initCommand,
    buildCommand,
    importCommand,
    listCommand,
    diffCommand,
    verifyCommand,
    serveCommand,
    explainCommand,
    demoCommand,
  ];
  try {
    const words = forShell(normalize(args));
    const program = commands.reduce((y, add) => add(y, finish), base(yargs(words), words));
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`mcpgen: ${escapeControls(error.message)}\n`);
    return 2;
  }
  return status;
}

/** `completion SHELL`: which one it is for, yargs asks the environment alone. */
function forShell(words: readonly string[]): readonly string[] {
  const [command, shell, ...more] = words;
  if (command !== 'completion' || shell === undefined || shell.startsWith('-')) return words;
  if (!['bash', 'zsh', 'fish'].includes(shell) || more.length > 0)
    throw new UsageError(`completion is for bash, zsh or fish, not ${[shell, ...more].join(' ')}`);
  process.env.SHELL = shell;
  delete process.env.ZSH_NAME;
  return [command];
}

function base(program: Argv, words: readonly string[]): Argv {
  return program
    .scriptName('mcpgen')
    .usage('mcpgen <command>\n\nCompiles API descriptions into a bash command and an MCP server per API.')
    .completion('completion', 'Print a completion script for bash, zsh or fish')
    .epilogue('mcpgen <command> --help shows options and examples.')
    .version(version())
    .alias('help', 'h')
    .locale('en')
    .strict()
    .demandCommand(1, 'which command? mcpgen --help lists them')
    .parserConfiguration({ 'camel-case-expansion': false })
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // yargs reports some mistakes of its user as exceptions of its own.
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      throw new UsageError(explainUsage(message || error.message, words));
    });
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return manifest.version;
}

const SPEC = 'An OpenAPI document, an overlay with `extends`, or a bash script';

function initCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'init',
    'Write a first spec from a document, a URL or a script',
    (y) =>
      y
        .options(OPTIONS.init)
        .example('mcpgen init', 'asks')
        .example('mcpgen init --from vendor/petstore.json --name pets --env PETS_TOKEN', 'specs/pets.yaml'),
    async ({ from, name, env, output }) => {
      const terminal = process.stdin.isTTY && process.stdout.isTTY;
      if (from === undefined && !terminal) throw new UsageError('say by --from what the spec is made from');
      const { runInit } = await import('./init.ts');
      const { ask } = from === undefined ? await import('./prompts.ts') : { ask: undefined };
      finish(await runInit({ from, name, env, output }, ask));
    },
  );
}

function buildCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'build <spec..>',
    'Compile specs into the output folder',
    (y) =>
      y
        .positional('spec', { type: 'string', array: true, demandOption: true, describe: SPEC })
        .options(OPTIONS.build)
        .conflicts('watch', ['check', 'dry-run'])
        .conflicts('check', 'dry-run')
        .example('mcpgen build specs/linear.yaml', 'command, server, agent and hub files in out/')
        .example('mcpgen build specs/linear.yaml --mcp', 'the same, and agents call it by MCP')
        .example('mcpgen build specs/*.yaml --check', 'in CI: is out/ what the specs say?'),
    async (args) => {
      const { runBuild } = await import('./commands.ts');
      finish(await runBuild({ ...args, dryRun: args['dry-run'], hub: hubFlag(args.hub) }));
    },
  );
}

/** `--hub` → '', `--hub=URL` → URL, `--no-hub` → false, which yargs types as a string. */
function hubFlag(hub: unknown): string | false | undefined {
  return typeof hub === 'string' ? hub : hub === undefined ? undefined : false;
}

function importCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'import <script..>',
    'Turn bash/curl wrappers into an OpenAPI document',
    (y) =>
      y
        .positional('script', { type: 'string', array: true, demandOption: true, describe: 'Bash scripts' })
        .options(OPTIONS.import)
        .example('mcpgen import scripts/linear.sh -o specs/linear.yaml', '')
        .example(
          'mcpgen import scripts/linear.sh --schema schema.graphql',
          'names what the API does not have',
        ),
    async (args) => {
      const { runImport } = await import('./import.ts');
      finish(await runImport(args.script, { output: args.output, schema: args.schema }));
    },
  );
}

function listCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'list <spec>',
    'Show every operation: command, tool, request, tokens',
    (y) =>
      y
        .positional('spec', { type: 'string', demandOption: true, describe: SPEC })
        .options(OPTIONS.list)
        .example('mcpgen list specs/linear.yaml', ''),
    async (args) => {
      const { runList } = await import('./commands.ts');
      finish(await runList(args.spec, args.json ?? false));
    },
  );
}

function diffCommand(program: Argv, finish: Finish): Argv {
  const side = 'A spec, manifest.json, server or output folder, or one in git as REV:PATH';
  return program.command(
    'diff <old> <new>',
    'Show what changed for callers; exit 3 if it breaks them',
    (y) =>
      y
        .positional('old', { type: 'string', demandOption: true, describe: `${side}; REV alone: <new> then` })
        .positional('new', {
          type: 'string',
          demandOption: true,
          describe: `${side}; REV alone, after a REV: out/ of both`,
        })
        .options(OPTIONS.diff)
        .conflicts('json', 'markdown')
        .example('mcpgen diff main specs/linear.yaml', 'the working copy against a branch')
        .example('mcpgen diff v1.0 v1.1', 'out/ in two revisions')
        .example('mcpgen diff v1/linear.yaml v2/linear.yaml --json', ''),
    async (args) => {
      const { runDiff } = await import('./diff.ts');
      finish(await runDiff(args.old, args.new, args));
    },
  );
}

function verifyCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'verify <spec>',
    'Prove that command and tool send the same requests; exit 3 if not',
    (y) =>
      y
        .positional('spec', { type: 'string', demandOption: true, describe: SPEC })
        .options(OPTIONS.verify)
        .example('mcpgen verify specs/linear.yaml', 'before build --mcp'),
    async (args) => {
      checkPort(args.port);
      if (args.port !== undefined && args.hub === undefined) throw new UsageError('--port goes with --hub');
      const { runVerify } = await import('./verify.ts');
      finish(await runVerify(args.spec, args));
    },
  );
}

function checkPort(port: number | undefined): void {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new UsageError('--port wants a number from 0 to 65535');
  }
}

function serveCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'serve <spec>',
    'Compile to memory and run the MCP server',
    (y) =>
      y
        .positional('spec', { type: 'string', demandOption: true, describe: SPEC })
        .options(OPTIONS.serve)
        .conflicts('port', 'stdio')
        .example('mcpgen serve specs/linear.yaml --port 8080', 'http://127.0.0.1:8080/mcp'),
    async ({ spec, port, stdio }) => {
      checkPort(port);
      const { runServe } = await import('./serve.ts');
      finish(await runServe(spec, { port, stdio: stdio ?? false }));
    },
  );
}

function explainCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'explain <code>',
    'Say what an error code means and what to do',
    (y) =>
      y
        .positional('code', { type: 'string', demandOption: true, describe: 'As in error[code]' })
        .example('mcpgen explain edited', ''),
    async ({ code }) => {
      const { runExplain } = await import('./explain.ts');
      const problem = runExplain(code);
      if (problem !== undefined) throw new UsageError(problem);
      finish(0);
    },
  );
}

function demoCommand(program: Argv, finish: Finish): Argv {
  return program.command(
    'demo',
    'Build the Linear example and call it on both routes, against a stand-in',
    (y) => y,
    async () => {
      const { runDemo } = await import('./demo/run.ts');
      finish(await runDemo());
    },
  );
}
