import type { Plan } from './plan.ts';

/** The environment variables that set parts of the API's address, of operations' own servers too, each with its default. */
export function addressVariables({
  server,
  operations,
}: Pick<Plan, 'server' | 'operations'>): ReadonlyMap<string, string> {
  const servers = [server, ...operations.flatMap((operation) => operation.server ?? [])];
  const pieces = servers.flatMap((one) => one.pieces.filter((piece) => typeof piece !== 'string'));
  return new Map(pieces.map((piece) => [piece.env, piece.default]));
}
