/** Access tokens, asked for once and used for a while: the platform then need not verify a new one with every request. */
import { MINUTE } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Caller, TokenFor } from './caller.ts';

export interface Tokens {
  for(caller: Caller): Promise<string>;
  /** Forgets a token that the platform did not take. */
  refuse(caller: Caller): void;
}

const KEPT_MS = 10 * MINUTE;
const MOST_KEPT = 1_000;

export function keepTokens(tokenFor: TokenFor, clock: Clock): Tokens {
  const kept = new Map<string, { readonly token: Promise<string>; readonly until: number }>();
  return {
    for(caller) {
      const key = keyOf(caller);
      const known = kept.get(key);
      if (known !== undefined && known.until > clock.now()) return known.token;
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      const token = tokenFor(caller);
      kept.set(key, { token, until: clock.now() + KEPT_MS });
      // One that could not be had is not kept.
      token.catch(() => kept.delete(key));
      return token;
    },
    refuse: (caller) => void kept.delete(keyOf(caller)),
  };
}

function keyOf({ role, tenant = '', fiscalCode = '' }: Caller): string {
  return `${role} ${tenant} ${fiscalCode}`;
}
