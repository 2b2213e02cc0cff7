/** `platform recompute-service-levels`: sums up the calls of a day anew from the raw rows and compares with every sum that is kept. */
import type { HostedSubgraph } from '@nodo-aperto/kernel/subgraph';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import { CommandError } from '../failure.ts';
import { execute } from '../operator.ts';
import { SUBGRAPHS } from '../subgraphs.ts';
import { type DatabaseCommandOptions, withSubgraphs } from './directory.ts';

export interface RecomputeServiceLevelsOptions extends DatabaseCommandOptions {
  day: string;
}

interface Recomputed {
  recomputeServiceLevels: {
    calls: string;
    compared: number;
    different: number;
    differences: {
      sum: string;
      start: string;
      kind: string;
      code: string;
      method: string;
      fault: string | null;
      kept: string;
      recomputed: string;
    }[];
  };
}

const RECOMPUTE = `query ($day: Date!) {
  recomputeServiceLevels(day: $day) { calls compared different differences { sum start kind code method fault kept recomputed } }
}`;

/**
 * @returns one sentence, when all sums are those of the rows
 * @throws CommandError naming the sums that are not, at most a hundred
 */
export async function recomputeServiceLevels({ day, ...options }: RecomputeServiceLevelsOptions): Promise<string> {
  if (!isLocalDate(day)) throw new CommandError(`"${day}" is not a day; expected one such as 2026-03-31.`);
  const quality = SUBGRAPHS.filter(({ name }) => name === 'quality');
  return withSubgraphs(options, quality, ([hosted]) => compare(hosted!, day));
}

async function compare(quality: HostedSubgraph, day: string): Promise<string> {
  const { calls, compared, different, differences } = (await execute<Recomputed>(quality, RECOMPUTE, { day })).recomputeServiceLevels;
  if (compared === 0) throw new CommandError(`There are no calls of ${day}.`);
  if (different > 0) {
    throw new CommandError(
      `${different} of ${compared} sums of ${day} are not those of the rows:`,
      differences.map(({ sum, start, kind, code, method, fault, kept, recomputed }) => {
        const counted = sum === 'MINUTES_OF_DAY' ? 'minutes' : 'calls';
        const basis = sum === 'MONTH' ? 'its days' : 'the rows';
        const figures =
          kept === recomputed ? `${kept} ${counted}, with other figures` : `kept ${kept} ${counted}, ${basis} give ${recomputed}`;
        const what = [kind, code, method, fault ?? '', sum, start].filter((word) => word !== '').join(' ');
        return `  ${what}: ${figures}`;
      }),
    );
  }
  return `All ${compared} sums of ${day} are those of its ${calls} calls.`;
}
