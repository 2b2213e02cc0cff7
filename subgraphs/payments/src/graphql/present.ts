/** From rows and answers to what the graph shows. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { faultCodeEntry } from '@nodo-aperto/kernel/faults';
import type { Connection } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { Subject } from '@nodo-aperto/schema/events';
import type { PaymentRow } from '../persistence/tables.ts';
import type { FaultData } from '../services/dependencies.ts';
import type { PaymentPartyType, PaymentSessionType, PaymentType } from './payment-types.ts';
import type { PaymentFaultType } from './results.ts';

export function presentPayment(row: PaymentRow, principal: Principal | undefined): PaymentType {
  return {
    paymentToken: row.paymentToken,
    creditorFiscalCode: row.creditorFiscalCode,
    noticeNumber: row.noticeNumber,
    iuv: row.iuv,
    amount: row.amount,
    description: row.description,
    companyName: row.creditorName,
    officeName: row.officeName ?? undefined,
    dueDate: row.dueDate ?? undefined,
    status: row.status,
    standIn: row.standIn,
    transfers: row.transfers,
    metadata: row.metadata ?? undefined,
    // A PSP is never told who owes: it knows who pays.
    debtor: principal?.role === 'PSP' ? undefined : presentParty(row.debtor),
    payer: row.payer ? presentParty(row.payer) : undefined,
    pspCode: row.pspCode,
    channelCode: row.channelCode,
    stationCode: row.stationCode,
    activatedAt: fromDate(row.activatedAt),
    expiresAt: fromDate(row.expiresAt),
    outcome: row.outcome ?? undefined,
    outcomeAt: row.outcomeAt ? fromDate(row.outcomeAt) : undefined,
    late: row.late,
    paymentMethod: row.paymentMethod ?? row.activationPaymentMethod ?? undefined,
    paymentChannel: row.paymentChannel ?? undefined,
    touchPoint: row.touchPoint ?? undefined,
    paymentNote: row.paymentNote ?? undefined,
    fee: row.fee ?? undefined,
    primaryCreditorFee: row.primaryCreditorFee ?? undefined,
    bundleId: row.bundleId ?? undefined,
    creditorBundleId: row.creditorBundleId ?? undefined,
    applicationDate: row.applicationDate ?? undefined,
    transferDate: row.transferDate ?? undefined,
    revision: row.revision,
  };
}

function presentParty({ type, fiscalCode, fullName, email }: Subject): PaymentPartyType {
  return { type, fiscalCode, fullName, email };
}

/** @param now epoch milliseconds */
export function presentSession(row: PaymentRow, principal: Principal | undefined, now: number): PaymentSessionType {
  const payment = presentPayment(row, principal);
  return {
    payment,
    ageSeconds: Math.max(0, Math.floor((now - payment.activatedAt) / 1_000)),
    deadline: payment.expiresAt,
    overdue: payment.expiresAt <= now,
  };
}

export function presentFault({ code, id, description, original }: FaultData): PaymentFaultType {
  return {
    code,
    id,
    description,
    faultString: faultCodeEntry(code).faultString,
    originalFaultCode: original?.code,
    originalFaultString: original?.string,
    originalDescription: original?.description,
  };
}

/** The same page with its nodes shown otherwise. */
export function mapConnection<From, To>(connection: Connection<From>, map: (node: From) => To): Connection<To> {
  return { ...connection, edges: connection.edges.map(({ cursor, node }) => ({ cursor, node: map(node) })) };
}
