/**
 * The payment options of a notice's family: from the creditor's station where it answers them, else from the positions held here.
 * Source: Domain facts, Payments §5.1–§5.3.
 */
import type { Directory, Route, Station } from '@nodo-aperto/kernel/directory';
import { Fault } from '@nodo-aperto/kernel/faults';
import { isCreditorFiscalCode, isNoticeNumber, noticeNumberParts, type NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import type { HttpExchange } from '@nodo-aperto/kernel/soap';
import type { Clock } from '@nodo-aperto/kernel/time';
import { noticePrefixOf } from '../domain/covered-notices.ts';
import { type OptionView, paymentOptionsOf } from '../domain/payment-options.ts';
import { askStationOptions } from './ask-station-options.ts';
import type { NoticeReads } from './read-notices.ts';

export interface OptionsDependencies {
  readonly reads: NoticeReads;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly http: HttpExchange;
}

export interface PaymentOptions {
  readonly organizationFiscalCode: string;
  readonly companyName: string;
  readonly officeName?: string;
  /** Whether the archive answered in the creditor's place, because its station could not. */
  readonly standIn: boolean;
  readonly options: readonly OptionView[];
}

export interface OptionsQuestion {
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
}

/** Faults of a station that is not there: the archive may answer for it. */
const UNAVAILABLE = ['ODP_011', 'ODP_012', 'ODP_013'];

export async function findPaymentOptions(dependencies: OptionsDependencies, question: OptionsQuestion): Promise<PaymentOptions | Fault> {
  const { directory } = dependencies;
  const noticeNumber = checkSyntax(question);
  if (noticeNumber instanceof Fault) return noticeNumber;
  const creditor = await directory.creditorInstitution(question.creditorFiscalCode);
  if (!creditor) return fault('ODP_022', `No creditor has the fiscal code ${question.creditorFiscalCode}.`);
  if (!creditor.enabled) return fault('ODP_021', `The creditor ${question.creditorFiscalCode} is disabled.`);
  const reached = await stationOf(directory, question, noticeNumber);
  if (reached instanceof Fault) return reached;
  const { station, route } = reached;
  if (station.asynchronous) return (await held(dependencies, question)) ?? unknown();
  if (!station.paymentOptions || station.restEndpoint === undefined) {
    const notOffered = 'The station does not answer payment options: use verifyPaymentNotice.';
    return (await held(dependencies, question)) ?? fault('ODP_017', notOffered);
  }
  const answer = await askStationOptions(dependencies, station.restEndpoint, question);
  const mayStandIn = answer instanceof Fault && UNAVAILABLE.includes(answer.code) && route.aca && route.standIn;
  if (!mayStandIn) return answer;
  const inPlace = await held(dependencies, question, true);
  return inPlace ? { ...inPlace, standIn: true } : answer;
}

function checkSyntax({ creditorFiscalCode, noticeNumber }: OptionsQuestion): NoticeNumber | Fault {
  if (!isCreditorFiscalCode(creditorFiscalCode)) return fault('ODP_001', 'The fiscal code of the creditor has to be 11 digits.');
  if (!isNoticeNumber(noticeNumber)) return fault('ODP_001', 'The notice number has to be 18 digits.');
  if (noticeNumberParts(noticeNumber).auxDigit !== 3) return fault('ODP_016', 'The notice number has to begin with 3.');
  return noticeNumber;
}

async function stationOf(
  directory: Directory,
  { creditorFiscalCode }: OptionsQuestion,
  noticeNumber: NoticeNumber,
): Promise<{ station: Station; route: Route } | Fault> {
  const routes = await directory.routes(creditorFiscalCode);
  const [route] = routes
    .filter((each) => noticeNumber.startsWith(noticePrefixOf(each)))
    .toSorted((left, right) => (left.station < right.station ? -1 : 1));
  const station = route && (await directory.station(route.station));
  if (!station) return fault('ODP_009', 'No station of the creditor serves notices of this segregation code.');
  const broker = await directory.creditorBroker(station.broker);
  if (!broker) return fault('ODP_020', `The broker of station ${station.code} is not known.`);
  if (!broker.enabled) return fault('ODP_019', `The broker ${broker.code} is disabled.`);
  return station.enabled ? { station, route } : fault('ODP_010', `The station ${station.code} is disabled.`);
}

/** @param inPlace whether the creditor itself would answer: then only what it lets be paid in Stand-In counts */
async function held({ reads, clock }: OptionsDependencies, key: OptionsQuestion, inPlace = false): Promise<PaymentOptions | undefined> {
  const [view] = await reads.notices([key]);
  if (!view || (inPlace && !(view.position.aca && view.position.payStandIn))) return undefined;
  const { position } = view;
  const options = paymentOptionsOf(position, clock.now());
  if (options.length === 0) return undefined;
  const { creditorFiscalCode, companyName, officeName } = position;
  return {
    organizationFiscalCode: creditorFiscalCode,
    companyName,
    ...(officeName !== undefined && { officeName }),
    standIn: false,
    options,
  };
}

function unknown(): Fault {
  return fault('ODP_107', 'The notice belongs to no position that can be paid.');
}

function fault(code: ConstructorParameters<typeof Fault>[0], description: string): Fault {
  return new Fault(code, { description });
}
