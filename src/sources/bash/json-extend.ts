import type { Presence } from './state.ts';
import { type Member, type Node, parseTemplate, printNode } from './template.ts';
import { holesOf, lengthOf, same, type Value } from './value.ts';

/** Objects are compared only up to this length: longer texts are no bodies that scripts make piece by piece. */
const MAX_LENGTH = 5_000;

/**
 * What one branch has added to a JSON object becomes members that are there on its way only: `body=$(jq '.title = $t' <<<"$body")`.
 * @param sofar the text that other branches have made of `before`
 * @param before the text where the branch began
 * @param now the text where it ended
 * @param presence when the additions are there
 * @returns undefined where the branch did anything else
 */
export function extendJson(sofar: Value, before: Value, now: Value, presence: Presence): Value | undefined {
  if (![sofar, before, now].every(looksLikeObject)) return undefined;
  const [old, base, changed] = [sofar, before, now].map((value) => parseTemplate(value).node);
  if (old === undefined || base === undefined || changed === undefined) return undefined;
  const extended = extend(old, base, changed, presence);
  return extended === undefined ? undefined : printNode(extended);
}

function looksLikeObject(value: Value): boolean {
  const [first, last] = [value[0], value.at(-1)];
  return (
    first?.kind === 'text' &&
    last?.kind === 'text' &&
    /^\s*\{/.test(first.text) &&
    /\}\s*$/.test(last.text) &&
    lengthOf(value) <= MAX_LENGTH
  );
}

function extend(old: Node, before: Node, now: Node, presence: Presence): Node | undefined {
  if (old.kind !== 'object' || before.kind !== 'object' || now.kind !== 'object') return undefined;
  const find = (members: readonly Member[], name: string): Member | undefined =>
    members.find((member) => member.name === name);
  if (!before.members.every(({ name }) => find(now.members, name) !== undefined)) return undefined;
  const members = [...old.members];
  for (const member of now.members) {
    const base = find(before.members, member.name);
    const index = members.findIndex(({ name }) => name === member.name);
    const place = members[index];
    if (base === undefined) {
      // A constant says nothing about when it is there: that is another request.
      if (place !== undefined || holesOf(printNode(member.node)).length === 0) return undefined;
      members.push({ ...member, optional: member.optional ?? presence });
    } else if (!same(printNode(base.node), printNode(member.node))) {
      const inner = place === undefined ? undefined : extend(place.node, base.node, member.node, presence);
      if (place === undefined || inner === undefined) return undefined;
      members[index] = { ...place, node: inner };
    }
  }
  return { kind: 'object', members };
}
