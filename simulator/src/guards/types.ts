import type { DrillName } from './drills/index.ts';

/** One change of a source: the snippet occurs exactly once in the file. */
export interface Edit {
  /** Path from the root of the project, with slashes. */
  readonly file: string;
  readonly snippet: string;
  readonly replacement: string;
}

/** A rule that the platform enforces, and how it is switched off for a test. */
export interface Guard {
  readonly name: string;
  /** One sentence: what it keeps from happening. */
  readonly keeps: string;
  /** All of them together switch it off: where a second wall stands behind the first, both go. */
  readonly edits: readonly Edit[];
  /** What it takes to need it, made in the sources too: these changes alone do no harm, as the run with all guards shows. */
  readonly strain?: readonly Edit[];
  /** What is done to a platform without it. */
  readonly drills: readonly DrillName[];
  /** Name of the invariant that should see it. */
  readonly watchedBy: string;
}
