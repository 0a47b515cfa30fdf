import { arithmetic } from './arithmetic.ts';
import { assignValue, hasCommand, wordOf } from './assignments.ts';
import { choose, conditional, listCondition, recordFacts } from './branches.ts';
import { declare, isDeclaration } from './builtins.ts';
import { createExpander } from './expand.ts';
import { evaluate, invoke } from './invoke.ts';
import { forLoop, whileLoop } from './loops.ts';
import { branch, emit, type Flow, isIdle, keepFiles, type Machine, offset, tick } from './machine.ts';
import type * as Syntax from './parse.ts';
import { clientVariable } from './programs.ts';
import { redirected } from './redirections.ts';
import type { Shell } from './shell.ts';
import { copy, type Item } from './state.ts';
import {
  type Condition,
  combine,
  decided,
  negate,
  testArithmetic,
  testExpression,
  UNDECIDED,
} from './tests.ts';
import { constant, text } from './value.ts';

const MAX_WORDS = 2_000;

/** Makes the interpreter for one evaluation: it follows every way through the script and never runs anything. */
export function createShell(machine: Machine): Shell {
  const expander = createExpander((_machine, script) => void list(script.commands));
  const shell: Shell = {
    machine,
    expander,
    list,
    node,
    invoke: (items, at) => invoke(shell, items, at),
    evaluate: (text, at) => evaluate(shell, text, at),
    alternatives: (ways) => branch(machine, ways),
  };
  return shell;

  function list(statements: readonly Syntax.Statement[]): Flow {
    for (const statement of statements) {
      const { flow } = node(statement.command);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  /** Executes a command; the result is what it is worth as a condition. */
  function node(command: Syntax.PipelineNode | Syntax.AndOr | Syntax.CompoundList): Condition {
    return deeper(() => execute(command));
  }

  /** Counts a step of the evaluation, one level further in. */
  function deeper(body: () => Condition): Condition {
    if (!tick(machine)) return { ...UNDECIDED, flow: 'exit' };
    machine.depth += 1;
    const result = body();
    machine.depth -= 1;
    return result;
  }

  function execute(command: Syntax.PipelineNode | Syntax.AndOr | Syntax.CompoundList): Condition {
    if (command.type !== 'Function' && machine.held.length === 0 && isIdle(machine, command))
      return UNDECIDED;
    switch (command.type) {
      case 'CompoundList':
        return ended(list(command.commands));
      case 'Pipeline':
        return pipeline(command);
      case 'AndOr':
        return andOr(command, 0);
      case 'Command':
        return redirected(shell, command.redirects, () => simple(command));
      case 'Redirected':
        return redirected(shell, command.redirects, () => node(command.command));
      case 'Function': {
        const name = command.name.value;
        machine.functions.set(name, command);
        return decided(true);
      }
      case 'If':
        return ended(conditional(shell, command));
      case 'Case':
        return ended(choose(shell, command));
      case 'While':
        return ended(whileLoop(shell, command));
      case 'For':
      case 'Select':
        return ended(forLoop(shell, command));
      case 'ArithmeticFor':
        return ended(whileLoop(shell, command));
      case 'Subshell': {
        const outer = machine.state;
        machine.state = copy(outer);
        list(command.body.commands);
        const { out } = machine.state;
        keepFiles(machine, outer);
        machine.state = { ...outer, out };
        return UNDECIDED;
      }
      case 'BraceGroup':
        return listCondition(shell, command.body);
      case 'TestCommand':
        return testExpression(machine, expander, command.expression);
      case 'ArithmeticCommand':
        return testArithmetic(machine, command.expression, (inner) =>
          arithmetic(machine, inner, offset(machine, command.pos), (parts) => expander.parts(machine, parts)),
        );
      case 'Coproc':
        return command.body.type === 'CompoundList' ? ended(list(command.body.commands)) : node(command.body);
    }
  }

  function pipeline(command: Syntax.Pipeline): Condition {
    const negated = command.prefixes.some((prefix) => prefix.type === 'Negation');
    const [only] = command.commands;
    if (command.commands.length === 1 && only !== undefined) {
      const result = node(only);
      return negated ? negate(result) : result;
    }
    const outer = machine.state;
    const before = machine.stdin;
    machine.state = { ...copy(outer), out: [] };
    machine.listeners += 1;
    for (const [index, part] of command.commands.entries()) {
      if (index > 0) {
        machine.stdin = machine.state.out;
        machine.state.out = [];
      }
      node(part);
    }
    machine.listeners -= 1;
    const { out } = machine.state;
    machine.stdin = before;
    keepFiles(machine, outer);
    machine.state = outer;
    emit(machine, out);
    return UNDECIDED;
  }

  /** `a && b || c`, from the command at `index` on. */
  function andOr(list: Syntax.AndOr, index: number): Condition {
    const { commands, operators } = list;
    // Behind the last command of a run of one operator: `a && b || c` goes on with `c` when `a` fails.
    let end = index;
    for (let at = index; ; ) {
      const first = commands[at];
      if (first === undefined) return decided(true);
      const left = node(first);
      const operator = operators[at];
      if (operator === undefined || left.flow !== 'next') return left;
      const wanted = operator === '&&';
      if (end <= at + 1) end = runEnd(operators, at);
      const isRest = end === commands.length;
      const says = left.yes.length > 0 || left.no.length > 0 || isTest(first);
      if (left.outcome === wanted || (left.outcome === undefined && wanted && isRest && !says)) {
        at += 1;
        continue;
      }
      if (left.outcome !== undefined) {
        if (isRest) return decided(!wanted);
        at = end;
        continue;
      }
      const rest = commands.slice(at + 1);
      if (wanted && rest.some((part) => machine.reaches(part))) {
        const equal = left.yes.filter((fact) => fact.is === 'equals');
        recordFacts(machine, equal);
      }
      const [last, ...others] = rest;
      if (last !== undefined && others.length === 0 && isTest(last))
        return combine(operator, left, node(last));
      const onward = { run: () => deeper(() => andOr(list, at + 1)).flow };
      const past = { run: (): Flow => (isRest ? 'next' : deeper(() => andOr(list, end)).flow) };
      const flow = branch(machine, [
        { ...onward, facts: wanted ? left.yes : left.no },
        { ...past, facts: wanted ? left.no : left.yes },
      ]);
      return { ...UNDECIDED, flow };
    }
  }

  function isTest(part: Syntax.PipelineNode): boolean {
    if (part.type === 'Pipeline') {
      const [only] = part.commands;
      return part.commands.length === 1 && only !== undefined && isTest(only);
    }
    if (part.type === 'TestCommand' || part.type === 'ArithmeticCommand') return true;
    return part.type === 'Command' && (part.name?.value === '[' || part.name?.value === 'test');
  }

  /** The command's name. A variable that is called after a client and whose value nobody knows is that client. */
  function named(word: Syntax.Word): Item[] {
    const whole = word.parts?.length === 1 ? expander.value(machine, word) : [];
    // Several commands in one variable: `invoke` tells them apart.
    if (whole.length === 1 && whole[0]?.kind === 'choice') return [{ kind: 'one', value: whole }];
    const items = expander.words(machine, [word]);
    const [first] = items;
    const client = clientVariable(word);
    if (
      client === undefined ||
      (first?.kind === 'one' && constant(first.value.slice(0, 1)) !== undefined && first.value.length > 0)
    )
      return items;
    return [{ kind: 'one', value: text(client, offset(machine, word.pos)) }, ...items.slice(1)];
  }

  function simple(command: Syntax.Command): Condition {
    const assignments = command.prefix.filter((part) => part.type === 'Assignment');
    if (command.name === undefined) {
      for (const assignment of assignments) assignValue(shell, assignment);
      // `$(<file)`
      if (assignments.length === 0 && command.redirects.some(({ operator }) => operator === '<'))
        emit(machine, machine.stdin ?? []);
      return assignments.some((part) => hasCommand(part)) ? UNDECIDED : decided(true);
    }
    if (isDeclaration(command.name.value)) {
      declare(shell, command);
      return decided(true);
    }
    const hidden = assignments.map((part) => [part.name, machine.state.vars.get(part.name)] as const);
    for (const assignment of assignments) assignValue(shell, assignment);
    const words = command.args.map((part) => (part.type === 'Word' ? part : wordOf(part)));
    const items = [...named(command.name), ...expander.words(machine, words.slice(0, MAX_WORDS))];
    const result = invoke(shell, items, offset(machine, command.name.pos));
    for (const [name, before] of hidden) {
      if (before === undefined) machine.state.vars.delete(name);
      else machine.state.vars.set(name, before);
    }
    return result;
  }

  function ended(flow: Flow): Condition {
    return { ...UNDECIDED, flow };
  }
}

/** Index of the command behind the operators that follow each other alike from `at` on. */
function runEnd(operators: readonly Syntax.LogicalOperator[], at: number): number {
  let end = at;
  while (end < operators.length && operators[end] === operators[at]) end += 1;
  return end + 1;
}
