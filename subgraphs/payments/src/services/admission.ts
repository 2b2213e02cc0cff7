/** Counts the requests of each PSP that are being answered. */
import { MOST_REQUESTS_OF_PSP } from '../domain/request-limit.ts';

export interface Admission {
  /** Lets a request in until it is disposed of; undefined when the PSP has too many under way. */
  admit(pspCode: string): Disposable | undefined;
}

export function admission(most = MOST_REQUESTS_OF_PSP): Admission {
  const underWay = new Map<string, number>();
  return {
    admit(pspCode) {
      const count = underWay.get(pspCode) ?? 0;
      if (count >= most) return undefined;
      underWay.set(pspCode, count + 1);
      return {
        [Symbol.dispose]() {
          const left = (underWay.get(pspCode) ?? 1) - 1;
          if (left === 0) underWay.delete(pspCode);
          else underWay.set(pspCode, left);
        },
      };
    },
  };
}
