/** Who calls, how we know it, and how it travels between services. */
export {
  FUNCTION_PRODUCT_NAMES,
  FUNCTION_PRODUCTS,
  type FunctionProduct,
  FUNCTIONS,
  isPlatformFunction,
  type PlatformFunction,
} from './functions.ts';
export {
  audienceOf,
  isPersonOfInstitution,
  ownsTenant,
  type PartnerScope,
  type Principal,
  ROLES,
  type Role,
  requireRole,
  withheldCreditors,
} from './principal.ts';
export { AUDIENCE, embeddedIssuer, signingKey, type TokenClaims, type TokenIssuer } from './issuer.ts';
export { placeOnce } from './place-once.ts';
export { type ClaimNames } from './claims.ts';
export { bearerToken, type TokenVerifier, tokenVerifier } from './verifier.ts';
export { PRINCIPAL_HEADER, type PrincipalSealer, principalSealer } from './sealer.ts';
