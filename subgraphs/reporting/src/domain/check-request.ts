import { InputError, type InputIssue } from '@nodo-aperto/kernel/faults';
import { MAXIMUM_EURO_CENTS } from '@nodo-aperto/kernel/money';
import type { FlowLine, FlowRequest } from './flow.ts';

/** The most lines that one request adds or removes. Source: Domain facts, Reporting §1.2. */
export const MOST_LINES = 1_000;
/** The largest index and number of payments: what GraphQL's Int carries. */
export const LARGEST_NUMBER = 2_147_483_647;

type Check = (path: string, value: unknown) => InputIssue | undefined;

const text =
  (shortest: number, longest: number): Check =>
  (path, value) =>
    typeof value === 'string' && value.length >= shortest && value.length <= longest && !/[\p{Cc}]/u.test(value)
      ? undefined
      : { path, message: 'is not valid', expected: `${shortest} to ${longest} characters without control characters` };
const matching =
  (pattern: RegExp, expected: string): Check =>
  (path, value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : { path, message: 'is not valid', expected };
const whole =
  (least: number, most: number): Check =>
  (path, value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : { path, message: 'is not valid', expected: `a whole number from ${least} to ${most}` };

const code = text(1, 35);
const flowName = matching(/^[a-zA-Z0-9\-_]{1,35}$/, '1 to 35 letters, digits, dashes and underscores');
const cents = whole(1, MAXIMUM_EURO_CENTS);
const number = whole(1, LARGEST_NUMBER);

const found = (issues: readonly (InputIssue | undefined)[]): InputIssue[] => issues.filter((issue) => issue !== undefined);

function refuse(issues: readonly InputIssue[]): void {
  if (issues.length > 0) throw new InputError(issues);
}

/** What is wrong with the fields of a flow, which keep to their lengths and ranges. Source: Domain facts, Reporting §1.2. */
export function issuesOfRequest(request: FlowRequest): InputIssue[] {
  const { sender, receiver, declared } = request;
  return found([
    flowName('name', request.name),
    code('sender.id', sender.id),
    code('sender.pspCode', sender.pspCode),
    text(3, 70)('sender.pspName', sender.pspName),
    code('sender.brokerCode', sender.brokerCode),
    code('sender.channelCode', sender.channelCode),
    code('receiver.id', receiver.id),
    // Whether there is such a creditor is another question (FDR_2008).
    code('receiver.creditorFiscalCode', receiver.creditorFiscalCode),
    text(1, 140)('receiver.organizationName', receiver.organizationName),
    code('regulation', request.regulation),
    request.bicCodePouringBank === undefined ? undefined : code('bicCodePouringBank', request.bicCodePouringBank),
    number('totalPayments', declared.payments),
    cents('totalAmount', declared.amount),
  ]);
}

/** @throws InputError naming every field that is wrong */
export function checkFlowRequest(request: FlowRequest): void {
  refuse(issuesOfRequest(request));
}

/** What is wrong with the fields of the line at a place of a request. Source: Domain facts, Reporting §1.2. */
export function issuesOfLine(line: FlowLine, place: number): InputIssue[] {
  return found([
    number(`payments[${place}].index`, line.index),
    code(`payments[${place}].iuv`, line.iuv),
    code(`payments[${place}].iur`, line.iur),
    whole(1, 5)(`payments[${place}].idTransfer`, line.idTransfer),
    cents(`payments[${place}].amount`, line.amount),
  ]);
}

/** @throws InputError when there are none, or more than a request may have */
function checkCount(path: string, count: number): void {
  if (count >= 1 && count <= MOST_LINES) return;
  throw InputError.at(path, `has ${count} elements`, `1 to ${MOST_LINES} elements`);
}

/**
 * The lines of one request are 1 to 1000, and their fields keep to their lengths and ranges. Source: Domain facts, Reporting §1.2.
 * @throws InputError naming every field that does not
 */
export function checkLines(lines: readonly FlowLine[]): void {
  checkCount('payments', lines.length);
  refuse(lines.flatMap(issuesOfLine));
}

/** The indexes of one request are 1 to 1000 whole numbers. @throws InputError */
export function checkIndexList(indexes: readonly number[]): void {
  checkCount('indexes', indexes.length);
  refuse(found(indexes.map((index, place) => number(`indexes[${place}]`, index))));
}
