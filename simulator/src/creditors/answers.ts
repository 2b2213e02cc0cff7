/** What a creditor's software answers to the node: the rules of each primitive, without any transport. */
import { Fault } from '@nodo-aperto/kernel/faults';
import { euroCents } from '@nodo-aperto/kernel/money';
import type {
  PaDemandPaymentNoticeRequest,
  PaDemandPaymentNoticeResponse,
  PaGetPaymentRequest,
  PaGetPaymentResponse,
  PaGetPaymentV2Response,
  PaSendRTRequest,
  PaSendRTV2Request,
  PaVerifyPaymentNoticeRequest,
  PaVerifyPaymentNoticeResponse,
  PaymentOptionDescription,
} from '@nodo-aperto/kernel/pa-for-node';
import type { EmptyResponse } from '@nodo-aperto/kernel/soap';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Archive, ReceivedReceipt } from './archive.ts';
import { isMagicNotice, magicAmount } from './magic-notices.ts';
import type { CreditorFaultCode } from './station-fault.ts';
import type { IssuedNotice } from './notice.ts';
import type { CreditorSpecification } from './specification.ts';

/** A creditor at work. */
export interface CreditorDesk {
  readonly creditor: CreditorSpecification;
  readonly archive: Archive;
  /** Amounts of notices made on request. */
  readonly random: RandomStream;
  /** Told of every receipt that is new. */
  readonly onReceipt: (received: ReceivedReceipt) => void;
}

interface Addressed {
  readonly idPA: string;
  readonly idBrokerPA: string;
  readonly idStation: string;
}

/**
 * Checks that a request is for this creditor, broker and station.
 * @throws Fault PAA_ID_DOMINIO_ERRATO, PAA_ID_INTERMEDIARIO_ERRATO or PAA_STAZIONE_INT_ERRATA (Domain facts, Payments §2.3)
 */
function checkAddress({ creditor }: CreditorDesk, request: Addressed): void {
  if (request.idPA !== creditor.fiscalCode) throw refusal(creditor, 'PAA_ID_DOMINIO_ERRATO');
  if (request.idBrokerPA !== creditor.brokerCode) throw refusal(creditor, 'PAA_ID_INTERMEDIARIO_ERRATO');
  if (request.idStation !== creditor.stationCode) throw refusal(creditor, 'PAA_STAZIONE_INT_ERRATA');
}

/** A KO of this creditor: faults of creditors carry the creditor's fiscal code as their id (Domain facts, Payments §2.3). */
export function refusal(creditor: CreditorSpecification, code: CreditorFaultCode, description?: string): Fault {
  return new Fault(code, { id: creditor.fiscalCode, ...(description !== undefined && { description }) });
}

const REFUSED_STATUS = {
  PAID: 'PAA_PAGAMENTO_DUPLICATO',
  CANCELLED: 'PAA_PAGAMENTO_ANNULLATO',
  EXPIRED: 'PAA_PAGAMENTO_SCADUTO',
} as const;

/**
 * The notice a request is about, when it can be paid. The probe notice is in nobody's books, hence PAA_PAGAMENTO_SCONOSCIUTO,
 * which is what a probe expects of a station that works (Domain facts, Payments §3.1).
 */
function payableNotice(
  desk: CreditorDesk,
  request: Addressed & { readonly qrCode: { fiscalCode: string; noticeNumber: string } },
): IssuedNotice {
  checkAddress(desk, request);
  const { creditor, archive } = desk;
  if (request.qrCode.fiscalCode !== creditor.fiscalCode) throw refusal(creditor, 'PAA_ID_DOMINIO_ERRATO');
  const { noticeNumber } = request.qrCode;
  const notice = archive.find(noticeNumber) ?? magicNotice(desk, noticeNumber);
  if (notice === undefined) throw refusal(creditor, 'PAA_PAGAMENTO_SCONOSCIUTO');
  if (notice.status !== 'OPEN') throw refusal(creditor, REFUSED_STATUS[notice.status]);
  return notice;
}

/** A notice of the test data comes into the books of any creditor when it is first asked for. */
function magicNotice({ creditor, archive }: CreditorDesk, noticeNumber: string): IssuedNotice | undefined {
  if (!isMagicNotice(noticeNumber, creditor.segregationCode)) return undefined;
  return archive.issue({
    noticeNumber,
    amount: magicAmount(noticeNumber),
    description: 'Avviso di prova',
    debtor: { type: 'F', code: 'ANONIMO', fullName: 'Anonimo' },
  });
}

/** The notice as activation tells it of a creditor that names another amount than at verification; the first transfer takes the difference. */
export function withWrongAmount(notice: IssuedNotice, percent: number): IssuedNotice {
  const more = Math.max(1, Math.round((notice.amount * percent) / 100));
  const [first, ...others] = notice.transfers;
  return {
    ...notice,
    amount: euroCents(notice.amount + more),
    transfers: first === undefined ? [] : [{ ...first, amount: euroCents(first.amount + more) }, ...others],
  };
}

function optionOf(notice: IssuedNotice): PaymentOptionDescription {
  return { amount: notice.amount, options: 'EQ', dueDate: notice.dueDate, allCCP: false };
}

export function verify(desk: CreditorDesk, request: PaVerifyPaymentNoticeRequest): PaVerifyPaymentNoticeResponse {
  const notice = payableNotice(desk, request);
  return {
    outcome: 'OK',
    paymentList: [optionOf(notice)],
    paymentDescription: notice.description,
    fiscalCodePA: notice.creditorFiscalCode,
    companyName: notice.creditorName,
  };
}

/** What both versions of the answer hold. The notice stays payable: the node, not the creditor, locks it (Domain facts, Payments §2.1). */
function paymentOf(notice: IssuedNotice) {
  return {
    creditorReferenceId: notice.iuv,
    paymentAmount: notice.amount,
    dueDate: notice.dueDate,
    lastPayment: true,
    description: notice.description,
    companyName: notice.creditorName,
    debtor: {
      uniqueIdentifier: { entityUniqueIdentifierType: notice.debtor.type, entityUniqueIdentifierValue: notice.debtor.code },
      fullName: notice.debtor.fullName,
    },
  };
}

function transferOf(notice: IssuedNotice) {
  return notice.transfers.map(({ amount, fiscalCode, companyName, iban, remittanceInformation, category }, index) => ({
    companyName,
    common: {
      idTransfer: index + 1,
      transferAmount: amount,
      fiscalCodePA: fiscalCode,
      IBAN: iban,
      remittanceInformation,
      transferCategory: category,
    },
  }));
}

type NoticeView = (notice: IssuedNotice) => IssuedNotice;
const asItIs: NoticeView = (notice) => notice;

export function getPayment(desk: CreditorDesk, request: PaGetPaymentRequest, view: NoticeView = asItIs): PaGetPaymentResponse {
  const notice = view(payableNotice(desk, request));
  return { outcome: 'OK', data: { ...paymentOf(notice), transferList: transferOf(notice).map(({ common }) => common) } };
}

export function getPaymentV2(desk: CreditorDesk, request: PaGetPaymentRequest, view: NoticeView = asItIs): PaGetPaymentV2Response {
  const notice = view(payableNotice(desk, request));
  const transferList = transferOf(notice).map(({ common, companyName }) => ({ ...common, companyName }));
  return { outcome: 'OK', data: { ...paymentOf(notice), transferList } };
}

/**
 * Takes a receipt, also one that no verification or activation came before: payments in Stand-In bring such
 * (Domain facts, Payments §3.6). A receipt received before is refused with PAA_RECEIPT_DUPLICATA, which the node counts as delivered.
 */
export function takeReceipt(desk: CreditorDesk, request: PaSendRTRequest | PaSendRTV2Request, version: 1 | 2): EmptyResponse {
  checkAddress(desk, request);
  const received = desk.archive.receive(request.receipt, version);
  if (received === undefined) throw refusal(desk.creditor, 'PAA_RECEIPT_DUPLICATA');
  desk.onReceipt(received);
  return { outcome: 'OK' };
}

/** Bounds of the amount of a notice made on request, in euro cents. */
const ON_REQUEST = { from: 1_000, to: 30_000 } as const;

/** Makes a notice for a payer who asks for one at a PSP, the vehicle tax for instance (Domain facts, Payments §2.2). */
export function makeNoticeOnRequest(desk: CreditorDesk, request: PaDemandPaymentNoticeRequest): PaDemandPaymentNoticeResponse {
  checkAddress(desk, request);
  const notice = desk.archive.issue({
    amount: euroCents(desk.random.integer(ON_REQUEST.from, ON_REQUEST.to)),
    description: `Servizio ${request.idServizio}, pagamento spontaneo`,
    debtor: { type: 'F', code: 'ANONIMO', fullName: 'Anonimo' },
  });
  return {
    outcome: 'OK',
    qrCode: { fiscalCode: notice.creditorFiscalCode, noticeNumber: notice.noticeNumber },
    paymentList: [optionOf(notice)],
    paymentDescription: notice.description,
    fiscalCodePA: notice.creditorFiscalCode,
    companyName: notice.creditorName,
  };
}
