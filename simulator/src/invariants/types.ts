import type { NoticeKey, RunLedger } from '../ledger/index.ts';
import type { BooksView } from './platform-books.ts';

export interface InvariantContext {
  /** What the simulator did and saw. */
  readonly ledger: RunLedger;
  /** What the platform says of itself now. */
  readonly books: BooksView;
  /** Whether the run is over: what may still be under way during it must have come to its end. */
  readonly final: boolean;
}

/** A rule that a module found broken. */
export interface Finding {
  /** One sentence. */
  readonly what: string;
  /** The notice that it is about; absent when it is about no single one. */
  readonly notice?: NoticeKey;
}

/** A rule that did not hold, as it is reported. */
export interface Violation {
  readonly invariant: string;
  /** One sentence. */
  readonly what: string;
  /** Everything that is known of the notice, by the simulator and by the platform, oldest first. */
  readonly story: readonly string[];
}

/** A rule that holds whatever fails. */
export interface Invariant {
  readonly name: string;
  /** Where it is explained: an anchor of docs/invariants.md. */
  readonly page: string;
  /** @throws PlatformUnreachableError, PlatformRefusalError */
  check(context: InvariantContext): Promise<readonly Finding[]> | readonly Finding[];
}
