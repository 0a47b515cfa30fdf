import type { Api, Argument, Operation, Place } from '../model/api.ts';
import { diagnostic } from '../model/codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ArgumentPlan, OperationPlan } from '../model/plan.ts';
import { resolveSchema } from '../model/schema.ts';

/**
 * Chooses which arguments may be given without a flag: those that the document names, else the path's required ones, of GraphQL its only scalar.
 * @returns their ids, in order; errors into `diagnostics`: a name that no argument has
 */
export function positionals(
  api: Api,
  operation: Operation,
  placed: readonly { readonly argument: Argument; readonly places: readonly Place[] }[],
  key: (id: string) => string,
  diagnostics: Diagnostic[],
): readonly string[] {
  if (operation.positionals !== undefined) {
    return operation.positionals.flatMap((name) => {
      const found = placed.find(
        ({ argument }) => argument.name === name || argument.id === name || key(argument.id) === name,
      );
      if (found !== undefined) return [found.argument.id];
      const names = placed.map(({ argument }) => argument.name);
      diagnostics.push(noArgument(operation, name, 'to be positional', names));
      return [];
    });
  }
  const offered = placed.filter(({ argument }) => argument.required && !argument.hidden);
  const scalar = (argument: Argument): boolean => {
    const { kind } = resolveSchema(argument.schema, api.schemas);
    return kind !== 'object' && kind !== 'array' && kind !== 'intersection';
  };
  if (operation.graphql !== undefined) {
    const scalars = offered.filter(({ argument }) => scalar(argument));
    const [only] = scalars;
    return scalars.length === 1 && only !== undefined ? [only.argument.id] : [];
  }
  const names = operation.request.path.flatMap((piece) => ('parameter' in piece ? [piece.parameter] : []));
  const inPath = (place: Place): number => (place[0] === 'path' ? names.indexOf(place[1]) : -1);
  return offered
    .filter(({ argument, places }) => places.some((place) => inPath(place) >= 0) && scalar(argument))
    .map(({ argument, places }) => ({
      id: argument.id,
      at: Math.min(...places.map(inPath).filter((index) => index >= 0)),
    }))
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id);
}

/**
 * The spellings of the script that an operation was imported from, by the flags that its arguments have now.
 * Errors into `diagnostics`: a name that no argument has.
 */
export function planAliases(
  operation: Operation,
  list: readonly ArgumentPlan[],
  diagnostics: Diagnostic[],
): Pick<OperationPlan, 'aliases'> {
  const { aliases } = operation;
  if (aliases === undefined) return {};
  const flags = (aliases.flags ?? []).flatMap(({ flag, argument, value }) => {
    const found = list.find(({ name, key }) => name === argument || key === argument);
    if (found !== undefined)
      return [{ flag, argument: found.flag, ...(value === undefined ? {} : { value }) }];
    const names = list.map(({ name }) => name);
    diagnostics.push(noArgument(operation, argument, `to be given by \`${flag}\``, names));
    return [];
  });
  return { aliases: { commands: aliases.commands ?? [], flags } };
}

function noArgument(
  operation: Operation,
  name: string,
  purpose: string,
  names: readonly string[],
): Diagnostic {
  return diagnostic('argument-invalid', `\`${operation.id}\` has no argument \`${name}\` ${purpose}`, {
    hint: `Its arguments are: ${names.join(', ')}`,
    origin: operation.origin,
  });
}
