/** The function that a field needs, said once: for the gateway as a tag, and here as a question to the permission service. */
import { Needs } from '@nodo-aperto/kernel/graphql';
import type { PlatformFunction } from '@nodo-aperto/kernel/auth';
import { UseMiddleware } from 'type-graphql';
import { callerOf, type OnboardingContext } from './context.ts';

/** Opens a query or mutation to callers of institutions who have the function now; citizens and operators are left to the roles. */
export function Requires(needed: PlatformFunction): MethodDecorator {
  const middleware = UseMiddleware(async ({ context }, next) => {
    const asked = context as OnboardingContext;
    await asked.services.permissions.assertHolds(callerOf(asked), needed);
    return next();
  });
  return (target, key, descriptor) => {
    (middleware as MethodDecorator)(target, key, descriptor);
    Needs(needed)(target, key, descriptor);
  };
}
