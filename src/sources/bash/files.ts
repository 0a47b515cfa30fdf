import type { Machine } from './machine.ts';
import { hole, print, type Value } from './value.ts';

/** Notes what the script writes into a file: a variable whose name begins with `>`. */
export function writeFile(machine: Machine, path: string, content: Value): void {
  machine.written.add(`>${path}`);
  machine.state.vars.set(`>${path}`, { kind: 'text', value: content });
}

/** A file's content: what the script wrote into it, else a hole. */
export function readFile(machine: Pick<Machine, 'state' | 'stdin'>, path: Value, at: number): Value {
  const name = print(path);
  if (name === '-' || name === '/dev/stdin')
    return machine.stdin ?? [hole({ kind: 'stdin', name: 'input' }, at)];
  const written = machine.state.vars.get(`>${name}`);
  if (written?.kind === 'text') return written.value;
  const [first, ...rest] = path;
  if (first?.kind === 'hole' && first.source.kind === 'file' && first.source.path === '<(…)') return rest;
  return [hole({ kind: 'file', path: name }, at)];
}
