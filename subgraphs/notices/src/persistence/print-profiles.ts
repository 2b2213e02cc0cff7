/** How creditors present themselves on their notices, and the secret with which links to files are signed. */
import type { Database } from '@nodo-aperto/kernel/database';
import { invariant } from '@nodo-aperto/kernel/faults';
import { asDate } from '@nodo-aperto/kernel/time';

export interface PrintProfile {
  readonly office?: string | undefined;
  readonly info?: string | undefined;
  readonly website?: string | undefined;
  readonly app?: string | undefined;
  readonly logo?: Uint8Array | undefined;
}

interface ProfileColumns {
  office: string | null;
  info: string | null;
  website: string | null;
  app: string | null;
  logo: Buffer | null;
}

/** The profile of a creditor; an empty one when it has set none. */
export async function readProfile(database: Pick<Database, 'query'>, creditorFiscalCode: string): Promise<PrintProfile> {
  const [row] = await database.query<ProfileColumns>(
    'select office, info, website, app, logo from print_profile where creditor_fiscal_code = $1',
    [creditorFiscalCode],
  );
  if (!row) return {};
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as PrintProfile;
}

export async function writeProfile(
  database: Pick<Database, 'query'>,
  creditorFiscalCode: string,
  { office, info, website, app, logo }: PrintProfile,
  at: number,
): Promise<void> {
  await database.query(
    `insert into print_profile (creditor_fiscal_code, office, info, website, app, logo, updated_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (creditor_fiscal_code) do update set office = $2, info = $3, website = $4, app = $5, logo = $6, updated_at = $7`,
    [creditorFiscalCode, office ?? null, info ?? null, website ?? null, app ?? null, logo ? Buffer.from(logo) : null, asDate(at)],
  );
}

/** The secret of this database; whoever comes first makes it. */
export async function linkSecret(database: Pick<Database, 'query'>, fresh: string): Promise<string> {
  await database.query('insert into print_secret (id, secret) values (1, $1) on conflict (id) do nothing', [fresh]);
  const [row] = await database.query<{ secret: string }>('select secret from print_secret where id = 1');
  invariant(row !== undefined, 'the secret was made');
  return row.secret;
}
