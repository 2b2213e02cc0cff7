/** What resolvers of the quality subgraph find in their context. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Stream } from '@nodo-aperto/kernel/events';
import type { SubgraphContext } from '@nodo-aperto/kernel/graphql';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Qualifications } from '../services/qualifications.ts';
import type { QualificationReader } from '../services/read-qualifications.ts';
import type { NotifyCalls } from '../services/record-notify-calls.ts';
import type { FigureParts } from '../services/record-partner-figures.ts';
import type { ResultReader } from '../services/read-results.ts';
import type { ServiceLevelReader } from '../services/service-level/read-service-levels.ts';

export interface QualityServices {
  results: ResultReader;
  notifyCalls: NotifyCalls;
  database: Database;
  clock: Clock;
  stream: Stream;
  qualifications: Qualifications;
  qualificationReader: QualificationReader;
  partnerParts: FigureParts;
  serviceLevels: ServiceLevelReader;
}
export type Context = SubgraphContext<QualityServices>;

/** The arguments that every list takes, for people. */
export const FIRST = 'How many, 1 to 100; 20 by default.';
export const AFTER = 'Cursor of the last one seen.';
