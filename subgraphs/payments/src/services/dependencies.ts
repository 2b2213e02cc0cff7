/** What the use cases work with, and the words in which they answer. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { Fault, FaultCode, OriginalFault } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { StationConnector } from '@nodo-aperto/kernel/soap';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Admission } from './admission.ts';
import type { CallEvidence } from './call-evidence.ts';
import type { HotPath } from './hot-path.ts';
import type { PaymentsMetrics } from './metrics.ts';
import type { Stations } from './stations/stations.ts';

export interface PaymentsDependencies {
  readonly database: Database;
  /** Waits until everything that ACA stated before is in this subgraph's copy of it. @throws DeadlineExceededError */
  archiveFollowed(deadlineMs: number): Promise<void>;
  /** What every payment asks of the database. */
  readonly hotPath: HotPath;
  readonly outbox: Outbox;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: PaymentsMetrics;
  /** Tokens and claims: unpredictable. */
  readonly random: RandomStream;
  readonly connector: StationConnector;
  readonly stations: Stations;
  /** How many requests of each PSP are under way. */
  readonly admission: Admission;
  /** Where every call is noted. */
  readonly evidence: CallEvidence;
}

/** A fault as plain data: it is kept under idempotency keys and goes out on every surface. */
export interface FaultData {
  readonly code: FaultCode;
  /** Who raised it: the node, or the creditor that answered KO. */
  readonly id: string;
  readonly description?: string;
  readonly original?: OriginalFault;
}

/** A business KO is an answer. */
export interface Refusal {
  readonly outcome: 'KO';
  readonly fault: FaultData;
}

/** What every use case of a PSP answers. */
export type Answer<Data extends object = object> = ({ readonly outcome: 'OK' } & Data) | Refusal;

export function refusal(fault: Fault): Refusal {
  const { code, id, description, original } = fault;
  return {
    outcome: 'KO',
    fault: { code, id, ...(description !== undefined && { description }), ...(original !== undefined && { original }) },
  };
}
