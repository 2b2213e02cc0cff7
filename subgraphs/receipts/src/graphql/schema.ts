/** The subgraph's federated schema. */
import { buildSubgraph, type SubgraphSchema } from '@nodo-aperto/kernel/graphql';
import { CitizenReceiptResolver, ReceiptCartResolver } from './citizen-resolver.ts';
import { ReceiptDocumentResolver } from './document-resolver.ts';
import { StandInDriftResolver } from './drift-resolver.ts';
import { ReceiptEventResolver } from './event-resolver.ts';
import { ReceiptQueueItemResolver, ReceiptQueueResolver } from './queue-resolver.ts';
import { PaymentResolver, ReceiptRecipientResolver, ReceiptResolver, resolvePayment, resolveReceipt } from './receipt-resolver.ts';
import { ReceiptType } from './receipt-types.ts';
import { RedeliveryResolver } from './redelivery-resolver.ts';
import { PaymentReference } from './references.ts';

export function receiptsSchema(): Promise<SubgraphSchema> {
  return buildSubgraph({
    resolvers: [
      ReceiptResolver,
      CitizenReceiptResolver,
      ReceiptCartResolver,
      ReceiptQueueResolver,
      ReceiptQueueItemResolver,
      ReceiptRecipientResolver,
      PaymentResolver,
      RedeliveryResolver,
      StandInDriftResolver,
      ReceiptDocumentResolver,
      ReceiptEventResolver,
    ],
    orphanedTypes: [ReceiptType, PaymentReference],
    references: { Receipt: resolveReceipt, Payment: resolvePayment },
  });
}
