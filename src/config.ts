import { existsSync } from 'node:fs';
import * as z from 'zod';
import { schemaProblems } from './curate/problems.ts';
import { diagnostic } from './model/codes.ts';
import { hasErrors, type Result } from './model/diagnostic.ts';
import type { ExternalServer } from './model/file.ts';
import { pointerTo } from './model/json.ts';
import type { Profile } from './profiles.ts';
import { decode } from './sources/openapi/decode.ts';
import { readBytes } from './sources/openapi/files.ts';
import { parseText } from './sources/openapi/parse.ts';

/** What `mcpgen.yaml` says of a whole output, beyond any one spec. */
export interface Config {
  readonly external: readonly ExternalServer[];
  /** What each role of agents gets. */
  readonly profiles: readonly Profile[];
}

const name = z.string().regex(/^[a-z][a-z0-9-]{0,23}$/, 'must be lower case letters, digits and hyphens');
const values = z.record(z.string(), z.string()).default({});
const server = z.union([
  z.strictObject({
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
    env: values,
    description: z.string().default(''),
  }),
  z.strictObject({
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    headers: values,
    description: z.string().default(''),
  }),
]);
const patterns = z.array(z.string().min(1)).default([]);
const selection = z.strictObject({ operationId: patterns, tag: patterns, path: patterns }).exactOptional();
/** `github:` with nothing behind it is all of it. */
const share = z
  .strictObject({ include: selection, exclude: selection, readOnly: z.boolean().default(false) })
  .nullable();
const profile = z
  .strictObject({
    apis: z.record(z.string(), share).exactOptional(),
    servers: z.array(name).exactOptional(),
    readOnly: z.boolean().default(false),
  })
  .nullable();
const schema = z.strictObject({
  servers: z.record(name, server).default({}),
  profiles: z.record(name, profile).default({}),
});

/**
 * Reads `mcpgen.yaml`.
 * @param file given by the user, or undefined: `mcpgen.yaml` of the working folder if there is one
 * @returns the MCP servers that mcpgen does not generate, and the profiles, both sorted by name. Reports `config-invalid`, and what keeps any YAML from being read
 */
export function readConfig(file: string | undefined): Result<Config> {
  const path = file ?? 'mcpgen.yaml';
  const nothing: Config = { external: [], profiles: [] };
  if (file === undefined && !existsSync(path)) return { value: nothing, diagnostics: [] };
  const bytes = readBytes(path, path);
  if (bytes.value === undefined) return { diagnostics: bytes.diagnostics };
  const text = decode(path, bytes.value).value ?? '';
  if (/^(?:\s|#.*)*$/.test(text)) return { value: nothing, diagnostics: [] };
  const { value: data, diagnostics } = parseText(path, text);
  if (data === undefined || hasErrors(diagnostics)) return { diagnostics };
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const problems = schemaProblems(schema, data).map(({ path: steps, message, hint }) =>
      diagnostic('config-invalid', `\`${steps.join('.') || path}\` ${message}`, {
        origin: { file: path, pointer: pointerTo('', ...steps) },
        ...(hint === undefined ? {} : { hint }),
      }),
    );
    return { diagnostics: [...diagnostics, ...problems] };
  }
  const external = Object.entries(parsed.data.servers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, entry]): ExternalServer =>
        'command' in entry ? { name, kind: 'stdio', ...entry } : { name, kind: 'http', ...entry },
    );
  const profiles = Object.entries(parsed.data.profiles)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, entry]): Profile => ({ name, file: path, readOnly: false, ...entry }));
  return { value: { external, profiles }, diagnostics };
}
