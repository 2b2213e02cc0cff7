/** What the killed processes and the test that kills them share. */
import { z } from 'zod';
import type { ConsumerDefinition, EventContract } from '../src/events/index.ts';

interface Counted {
  counter: string;
  value: number;
}

export const counterContract: EventContract<'counter.counted', Counted> = {
  name: 'counter.counted',
  version: 1,
  source: 'payments',
  schema: z.object({ counter: z.string(), value: z.number().int() }),
  entityKey: ({ counter }) => counter,
  revision: ({ value }) => value,
  audience: () => [],
  describes: 'A counter reached a value.',
};

export const recordingConsumer: ConsumerDefinition = {
  name: 'receipts.counters',
  source: 'payments',
  names: ['counter.counted'],
  async handle(event, transaction) {
    const { counter, value } = event.data as Counted;
    await transaction.query('insert into applied (consumer, counter, value, position) values ($1, $2, $3, $4)', [
      'receipts.counters',
      counter,
      value,
      event.position.toString(),
    ]);
  },
};
