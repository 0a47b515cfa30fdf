import { kebab, withoutApiName } from './naming.ts';
import type { Draft } from './operation.ts';
import { variantWords } from './resolve.ts';

/**
 * Names the operations of a script. The command word stays the name of what the command finally does; calls before it, and variants of one call, get a longer one.
 * @param drafts in the order of the calls; `left` tells which of them are left out (their names stay unused)
 * @param base what an operation of a script without commands is called
 */
export function nameDrafts(
  drafts: readonly { readonly draft: Draft; readonly left: boolean }[],
  api: string,
  base: string,
): Map<Draft, string> {
  const names = new Map<Draft, string>();
  const used = new Set<string>();
  const claim = (draft: Draft, wanted: string): void => {
    let name = wanted;
    for (let count = 2; used.has(name); count++) name = `${wanted}-${count}`;
    used.add(name);
    names.set(draft, name);
  };
  const groups = new Map<object, { draft: Draft; left: boolean }[]>();
  for (const entry of drafts)
    groups.set(entry.draft.command, [...(groups.get(entry.draft.command) ?? []), entry]);
  const many = groups.size > 1 || base === '';
  for (const group of groups.values()) {
    const main = group.findLast((entry) => !entry.draft.call.captured) ?? group.at(-1);
    if (main === undefined) continue;
    const plain = commandName(main.draft, api, many ? '' : base);
    const siblings = group.filter((entry) => entry.draft.call === main.draft.call);
    const chosen =
      siblings.find((entry) => variantWords(entry.draft.variant, entry.draft.command.names) === undefined) ??
      siblings[0] ??
      main;
    if (chosen.left) used.add(plain);
    else claim(chosen.draft, plain);
    for (const { draft, left } of group) {
      if (left || names.has(draft)) continue;
      const words =
        draft.call === main.draft.call ? variantWords(draft.variant, draft.command.names) : undefined;
      const extra = kebab(words ?? '') || subject(draft);
      const nameless = many && draft.command.words.length === 0 && draft.command.entry === undefined;
      claim(draft, extra === '' ? plain : plain === extra || nameless ? extra : `${plain}-${extra}`);
    }
  }
  return names;
}

function commandName(draft: Draft, api: string, base: string): string {
  const { command } = draft;
  if (command.words.length > 0) return kebab(command.words.join('-')) || subject(draft);
  if (command.entry !== undefined) return withoutApiName(kebab(command.entry), api) || kebab(command.entry);
  return base || subject(draft);
}

/** What a request is about: the root field, else method and path. */
export function subject(draft: Draft): string {
  if (draft.graphql !== undefined && draft.graphql.root !== '') return kebab(draft.graphql.root);
  const segments = draft.path
    .split('/')
    .filter(
      (segment) =>
        segment !== '' && !segment.includes('{') && !/^(?:v?\d+(?:\.\d+)*|api|rest|latest)$/i.test(segment),
    );
  const noun = kebab(
    segments
      .slice(-2)
      .join('-')
      .replace(/\.(?:json|xml)$/, ''),
  );
  const one = /\}$/.test(draft.path);
  const verb =
    {
      GET: one || segments.length === 0 ? 'get' : 'list',
      POST: 'create',
      PUT: 'update',
      PATCH: 'update',
      DELETE: 'delete',
    }[draft.method] ?? draft.method.toLowerCase();
  return noun === '' ? verb : `${verb}-${noun}`;
}
