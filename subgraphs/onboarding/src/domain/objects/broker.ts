/**
 * How brokers (intermediari) are written: who connects creditors, or PSPs, to the platform. A party that connects itself is its own broker.
 * Source: domain facts, Payments sections 1.1 and 2.3.
 */
import type { CreditorBroker } from '@nodo-aperto/kernel/directory';
import { parseBrokerCode } from '@nodo-aperto/kernel/identifiers';
import { type Fields, required, withDefault } from '../rule.ts';
import { flag, line, textBy } from '../scalars.ts';

export const brokerFields: Fields<CreditorBroker> = {
  code: required(textBy(parseBrokerCode)),
  name: required(line(140)),
  enabled: withDefault(flag, true),
  extendedFaultBean: withDefault(flag, false),
};
