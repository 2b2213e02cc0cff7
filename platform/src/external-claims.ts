/** How an external issuer's tokens are read, as the environment says. */
import type { ClaimNames, Role } from '@nodo-aperto/kernel/auth';
import type { Environment } from './environment.ts';

export function externalClaims(environment: Environment): ClaimNames {
  const pairs = (environment.NODO_OIDC_ROLES ?? '').split(',').filter((pair) => pair.includes('='));
  const roles = Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1) as Role]));
  return {
    role: environment.NODO_OIDC_ROLE_CLAIM,
    tenant: environment.NODO_OIDC_TENANT_CLAIM,
    fiscalCode: environment.NODO_OIDC_FISCAL_CODE_CLAIM,
    name: environment.NODO_OIDC_NAME_CLAIM,
    functions: environment.NODO_OIDC_FUNCTIONS_CLAIM,
    roles,
    ...(environment.NODO_OIDC_DEFAULT_ROLE && { defaultRole: environment.NODO_OIDC_DEFAULT_ROLE }),
  };
}
