import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Json } from '../../src/model/json.ts';
import { packageRoot } from '../assets.ts';
import type { Statement } from './structures.ts';

/** TypeScript, or why there is none. */
export type PrintedTypes = { readonly text: string } | { readonly reason: string };

/** A file to print. */
export interface StatementsOf {
  readonly path: string;
  readonly statements: readonly Statement[];
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that answers questions. It is started by the first of them, or before; it ends with the process. */
interface Thread<Question, Answer> {
  readonly start: () => Worker;
  /** Ends it, unless it is at work. */
  readonly release: () => void;
  readonly ask: (question: Question) => Promise<Answer>;
}

function createThread<Question, Answer>(
  name: string,
  resourceLimits: ResourceLimits = {},
): Thread<Question, Answer> {
  const waiting = new Map<number, Waiting<Answer>>();
  let running: Worker | undefined;
  let asked = 0;
  const start = (): Worker => {
    if (running !== undefined) return running;
    const bundled = fileURLToPath(new URL(`${name}.cjs`, import.meta.url));
    const source = join(packageRoot, `generators/server/${name}.mjs`);
    const worker = new Worker(existsSync(bundled) ? bundled : source, { resourceLimits });
    worker.on('message', ({ id, answer }: { readonly id: number; readonly answer: Answer }) => {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
      // Nothing keeps the process alive but an answer that is waited for.
      if (waiting.size === 0) worker.unref();
    });
    worker.once('error', (error) => {
      running = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
    worker.unref();
    running = worker;
    return worker;
  };
  return {
    start,
    release: () => {
      if (waiting.size > 0) return;
      void running?.terminate();
      running = undefined;
    },
    ask: (question) => {
      const worker = start();
      asked += 1;
      const id = asked;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, question });
      });
    },
  };
}

// It makes very many small objects that do not live long.
const types = createThread<Json, PrintedTypes>('types-worker', { maxYoungGenerationSizeMb: 64 });
const statements = createThread<readonly StatementsOf[], readonly string[]>('print-worker');

/** Starts a thread of an emit before it is needed: each loads a TypeScript compiler, and the one that prints types has more to do then. */
export function startThread(which: 'types' | 'statements'): void {
  if (which === 'types') types.start();
  else statements.start();
}

/** Gives back what the threads hold, which is as large as what they have printed. The next question starts them again. */
export function releaseThreads(): void {
  types.release();
  statements.release();
}

/**
 * What openapi-typescript makes of a document.
 * @param document OpenAPI 3.1, which it is free to change: it gets a copy
 */
export const openapiTypes = types.ask;

/** What ts-morph prints for files of TypeScript: their texts, in order. */
export const printStatements = statements.ask;
