import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Result } from '../../model/diagnostic.ts';
import type { DeferredError, Input, SourceDocument } from '../../model/document.ts';
import { type JsonObject, member } from '../../model/json.ts';
import { bundle } from './bundle.ts';
import { checkPaths } from './check.ts';
import type { Report } from './complaints.ts';
import type { Rules } from './copy.ts';
import { openFiles } from './files.ts';
import { makeResolver } from './resolve.ts';
import { componentRoots, SHAPES_2, SHAPES_3 } from './shapes.ts';
import { upgradeSwagger } from './swagger.ts';
import { upgradeRequestBody, upgradeSchema } from './upgrade30.ts';

/** A parsed OpenAPI document. */
export interface OpenapiFile {
  /** As in `Origin.file`. */
  readonly name: string;
  /** Absolute; absent if the document did not come from the disk. */
  readonly path?: string;
  readonly root: JsonObject;
  readonly input: Input;
}

type Version = '2.0' | '3.0' | '3.1' | '3.2';

/** Rules by version. In 3.0 and 2.0 schemas are changed while they are copied; what else 2.0 has is changed afterwards. */
const RULES: { readonly [V in Version]: Rules } = {
  '2.0': {
    shapes: SHAPES_2,
    leaveOut: new Set(['definitions', 'parameters', 'responses', 'securityDefinitions']),
    siblings: false,
    schemas: '#/definitions/',
    upgrade: { schema: upgradeSchema },
  },
  '3.0': {
    shapes: SHAPES_3,
    leaveOut: new Set(['components']),
    siblings: false,
    schemas: '#/components/schemas/',
    upgrade: { schema: upgradeSchema, requestBody: upgradeRequestBody },
  },
  '3.1': {
    shapes: SHAPES_3,
    leaveOut: new Set(['components']),
    siblings: true,
    schemas: '#/components/schemas/',
    upgrade: {},
  },
  '3.2': {
    shapes: SHAPES_3,
    leaveOut: new Set(['components', '$self']),
    siblings: true,
    schemas: '#/components/schemas/',
    upgrade: {},
  },
};

/**
 * Reads an OpenAPI document with all files that it refers to.
 * @param options `limit`: the folder that `$ref`s may not leave, relative to the document's; absent: its own
 * @returns one OpenAPI 3.1 document (3.2 stays 3.2) whose `$ref`s are all `#/components/<section>/<name>`, with origins. Error: a version that
 * mcpgen does not read. Deferred to when the document has been cut down: references that cannot be followed, values of the wrong kind, limits
 */
export function readOpenapi(
  file: OpenapiFile,
  options: { readonly cwd: string; readonly limit?: string },
): Result<SourceDocument> {
  const { name, path, root } = file;
  const version = versionOf(name, root);
  if (typeof version !== 'string') return { diagnostics: [version] };
  const files = openFiles(
    { name, root, ...(path === undefined ? {} : { path }) },
    options.cwd,
    options.limit,
  );
  const diagnostics: Diagnostic[] = [];
  const deferred: DeferredError[] = [];
  const reported = new Set<Diagnostic>();
  const report: Report = (found, minor, at) => {
    for (const one of found) {
      if (one.severity === 'error' && !minor) {
        deferred.push({ diagnostic: one, at: at ?? one.origin ?? { file: name, pointer: '' } });
      } else if (!reported.has(one)) {
        reported.add(one);
        diagnostics.push(one.severity === 'error' ? { ...one, severity: 'warning' } : one);
      }
    }
  };
  const resolver = makeResolver(files, version === '3.1' || version === '3.2');
  const rules = RULES[version];
  const bundled = bundle(resolver, rules, componentRoots(version === '2.0' ? 2 : 3), report);
  const upgraded = version === '2.0' ? upgradeSwagger(bundled) : withVersion(bundled, version);
  const checked = checkPaths(upgraded, (found) => report(found, false));
  const inputs = [file.input, ...files.inputs()];
  return {
    value: { ...checked, inputs, ...(deferred.length === 0 ? {} : { deferred }) },
    diagnostics,
  };
}

function withVersion<T extends { readonly document: JsonObject }>(bundled: T, version: Version): T {
  const { document } = bundled;
  const openapi = version === '3.0' ? '3.1.0' : (document.openapi ?? version);
  return { ...bundled, document: { ...document, openapi: String(openapi) } };
}

/** Which OpenAPI a document says it is. Numbers are taken too: YAML's `swagger: 2.0` is one. */
function versionOf(file: string, root: JsonObject): Version | Diagnostic {
  const key = Object.hasOwn(root, 'openapi') ? 'openapi' : 'swagger';
  const value = member(root, key);
  const origin = { file, pointer: value === undefined ? '' : `/${key}` };
  if (value === undefined) {
    const message = 'The document has neither `openapi` nor `swagger`, which would say its version';
    return diagnostic('spec-unknown', message, { origin, hint: 'OpenAPI begins with `openapi: 3.1.0`' });
  }
  const text = String(value);
  const wanted = key === 'openapi' ? /^3(?:\.([0-2])(?:\..*)?)?$/.exec(text) : /^2(?:\.0)?$/.exec(text);
  if (wanted !== null) return key === 'swagger' ? '2.0' : (`3.${wanted[1] ?? '0'}` as Version);
  const name = key === 'swagger' ? 'Swagger' : 'OpenAPI';
  const message = `${name} ${text.slice(0, 40)} is not supported: mcpgen reads 2.0, 3.0, 3.1 and 3.2`;
  return diagnostic('spec-version', message, { origin });
}
