/** The simulation that `npm start` runs beside the platform: it reaches the platform through its public address, like any client. */
import { registerControl, startDemo, type Demo } from '@nodo-aperto/simulator';
import type { FastifyInstance } from 'fastify';
import { CommandError } from './failure.ts';
import { type Foundation, identityUrl } from './foundation.ts';

/** Every start shows the same creditors, PSPs and rhythm. */
const SEED = 7;

/** Opens the creditors and registers the simulator's control; payments begin as soon as the platform answers at the address. */
export async function openSimulation(foundation: Foundation, app: FastifyInstance, baseUrl: string): Promise<Demo> {
  if (foundation.environment.NODO_OIDC_ISSUER)
    throw new CommandError('The simulation needs tokens of the embedded issuer; with NODO_OIDC_ISSUER start with --no-simulation.');
  const [issuer, verifier] = [await foundation.issuer(), await foundation.verifier(identityUrl(foundation, baseUrl))];
  const demo = await startDemo({
    baseUrl,
    tokenFor: (caller) => issuer.issue(caller),
    clock: foundation.clock,
    log: foundation.log.child({ part: 'simulator' }),
    random: foundation.random,
    seed: SEED,
  });
  await registerControl(app, demo, (token) => verifier.verify(token));
  return demo;
}

/** One party of each kind, for the tokens that are printed. */
export interface ShownParties {
  creditor: string;
  psp: string;
  broker: string;
  citizen: string;
  station: string;
}

export function shownParties({ population }: Demo): ShownParties | undefined {
  // The busiest creditor: an outage of it has enough calls to put its station in Stand-In within seconds.
  const [creditor] = population.creditors.toSorted((one, other) => other.weight - one.weight);
  const [psp] = population.psps;
  const [citizen] = population.citizens;
  return (
    creditor &&
    psp &&
    citizen && {
      creditor: creditor.fiscalCode,
      psp: psp.code,
      broker: creditor.brokerCode,
      citizen: citizen.fiscalCode,
      station: creditor.stationCode,
    }
  );
}
