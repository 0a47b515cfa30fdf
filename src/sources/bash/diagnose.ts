import { type DiagnosticCode, diagnostic } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { isJson } from './body.ts';
import { credentialIn } from './naming.ts';
import type { Draft } from './operation.ts';
import { holesIn } from './operation.ts';
import { positionOf, type Script } from './parse.ts';
import { isUuid } from './presets.ts';
import type { UsageLine } from './usage.ts';
import { type Hole, holesOf, keyOf, type Value, valuesOf } from './value.ts';

/** Collects messages about a script, each once. */
export interface Sink {
  readonly add: (code: DiagnosticCode, at: number, message: string, hint?: string) => void;
  readonly list: () => readonly Diagnostic[];
}

/** Collects what is said of a script: each thing once at its place, and no more than anybody would read. */
export function createSink(script: Script): Sink {
  const found = new Map<string, { at: number; value: Diagnostic }>();
  return {
    add(code, at, message, hint) {
      const place = positionOf(script, at);
      const key = `${code} ${place.line}:${place.column} ${message}`;
      if (found.has(key) || found.size > 2_000) return;
      const origin = { file: script.file, ...place };
      found.set(key, {
        at,
        value: diagnostic(code, message, { origin, ...(hint === undefined ? {} : { hint }) }),
      });
    },
    list: () => [...found.values()].sort((a, b) => a.at - b.at).map((entry) => entry.value),
  };
}

/** What is wrong with a call as the script makes it: injection, secrets, errors that nobody sees. */
export function diagnoseDraft(draft: Draft, name: string, script: Script, sink: Sink): void {
  const { call, request } = draft;
  injections(draft, name, sink);
  for (const at of [...draft.leaked, ...literalKeys(draft)])
    sink.add(
      'literal-credential',
      at,
      'a key or password stands in the script',
      'it is not copied; remove it from the script and revoke it',
    );
  for (const credential of draft.credentials) {
    if (credential.literal !== undefined)
      sink.add(
        'literal-credential',
        credential.literal,
        'a key or password stands in the script',
        'it is not copied; remove it from the script and revoke it',
      );
    else if (credential.holes.length > 0)
      sink.add(
        'secret-in-argv',
        call.at,
        'the secret stands on the command line of curl, where every process can read it',
        'the generated command hands it over through a file descriptor',
      );
    for (const held of credential.holes) {
      const fallback = held.fallback?.[0];
      if (fallback?.kind === 'text')
        sink.add(
          'literal-credential',
          fallback.at,
          'a default for the secret stands in the script',
          'it is not copied; remove it from the script and revoke it',
        );
      if (held.source.kind === 'env' && !isChecked(held, draft, script))
        sink.add(
          'env-not-checked',
          held.born ?? held.at,
          `\`${held.source.name}\` is used without a check that it is set`,
          'the generated command says that it is missing and exits with status 3',
        );
    }
  }
  if (!request.fails && !request.status)
    sink.add(
      'http-errors-hidden',
      call.at,
      'the script succeeds when the API refuses',
      'the generated command exits with 3, 4 or 5',
    );
  if (!request.timeout) sink.add('no-timeout', call.at, 'the call has no time limit');
  if (request.recorded.length > 0)
    sink.add(
      'curl-option',
      call.at,
      `${request.recorded.map((option) => `\`${option}\``).join(', ')} ${request.recorded.length === 1 ? 'has' : 'have'} no place in the description of an API`,
    );
  if (draft.server.variables.length > 0)
    sink.add(
      'base-url',
      call.at,
      `the base URL comes from ${draft.server.variables.map((one) => `\`${one}\``).join(', ')}`,
      'set `<API>_BASE_URL` where the generated command runs',
    );
  for (const variable of draft.chosenBy)
    sink.add(
      'base-url',
      call.at,
      `\`${variable}\` could change the base URL`,
      'set `<API>_BASE_URL` where the generated command runs',
    );
  for (const argument of draft.arguments) {
    const { source, filters } = argument.hole;
    const at = argument.hole.born ?? argument.hole.at;
    const lossy = filters.find((filter) => filter.kind === 'other');
    if (
      source.kind === 'positional' &&
      argument.required &&
      argument.default === undefined &&
      !isChecked(argument.hole, draft, script)
    )
      sink.add(
        'missing-arg-not-checked',
        at,
        `\`${name}\` does not check that \`${argument.name}\` is given`,
        'the generated command refuses with status 2',
      );
    if (lossy !== undefined && source.kind !== 'command' && source.kind !== 'response')
      sink.add(
        'lossy-derivation',
        at,
        `\`${name}\` changes \`${argument.name}\` in a way that a description cannot say (${lossy.text})`,
        'the generated command takes the value as the API wants it',
      );
    if (source.kind === 'command')
      sink.add(
        'local-command',
        at,
        `\`${argument.name}\` comes from \`${source.text}\``,
        `the generated command takes it as \`--${argument.name.replaceAll('_', '-')}\``,
      );
    if (source.kind === 'one-of')
      sink.add('several-calls', at, `\`${name}\` sends one request for each \`${argument.name}\``);
  }
  for (const argument of draft.arguments) {
    const [fallback] = argument.hole.fallback ?? [];
    if (fallback?.kind === 'text' && argument.default === fallback.text && isUuid(fallback.text))
      sink.add(
        'hard-coded-id',
        fallback.at,
        `\`${fallback.text}\` is the identifier of one ${argument.name.replace(/_?id$/i, '').replace(/[_-]/g, ' ').trim() || 'thing'}`,
        `it becomes the default of \`${argument.name}\``,
      );
  }
  for (const preset of presets(draft)) {
    if (preset.source.kind !== 'preset') continue;
    const { source } = preset;
    if (source.why === 'page-size')
      sink.add(
        'fixed-page-size',
        preset.at,
        `\`${name}\` always asks for \`${source.name}\` = ${source.value}`,
        'it becomes the default of an optional argument',
      );
    else
      sink.add(
        'hard-coded-id',
        preset.at,
        `\`${source.value}\` is the identifier of one ${source.name.replace(/_?id$/i, '').replace(/[_-]/g, ' ').trim() || 'thing'}`,
        `it becomes the default of \`${source.name}\``,
      );
  }
  if (draft.graphql !== undefined && draft.graphql.guessed.length > 0)
    sink.add(
      'graphql-type-guessed',
      call.from,
      `the types of ${draft.graphql.guessed.map((one) => `\`$${one}\``).join(', ')} in \`${name}\` are guessed`,
      draft.graphql.checked
        ? 'the schema does not have where they stand: look at them when that is corrected'
        : 'give the schema with `--schema FILE`',
    );
}

/** Where keys stand in the headers and in what is sent, apart from the authentication. */
function literalKeys({ request, credentials }: Draft): number[] {
  const known = new Set(credentials.map((credential) => credential.literal));
  return [
    ...request.headers.map((header) => header.value),
    ...request.query.map((piece) => piece.value),
    ...request.data.map((piece) => piece.value),
    ...request.form.map((part) => part.value),
  ].flatMap((value) =>
    value.flatMap((part) => {
      const from = part.kind === 'text' ? credentialIn(part.text) : undefined;
      return part.kind !== 'text' || from === undefined || known.has(part.at + from) || known.has(part.at)
        ? []
        : [part.at + from];
    }),
  );
}

function presets(draft: Draft): Hole[] {
  return draft.arguments.map((argument) => argument.hole).filter((held) => held.source.kind === 'preset');
}

/** Whether the script makes sure that there is a value before it sends the request. */
function isChecked(held: Hole, draft: Draft, script: Script): boolean {
  const key = keyOf(held.source);
  if (draft.call.facts.some((fact) => fact.key === key && (fact.is === 'set' || fact.is === 'equals')))
    return true;
  if (held.source.kind === 'positional') {
    const { index } = held.source;
    if (
      draft.call.facts.some(
        (fact) => fact.is === 'set' && /^positional:/.test(fact.key) && Number(fact.key.slice(11)) >= index,
      )
    )
      return true;
  }
  return script.nounset;
}

/** Whether what an expression matches can hold nothing that breaks JSON or a URL. */
function isHarmless(regex: string): boolean {
  const classes = regex.match(/\[(?:\^?\]?)[^\]]*\]/g) ?? [];
  return !/\./.test(regex.replace(/\\.|\[[^\]]*\]/g, '')) && classes.every((one) => /^\[[\w-]+\]$/.test(one));
}

function injections(draft: Draft, name: string, sink: Sink): void {
  const { request } = draft;
  const names = new Map(draft.arguments.map((argument) => [keyOf(argument.hole.source), argument.name]));
  const report = (held: Hole, where: string, breaks: string): void => {
    const { kind } = held.source;
    if (kind !== 'positional' && kind !== 'flag' && kind !== 'rest' && kind !== 'stdin') return;
    // What a `case` makes of an argument is one of its constants.
    if (valuesOf(held).length > 0) return;
    if (held.filters.some((filter) => filter.kind === 'match' && isHarmless(filter.regex))) return;
    sink.add(
      'unescaped-interpolation',
      held.at,
      `\`${names.get(keyOf(held.source)) ?? name}\` is pasted into ${where} without escaping: ${breaks}`,
      'the generated command is immune: it sends the argument as one value',
    );
  };
  const escaped = (held: Hole, of: 'json' | 'url'): boolean =>
    held.filters.some((filter) => filter.kind === 'escape' && filter.of === of) &&
    !(of === 'json' && held.filters.some((filter) => filter.kind === 'pasted'));
  const scan = (value: Value, of: 'json' | 'url', where: string, breaks: string): void => {
    for (const held of holesOf(value)) if (!escaped(held, of)) report(held, where, breaks);
  };
  scan(draft.url, 'url', 'the URL', 'a space, `&`, `#` or `/` in it changes the request');
  for (const piece of request.query)
    if (piece.kind === 'text')
      scan(piece.value, 'url', 'the query string', '`&` or `+` in it changes the request');
  const json =
    draft.body?.node !== undefined || draft.body?.invalid !== undefined || isJson(draft.mediaType ?? '');
  for (const piece of request.data) {
    if (piece.kind === 'file' || piece.kind === 'binary-file') continue;
    if (draft.graphql !== undefined) {
      const document =
        draft.body?.node?.kind === 'object'
          ? draft.body.node.members.find((member) => member.name === 'query')?.node
          : undefined;
      const inside = document?.kind === 'string' ? holesOf(document.value) : [];
      for (const held of inside)
        report(held, 'the GraphQL document', 'a quote in it breaks the query, a crafted text replaces it');
      scan(
        piece.value.filter((part) => part.kind !== 'hole' || !inside.some((one) => one.at === part.at)),
        'json',
        'JSON',
        'a quote in it breaks the body',
      );
    } else if (json)
      scan(
        piece.value,
        'json',
        'JSON',
        'a quote, backslash or line end in it breaks the body, a crafted text adds members',
      );
    else if (piece.kind === 'text' && draft.mediaType === 'application/x-www-form-urlencoded')
      scan(piece.value, 'url', 'the form', '`&`, `+` or `%` in it changes the request');
  }
}

/** Arguments that the usage text names and no request uses. */
export function unusedArguments(
  drafts: readonly Draft[],
  line: UsageLine | undefined,
  name: string,
  sink: Sink,
): void {
  const [first] = drafts;
  if (line === undefined || first === undefined) return;
  const used = new Set<number>();
  let rest = Number.POSITIVE_INFINITY;
  for (const draft of drafts) {
    const values = [
      ...draft.call.argv.flatMap((item) => (item.kind === 'one' ? holesOf(item.value) : [])),
      ...(draft.call.stdin === undefined ? [] : holesOf(draft.call.stdin)),
      ...holesIn(draft.request, draft.url),
    ];
    for (const held of values) {
      if (held.source.kind === 'positional') used.add(held.source.index);
      if (held.source.kind === 'rest') rest = Math.min(rest, held.source.index);
    }
    for (const item of draft.call.argv) if (item.kind === 'rest') rest = Math.min(rest, item.index);
  }
  for (const [index, argument] of line.arguments.entries()) {
    const position = index + 1 + first.command.words.length;
    if (used.has(position) || position >= rest) continue;
    sink.add(
      'unused-argument',
      argument.at,
      `the usage of \`${name}\` names \`${argument.name}\`, and no request uses it`,
    );
  }
}
