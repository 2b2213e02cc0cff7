/** Asks a running simulation, through its graph, on behalf of whoever types a command. */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { embeddedIssuer } from '@nodo-aperto/kernel/auth';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { CONTROL_PATH } from '../control/index.ts';
import { graphqlHttp } from '../platform-client/http.ts';
import { PlatformRefusalError, PlatformUnreachableError } from '../platform-client/index.ts';
import { CommandError } from './command-error.ts';

export interface ConnectionOptions {
  /** Where the platform is. */
  readonly url: string;
  readonly token?: string;
  /** The platform's data folder: its embedded issuer's key signs a token. */
  readonly data?: string;
}

export interface ControlClient {
  /** @throws CommandError with one sentence for whatever can be mended */
  ask<Data>(query: string, variables?: object): Promise<Data>;
  close(): Promise<void>;
}

export const DEFAULT_URL = 'http://127.0.0.1:4000';
export const DEFAULT_FOLDER = './.data';
const DEADLINE_MS = 10_000;
const TOKEN_LIFETIME_MS = 5 * 60_000;

/** @throws CommandError */
export async function connectControl(options: ConnectionOptions, clock: Clock): Promise<ControlClient> {
  const base = URL.parse(options.url);
  if (base === null || !/^https?:$/.test(base.protocol)) throw new CommandError(`"${options.url}" is not a URL such as ${DEFAULT_URL}.`);
  const token = options.token ?? (await operatorToken(options.data ?? DEFAULT_FOLDER, clock));
  const http = graphqlHttp({ url: new URL(CONTROL_PATH, base).href, clock, deadlineMs: DEADLINE_MS });
  return {
    async ask<Data>(query: string, variables: object = {}) {
      const operationName = /\w+ (\w+)/.exec(query)?.[1] ?? '';
      try {
        return await http.post<Data>({ operationName, query, variables }, token);
      } catch (error) {
        throw sentenceFor(error, base.origin);
      }
    },
    close: http.close,
  };
}

/** A token of the platform's own issuer. The key must be there: one made here would be nobody's. */
async function operatorToken(folder: string, clock: Clock): Promise<string> {
  const path = resolve(folder);
  try {
    await access(join(path, 'issuer.jwk.json'));
  } catch {
    throw new CommandError(
      `There is no readable issuer.jwk.json in ${path}: name the platform's data folder with --data, or give an access token with --token.`,
    );
  }
  const issuer = await embeddedIssuer({ folder: path, clock, random: cryptographicStream() }).catch((error: Error) => {
    throw new CommandError(error.message);
  });
  return issuer.issue({ role: 'OPERATOR', lifetimeMs: TOKEN_LIFETIME_MS });
}

function sentenceFor(error: unknown, origin: string): unknown {
  if (error instanceof PlatformUnreachableError && error.reason === 'NOT_GRAPHQL') {
    return new CommandError(`There is no simulation at ${origin}: was the platform started with --no-simulation?`);
  }
  if (error instanceof PlatformUnreachableError) return new CommandError(error.message);
  if (!(error instanceof PlatformRefusalError)) return error;
  const hint = error.code === 'UNAUTHENTICATED' ? " Give another with --token, or the platform's data folder with --data." : '';
  return new CommandError(`${error.message}${hint}`);
}
