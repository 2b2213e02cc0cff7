/** Only the PSP that opened a session settles it. To another one the token is unknown. Source: Domain facts, Payments §2.7. */
import type { Finding, Invariant } from './types.ts';

export const ownTokens: Invariant = {
  name: 'a token is settled by the PSP that opened it',
  page: 'docs/invariants.md#own-tokens',
  check({ ledger }) {
    const openedBy = new Map<string, string>();
    return ledger.of('ATTEMPT').flatMap((attempt): Finding[] => {
      const { step, answer, paymentToken, pspCode } = attempt;
      if (answer !== 'OK' || paymentToken === undefined || pspCode === undefined) return [];
      if (step === 'ACTIVATE') openedBy.set(paymentToken, pspCode);
      const owner = openedBy.get(paymentToken);
      if (step !== 'OUTCOME' || owner === undefined || owner === pspCode) return [];
      return [{ what: `Token ${paymentToken} was opened by ${owner}, and an outcome of ${pspCode} was accepted.`, notice: attempt }];
    });
  },
};
