/** Requests to take part, their steps, and their contracts. Instants are epoch milliseconds. */
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { RequestContent } from '../domain/onboarding/request.ts';
import type { RequestState } from '../domain/onboarding/request-state.ts';
import type { Workflow } from '../domain/onboarding/workflow.ts';
import type { Institution, InstitutionRole } from '../domain/permissions/institution.ts';
import type { Queryable } from './user-store.ts';

export interface RequestStep {
  readonly state: RequestState;
  readonly at: number;
  readonly by: string;
}

export interface OnboardingRequest {
  readonly id: string;
  /** Whom the institution will be, or is. */
  readonly institution: Institution;
  readonly workflow: Workflow;
  readonly state: RequestState;
  readonly content: RequestContent;
  /** Tax codes of the people whom it names. */
  readonly people: readonly string[];
  readonly requestedBy: string;
  /** Why it was rejected, or could not be completed. */
  readonly reason?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly expiresAt: number;
  readonly revision: number;
  readonly steps: readonly RequestStep[];
}

export interface StoredContract {
  readonly requestId: string;
  /** Name and version of the template that it was made from. */
  readonly template: string;
  /** SHA-256 of the document, hexadecimal. */
  readonly digest: string;
  readonly fileName: string;
  readonly createdAt: number;
  /** Tax codes of those who signed; absent until it is signed. */
  readonly signers?: readonly string[];
  readonly activatedAt?: number;
}

interface RequestRow {
  id: string;
  institution_role: InstitutionRole;
  institution: string;
  workflow: Workflow;
  state: RequestState;
  content: RequestContent;
  people: string[];
  requested_by: string;
  reason: string | null;
  created_at: Date;
  changed_at: Date;
  expires_at: Date;
  revision: number;
  steps: { state: RequestState; at: number; by: string }[];
}

const REQUEST = `select onboarding_request.*, (select jsonb_agg(jsonb_build_object('state', state, 'at', floor(extract(epoch from at) * 1000), 'by', by)
    order by step) from onboarding_request_step where request_id = onboarding_request.id) as steps
  from onboarding_request`;

export async function findRequest(from: Queryable, id: string): Promise<OnboardingRequest | undefined> {
  const [row] = await from.query<RequestRow>(`${REQUEST} where id = $1`, [id]);
  return row && requestOf(row);
}

export interface RequestFilter {
  /** Only those that name this person. */
  readonly person?: string;
  readonly institution?: Institution;
  readonly state?: RequestState;
}

/** Requests, newest first. */
export async function requests(
  from: Queryable,
  { person, institution, state }: RequestFilter,
  page: { after?: { createdAt: number; id: string }; limit: number },
): Promise<OnboardingRequest[]> {
  const rows = await from.query<RequestRow>(
    `${REQUEST} where ($1::text is null or people @> array[$1]) and ($2::text is null or (institution_role = $2 and institution = $3))
      and ($4::text is null or state = $4) and ($5::timestamptz is null or (created_at, id) < ($5, $6::uuid))
      order by created_at desc, id desc limit $7`,
    [
      person ?? null,
      institution?.role ?? null,
      institution?.code ?? null,
      state ?? null,
      page.after ? asDate(page.after.createdAt) : null,
      page.after?.id ?? null,
      page.limit,
    ],
  );
  return rows.map(requestOf);
}

/** Ids of requests whose time is over, those that ended first before the others. */
/** How many requests that somebody made are under way. */
export async function countOpenRequests(from: Queryable, requestedBy: string): Promise<number> {
  const [row] = await from.query<{ count: number }>(
    `select count(*)::int as count from onboarding_request where requested_by = $1 and state in ('REQUEST', 'TOBEVALIDATED', 'PENDING')`,
    [requestedBy],
  );
  return row?.count ?? 0;
}

export async function expiredRequests(from: Queryable, now: number, limit: number): Promise<string[]> {
  const rows = await from.query<{ id: string }>(
    `select id from onboarding_request where state in ('REQUEST', 'PENDING') and expires_at <= $1 order by expires_at, id limit $2`,
    [asDate(now), limit],
  );
  return rows.map(({ id }) => id);
}

/** Writes a request, and a step for each state that it has passed since it was last written. */
export async function saveRequest(to: Queryable, request: OnboardingRequest): Promise<void> {
  await to.query(
    `insert into onboarding_request (id, institution_role, institution, workflow, state, content, people, requested_by, reason, created_at,
        changed_at, expires_at, revision)
      values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12, $13)
      on conflict (id) do update set state = excluded.state, reason = excluded.reason, changed_at = excluded.changed_at,
        expires_at = excluded.expires_at, revision = excluded.revision`,
    [
      request.id,
      request.institution.role,
      request.institution.code,
      request.workflow,
      request.state,
      JSON.stringify(request.content),
      [...request.people],
      request.requestedBy,
      request.reason ?? null,
      asDate(request.createdAt),
      asDate(request.changedAt),
      asDate(request.expiresAt),
      request.revision,
    ],
  );
  await to.query(
    `insert into onboarding_request_step (request_id, step, state, at, by)
      select $1, each.step, each.state, to_timestamp(each.at / 1000.0), each.by
      from jsonb_to_recordset($2::jsonb) as each (step integer, state text, at float8, by text)
      on conflict (request_id, step) do nothing`,
    [request.id, JSON.stringify(request.steps.map((each, step) => ({ step, ...each })))],
  );
}

interface ContractRow {
  request_id: string;
  template: string;
  digest: string;
  file_name: string;
  created_at: Date;
  signers: string[] | null;
  activated_at: Date | null;
}

export async function findContract(from: Queryable, requestId: string): Promise<StoredContract | undefined> {
  const [row] = await from.query<ContractRow>(
    'select request_id, template, digest, file_name, created_at, signers, activated_at from onboarding_contract where request_id = $1',
    [requestId],
  );
  return row && contractOf(row);
}

/** The file of a contract: as it was drawn up, or as it came back signed. */
export async function contractFile(from: Queryable, requestId: string, signed: boolean): Promise<Uint8Array | undefined> {
  const column = signed ? 'signed_document' : 'document';
  const [row] = await from.query<{ file: Buffer | null }>(`select ${column} as file from onboarding_contract where request_id = $1`, [
    requestId,
  ]);
  return row?.file ?? undefined;
}

export async function saveContract(to: Queryable, contract: StoredContract, document: Uint8Array): Promise<void> {
  await to.query(
    'insert into onboarding_contract (request_id, template, digest, file_name, document, created_at) values ($1, $2, $3, $4, $5, $6)',
    [contract.requestId, contract.template, contract.digest, contract.fileName, Buffer.from(document), asDate(contract.createdAt)],
  );
}

export async function activateContract(
  to: Queryable,
  requestId: string,
  signed: { document: Uint8Array; signers: readonly string[]; at: number },
): Promise<void> {
  await to.query('update onboarding_contract set signed_document = $2, signers = $3, activated_at = $4 where request_id = $1', [
    requestId,
    Buffer.from(signed.document),
    [...signed.signers],
    asDate(signed.at),
  ]);
}

function requestOf(row: RequestRow): OnboardingRequest {
  return {
    id: row.id,
    institution: { role: row.institution_role, code: row.institution },
    workflow: row.workflow,
    state: row.state,
    content: row.content,
    people: row.people,
    requestedBy: row.requested_by,
    ...(row.reason !== null && { reason: row.reason }),
    createdAt: fromDate(row.created_at),
    changedAt: fromDate(row.changed_at),
    expiresAt: fromDate(row.expires_at),
    revision: row.revision,
    steps: row.steps,
  };
}

function contractOf(row: ContractRow): StoredContract {
  return {
    requestId: row.request_id,
    template: row.template,
    digest: row.digest,
    fileName: row.file_name,
    createdAt: fromDate(row.created_at),
    ...(row.signers && { signers: row.signers }),
    ...(row.activated_at && { activatedAt: fromDate(row.activated_at) }),
  };
}
