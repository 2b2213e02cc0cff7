/** A notice that was loaded while the copy of ACA is behind: payments waits for its copy before it says that there is none. */
import { DeadlineExceededError, SECOND } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInAca } from '../src/services/find-in-aca.ts';
import { CREDITOR } from './support/parties.ts';
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts';

let subgraph: TestSubgraph;
beforeAll(async () => {
  subgraph = await startSubgraph();
});
afterAll(() => subgraph[Symbol.asyncDispose]());

describe('a notice that the copy does not have yet', () => {
  it('is found once the copy has caught up with the archive', async () => {
    const noticeNumber = subgraph.newNotice();
    const found = await findInAca(
      { database: subgraph.database, archiveFollowed: () => subgraph.load(noticeNumber) },
      { creditorFiscalCode: CREDITOR, noticeNumber },
    );
    expect(found).toMatchObject({ noticeNumber, amount: 10_000 });
  });

  it('is not there when the copy does not catch up in time', async () => {
    const key = { creditorFiscalCode: CREDITOR, noticeNumber: subgraph.newNotice() };
    const waited: number[] = [];
    const archiveFollowed = async (deadlineMs: number): Promise<void> => {
      waited.push(deadlineMs);
      throw new DeadlineExceededError('catching up', deadlineMs);
    };
    expect(await findInAca({ database: subgraph.database, archiveFollowed }, key)).toBeUndefined();
    expect(waited).toEqual([3 * SECOND]);
  });

  it('fails as what it waited for does when that is no matter of time', async () => {
    const key = { creditorFiscalCode: CREDITOR, noticeNumber: subgraph.newNotice() };
    const archiveFollowed = (): Promise<void> => Promise.reject(new Error('the stream cannot be read'));
    await expect(findInAca({ database: subgraph.database, archiveFollowed }, key)).rejects.toThrow('the stream cannot be read');
  });
});

it('follows the archive by the consumer that the host runs, and needs none to answer', async () => {
  await expect(subgraph.services.archiveFollowed(SECOND)).resolves.toBeUndefined();
});
