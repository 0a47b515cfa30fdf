/** Something that is given up at its time, unless it is over before. */
export interface Deadline {
  readonly at: number;
  readonly passed: () => void;
  before: Deadline | undefined;
  after: Deadline | undefined;
}

export interface Deadlines {
  readonly add: (passed: () => void) => Deadline;
  readonly delete: (deadline: Deadline) => void;
}

/**
 * One clock for all that is given the same time: what began first ends first, so that only the first of them needs a timer.
 * A timer for each would cost more than all else that is done to watch over a call.
 * @param time milliseconds
 */
export function createDeadlines(time: number): Deadlines {
  // A list with links and no Set: a Set that is changed all the time leaves tables behind that keep alive what was in them.
  let first: Deadline | undefined;
  let last: Deadline | undefined;
  let watching = false;

  function remove(deadline: Deadline): void {
    const { before, after } = deadline;
    if (before !== undefined) before.after = after;
    else if (first === deadline) first = after;
    if (after !== undefined) after.before = before;
    else if (last === deadline) last = before;
    deadline.before = undefined;
    deadline.after = undefined;
  }

  function watch(): void {
    watching = false;
    const now = performance.now();
    while (first !== undefined && first.at <= now) {
      const { passed } = first;
      remove(first);
      passed();
    }
    if (first !== undefined) wake(first.at - now);
  }

  function wake(milliseconds: number): void {
    watching = true;
    // What it watches over keeps the process alive; the clock alone need not.
    setTimeout(watch, milliseconds).unref();
  }

  return {
    add(passed) {
      const deadline: Deadline = { at: performance.now() + time, passed, before: last, after: undefined };
      if (last !== undefined) last.after = deadline;
      else first = deadline;
      last = deadline;
      if (!watching) wake(time);
      return deadline;
    },
    delete: remove,
  };
}
