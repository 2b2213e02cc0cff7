/** `platform token`: prints an access token of the embedded issuer. */
import { ROLES, type Role } from '@nodo-aperto/kernel/auth';
import { CommandError } from '../failure.ts';
import { layFoundation } from '../foundation.ts';

export interface TokenOptions {
  role: string;
  tenant?: string;
  fiscalCode?: string;
  data: string;
  hours: number;
}

/** @returns the token, in compact form */
export async function token(options: TokenOptions): Promise<string> {
  const role = ROLES.find((each) => each === options.role.toUpperCase()) as Role | undefined;
  if (!role) throw new CommandError(`"${options.role}" is not a role; expected one of ${ROLES.join(', ')}.`);
  if ((role === 'EC' || role === 'PSP' || role === 'PARTNER') && !options.tenant)
    throw new CommandError(`Role ${role} needs --tenant with the party's code.`);
  if (role === 'CITIZEN' && !options.fiscalCode) throw new CommandError('Role CITIZEN needs --fiscal-code.');
  const foundation = await layFoundation({ service: 'token', folder: options.data });
  const issuer = await foundation.issuer();
  return issuer.issue({
    role,
    lifetimeMs: options.hours * 3_600_000,
    ...(options.tenant && { tenant: options.tenant }),
    ...(options.fiscalCode && { fiscalCode: options.fiscalCode.toUpperCase() }),
  });
}
