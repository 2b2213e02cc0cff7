/** The subgraph's federated schema. */
import { buildSubgraph, type SubgraphSchema } from '@nodo-aperto/kernel/graphql';
import { ReceiptEventResolver } from './event-resolver.ts';
import {
  PaymentResolver,
  ReceiptQueueItemResolver,
  ReceiptRecipientResolver,
  ReceiptResolver,
  resolvePayment,
  resolveReceipt,
} from './receipt-resolver.ts';
import { ReceiptType } from './receipt-types.ts';
import { RedeliveryResolver } from './redelivery-resolver.ts';
import { PaymentReference } from './references.ts';

export function receiptsSchema(): Promise<SubgraphSchema> {
  return buildSubgraph({
    resolvers: [
      ReceiptResolver,
      ReceiptQueueItemResolver,
      ReceiptRecipientResolver,
      PaymentResolver,
      RedeliveryResolver,
      ReceiptEventResolver,
    ],
    orphanedTypes: [ReceiptType, PaymentReference],
    references: { Receipt: resolveReceipt, Payment: resolvePayment },
  });
}
