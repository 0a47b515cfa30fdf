import { branch, type Flow, type Machine, tick, type Way } from './machine.ts';
import type * as Syntax from './parse.ts';
import { globMatches, isLiteral } from './pattern.ts';
import type { Shell } from './shell.ts';
import { type Condition, decided, isWord, UNDECIDED } from './tests.ts';
import { constant, type Fact, soleHole, splitValue, type Value } from './value.ts';

/** A list whose last command decides. */
export function listCondition(shell: Shell, body: Syntax.CompoundList): Condition {
  const head = shell.list(body.commands.slice(0, -1));
  if (head !== 'next') return { ...UNDECIDED, flow: head };
  const last = body.commands.at(-1);
  return last === undefined ? decided(true) : shell.node(last.command);
}

/** `if`: runs every arm that may run, each knowing what the tests before it have said, and joins what they leave. */
export function conditional(shell: Shell, command: Syntax.If): Flow {
  const { machine } = shell;
  const ways: Way[] = [];
  const otherwise: Fact[] = [];
  const outerFacts = machine.state.facts;
  for (const arm of [command, ...command.elif]) {
    machine.state.facts = [...outerFacts, ...otherwise];
    const test = listCondition(shell, arm.clause);
    machine.state.facts = machine.state.facts.filter((fact) => !otherwise.includes(fact));
    if (test.flow !== 'next') {
      if (ways.length === 0) return test.flow;
      ways.push({ facts: [], run: () => test.flow });
      return branch(machine, ways);
    }
    if (test.outcome === false) continue;
    const facts = [...otherwise, ...test.yes];
    if (machine.reaches(arm.then)) recordFacts(machine, test.yes);
    ways.push({ facts, run: () => shell.list(arm.then.commands) });
    if (test.outcome === true)
      return ways.length === 1 ? shell.list(arm.then.commands) : branch(machine, ways);
    otherwise.push(...test.no);
  }
  const { else: last } = command;
  if (ways.length === 0) return last === undefined ? 'next' : shell.list(last.commands);
  ways.push({ facts: otherwise, run: () => (last === undefined ? 'next' : shell.list(last.commands)) });
  return branch(machine, ways);
}

/** Notes the words that a script compares a positional parameter with: they are names of commands. */
export function recordFacts(machine: Machine, facts: readonly Fact[]): void {
  for (const fact of facts) {
    const position = /^positional:(\d+)$/.exec(fact.key)?.[1];
    if (fact.is === 'equals' && fact.text !== undefined && position !== undefined && /^\w/.test(fact.text))
      machine.dispatches.push({ position: Number(position), words: [fact.text] });
  }
}

/** A word gives a command a better name than a long flag, and that a better one than a letter. */
function dashes(pattern: string): number {
  return pattern.startsWith('--') ? 1 : pattern.startsWith('-') ? 2 : 0;
}

/** `case "$1 $2"`: what the words before the first unknown one are, and which argument that is. */
interface JoinedWords {
  readonly separator: string;
  readonly known: readonly string[];
  readonly count: number;
  readonly position: number;
}

function joinedWords(subject: Value): JoinedWords | undefined {
  const separator = subject
    .map((part) => (part.kind === 'text' ? /[ :/.,-]/.exec(part.text)?.[0] : undefined))
    .find((found) => found !== undefined);
  if (separator === undefined || subject.some((part) => part.kind === 'choice')) return undefined;
  const words = splitValue(subject, separator);
  const first = words.findIndex((word) => constant(word) === undefined);
  const known = words.slice(0, first).map((word) => constant(word) ?? '');
  const positions = words.slice(first).map((word) => {
    const source = soleHole(word)?.source;
    return source?.kind === 'positional' ? source.index : Number.NaN;
  });
  const [position = Number.NaN] = positions;
  return positions.every((index, place) => index === position + place)
    ? { separator, known, count: words.length, position }
    : undefined;
}

/** The word of a pattern for the first argument that is not known; undefined where the words before it are others. */
function nextWord({ separator, known, count }: JoinedWords, pattern: string): string | undefined {
  const words = pattern.split(separator);
  const word = words[known.length];
  return isLiteral(pattern) && words.length === count && known.every((one, index) => words[index] === one)
    ? word || undefined
    : undefined;
}

/** `case`: runs every arm whose pattern may match, and joins what they leave. */
export function choose(shell: Shell, command: Syntax.Case): Flow {
  const { machine, expander } = shell;
  tick(machine, command.items.length >> 2);
  const subject = expander.value(machine, command.word);
  const known = constant(subject);
  const arms = command.items.map((item) => ({
    item,
    patterns: item.pattern.map((word) => constant(expander.value(machine, word)) ?? '*'),
  }));
  const run = (index: number): Flow => {
    for (let at = index; ; at++) {
      const item = command.items[at];
      const flow = item === undefined ? 'next' : shell.list(item.body.commands);
      if (flow !== 'next' || item?.terminator !== ';&') return flow;
    }
  };
  if (known !== undefined) {
    const index = arms.findIndex((arm) => arm.patterns.some((pattern) => globMatches(pattern, known)));
    return index === -1 ? 'next' : run(index);
  }
  const alone = soleHole(subject);
  if (alone?.source.kind === 'positional' && alone.filters.length === 0) {
    const { index } = alone.source;
    const spelled = arms
      .filter((arm) => index === 1 || machine.reaches(arm.item))
      .map((arm) => arm.patterns.filter((pattern) => isLiteral(pattern) && /^-*\w/.test(pattern)))
      // A flag that sends nothing (`--help`) is no command.
      .map((patterns) => [...patterns].sort((a, b) => dashes(a) - dashes(b)));
    const commands = spelled.filter((patterns, at) => {
      const arm = arms[at];
      return (
        index !== 1 ||
        patterns[0]?.startsWith('-') !== true ||
        (arm !== undefined && machine.reaches(arm.item))
      );
    });
    const words = commands.flatMap((patterns) => patterns.slice(0, 1));
    const dispatches = arms.some((arm) => machine.reaches(arm.item)) || index === 1;
    if (words.length > 0 && dispatches)
      machine.dispatches.push({
        position: index,
        words,
        aliases: new Map(commands.map(([word = '', ...others]) => [word, others])),
      });
  }
  const joined = alone === undefined ? joinedWords(subject) : undefined;
  if (joined !== undefined) {
    const words = arms
      .filter((arm) => machine.reaches(arm.item))
      .flatMap((arm) => arm.patterns.flatMap((pattern) => nextWord(joined, pattern) ?? []));
    if (words.length > 0) machine.dispatches.push({ position: joined.position, words });
  }
  const ways: Way[] = [];
  for (const [index, arm] of arms.entries()) {
    const conditions = arm.patterns.map((pattern) => {
      if (!isLiteral(pattern)) return UNDECIDED;
      if (joined === undefined) return isWord(machine, subject, pattern);
      const word = nextWord(joined, pattern);
      const excluded = word !== undefined && machine.excluded.get(joined.position)?.has(word) === true;
      return word === undefined || excluded ? decided(false) : UNDECIDED;
    });
    if (conditions.every((condition) => condition.outcome === false)) continue;
    const [only] = arm.patterns;
    const facts = arm.patterns.length === 1 && only !== undefined ? (conditions[0]?.yes ?? []) : [];
    ways.push({ facts, run: () => run(index) });
    if (conditions.some((condition) => condition.outcome === true)) return branch(machine, ways);
  }
  if (!arms.some((arm) => arm.patterns.includes('*'))) ways.push({ facts: [], run: () => 'next' });
  return ways.length === 0 ? 'next' : branch(machine, ways);
}
