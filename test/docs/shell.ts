import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLinear } from '../../src/demo/linear.ts';
import { type Outcome, runCommand } from '../../src/processes.ts';
import { cliFile } from '../support/cli.ts';
import { writeFiles } from '../support/folder.ts';

/** A folder in which the commands of a page run, with stand-ins for what they need from outside. */
export interface Shell {
  readonly folder: string;
  /** Runs a script by bash; what it prints to standard error comes in place. */
  readonly run: (script: string) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

/**
 * Commands that are replaced, and what is left of them:
 * - `mcpgen`, `npx mcpgen`: these sources. What runs until it is ended (`serve`, `--watch`) is ended after its first line, on a free port.
 * - `npm ci` does nothing (CI has done it); `npm test` and `npm run NAME` only look whether there is such a script: CI runs them.
 * - `docker compose`: the file is checked by docker-compose itself; `up` then starts the generated server without a container.
 * - `linear`: the generated command, as an agent's container would call it.
 */
const commands = {
  mcpgen: `
cli=$DOCS_CLI
case " $* " in
  *' --watch '* | ' serve '*)
    words=()
    for word; do [[ $word == 8080 ]] && word=0; words+=("$word"); done
    out=$(mktemp)
    node "$cli" "\${words[@]}" >"$out" 2>&1 &
    for ((i = 0; i < 1200; i++)); do [[ -s $out ]] && break; sleep 0.1; done
    kill -INT $!
    wait $!
    status=$?
    cat "$out"
    ((status == 130))
    ;;
  *) exec node "$cli" "$@" ;;
esac`,
  npx: `
[[ $1 == mcpgen ]] || { echo "npx $1 is not known to this test" >&2; exit 1; }
shift
exec mcpgen "$@"`,
  npm: `
case "$*" in
  ci) ;;
  test | 'run '*)
    [[ $1 == test ]] && name=test || name=$2
    node -e 'process.exit(process.argv[1] in require(process.env.DOCS_ROOT + "/package.json").scripts ? 0 : 1)' "$name"
    ;;
  *) echo "npm $* is not known to this test" >&2; exit 1 ;;
esac`,
  docker: `
[[ $1 == compose ]] || { echo "docker $* is not known to this test" >&2; exit 1; }
shift
files=()
while [[ $1 == -* ]]; do files+=("$1" "$2"); shift 2; done
LINEAR_API_KEY=key LINEAR_MCP_TOKEN=token docker-compose "\${files[@]}" config -q || exit
[[ $1 == up ]] || exit 0
LINEAR_BASE_URL=$DOCS_LINEAR LINEAR_API_KEY=key MCP_TOKEN=token HOST=127.0.0.1 PORT=0 \\
  node out/servers/linear/dist/server.mjs >"$DOCS_LOG" 2>&1 &
echo $! >>"$DOCS_PIDS"
for ((i = 0; i < 600; i++)); do grep -q '"message":"listening"' "$DOCS_LOG" && exit; sleep 0.1; done
exit 1`,
  linear: `
LINEAR_MCP_URL=$(sed -n 's/.*"message":"listening","url":"\\([^"]*\\)".*/\\1/p' "$DOCS_LOG") LINEAR_MCP_TOKEN=token \\
  exec out/agent/bin/linear "$@"`,
};

/** @param folder an empty one: it becomes a git repository with the Linear example in `specs/` */
export async function createShell(folder: string): Promise<Shell> {
  const [bin, home, project] = [join(folder, 'bin'), join(folder, 'home'), join(folder, 'project')];
  for (const each of [bin, home, project]) mkdirSync(each, { recursive: true });
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const path of ['linear.yaml', 'linear']) {
    cpSync(join('specs', path), join(project, 'specs', path), { recursive: true });
  }
  writeFiles(project, { '.gitignore': 'dist/\n' });
  const git = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  for (const words of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'specs'],
  ]) {
    execFileSync('git', [...git, ...words], { cwd: project });
  }
  const linear = await startLinear({ key: 'key' });
  const pids = join(folder, 'pids');
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: home,
    LANG: 'C.UTF-8',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    DOCS_CLI: cliFile(),
    DOCS_ROOT: process.cwd(),
    DOCS_LINEAR: linear.url,
    DOCS_LOG: join(folder, 'server.log'),
    DOCS_PIDS: pids,
  };
  return {
    folder: project,
    run: (script) => runCommand('bash', ['-c', `exec 2>&1\n${script}`], { cwd: project, env }),
    close: async () => {
      if (existsSync(pids)) {
        for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) process.kill(Number(pid));
      }
      await linear.close();
    },
  };
}
