import type { VariableDefinitionNode } from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Tag } from './comments.ts';
import { nodeOrigin } from './sdl.ts';
import { didYouMean } from './suggest.ts';

/** What the comment at a variable tells mcpgen. */
export interface Tags {
  /** `@env NAME`: the environment variable that supplies the argument when the caller gives none. */
  readonly env?: string;
  /** `@positional`: may be given without its flag. */
  readonly positional: boolean;
  /** `@from ARGUMENT /REGEX/ [TEXT]`: the value is TEXT and the first group of REGEX in the text of ARGUMENT; absent where REGEX does not match. `uuid` and `!uuid` stand for regular expressions. */
  readonly from?: { readonly argument: string; readonly regex: string; readonly text: string };
  readonly diagnostics: readonly Diagnostic[];
}

const KNOWN = ['env', 'positional', 'from'];

/**
 * Two kinds of text that many arguments tell apart, ids and names: every text is of exactly one. What begins as a UUID does, with eight
 * hexadecimal digits and a dash, and goes on with such digits and dashes is taken for an id. `(.|[^.])` is any character, line ends too.
 */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['uuid', '^([0-9a-fA-F]{8}-[0-9a-fA-F-]*)$'],
  [
    '!uuid',
    '^([^-]*|[0-9a-fA-F-]*[^0-9a-fA-F-](.|[^.])*|[0-9a-fA-F]{0,7}-[0-9a-fA-F-]*|[0-9a-fA-F]{9,}-[0-9a-fA-F-]*)$',
  ],
]);

/**
 * Reads the tags of a variable.
 * @param variables names of the operation's variables
 */
export function readTags(
  tags: readonly Tag[],
  node: VariableDefinitionNode,
  variables: readonly string[],
): Tags {
  const diagnostics: Diagnostic[] = [];
  const origin = nodeOrigin(node);
  const file = 'file' in origin ? origin.file : '';
  const complain = (tag: Tag, message: string, hint: string): void => {
    const { line, column } = tag;
    diagnostics.push(diagnostic('graphql-comment', message, { origin: { file, line, column }, hint }));
  };
  let env: string | undefined;
  let positional = false;
  let from: Tags['from'];
  for (const tag of tags) {
    if (tag.name === 'positional' && tag.value === '') positional = true;
    else if (tag.name === 'positional') {
      complain(tag, '`@positional` takes nothing after it', 'describe the argument on a line of its own');
    } else if (tag.name === 'env') {
      if (/^[A-Za-z_]\w*$/.test(tag.value)) env = tag.value;
      else
        complain(
          tag,
          `\`${tag.value}\` is no name of an environment variable`,
          'write `@env LINEAR_TEAM_ID`',
        );
    } else if (tag.name === 'from') {
      const parts = /^(\w+)\s+(?:\/(.+)\/|(\S+))(?:\s+(.*))?$/.exec(tag.value);
      const [, argument = '', written, kind = '', text = ''] = parts ?? [];
      const regex = written ?? KINDS.get(kind) ?? '';
      if (parts === null || !hasGroup(regex)) {
        complain(
          tag,
          `\`@from ${tag.value}\` cannot be read`,
          'write `@from ARGUMENT /REGEX/` with a group in REGEX, such as `@from assignee /^(.+@.+)$/`, or `uuid` or `!uuid` in its place',
        );
      } else if (!variables.includes(argument)) {
        complain(
          tag,
          `\`${argument}\` is not a variable of the operation`,
          didYouMean(argument, variables) ?? 'name the variable whose text is taken apart',
        );
      } else from = { argument, regex, text };
    } else {
      complain(
        tag,
        `\`@${tag.name}\` is not a tag of mcpgen`,
        didYouMean(tag.name, KNOWN, '@') ??
          'known are `@env`, `@positional` and `@from`; text does not begin with `@`',
      );
    }
  }
  return {
    positional,
    diagnostics,
    ...(env === undefined ? {} : { env }),
    ...(from === undefined ? {} : { from }),
  };
}

function hasGroup(regex: string): boolean {
  try {
    // One alternative that always matches tells how many groups there are.
    return (new RegExp(`${regex}|`).exec('')?.length ?? 0) > 1;
  } catch {
    return false;
  }
}
