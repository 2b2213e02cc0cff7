/**
 * GET /receipts/service/v1/organizations/{fiscalCode}/stand-in-drift[?from=…&to=…&differing=true]: the amount-drift report as CSV.
 * The interface is our own; access is that of the receipts of creditors. Source: design, section 5 (7).
 */
import { Readable } from 'node:stream';
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { InputError } from '@nodo-aperto/kernel/faults';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { Clock } from '@nodo-aperto/kernel/time';
import { periodOfDays } from '../domain/payment-period.ts';
import type { DriftReads } from '../services/read-drift.ts';
import { enter } from './creditor-access.ts';

interface Options {
  readonly directory: Directory;
  readonly database: Database;
  readonly clock: Clock;
  readonly drift: DriftReads;
}

export function driftReportEdge(options: Options): Edge {
  return {
    name: 'drift-report',
    async register(app) {
      app.get('/receipts/service/v1/organizations/:organizationfiscalcode/stand-in-drift', async (request, reply) => {
        const { organizationfiscalcode: creditorFiscalCode } = request.params as { organizationfiscalcode: string };
        await enter(options, request, reply, creditorFiscalCode);
        const query = request.query as Record<string, unknown>;
        const period = periodOfDays(textOf(query, 'from'), textOf(query, 'to'));
        const differing = textOf(query, 'differing') === 'true';
        const pieces = await options.drift.csv({ creditorFiscalCode, ...period, differing });
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="disavanzo-${creditorFiscalCode}.csv"`)
          .send(Readable.from(pieces));
      });
    },
  };
}

function textOf(query: Record<string, unknown>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw InputError.at(name, 'it is given several times', 'one value');
}
