import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planRelease, ReleaseRefusedError } from '../../checks/release/plan.ts';

let root: string;
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...words], { cwd: root, encoding: 'utf8' });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nodo-release-'));
  git('init', '--quiet');
  const packages = {
    '': { name: 'nodo-aperto', version: '0.1.0' },
    kernel: { name: '@nodo-aperto/kernel', version: '0.1.0' },
    'node_modules/x': { version: '0.1.0' },
  };
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'nodo-aperto', version: '0.1.0', dependencies: { x: '0.1.0' } }, null, 2),
  );
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ name: 'nodo-aperto', version: '0.1.0', packages }, null, 2));
  await writeFile(join(root, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n- Something.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'Begin');
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a release', () => {
  it('changes the own versions and nobody else’s, and dates what is unreleased', () => {
    const { tag, files } = planRelease(root, '0.2.0', '2026-12-01');
    expect(tag).toBe('v0.2.0');
    expect(JSON.parse(files.get('package.json') ?? '')).toEqual({ name: 'nodo-aperto', version: '0.2.0', dependencies: { x: '0.1.0' } });
    expect(JSON.parse(files.get('package-lock.json') ?? '')).toMatchObject({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' }, kernel: { version: '0.2.0' }, 'node_modules/x': { version: '0.1.0' } },
    });
    expect(files.get('CHANGELOG.md')).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- Something.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n',
    );
  });

  it.each([
    ['0.1.0', 'does not come after'],
    ['0.0.9', 'does not come after'],
    ['1.0', 'is no version'],
    ['', 'is no version'],
  ])('is not %j', (version, sentence) => {
    expect(() => planRelease(root, version, '2026-12-01')).toThrow(sentence);
  });

  it('is not made of a tree with changes, nor twice, nor of nothing', async () => {
    await writeFile(join(root, 'left-over.txt'), '');
    expect(() => planRelease(root, '0.2.0', '2026-12-01')).toThrow(ReleaseRefusedError);
    await rm(join(root, 'left-over.txt'));
    git('tag', 'v0.2.0');
    expect(() => planRelease(root, '0.2.0', '2026-12-01')).toThrow('the tag v0.2.0 is there already');
    await writeFile(join(root, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-01-01)\n\n- First.\n');
    git('commit', '--all', '--quiet', '--message', 'Empty');
    expect(() => planRelease(root, '0.3.0', '2026-12-01')).toThrow('nothing under "## Unreleased"');
  });
});
