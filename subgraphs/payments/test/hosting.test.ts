import { hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl, testLogger, until } from '@nodo-aperto/kernel/testing';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { realClock, SECOND } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { payments } from '../src/index.ts';
import type { PaymentsServices } from '../src/graphql/context.ts';
import { STATION } from './support/parties.ts';
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts';

let subgraph: TestSubgraph;
beforeAll(async () => {
  subgraph = await startSubgraph();
});
afterAll(() => subgraph[Symbol.asyncDispose]());

it('the host runs it with all its jobs', async () => {
  const streams = seededStreams('hosting');
  const hosting = await hostSubgraphs([payments], {
    databaseUrl: await testDatabaseUrl(),
    clock: realClock(),
    log: testLogger(),
    random: (name) => streams.stream(name),
    options: { allowPrivateEndpoints: true },
  });
  try {
    for (const name of ['TOKEN_EXPIRY', 'IDEMPOTENCY_CLEANUP', 'STATION_PROBE', 'STAND_IN_EVALUATION']) {
      expect(await hosting.jobs.runNow(name, { deadlineMs: 30 * SECOND })).toMatchObject({ name, state: 'SUCCEEDED', processed: 0 });
    }
    await hosting.subgraphs[0]?.ready();
    expect(await hosting.subgraphs[0]?.metrics[0]?.text()).toContain('payments_sessions_open{state="open",service="payments"} 0');
  } finally {
    await hosting.stop();
  }
});

it('a second process hears that a station entered Stand-In and left it', async () => {
  // The same schema opened once more: what another process would do.
  const other = await startOther();
  try {
    const mutation = (name: string) => `mutation { ${name}(station: "${STATION}", reason: "test") { code } }`;
    const operator = { subject: 'operator', role: 'OPERATOR' as const, expiresAt: Number.MAX_SAFE_INTEGER };
    await subgraph.query(operator, mutation('enterStandIn'));
    await until(() => other.services.stations.standIn(STATION), { what: 'the other process knows' });
    await subgraph.query(operator, mutation('leaveStandIn'));
    await until(() => !other.services.stations.standIn(STATION), { what: 'the other process knows again' });
  } finally {
    await other.stop();
  }
});

async function startOther(): Promise<{ services: PaymentsServices; stop(): Promise<void> }> {
  const streams = seededStreams('other');
  const hosting = await hostSubgraphs([payments], {
    databaseUrl: subgraph.database.url,
    clock: subgraph.clock,
    log: testLogger(),
    random: (name) => streams.stream(name),
    options: { allowPrivateEndpoints: true },
    work: false,
  });
  const context = hosting.subgraphs[0]?.context(undefined, { id: 'other' });
  return { services: context?.services as PaymentsServices, stop: () => hosting.stop() };
}
