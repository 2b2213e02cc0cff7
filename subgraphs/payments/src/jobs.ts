/** The recurrent work of this subgraph, which operators can also start. */
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import { MINUTE, SECOND } from '@nodo-aperto/kernel/time';
import { cleanIdempotency } from './services/clean-idempotency.ts';
import type { PaymentsDependencies } from './services/dependencies.ts';
import { expireTokens } from './services/expire-tokens.ts';
import { ruleOutAll } from './services/rule-out-sessions.ts';
import type { StationHealth } from './services/stations/stations.ts';

export function paymentsJobs(dependencies: PaymentsDependencies & { readonly stations: StationHealth }): readonly JobDefinition[] {
  const { stations } = dependencies;
  return [
    {
      name: 'TOKEN_EXPIRY',
      everyMs: MINUTE,
      async run({ signal }) {
        const { cancelled, released } = await expireTokens(dependencies, signal);
        const ruledOut = await ruleOutAll(dependencies);
        const detail = `${cancelled} tokens cancelled, ${ruledOut} of options ruled out, ${released} abandoned claims given back`;
        return { processed: cancelled + ruledOut, detail };
      },
    },
    {
      name: 'IDEMPOTENCY_CLEANUP',
      everyMs: 10 * MINUTE,
      async run({ signal }) {
        return { processed: await cleanIdempotency(dependencies, signal) };
      },
    },
    {
      name: 'STATION_PROBE',
      everyMs: 10 * SECOND,
      async run({ signal, forced }) {
        const { probed, left } = await stations.probe({ forced, signal });
        return { processed: probed, detail: `${left} stations left Stand-In` };
      },
    },
    {
      name: 'STAND_IN_EVALUATION',
      everyMs: MINUTE,
      async run({ signal }) {
        const { judged, entered, left } = await stations.evaluate(signal);
        await stations.removeOld();
        return { processed: judged, detail: `${entered} stations entered Stand-In, ${left} left it` };
      },
    },
  ];
}
