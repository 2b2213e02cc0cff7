/** The operations of these tests, as a PSP would send them. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { CHANNEL, CREDITOR } from './parties.ts';
import type { TestSubgraph } from './subgraph.ts';

export interface Fault {
  code: string;
  description: string | null;
  id: string;
  originalFaultCode: string | null;
  originalDescription: string | null;
}

export interface Activated {
  outcome: 'OK' | 'KO';
  fault: Fault | null;
  paymentToken: string | null;
  totalAmount: number | null;
  standin: boolean | null;
  creditorReferenceId: string | null;
  companyName: string | null;
  transferList: { idTransfer: number; amount: number; iban: string | null }[] | null;
  payment: { status: string; standIn: boolean } | null;
}

const FAULT = 'fault { code description id originalFaultCode originalDescription }';

export async function verify(subgraph: TestSubgraph, principal: Principal, noticeNumber: string, input: Record<string, unknown> = {}) {
  const { verifyPaymentNotice } = await subgraph.query<{
    verifyPaymentNotice: {
      outcome: string;
      fault: Fault | null;
      paymentList: { amount: number; options: string }[] | null;
      standin: boolean | null;
      companyName: string | null;
    };
  }>(
    principal,
    `mutation ($input: VerifyPaymentNoticeInput!) { verifyPaymentNotice(input: $input) {
      outcome ${FAULT} paymentList { amount options dueDate paymentNote } paymentDescription fiscalCodePA companyName officeName standin } }`,
    { input: { idChannel: CHANNEL, qrCode: { fiscalCode: CREDITOR, noticeNumber }, ...input } },
  );
  return verifyPaymentNotice;
}

export async function activate(
  subgraph: TestSubgraph,
  principal: Principal,
  noticeNumber: string,
  input: Record<string, unknown> = {},
): Promise<Activated> {
  const { activatePaymentNoticeV2 } = await subgraph.query<{ activatePaymentNoticeV2: Activated }>(
    principal,
    `mutation ($input: ActivatePaymentNoticeV2Input!) { activatePaymentNoticeV2(input: $input) {
      outcome ${FAULT} paymentToken totalAmount paymentDescription fiscalCodePA companyName officeName standin creditorReferenceId
      transferList { idTransfer amount creditorFiscalCode iban remittanceInformation } metadata { key value } payment { status standIn } } }`,
    { input: { idChannel: CHANNEL, qrCode: { fiscalCode: CREDITOR, noticeNumber }, amount: 12_345, ...input } },
  );
  return activatePaymentNoticeV2;
}

export async function send(
  subgraph: TestSubgraph,
  principal: Principal,
  paymentToken: string,
  outcome: 'OK' | 'KO' = 'OK',
  input: Record<string, unknown> = {},
) {
  const { sendPaymentOutcome } = await subgraph.query<{
    sendPaymentOutcome: { outcome: string; fault: Fault | null; payment: { status: string; late: boolean } | null };
  }>(
    principal,
    `mutation ($input: SendPaymentOutcomeInput!) { sendPaymentOutcome(input: $input) { outcome ${FAULT} payment { status late } } }`,
    {
      input: { idChannel: CHANNEL, paymentToken, outcome, ...(outcome === 'OK' && { details: DETAILS }), ...input },
    },
  );
  return sendPaymentOutcome;
}

export const DETAILS = {
  paymentMethod: 'cash',
  paymentChannel: 'frontOffice',
  fee: 150,
  payer: {
    uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: 'VRDLGI70A01H501C' },
    fullName: 'Luigi Verdi',
  },
  applicationDate: '2026-12-01',
  transferDate: '2026-12-02',
};

/** The states of a payment and of its notice, with their histories. */
export async function statesOf(subgraph: TestSubgraph, principal: Principal, paymentToken: string) {
  const { payment } = await subgraph.query<{
    payment: { status: string; statusHistory: { status: string }[]; creditorFiscalCode: string; noticeNumber: string };
  }>(
    principal,
    'query ($token: String!) { payment(paymentToken: $token) { status statusHistory { status at } creditorFiscalCode noticeNumber } }',
    { token: paymentToken },
  );
  const { _entities } = await subgraph.query<{ _entities: { paymentStatus: string; paymentStatusHistory: { status: string }[] }[] }>(
    principal,
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Notice { paymentStatus paymentStatusHistory { status at } } } }',
    { of: [{ __typename: 'Notice', creditorFiscalCode: payment.creditorFiscalCode, noticeNumber: payment.noticeNumber }] },
  );
  const [notice] = _entities;
  return {
    payment: payment.status,
    paymentHistory: payment.statusHistory.map((change) => change.status),
    notice: notice?.paymentStatus,
    noticeHistory: notice?.paymentStatusHistory.map((change) => change.status),
  };
}
