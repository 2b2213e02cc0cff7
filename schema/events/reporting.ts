/** Facts that the reporting subgraph states. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import { audience, cents, code, day, fiscalCode, instant, revision } from './shapes.ts';

/** Outcomes of a payment in a flow: EXECUTED 0, REVOKED 3, STAND_IN 4, STAND_IN_NO_RPT 8, NO_RPT 9. Source: domain facts, Reporting section 1.2. */
export const REPORTED_OUTCOMES = ['EXECUTED', 'REVOKED', 'STAND_IN', 'STAND_IN_NO_RPT', 'NO_RPT'] as const;
export type ReportedOutcome = (typeof REPORTED_OUTCOMES)[number];

const flowKey = { pspCode: code, name: z.string().min(10).max(35), revision, creditorFiscalCode: fiscalCode };

export const flowPublished = defineEvent({
  name: 'flow.published',
  version: 1,
  source: 'reporting',
  schema: z.object({
    ...flowKey,
    flowDate: instant,
    regulation: z.string().min(1).max(35),
    regulationDate: day,
    totalPayments: z.number().int().min(1),
    totalAmount: cents,
    publishedAt: instant,
  }),
  describes: 'A PSP published a reporting flow (flusso di rendicontazione), or a new revision of it.',
  entityKey: (flow) => `${flow.pspCode}/${flow.name}`,
  revision: (flow) => flow.revision,
  audience: (flow) => [audience.psp(flow.pspCode), audience.creditor(flow.creditorFiscalCode)],
});

/** The most lines in one event: a flow of any size is stated in parts. */
export const LINES_PER_EVENT = 1_000;

export const flowPaymentsReported = defineEvent({
  name: 'flow.payments-reported',
  version: 1,
  source: 'reporting',
  schema: z.object({
    ...flowKey,
    part: z.number().int().min(1),
    lines: z
      .array(
        z.object({
          index: z.number().int().min(1),
          iuv: z.string().min(1).max(35),
          /** The payment token, as the PSP reports it. */
          iur: z.string().min(1).max(35),
          idTransfer: z.number().int().min(1).max(5),
          amount: cents,
          outcome: z.enum(REPORTED_OUTCOMES),
          payDate: instant,
        }),
      )
      .min(1)
      .max(LINES_PER_EVENT),
  }),
  describes: 'Payments that a published flow reports, in parts of up to a thousand lines.',
  entityKey: (flow) => `${flow.pspCode}/${flow.name}/${flow.revision}/${flow.part}`,
  revision: () => 1,
  audience: (flow) => [audience.psp(flow.pspCode), audience.creditor(flow.creditorFiscalCode)],
});
