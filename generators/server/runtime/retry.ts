import type { Client } from './client.ts';
import { isRateLimited } from './result.ts';
import type { Answer, RequestParts, Tool } from './tool.ts';
import { cancelled } from './upstream.ts';

/** How often a request is sent at most. */
export const attempts = 4;

/** Milliseconds to wait before another attempt, more each time and never the same for two callers. */
export function backoff(attempt: number): number {
  return 500 * 2 ** (attempt - 1) * (0.5 + Math.random());
}

/**
 * How long to wait before a request is sent again: anything that the API did not take for want of quota or of time, and
 * what may be sent twice also where a gateway failed.
 * @param longest milliseconds; an API that asks for more gets no other attempt
 * @returns milliseconds; undefined: the answer stands
 */
export function waitBefore(
  tool: Tool,
  sent: RequestParts,
  answer: Answer<unknown>,
  attempt: number,
  longest: number,
): number | undefined {
  const { status } = answer;
  const broken = (status === 502 || status === 503 || status === 504) && sent.retry === 'always';
  const asked = retryAfter(answer);
  if (!broken && !(status === 503 && asked !== undefined) && !isRateLimited(tool, answer)) return undefined;
  const wait = asked ?? backoff(attempt);
  return wait > longest ? undefined : wait;
}

/** Milliseconds that the API asks to wait: seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(answer: Answer<unknown>): number | undefined {
  const text = answer.headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Waits, unless the client hangs up. */
export function pause(milliseconds: number, client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    const hungUp = () => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      client.offHangUp(hungUp);
      resolve();
    }, milliseconds);
    client.onHangUp(hungUp);
  });
}
