/** A process for the test that kills processes: states facts one after the other, relays and applies them, and says which are committed. */
import { openDatabase } from '../src/database/index.ts';
import { defineEvent, eventsMigrations, postgresBus } from '../src/events/index.ts';
import { createLogger } from '../src/logging/index.ts';
import { realClock } from '../src/time/index.ts';
import { counterContract, recordingConsumer } from './events-worker-parts.ts';

const [url = '', name = ''] = process.argv.slice(2);
const clock = realClock();
const log = createLogger({ service: name, level: 'silent' });
const open = (schema: string) => openDatabase({ url, schema, entities: [], migrations: eventsMigrations, log, clock, migrate: false });
const payments = await open('payments');
const receipts = await open('receipts');
const bus = postgresBus({ database: payments, clock, log });
const outbox = bus.outbox(payments);
const counted = defineEvent(counterContract);
bus.consume(receipts, recordingConsumer);
for (let value = 1; ; value += 1) {
  const counter = `${name}/${value % 5}`;
  await payments.transaction((transaction) => outbox.append(transaction, counted, { counter, value }));
  process.stdout.write(`${counter} ${value}\n`);
}
