/** The write side: states facts in the transaction of the rows that they are about. */
import type { Database, Transaction } from '../database/index.ts';
import { InvariantError } from '../faults/index.ts';
import type { RandomStream } from '../random/index.ts';
import { type Clock, toIso } from '../time/index.ts';
import { type EventContract, issuesOf } from './contract.ts';
import { currentTrace } from './trace.ts';

export interface AppendOptions {
  /** W3C trace context; by default that of the current work. */
  traceparent?: string;
}

/** One fact with its contract. */
export interface Fact<Data = unknown> {
  readonly contract: EventContract<string, Data>;
  readonly data: Data;
  /** W3C trace context of its own, where facts of several traces are stated at once; by default that of all. */
  readonly traceparent?: string | undefined;
}

export interface Outbox {
  /**
   * Writes a fact in the transaction: it is published exactly when the transaction commits.
   * @throws InvariantError when the data does not have the shape of the contract, or the contract is of another service
   */
  append<Data>(transaction: Transaction, contract: EventContract<string, Data>, data: Data, options?: AppendOptions): Promise<void>;
  /** Writes facts of one contract in one statement, in their order. */
  appendMany<Data>(
    transaction: Transaction,
    contract: EventContract<string, Data>,
    data: readonly Data[],
    options?: AppendOptions,
  ): Promise<void>;
  /**
   * Checks facts and gives the text of the JSON parameter for {@link outboxInsert}, for statements that write rows and facts at once.
   * Such a statement's caller calls `published()` after the commit.
   */
  encode(facts: readonly Fact[], options?: AppendOptions): string;
  /** Wakes the relay: facts were committed. */
  published(): void;
}

/** Events are news, not documents: larger data belongs in the owner's tables. */
const LARGEST_DATA = 1_048_576;
/** Subjects are indexed: PostgreSQL takes at most 2,704 bytes, and a row that it refuses there would hold up the relay for ever. */
const LONGEST_SUBJECT = 500;

/**
 * The SQL that writes encoded facts, to stand alone or as a part of a larger statement (`with … as (insert …)`).
 * The facts are the row set `fact(id, name, version, subject, revision, audience, data, occurred_at, traceparent)`.
 * @param parameter the place of the encoded text, e.g. "$3"
 * @param condition narrows the facts that are written, e.g. "where fact.subject in (select claimed.key from claimed)"
 */
export function outboxInsert(parameter: string, condition = ''): string {
  return `insert into outbox (id, name, version, subject, revision, audience, data, occurred_at, traceparent)
    select fact.id, fact.name, fact.version, fact.subject, fact.revision, fact.audience, fact.data, fact.occurred_at, fact.traceparent
    from rows from (jsonb_to_recordset(${parameter}::jsonb) as (id uuid, name text, version integer, subject text, revision bigint,
        audience text[], data jsonb, occurred_at timestamptz, traceparent text))
      with ordinality as fact (id, name, version, subject, revision, audience, data, occurred_at, traceparent, place)
    ${condition} order by fact.place`;
}

const APPEND = outboxInsert('$1');

export interface OutboxOptions {
  database: Database;
  clock: Clock;
  random: RandomStream;
  /** Called after facts were committed. */
  wakeRelay(): void;
}

/** Makes the outbox of a service's schema. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { database, clock, random, wakeRelay } = options;

  const encodeOne = ({ contract, data, traceparent }: Fact, common: { occurred_at: string; traceparent: string | undefined }): object => {
    if (contract.source !== database.schema) {
      throw new InvariantError(
        `${contract.name} is stated by "${contract.source}"; it cannot be written in the schema "${database.schema}"`,
      );
    }
    const parsed = contract.schema.safeParse(data);
    if (!parsed.success) throw new InvariantError(`A ${contract.name} does not have the shape of its contract: ${issuesOf(parsed.error)}`);
    const subject = contract.entityKey(parsed.data);
    if (subject.length === 0 || subject.length > LONGEST_SUBJECT)
      throw new InvariantError(`A ${contract.name} has a subject of ${subject.length} characters, not 1 to ${LONGEST_SUBJECT}`);
    const revision = contract.revision(parsed.data);
    if (!Number.isSafeInteger(revision))
      throw new InvariantError(`A ${contract.name} has revision ${revision}, which is not a whole number`);
    const audience = [...new Set(contract.audience(parsed.data))];
    const { name, version } = contract;
    return {
      id: random.uuid(),
      name,
      version,
      subject,
      revision,
      audience,
      data: parsed.data,
      ...common,
      ...(traceparent !== undefined && { traceparent }),
    };
  };
  const encode = (facts: readonly Fact[], { traceparent = currentTrace() }: AppendOptions = {}): string => {
    const common = { occurred_at: toIso(clock.now()), traceparent };
    const text = JSON.stringify(facts.map((fact) => encodeOne(fact, common)));
    if (text.length > LARGEST_DATA * Math.max(1, facts.length))
      throw new InvariantError(`Facts of ${text.length} characters are too large for events`);
    return text;
  };
  const write = async (transaction: Transaction, facts: readonly Fact[], appendOptions?: AppendOptions): Promise<void> => {
    if (facts.length === 0) return;
    await transaction.query(APPEND, [encode(facts, appendOptions)], { name: 'events_append' });
    transaction.afterCommit(wakeRelay);
  };
  return {
    append: (transaction, contract, data, appendOptions) =>
      write(transaction, [{ contract: contract as EventContract, data }], appendOptions),
    appendMany: (transaction, contract, data, appendOptions) =>
      write(
        transaction,
        data.map((item) => ({ contract: contract as EventContract, data: item })),
        appendOptions,
      ),
    encode,
    published: wakeRelay,
  };
}
