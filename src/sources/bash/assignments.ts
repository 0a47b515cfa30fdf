import { assign } from './machine.ts';
import type * as Syntax from './parse.ts';
import type { Shell } from './shell.ts';
import { itemsOf } from './state.ts';
import { concat, constant } from './value.ts';

/** Whether the value is what a command prints: its exit status is the assignment\'s. */
export function hasCommand(assignment: Syntax.Assignment): boolean {
  return assignment.value.type === 'Word' && /[`]|\$\(/.test(assignment.value.text);
}

/** `name=value` where bash takes it as an ordinary word. */
export function wordOf(assignment: Syntax.Assignment): Syntax.Word {
  const { name, value, text, pos, end } = assignment;
  const whole: Syntax.Word = { type: 'Word', text, value: text, pos, end };
  if (value.type !== 'Word') return whole;
  const lead: Syntax.WordPart = {
    type: 'Literal',
    pos,
    end: value.pos,
    value: `${name}=`,
    text: `${name}=`,
  };
  const rest: readonly Syntax.WordPart[] = value.parts ?? [
    { type: 'Literal', pos: value.pos, end: value.end, value: value.value, text: value.text },
  ];
  return { ...whole, parts: [lead, ...rest] };
}

/** `name=value`, `name+=value`, `name[key]=value`, `name=(…)`. */
export function assignValue(shell: Shell, assignment: Syntax.Assignment): void {
  const { machine, expander } = shell;
  const { name } = assignment;
  const before = machine.state.vars.get(name);
  if (assignment.value.type === 'ArrayValue') {
    assignArray(shell, assignment, assignment.value.elements);
    return;
  }
  const given = expander.value(machine, assignment.value);
  if (assignment.index !== undefined) {
    const key = constant(expander.value(machine, assignment.index)) ?? '';
    const entries = new Map(before?.kind === 'map' ? before.entries : []);
    if (before?.kind === 'array' || (before === undefined && /^\d+$/.test(key)))
      assign(machine, name, { kind: 'array', items: [...itemsOf(before), { kind: 'one', value: given }] });
    else assign(machine, name, { kind: 'map', entries: entries.set(key, given) });
    return;
  }
  if (assignment.append !== true) assign(machine, name, { kind: 'text', value: given });
  else if (before?.kind === 'array')
    assign(machine, name, { kind: 'array', items: [...before.items, { kind: 'one', value: given }] });
  else
    assign(machine, name, {
      kind: 'text',
      value: concat(before?.kind === 'text' ? before.value : [], given),
    });
}

function assignArray(
  { machine, expander }: Shell,
  assignment: Syntax.Assignment,
  elements: readonly Syntax.Word[],
): void {
  const { name } = assignment;
  const before = machine.state.vars.get(name);
  const keyed = elements.length > 0 && elements.every((element) => /^\[[^\]]+\]=/.test(element.text));
  if (keyed) {
    const entries = new Map(assignment.append === true && before?.kind === 'map' ? before.entries : []);
    for (const element of elements) {
      const whole = expander.value(machine, element);
      const lead = whole[0]?.kind === 'text' ? /^\[["']?([^\]]*?)["']?\]=/.exec(whole[0].text) : null;
      const [head] = whole;
      if (lead === null || head?.kind !== 'text') continue;
      const rest = head.text.slice(lead[0].length);
      entries.set(lead[1] ?? '', [...(rest === '' ? [] : [{ ...head, text: rest }]), ...whole.slice(1)]);
    }
    assign(machine, name, { kind: 'map', entries });
    return;
  }
  const items = expander.words(machine, elements);
  const head = assignment.append === true ? itemsOf(before) : [];
  assign(machine, name, { kind: 'array', items: [...head, ...items].slice(0, 2_000) });
}
