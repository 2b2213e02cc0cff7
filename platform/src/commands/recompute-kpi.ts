/** `platform recompute-kpi`: computes the KPIs of a month again from the raw rows and compares them with the results that are kept. */
import type { HostedSubgraph } from '@nodo-aperto/kernel/subgraph';
import { CommandError } from '../failure.ts';
import { execute } from '../operator.ts';
import { SUBGRAPHS } from '../subgraphs.ts';
import { type DatabaseCommandOptions, withSubgraphs } from './directory.ts';

export interface RecomputeOptions extends DatabaseCommandOptions {
  month: string;
  psp?: string;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const PAGE = 100;

/**
 * @returns one sentence, when all results are those of the rows
 * @throws CommandError naming every result that is not
 */
export async function recomputeKpi(options: RecomputeOptions): Promise<string> {
  if (!MONTH.test(options.month)) throw new CommandError(`"${options.month}" is not a month; expected one such as 2026-03.`);
  const quality = SUBGRAPHS.filter(({ name }) => name === 'quality');
  return withSubgraphs(options, quality, ([hosted]) => compare(hosted!, options));
}

interface Compared {
  recomputeKpis: { same: boolean; sample: number; faults: number; kept: { id: string; sample: number; faults: number } }[];
}

const COMPARE = `query ($psp: String!, $month: String!) {
  recomputeKpis(pspCode: $psp, month: $month) { same sample faults kept { id sample faults } }
}`;

async function compare(quality: HostedSubgraph, { month, psp }: RecomputeOptions): Promise<string> {
  const psps = psp === undefined ? await pspsOf(quality, month) : [psp];
  const different: string[] = [];
  let count = 0;
  for (const each of psps) {
    const { recomputeKpis } = await execute<Compared>(quality, COMPARE, { psp: each, month });
    count += recomputeKpis.length;
    for (const { same, sample, faults, kept } of recomputeKpis) {
      if (same) continue;
      const rows = `${faults} of ${sample}`;
      const result = `${kept.faults} of ${kept.sample}`;
      different.push(`  ${kept.id}: ${rows === result ? `${rows}, from other evidence` : `kept ${result}, the rows give ${rows}`}`);
    }
  }
  if (count === 0) throw new CommandError(`There are no results of ${month}${psp === undefined ? '' : ` of PSP ${psp}`}.`);
  if (different.length > 0)
    throw new CommandError(`${different.length} of ${count} results of ${month} are not those of the rows:`, different);
  return `All ${count} results of ${month} are those of the rows.`;
}

const PSPS = `query ($month: String!, $after: String) {
  kpiResults(month: $month, first: ${PAGE}, after: $after) { edges { node { psp { code } } } pageInfo { hasNextPage endCursor } }
}`;

interface Page {
  kpiResults: { edges: { node: { psp: { code: string } } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

async function pspsOf(quality: HostedSubgraph, month: string): Promise<string[]> {
  const found = new Set<string>();
  for (let after: string | null = null; ; ) {
    const { kpiResults }: Page = await execute<Page>(quality, PSPS, { month, after });
    for (const { node } of kpiResults.edges) found.add(node.psp.code);
    if (!kpiResults.pageInfo.hasNextPage) return [...found];
    after = kpiResults.pageInfo.endCursor;
  }
}
