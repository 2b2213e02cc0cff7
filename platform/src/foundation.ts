/** What every command stands on: the data folder, the clock, chance, the log, the database's address, the seal and the token issuer. */
import { access, constants, mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  embeddedIssuer,
  type PrincipalSealer,
  principalSealer,
  type TokenIssuer,
  type TokenVerifier,
  tokenVerifier,
  placeOnce,
} from '@nodo-aperto/kernel/auth';
import { archiveSettings, prepareArchive, startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import { createLogger, type Logger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream, type RandomStream } from '@nodo-aperto/kernel/random';
import type { HostOptions } from '@nodo-aperto/kernel/subgraph';
import { type AdjustableClock, adjustableClock, type Clock, realClock } from '@nodo-aperto/kernel/time';
import { decodeJwt } from 'jose';
import { type Environment, readEnvironment } from './environment.ts';
import { externalClaims } from './external-claims.ts';
import { CommandError } from './failure.ts';
import { readOnboardingOptions } from './onboarding-options.ts';
import { readStationTls } from './station-tls.ts';

export interface Foundation {
  readonly environment: Environment;
  /** Absolute path of the data folder. */
  readonly folder: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Present with `--test-clock` only. */
  readonly testClock?: AdjustableClock;
  readonly random: RandomStream;
  /** For calls to creditors' stations; absent when nothing is configured. */
  readonly stationTls?: HostOptions['stationTls'];
  /** What requests of institutions to take part are checked with. */
  onboarding(): Promise<NonNullable<HostOptions['onboarding']>>;
  issuer(): Promise<TokenIssuer>;
  /**
   * Verifies access tokens: of the external issuer when there is one; otherwise of this data folder's key, as the command line and the
   * identity provider sign with it.
   */
  verifier(identityUrl: string): Promise<TokenVerifier>;
  /** A secret of this data folder under a name, made the first time. */
  secret(name: string): Promise<string>;
  sealer(): Promise<PrincipalSealer>;
  /** The address of the database: the one given, or the embedded server, started or joined. */
  openDatabase(): Promise<DatabaseAddress>;
}

export interface DatabaseAddress {
  url: string;
  embedded: boolean;
  /** Stops the embedded server when this process started it. */
  release(): Promise<void>;
  /** Stops it also when it was found running and the process that took care of it is dead, for processes that take its place. */
  end(): Promise<void>;
}

/** @throws CommandError when the data folder cannot be used, ConfigurationError for a bad variable */
export async function layFoundation(options: { service: string; folder: string; testClock?: boolean }): Promise<Foundation> {
  const environment = readEnvironment(process.env);
  const log = createLogger({ service: options.service, level: environment.LOG_LEVEL });
  const folder = resolve(options.folder);
  await prepareFolder(folder);
  const stationTls = await readStationTls(environment);
  const testClock = options.testClock ? adjustableClock() : undefined;
  const clock = testClock ?? realClock();
  const random = cryptographicStream();
  const issuer = once(() => embeddedIssuer({ folder, clock, random }));
  return {
    environment,
    folder,
    log,
    clock,
    ...(testClock && { testClock }),
    ...(stationTls && { stationTls }),
    random,
    onboarding: once(() => readOnboardingOptions(environment, folder, clock)),
    issuer,
    verifier: async (identityUrl) =>
      externalVerifier(environment, clock) ?? tokensOf(await issuer(), identityUrl, { clock, isMoved: testClock !== undefined }),
    secret: (name) => keptSecret(folder, name, random),
    // What is sealed lives for one hop between machines, in real time: a clock that is moved must not end it on the way.
    sealer: once(async () =>
      principalSealer({ secret: environment.SEALING_SECRET ?? (await keptSecret(folder, 'sealing', random)), clock: realClock() }),
    ),
    openDatabase: once(() => databaseAddress(environment, folder, log, clock)),
  };
}

/** Where the embedded identity provider is: at the platform's own address unless the environment says otherwise. */
export function identityUrl({ environment }: Pick<Foundation, 'environment'>, base: string): string {
  return environment.NODO_IDENTITY_URL ?? `${base}/identity`;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

function tokensOf(issuer: TokenIssuer, identityUrl: string, time: { clock: Clock; isMoved: boolean }): TokenVerifier {
  const { clock, isMoved } = time;
  const shared = { jwks: issuer.jwks(), audience: issuer.audience };
  const verifier = tokenVerifier({ ...shared, issuer: [issuer.issuer, identityUrl], clock });
  if (!isMoved) return verifier;
  // The command line makes tokens in a process of its own, which knows nothing of a clock that is moved here: they live in real time, and
  // moving the clock ends neither them nor what was opened with them.
  const printed = tokenVerifier({ ...shared, issuer: issuer.issuer, clock: realClock() });
  return {
    async verify(token) {
      if (issuerNamedBy(token) !== issuer.issuer) return verifier.verify(token);
      return { ...(await printed.verify(token)), expiresAt: Number.MAX_SAFE_INTEGER };
    },
  };
}

/** Who a token says made it, for finding out how to verify it; nothing is believed yet. */
function issuerNamedBy(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function externalVerifier(environment: Environment, clock: Clock): TokenVerifier | undefined {
  const { NODO_OIDC_ISSUER: issuer, NODO_OIDC_AUDIENCE: audience, NODO_OIDC_JWKS_URL: jwks } = environment;
  if (!issuer && !audience && !jwks) return undefined;
  if (!issuer || !audience || !jwks)
    throw new CommandError('NODO_OIDC_ISSUER, NODO_OIDC_AUDIENCE and NODO_OIDC_JWKS_URL go together: set all three, or none.');
  const claims = externalClaims(environment);
  return tokenVerifier({ jwks: new URL(jwks), issuer, audience, claims, algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'], clock });
}

async function databaseAddress(environment: Environment, folder: string, log: Logger, clock: Clock): Promise<DatabaseAddress> {
  if (environment.DATABASE_URL) return { url: environment.DATABASE_URL, embedded: false, release: async () => {}, end: async () => {} };
  const data = join(folder, 'pg');
  const archive = environment.WAL_ARCHIVE_FOLDER;
  if (archive !== undefined) await prepareArchive(archive, await stat(data).catch(() => undefined));
  const settings = archive === undefined ? {} : archiveSettings(archive);
  const server = await startEmbeddedPostgres({ folder: data, log, clock, settings });
  const release = async (): Promise<void> => (server.adopted ? undefined : server.stop());
  return { url: server.url, embedded: true, release, end: () => server.stop() };
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new CommandError(
      `The data folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}); choose another with --data.`,
    );
  }
}

/** A secret of this data folder, made the first time. */
async function keptSecret(folder: string, name: string, random: RandomStream): Promise<string> {
  const file = join(folder, `${name}.secret`);
  const read = () => readFile(file, 'utf8').then((text) => text.trim());
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new CommandError(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return (await placeOnce(file, `${random.hex(64)}\n`)).trim();
}
