/** What a run needs and owns: parties of its own, creditors that answer, notices in their books and in the archive. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { type Clock, toLocalDate } from '@nodo-aperto/kernel/time';
import { type CreditorSpecification, type Fleet, startFleet } from '@nodo-aperto/simulator';
import { noticeNumber } from '../k6/lib/notice-number.ts';
import { LoadtestError } from './failure.ts';
import { untilArchiveFollowed } from './figures.ts';
import { ask } from './graph.ts';
import { CHANNEL, CREDITORS, directoryFile, PASSWORD, PSP, PSP_KEY } from './parties.ts';
import type { TargetPlatform } from './platform.ts';

const OPERATIONS = fileURLToPath(new URL('../../schema/operations/', import.meta.url));
const ITEMS = 1_000;
/** Bulk writes under way at once. */
const WRITERS = 2;
const LIFETIME_MS = 6 * 3_600_000;
/** A caller may have a thousand sockets: ten callers share them, told apart by their tax codes. */
const SUBSCRIBERS = 10;
const FOLLOW_MS = 30_000;

export interface PreparedFixture extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly documents: Readonly<Record<string, string>>;
  readonly operatorToken: string;
  /** Positions loaded, how long that took, and how much later all copies of the archive had them (absent where the platform does not tell). */
  readonly loaded: { readonly count: number; readonly milliseconds: number; readonly followedAfterMs?: number | undefined };
}

export interface FixtureOptions {
  readonly platform: TargetPlatform;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the files for k6 are written. */
  readonly folder: string;
  /** Where k6 finds the runner's control. */
  readonly controlUrl: string;
  /** Notices to pay. */
  readonly notices: number;
  /** Positions beside them. */
  readonly positions: number;
}

/** Makes everything and writes the files that k6 reads. @throws LoadtestError */
export async function prepareFixture(options: FixtureOptions): Promise<PreparedFixture> {
  const { platform, clock, log, folder } = options;
  const run = clock.now().toString(36);
  const fleet = await startFleet({ creditors: CREDITORS, clock, random: seededStreams('load'), log });
  try {
    const documents = await documentHashes();
    const operatorToken = await platform.token({ role: 'OPERATOR', lifetimeMs: LIFETIME_MS });
    const creditorTokens = await Promise.all(
      CREDITORS.map(({ fiscalCode }) => platform.token({ role: 'EC', tenant: fiscalCode, lifetimeMs: LIFETIME_MS })),
    );
    await loadParties(options, fleet, operatorToken);
    await untilFollowed(options, documents, creditorTokens[0] ?? '');
    const issued = issue(fleet, options.notices);
    const began = clock.monotonic();
    await loadPositions(options, documents, creditorTokens, issued);
    const milliseconds = clock.monotonic() - began;
    const followedAfterMs = await untilArchiveFollowed(platform.base, clock);
    const fixture = {
      base: platform.base,
      control: options.controlUrl,
      tokens: {
        psp: await platform.token({ role: 'PSP', tenant: PSP, lifetimeMs: LIFETIME_MS }),
        creditors: creditorTokens,
        subscribers: await Promise.all(
          Array.from({ length: SUBSCRIBERS }, (_each, index) =>
            platform.token({ role: 'OPERATOR', fiscalCode: `9990000001${index}`, lifetimeMs: LIFETIME_MS }),
          ),
        ),
      },
      documents,
      psp: { code: PSP, channel: CHANNEL, password: PASSWORD, key: PSP_KEY },
      creditors: CREDITORS.map(({ fiscalCode, ibans, segregationCode }) => ({ fiscalCode, iban: ibans[0], segregationCode })),
      run,
      day: toLocalDate(clock.now()),
    };
    await writeFile(join(folder, 'fixture.json'), JSON.stringify(fixture), { mode: 0o600 });
    await writeFile(join(folder, 'notices.json'), JSON.stringify(issued));
    return {
      fleet,
      documents,
      operatorToken,
      loaded: { count: issued.length + options.positions, milliseconds, followedAfterMs },
      [Symbol.asyncDispose]: () => fleet.stop(),
    };
  } catch (error) {
    await fleet.stop();
    throw error;
  }
}

/** The hash of each persisted document, by the name of its file without ending. */
async function documentHashes(): Promise<Record<string, string>> {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql'));
  const entries = files.map(async (name) => [
    name.slice(0, -'.graphql'.length),
    createHash('sha256')
      .update(await readFile(join(OPERATIONS, name)))
      .digest('hex'),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
}

async function loadParties({ platform: { base }, clock }: FixtureOptions, fleet: Fleet, token: string): Promise<void> {
  const file = directoryFile((station) => fleet.endpointOf(station));
  const query = 'mutation ($file: String!) { importDirectory(file: $file) { issues { line path message } } }';
  const { importDirectory } = await ask<{ importDirectory: { issues: unknown[] } }>({
    base,
    clock,
    token,
    document: { query },
    variables: { file },
  });
  if (importDirectory.issues.length > 0)
    throw new LoadtestError(`The parties of the run were not accepted: ${JSON.stringify(importDirectory.issues.slice(0, 3))}`);
}

/** Other services follow the directory within a moment: positions can be loaded when notices does. */
async function untilFollowed(
  { platform: { base }, clock }: FixtureOptions,
  documents: Readonly<Record<string, string>>,
  token: string,
): Promise<void> {
  const [creditor] = CREDITORS;
  if (!creditor) throw new LoadtestError('There are no creditors.');
  const deadline = clock.monotonic() + FOLLOW_MS;
  const probe = position(creditor, 9_999_999_999_999, 100);
  for (;;) {
    const { createPositions } = await ask<{ createPositions: { accepted: number } }>({
      base,
      clock,
      token,
      document: { documentId: `sha256:${documents['create-positions']}` },
      variables: { items: [probe] },
    });
    if (createPositions.accepted === 1) return;
    if (clock.monotonic() > deadline) throw new LoadtestError('The services did not follow the directory within half a minute.');
    await clock.sleep(100);
  }
}

/** Issues the notices in the creditors' books, one creditor after the other. */
function issue(fleet: Fleet, count: number): [creditor: number, noticeNumber: string, amount: number][] {
  return Array.from({ length: count }, (_each, index) => {
    const creditor = index % CREDITORS.length;
    const amount = 1_000 + (index % 50_000);
    const notice = fleet.issueNotice(CREDITORS[creditor]?.stationCode ?? '', {
      amount,
      description: 'Load test',
      debtor: { type: 'F', code: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
    });
    return [creditor, notice.noticeNumber, amount];
  });
}

async function loadPositions(
  options: FixtureOptions,
  documents: Readonly<Record<string, string>>,
  tokens: readonly string[],
  issued: readonly [number, string, number][],
): Promise<void> {
  const { platform, clock } = options;
  const pages: { creditor: number; items: object[] }[] = [];
  for (const [index, creditor] of CREDITORS.entries()) {
    const own = issued.filter(([of]) => of === index).map(([, number, amount]) => positionOf(creditor, number, amount));
    const more = Math.ceil(options.positions / CREDITORS.length);
    for (let at = 0; at < own.length; at += ITEMS) pages.push({ creditor: index, items: own.slice(at, at + ITEMS) });
    for (let at = 0; at < more; at += ITEMS) {
      const size = Math.min(ITEMS, more - at);
      pages.push({
        creditor: index,
        items: Array.from({ length: size }, (_each, item) => position(creditor, 1_000_000_000_000 + at + item, 2_000)),
      });
    }
  }
  const write = async (): Promise<void> => {
    for (let page = pages.pop(); page; page = pages.pop()) {
      const { createPositions } = await ask<{ createPositions: { rejected: number; items: { errors: unknown[] }[] } }>({
        base: platform.base,
        clock,
        token: tokens[page.creditor] ?? '',
        document: { documentId: `sha256:${documents['create-positions']}` },
        variables: { items: page.items },
      });
      const { rejected, items } = createPositions;
      if (rejected > 0)
        throw new LoadtestError(`Positions were rejected: ${JSON.stringify(items.find(({ errors }) => errors.length > 0)?.errors)}`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

const position = (creditor: CreditorSpecification, base: number, amount: number) =>
  positionOf(creditor, noticeNumber(creditor.segregationCode, base), amount);

function positionOf(creditor: CreditorSpecification, number: string, amount: number): object {
  return {
    creditorFiscalCode: creditor.fiscalCode,
    noticeNumber: number,
    iuv: number.slice(1),
    amount,
    description: 'Load test',
    debtorType: 'F',
    debtorFiscalCode: 'RSSMRA80A01H501U',
    debtorFullName: 'Mario Rossi',
    expirationDate: '2099-12-31T23:59:59+01:00',
    iban: creditor.ibans[0],
  };
}
