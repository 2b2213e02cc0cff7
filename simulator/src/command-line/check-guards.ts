/** `npm run simulate -- --check-guards`: which invariant sees it when a guard of the platform is gone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { allCaught, checkGuards, GUARDS } from '../guards/index.ts';
import type { CheckedGuard } from '../guards/index.ts';
import { CommandError } from './command-error.ts';
import { asTable } from './text.ts';

export interface CheckGuardsOptions {
  /** Where the JSON report goes. */
  readonly reports: string;
  /** Only guards whose name has these words. */
  readonly only?: string;
}

/** @returns 0 when every guard's removal was seen and nothing else, 1 when not, 130 when it was broken off. @throws CommandError */
export async function checkGuardsCommand({ reports, only }: CheckGuardsOptions, print: (line: string) => void): Promise<number> {
  const guards = GUARDS.filter(({ name }) => only === undefined || name.includes(only));
  if (guards.length === 0)
    throw new CommandError(`No guard has "${only}" in its name; they are: ${GUARDS.map(({ name }) => name).join('; ')}.`);
  const breaking = new AbortController();
  const onSignal = (): void => breaking.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    const result = await checkGuards({
      guards,
      log: createLogger({ service: 'simulate', level: 'error' }),
      signal: breaking.signal,
      onUnharmed: (violations, seconds) => {
        print(`With all guards, in ${seconds.toFixed(1)} s: ${violations.length === 0 ? 'everything holds.' : 'NOT everything holds.'}`);
        for (const { invariant, what } of violations) print(`  VIOLATED: ${invariant}: ${what}`);
      },
      onChecked: (checked) => print(`Without "${checked.name}", in ${checked.seconds} s: ${verdictOf(checked)}`),
    });
    const table = result.guards.map((checked) => [
      checked.name,
      checked.caughtBy[0] === undefined ? verdictOf(checked) : caughtBy(checked),
    ]);
    for (const line of ['', ...asTable(['GUARD', 'CAUGHT BY'], table)]) print(line);
    await mkdir(reports, { recursive: true });
    const file = join(reports, 'guards.json');
    await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
    print(`Report: ${file}`);
    return allCaught(result) ? 0 : 1;
  } catch (error) {
    if (!breaking.signal.aborted) throw error;
    print('Broken off.');
    return 130;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal);
  }
}

/** What was seen of one guard's removal, in a sentence. */
function verdictOf({ caughtBy: all, violation, problem }: CheckedGuard): string {
  if (problem !== undefined) return `NO RESULT: ${problem}`;
  return all.length === 0 ? 'CAUGHT BY NOBODY' : (violation?.what ?? '');
}

/** The rules that fired, that which watches over it first. */
function caughtBy({ caughtBy: all, watchedBy }: CheckedGuard): string {
  const others = all.filter((name) => name !== watchedBy).join('; ');
  if (!all.includes(watchedBy)) return `NOT by "${watchedBy}", but by: ${others}`;
  return others === '' ? watchedBy : `${watchedBy} (also: ${others})`;
}
