/** What `npm start` prints when it is ready: where things are, tokens for every role, and what to try first. */
import type { TokenClaims } from '@nodo-aperto/kernel/auth';
import type { Foundation } from './foundation.ts';
import type { ShownParties } from './simulation.ts';

export interface BannerOptions {
  /** The platform's address. */
  base: string;
  foundation: Foundation;
  /** The parties of the simulation, when it runs. */
  parties?: ShownParties;
  embedded: boolean;
}

export async function banner(options: BannerOptions): Promise<string> {
  const { base } = options;
  const lines = [
    '',
    `Nodo Aperto is ready (${options.embedded ? 'embedded PostgreSQL' : 'PostgreSQL of DATABASE_URL'}, data in ${options.foundation.folder})`,
    '',
    `  control room    ${base}/`,
    `  GraphQL         ${base}/graphql          (GraphiQL in a browser, websockets on the same path)`,
    `  SOAP of PSPs    ${base}/nodo/node-for-psp/v1`,
    `  health          ${base}/health/ready     metrics  ${base}/metrics`,
    ...(options.parties ? [`  simulator       ${base}/simulator/graphql`] : []),
    '',
    ...(await tokenLines(options)),
    ...firstSteps(base, options.parties),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

async function tokenLines({ foundation, parties }: BannerOptions): Promise<string[]> {
  if (foundation.environment.NODO_OIDC_ISSUER) return [`Access tokens come from ${foundation.environment.NODO_OIDC_ISSUER}.`, ''];
  const issuer = await foundation.issuer();
  const lines = ['Access tokens, valid for 8 hours (npm run platform -- token makes others):', ''];
  for (const each of readyClaims(parties))
    lines.push(`  ${[each.role, each.tenant ?? each.fiscalCode].filter(Boolean).join(' ')}`, `  ${await issuer.issue(each)}`, '');
  return lines;
}

/** For whom tokens are made ready: an operator, and one party of each kind of the simulation. */
export function readyClaims(parties: ShownParties | undefined): readonly TokenClaims[] {
  if (!parties) return [{ role: 'OPERATOR' }];
  return [
    { role: 'OPERATOR' },
    { role: 'EC', tenant: parties.creditor },
    { role: 'PSP', tenant: parties.psp },
    { role: 'PARTNER', tenant: parties.broker },
    { role: 'CITIZEN', fiscalCode: parties.citizen },
  ];
}

function firstSteps(base: string, parties: ShownParties | undefined): string[] {
  const watch = 'subscription { paymentEvents { name at standIn amount payment { notice { creditor { name } } } } }';
  return [
    'Try first:',
    `  1. watch payments happen: open ${base}/ and ${parties ? 'choose a role' : 'paste the operator token'}`,
    `  2. ask: open ${base}/graphql, put {"authorization": "Bearer <operator token>"} into the headers, run`,
    '       { creditorInstitutions(first: 3) { edges { node { fiscalCode name } } } }',
    `       ${watch}`,
    ...(parties
      ? [`  3. start an outage yourself: npm run simulate -- outage start ${parties.station} --for 60`]
      : ['  3. load parties: npm run platform -- import <directory file>']),
  ];
}
