/** How services of the catalogue are written: for them notices are made on request. Source: domain facts, Payments section 2.2 (demandPaymentNotice). */
import type { Service } from '@nodo-aperto/kernel/directory';
import { parseCreditorFiscalCode, parseStationCode } from '@nodo-aperto/kernel/identifiers';
import { type Fields, required, withDefault } from '../rule.ts';
import { flag, line, textBy, textLike } from '../scalars.ts';

const fiveCharacters = textLike(/^[\x21-\x7e]{5}$/, 'five characters, in quotes');

export const serviceFields: Fields<Service> = {
  code: required(fiveCharacters),
  service: required(fiveCharacters),
  name: required(line(70)),
  creditorInstitution: required(textBy(parseCreditorFiscalCode)),
  station: required(textBy(parseStationCode)),
  enabled: withDefault(flag, true),
};
