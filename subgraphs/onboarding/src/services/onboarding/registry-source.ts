/** The registry that requests are checked against: the one that the deployment gives, else the embedded sample. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { type InstitutionRegistry, registryOf, registrySchema } from '../../domain/onboarding/registry.ts';
import { REGISTRY_SAMPLE } from '../../domain/onboarding/registry-sample.ts';

/**
 * @param text JSON, as docs/onboarding.md shows it; the sample when absent
 * @throws InputError naming what is wrong with it
 */
export function institutionRegistry(text?: string): InstitutionRegistry {
  if (text === undefined) return registryOf(REGISTRY_SAMPLE);
  const read = registrySchema.safeParse(parsed(text));
  if (read.success) return registryOf(read.data.institutions);
  throw new InputError(
    read.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ path: `registry.${path.join('.')}`, message: 'is not valid', expected: message })),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw InputError.at('registry', 'is no JSON', 'a JSON object with a list of institutions');
  }
}
