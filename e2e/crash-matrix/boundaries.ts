/** The boundaries at which a process is killed: each is a statement of its own on the way to the database. */
import type { Failpoint } from './failpoint.ts';

const fact = (name: string, at: Failpoint['at'], skip = 0): Failpoint => ({
  text: 'insert into outbox',
  parameter: `"${name.replace('.', '\\.')}"`,
  at,
  skip,
});

export interface Boundary {
  readonly name: string;
  readonly failpoint: Failpoint;
}

/** Hit by payments as they flow. */
export const PAYMENT_BOUNDARIES: readonly Boundary[] = [
  { name: 'activation, before its commit', failpoint: fact('payment.activated', 'before-commit', 3) },
  { name: 'activation, after its commit, before the answer', failpoint: fact('payment.activated', 'after-commit', 3) },
  { name: 'outcome, before its commit', failpoint: fact('payment.booked', 'before-commit', 3) },
  { name: 'outcome, after its commit, before the answer', failpoint: fact('payment.booked', 'after-commit', 3) },
  { name: 'facts, before they are published', failpoint: { text: 'relay_outbox', at: 'before-statement', skip: 5 } },
  { name: 'facts, after they are published', failpoint: { text: 'relay_outbox', at: 'after-statement', skip: 5 } },
  { name: 'a consumer, before its acknowledgement', failpoint: { text: 'update consumer set position', at: 'before-commit', skip: 5 } },
  { name: 'a consumer, after its acknowledgement', failpoint: { text: 'update consumer set position', at: 'after-commit', skip: 5 } },
  { name: 'a receipt the creditor has, before that is written', failpoint: fact('receipt.delivered', 'before-commit', 3) },
  { name: 'a receipt the creditor has, after that is written', failpoint: fact('receipt.delivered', 'after-commit', 3) },
];

/** During the very first start. */
export const MIGRATION: Boundary = {
  name: 'migrations, in the middle of a first start',
  failpoint: { text: 'insert into migration', at: 'before-commit', skip: 20, armed: true },
};

export const PRINT: Boundary = {
  name: 'a massive print, in the middle',
  failpoint: fact('print-folder.progressed', 'after-commit', 1),
};

export const FLOW_BOUNDARIES: readonly Boundary[] = [
  { name: 'an FdR being published, before its commit', failpoint: fact('flow.published', 'before-commit') },
  { name: 'an FdR being published, after its commit', failpoint: fact('flow.published', 'after-commit') },
  { name: 'the payments of an FdR being stated', failpoint: fact('flow.payments-reported', 'before-commit') },
];

/** Hit where a broker carries the events. */
export const BROKER_BOUNDARIES: readonly Boundary[] = [
  { name: 'facts, before they are sent to the broker', failpoint: { text: 'HPUB nodo\\.events\\.payments ', at: 'before-send', skip: 3 } },
  {
    name: 'facts, when the broker has acknowledged them and nobody has seen it',
    failpoint: { text: 'HPUB nodo\\.events\\.payments ', at: 'before-answer', skip: 3 },
  },
];
