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
    /** The revision that it takes the place of; absent for the first. */
    replacesRevision: revision.optional(),
    /** The first instant that is too late to replace it, by the field's calendar; whoever publishes later is not refused. */
    replaceableUntil: instant.optional(),
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

export const flowDraftCreated = defineEvent({
  name: 'flow.draft-created',
  version: 1,
  source: 'reporting',
  schema: z.object({ ...flowKey, declaredPayments: z.number().int().min(1), declaredAmount: cents, createdAt: instant }),
  describes: 'A PSP began a reporting flow, or a new revision of a published one.',
  entityKey: (flow) => `${flow.pspCode}/${flow.name}`,
  revision: (flow) => flow.revision,
  // A draft is its PSP's own.
  audience: (flow) => [audience.psp(flow.pspCode)],
});

export const flowUploadProgressed = defineEvent({
  name: 'flow.upload-progressed',
  version: 1,
  source: 'reporting',
  schema: z.object({
    ...flowKey,
    /** Number of the change of the draft that this is the state after. */
    change: z.number().int().min(1),
    receivedPayments: z.number().int().min(0),
    receivedAmount: cents,
    declaredPayments: z.number().int().min(1),
    declaredAmount: cents,
    at: instant,
  }),
  describes: 'Another twentieth of the payments that a draft declares has been uploaded.',
  entityKey: (flow) => `${flow.pspCode}/${flow.name}/${flow.revision}`,
  revision: (flow) => flow.change,
  audience: (flow) => [audience.psp(flow.pspCode)],
});

export const flowFinal = defineEvent({
  name: 'flow.final',
  version: 1,
  source: 'reporting',
  schema: z.object({ ...flowKey, finalAt: instant }),
  describes: 'The time in which a published flow may be replaced is over: its last revision is the final one.',
  entityKey: (flow) => `${flow.pspCode}/${flow.name}/${flow.revision}`,
  revision: (flow) => flow.revision,
  audience: (flow) => [audience.psp(flow.pspCode), audience.creditor(flow.creditorFiscalCode)],
});

export const flowMissing = defineEvent({
  name: 'flow.missing-at-deadline',
  version: 1,
  source: 'reporting',
  schema: z.object({
    pspCode: code,
    creditorFiscalCode: fiscalCode,
    operativeDay: day,
    dueDay: day,
    /** Transfers of the operative day that no published flow reports, and what they add up to. */
    payments: z.number().int().min(1),
    amount: z.number().int().min(1),
    foundAt: instant,
  }),
  describes: 'The deadline for reporting an operative day has passed, and a PSP has not reported all that it booked for a creditor.',
  entityKey: (missing) => `${missing.pspCode}/${missing.creditorFiscalCode}/${missing.operativeDay}`,
  revision: () => 1,
  audience: (missing) => [audience.psp(missing.pspCode), audience.creditor(missing.creditorFiscalCode)],
});

export const reconciliationDone = defineEvent({
  name: 'reconciliation.done',
  version: 1,
  source: 'reporting',
  schema: z.object({
    /** Number of the run. */
    run: z.number().int().min(1),
    fromDay: day,
    toDay: day,
    /** Whom it is about: a PSP and a creditor that took part, or what the run was asked for, which may be one of the two or neither. */
    pspCode: code.optional(),
    creditorFiscalCode: fiscalCode.optional(),
    /** What does not agree between them and nobody has said is dealt with. */
    openItems: z.number().int().min(0),
    doneAt: instant,
  }),
  describes:
    'Bookings, flows and credit transfers of operative days have been compared: once for each PSP and creditor, and once for the run.',
  entityKey: (done) => `${done.run}/${done.pspCode ?? '*'}/${done.creditorFiscalCode ?? '*'}`,
  revision: () => 1,
  audience: (done) => [
    ...(done.pspCode === undefined ? [] : [audience.psp(done.pspCode)]),
    ...(done.creditorFiscalCode === undefined ? [] : [audience.creditor(done.creditorFiscalCode)]),
  ],
});
