import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOnboardingOptions } from './onboarding-options.ts';
import { testAuthority } from './test-authority.ts';

const clock = realClock();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodo-onboarding-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what requests are checked with', () => {
  it('is nobody in production unless an authority is configured', async () => {
    const production = { NODE_ENV: 'production', NODO_ONBOARDING_DAYS: 5 } as const;
    expect(await readOnboardingOptions(production, folder, clock)).toEqual({ expiryDays: 5 });
    const [anchors, registry] = [join(folder, 'anchors.pem'), join(folder, 'registry.json')];
    await writeFile(anchors, 'PEM');
    await writeFile(registry, '{}');
    const variables = { ...production, NODO_CONTRACT_ANCHORS_FILE: anchors, NODO_INSTITUTION_REGISTRY_FILE: registry };
    expect(await readOnboardingOptions(variables, folder, clock)).toEqual({ expiryDays: 5, contractAnchors: 'PEM', registry: '{}' });
    const missing = { ...production, NODO_CONTRACT_ANCHORS_FILE: join(folder, 'none') };
    await expect(readOnboardingOptions(missing, folder, clock)).rejects.toThrow(/NODO_CONTRACT_ANCHORS_FILE/);
  });

  it('is the test authority of the data folder elsewhere, one for all processes', async () => {
    const [one, other] = await Promise.all([testAuthority(folder, clock), testAuthority(folder, clock)]);
    expect(other).toEqual(one);
    const { contractAnchors } = await readOnboardingOptions({ NODE_ENV: 'development', NODO_ONBOARDING_DAYS: 30 }, folder, clock);
    expect(contractAnchors).toBe(one.certificate);
    const file = join(folder, 'test-authority.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const kept = await readFile(file, 'utf8');
    await writeFile(file, '{}');
    await expect(testAuthority(folder, clock)).rejects.toThrow(/holds no test authority/);
    await writeFile(file, kept);
  });
});
