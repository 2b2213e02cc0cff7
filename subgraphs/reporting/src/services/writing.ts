/** What the use cases that change flows work with. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { Jobs } from '@nodo-aperto/kernel/jobs';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { FlowAddress } from '../domain/check-address.ts';
import { checkFlowName } from '../domain/check-flow-name.ts';
import { checkPsp } from '../domain/check-parties.ts';

export type Parties = Pick<Directory, 'psp' | 'pspBroker' | 'channel' | 'creditorInstitution'>;

export interface Writing {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly directory: Parties;
  readonly clock: Clock;
}

/** What every request about an existing flow is checked for first. @throws Fault FDR_2000, FDR_2001, FDR_3008, FDR_3009 */
export async function checkSender({ directory }: Pick<Writing, 'directory'>, { pspCode, name }: FlowAddress): Promise<void> {
  checkPsp(await directory.psp(pspCode));
  checkFlowName(name, pspCode);
}
