/** What the parts of a run share. */
import type { Fleet, IssuedNotice } from '../creditors/index.ts';
import type { Violation } from '../invariants/index.ts';
import type { RunLedger } from '../ledger/index.ts';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { PlatformClient } from '../platform-client/index.ts';
import type { RunPlan, Scenario } from '../scenario/index.ts';
import type { OwnPlatform } from './own-platform.ts';
import type { PlatformTime } from './platform-time.ts';
import type { Sample } from './report.ts';
import type { RunClock } from './run-clock.ts';

export interface RunOptions {
  readonly scenario: Scenario;
  /** Name of the scenario's file, for the report. */
  readonly file: string;
  readonly seed: number | string;
  readonly short: boolean;
  /** A platform that is there already, and its data folder; one of the run's own when absent. */
  readonly target?: { readonly baseUrl: string; readonly folder: string };
  /** Where the creditors listen, and the host by which the platform calls them; both 127.0.0.1 when absent. */
  readonly creditorsAt?: { readonly host: string; readonly advertisedHost: string };
  readonly log: Logger;
  /** Breaks the run off: what has been seen until then is reported. */
  readonly signal: AbortSignal;
  readonly onSample?: (sample: Sample) => void;
  readonly onPhase?: (phase: string) => void;
}

export interface World {
  readonly options: RunOptions;
  readonly plan: RunPlan;
  readonly clock: RunClock;
  readonly time: PlatformTime;
  readonly client: PlatformClient;
  readonly baseUrl: string;
  readonly fleet: Fleet;
  readonly ledger: RunLedger;
  readonly platform?: OwnPlatform;
  /** Stations of arrivals that were let go. */
  readonly overflow: string[];
  readonly samples: Sample[];
  /** Notices of debts in instalments. */
  readonly debts: Map<number, readonly IssuedNotice[]>;
  /** Tokens that are in a reporting flow. */
  readonly reported: Set<string>;
  /** By their sentence: each is found again at every check. */
  readonly violations: Map<string, Violation>;
}

/** Keeps violations that a check found. */
export function note({ violations }: Pick<World, 'violations'>, found: readonly Violation[]): void {
  for (const violation of found) violations.set(`${violation.invariant} ${violation.what}`, violation);
}
