import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { placeOnce } from './place-once.ts';

it('gives all who come at once what the first one wrote, and leaves nothing else behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'place-once-'));
  try {
    const file = join(folder, 'secret');
    const held = await Promise.all(Array.from({ length: 50 }, (_unused, place) => placeOnce(file, `of ${place}`)));
    expect(new Set(held).size).toBe(1);
    expect(await placeOnce(file, 'of one who comes later')).toBe(held[0]);
    expect(await readdir(folder)).toEqual(['secret']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});
