/** Mutations: paCreatePosition for one and for many, and the fuller model. */
import { Allow, DateTimeScalar, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { noticeNumberParts } from '@nodo-aperto/kernel/identifiers';
import { invariant } from '@nodo-aperto/kernel/faults';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { deleteDebtPosition, invalidateDebtPosition, publishDebtPosition, updateDebtPosition } from '../services/change-debt-position.ts';
import { createDebtPosition } from '../services/create-debt-position.ts';
import { loadPositions } from '../services/load-positions.ts';
import { makeUnusedNoticeNumber } from '../services/make-notice-number.ts';
import { markNoticePaid } from '../services/mark-notice-paid.ts';
import { parseDraft } from '../services/read-draft.ts';
import type { FieldNames, RawFields } from '../services/read-thin-position.ts';
import { callerOf, creditorMeant, type NoticesContext, writerOf } from './context.ts';
import { withPrint, withPrintOfAll } from './print-created.ts';
import { CreatePositionInput, DebtPositionInput } from './inputs.ts';
import {
  CreatePositionsPayload,
  errorsOf,
  NoticeNumberPayload,
  payloadOf,
  PositionPayload,
  singlePayloadOf,
  throwIfForbidden,
} from './payloads.ts';

/** The graph calls the fields as the domain does. */
const NAMES: FieldNames = {
  creditorFiscalCode: 'creditorFiscalCode',
  debtorType: 'debtorType',
  debtorFiscalCode: 'debtorFiscalCode',
  debtorFullName: 'debtorFullName',
  iuv: 'iuv',
  noticeNumber: 'noticeNumber',
  amount: 'amount',
  description: 'description',
  expirationDate: 'expirationDate',
  iban: 'iban',
  postalIban: 'postalIban',
  switchToExpired: 'switchToExpired',
  payStandIn: 'payStandIn',
};

const CREDITOR = { nullable: true, description: 'Fiscal code of the creditor; the caller itself when absent.' } as const;
const PRINT = { defaultValue: false, description: 'Whether its notices are printed as well, in the background.' } as const;
const IUPD = { description: 'Id of the position.' } as const;

function loadOptions(context: NoticesContext) {
  const { role, tenant } = callerOf(context);
  return { actor: writerOf(context), names: NAMES, ...(role === 'EC' && tenant !== undefined && { creditorFiscalCode: tenant }) };
}

@Resolver()
export class LoadPositionResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PositionPayload, {
    description:
      'Creates, updates or (amount 0) invalidates the position of one notice, as paCreatePosition does. The key is the creditor with IUV and notice number.',
  })
  async createPosition(
    @Ctx() context: NoticesContext,
    @Arg('input', () => CreatePositionInput, { description: 'The notice.' }) input: CreatePositionInput,
    @Arg('print', () => Boolean, PRINT) print: boolean,
  ): Promise<PositionPayload> {
    const [result] = await loadPositions(context.services.writing, [rawFields(input)], loadOptions(context));
    invariant(result !== undefined, 'one item has one result');
    return print ? withPrint(context, result, singlePayloadOf(result)) : singlePayloadOf(result);
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => CreatePositionsPayload, {
    description:
      'createPosition for up to 1000 items in one transaction. Each is accepted or rejected on its own; items of one key apply in the order sent.',
  })
  async createPositions(
    @Ctx() context: NoticesContext,
    @Arg('items', () => [CreatePositionInput], { description: 'Up to 1000 notices.' }) items: CreatePositionInput[],
    @Arg('print', () => Boolean, {
      defaultValue: false,
      description: 'Whether the notices of what is accepted are printed as well, in the background: one request for all.',
    })
    print: boolean,
  ): Promise<CreatePositionsPayload> {
    const written = await loadPositions(context.services.writing, items.map(rawFields), loadOptions(context));
    const results = written.map(payloadOf);
    const rejected = results.filter(({ outcome }) => outcome === 'REJECTED').length;
    const payload: CreatePositionsPayload = { accepted: results.length - rejected, rejected, items: results, warnings: [] };
    return print ? withPrintOfAll(context, written, payload) : payload;
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => NoticeNumberPayload, {
    description: 'Makes a notice number for one of the creditor’s routes, with right check digits, that it has not used yet.',
  })
  async generateNoticeNumber(
    @Ctx() context: NoticesContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
  ): Promise<NoticeNumberPayload> {
    const made = await makeUnusedNoticeNumber(context.services.writing, writerOf(context), creditorMeant(context, creditorFiscalCode));
    throwIfForbidden(made);
    if (!made.ok) return { errors: errorsOf(made.refusal) };
    return { noticeNumber: made.value, iuv: noticeNumberParts(made.value).iuv, errors: [] };
  }
}

@Resolver()
export class DebtPositionWriteResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PositionPayload, { description: 'Creates a position of the fuller model: options, instalments, transfers.' })
  async createDebtPosition(
    @Ctx() context: NoticesContext,
    @Arg('input', () => DebtPositionInput, { description: 'The position.' }) input: DebtPositionInput,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
    @Arg('publish', () => Boolean, { defaultValue: true, description: 'Whether it is published at once; otherwise it is a draft.' })
    publish: boolean,
    @Arg('aca', () => Boolean, { defaultValue: true, description: 'Whether it goes into the central archive of notices (ACA).' })
    aca: boolean,
    @Arg('print', () => Boolean, PRINT) print: boolean,
  ): Promise<PositionPayload> {
    const creditor = creditorMeant(context, creditorFiscalCode);
    const options = { actor: writerOf(context), creditorFiscalCode: creditor, aca, publish };
    const result = await createDebtPosition(context.services.writing, parseDraft(input, creditor), options);
    return print ? withPrint(context, result, singlePayloadOf(result)) : singlePayloadOf(result);
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PositionPayload, { description: 'Replaces the content of a position that is neither INVALID nor paid in any part.' })
  async updateDebtPosition(
    @Ctx() context: NoticesContext,
    @Arg('input', () => DebtPositionInput, { description: 'The position as it shall be.' }) input: DebtPositionInput,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
    @Arg('publish', () => Boolean, { defaultValue: false, description: 'Whether a draft is published with it.' }) publish: boolean,
  ): Promise<PositionPayload> {
    const creditor = creditorMeant(context, creditorFiscalCode);
    const key = { creditorFiscalCode: creditor, iupd: input.iupd };
    return singlePayloadOf(
      await updateDebtPosition(context.services.writing, parseDraft(input, creditor), { actor: writerOf(context), key, publish }),
    );
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PositionPayload, { description: 'Publishes a DRAFT position.' })
  async publishDebtPosition(
    @Ctx() context: NoticesContext,
    @Arg('iupd', () => String, IUPD) iupd: string,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
  ): Promise<PositionPayload> {
    return singlePayloadOf(await publishDebtPosition(context.services.writing, keyOptions(context, creditorFiscalCode, iupd)));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PositionPayload, { description: 'Invalidates a PUBLISHED or VALID position, for good.' })
  async invalidateDebtPosition(
    @Ctx() context: NoticesContext,
    @Arg('iupd', () => String, IUPD) iupd: string,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
  ): Promise<PositionPayload> {
    return singlePayloadOf(await invalidateDebtPosition(context.services.writing, keyOptions(context, creditorFiscalCode, iupd)));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PositionPayload, { description: 'Deletes a position of which nothing is paid; answers it as it was.' })
  async deleteDebtPosition(
    @Ctx() context: NoticesContext,
    @Arg('iupd', () => String, IUPD) iupd: string,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
  ): Promise<PositionPayload> {
    return singlePayloadOf(await deleteDebtPosition(context.services.writing, keyOptions(context, creditorFiscalCode, iupd)));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PositionPayload, { description: 'Says that a notice was paid outside the platform.' })
  async markNoticePaid(
    @Ctx() context: NoticesContext,
    @Arg('noticeNumber', () => NoticeNumberScalar, { description: 'Number of the notice.' }) noticeNumber: string,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
    @Arg('paymentDate', () => DateTimeScalar, { nullable: true, description: 'When it was paid, not in the future; now when absent.' })
    paymentDate: number | null,
  ): Promise<PositionPayload> {
    const options = {
      actor: writerOf(context),
      creditorFiscalCode: creditorMeant(context, creditorFiscalCode),
      noticeNumber,
      ...(paymentDate !== null && paymentDate !== undefined && { paidAt: paymentDate }),
    };
    return singlePayloadOf(await markNoticePaid(context.services.writing, options));
  }
}

function keyOptions(context: NoticesContext, creditorFiscalCode: string | null, iupd: string) {
  return { actor: writerOf(context), key: { creditorFiscalCode: creditorMeant(context, creditorFiscalCode), iupd } };
}

/** The fields of an item, as they were sent. */
function rawFields(item: CreatePositionInput): RawFields {
  return Object.fromEntries(Object.entries(item));
}
