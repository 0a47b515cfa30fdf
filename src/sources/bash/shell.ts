import type { Expander } from './expand.ts';
import type { Flow, Machine, Way } from './machine.ts';
import type * as Syntax from './parse.ts';
import type { Item } from './state.ts';
import type { Condition } from './tests.ts';
import type { Value } from './value.ts';

/** What loops, builtins and programs need of the interpreter. */
export interface Shell {
  readonly machine: Machine;
  readonly expander: Expander;
  readonly list: (statements: readonly Syntax.Statement[]) => Flow;
  readonly node: (command: Syntax.PipelineNode | Syntax.AndOr | Syntax.CompoundList) => Condition;
  /** Runs a command that is already expanded to words. */
  readonly invoke: (items: readonly Item[], at: number) => Condition;
  /** Runs text that the script computes. */
  readonly evaluate: (text: Value, at: number) => Flow;
  readonly alternatives: (ways: readonly Way[]) => Flow;
}
