import type { Principal } from '@nodo-aperto/kernel/auth';
import { until } from '@nodo-aperto/kernel/testing';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, CREDITOR, OTHER_CREDITOR, OTHER_PSP, PARTNER, PARTNER_STATION, POPULATION, PSP, STATION } from './population.ts';
import { citizen, creditor, type Hosted, host, operator, type Page, partner, psp } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
  await hosted.hosting.bus.settled(10_000);
});
afterAll(() => hosted?.hosting.stop());

interface Event {
  cursor: string;
  id: string;
  entry: { kind: string; code: string; revision: number };
}
const FIELDS = 'cursor id name type at entry { kind code revision }';

async function log(
  caller: Principal,
  after: string | null = null,
  first = 100,
): Promise<{ events: Event[]; endCursor: string; hasNextPage: boolean }> {
  const data = await hosted.run<{ directoryEventLog: Page<Event> }>(
    caller,
    `query ($after: String, $first: Int) { directoryEventLog(after: $after, first: $first) { edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`,
    { after, first },
  );
  const { edges, pageInfo } = data.directoryEventLog;
  for (const { cursor, node } of edges) expect(cursor).toBe(node.cursor);
  return { events: edges.map(({ node }) => node), ...pageInfo };
}

async function follow(caller: Principal, after?: string): Promise<AsyncIterableIterator<ExecutionResult>> {
  const stream = await hosted.follow(caller, `subscription { directoryEvents${after ? `(after: "${after}")` : ''} { ${FIELDS} } }`);
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream.errors));
  return stream;
}

async function take(stream: AsyncIterableIterator<ExecutionResult>, count: number): Promise<Event[]> {
  const events: Event[] = [];
  while (events.length < count) {
    const { value } = await stream.next();
    if (value.errors) throw new Error(JSON.stringify(value.errors));
    events.push(value.data.directoryEvents);
  }
  return events;
}

const rename = (name: string) =>
  hosted.services.directoryFile.importDirectory(`psps: [{ code: "${PSP}", name: ${name}, fiscalCode: "${PSP}" }]`, 'test');
const names = (events: readonly Event[]): string[] => events.map(({ entry }) => `${entry.kind} ${entry.code}`);

describe('the log of directory events', () => {
  it('shows each caller its own objects', async () => {
    expect(names((await log(creditor(CREDITOR))).events)).toEqual([
      `CREDITOR_BROKER ${CREDITOR}`,
      `CREDITOR_INSTITUTION ${CREDITOR}`,
      `STATION ${STATION}`,
      `ROUTE ${CREDITOR}/3-02`,
      `MAINTENANCE ${STATION}/2030-01-10T00:00:00.000Z`,
      'SERVICE PROV1',
    ]);
    expect(names((await log(creditor(OTHER_CREDITOR))).events)).toEqual([
      `CREDITOR_INSTITUTION ${OTHER_CREDITOR}`,
      `ROUTE ${OTHER_CREDITOR}/3-02`,
    ]);
    expect(names((await log(partner(PARTNER))).events)).toEqual([`CREDITOR_BROKER ${PARTNER}`, `STATION ${PARTNER_STATION}`]);
    expect(names((await log(psp(OTHER_PSP))).events)).toEqual([`PSP ${OTHER_PSP}`, `CHANNEL ${CHANNEL}`]);
    expect((await log(operator)).events).toHaveLength(17);
    expect((await log(creditor('99999999999'))).events).toEqual([]);
    expect(
      (await hosted.execute(citizen('RSSMRA80A01H501U'), '{ directoryEventLog { edges { cursor } } }')).errors?.[0]?.extensions.code,
    ).toBe('FORBIDDEN');
  });

  it('is read page by page without loss or repeat', async () => {
    const all = (await log(operator)).events;
    const read: Event[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await log(operator, after, 3);
      read.push(...page.events);
      after = page.endCursor;
      if (!page.hasNextPage) break;
    }
    expect(read).toEqual(all);
    expect(new Set(read.map(({ id }) => id)).size).toBe(all.length);
    expect(await log(operator, after)).toMatchObject({ events: [], endCursor: after });
  });

  it('can be narrowed to one object', async () => {
    const data = await hosted.run<{ directoryEventLog: Page<Event> }>(
      psp(PSP),
      `{ directoryEventLog(kind: PSP, code: "${PSP}") { edges { node { entry { revision psp { name } } } } } }`,
    );
    expect(data.directoryEventLog.edges).toEqual([{ node: { entry: { revision: 1, psp: { name: 'Banca di Prova' } } } }]);
    const walled = await hosted.run<{ directoryEventLog: Page<Event> }>(
      psp(OTHER_PSP),
      `{ directoryEventLog(kind: PSP, code: "${PSP}") { edges { node { id } } } }`,
    );
    expect(walled.directoryEventLog.edges).toEqual([]);
    for (const wrong of ['kind: PSP', 'code: "x"']) {
      expect((await hosted.execute(operator, `{ directoryEventLog(${wrong}) { edges { cursor } } }`)).errors?.[0]?.extensions.code).toBe(
        'BAD_USER_INPUT',
      );
    }
    expect(
      (await hosted.execute(operator, '{ directoryEventLog(after: "nonsense") { edges { cursor } } }')).errors?.[0]?.extensions.code,
    ).toBe('BAD_USER_INPUT');
  });
});

describe('the subscription to directory events', () => {
  it('delivers what happens from now on, to whom it concerns', async () => {
    const mine = await follow(psp(PSP));
    const others = await follow(psp(OTHER_PSP));
    await rename('Banca Uno');
    const [event] = await take(mine, 1);
    expect(event).toMatchObject({ entry: { kind: 'PSP', code: PSP, revision: 2 } });
    await hosted.services.directoryFile.importDirectory(
      `psps: [{ code: "${OTHER_PSP}", name: Banca Due, fiscalCode: "${OTHER_PSP}" }]`,
      'test',
    );
    expect(names(await take(others, 1))).toEqual([`PSP ${OTHER_PSP}`]);
    await mine.return?.();
    await others.return?.();
    await until(() => hosted.services.stream.subscribers === 0, { what: 'the subscribers to go' });
  });

  it('resumes after a cursor without loss or repeat, equal to the log', async () => {
    const first = await follow(operator);
    await rename('Banca Tre');
    const [seen] = await take(first, 1);
    await first.return?.();
    for (const name of ['Banca Quattro', 'Banca Cinque', 'Banca Sei']) await rename(name);
    const second = await follow(operator, seen?.cursor);
    const resumed = await take(second, 3);
    await second.return?.();
    expect(resumed.map(({ entry }) => entry.revision)).toEqual([4, 5, 6]);
    expect((await log(operator, seen?.cursor)).events).toEqual(resumed);
  });

  it('is refused to whom it is not for', async () => {
    for (const [caller, code] of [
      [citizen('RSSMRA80A01H501U'), 'FORBIDDEN'],
      [undefined, 'UNAUTHENTICATED'],
    ] as const) {
      const result = (await hosted.follow(caller, 'subscription { directoryEvents { id } }')) as ExecutionResult;
      expect(result.errors?.[0]?.extensions.code).toBe(code);
    }
    const bad = (await hosted.follow(operator, 'subscription { directoryEvents(after: "nonsense") { id } }')) as ExecutionResult;
    expect(bad.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
