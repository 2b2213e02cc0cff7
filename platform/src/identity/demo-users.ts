/** Makes test identities users of the demo's parties, so that whoever starts the platform can log in for each kind of party at once. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { ConflictError } from '@nodo-aperto/kernel/faults';
import type { HostedSubgraph } from '@nodo-aperto/kernel/subgraph';
import type { OnboardingServices } from '@nodo-aperto/onboarding';
import type { ShownParties } from '../simulation.ts';
import { testIdentity } from './test-identities.ts';

const DEMO: Principal = { subject: 'demo', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER };

/** Appoints them; who is a user already stays what they are. */
export async function appointDemoUsers(onboarding: HostedSubgraph, parties: ShownParties): Promise<void> {
  const { users } = onboarding.context(undefined, { id: 'demo' }).services as OnboardingServices;
  const appointments = [
    { role: 'MANAGER', fiscalCode: 'RSSMRA80A01H501U', institution: { role: 'EC', code: parties.creditor } },
    { role: 'OPERATOR', fiscalCode: 'VRDLGU75C10F205J', institution: { role: 'EC', code: parties.creditor } },
    { role: 'MANAGER', fiscalCode: 'BNCGLI85M41L219Z', institution: { role: 'PSP', code: parties.psp } },
    { role: 'MANAGER', fiscalCode: 'NREPLA70T50G273M', institution: { role: 'PARTNER', code: parties.broker } },
  ] as const;
  for (const { fiscalCode, ...appointment } of appointments) {
    const person = testIdentity(fiscalCode);
    if (!person) continue;
    const { name, familyName, email } = person;
    await users.appoint(DEMO, { ...appointment, fiscalCode, name, familyName, email }).catch((error: unknown) => {
      if (!(error instanceof ConflictError)) throw error;
    });
  }
}
