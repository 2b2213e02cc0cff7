/**
 * One decorator says which roles may use a field. It writes the rule twice: as `@Authorized`, checked in the subgraph, and as
 * `@tag(name: "role/…")`, which survives composition, so that the gateway refuses before anything is fetched.
 */
import type { AuthChecker } from 'type-graphql';
import { Authorized, Directive } from 'type-graphql';
import { ForbiddenError, UnauthenticatedError } from '../faults/index.ts';
import type { PlatformFunction, Role } from '../auth/index.ts';
import type { SubgraphContext } from './context.ts';

/** Marks a query, mutation, subscription or field as open to the roles only. */
export function Allow(...roles: [Role, ...Role[]]): MethodDecorator & PropertyDecorator {
  const authorized = Authorized<Role>(roles);
  // Decorators are printed last first.
  const tags = roles.toReversed().map((role) => Directive(`@tag(name: "role/${role}")`));
  return ((target: object, key: string | symbol, descriptor: PropertyDescriptor) => {
    (authorized as MethodDecorator)(target, key, descriptor);
    for (const tag of tags) (tag as MethodDecorator)(target, key, descriptor);
  }) as MethodDecorator & PropertyDecorator;
}

/**
 * Names the function that a person needs to use a field. Written as `@tag(name: "function/…")`: the gateway refuses persons whose token is not
 * for it. Fields of operations without it get the one of their subgraph when the supergraph is composed.
 */
export function Needs(needed: PlatformFunction): MethodDecorator & PropertyDecorator {
  return Directive(`@tag(name: "function/${needed}")`) as MethodDecorator & PropertyDecorator;
}

/** The subgraph's own wall: the roles of `Allow`. */
export const authChecker: AuthChecker<SubgraphContext, Role> = ({ context }, roles) => {
  if (!context.principal) throw new UnauthenticatedError(`This needs an access token of role ${roles.join(' or ')}.`);
  if (!roles.includes(context.principal.role)) {
    throw new ForbiddenError(`This is for role ${roles.join(' or ')}; the token's role is ${context.principal.role}.`);
  }
  return true;
};
