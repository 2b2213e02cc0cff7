/** Who calls, how we know it, and how it travels between services. */
export { audienceOf, ownsTenant, type Principal, ROLES, type Role, requireRole } from './principal.ts';
export { ALGORITHM, AUDIENCE, EMBEDDED_ISSUER, embeddedIssuer, type TokenClaims, type TokenIssuer } from './issuer.ts';
export { bearerToken, type TokenVerifier, tokenVerifier } from './verifier.ts';
export { PRINCIPAL_HEADER, type PrincipalSealer, principalSealer } from './sealer.ts';
