/** `/quality/kpi/v1/psps/{psp}`: the page and the CSV of a PSP's KPIs, for holders of a key with the product qifdrkpiservice. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addMonths, daysOf, isMonth, monthOf } from '../domain/month.ts';
import { KPI_PROFILES, type KpiProfile } from '../domain/profile.ts';
import { FLOW_KPIS } from '../domain/thresholds.ts';
import { KpiResultRow } from '../persistence/tables.ts';
import { exportCsv } from '../services/export-csv.ts';
import { dailySeries, runningValues } from '../services/running.ts';
import { kpiPage, type PastResult } from './kpi-page.ts';

const PRODUCT = 'qifdrkpiservice';
const BASE = '/quality/kpi/v1/psps/:pspCode';
const MONTHS_SHOWN = 12;

export interface KpiEdgeParts {
  database: Database;
  clock: Clock;
  directory: Pick<Directory, 'apiKey' | 'children' | 'psp'>;
}

interface Wanted {
  pspCode: string;
  month: string;
  profile: KpiProfile;
}

export function kpiEdge(parts: KpiEdgeParts): Edge {
  return {
    name: 'kpi',
    async register(app) {
      app.get(BASE, async (request, reply) => {
        const wanted = await wantedBy(parts, request);
        return closed(reply)
          .type('text/html; charset=utf-8')
          .send(await pageOf(parts, wanted));
      });
      app.get(`${BASE}/results.csv`, async (request, reply) => {
        const wanted = await wantedBy(parts, request);
        return closed(reply)
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="kpi-${wanted.pspCode}-${wanted.month}.csv"`)
          .send(await exportCsv(parts.database, wanted));
      });
    },
  };
}

/** The address may carry the key: nothing is kept, nothing is told to others, and the page loads nothing. */
function closed(reply: FastifyReply): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'");
}

/** @throws UnauthenticatedError, ForbiddenError, InputError; whether the PSP exists is not told */
async function wantedBy({ directory, clock }: KpiEdgeParts, request: FastifyRequest): Promise<Wanted> {
  const { pspCode } = request.params as { pspCode: string };
  const { party } = await apiKeyOf(request, directory, PRODUCT);
  if (party !== pspCode && !(await directory.children('channel', party)).some(({ data }) => data.psps.includes(pspCode)))
    throw new ForbiddenError('The key may not see this PSP.');
  const query = request.query as Record<string, unknown>;
  const month = query.month ?? monthOf(clock.now());
  if (typeof month !== 'string' || !isMonth(month)) throw InputError.at('month', 'is not a month', 'a month such as 2026-03');
  const profile = KPI_PROFILES.find((each) => each === (query.profile ?? KPI_PROFILES[0]));
  if (profile === undefined) throw InputError.at('profile', 'is not a reading of the rules', `one of ${KPI_PROFILES.join(', ')}`);
  return { pspCode, month, profile };
}

async function pageOf(parts: KpiEdgeParts, { pspCode, month, profile }: Wanted): Promise<string> {
  const { first: from, last: to } = daysOf(month);
  const daily: { kpi: (typeof FLOW_KPIS)[number]; figures: Awaited<ReturnType<typeof dailySeries>> }[] = [];
  for (const kpi of FLOW_KPIS) daily.push({ kpi, figures: await dailySeries(parts, pspCode, { from, to }, kpi, profile) });
  const psp = await parts.directory.psp(pspCode);
  return kpiPage({
    pspCode,
    pspName: psp?.name ?? pspCode,
    month,
    profile,
    running: await runningValues(parts, pspCode, month, profile),
    daily,
    past: await pastResults(parts.database, { pspCode, month, profile }),
  });
}

async function pastResults(database: Database, { pspCode, month, profile }: Wanted): Promise<PastResult[]> {
  return database.read((manager) =>
    manager.find(
      KpiResultRow,
      { pspCode, profile, month: { $gt: addMonths(month, -MONTHS_SHOWN), $lte: month } },
      { orderBy: { month: 'asc', kpi: 'asc' } },
    ),
  );
}
