/** What the shapes without a broker are tested for in their own folders, with NATS JetStream between the services. */
import { describe } from 'vitest';
import { describeQueries } from '../federation-six-subgraphs/queries.ts';
import { describeDelegations } from '../partner-delegation/delegations.ts';
import { describeStandInPayments } from '../stand-in-payment/payments.ts';
import { describeStandardPayments } from '../standard-payment/payments.ts';
import { isMissing, WITH_BROKER } from '../support/shapes.ts';

describe.skipIf(isMissing(WITH_BROKER))('with a broker', () => {
  describeStandardPayments(WITH_BROKER);
  describeStandInPayments(WITH_BROKER);
  describeQueries(WITH_BROKER);
  describeDelegations(WITH_BROKER);
});
