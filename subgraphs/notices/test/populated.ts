/** The platform of a test file: started before its tests, with two creditors, a broker and their keys, and stopped after them. */
import { afterAll, beforeAll } from 'vitest';
import { populate, startPlatform, type TestPlatform } from './platform.ts';

/** @param started is given the platform before the first test */
export function populated(started: (platform: TestPlatform) => void): void {
  let platform: TestPlatform | undefined;
  beforeAll(async () => {
    platform = await startPlatform();
    started(platform);
    await populate(platform);
  });
  afterAll(() => platform?.stop());
}
