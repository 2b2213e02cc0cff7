/** How PSPs (prestatori di servizi di pagamento) are written. Source: domain facts, Payments section 1.1. */
import type { Psp } from '@nodo-aperto/kernel/directory';
import { parseEntityIdentifier, parsePspCode } from '@nodo-aperto/kernel/identifiers';
import { type Fields, optional, required, withDefault } from '../rule.ts';
import { flag, line, textBy, textLike } from '../scalars.ts';

/** The contract that it adhered with: PSPs of one contract are judged as one. Source: domain facts, Reporting section 2.1. */
const contractCode = textLike(/^[A-Za-z0-9_.-]{1,35}$/, 'the code of a contract: 1 to 35 letters, digits, "_", "." or "-"');

const vatNumber = textLike(/^[A-Za-z0-9]{1,20}$/, 'a VAT number: 1 to 20 letters and digits');

export const pspFields: Fields<Psp> = {
  code: required(textBy(parsePspCode)),
  name: required(line(70)),
  fiscalCode: required(textBy(parseEntityIdentifier)),
  enabled: withDefault(flag, true),
  contract: optional(contractCode),
  vatNumber: optional(vatNumber),
};
