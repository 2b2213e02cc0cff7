/** How channels (canali) are written: through which a PSP broker's software pays notices, for one PSP or several. Source: domain facts, Payments section 1.1. */
import type { Channel } from '@nodo-aperto/kernel/directory';
import { parseBrokerCode, parseChannelCode, parsePspCode } from '@nodo-aperto/kernel/identifiers';
import { type WithPassword, passwordField } from '../credential.ts';
import type { Path, Report } from '../finding.ts';
import { type Fields, listOf, required, withDefault } from '../rule.ts';
import { flag, oneOf, textBy } from '../scalars.ts';

/** How payments on a channel come about; only the first kind pays notices at a PSP. Source: domain facts, Payments section 2.3. */
export const PAYMENT_MODELS = ['ATTIVATO_PRESSO_PSP', 'IMMEDIATO', 'IMMEDIATO_MULTIBENEFICIARIO', 'DIFFERITO'] as const;
export type PaymentModel = (typeof PAYMENT_MODELS)[number];

const MOST_PSPS = 500;

export const channelFields: Fields<WithPassword<Channel>> = {
  code: required(textBy(parseChannelCode)),
  broker: required(textBy(parseBrokerCode)),
  psps: required(listOf(textBy(parsePspCode), { what: 'codes of PSPs', least: 1, most: MOST_PSPS })),
  password: passwordField,
  enabled: withDefault(flag, true),
  paymentModel: withDefault(oneOf(...PAYMENT_MODELS), 'ATTIVATO_PRESSO_PSP'),
  standInFlag: withDefault(flag, false),
};

/** Rule: a PSP is listed once. */
export function checkPsps(channel: Pick<Channel, 'psps'>, path: Path, report: Report): void {
  const seen = new Set<string>();
  for (const [index, code] of channel.psps.entries()) {
    if (seen.has(code))
      report({ kind: 'DUPLICATE', path: [...path, 'psps', index], found: `${JSON.stringify(code)} again`, expected: 'every PSP once' });
    seen.add(code);
  }
}
