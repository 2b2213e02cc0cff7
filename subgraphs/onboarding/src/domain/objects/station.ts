/** How stations (stazioni) are written: where a creditor broker's software is called, and what it can do. Source: domain facts, Onboarding section 5.6. */
import type { Station } from '@nodo-aperto/kernel/directory';
import { parseBrokerCode, parseStationCode } from '@nodo-aperto/kernel/identifiers';
import { type WithPassword, passwordField } from '../credential.ts';
import { endpointParser } from '../endpoint-address.ts';
import { type Fields, optional, required, scalar, withDefault } from '../rule.ts';
import { flag, oneOf, textBy } from '../scalars.ts';
import { stationPolicy } from './stand-in-policy.ts';

export function stationFields(options: { allowPrivateEndpoints: boolean }): Fields<WithPassword<Station>> {
  const endpoint = scalar(endpointParser(options.allowPrivateEndpoints));
  return {
    code: required(textBy(parseStationCode)),
    broker: required(textBy(parseBrokerCode)),
    enabled: withDefault(flag, true),
    primitiveVersion: withDefault(oneOf(1, 2), 2),
    endpoint: required(endpoint),
    password: passwordField,
    standInFlag: withDefault(flag, false),
    paymentOptions: withDefault(flag, false),
    restEndpoint: optional(endpoint),
    asynchronous: optional(flag),
    standInPolicy: optional(stationPolicy),
  };
}
