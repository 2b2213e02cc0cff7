/** How a creditor presents itself on its notices: set by itself, its broker or an operator. */
import { ForbiddenError, InputError, type InputIssue } from '@nodo-aperto/kernel/faults';
import { LARGEST_LOGO_BYTES, logoIssue } from '../domain/printing/logo.ts';
import { readProfile, writeProfile } from '../persistence/print-profiles.ts';
import type { Actor, PositionFunction } from './creditors.ts';
import type { Printing } from './print-notices.ts';

const LONGEST = { office: 50, info: 100, website: 100, app: 100 } as const;
type TextName = keyof typeof LONGEST;

export type ProfileInput = { readonly [Name in TextName | 'logo']?: string | null | undefined };

export interface ShownProfile {
  creditorFiscalCode: string;
  office?: string | undefined;
  info?: string | undefined;
  website?: string | undefined;
  app?: string | undefined;
  hasLogo: boolean;
}

/** @throws ForbiddenError */
export async function profileOf(printing: Printing, actor: Actor, creditorFiscalCode: string): Promise<ShownProfile> {
  await assertMayAct(printing, actor, creditorFiscalCode, 'POSITIONS_READ');
  const { logo, ...profile } = await readProfile(printing.database, creditorFiscalCode);
  return { creditorFiscalCode, ...profile, hasLogo: logo !== undefined };
}

/** @throws ForbiddenError, InputError naming every field that is wrong */
export async function setProfile(printing: Printing, actor: Actor, creditorFiscalCode: string, input: ProfileInput): Promise<ShownProfile> {
  await assertMayAct(printing, actor, creditorFiscalCode, 'POSITIONS_WRITE');
  const issues: InputIssue[] = Object.entries(LONGEST).flatMap(([path, longest]) =>
    (input[path as TextName] ?? '').length > longest ? [{ path, message: 'is too long', expected: `up to ${longest} characters` }] : [],
  );
  const logo = input.logo ? readLogo(input.logo, issues) : undefined;
  if (issues.length > 0) throw new InputError(issues);
  const textOf = (name: TextName) => input[name]?.trim() || undefined;
  const texts = { office: textOf('office'), info: textOf('info'), website: textOf('website'), app: textOf('app') };
  await writeProfile(printing.database, creditorFiscalCode, { ...texts, logo }, printing.clock.now());
  return profileOf(printing, actor, creditorFiscalCode);
}

function readLogo(text: string, issues: InputIssue[]): Uint8Array | undefined {
  if (text.length > LARGEST_LOGO_BYTES * 2 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    issues.push({ path: 'logo', message: 'is too large or not base64', expected: 'a picture of up to 100 kB in base64' });
    return undefined;
  }
  const bytes = Buffer.from(text, 'base64');
  const issue = logoIssue(bytes);
  if (issue) issues.push(issue);
  return bytes;
}

async function assertMayAct({ creditors }: Printing, actor: Actor, creditorFiscalCode: string, wanted: PositionFunction): Promise<void> {
  if (!(await creditors.mayActFor(actor, creditorFiscalCode, wanted))) throw new ForbiddenError('The creditor is not yours to act for.');
}
