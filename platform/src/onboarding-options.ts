/**
 * What requests of institutions are checked with: the registry and the authorities that the environment names, read once at the start. Outside
 * production the test authority of the data folder is believed too.
 */
import { readFile } from 'node:fs/promises';
import type { HostOptions } from '@nodo-aperto/kernel/subgraph';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Environment } from './environment.ts';
import { CommandError } from './failure.ts';
import { testAuthority } from './test-authority.ts';

type Variables = Pick<Environment, 'NODE_ENV' | 'NODO_INSTITUTION_REGISTRY_FILE' | 'NODO_CONTRACT_ANCHORS_FILE' | 'NODO_ONBOARDING_DAYS'>;

/** @throws CommandError naming the variable whose file cannot be read */
export async function readOnboardingOptions(
  variables: Variables,
  folder: string,
  clock: Clock,
): Promise<NonNullable<HostOptions['onboarding']>> {
  const registry = await read('NODO_INSTITUTION_REGISTRY_FILE', variables.NODO_INSTITUTION_REGISTRY_FILE);
  const configured = await read('NODO_CONTRACT_ANCHORS_FILE', variables.NODO_CONTRACT_ANCHORS_FILE);
  const test = variables.NODE_ENV === 'production' ? undefined : (await testAuthority(folder, clock)).certificate;
  const anchors = [configured, test].filter((text) => text !== undefined);
  return {
    expiryDays: variables.NODO_ONBOARDING_DAYS,
    ...(registry !== undefined && { registry }),
    ...(anchors.length > 0 && { contractAnchors: anchors.join('\n') }),
  };
}

async function read(variable: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The file of ${variable}, ${file}, cannot be read (${error.code}).`);
  });
}
