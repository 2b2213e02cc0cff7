/** Hosts the receipts subgraph, and nothing else, on the database that it is told, from the moment it is told to. Made to be killed. */
import { createLogger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { realClock } from '@nodo-aperto/kernel/time';
import { receipts } from '../src/index.ts';

process.on('message', (databaseUrl: string) => {
  void hostSubgraphs([receipts], {
    databaseUrl,
    clock: realClock(),
    log: createLogger({ service: 'crash-child', level: 'error' }),
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
    poolSize: 6,
  });
});
process.on('disconnect', () => process.exit());
process.send?.('LOADED');
