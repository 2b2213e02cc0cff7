/** What is known of who adopted which initiative: facts first seen, declarations, and how institutions are configured. */
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { InitiativeSubject } from '../domain/initiatives.ts';
import type { Institution } from '../domain/permissions/institution.ts';
import type { InstitutionFacts, ObservedFact } from '../domain/roadmap/adoption.ts';
import type { Queryable } from './user-store.ts';

/** What an institution says of its part in an initiative. Instants are epoch milliseconds. */
export interface AdoptionDeclaration {
  readonly institution: Institution;
  readonly initiative: string;
  readonly adopted: boolean;
  readonly note?: string;
  readonly declaredBy: string;
  readonly declaredAt: number;
  readonly revision: number;
}

interface DeclarationRow {
  institution_role: Institution['role'];
  institution: string;
  initiative: string;
  adopted: boolean;
  note: string | null;
  declared_by: string;
  declared_at: Date;
  revision: number;
}

/** Something seen of an institution for the first time. */
export interface Observation {
  readonly fact: ObservedFact;
  readonly institution: string;
  readonly at: number;
}

/** Keeps what is new of the observations; the earliest instant of each stays. */
export async function noteObservations(to: Queryable, observations: readonly Observation[]): Promise<void> {
  if (observations.length === 0) return;
  await to.query(
    `insert into observed_adoption (fact, institution, since)
      select fact, institution, min(at) from jsonb_to_recordset($1::jsonb) as seen (fact text, institution text, at timestamptz)
      group by fact, institution order by fact, institution
      on conflict (institution, fact) do nothing`,
    [JSON.stringify(observations.map(({ at, ...rest }) => ({ ...rest, at: toIso(at) })))],
  );
}

const SUBJECTS = { EC: 'EC', PSP: 'PSP', PARTNER: 'PT' } as const satisfies Record<Institution['role'], InitiativeSubject>;

interface FactsRow {
  stations: { standInFlag: boolean; paymentOptions: boolean; asynchronous: boolean }[];
  routes: { aca: boolean; standIn: boolean }[];
  channels: { standInFlag: boolean }[];
  products: string[];
  users: number;
  observed: Record<string, number>;
}

const FACTS = `select
  (select coalesce(jsonb_agg(jsonb_build_object('standInFlag', stand_in_flag, 'paymentOptions', payment_options,
      'asynchronous', coalesce(asynchronous, false)) order by code), '[]') from station
    where $2 = 'EC' and enabled and code in (select station from route where creditor_institution = $1)) as stations,
  (select coalesce(jsonb_agg(jsonb_build_object('aca', aca, 'standIn', stand_in) order by code), '[]') from route
    where $2 = 'EC' and creditor_institution = $1) as routes,
  (select coalesce(jsonb_agg(jsonb_build_object('standInFlag', stand_in_flag) order by code), '[]') from channel
    where $2 = 'PSP' and enabled and code in (select channel from channel_psp where psp = $1)) as channels,
  array(select distinct unnest(products) from api_key where party = $1
    or $2 = 'EC' and party in (select broker from station join route on route.station = station.code where route.creditor_institution = $1)
    or $2 = 'PSP' and party in (select broker from channel join channel_psp on channel_psp.channel = channel.code where channel_psp.psp = $1)
  ) as products,
  (select count(*)::int from institution_user where institution_role = $2 and institution = $1 and state = 'ACTIVE') as users,
  (select coalesce(jsonb_object_agg(fact, floor(extract(epoch from since) * 1000)), '{}') from observed_adoption where institution = $1) as observed`;

/** What is known of an institution now. */
export async function factsOf(from: Queryable, { role, code }: Institution): Promise<InstitutionFacts> {
  const [row] = await from.query<FactsRow>(FACTS, [code, role]);
  return {
    subject: SUBJECTS[role],
    stations: row?.stations ?? [],
    routes: row?.routes ?? [],
    channels: row?.channels ?? [],
    products: new Set(row?.products),
    activeUsers: row?.users ?? 0,
    observed: row?.observed ?? {},
  };
}

export async function declarationsOf(from: Queryable, { role, code }: Institution): Promise<AdoptionDeclaration[]> {
  const rows = await from.query<DeclarationRow>(
    'select * from adoption_declaration where institution_role = $1 and institution = $2 order by initiative',
    [role, code],
  );
  return rows.map((row) => ({
    institution: { role: row.institution_role, code: row.institution },
    initiative: row.initiative,
    adopted: row.adopted,
    ...(row.note !== null && { note: row.note }),
    declaredBy: row.declared_by,
    declaredAt: fromDate(row.declared_at),
    revision: row.revision,
  }));
}

export async function saveDeclaration(to: Queryable, declaration: AdoptionDeclaration): Promise<void> {
  const { institution, initiative, adopted, note, declaredBy, declaredAt, revision } = declaration;
  await to.query(
    `insert into adoption_declaration (institution_role, institution, initiative, adopted, note, declared_by, declared_at, revision)
      values ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8)
      on conflict (institution_role, institution, initiative) do update set adopted = excluded.adopted, note = excluded.note,
        declared_by = excluded.declared_by, declared_at = excluded.declared_at, revision = excluded.revision`,
    [institution.role, institution.code, initiative, adopted, note ?? null, declaredBy, toIso(declaredAt), revision],
  );
}
