/** One creditor's station: a SOAP server on its own port, with its books and its present fault. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { SoapReply } from '@nodo-aperto/kernel/soap';
import type { Clock } from '@nodo-aperto/kernel/time';
import { openArchive } from './archive.ts';
import type { Archive, ReceivedReceipt } from './archive.ts';
import { boundedLog } from './bounded-log.ts';
import type { BoundedLog } from './bounded-log.ts';
import { errorPage } from './broken-answers.ts';
import { readBody, sketchOf } from './http-request.ts';
import type { RequestSketch } from './http-request.ts';
import { magicFaultOf } from './magic-notices.ts';
import type { CallNote } from './operations.ts';
import type { CreditorSpecification } from './specification.ts';
import type { FaultKind, StationFault } from './station-fault.ts';
import { openStationPort } from './station-port.ts';
import { repliesOf } from './station-replies.ts';

/** One call that reached a station. */
export interface CallRecord {
  /** Epoch milliseconds at which it was read. */
  readonly at: number;
  readonly stationCode: string;
  /** Name of the primitive, or `unknown`. */
  readonly primitive: string;
  readonly noticeNumber?: string;
  /** NONE when it got no message of the contract. */
  readonly outcome: 'OK' | 'KO' | 'NONE';
  /** Code of the KO. */
  readonly faultCode?: string;
  /** The fault that the station had then. */
  readonly fault?: FaultKind;
  /** Platform milliseconds until it was answered, broken or left waiting. */
  readonly elapsedMs: number;
}

export interface Station {
  readonly creditor: CreditorSpecification;
  readonly archive: Archive;
  /** Where the platform calls it. */
  readonly endpoint: string;
  readonly calls: BoundedLog<CallRecord>;
  fault(): StationFault | undefined;
  isOn(): boolean;
  /** Takes effect on the requests that come in from now on; `off` also breaks those under way. @throws UnavailableError */
  setFault(fault: StationFault | undefined): Promise<void>;
  stop(): Promise<void>;
}

export interface StationOptions {
  readonly creditor: CreditorSpecification;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly log: Logger;
  readonly host: string;
  /** Host of its URL. */
  readonly advertisedHost: string;
  readonly firstBase: number;
  readonly onCall: (call: CallRecord) => void;
  readonly onReceipt: (received: ReceivedReceipt) => void;
}

const PATH = '/pa-for-node';
const CALLS_KEPT = 1_000;

export async function startStation(options: StationOptions): Promise<Station> {
  const { creditor, clock, random, log, host, advertisedHost } = options;
  const archive = openArchive(creditor, { clock, firstBase: options.firstBase });
  const calls = boundedLog<CallRecord>(CALLS_KEPT);
  const stopping = new AbortController();
  const desk = { creditor, archive, random: random.fork('requests'), onReceipt: options.onReceipt };
  const replies = repliesOf({ desk, clock, random, log, stopping: stopping.signal });
  let fault: StationFault | undefined;
  let faultSince = 0;
  let changes: Promise<void> = Promise.resolve();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url?.split('?')[0] !== PATH) return send(response, errorPage(404));
    const present = fault;
    const faultSinceMs = clock.now() - faultSince;
    const started = clock.monotonic();
    const body = await readBody(request);
    if (body === undefined) return send(response.setHeader('connection', 'close'), errorPage(413));
    const sketch = sketchOf(body);
    // A station that fails fails for every notice; one that works lets a notice of the test data decide.
    const shown = present ?? magicFaultOf(sketch.noticeNumber);
    const call: Call = { sketch, at: clock.now(), fault: shown?.kind, note: {} };
    const reply = await replies({ request, response, body, fault: shown, faultSinceMs, primitive: sketch.primitive, note: call.note });
    record(call, (clock.monotonic() - started) / clock.realDeadline(1));
    if (reply !== undefined) send(response, reply);
  }

  function record({ sketch, at, fault, note }: Call, elapsedMs: number): void {
    const { outcome = 'NONE', faultCode } = note;
    const call: CallRecord = {
      at,
      stationCode: creditor.stationCode,
      ...sketch,
      outcome,
      ...(faultCode !== undefined && { faultCode }),
      ...(fault !== undefined && { fault }),
      elapsedMs: Math.round(elapsedMs),
    };
    calls.add(call);
    options.onCall(call);
  }

  const port = await openStationPort({
    host,
    port: creditor.port,
    random: cryptographicStream(),
    answer: (request, response) => {
      serve(request, response).catch((error: unknown) => {
        // A caller that went away, or the station's own end.
        log.debug({ err: error, station: creditor.stationCode }, 'a call to a station was not finished');
        response.destroy();
      });
    },
  });

  async function change(wanted: StationFault | undefined): Promise<void> {
    faultSince = clock.now();
    if (wanted?.kind === 'off') {
      fault = wanted;
      return port.close();
    }
    if (!stopping.signal.aborted) await port.open();
    fault = wanted;
  }

  return {
    creditor,
    archive,
    calls,
    endpoint: `http://${advertisedHost.includes(':') ? `[${advertisedHost}]` : advertisedHost}:${port.port}${PATH}`,
    fault: () => fault,
    isOn: () => port.isOpen(),
    setFault(wanted) {
      // One after the other: a port must not be closing while it is opened.
      const done = changes.then(() => change(wanted));
      changes = done.catch(() => undefined);
      return done;
    },
    async stop() {
      stopping.abort();
      await changes;
      await port.close();
    },
  };
}

interface Call {
  readonly sketch: RequestSketch;
  readonly at: number;
  readonly fault: FaultKind | undefined;
  readonly note: CallNote;
}

function send(response: ServerResponse, reply: SoapReply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, { 'content-type': reply.contentType, 'content-length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
}
