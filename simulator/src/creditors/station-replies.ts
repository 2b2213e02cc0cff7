/** What a station does with a request it has read: answers it, or fails in the way of its present fault. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { handleSoap } from '@nodo-aperto/kernel/soap';
import type { SoapReply } from '@nodo-aperto/kernel/soap';
import { AbortedError } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { CreditorDesk } from './answers.ts';
import { errorPage, malformedReply } from './broken-answers.ts';
import { LARGEST_REQUEST } from './http-request.ts';
import { operationsOf } from './operations.ts';
import type { CallNote } from './operations.ts';
import { isDown, MALFORMED_FORMS } from './station-fault.ts';
import type { StationFault } from './station-fault.ts';

/** A request that has been read. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** The station's fault when the request came. */
  readonly fault: StationFault | undefined;
  /** Platform milliseconds for which it has had it. */
  readonly faultSinceMs: number;
  /** Name of the primitive, or `unknown`. */
  readonly primitive: string;
  /** Gets what comes of it. */
  readonly note: CallNote;
}

/** Gives the reply to send; undefined when there is none, because the connection was broken or left waiting. */
export type Replies = (arrival: Arrival) => Promise<SoapReply | undefined>;

export interface RepliesOptions {
  readonly desk: CreditorDesk;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly log: Logger;
  /** Ends the waits of slow answers. */
  readonly stopping: AbortSignal;
}

const SLOW = { medianMs: 3_000, sigma: 0.6 } as const;
/** Requests that a silent station leaves waiting; those beyond are broken. */
const MOST_WAITING = 2_000;

export function repliesOf({ desk, clock, random, log, stopping }: RepliesOptions): Replies {
  const chance = { slow: random.fork('slow'), malformed: random.fork('malformed') };
  const waiting = new Set<Socket>();

  function answer({ request, body, fault, note }: Arrival): Promise<SoapReply> {
    return handleSoap({
      body,
      contentType: request.headers['content-type'],
      operations: operationsOf(desk, fault, note),
      limits: { maxBytes: LARGEST_REQUEST },
      onUnexpected: (error) => log.error({ err: error, station: desk.creditor.stationCode }, 'a station of the fleet failed'),
    });
  }

  function leaveWaiting(socket: Socket | null): void {
    if (socket === null) return;
    if (waiting.size >= MOST_WAITING) return void socket.destroy();
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
  }

  return async (arrival) => {
    const { response, fault } = arrival;
    switch (fault?.kind) {
      case 'off':
      case 'reset':
        response.socket?.resetAndDestroy();
        return undefined;
      case 'timeout':
        leaveWaiting(response.socket);
        return undefined;
      case 'flapping':
        if (!isDown(fault, arrival.faultSinceMs)) return answer(arrival);
        response.socket?.resetAndDestroy();
        return undefined;
      case 'halfOpen':
        if (!arrival.primitive.startsWith('paGetPayment')) return answer(arrival);
        leaveWaiting(response.socket);
        return undefined;
      case 'httpError':
        return errorPage(fault.status ?? 503);
      case 'malformed':
        return malformedReply(fault.form ?? chance.malformed.pick(MALFORMED_FORMS));
      case 'slow': {
        // Drawn before the work, so that the order of arrival alone decides who waits how long.
        const wait = chance.slow.logNormal(fault.medianMs ?? SLOW.medianMs, fault.sigma ?? SLOW.sigma);
        const reply = await answer(arrival);
        await networkDelay(clock, wait, stopping);
        return reply;
      }
      default:
        return answer(arrival);
    }
  };
}

/** As long as the caller's deadline measures it: at any speed of platform time a slow answer is as slow as it says. */
function networkDelay(clock: Clock, milliseconds: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onStop = (): void => {
      timer[Symbol.dispose]();
      reject(new AbortedError(stopping.reason));
    };
    const timer = clock.deadline(milliseconds, () => {
      stopping.removeEventListener('abort', onStop);
      resolve();
    });
    if (stopping.aborted) return onStop();
    stopping.addEventListener('abort', onStop, { once: true });
  });
}
