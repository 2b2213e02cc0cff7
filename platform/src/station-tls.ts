/** What calls to creditors' stations trust and show over TLS: PEM files that the environment names, read once at the start. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { HostOptions } from '@nodo-aperto/kernel/subgraph';
import type { Environment } from './environment.ts';
import { CommandError } from './failure.ts';

type Variables = Pick<Environment, 'STATION_CA_FILE' | 'STATION_CERTIFICATE_FILE' | 'STATION_KEY_FILE'>;
type StationTls = NonNullable<HostOptions['stationTls']>;

/**
 * @returns undefined when nothing is configured: the system's authorities are trusted, and no certificate is shown
 * @throws CommandError naming the variable whose file cannot be read, is no PEM, or does not belong to the other
 */
export async function readStationTls(variables: Variables): Promise<StationTls | undefined> {
  const { STATION_CA_FILE, STATION_CERTIFICATE_FILE, STATION_KEY_FILE } = variables;
  if ((STATION_CERTIFICATE_FILE === undefined) !== (STATION_KEY_FILE === undefined))
    throw new CommandError('STATION_CERTIFICATE_FILE and STATION_KEY_FILE go together: set both, or neither.');
  const ca = await readPem('STATION_CA_FILE', STATION_CA_FILE, 'CERTIFICATE');
  const certificate = await readPem('STATION_CERTIFICATE_FILE', STATION_CERTIFICATE_FILE, 'CERTIFICATE');
  const key = await readPem('STATION_KEY_FILE', STATION_KEY_FILE, 'PRIVATE KEY');
  for (const [authority] of ca?.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [])
    check('STATION_CA_FILE holds a certificate that cannot be read', () => new X509Certificate(authority));
  if (certificate !== undefined && key !== undefined)
    check('STATION_CERTIFICATE_FILE and STATION_KEY_FILE do not belong together', () => createSecureContext({ cert: certificate, key }));
  const tls: StationTls = { ...(ca !== undefined && { ca }), ...(certificate !== undefined && { certificate, key: key ?? '' }) };
  return Object.keys(tls).length === 0 ? undefined : tls;
}

async function readPem(variable: string, file: string | undefined, kind: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The file of ${variable}, ${file}, cannot be read (${error.code}).`);
  });
  if (new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(text)) return text;
  throw new CommandError(`The file of ${variable}, ${file}, holds no ${kind.toLowerCase()} in PEM form.`);
}

function check(complaint: string, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    throw new CommandError(`${complaint} (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`);
  }
}
