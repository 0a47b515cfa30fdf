import { compareArguments } from './arguments.ts';
import type { Change, Part } from './change.ts';
import type { Side } from './load.ts';
import { compareSchemas, type SchemaChange, whereOf } from './schema.ts';
import { apiSecrets, compareSecurity } from './secrets.ts';
import type { OperationDetails, Surface, SurfaceOperation } from './surface.ts';

/** Compares two states of one API, or of several, matched by name. One API on each side is the same API whatever its name. */
export function compareOutputs(before: Side, after: Side): readonly Change[] {
  const [old, fresh] = [before.apis[0], after.apis[0]];
  if (before.apis.length === 1 && after.apis.length === 1 && old !== undefined && fresh !== undefined) {
    return compareApis(old, fresh);
  }
  const names = [...new Set([...before.apis, ...after.apis].map(({ name }) => name))].sort();
  return names.flatMap((name): readonly Change[] => {
    const [one, other] = [before, after].map(({ apis }) => apis.find((api) => api.name === name));
    if (one !== undefined && other !== undefined) return compareApis(one, other);
    // One spec says nothing of the other APIs of an output.
    if (one === undefined) {
      if (before.whole || !after.whole)
        return [{ breaking: false, kind: 'api', api: name, message: 'the API is new' }];
      return [];
    }
    return after.whole ? [{ breaking: true, kind: 'api', api: name, message: 'the API is gone' }] : [];
  });
}

/** Compares two states of one API. Operations are matched by id, then by command, then by request. */
export function compareApis(before: Surface, after: Surface): readonly Change[] {
  const changes: Change[] = [];
  const api = after.name;
  if (before.name !== api) {
    const message = `the command \`${before.name}\` is called \`${api}\` now`;
    changes.push({ breaking: true, kind: 'api', api, message });
  }
  if (before.baseUrl !== after.baseUrl) {
    const [was, is] = [before, after].map(({ baseUrl }) => (baseUrl === '' ? 'no server' : `\`${baseUrl}\``));
    // A deployment that gave the URL itself still does; one that did not must do so now.
    const breaking = after.baseUrl === '';
    changes.push({ breaking, kind: 'behaviour', api, message: `is sent to ${is}, was ${was}` });
  }
  const pairs = matchOperations(before.operations, after.operations);
  const kept = pairs.flatMap(([old, fresh]) =>
    old === undefined || fresh === undefined ? [] : ([[old, fresh]] as const),
  );
  const security = compareSecurity(kept);
  changes.push(...(security?.common ?? apiSecrets(before, after)).map((part) => ({ api, ...part })));
  for (const [old, fresh] of pairs) {
    const command = (old ?? fresh)?.command ?? '';
    const add = (part: Part) => changes.push({ api, command, ...part });
    if (old === undefined) {
      add({ breaking: false, kind: 'added', message: 'is new' });
    } else if (fresh === undefined) {
      add({ breaking: true, kind: 'removed', message: 'is gone' });
    } else {
      for (const part of [...compareOperations(old, fresh), ...(security?.own.get(old) ?? [])]) add(part);
    }
  }
  return changes;
}

type Pair = readonly [SurfaceOperation | undefined, SurfaceOperation | undefined];

function matchOperations(
  before: readonly SurfaceOperation[],
  after: readonly SurfaceOperation[],
): readonly Pair[] {
  const left = new Set(after);
  const found = new Map<SurfaceOperation, SurfaceOperation>();
  for (const key of ['id', 'command', 'request'] as const) {
    for (const old of before) {
      if (found.has(old)) continue;
      const matches = [...left].filter((fresh) => fresh[key] === old[key]);
      // Several operations of one request (GraphQL) say nothing about which is which.
      const [match] = matches;
      if (match === undefined || (key === 'request' && matches.length > 1)) continue;
      found.set(old, match);
      left.delete(match);
    }
  }
  return [
    ...before.map((old): Pair => [old, found.get(old)]),
    ...[...left].map((fresh): Pair => [undefined, fresh]),
  ];
}

function compareOperations(old: SurfaceOperation, fresh: SurfaceOperation): readonly Part[] {
  const parts: Part[] = [];
  const behaves = (message: string, breaking = false) => parts.push({ breaking, kind: 'behaviour', message });
  if (old.command !== fresh.command || old.tool !== fresh.tool) {
    const [was, is] = old.command === fresh.command ? [old.tool, fresh.tool] : [old.command, fresh.command];
    parts.push({ breaking: true, kind: 'renamed', message: `\`${was}\` is called \`${is}\` now` });
  }
  if (old.hidden !== fresh.hidden) {
    behaves(fresh.hidden ? 'is no longer offered' : 'is offered now', fresh.hidden);
  }
  if (old.request !== fresh.request) behaves(`sends ${fresh.request}, was ${old.request}`);
  if (old.readOnly !== fresh.readOnly) {
    behaves(fresh.readOnly ? 'is read-only now' : 'is no longer read-only', !fresh.readOnly);
  }
  const [was, is] = [old.details, fresh.details];
  if (was !== undefined && is !== undefined) {
    if (was.server !== is.server) {
      const [here, there] = [is, was].map(({ server }) =>
        server === '' ? 'the API’s server' : `\`${server}\``,
      );
      behaves(`is sent to ${here}, was ${there}`);
    }
    if (was.deprecated !== is.deprecated) {
      behaves(is.deprecated ? 'is deprecated now' : 'is no longer deprecated');
    }
  }
  return [...parts, ...compareArguments(old.args, fresh.args), ...compareAnswers(old, fresh)];
}

function compareAnswers(old: SurfaceOperation, fresh: SurfaceOperation): readonly Part[] {
  if (old.details !== undefined && fresh.details !== undefined) {
    return compareDescribed(old.details.answer, fresh.details.answer);
  }
  return old.output === undefined || fresh.output === undefined
    ? []
    : compareSchemas(old.output, fresh.output).map(outputPart);
}

const ANSWERS = { json: 'JSON', text: 'text', binary: 'bytes', none: 'nothing' };

function compareDescribed(
  old: OperationDetails['answer'],
  fresh: OperationDetails['answer'],
): readonly Part[] {
  const output = (breaking: boolean, message: string): Part => ({ breaking, kind: 'output', message });
  if (old.kind !== fresh.kind) {
    return [
      output(old.kind !== 'none', `the answer is ${ANSWERS[fresh.kind]} now, was ${ANSWERS[old.kind]}`),
    ];
  }
  if (old.schema === undefined) return [];
  if (fresh.schema === undefined) return [output(true, 'the answer is no longer described')];
  return compareSchemas(old.schema, fresh.schema).map(outputPart);
}

/** An answer breaks its readers where it no longer holds what they read, or something of another type. */
function outputPart({ path, about, wider, message }: SchemaChange): Part {
  return {
    breaking: about === 'gone' || about === 'optional' || (about === 'type' && wider),
    kind: 'output',
    message: `the answer${path === '' ? '' : `'s ${whereOf(path)}`}: ${about === 'gone' ? 'is gone' : message}`,
  };
}
