/** The federated schema of this subgraph. */
import { buildSubgraph, type SubgraphSchema } from '@nodo-aperto/kernel/graphql';
import { loadPayment, type PaymentsContext } from './context.ts';
import { PaymentEventsResolver, StationEventsResolver } from './events-resolver.ts';
import { InFlightResolver } from './in-flight-resolver.ts';
import { CreditorPaymentsResolver, NoticePaymentsResolver, PaymentsResolver, PspPaymentsResolver } from './payments-resolver.ts';
import { presentPayment } from './present.ts';
import { PspResolver } from './psp-resolver.ts';
import { ActivationResultResolver, OutcomeResultResolver, OutcomeV2ResultResolver } from './psp-result-resolver.ts';
import { CreditorInstitutionType, NoticeType, PspType, StationType } from './references.ts';
import { StandInFiguresResolver, VisibilityResolver } from './stand-in-figures-resolver.ts';
import { OperatorResolver, StandInDetailsResolver, StationsResolver } from './stations-resolver.ts';

export function paymentsSchema(): Promise<SubgraphSchema> {
  return buildSubgraph({
    resolvers: [
      PspResolver,
      ActivationResultResolver,
      OutcomeResultResolver,
      OutcomeV2ResultResolver,
      PaymentsResolver,
      NoticePaymentsResolver,
      PspPaymentsResolver,
      CreditorPaymentsResolver,
      StationsResolver,
      StandInDetailsResolver,
      StandInFiguresResolver,
      VisibilityResolver,
      InFlightResolver,
      OperatorResolver,
      PaymentEventsResolver,
      StationEventsResolver,
    ],
    orphanedTypes: [NoticeType, PspType, StationType, CreditorInstitutionType],
    references: {
      Payment: async ({ paymentToken }, context) => {
        const caller = context as unknown as PaymentsContext;
        const row = typeof paymentToken === 'string' ? await loadPayment(caller, paymentToken) : null;
        return row && presentPayment(row, caller.principal);
      },
      // What is known of these here hangs on their keys: the fields look it up, and say nothing when there is nothing.
      Notice: ({ creditorFiscalCode, noticeNumber }) => ({ creditorFiscalCode, noticeNumber }),
      CreditorInstitution: ({ fiscalCode }) => ({ fiscalCode }),
      Psp: ({ code }) => ({ code }),
      Station: ({ code }) => ({ code }),
    },
  });
}
