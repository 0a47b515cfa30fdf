import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isRecord } from './json.ts';
import type { Secrets, Settings } from './settings.ts';

/** Who calls: a token's name and what it may see. Every limit holds, and none that is undefined. */
export interface Caller {
  readonly name: string | undefined;
  readonly toolsets: readonly string[] | undefined;
  /** Names of tools: exactly these. */
  readonly tools: readonly string[] | undefined;
  readonly readOnly: boolean;
}

interface Token extends Caller {
  readonly sha256: Buffer;
}

export interface Tokens {
  /** Whether a token is needed at all. */
  readonly required: boolean;
  /** Who shows this token; undefined: nobody we know. */
  readonly find: (token: string) => Caller | undefined;
}

export const anonymous: Caller = {
  name: undefined,
  toolsets: undefined,
  tools: undefined,
  readOnly: false,
};

/** Who shows MCP_TOKEN. */
const byMcpToken: Caller = { ...anonymous, name: 'default' };

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * The tokens that clients may show: MCP_TOKEN, and those of a file that is read again when it changes.
 * @param report told about a file that has become unreadable; the tokens read before stay in force
 * @returns the tokens, and what is wrong with them at start
 */
export function createTokens(
  secrets: Secrets,
  { tokenIsSet, tokensFile: file }: Pick<Settings, 'tokenIsSet' | 'tokensFile'>,
  report: (message: string) => void,
): { readonly tokens: Tokens; readonly problems: readonly string[] } {
  let listed: readonly Token[] = [];
  let single: { readonly text?: string | undefined; readonly hash?: Buffer | undefined } = {};
  let modified = -1;
  let checked = 0;

  function reload(): string | undefined {
    if (file === undefined) return undefined;
    try {
      const now = statSync(file).mtimeMs;
      if (now === modified) return undefined;
      const read = parseTokens(readFileSync(file, 'utf8'));
      if (typeof read === 'string') return `MCP_TOKENS_FILE: ${read}`;
      listed = read;
      modified = now;
      return undefined;
    } catch (error) {
      return `MCP_TOKENS_FILE cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  const problems = [reload() ?? []].flat();
  if (tokenIsSet && secrets('MCP_TOKEN') === undefined) {
    problems.push('MCP_TOKEN_FILE cannot be read, or is empty');
  }
  return {
    problems,
    tokens: {
      // Not by what is in the files: one that is emptied would let everybody in.
      required: tokenIsSet || file !== undefined,
      find(token) {
        if (file !== undefined && Date.now() - checked > 1000) {
          checked = Date.now();
          const failed = reload();
          if (failed !== undefined) report(failed);
        }
        const hash = sha256(token);
        // Every token is compared, so that the time says nothing about which one was close.
        let found: Caller | undefined;
        const text = secrets('MCP_TOKEN');
        if (text !== single.text) single = { text, hash: text === undefined ? undefined : sha256(text) };
        if (single.hash !== undefined && timingSafeEqual(hash, single.hash)) found = byMcpToken;
        for (const one of listed) if (timingSafeEqual(hash, one.sha256)) found = one;
        return found;
      },
    },
  };
}

const KEYS = ['name', 'sha256', 'toolsets', 'tools', 'readOnly'];

/** @returns the tokens, or what is wrong. Nothing is passed over: a limit that is misspelt would be none. */
function parseTokens(text: string): readonly Token[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  if (!Array.isArray(value)) return 'it must be a list of {name, sha256, toolsets?, tools?, readOnly?}';
  const tokens: Token[] = [];
  for (const [index, one] of value.entries()) {
    if (!isRecord(one) || typeof one.name !== 'string' || one.name === '')
      return `entry ${index} needs a name`;
    const { name, sha256, toolsets, tools, readOnly = false } = one;
    const unknown = Object.keys(one).find((key) => !KEYS.includes(key));
    if (unknown !== undefined) return `\`${name}\`: \`${unknown}\` is none of ${KEYS.join(', ')}`;
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) {
      return `\`${name}\` needs sha256, 64 hex digits: printf %s "$TOKEN" | sha256sum`;
    }
    if (!isNames(toolsets)) return `\`${name}\`: toolsets must be a list of names`;
    if (!isNames(tools)) return `\`${name}\`: tools must be a list of names`;
    if (typeof readOnly !== 'boolean') return `\`${name}\`: readOnly must be true or false`;
    tokens.push({ name, sha256: Buffer.from(sha256, 'hex'), toolsets, tools, readOnly });
  }
  return tokens;
}

function isNames(value: unknown): value is readonly string[] | undefined {
  return value === undefined || (Array.isArray(value) && value.every((name) => typeof name === 'string'));
}
