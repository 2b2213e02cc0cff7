/** PSPs of a run publish their reporting flows, over the REST primitives. */
import { closedPayments, publishFlow } from '../flows/index.ts';
import type { World } from './world.ts';

const BASE_36 = 36;

/** Each PSP reports what it has not reported yet of operative days that have closed; what is refused is reported by its next flow again. */
export async function publishFlows(world: World, pspCodes: readonly string[]): Promise<void> {
  const { plan, ledger, clock, baseUrl, reported } = world;
  const { psps, creditors } = plan.population;
  // Names tell runs on one platform apart, and flows of one run.
  const run = Math.floor(clock.real.now() / 1_000).toString(BASE_36);
  for (const psp of psps.filter(({ code }) => pspCodes.includes(code))) {
    for (const content of closedPayments(ledger, { pspCode: psp.code, now: clock.now(), reported })) {
      const creditor = creditors.find(({ fiscalCode }) => fiscalCode === content.creditorFiscalCode);
      if (creditor === undefined) continue;
      const suffix = `${run}x${ledger.of('FLOW').length.toString(BASE_36)}`;
      const at = clock.now();
      const { flowName, answer } = await publishFlow({ psp, creditor, baseUrl, clock: clock.real, now: at, suffix }, content);
      const { creditorFiscalCode, operativeDay } = content;
      ledger.append({ kind: 'FLOW', at, pspCode: psp.code, creditorFiscalCode, flowName, operativeDay, answer });
      if (answer === 'OK') for (const { paymentToken } of content.payments) reported.add(paymentToken);
    }
  }
}
