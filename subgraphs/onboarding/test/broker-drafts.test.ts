/** Brokers as institutions propose to be them, reviewed by operators. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDITOR, OTHER_CREDITOR, PARTNER, POPULATION, PSP } from './population.ts';
import { creditor, errorCode, type Hosted, host, nodesOf, operator, type Page, partner, psp } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
});
afterAll(() => hosted?.hosting.stop());

interface Draft {
  kind: string;
  code: string;
  state: string;
  revision: number;
  basedOn: number | null;
  note: string | null;
  content: string;
}
const DRAFT = '{ kind code state revision basedOn note content }';
const propose = (caller: Principal, side: string, variables: { name?: string; revision?: number; fault?: boolean } = {}) =>
  hosted.execute<{ proposeBroker: Draft }>(
    caller,
    `mutation ($input: BrokerProposalInput!, $revision: Int) { proposeBroker(input: $input, revision: $revision) ${DRAFT} }`,
    {
      input: { side, name: variables.name ?? 'Comune', extendedFaultBean: variables.fault ?? false },
      revision: variables.revision,
    },
  );
const review = (text: string) => hosted.execute<{ done: Draft }>(operator, `mutation { done: ${text} ${DRAFT} }`);
const kindsOf = (code: string) => hosted.services.permissions.kindsOf({ role: 'EC', code });

describe('a creditor that wants to connect itself', () => {
  it('proposes it, is sent back, corrects it, and may have stations once it is approved', async () => {
    const caller = creditor(OTHER_CREDITOR);
    expect(await kindsOf(OTHER_CREDITOR)).toEqual(['EC_INDIRECT']);
    const first = await propose(caller, 'CREDITORS');
    expect(first.data?.proposeBroker).toMatchObject({
      kind: 'CREDITOR_BROKER',
      code: OTHER_CREDITOR,
      state: 'TO_CHECK',
      revision: 1,
      basedOn: null,
    });
    const kind = `kind: CREDITOR_BROKER, code: "${OTHER_CREDITOR}"`;
    const back = await review(`requestConfigurationChanges(${kind}, revision: 1, note: "Il nome per intero")`);
    expect(back.data?.done).toMatchObject({ state: 'TO_FIX', note: 'Il nome per intero' });
    expect(errorCode(await propose(caller, 'CREDITORS', { name: 'Altro Comune', revision: 1 }))).toBe('CONFLICT');
    await propose(caller, 'CREDITORS', { name: 'Altro Comune', revision: 2 });
    expect(await kindsOf(OTHER_CREDITOR)).toEqual(['EC_INDIRECT']);
    expect((await review(`approveConfiguration(${kind}, revision: 3)`)).data?.done).toMatchObject({ state: 'APPROVED' });
    expect(await kindsOf(OTHER_CREDITOR)).toEqual(['EC_DIRECT']);
    const { broker } = await hosted.run<{ broker: object }>(
      caller,
      `{ broker(code: "${OTHER_CREDITOR}") { name creditorSide { enabled extendedFaultBean revision } pspSide { enabled } } }`,
    );
    expect(broker).toEqual({
      name: 'Altro Comune',
      creditorSide: { enabled: true, extendedFaultBean: false, revision: 1 },
      pspSide: null,
    });
  });

  it('edits what it is while the old works on', async () => {
    const caller = creditor(CREDITOR);
    expect(errorCode(await propose(caller, 'CREDITORS', { fault: true }))).toBe('CONFLICT');
    const edit = await propose(caller, 'CREDITORS', { fault: true, revision: 1 });
    expect(edit.data?.proposeBroker).toMatchObject({ state: 'TO_CHECK_UPDATE', basedOn: 1 });
    expect(edit.data?.proposeBroker.content).toContain('extendedFaultBean: true');
    const fault = `{ broker(code: "${CREDITOR}") { creditorSide { extendedFaultBean } } }`;
    expect(await hosted.run(caller, fault)).toEqual({ broker: { creditorSide: { extendedFaultBean: false } } });
    await review(`approveConfiguration(kind: CREDITOR_BROKER, code: "${CREDITOR}", revision: 1)`);
    expect(await hosted.run(caller, fault)).toEqual({ broker: { creditorSide: { extendedFaultBean: true } } });
  });
});

describe('drafts of brokers', () => {
  it('are of the side of the institution', async () => {
    expect(errorCode(await propose(creditor(CREDITOR), 'PSPS'))).toBe('BAD_USER_INPUT');
    expect(errorCode(await propose(psp(PSP), 'CREDITORS'))).toBe('BAD_USER_INPUT');
    const both = await propose(partner(PARTNER), 'PSPS', { name: 'Software' });
    expect(both.data?.proposeBroker).toMatchObject({ kind: 'PSP_BROKER', code: PARTNER, state: 'TO_CHECK' });
    const none = await propose(partner(PARTNER), 'PSPS', { name: '', revision: 1 });
    expect(none.errors?.[0]?.extensions.issues).toMatchObject([{ path: 'input.name' }]);
  });

  it('are listed for their owner, for operators all', async () => {
    const list = async (caller: Principal) =>
      nodesOf(
        (
          await hosted.run<{ brokerDrafts: Page<Draft> }>(
            caller,
            `{ brokerDrafts(side: PSPS) { edges { cursor node ${DRAFT} } pageInfo { hasNextPage endCursor } } }`,
          )
        ).brokerDrafts,
      ).map(({ code }) => code);
    expect(await list(partner(PARTNER))).toEqual([PARTNER]);
    expect(await list(psp(PSP))).toEqual([]);
    expect(await list(operator)).toEqual([PARTNER]);
  });
});
