import { glob } from './curate/glob.ts';
import { diagnostic } from './model/codes.ts';
import type { Diagnostic, Result } from './model/diagnostic.ts';
import type { AgentManifest, ApiManifest, ApiRoute, Linkage } from './model/file.ts';
import { pointerTo } from './model/json.ts';
import { nearest } from './model/nearest.ts';
import { toolTokens } from './model/tool.ts';

/** What one role of agents gets, as `mcpgen.yaml` says it. */
export interface Profile {
  readonly name: string;
  /** The file that says it. */
  readonly file: string;
  /** Absent: every API. null: all of an API. */
  readonly apis?: { readonly [api: string]: Share | null };
  /** The user's own servers that it gets. Absent: all if nothing else is limited, else none: of those nobody knows what they can do. */
  readonly servers?: readonly string[];
  /** Only operations that change nothing. */
  readonly readOnly: boolean;
}

/** The part of an API that a role gets: any match includes, no `include` is all, `exclude` wins. */
interface Share {
  readonly include?: Selection;
  readonly exclude?: Selection;
  readonly readOnly: boolean;
}

const FIELDS = ['operationId', 'tag', 'path'] as const;
type Field = (typeof FIELDS)[number];
type Selection = { readonly [field in Field]: readonly string[] };
type LinkedApi = ApiManifest & ApiRoute;
type OperationEntry = ApiManifest['operations'][number];

/**
 * The profiles that a build makes: those that are asked for, and those that the output has already, so that a later build keeps them up to date.
 * One that `mcpgen.yaml` no longer has is made no more.
 * @param wanted names on the command line
 * @param recorded names in the output
 * @returns Reports `profile-unknown`
 */
export function chooseProfiles(
  profiles: readonly Profile[],
  wanted: readonly string[],
  recorded: Iterable<string>,
): Result<readonly Profile[]> {
  const names = profiles.map(({ name }) => name);
  const diagnostics = wanted
    .filter((name) => !names.includes(name))
    .map((name) => {
      const meant = nearest(name, names);
      const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
      return diagnostic('profile-unknown', `mcpgen.yaml has no profile \`${name}\``, {
        hint: meant === undefined ? known : `did you mean \`${meant}\`?`,
      });
    });
  const chosen = new Set([...wanted, ...recorded]);
  return { value: profiles.filter(({ name }) => chosen.has(name)), diagnostics };
}

/**
 * What is left of all APIs and servers for one role. An API of which nothing is left is gone. A role goes to the servers themselves: behind a hub
 * every agent has the hub's rights.
 * @returns the linkage, restricted. Reports `profile-no-match` for names and patterns that fit nothing
 */
export function restrict(
  linkage: Linkage,
  profile: Profile,
): { readonly linkage: Linkage; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const warn = (text: string, path: readonly string[], meant: string | undefined) => {
    const origin = { file: profile.file, pointer: pointerTo('', 'profiles', profile.name, ...path) };
    const hint = meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` };
    diagnostics.push(
      diagnostic('profile-no-match', `profile \`${profile.name}\`: ${text}`, { origin, ...hint }),
    );
  };
  const known = linkage.apis.map(({ name }) => name);
  for (const name of Object.keys(profile.apis ?? {})) {
    if (!known.includes(name)) warn(`there is no API \`${name}\``, ['apis', name], nearest(name, known));
  }
  const apis = linkage.apis.flatMap((api): LinkedApi[] => {
    const share = shareOf(profile, api.name);
    if (share === undefined) return [];
    const test = (which: 'include' | 'exclude') =>
      matcher(api.operations, share[which], (field, text, meant) =>
        warn(
          `no operation of \`${api.name}\` matches the ${field} pattern \`${text}\``,
          ['apis', api.name, which, field],
          meant,
        ),
      );
    const included = test('include');
    const excluded = test('exclude');
    const readOnly = profile.readOnly || share.readOnly;
    const operations = api.operations.filter(
      (operation) =>
        (included?.(operation) ?? true) &&
        !(excluded?.(operation) ?? false) &&
        (operation.readOnly || !readOnly),
    );
    if (operations.length === 0) return [];
    const { hub: _, ...direct } = api;
    return [{ ...direct, operations, tokens: toolTokens(operations) }];
  });
  const limited = profile.apis !== undefined || profile.readOnly;
  const wanted = profile.servers ?? (limited ? [] : linkage.external.map(({ name }) => name));
  const servers = linkage.external.map(({ name }) => name);
  for (const name of wanted) {
    if (!servers.includes(name)) warn(`there is no server \`${name}\``, ['servers'], nearest(name, servers));
  }
  const external = linkage.external.filter(({ name }) => wanted.includes(name));
  return { linkage: { apis, external }, diagnostics };
}

/** What the profile says of an API; undefined: it gets nothing of it. */
function shareOf({ apis }: Profile, name: string): Share | undefined {
  if (apis === undefined) return { readOnly: false };
  if (!Object.hasOwn(apis, name)) return undefined;
  return apis[name] ?? { readOnly: false };
}

/** A test whether any pattern of a selection fits an operation; undefined where the selection has none. A `tag` is what `--help` shows as a group. */
function matcher(
  operations: readonly OperationEntry[],
  selection: Selection | undefined,
  unused: (field: Field, text: string, meant: string | undefined) => void,
): ((operation: OperationEntry) => boolean) | undefined {
  const names = ({ id, group, path }: OperationEntry) => ({ operationId: id, tag: group, path });
  const tests = FIELDS.flatMap((field) =>
    (selection?.[field] ?? []).map((text) => {
      const matches = glob(text);
      const test = (operation: OperationEntry) => matches(names(operation)[field]);
      if (!operations.some(test)) {
        unused(field, text, nearest(text, new Set(operations.map((operation) => names(operation)[field]))));
      }
      return test;
    }),
  );
  return tests.length === 0 ? undefined : (operation) => tests.some((test) => test(operation));
}

/**
 * The commands of each API that the wrappers of a profile have after a build.
 * @param built names of the APIs whose wrappers this build makes; those of the others stay as they are
 * @param before what the output has of the profile
 */
export function commandsOf(
  { apis }: Linkage,
  built: ReadonlySet<string>,
  before: AgentManifest,
): { readonly [api: string]: readonly string[] } {
  const recorded = (name: string) =>
    before.commands !== undefined && Object.hasOwn(before.commands, name) ? before.commands[name] : undefined;
  return Object.fromEntries(
    apis.map(({ name, operations }) => [
      name,
      built.has(name) ? operations.map(({ command }) => command) : (recorded(name) ?? []),
    ]),
  );
}

/**
 * Wrappers that do not have what the profile now gives, since they could only be made again from specs that are not part of the build.
 * @param commands as commandsOf gives them
 * @returns `profile-stale`
 */
export function staleWrappers(
  profile: Profile,
  { apis }: Linkage,
  commands: { readonly [api: string]: readonly string[] },
): readonly Diagnostic[] {
  return apis
    .filter(
      ({ name, operations }) => operations.map(({ command }) => command).join() !== commands[name]?.join(),
    )
    .map(({ name }) =>
      diagnostic(
        'profile-stale',
        `profile \`${profile.name}\`: the command \`${name}\` is not what mcpgen.yaml says`,
        { hint: `build the spec of \`${name}\` too` },
      ),
    );
}
