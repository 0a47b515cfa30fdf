import {
  assignedNames,
  callsOf,
  functionsOf,
  leadsTo,
  reachability,
  sitesOf,
  statementAt,
} from './callgraph.ts';
import { createShell } from './execute.ts';
import { type Budget, type Call, type Machine, type Note, tick } from './machine.ts';
import type * as Syntax from './parse.ts';
import type { Script } from './parse.ts';
import { relevance } from './relevance.ts';
import type { Item } from './state.ts';
import { print, text } from './value.ts';
import { Variables } from './variables.ts';

/** One way to use the script: a command word, a function of a library, or the script itself. */
export interface Command {
  /** First words of the command line that lead here; empty for a script without commands. */
  readonly words: readonly string[];
  /** What can stand for the words, themselves too: `ls`, `issue list`. */
  readonly spellings: readonly string[];
  /** All spellings of each flag, by its name. */
  readonly flags: Machine['flags'];
  /** The words name a function that other functions work with: nobody may have meant it for callers. */
  readonly helper?: boolean;
  /** The function that was entered directly, of a script that is sourced. */
  readonly entry?: string;
  readonly calls: readonly Call[];
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** How answers are shaped before they are printed, by call. */
  readonly shapes: Machine['shapes'];
}

export interface Scan {
  readonly commands: readonly Command[];
  readonly notes: readonly Note[];
  /** Offsets of the calls that stand in the script. */
  readonly sites: readonly number[];
  readonly unreached: readonly number[];
  readonly exhausted: boolean;
}

/** A way through the script that is still to be followed. */
interface Way {
  readonly words: readonly string[];
  readonly spellings: readonly string[];
  /** Words that the next argument is not. */
  readonly excluded: ReadonlySet<string>;
  readonly helper?: boolean;
}

const MAX_SPELLINGS = 12;
const MAX_ALONE = 30;
/** For following the script from its beginning, and again for what that has not reached: a hundred times what long scripts take. */
const STEPS = 100_000;
const STEPS_ALONE = 2_000;

/**
 * Follows every way through a script: once for each command word that it tells apart, and for functions that nothing calls.
 * Bounded in steps, so that the same script gives the same on every machine.
 */
export function scan(script: Script): Scan {
  const budget: Budget = { steps: STEPS, exhausted: false };
  const functions = functionsOf(script);
  const reaches = reachability(script, functions);
  const matters = relevance(script, functions, reaches);
  const sites = sitesOf(script, functions);
  const calls = callsOf(functions);
  const called = new Set([...calls].flatMap(([name, names]) => [...names].filter((other) => other !== name)));
  const commands: Command[] = [];
  const notes: Note[] = [];
  const reached = new Set<number>();
  let globals = new Variables();

  const start = (words: readonly string[], excluded: Machine['excluded']): Machine => ({
    script,
    functions: new Map(functions),
    reaches,
    matters,
    excluded,
    state: {
      vars: new Variables(),
      args: [
        ...words.map((word): Item => ({ kind: 'one', value: text(word, 0) })),
        { kind: 'rest', index: words.length + 1, at: 0 },
      ],
      out: [],
      facts: [],
    },
    stdin: undefined,
    calls: [],
    frames: [],
    loops: [],
    notes: [],
    names: new Map(),
    dispatches: [],
    flags: new Map(),
    shapes: new Map(),
    held: [],
    fixedAt: undefined,
    written: new Set(),
    captures: 0,
    depth: 0,
    listeners: 0,
    branches: 0,
    traps: [],
    budget,
  });
  const take = (
    machine: Machine,
    words: readonly string[],
    entry?: string,
    spellings: readonly string[] = [],
    helper = false,
  ): void => {
    for (const call of machine.calls) reached.add(call.at);
    const calls = machine.calls.filter((call) => call.joined !== true);
    for (const note of machine.notes) notes.push(note);
    if (calls.length > 0)
      commands.push({
        words,
        spellings,
        flags: machine.flags,
        ...(entry === undefined ? {} : { entry }),
        ...(helper ? { helper } : {}),
        calls,
        names: machine.names,
        shapes: machine.shapes,
      });
  };

  const queue: Way[] = [{ words: [], spellings: [''], excluded: new Set() }];
  const seen = new Set<string>();
  for (let next = queue.shift(); next !== undefined && !budget.exhausted; next = queue.shift()) {
    const position = next.words.length + 1;
    const machine = start(next.words, new Map([[position, next.excluded]]));
    run(machine, script.tree.commands);
    const here = machine.dispatches.filter((dispatch) => dispatch.position === position);
    const found = here.flatMap((dispatch) => dispatch.words).filter((word) => !next.excluded.has(word));
    const aliases = new Map(here.flatMap((dispatch) => [...(dispatch.aliases ?? [])]));
    if (next.words.length === 0) globals = machine.state.vars;
    if (found.length === 0 || position > 4 || budget.exhausted) {
      const same = next.spellings.filter((spelled) => {
        if (spelled === next.words.join(' ')) return true;
        // Several words of one arm are one command only where the arm does the same for all of them.
        const words = spelled.split(' ');
        const other = start(words, new Map([[position, next.excluded]]));
        run(other, script.tree.commands);
        if (requestsOf(other) === requestsOf(machine)) return true;
        if (!seen.has(words.join('\0'))) queue.unshift({ words, spellings: [spelled], excluded: new Set() });
        seen.add(words.join('\0'));
        return false;
      });
      take(machine, next.words, undefined, same, next.helper);
      continue;
    }
    const words = [...new Set(found)];
    const followed: typeof queue = [];
    for (const word of words) {
      const key = [...next.words, word].join('\0');
      if (seen.has(key)) continue;
      seen.add(key);
      const spelled = [word, ...(aliases.get(word) ?? [])];
      const spellings = next.spellings.flatMap((head) => spelled.map((one) => `${head} ${one}`.trim()));
      followed.push({
        words: [...next.words, word],
        spellings: spellings.slice(0, MAX_SPELLINGS),
        excluded: new Set(),
        helper:
          called.has(word) && here.some(({ functions, words }) => functions === true && words.includes(word)),
      });
    }
    queue.unshift(...followed);
    if (here.some((dispatch) => dispatch.closed !== true))
      queue.splice(followed.length, 0, {
        words: next.words,
        spellings: next.spellings,
        excluded: new Set([...next.excluded, ...words, ...[...aliases.values()].flat()]),
      });
  }

  const missing = (): number[] => sites.filter((site) => !reached.has(site));
  const enter = (name: string, fn: Syntax.Function): void => {
    const machine = start([], new Map());
    tick(machine, functions.size >> 4);
    machine.state = { ...machine.state, vars: globals.copy() };
    const items: Item[] = [
      { kind: 'one', value: text(name, fn.pos) },
      { kind: 'rest', index: 1, at: fn.pos },
    ];
    createShell(machine).invoke(items, fn.pos);
    take(machine, [], name);
  };
  const { exhausted } = budget;
  Object.assign(budget, { steps: STEPS, exhausted: false });
  // A script that sends nothing by itself is a library: its functions are the commands.
  const isLibrary = commands.length === 0;
  for (const [name, fn] of functions) {
    if (budget.exhausted) break;
    if (called.has(name)) continue;
    if (leadsTo(name, isLibrary ? sites : missing(), functions, calls)) enter(name, fn);
  }
  for (const [name, fn] of functions) {
    const left = missing();
    if (budget.exhausted || left.length === 0) break;
    if (leadsTo(name, left, functions, calls)) enter(name, fn);
  }
  // The last resort: the statement alone, with what is not known of its variables told as such.
  const assigned = assignedNames(script);
  for (const site of missing().slice(0, MAX_ALONE)) {
    const statement = reached.has(site) ? undefined : statementAt(script, site);
    if (statement === undefined) continue;
    Object.assign(budget, { steps: STEPS_ALONE, exhausted: false });
    const machine: Machine = { ...start([], new Map()), assigned };
    run(machine, [statement]);
    take(machine, []);
  }
  return { commands, notes, sites, unreached: missing(), exhausted };
}

/** What a run sends, as text that can be compared. */
function requestsOf(machine: Machine): string {
  return machine.calls
    .map(({ argv, stdin, at }) =>
      [
        at,
        ...argv.map((item) => (item.kind === 'one' ? print(item.value) : `$${item.index}@`)),
        print(stdin ?? []),
      ].join('\0'),
    )
    .join('\n');
}

function run(machine: Machine, statements: readonly Syntax.Statement[]): void {
  const shell = createShell(machine);
  shell.list(statements);
  for (const body of machine.traps.slice(0, 5)) {
    if (!tick(machine)) return;
    shell.list(body.commands);
  }
}
