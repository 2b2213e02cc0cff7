/** Where the creditors of a run listen and where the platform calls them, for a platform on another machine or in a container of its own. */
import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const LONGEST_NAME = 253;
/** Addresses that mean all of a machine's own: nobody can be called there. */
const ALL_ADDRESSES = new Set(['0.0.0.0', '::']);

/** Reads an IP address or the name of a host, without port. @throws InvalidArgumentError */
export function parseHost(text: string): string {
  const isName = text.length <= LONGEST_NAME && text.split('.').every((label) => LABEL.test(label)) && !/^[\d.]+$/.test(text);
  if (isIP(text) === 0 && !isName)
    throw new InvalidArgumentError('Expected an IP address or the name of a host, without a port: simulator or 192.0.2.7 for instance.');
  return text;
}

/**
 * @returns undefined where nothing was typed: the creditors are on 127.0.0.1 then
 * @throws CommandError when it does not say where the platform would call
 */
export function creditorsAt(options: {
  readonly url?: string;
  readonly listen?: string;
  readonly advertise?: string;
}): { readonly host: string; readonly advertisedHost: string } | undefined {
  const { url, listen: host = '127.0.0.1', advertise: advertisedHost = host } = options;
  if (options.listen === undefined && options.advertise === undefined) return undefined;
  if (url === undefined)
    throw new CommandError(
      '--listen and --advertise are for a platform that is there already: name it with --url. One of its own calls 127.0.0.1.',
    );
  if (ALL_ADDRESSES.has(advertisedHost))
    throw new CommandError(
      `Nobody can be called at ${advertisedHost}: say with --advertise by which name or address the platform calls the creditors.`,
    );
  return { host, advertisedHost };
}
