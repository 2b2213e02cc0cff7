/**
 * How routes are written: which station takes the notices of a creditor that begin with certain digits, and whether ACA and Stand-In cover
 * them. Source: domain facts, Payments sections 1.1 and 1.2; Onboarding section 5.6.
 */
import type { Route } from '@nodo-aperto/kernel/directory';
import { parseCreditorFiscalCode, parseStationCode } from '@nodo-aperto/kernel/identifiers';
import { AUX_DIGITS } from '../notice-routing.ts';
import { type Fields, optional, required, withDefault } from '../rule.ts';
import { flag, oneOf, textBy, textLike } from '../scalars.ts';

const twoDigits = textLike(/^\d{2}$/, 'two digits, in quotes');

export const routeFields: Fields<Route> = {
  creditorInstitution: required(textBy(parseCreditorFiscalCode)),
  station: required(textBy(parseStationCode)),
  auxDigit: required(oneOf(...AUX_DIGITS)),
  segregationCode: optional(twoDigits),
  applicationCode: optional(twoDigits),
  broadcast: withDefault(flag, false),
  aca: withDefault(flag, false),
  standIn: withDefault(flag, false),
};
