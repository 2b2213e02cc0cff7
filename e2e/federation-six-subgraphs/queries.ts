import { until } from '@nodo-aperto/kernel/testing';
import { describe, expect, it } from 'vitest';
import { ask, send } from '../support/graphql-client.ts';
import { onScene } from '../support/scene.ts';
import { type RunningPlatform, type Shape } from '../support/shapes.ts';
import { CREDITOR, PSP, type World } from '../support/world.ts';

/** From the creditor to the KPI: one request through all six subgraphs. */
const ACROSS = `query ($creditor: FiscalCode!) {
  creditorInstitution(fiscalCode: $creditor) {
    name
    notices(first: 5) { edges { node {
      noticeNumber paymentStatus
      payments(first: 5) { edges { node {
        status psp { code }
        receipt { id reportingLines { amount outcome flow { name kpiResults { id kpi outcome } } } }
      } } }
    } } }
  }
}`;

interface Across {
  creditorInstitution: {
    name: string;
    notices: {
      edges: {
        node: {
          noticeNumber: string;
          paymentStatus: string;
          payments: {
            edges: {
              node: {
                status: string;
                psp: { code: string };
                receipt: {
                  id: string;
                  reportingLines: { amount: number; outcome: string; flow: { name: string; kpiResults: { kpi: string }[] | null } }[];
                } | null;
              };
            }[];
          };
        };
      }[];
    };
  };
}

/** The tests of the feature, on a platform of the shape. */
export function describeQueries(shape: Shape): void {
  describe(`one query across all six subgraphs, ${shape}`, () => {
    let platform: RunningPlatform;
    let world: World;
    onScene(shape, (...scene) => ([platform, world] = scene));

    it('goes from a creditor to its notices, payments, receipts, reporting lines and KPIs', async () => {
      const token = await world.pay();
      const line = await report(token);
      await ask(platform.graphqlUrl, 'mutation { runJob(job: KPI_MONTHLY) { state } }', { token: world.tokens.operator });
      const found = await until(
        async () => {
          const answer = await ask<Across>(platform.graphqlUrl, ACROSS, {
            token: world.tokens.operator,
            variables: { creditor: CREDITOR.fiscalCode },
          });
          const [payment] = answer.creditorInstitution.notices.edges[0]?.node.payments.edges ?? [];
          return (payment?.node.receipt?.reportingLines[0]?.flow.kpiResults?.length ?? 0) > 0 && answer.creditorInstitution;
        },
        { what: 'the whole chain to be there', timeoutMs: 30_000 },
      );
      expect(found.name).toBe(CREDITOR.name);
      const [{ node: notice }] = found.notices.edges as [{ node: Across['creditorInstitution']['notices']['edges'][number]['node'] }];
      expect(['PAID', 'NOTIFIED']).toContain(notice.paymentStatus);
      const payment = notice.payments.edges[0]!.node;
      expect(payment).toMatchObject({ psp: { code: PSP }, receipt: { id: token } });
      expect(payment.receipt!.reportingLines).toEqual([expect.objectContaining({ amount: 12_345, outcome: 'EXECUTED' })]);
      expect(payment.receipt!.reportingLines[0]!.flow.name).toBe(line);
      expect(payment.receipt!.reportingLines[0]!.flow.kpiResults!.map(({ kpi }) => kpi).sort()).toEqual([
        'LFDR',
        'NRFDR',
        'WAFDR',
        'WPNFDR',
      ]);
    });

    it('shows a creditor its own side and hides what belongs to the PSP', async () => {
      const answer = await ask<Across>(platform.graphqlUrl, ACROSS, {
        token: world.tokens.creditor,
        variables: { creditor: CREDITOR.fiscalCode },
      });
      const [payment] = answer.creditorInstitution.notices.edges[0]!.node.payments.edges;
      expect(payment!.node.receipt!.reportingLines[0]!.flow.kpiResults).toBeNull();
    });

    it('says what was expected when a value written into the query is not of its form', async () => {
      const answer = await send(
        platform.graphqlUrl,
        '{ notice(creditorFiscalCode: "77777777777", noticeNumber: "30200000000000100") { amount } }',
        { token: world.tokens.operator },
      );
      expect(answer.errors?.[0]?.message).toContain('expected a notice number of 18 digits');
      expect(answer.errors?.[0]?.extensions?.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    });

    /** The PSP publishes a flow with the payment. @returns its name */
    async function report(paymentToken: string): Promise<string> {
      const token = world.tokens.psp;
      const payment = await ask<{ payment: { iuv: string; amount: number; outcomeAt: string } }>(
        platform.graphqlUrl,
        `{ payment(paymentToken: "${paymentToken}") { iuv amount outcomeAt } }`,
        { token },
      );
      const { iuv, amount, outcomeAt } = payment.payment;
      const name = `2026-11-24${PSP}-0000001`;
      const input = {
        name,
        flowDate: '2026-11-24T08:00:00+01:00',
        creditorFiscalCode: CREDITOR.fiscalCode,
        brokerCode: PSP,
        channelCode: `${PSP}_01`,
        regulation: 'TRN0000001',
        regulationDate: '2026-11-24',
        totalPayments: 1,
        totalAmount: amount,
      };
      const steps = [
        {
          query: 'mutation ($input: CreateFlowInput!) { createFlow(input: $input) { outcome fault { code description } } }',
          variables: { input },
        },
        {
          query:
            'mutation ($name: String!, $payments: [FlowPaymentInput!]!) { addFlowPayments(name: $name, payments: $payments) { outcome fault { code description } } }',
          variables: {
            name,
            payments: [{ index: 1, iuv, iur: paymentToken, idTransfer: 1, amount, outcome: 'EXECUTED', payDate: outcomeAt }],
          },
        },
        { query: 'mutation ($name: String!) { publishFlow(name: $name) { outcome fault { code description } } }', variables: { name } },
      ];
      for (const { query, variables } of steps) {
        // The PSP's directory entry reaches reporting a moment after it was loaded.
        await until(
          async () => {
            const [answer] = Object.values(
              await ask<Record<string, { outcome: string; fault: unknown }>>(platform.graphqlUrl, query, { token, variables }),
            );
            if (answer?.outcome !== 'OK' && !JSON.stringify(answer?.fault).includes('FDR_200')) throw new Error(JSON.stringify(answer));
            return answer?.outcome === 'OK';
          },
          { what: 'the flow', timeoutMs: 10_000 },
        );
      }
      return name;
    }
  });
}
