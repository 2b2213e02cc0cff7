/** The SOAP operations of a station, joined with the creditor's answers and with the business faults it is told to show. */
import { faultBeanOf } from '@nodo-aperto/kernel/faults';
import type { Fault } from '@nodo-aperto/kernel/faults';
import {
  paDemandPaymentNotice,
  paGetPayment,
  paGetPaymentV2,
  paSendRT,
  paSendRTV2,
  paVerifyPaymentNotice,
} from '@nodo-aperto/kernel/pa-for-node';
import { soapOperation } from '@nodo-aperto/kernel/soap';
import type { EmptyResponse, Operation, SoapOperation } from '@nodo-aperto/kernel/soap';
import { getPayment, getPaymentV2, makeNoticeOnRequest, refusal, takeReceipt, verify, withWrongAmount } from './answers.ts';
import type { CreditorDesk } from './answers.ts';
import type { IssuedNotice } from './notice.ts';
import type { StationFault } from './station-fault.ts';

/** What came of a call, noted while it is answered. */
export interface CallNote {
  outcome?: 'OK' | 'KO';
  /** Code of the KO. */
  faultCode?: string;
}

const USUAL_KO = 'PAA_SYSTEM_ERROR';

/**
 * The operations that a station offers, by their names. A station of primitive version 1 has those of version 1 only.
 * @param note gets what came of the one call that these operations are made for
 */
export function operationsOf(desk: CreditorDesk, fault: StationFault | undefined, note: CallNote): Record<string, SoapOperation> {
  const refuse = (problem: Fault): { outcome: 'KO'; fault: NonNullable<EmptyResponse['fault']> } => {
    const bean = faultBeanOf(problem, { extended: false });
    note.outcome = 'KO';
    note.faultCode = bean.faultCode;
    return { outcome: 'KO', fault: { ...bean, id: desk.creditor.fiscalCode } };
  };
  const join = <Request, Response extends EmptyResponse>(
    operation: Operation<Request, Response>,
    answer: (request: Request) => Response,
    toShow: StationFault['kind'],
  ): SoapOperation =>
    soapOperation<Request, Response>({
      operation,
      async handle(request) {
        if (fault?.kind === toShow) throw refusal(desk.creditor, ('code' in fault && fault.code) || USUAL_KO);
        const response = answer(request);
        note.outcome = response.outcome;
        return response;
      },
      // Every answer of the contract has outcome and fault, and everything else in it may be absent.
      refuse: (problem) => refuse(problem) as EmptyResponse as Response,
      syntaxFault: 'PAA_SINTASSI_EXTRAXSD',
    });
  const view = (notice: IssuedNotice): IssuedNotice =>
    fault?.kind === 'wrongAmount' ? withWrongAmount(notice, fault.percent ?? 10) : notice;
  const first = {
    paVerifyPaymentNotice: join(paVerifyPaymentNotice, (request) => verify(desk, request), 'businessKo'),
    paGetPayment: join(paGetPayment, (request) => getPayment(desk, request, view), 'businessKo'),
    paDemandPaymentNotice: join(paDemandPaymentNotice, (request) => makeNoticeOnRequest(desk, request), 'businessKo'),
    paSendRT: join(paSendRT, (request) => takeReceipt(desk, request, 1), 'receiptsRefused'),
  };
  if (desk.creditor.primitiveVersion === 1) return first;
  return {
    ...first,
    paGetPaymentV2: join(paGetPaymentV2, (request) => getPaymentV2(desk, request, view), 'businessKo'),
    paSendRTV2: join(paSendRTV2, (request) => takeReceipt(desk, request, 2), 'receiptsRefused'),
  };
}
