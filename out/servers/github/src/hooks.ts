// Yours: written once, never overwritten. Build again after a change.
import type { Hooks } from './runtime/hooks.ts';

/** Changes a request before it leaves; the secret is already in it. Return undefined to leave it as it is. */
export const onRequest: NonNullable<Hooks['onRequest']> = (_request, _context) => {
  // return { ...request, headers: [...request.headers, ['X-Team', 'platform']] };
  return undefined;
};

/** Changes an answer before it becomes the tool's result. Return undefined to leave it as it is. */
export const onResponse: NonNullable<Hooks['onResponse']> = (_answer, _context) => {
  // return { ...answer, bytes: Buffer.from(answer.bytes.toString('utf8').replaceAll('secret', '***')) };
  return undefined;
};
