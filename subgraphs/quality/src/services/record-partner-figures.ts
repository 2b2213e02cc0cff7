/** Takes in what partner modules count outside the platform, and unplanned stops of stations. */
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Clock, DAY } from '@nodo-aperto/kernel/time';
import { MODULES } from '../domain/partner/modules.ts';
import { type PartnerFact, putPartnerRecords, putShutdown, type RecordedShutdown } from '../persistence/partner-records.ts';
import type { PartnerDirectory } from './partner-evidence.ts';

export interface FigureParts {
  database: Database;
  clock: Clock;
  directory: PartnerDirectory;
}

export interface FigureIssue {
  index: number;
  path: string;
  message: string;
  expected: string;
}

const MOST_FIGURES = 1_000;
const LONGEST_SPAN_MS = 31 * DAY;
const LARGEST_FIGURE = 1_000_000_000;
const LONGEST_SUBJECT = 35;

/** Records the figures that are right; one of the same span and subject takes the place of the one before. @throws InputError for too many */
export async function recordFigures(
  parts: FigureParts,
  figures: readonly PartnerFact[],
): Promise<{ recorded: number; issues: FigureIssue[] }> {
  if (figures.length === 0 || figures.length > MOST_FIGURES)
    throw InputError.at('figures', `has ${figures.length} figures`, `1 to ${MOST_FIGURES} figures`);
  const issues: FigureIssue[] = [];
  const right = new Map<string, PartnerFact>();
  for (const [index, figure] of figures.entries()) {
    const issue = await issueOf(parts, figure);
    const key = `${figure.partnerCode} ${figure.module} ${figure.from} ${figure.subject}`;
    if (issue) issues.push({ index, ...issue });
    else if (right.has(key)) issues.push({ index, path: 'subject', message: 'is there twice at this instant', expected: 'each once' });
    else right.set(key, figure);
  }
  await parts.database.transaction((transaction) => putPartnerRecords(transaction, [...right.values()]));
  return { recorded: right.size, issues };
}

async function issueOf({ directory, clock }: FigureParts, figure: PartnerFact): Promise<Omit<FigureIssue, 'index'> | undefined> {
  const { partnerCode, module, subject, from, until, part, whole } = figure;
  const wrong = (path: string, message: string, expected: string) => ({ path, message, expected });
  if (MODULES[module].source === 'PLATFORM')
    return wrong('module', `${module} is computed from facts`, 'a module whose figures are recorded');
  if (MODULES[module].rule.kind === 'MANUAL') return wrong('module', `${module} is decided by a person`, 'a module that counts');
  if (!(await directory.creditorBroker(partnerCode))) return wrong('partnerCode', 'is not known', 'the code of a broker of creditors');
  if (subject.length > LONGEST_SUBJECT) return wrong('subject', 'is too long', `up to ${LONGEST_SUBJECT} characters`);
  if (until <= from || until - from > LONGEST_SPAN_MS)
    return wrong('until', 'is not after from, or too far', 'an instant up to 31 days after from');
  if (until > clock.now()) return wrong('until', 'lies ahead', 'an instant that has passed');
  for (const [path, value] of Object.entries({ part, whole })) {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_FIGURE)
      return wrong(path, `is ${value}`, `a whole number from 0 to ${LARGEST_FIGURE}`);
  }
  return undefined;
}

const REASON = { least: 3, most: 500 };

/** Records an unplanned stop of a station. @throws InputError naming what is wrong */
export async function recordShutdown(
  { database, directory, clock }: FigureParts,
  shutdown: Omit<RecordedShutdown, 'partnerCode'>,
): Promise<void> {
  const station = await directory.station(shutdown.station);
  if (!station) throw InputError.at('station', 'is not known', 'the code of a station');
  if (shutdown.until <= shutdown.from || shutdown.until > clock.now())
    throw InputError.at('until', 'is not after from, or lies ahead', 'an instant after from that has passed');
  const reason = shutdown.reason.trim();
  if (reason.length < REASON.least || reason.length > REASON.most)
    throw InputError.at('reason', 'is missing or too long', `a reason of ${REASON.least} to ${REASON.most} characters`);
  await database.transaction((transaction) => putShutdown(transaction, { ...shutdown, reason, partnerCode: station.broker }));
}
