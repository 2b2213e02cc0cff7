/** The job that ends requests whose time is over. */
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import { HOUR } from '@nodo-aperto/kernel/time';
import type { OnboardingRequestService } from './requests.ts';

export function requestExpiry(service: Pick<OnboardingRequestService, 'expire'>): JobDefinition {
  return { name: 'ONBOARDING_EXPIRY', everyMs: HOUR, run: ({ signal }) => service.expire(signal) };
}
