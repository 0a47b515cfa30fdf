import { CODES } from './model/codes.ts';
import { nearest } from './model/nearest.ts';
import { createReporter, processStreams } from './report.ts';

/**
 * `mcpgen explain`: prints what a code means and what to do.
 * @returns what is wrong with the command line, if anything is
 */
export function runExplain(code: string): string | undefined {
  if (!isCode(code)) {
    const meant = nearest(code, Object.keys(CODES));
    return `there is no code ${code}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  }
  const { severity, doc } = CODES[code];
  createReporter(processStreams()).line(`${code} (${severity})\n\n${doc}`);
  return undefined;
}

function isCode(code: string): code is keyof typeof CODES {
  return Object.hasOwn(CODES, code);
}
