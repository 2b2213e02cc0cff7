/** What statements need: a database outside a transaction, or a transaction. */
import type { Transaction } from '@nodo-aperto/kernel/database';

export type Queries = Pick<Transaction, 'query'>;
