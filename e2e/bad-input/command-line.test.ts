import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, testDatabaseUrl } from '@nodo-aperto/kernel/testing';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { dataFolder, runPlatform } from '../support/platform-process.ts';
import { directoryFile } from '../support/world.ts';

/** A command that fails says so in clear words, without a stack trace. */
function expectSentence(result: { code: number | null; stderr: string }, words: RegExp): void {
  expect(result.stderr).toMatch(words);
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(result.code).not.toBe(0);
  expect(result.code).not.toBeNull();
}

describe('the command line', () => {
  it.each([
    [['start', '--prot', '4000'], /unknown option '--prot'[\s\S]*--port/],
    [['start', '--port', 'ten'], /A port is a whole number from 0 to 65535/],
    [['strat'], /unknown command 'strat'[\s\S]*start/],
    [['serve', 'payment'], /There is no service "payment"; expected one of onboarding, notices, payments/],
    [['serve', 'payments', '--no-auth'], /for "serve gateway" only/],
    [['token', '--role', 'ADMIN'], /"ADMIN" is not a role; expected one of CITIZEN/],
    [['token', '--role', 'PSP'], /Role PSP needs --tenant/],
    [['token', '--role', 'CITIZEN'], /needs --fiscal-code/],
    [['import', '/nowhere/directory.yaml'], /directory file \/nowhere\/directory\.yaml cannot be read \(ENOENT\)/],
  ])('%o is refused in one sentence', async (words, sentence) => {
    await using folder = await dataFolder();
    expectSentence(await runPlatform([...words, ...(['token', 'import'].includes(words[0]!) ? ['--data', folder.path] : [])]), sentence);
  });

  it('says when the data folder cannot be written', async () => {
    await using folder = await dataFolder();
    await writeFile(join(folder.path, 'file'), '');
    expectSentence(
      await runPlatform(['start', '--data', join(folder.path, 'file', 'data')]),
      /data folder .* cannot be written \(ENOTDIR\); choose another with --data/,
    );
  });

  it('says when the port is taken, before anything is written', async () => {
    await using folder = await dataFolder();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    expectSentence(
      await runPlatform(['start', '--port', String(port), '--data', folder.path, '--no-simulation']),
      new RegExp(`Port ${port} on 127.0.0.1 is taken by another program`),
    );
    other.close();
  });

  it('says when the database cannot be reached, and does not repeat its password', async () => {
    await using folder = await dataFolder();
    const result = await runPlatform(['start', '--port', String(await freePort()), '--data', folder.path, '--no-simulation'], {
      DATABASE_URL: `postgres://user:hunter2@127.0.0.1:${await freePort()}/nodo`,
    });
    expectSentence(result, /127\.0\.0\.1/);
    expect(result.stderr).not.toContain('hunter2');
  });

  it('says which variable of the environment is wrong', async () => {
    await using folder = await dataFolder();
    expectSentence(
      await runPlatform(['migrate', '--data', folder.path], { DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud' }),
      /LOG_LEVEL: it is "loud"[\s\S]*DATABASE_URL: its value is not valid|DATABASE_URL: its value is not valid[\s\S]*LOG_LEVEL: it is "loud"/,
    );
  });

  it('prints a token of the role asked for', async () => {
    await using folder = await dataFolder();
    const { code, stdout } = await runPlatform(['token', '--role', 'psp', '--tenant', '60000000001', '--data', folder.path]);
    expect(code).toBe(0);
    expect(decodeJwt(stdout.trim())).toMatchObject({ role: 'PSP', tenant: '60000000001' });
  });
});

describe('the directory file', () => {
  it('of the documentation is one that can be loaded', async () => {
    await using folder = await dataFolder();
    const text = await readFile(fileURLToPath(new URL('../../docs/directory-file.md', import.meta.url)), 'utf8');
    const file = join(folder.path, 'documented.yaml');
    await writeFile(file, /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '');
    const { code, stdout, stderr } = await runPlatform(['import', file, '--data', folder.path], { DATABASE_URL: await testDatabaseUrl() });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/1\d created, 0 updated/);
    expect(code).toBe(0);
  });

  it('is loaded whole or not at all, every bad line is named, and what was loaded can be exported and imported again', async () => {
    await using folder = await dataFolder();
    const environment = { DATABASE_URL: await testDatabaseUrl() };
    const good = join(folder.path, 'good.yaml');
    const bad = join(folder.path, 'bad.yaml');
    await mkdir(folder.path, { recursive: true });
    await writeFile(good, directoryFile('http://127.0.0.1:8089/pa-for-node'));
    await writeFile(
      bad,
      directoryFile('http://127.0.0.1:8089/pa-for-node')
        .replace('IT60X0542811101000000123456', 'IT61X0542811101000000123456')
        .replace('auxDigit: 3', 'auxDigit: 7')
        .replace('primitiveVersion', 'primitivVersion'),
    );

    const refused = await runPlatform(['import', bad, '--data', folder.path], environment);
    expectSentence(refused, /was not loaded.*Nothing was changed/);
    expect(refused.stderr.split('\n').filter((line) => /^ {2}line \d+, /.test(line)).length).toBeGreaterThanOrEqual(3);
    expect(refused.stderr).toMatch(/primitivVersion.*primitiveVersion/);

    expect((await runPlatform(['export', '--data', folder.path], environment)).stdout).not.toContain('77777777777');
    expect((await runPlatform(['import', good, '--data', folder.path], environment)).stdout).toMatch(/9 created, 0 updated/);
    expect((await runPlatform(['import', good, '--data', folder.path], environment)).stdout).toMatch(/0 created, 0 updated/);
    const exported = await runPlatform(['export', '--data', folder.path], environment);
    expect(exported.stdout).toContain('77777777777_01');
    const again = join(folder.path, 'again.yaml');
    await writeFile(again, exported.stdout);
    expect((await runPlatform(['import', again, '--data', folder.path], environment)).stdout).toMatch(/0 created, 0 updated/);
  });
});
