import { isCancel, text } from '@clack/prompts';
import type { Ask } from './init.ts';

// Terminals that do not say how wide they are (serial lines, `script`, new containers) say 0, and every letter would get a line.
if (!process.stdout.columns) process.stdout.columns = 80;

/** Asks on the terminal. */
export const ask: Ask = async (question, fallback) => {
  const answer = await text({
    message: question,
    ...(fallback === undefined ? {} : { initialValue: fallback }),
    validate: (value) => (value?.trim() ? undefined : 'please say something, or press Ctrl+C'),
  });
  return isCancel(answer) ? undefined : answer.trim();
};
