/** Query of payment options. */
import { Fault, faultCodeEntry } from '@nodo-aperto/kernel/faults';
import { Allow, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { InstalmentView, OptionView } from '../domain/payment-options.ts';
import { findPaymentOptions } from '../services/find-payment-options.ts';
import { callerOf, loadNotice, type NoticesContext } from './context.ts';
import {
  PaymentOptionsFaultCode,
  PaymentOptionsResultType,
  type PaymentInstalmentType,
  type PaymentOptionViewType,
} from './options-types.ts';
import { presentNotice } from './present.ts';
import { visibilityOf } from './visibility.ts';

const PAYABLE = ['POI_UNPAID', 'POI_EXPIRED_UNPAID'];

/** Options as the graph shows them; what the caller may not see of the notices stays away. */
export async function presentOptions(
  context: NoticesContext,
  creditorFiscalCode: string,
  options: readonly OptionView[],
): Promise<PaymentOptionViewType[]> {
  const now = context.services.options.clock.now();
  return Promise.all(
    options.map(async ({ installments, ...option }) => ({
      ...option,
      numberOfInstalments: installments.length,
      instalments: await Promise.all(installments.map((instalment) => presentInstalment(context, creditorFiscalCode, instalment, now))),
    })),
  );
}

async function presentInstalment(
  context: NoticesContext,
  creditorFiscalCode: string,
  { nav, ...instalment }: InstalmentView,
  now: number,
): Promise<PaymentInstalmentType> {
  const view = await loadNotice(context, { creditorFiscalCode, noticeNumber: nav });
  const visibility = view ? await visibilityOf(context, view, 'REFERENCE') : 'NONE';
  return {
    ...instalment,
    noticeNumber: nav,
    payable: PAYABLE.includes(instalment.status) && (instalment.validFrom ?? 0) <= now,
    // Source: Domain facts, Payments §1.3.
    qrCode: `PAGOPA|002|${nav}|${creditorFiscalCode}|${instalment.amount}`,
    ...(view && visibility !== 'NONE' && { notice: presentNotice(view, visibility) }),
  };
}

@Resolver()
export class PaymentOptionsResolver {
  @Allow('PSP', 'CITIZEN', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => PaymentOptionsResultType, {
    description:
      'All ways to pay the debt of a notice, from any notice number of its family: asked of the creditor’s station, or from what is held here.',
  })
  async paymentOptions(
    @Ctx() context: NoticesContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' }) creditorFiscalCode: string,
    @Arg('noticeNumber', () => NoticeNumberScalar, { description: 'Number of any notice of the debt; of aux digit 3.' })
    noticeNumber: string,
  ): Promise<PaymentOptionsResultType> {
    const found = (await pspFault(context)) ?? (await findPaymentOptions(context.services.options, { creditorFiscalCode, noticeNumber }));
    if (found instanceof Fault) return refused(found);
    const { organizationFiscalCode, options, ...rest } = found;
    return {
      outcome: 'OK',
      ...rest,
      creditorFiscalCode: organizationFiscalCode,
      options: await presentOptions(context, organizationFiscalCode, options),
    };
  }
}

/** A PSP that asks has to be one that works. */
async function pspFault(context: NoticesContext): Promise<Fault | undefined> {
  const { role, tenant = '' } = callerOf(context);
  if (role !== 'PSP') return undefined;
  const psp = await context.services.directory.psp(tenant);
  if (!psp) return new Fault('ODP_002', { description: `No PSP has the code ${tenant}.` });
  return psp.enabled ? undefined : new Fault('ODP_003', { description: `The PSP ${tenant} is disabled.` });
}

function refused(fault: Fault): PaymentOptionsResultType {
  const { symbol = fault.code } = faultCodeEntry(fault.code);
  const code = Object.values(PaymentOptionsFaultCode).find((each) => each === fault.code) ?? 'ODP_018';
  return { outcome: 'KO', fault: { code, name: symbol, description: fault.description ?? fault.faultString }, options: [] };
}
