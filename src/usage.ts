import { nearest } from './model/nearest.ts';
import { NEGATABLE, OPTIONS } from './options.ts';

/** A command line that mcpgen does not understand: exit status 2. */
export class UsageError extends Error {}

interface Option {
  readonly name: string;
  /** Takes no value. */
  readonly flag: boolean;
}

function optionsOf(command: string | undefined): readonly Option[] {
  const own = Object.entries(OPTIONS).filter(([name]) => name === command || command === undefined);
  const given = own.flatMap(([, options]) =>
    Object.entries<{ readonly type: string }>(options).flatMap(([name, { type }]) => [
      { name, flag: type === 'boolean' },
      ...(NEGATABLE.includes(name) ? [{ name: `no-${name}`, flag: true }] : []),
    ]),
  );
  return [...given, { name: 'help', flag: true }, { name: 'version', flag: true }];
}

/**
 * Does what yargs leaves undone: `--hub` of `build` takes a URL only as `--hub=URL`, so that it never swallows a spec;
 * no option is unknown, given both ways or (but for `--profile`) twice, and no flag has a value; what follows `--` is no option.
 * @param args the command line as typed
 * @returns the command line as yargs is to read it
 * @throws UsageError
 */
export function normalize(args: readonly string[]): readonly string[] {
  // What a completion script asks is no command line yet.
  if (args[0] === '--get-yargs-completions') return args;
  if (args[0] === 'help') return [...args.slice(1), '--help'];
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const command = args.slice(0, end).find((arg) => Object.hasOwn(OPTIONS, arg));
  const options = optionsOf(command);
  const seen = new Set<string>();
  for (const arg of args.slice(0, end)) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) continue;
    const option = options.find((one) => one.name === name);
    if (option === undefined) throw unknownOption(name, command, options);
    if (option.flag && value !== undefined) throw new UsageError(`--${name} takes no value`);
    const plain = name.replace(/^no-/, '');
    if (seen.has(plain) && plain !== 'profile') throw new UsageError(`--${plain} is given twice`);
    seen.add(plain);
  }
  const words = args.slice(0, end).map((arg) => (arg === '--hub' && command === 'build' ? '--hub=' : arg));
  const rest = args.slice(end + 1).map((arg) => (arg.startsWith('-') ? `./${arg}` : arg));
  return [...words, ...rest];
}

function unknownOption(name: string, command: string | undefined, options: readonly Option[]): UsageError {
  const elsewhere = command !== undefined && optionsOf(undefined).some((option) => option.name === name);
  const problem = elsewhere ? `${command} has no option --${name}` : `unknown option --${name}`;
  const names = options.map((option) => option.name);
  return new UsageError(meant(problem, elsewhere ? undefined : nearest(name, names), command, '--'));
}

/**
 * Says in mcpgen's words what yargs found wrong with a command line.
 * @param message as yargs has it
 * @param args the command line
 */
export function explainUsage(message: string, args: readonly string[]): string {
  const unknown = /^Unknown (?:argument|command)s?: ([^,]*)/s.exec(message)?.[1];
  if (unknown !== undefined) {
    const [command] = args;
    if (args.includes(`-${unknown}`)) return meant(`unknown option -${unknown}`, undefined, command);
    return unknown === command
      ? meant(`unknown command ${unknown}`, nearest(unknown, Object.keys(OPTIONS)))
      : meant(`unexpected argument ${unknown}`, undefined, command);
  }
  const valueless = /^Not enough arguments following: (.*)$/s.exec(message)?.[1];
  if (valueless !== undefined) return `--${valueless} wants a value`;
  const [, one, other] = /^Arguments (\S+) and (\S+) are mutually exclusive/.exec(message) ?? [];
  if (one !== undefined) return `--${one} and --${other} are mutually exclusive`;
  if (message.startsWith('Not enough non-option arguments')) {
    return meant('an argument is missing', undefined, args[0]);
  }
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function meant(problem: string, name: string | undefined, command?: string, prefix = ''): string {
  if (name !== undefined) return `${problem}; did you mean ${prefix}${name}?`;
  const known = command !== undefined && Object.hasOwn(OPTIONS, command);
  return `${problem}; see mcpgen ${known ? `${command} ` : ''}--help`;
}
