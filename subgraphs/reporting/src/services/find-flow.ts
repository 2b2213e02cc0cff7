/** How the official interface looks a flow up: by its PSP, its creditor, its name and its revision. */
import { Fault } from '@nodo-aperto/kernel/faults';
import { checkFlowName } from '../domain/check-flow-name.ts';
import { checkCreditor, checkPsp } from '../domain/check-parties.ts';
import type { FlowLine } from '../domain/flow.ts';
import { findFlow, type Numbered, type NumberedPage } from '../persistence/flow-pages.ts';
import type { LinePages } from '../persistence/line-pages.ts';
import type { FlowRow } from '../persistence/tables.ts';
import type { Writing } from './writing.ts';

export interface WantedFlow {
  pspCode: string;
  creditorFiscalCode: string;
  name: string;
  /** Of a published flow; or the draft. */
  revision: number | 'DRAFT';
}

type Reading = Pick<Writing, 'database' | 'directory'>;

/** @throws Fault FDR_2000, FDR_2001, FDR_2008, FDR_2009, FDR_3008, FDR_3009, FDR_3001, in this order */
export async function flowWanted({ database, directory }: Reading, wanted: WantedFlow): Promise<FlowRow> {
  checkPsp(await directory.psp(wanted.pspCode));
  checkCreditor(await directory.creditorInstitution(wanted.creditorFiscalCode));
  checkFlowName(wanted.name, wanted.pspCode);
  const flow = await database.read((manager) => findFlow(manager, wanted));
  if (!flow) throw new Fault('FDR_3001');
  return flow;
}

/** A page of the lines of a flow. @throws as `flowWanted` */
export async function linesWanted(
  { lines, ...reading }: Reading & { lines: LinePages },
  wanted: WantedFlow,
  page: NumberedPage,
): Promise<Numbered<FlowLine>> {
  const flow = await flowWanted(reading, wanted);
  return { rows: await lines.page(flow, page), total: flow.computedPayments };
}
