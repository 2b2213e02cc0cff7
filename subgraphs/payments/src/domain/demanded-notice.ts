/**
 * A notice made on request, for a payment that nobody had asked for (pagamento spontaneo): which service is meant, and whether the creditor's
 * answer can be used. There is no Stand-In for it. Source: Domain facts, Payments §2.2 (demandPaymentNotice, paDemandPaymentNotice), §3.1.
 */
import { Fault } from '@nodo-aperto/kernel/faults';
import type { PaDemandPaymentNoticeResponse } from '@nodo-aperto/kernel/pa-for-node';
import { type CallerFields, callerSyntax } from './request-syntax.ts';
import { isText, unless } from './syntax.ts';

export interface DemandFields extends CallerFields {
  /** Who offers which service, in the catalogue of services: five characters. */
  readonly idSoggettoServizio: string;
  /** What the service needs to know, in the form that it prescribes; base64. */
  readonly datiSpecificiServizio: string;
}

/** Characters of base64: a form, not a document. */
const LARGEST_DATA = 65_536;

export function demandSyntax(request: DemandFields): Fault | undefined {
  const { idSoggettoServizio, datiSpecificiServizio } = request;
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(datiSpecificiServizio);
  return (
    callerSyntax(request) ??
    unless(isText(idSoggettoServizio, 5, 5), 'idSoggettoServizio', '5 characters') ??
    unless(
      isBase64 && datiSpecificiServizio.length <= LARGEST_DATA,
      'datiSpecificiServizio',
      `base64 of at most ${LARGEST_DATA} characters`,
    )
  );
}

/** @returns the fault of a service that is not in the catalogue, or is switched off */
export function checkService(idSoggettoServizio: string, service: { readonly enabled: boolean } | undefined): Fault | undefined {
  if (!service) return new Fault('PPT_SERVIZIO_SCONOSCIUTO', { description: `No service is offered under ${idSoggettoServizio}.` });
  return service.enabled
    ? undefined
    : new Fault('PPT_SERVIZIO_NONATTIVO', { description: `The service ${idSoggettoServizio} is disabled.` });
}

/** @returns the fault of a station that is never called, because its creditors leave their positions to the platform */
export function stationNotAsked(station: { readonly asynchronous?: boolean | undefined }): Fault | undefined {
  if (station.asynchronous !== true) return undefined;
  return new Fault('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', {
    description: 'The station makes no notices on request: it is never called.',
  });
}

export interface DemandedNotice {
  readonly qrCode: NonNullable<PaDemandPaymentNoticeResponse['qrCode']>;
  readonly option: NonNullable<PaDemandPaymentNoticeResponse['paymentList']>[number];
}

/** The notice of an answer that said OK: there is one, it is the creditor's own, and it says what is to be paid. */
export function demandedNotice(
  { qrCode, paymentList }: Pick<PaDemandPaymentNoticeResponse, 'qrCode' | 'paymentList'>,
  creditorFiscalCode: string,
): { notice: DemandedNotice } | { fault: Fault } {
  const wrong = (description: string) => ({ fault: new Fault('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', { description }) });
  const option = paymentList?.[0];
  if (!qrCode) return wrong('qrCode: outcome OK without a notice');
  if (!option) return wrong('paymentList: outcome OK without what is to be paid');
  if (qrCode.fiscalCode !== creditorFiscalCode) return wrong('qrCode.fiscalCode: the notice of another creditor');
  return { notice: { qrCode, option } };
}
