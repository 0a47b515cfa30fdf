import type { Variable } from './state.ts';

/**
 * The variables of the shell at one point. A copy costs as much as has changed since the last compaction, so that following a branch is cheap where it changes little.
 */
export class Variables {
  private base: ReadonlyMap<string, Variable>;
  /** Changes over `base`; undefined: unset. */
  private readonly changes: Map<string, Variable | undefined>;

  constructor(
    base: ReadonlyMap<string, Variable> = new Map(),
    changes: ReadonlyMap<string, Variable | undefined> = new Map(),
  ) {
    this.base = base;
    this.changes = new Map(changes);
  }

  get(name: string): Variable | undefined {
    return this.changes.has(name) ? this.changes.get(name) : this.base.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, variable: Variable): void {
    this.changes.set(name, variable);
  }

  delete(name: string): void {
    this.changes.set(name, undefined);
  }

  *[Symbol.iterator](): IterableIterator<[string, Variable]> {
    for (const [name, variable] of this.base) if (!this.changes.has(name)) yield [name, variable];
    for (const [name, variable] of this.changes) if (variable !== undefined) yield [name, variable];
  }

  copy(): Variables {
    if (this.changes.size > MAX_CHANGES) {
      this.base = new Map(this);
      this.changes.clear();
    }
    return new Variables(this.base, this.changes);
  }

  /**
   * Joins several copies.
   * @param join gives the variable that the copies leave; called for those alone that they can differ in
   */
  static merge(
    all: readonly Variables[],
    join: (values: readonly (Variable | undefined)[]) => Variable,
  ): Variables {
    const [first] = all;
    if (first === undefined) return new Variables();
    const related = all.every((one) => one.base === first.base);
    const names = new Set(all.flatMap((one) => [...(related ? [] : one.base.keys()), ...one.changes.keys()]));
    const merged = new Variables(first.base, first.changes);
    for (const name of names) {
      const values = all.map((one) => one.get(name));
      const [one] = values;
      if (values.every((value) => value === one)) {
        if (one === undefined) merged.delete(name);
        else merged.set(name, one);
      } else merged.set(name, join(values));
    }
    return merged;
  }
}

const MAX_CHANGES = 40;
