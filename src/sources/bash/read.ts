import { createHash } from 'node:crypto';
import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Result } from '../../model/diagnostic.ts';
import type { OutputExtension, SourceDocument } from '../../model/document.ts';
import type { JsonObject } from '../../model/json.ts';
import { readHttpie, readWget } from './clients.ts';
import { covers, withoutRepeats } from './covers.ts';
import { readCurl } from './curl.ts';
import { createSink, diagnoseDraft, type Sink, unusedArguments } from './diagnose.ts';
import { type NamedDraft, writeDocument } from './document.ts';
import { readFile } from './files.ts';
import type { Call } from './machine.ts';
import { nameDrafts, subject } from './names.ts';
import { apiNameOfFile, apiNameOfHost, baseName, kebab, withoutApiName } from './naming.ts';
import { type Draft, type DraftOptions, draft, holesIn } from './operation.ts';
import { parseScript, positionOf, type Script } from './parse.ts';
import { quoteRegex } from './pattern.ts';
import type { Problem } from './places.ts';
import type { Request } from './request.ts';
import { type Variant, variantsOf } from './resolve.ts';
import { type Command, type Scan, scan } from './scan.ts';
import { type UsageArgument, type UsageLine, usageLines, usageOf } from './usage.ts';
import { constant, type Filter, sizeOf } from './value.ts';

export interface BashOptions {
  /** SDL of the GraphQL API: gives types and checks the documents. */
  readonly schema?: string;
  /** Where the SDL stands, for messages. */
  readonly schemaFile?: string;
}

const MAX_SIZE = 1_000_000;
/** Pieces of text in all requests together. */
const MAX_PIECES = 40_000;

/**
 * Reads a hand-written wrapper: every HTTP call that the script can make becomes an operation of an OpenAPI 3.1 document. The script is never run; reading is bounded in
 * time and memory on any text.
 * Reports what is wrong with the calls (see the bash section of the codes), what could not be resolved, and a summary. There is a document whenever a call was found, with errors too:
 * an operation with an unresolved part carries it as `x-mcpgen.diagnostics`.
 * @param file as the user named it
 * @param text the script
 */
export async function readBash(
  file: string,
  text: string,
  options: BashOptions = {},
): Promise<Result<SourceDocument>> {
  const script = parseScript(file, text.slice(0, MAX_SIZE));
  const sink = createSink(script);
  if (text.length > MAX_SIZE) sink.add('budget', 0, 'the script is longer than 1 MB; the rest was not read');
  const schema = readSdl(options, sink);
  const found = scan(script);
  reportScan(script, found, sink);
  const understood = understand(script, found, schema, sink);
  const drafts = withoutRepeats(understood).filter(
    ({ draft }) => !understood.some((other) => covers(other.draft, draft)),
  );
  const kept = drafts.filter((entry) => !entry.left);
  const sites = new Set(drafts.flatMap(({ draft: { call } }) => [call.at, ...(call.twins ?? [])])).size;
  if (kept.length === 0) {
    sink.add(
      'no-calls',
      0,
      found.sites.length === 0
        ? 'no HTTP call was found in the script'
        : 'no HTTP call of the script can be described',
    );
    return { diagnostics: sink.list() };
  }
  const api = apiName(
    script,
    kept.map((entry) => entry.draft),
  );
  const single = singleName(script, api);
  const names = nameDrafts(drafts, api, single);
  const comments = commentsOf(script);
  const list = kept.map((entry): NamedDraft => {
    const name = names.get(entry.draft) ?? subject(entry.draft);
    const summary = commentFor(comments, entry.draft);
    return { draft: entry.draft, name, ...(summary === undefined ? {} : { summary }) };
  });
  const usage = usageLines(script);
  for (const { draft: one, name } of list) {
    diagnoseDraft(one, name, script, sink);
    for (const problem of one.problems)
      sink.add(
        problem.code,
        placeOf(script, problem) ?? one.call.at,
        `\`${name}\`: ${problem.message}`,
        problem.hint,
      );
    if (one.body?.node !== undefined && one.body.invalid !== undefined)
      sink.add(
        'json-invalid',
        one.body.invalid.at,
        `the body of \`${name}\` is not JSON: ${one.body.invalid.message}`,
        'the imported operation sends what is meant',
      );
    if (one.body?.rawNewline !== undefined)
      sink.add(
        'json-raw-newline',
        one.body.rawNewline,
        `a string in the body of \`${name}\` holds a line end, which JSON does not allow`,
        'the imported operation sends it escaped, as it is meant',
      );
  }
  reportUnused(
    drafts.map((entry) => entry.draft),
    list,
    usage,
    sink,
  );
  const unresolved = list.filter((entry) => entry.draft.problems.length > 0).length;
  const left = drafts.length - kept.length;
  const counts = `${plural(list.length, 'operation')} from ${plural(sites, 'curl call').replace('curl', clientsOf(list))}; ${unresolved} unresolved${left > 0 ? `; ${left} left out` : ''}`;
  sink.add('imported', 0, counts);
  for (const { draft: one, name } of list) sink.add('imported', one.call.from, describe(script, one, name));
  const written = writeDocument(
    script,
    api,
    list,
    `Imported from ${file.replace(/^.*[\\/]/, '')}: ${counts}.`,
  );
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    value: {
      document: JSON.parse(JSON.stringify(written.document)) as JsonObject,
      origins: written.origins,
      inputs: [{ file, sha256 }],
    },
    diagnostics: sink.list(),
  };
}

/** Escapes make a text shorter than it stands in the script: the word itself is the place. */
function placeOf(script: Script, { at, word = '' }: Problem): number | undefined {
  if (at === undefined || word === '') return at;
  const found = script.text.slice(at, at + 2_000).search(new RegExp(`\\b${quoteRegex(word)}\\b`));
  return found === -1 ? at : at + found;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function clientsOf(list: readonly NamedDraft[]): string {
  const clients = new Set(list.map((entry) => entry.draft.call.client));
  return clients.size === 1 ? ([...clients][0] ?? 'curl') : 'HTTP';
}

/** What a command became, and through which functions. */
function describe(script: Script, one: Draft, name: string): string {
  const through = one.call.through.filter((step) => step !== 'eval').map((step) => `\`${step}()\``);
  const path = through.length === 0 ? '' : `, through ${through.join(', ')}`;
  return `\`${name}\` is ${one.method} ${one.path}${path}, line ${positionOf(script, one.call.at).line}`;
}

function readSdl(options: BashOptions, sink: Sink): GraphQLSchema | undefined {
  if (options.schema === undefined) return undefined;
  try {
    return buildSchema(options.schema, { assumeValid: true, noLocation: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    sink.add(
      'graphql-invalid',
      0,
      `the schema ${options.schemaFile === undefined ? '' : `\`${options.schemaFile}\` `}cannot be read: ${message.split('\n')[0]}`,
    );
    return undefined;
  }
}

function reportScan(script: Script, found: Scan, sink: Sink): void {
  if (script.crlf) sink.add('crlf', 0, 'the script has CRLF line ends, with which bash does not run it');
  for (const error of (script.tree.errors ?? []).slice(0, 20))
    sink.add('bash-syntax', error.pos, `bash syntax: ${error.message.replace(/\.$/, '')}`);
  for (const note of found.notes) sink.add(note.code, note.at, note.message, note.hint);
  if (found.exhausted) sink.add('budget', 0, 'the script is too large to be followed to its end');
  for (const site of found.unreached)
    sink.add('unreached-call', site, 'no way through the script leads to this call');
}

interface Understood {
  readonly draft: Draft;
  /** Needs an earlier answer, so it is no operation. */
  readonly left: boolean;
}

function understand(
  script: Script,
  found: Scan,
  schema: GraphQLSchema | undefined,
  sink: Sink,
): Understood[] {
  const usage = usageLines(script);
  const result: Understood[] = [];
  let pieces = 0;
  for (const command of found.commands) {
    const seen = new Set<string>();
    const line = usageOf(usage, command.words);
    for (const call of command.calls) {
      for (const variant of variantsOf(call)) {
        const requests = clientRequests(call, variant);
        const [first] = requests;
        const isHelper = (): boolean => {
          if (command.helper !== true) return false;
          const name = command.words.join(' ');
          sink.add('imported', call.from, `\`${name}\` is left out: other functions tell it what to send`);
          return true;
        };
        if (requests.every(({ urls }) => urls.length === 0) && !asksNothing(call) && !isHelper())
          sink.add(
            'unresolved',
            call.at,
            `the call of ${call.client} has no URL that can be known${first?.problems[0] === undefined ? '' : `: ${first.problems[0]}`}`,
            'it is left out; write its operation by hand',
          );
        for (const { request, url } of requests.flatMap((request) =>
          request.urls.map((url) => ({ request, url })),
        )) {
          pieces += 40 + sizeOf(url) + variant.argv.reduce((sum, { value }) => sum + sizeOf(value), 0);
          if (pieces > MAX_PIECES) {
            sink.add(
              'budget',
              call.at,
              'the script sends more requests than can be described; this and the later ones are left out',
            );
            return result;
          }
          const options: DraftOptions = {
            schema,
            usage: usageNames(line, command),
            operationName: (host) =>
              command.words.join('-') ||
              withoutApiName(
                command.entry === undefined ? baseName(script.file) : kebab(command.entry),
                apiNameOfHost(host) ?? '',
              ),
            output: outputOf(command.shapes.get(call.id) ?? []),
          };
          const one = draft(command, call, variant, request, url, options);
          const key = JSON.stringify([one.method, one.server.url, one.path, one.bound]);
          if (seen.has(key)) continue;
          seen.add(key);
          if (one.problems.length > 0 && isHelper()) continue;
          const left = isChained(one, url);
          if (left)
            sink.add(
              'response-chain',
              call.at,
              `the call to \`${one.path}\` needs the answer of an earlier call and is left out`,
              'one operation is one request: let the caller make both calls',
            );
          result.push({ draft: one, left });
        }
      }
    }
  }
  return result;
}

function clientRequests(call: Call, variant: Variant): Request[] {
  const files = (path: Parameters<typeof readFile>[1]) =>
    readFile(
      { state: { vars: variant.vars.copy(), args: [], out: [], facts: [] }, stdin: variant.stdin },
      path,
      call.at,
    );
  if (call.client === 'wget') return [readWget(variant, files)];
  return call.client === 'curl' ? readCurl(variant, files) : [readHttpie(variant)];
}

/** `curl --version` sends nothing. */
function asksNothing(call: Call): boolean {
  return call.argv.some(
    (item) =>
      item.kind === 'one' && /^(?:-V|-h|-M|--version|--help|--manual)$/.test(constant(item.value) ?? ''),
  );
}

function usageNames(line: UsageLine | undefined, command: Command): ReadonlyMap<number, UsageArgument> {
  return new Map(
    (line?.arguments ?? []).map((argument, index) => [index + 1 + command.words.length, argument]),
  );
}

/** Whether the request holds something of an earlier answer, apart from its credentials. */
function isChained(one: Draft, url: Parameters<typeof holesIn>[1]): boolean {
  const secret = new Set(one.credentials.flatMap((credential) => credential.holes));
  return holesIn(one.request, url).some((held) => held.source.kind === 'response' && !secret.has(held));
}

/** The filters behind a call as the command's default output. */
function outputOf(filters: readonly Filter[]): OutputExtension | undefined {
  const programs: string[] = [];
  let pretty = false;
  for (const filter of filters) {
    if (filter.kind === 'jq') programs.push(filter.program.trim());
    else if (filter.kind === 'pretty') pretty = true;
    else break;
  }
  if (programs.length === 0) return pretty ? { pretty: true } : undefined;
  return { jq: programs.join(' | '), ...(pretty ? { pretty: true } : {}) };
}

function apiName(script: Script, drafts: readonly Draft[]): string {
  const counts = new Map<string, number>();
  for (const one of drafts) {
    const name = apiNameOfHost(one.host);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best?.[0] ?? apiNameOfFile(script.file);
}

/** What the only operation of a script is called. */
function singleName(script: Script, api: string): string {
  return withoutApiName(baseName(script.file), api);
}

/** The comments above functions and arms of `case`, by the name below them. */
interface Comments {
  readonly functions: ReadonlyMap<string, string>;
  readonly arms: ReadonlyMap<string, string>;
}

const ABOVE_FUNCTION = /^[ \t]*#([^\n]*)\n[ \t]*(?:function[ \t]+)?([\w:.-]+)[ \t]*\(/gm;
const ABOVE_ARM = /^[ \t]*#([^\n]*)\n[ \t]*\(?["']?([^\s"'|()]+)["']?[ \t]*(?:\|[^\n)]*)?\)/gm;

function commentsOf(script: Script): Comments {
  const read = (pattern: RegExp): Map<string, string> => {
    const found = new Map<string, string>();
    for (const [, comment = '', name = ''] of script.text.matchAll(pattern))
      if (!found.has(name)) found.set(name, comment.replace(/^[\s#]+/, '').trim());
    return found;
  };
  return { functions: read(ABOVE_FUNCTION), arms: read(ABOVE_ARM) };
}

/** The comment above the function or the arm that a call stands in. */
function commentFor({ functions, arms }: Comments, one: Draft): string | undefined {
  const { entry, words } = one.command;
  const last = words.at(-1);
  const name = entry ?? one.call.through[0];
  // A helper's comment says nothing about the command that goes through it.
  const own =
    name !== undefined && (entry !== undefined || (last !== undefined && kebab(name).includes(kebab(last))));
  return [last === undefined ? undefined : arms.get(last), own ? functions.get(name) : undefined]
    .find(
      (found) =>
        found !== undefined &&
        /^[A-Za-z].{5,150}$/.test(found) &&
        !/^(?:shellcheck|usage)\b|[{}=]|---|===/i.test(found),
    )
    ?.replace(/\.$/, '');
}

function reportUnused(
  drafts: readonly Draft[],
  list: readonly NamedDraft[],
  usage: readonly UsageLine[],
  sink: Sink,
): void {
  const byCommand = new Map<Command, Draft[]>();
  for (const one of drafts) byCommand.set(one.command, [...(byCommand.get(one.command) ?? []), one]);
  for (const [command, group] of byCommand) {
    if (command.entry !== undefined) continue;
    const name = list.find((entry) => entry.draft.command === command)?.name ?? '';
    unusedArguments(group, usageOf(usage, command.words), name, sink);
  }
}
