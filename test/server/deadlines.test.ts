import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeadlines } from '../../generators/server/runtime/deadlines.ts';

describe('deadlines', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('pass at their time and in their order, those that are over before not at all', () => {
    const deadlines = createDeadlines(1000);
    const passed: string[] = [];
    const add = (name: string) => deadlines.add(() => passed.push(`${name} ${performance.now() - start}`));
    const start = performance.now();
    const a = add('a');
    vi.advanceTimersByTime(300);
    add('b');
    const c = add('c');
    vi.advanceTimersByTime(300);
    add('d');
    deadlines.delete(a);
    deadlines.delete(a);
    deadlines.delete(c);
    vi.advanceTimersByTime(699);
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(passed).toEqual(['b 1300']);
    deadlines.delete(c);
    vi.advanceTimersByTime(300);
    expect(passed).toEqual(['b 1300', 'd 1600']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may be added and deleted while others pass', () => {
    const deadlines = createDeadlines(100);
    const passed: string[] = [];
    deadlines.add(() => {
      passed.push('first');
      deadlines.delete(second);
      deadlines.add(() => passed.push('third'));
    });
    const second = deadlines.add(() => passed.push('second'));
    vi.advanceTimersByTime(100);
    expect(passed).toEqual(['first']);
    vi.advanceTimersByTime(100);
    expect(passed).toEqual(['first', 'third']);
  });

  it('one timer watches over all', () => {
    const deadlines = createDeadlines(100);
    for (let index = 0; index < 1000; index += 1) deadlines.add(() => {});
    expect(vi.getTimerCount()).toBe(1);
  });
});
