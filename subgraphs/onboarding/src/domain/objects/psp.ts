/** How PSPs (prestatori di servizi di pagamento) are written. Source: domain facts, Payments section 1.1. */
import type { Psp } from '@nodo-aperto/kernel/directory';
import { parseEntityIdentifier, parsePspCode } from '@nodo-aperto/kernel/identifiers';
import { type Fields, required, withDefault } from '../rule.ts';
import { flag, line, textBy } from '../scalars.ts';

export const pspFields: Fields<Psp> = {
  code: required(textBy(parsePspCode)),
  name: required(line(70)),
  fiscalCode: required(textBy(parseEntityIdentifier)),
  enabled: withDefault(flag, true),
};
