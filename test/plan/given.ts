import { lower } from '../../src/lower/lower.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { OperationPlan, Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';

/** Lowers and plans a document of which only the interesting members are given. */
export function planned(
  document: JsonObject,
  file = 'specs/test.yaml',
): { readonly value: Plan | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const whole: JsonObject = {
    openapi: '3.1.0',
    info: { title: 'Test', version: '1' },
    paths: {},
    ...document,
  };
  const lowered = lower({ document: whole, origins: new Map([['', { file, pointer: '' }]]), inputs: [] });
  if (lowered.value === undefined) return { value: undefined, diagnostics: lowered.diagnostics };
  const result = plan(lowered.value, { file });
  return { value: result.value, diagnostics: [...lowered.diagnostics, ...result.diagnostics] };
}

/** The plan of a document that must have no errors. */
export function planOf(document: JsonObject, file?: string): Plan {
  const { value, diagnostics } = planned(document, file);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value;
}

/** The plan of one operation, `POST /x` unless a path is given. */
export function operationOf(
  operation: JsonObject,
  path = '/x',
  method = 'post',
  rest: JsonObject = {},
): OperationPlan {
  const [first] = planOf({ paths: { [path]: { [method]: operation } }, ...rest }).operations;
  if (first === undefined) throw new Error('no operation');
  return first;
}
