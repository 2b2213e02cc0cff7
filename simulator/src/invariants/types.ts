import type { RunLedger } from '../ledger/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';

export interface InvariantContext {
  /** What the simulator did and saw. */
  readonly ledger: RunLedger;
  readonly platform: PlatformClient;
  /** Whether the run is over: what may still be under way during it must have come to its end. */
  readonly final: boolean;
}

/** A rule that did not hold. */
export interface Violation {
  readonly invariant: string;
  /** One sentence. */
  readonly what: string;
  /** Everything that is known of the notice, oldest first. */
  readonly story: readonly string[];
}

/** A rule that holds whatever fails. */
export interface Invariant {
  readonly name: string;
  /** Where it is explained: an anchor of docs/simulate.md. */
  readonly page: string;
  /** @throws PlatformUnreachableError, PlatformRefusalError */
  check(context: InvariantContext): Promise<readonly Violation[]>;
}
