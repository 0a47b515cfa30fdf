import { readFile, writeFile } from './files.ts';
import { offset } from './machine.ts';
import type * as Syntax from './parse.ts';
import type { Shell } from './shell.ts';
import type { Condition } from './tests.ts';
import { concat, print, type Value } from './value.ts';

/** Runs `body` with the input and output that redirections give it. Files that the script writes are kept as variables `>path`. */
export function redirected(
  { machine, expander }: Shell,
  redirects: readonly Syntax.Redirection[],
  body: () => Condition,
): Condition {
  if (redirects.length === 0) return body();
  const before = machine.stdin;
  const outer = machine.state.out;
  let target: { readonly path: Value; readonly append: boolean } | 'kept' = 'kept';
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc') machine.stdin = expander.heredoc(machine, redirect);
    else if (redirect.type === 'HereString') machine.stdin = expander.value(machine, redirect.target);
    else if (redirect.operator === '<')
      machine.stdin = readFile(
        machine,
        expander.value(machine, redirect.target),
        offset(machine, redirect.pos),
      );
    else if (writesOutput(redirect)) {
      const path = expander.value(machine, redirect.target);
      target = { path, append: redirect.operator.startsWith('>>') };
    }
  }
  const shapes = new Map(machine.shapes);
  if (target !== 'kept') {
    machine.state.out = [];
    machine.listeners += 1;
  }
  const result = body();
  machine.stdin = before;
  if (target !== 'kept') {
    // What goes into a file or to the errors is not what the caller sees.
    machine.shapes.clear();
    for (const [call, filters] of shapes) machine.shapes.set(call, filters);
  }
  if (target !== 'kept') machine.listeners -= 1;
  if (target !== 'kept') {
    const written = machine.state.out;
    const path = print(target.path);
    const old = machine.state.vars.get(`>${path}`);
    const head = target.append && old?.kind === 'text' ? old.value : [];
    writeFile(machine, path, concat(head, written));
    machine.state.out = outer;
  }
  return result;
}

function writesOutput(redirect: Syntax.Redirect): boolean {
  const descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : 1;
  if (redirect.operator === '&>' || redirect.operator === '&>>') return true;
  if (descriptor !== 1) return false;
  if (redirect.operator === '>&') return redirect.target?.value !== '1';
  return redirect.operator === '>' || redirect.operator === '>>' || redirect.operator === '>|';
}
