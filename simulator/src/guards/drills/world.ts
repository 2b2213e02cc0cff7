/** A platform with its population, for drills: who pays whom, and a subscriber that writes down what it is sent. */
import { embeddedIssuer } from '@nodo-aperto/kernel/auth';
import { encodeCursor } from '@nodo-aperto/kernel/events';
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import { startFleet } from '../../creditors/index.ts';
import type { Fleet } from '../../creditors/index.ts';
import { introduce } from '../../introduction.ts';
import { openLedger } from '../../ledger/index.ts';
import type { RunLedger } from '../../ledger/index.ts';
import { platformClient } from '../../platform-client/index.ts';
import type { PlatformClient } from '../../platform-client/index.ts';
import { demoPopulation } from '../../population/index.ts';
import type { Population, PopulationCreditor, PopulationPsp } from '../../population/index.ts';
import { paymentEvents } from '../../runner/operations.ts';
import { runClock } from '../../runner/run-clock.ts';
import type { RunClock } from '../../runner/run-clock.ts';
import { receiptEntry } from '../../runner/payments.ts';
import { actorOf } from './actor.ts';
import type { Actor } from './actor.ts';
import { EVENTS_SEEN } from './operations.ts';
import { standBefore } from './wrong-sum.ts';

/** At least two of them, as every population has. */
export type Psps = readonly [PopulationPsp, PopulationPsp, ...PopulationPsp[]];

/** The subscriber of the payments' events. */
export interface Follower {
  /** Goes on after the last event seen. */
  start(): void;
  stop(): Promise<void>;
}

export interface DrillWorld {
  readonly client: PlatformClient;
  readonly fleet: Fleet;
  readonly clock: RunClock;
  readonly ledger: RunLedger;
  readonly population: Population;
  readonly actor: Actor;
  readonly events: Follower;
  readonly psps: Psps;
  readonly creditors: {
    readonly first: PopulationCreditor;
    readonly second: PopulationCreditor;
    /** Has excluded its notices from Stand-In. */
    readonly excluded: PopulationCreditor;
    /** Its transfers are not its amounts. */
    readonly wrong: PopulationCreditor;
  };
  readonly signal: AbortSignal;
}

const SEED = 7;

/** Peoples a platform. Everything is put away when the stack is disposed of. @throws as `introduce` */
export async function openWorld(
  platform: { readonly baseUrl: string; readonly folder: string },
  parts: { readonly log: Logger; readonly signal: AbortSignal; readonly stack: AsyncDisposableStack },
): Promise<DrillWorld> {
  const { log, signal, stack } = parts;
  const [clock, random] = [runClock(1), cryptographicStream()];
  const streams = seededStreams(SEED);
  const population = demoPopulation(streams);
  const issuer = await embeddedIssuer({ folder: platform.folder, clock, random });
  const client = platformClient({ baseUrl: platform.baseUrl, tokenFor: (caller) => issuer.issue(caller), clock, log, random });
  stack.defer(() => client.close());
  const fleet = await startFleet({ creditors: population.creditors, clock, random: streams, log });
  stack.defer(() => fleet.stop());
  const creditors = rolesOf(population);
  const wrongSum = stack.use(await standBefore(() => fleet.endpointOf(creditors.wrong.stationCode)));
  const endpointOf = (code: string): string => (code === creditors.wrong.stationCode ? wrongSum.endpoint : fleet.endpointOf(code));
  await introduce({ fleet: { ...fleet, endpointOf }, client, population, clock, log, signal });
  const ledger = openLedger();
  stack.use(fleet.onReceipt((received) => ledger.append(receiptEntry(received, fleet))));
  const events = follow({ client, ledger, clock });
  events.start();
  stack.defer(() => events.stop());
  const psps = pspsOf(population);
  for (const tenant of [{ role: 'EC', tenant: creditors.first.fiscalCode } as const, { role: 'PSP', tenant: psps[0].code } as const])
    stack.defer(watch({ client, ledger, clock }, tenant));
  return {
    client,
    fleet,
    clock,
    ledger,
    population,
    events,
    psps,
    creditors,
    signal,
    actor: actorOf({ client, fleet, population, ledger, clock }),
  };
}

function rolesOf({ creditors }: Population): DrillWorld['creditors'] {
  const agreeing = creditors.filter(({ standIn, brokerCode, fiscalCode }) => standIn && brokerCode === fiscalCode);
  const [first, second, wrong] = agreeing;
  const excluded = creditors.find(({ standIn }) => !standIn);
  if (!first || !second || !wrong || !excluded) throw new InvariantError('the demo has too few creditors for drills');
  return { first, second, excluded, wrong };
}

function pspsOf({ psps: [one, other, ...more] }: Population): Psps {
  if (!one || !other) throw new InvariantError('the demo has too few PSPs for drills');
  return [one, other, ...more];
}

type Watching = Pick<DrillWorld, 'client' | 'ledger' | 'clock'>;

function follow({ client, ledger, clock }: Watching): Follower {
  let ending = new AbortController();
  let following: Promise<void> = Promise.resolve();
  let after = encodeCursor('payments', 0n);

  async function read(signal: AbortSignal): Promise<void> {
    const events = client.subscribe({
      document: paymentEvents,
      variables: {},
      caller: { role: 'OPERATOR' },
      cursorOf: (data) => data.paymentEvents.cursor,
      after,
      signal,
    });
    for await (const { paymentEvents: event } of events) {
      after = event.cursor;
      ledger.append({ kind: 'EVENT', at: clock.now(), ...event });
    }
  }

  return {
    start() {
      ending = new AbortController();
      following = read(ending.signal);
      // A refused subscription shows as events that are missing.
      following.catch(() => undefined);
    },
    async stop() {
      ending.abort();
      await following.catch(() => undefined);
    },
  };
}

/** Writes down what a party is sent. @returns what ends it */
function watch({ client, ledger, clock }: Watching, caller: { role: 'EC' | 'PSP'; tenant: string }): () => Promise<void> {
  const ending = new AbortController();
  const reading = (async () => {
    const events = client.subscribe({
      document: EVENTS_SEEN,
      variables: {},
      caller,
      cursorOf: (data) => data.paymentEvents.cursor,
      after: encodeCursor('payments', 0n),
      signal: ending.signal,
    });
    for await (const {
      paymentEvents: { cursor: _cursor, ...event },
    } of events)
      ledger.append({ kind: 'SIGHTING', at: clock.now(), ...caller, ...event });
  })();
  reading.catch(() => undefined);
  return async () => {
    ending.abort();
    await reading.catch(() => undefined);
  };
}
