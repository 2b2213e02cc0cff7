/** The creditor fleet: creditors as real SOAP servers, in one process, that fail as they are told. */
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Clock } from '@nodo-aperto/kernel/time';
import { nearest } from '../nearest.ts';
import type { RandomStreams } from '../random-streams.ts';
import type { NoticeChange, ReceivedReceipt } from './archive.ts';
import { listeners } from './listeners.ts';
import type { IssuedNotice, NoticeInput } from './notice.ts';
import { checkSpecifications } from './specification.ts';
import type { CreditorSpecification } from './specification.ts';
import { startStation } from './station.ts';
import type { CallRecord, Station } from './station.ts';
import { checkFault } from './station-fault.ts';
import type { StationFault } from './station-fault.ts';

/** A station as it is now. */
export interface StationView {
  readonly code: string;
  readonly creditor: { readonly fiscalCode: string; readonly name: string };
  readonly brokerCode: string;
  readonly endpoint: string;
  /** Whether its port is open. */
  readonly on: boolean;
  readonly fault?: StationFault;
  /** Since the fleet started. */
  readonly calls: number;
  readonly receipts: number;
  readonly notices: number;
}

/** All methods that take the code of a station throw NotFoundError for one that the fleet has not, naming the nearest. */
export interface Fleet extends AsyncDisposable {
  stations(): readonly StationView[];
  station(stationCode: string): StationView;
  /** The URL at which the platform calls the station; the same for the fleet's whole life. */
  endpointOf(stationCode: string): string;
  /** Makes a station fail, or work again. @throws InputError, UnavailableError when its port was taken meanwhile */
  setFault(stationCode: string, fault: StationFault | undefined): Promise<void>;
  switchOff(stationCode: string): Promise<void>;
  switchOn(stationCode: string): Promise<void>;
  /** Puts a notice into the creditor's books; telling the platform of it is another step. @throws InputError */
  issueNotice(stationCode: string, input: NoticeInput): IssuedNotice;
  notice(stationCode: string, noticeNumber: string): IssuedNotice | undefined;
  /** Changes a notice in the creditor's books only: the platform learns of it when it asks. @throws NotFoundError, InputError */
  changeNotice(stationCode: string, noticeNumber: string, change: NoticeChange): IssuedNotice;
  /** Receipts taken, oldest first; the newest 20,000. */
  receipts(stationCode: string): readonly ReceivedReceipt[];
  /** Calls that reached the station, oldest first; the newest 1,000. */
  calls(stationCode: string): readonly CallRecord[];
  onCall(listener: (call: CallRecord) => void): Disposable;
  onReceipt(listener: (received: ReceivedReceipt) => void): Disposable;
  /** Closes every port and breaks every connection. */
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly creditors: readonly CreditorSpecification[];
  readonly clock: Clock;
  readonly random: RandomStreams;
  readonly log: Logger;
  /** Address that the stations listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Host of the URLs that the platform is given: a name that it can resolve where `host` is all addresses. Default: `host`. */
  readonly advertisedHost?: string;
  /**
   * Number that the first notice of each creditor is made of, counting on from there. When absent it comes from the random streams:
   * a fleet that starts anew against the same platform needs another than last time.
   */
  readonly firstNotice?: number;
}

/** Bases have 13 digits; those from the random streams leave room to count. */
const LARGEST_FIRST_BASE = 8_999_999_999_999;

/** Starts the stations of the creditors. @throws InputError, UnavailableError when a port cannot be opened */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  checkSpecifications(options.creditors);
  const { clock, log, host = '127.0.0.1', advertisedHost = host } = options;
  const calls = listeners<CallRecord>(log);
  const receipts = listeners<ReceivedReceipt>(log);
  const stations = new Map<string, Station>();

  async function stop(): Promise<void> {
    await Promise.all([...stations.values()].map((station) => station.stop()));
  }

  for (const creditor of options.creditors) {
    const random = options.random.stream(`creditors/${creditor.stationCode}`);
    const firstBase = options.firstNotice ?? random.fork('notices').integer(0, LARGEST_FIRST_BASE);
    const parts = { creditor, clock, random, log, host, advertisedHost, firstBase, onCall: calls.tell, onReceipt: receipts.tell };
    try {
      stations.set(creditor.stationCode, await startStation(parts));
    } catch (error) {
      await stop();
      throw error;
    }
  }

  function find(code: string): Station {
    const station = stations.get(code);
    if (station !== undefined) return station;
    const near = nearest(code, stations.keys());
    throw new NotFoundError(`There is no station "${code.slice(0, 60)}"${near === undefined ? '' : `; did you mean "${near}"?`}`);
  }

  async function setFault(stationCode: string, fault: StationFault | undefined): Promise<void> {
    const station = find(stationCode);
    if (fault !== undefined) checkFault(fault);
    await station.setFault(fault);
  }

  return {
    stations: () => [...stations.values()].map(viewOf),
    station: (code) => viewOf(find(code)),
    endpointOf: (code) => find(code).endpoint,
    setFault,
    switchOff: (code) => setFault(code, { kind: 'off' }),
    switchOn: (code) => setFault(code, undefined),
    issueNotice: (code, input) => find(code).archive.issue(input),
    notice: (code, noticeNumber) => find(code).archive.find(noticeNumber),
    changeNotice: (code, noticeNumber, change) => find(code).archive.change(noticeNumber, change),
    receipts: (code) => find(code).archive.receipts(),
    calls: (code) => find(code).calls.entries(),
    onCall: calls.add,
    onReceipt: receipts.add,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function viewOf(station: Station): StationView {
  const { fiscalCode, name, stationCode, brokerCode } = station.creditor;
  const fault = station.fault();
  return {
    code: stationCode,
    creditor: { fiscalCode, name },
    brokerCode,
    endpoint: station.endpoint,
    on: station.isOn(),
    ...(fault !== undefined && { fault }),
    calls: station.calls.total(),
    ...station.archive.counts(),
  };
}
