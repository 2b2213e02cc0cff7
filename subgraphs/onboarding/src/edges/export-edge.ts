/**
 * GET /back-office/v1/exports/{stations|ibans|creditor-institutions}?format=csv|json[&role=EC|PARTNER&code=…]
 * A whole export, streamed: no more of it is in memory than a page and what the connection takes, however long it is.
 * Source: domain facts, Onboarding sections 5.4 and 5.6 (exports).
 */
import { Readable } from 'node:stream';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { InputError, LimitError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import { type Clock, MINUTE } from '@nodo-aperto/kernel/time';
import type { FastifyRequest } from 'fastify';
import type { Institution } from '../domain/permissions/institution.ts';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportPage,
  type ExportRequest,
  type ExportService,
  type ExportSubject,
  LARGEST_EXPORT_PAGE,
} from '../services/exports.ts';
import { BACK_OFFICE_PATH, callerOf, type Verify } from './caller.ts';

interface Options {
  readonly exports: ExportService;
  readonly verify: Verify;
  /** Real time: how long a client may take. */
  readonly waits: Clock;
}

const SUBJECTS: Readonly<Record<string, ExportSubject>> = {
  stations: 'STATIONS',
  ibans: 'IBANS',
  'creditor-institutions': 'CREDITOR_INSTITUTIONS',
};
const TYPES: Readonly<Record<ExportFormat, string>> = {
  CSV: 'text/csv; charset=utf-8; header=present',
  JSON: 'application/json; charset=utf-8',
};
const AT_ONCE = 4;
const LONGEST_MS = 10 * MINUTE;
const RETRY_SECONDS = 10;

export function exportEdge({ exports, verify, waits }: Options): Edge {
  let running = 0;
  return {
    name: 'back-office-exports',
    async register(app) {
      app.get(`${BACK_OFFICE_PATH}/exports/:subject`, async (request, reply) => {
        const principal = await callerOf(request, verify, 'EC', 'PARTNER', 'OPERATOR');
        const wanted = wantedOf(request);
        if (running >= AT_ONCE) throw new LimitError(`${AT_ONCE} exports are running; try again in a moment.`, RETRY_SECONDS);
        running += 1;
        const patience = waits.schedule(LONGEST_MS, () => reply.raw.destroy());
        reply.raw.once('close', () => {
          running -= 1;
          patience[Symbol.dispose]();
        });
        // Read before anything is sent: what is refused is refused with a status.
        const first = await exports.page(principal, wanted);
        const name = `${(request.params as { subject: string }).subject}.${wanted.format.toLowerCase()}`;
        return reply
          .type(TYPES[wanted.format])
          .header('content-disposition', `attachment; filename="${name}"`)
          .header('cache-control', 'private, no-store')
          .send(Readable.from(texts(exports, principal, wanted, first), { highWaterMark: 1 }));
      });
    },
  };
}

/** The pages of an export, each read when the one before was taken. */
async function* texts(exports: ExportService, principal: Principal, wanted: ExportRequest, first: ExportPage): AsyncGenerator<string> {
  const json = wanted.format === 'JSON';
  if (json) yield '[';
  let page = first;
  let begun = false;
  for (;;) {
    const text = json ? page.content.slice(1, -1) : page.content;
    if (text !== '') yield json && begun ? `,${text}` : text;
    begun ||= text !== '';
    if (!page.hasNextPage || page.last === undefined) break;
    page = await exports.page(principal, { ...wanted, after: page.last });
  }
  if (json) yield ']';
}

/** @throws NotFoundError for another subject; InputError naming what is wrong with the query */
function wantedOf(request: FastifyRequest): ExportRequest {
  const name = (request.params as { subject: string }).subject;
  const subject = Object.hasOwn(SUBJECTS, name) ? SUBJECTS[name] : undefined;
  if (!subject) throw new NotFoundError(`There is no export of this name; there are ${Object.keys(SUBJECTS).join(', ')}.`);
  const { format = 'csv', role, code } = request.query as Record<string, unknown>;
  const written = EXPORT_FORMATS.find((each) => each.toLowerCase() === format);
  if (!written) throw InputError.at('format', 'is not known', 'csv or json');
  return { subject, format: written, institution: institutionOf(role, code), limit: LARGEST_EXPORT_PAGE };
}

function institutionOf(role: unknown, code: unknown): Institution | null {
  if (role === undefined && code === undefined) return null;
  if (role !== 'EC' && role !== 'PARTNER') throw InputError.at('role', 'is not valid', 'EC or PARTNER, together with a code');
  if (typeof code !== 'string' || code === '' || code.length > 35)
    throw InputError.at('code', 'is not valid', 'the code of an institution, together with its role');
  return { role, code };
}
