import { Fault, type FaultCode, type InputIssue } from '@nodo-aperto/kernel/faults';
import { checkAddress, type FlowAddress } from './check-address.ts';
import { checkFlowName } from './check-flow-name.ts';
import { checkParties, type FlowParties } from './check-parties.ts';
import { issuesOfLine, issuesOfRequest } from './check-request.ts';
import type { FlowLine, FlowRequest } from './flow.ts';
import { type Mismatch, mismatchesOf } from './match-line.ts';
import { type LastRevision, nextRevision } from './next-revision.ts';
import type { ReportableTransfer } from './reportable-transfers.ts';
import { checkTotals, totalsOf } from './totals.ts';

/** ERROR: the flow would be refused. WARNING: it would be accepted, and not agree with what the platform knows. */
export type FindingSeverity = 'ERROR' | 'WARNING';

/** One thing that is wrong with a flow that has not been sent. */
export interface Finding {
  severity: FindingSeverity;
  /** Which field, e.g. `payments[3].amount`; absent when it is the flow as a whole. */
  path?: string;
  /** Which payment, by its index; absent when it is none. */
  index?: number;
  /** What it would be refused with; absent of warnings. */
  code?: FaultCode;
  /** How the line differs from what was booked; absent of errors. */
  mismatch?: Mismatch | 'ALREADY_REPORTED';
  message: string;
}

/** What the platform knows of the lines of a flow, each by {@link lineKey}. */
export interface KnownTransfers {
  booked: ReadonlyMap<string, Pick<ReportableTransfer, 'iuv' | 'amount' | 'outcome'>>;
  /** Reported by other flows already. */
  reported: ReadonlySet<string>;
}

export const lineKey = ({ iur, idTransfer }: Pick<FlowLine, 'iur' | 'idTransfer'>): string => `${idTransfer}/${iur}`;

/** A flow as it would be sent, with what it is looked at beside. */
export interface DryRun {
  address: FlowAddress;
  request: FlowRequest;
  lines: readonly FlowLine[];
  parties: FlowParties;
  last: LastRevision | undefined;
  known: KnownTransfers;
  /** Whether these are all lines of the flow, so that totals can be compared. */
  complete: boolean;
}

const SENTENCES: Readonly<Record<Mismatch | 'ALREADY_REPORTED', string>> = {
  UNKNOWN_PAYMENT: 'The PSP booked no such transfer for the creditor.',
  IUV_DIFFERS: 'The IUV is not the one that was booked.',
  AMOUNT_DIFFERS: 'The amount is not the one that was booked.',
  OUTCOME_DIFFERS: 'The outcome is not the one that the booked payment gives.',
  ALREADY_REPORTED: 'Another flow reports the transfer already.',
};

/**
 * All that is wrong with a flow, by the rules that it would meet if it were sent, each tried although another failed; and, as warnings, where it
 * does not agree with the booked payments.
 */
export function findingsOf(flow: DryRun): Finding[] {
  return [...findingsOfFlow(flow), ...findingsOfLines(flow)];
}

function findingsOfFlow({ address, request, lines, parties, last, complete }: DryRun): Finding[] {
  const checks = [
    () => checkParties(parties),
    () => checkFlowName(address.name, address.pspCode),
    () => checkAddress(address, request),
    () => void nextRevision(last, request),
    ...(complete ? [() => checkTotals(request.declared, totalsOf(lines))] : []),
  ];
  return [...issuesOfRequest(request).map((issue) => findingOf(issue)), ...checks.flatMap(refusalOf)];
}

function findingsOfLines({ lines, known }: DryRun): Finding[] {
  const seen = new Set<number>();
  return lines.flatMap((line, place) => {
    const { index } = line;
    const issues = issuesOfLine(line, place).map((issue) => findingOf(issue, index));
    const repeated: Finding[] = seen.has(index)
      ? [{ severity: 'ERROR', path: `payments[${place}].index`, index, code: 'FDR_3005', message: 'Another payment has the same index.' }]
      : [];
    seen.add(index);
    return [...issues, ...repeated, ...warningsOf(line, place, known)];
  });
}

function warningsOf(line: FlowLine, place: number, { booked, reported }: KnownTransfers): Finding[] {
  const key = lineKey(line);
  const kinds = [...mismatchesOf(line, booked.get(key)), ...(reported.has(key) ? ['ALREADY_REPORTED' as const] : [])];
  return kinds.map((mismatch) => ({
    severity: 'WARNING',
    path: `payments[${place}]`,
    index: line.index,
    mismatch,
    message: SENTENCES[mismatch],
  }));
}

function findingOf({ path, message, expected }: InputIssue, index?: number): Finding {
  return {
    severity: 'ERROR',
    path,
    ...(index !== undefined && { index }),
    code: 'FDR_1001',
    message: [message, expected].filter((part) => part !== undefined).join(': expected '),
  };
}

function refusalOf(check: () => void): Finding[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ severity: 'ERROR', code: error.code, message: error.description ?? error.faultString }];
  }
}
