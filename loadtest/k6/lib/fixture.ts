/** What the runner prepared for this run: parties, tokens, documents, and the notices that it issued and loaded. */
import { SharedArray } from 'k6/data';

/** Written by `loadtest/src/fixture.ts`; the two files agree on this shape. */
export interface Fixture {
  /** http://host:port of the platform. */
  readonly base: string;
  /** Where the runner takes orders: creditors on and off. */
  readonly control: string;
  readonly tokens: { readonly psp: string; readonly creditors: readonly string[]; readonly subscribers: readonly string[] };
  /** Hashes of the persisted documents, by the name of their file. */
  readonly documents: Readonly<Record<string, string>>;
  readonly psp: { readonly code: string; readonly channel: string; readonly password: string; readonly key: string };
  readonly creditors: readonly { readonly fiscalCode: string; readonly iban: string; readonly segregationCode: string }[];
  /** Distinguishes what this run makes from what an earlier one made. */
  readonly run: string;
  /** Calendar day of the run, for dates in requests. */
  readonly day: string;
}

/** A notice that only this run pays, once. */
export interface FixtureNotice {
  readonly creditor: number;
  readonly noticeNumber: string;
  readonly amount: number;
}

const folder = __ENV['LOADTEST_FIXTURE'] ?? '';

export const fixture = JSON.parse(open(`${folder}/fixture.json`)) as Fixture;

/** Shared by all virtual users: one copy in memory, however many there are. */
export const notices = new SharedArray<FixtureNotice>('notices', () =>
  (JSON.parse(open(`${folder}/notices.json`)) as [number, string, number][]).map(([creditor, noticeNumber, amount]) => ({
    creditor,
    noticeNumber,
    amount,
  })),
);

/** A whole number that the runner set, e.g. the rate. */
export function setting(name: string): number {
  const value = Number(__ENV[name]);
  if (!Number.isFinite(value)) throw new Error(`${name} is not set; start load tests with: npm run loadtest -- NAME`);
  return value;
}
