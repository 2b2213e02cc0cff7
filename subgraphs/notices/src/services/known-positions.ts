/** The positions that the items of a bulk write may touch, by all their keys, as they are after the items so far. */
import type { TakenKeys } from '../domain/check-unused.ts';
import { type DebtPosition, instalmentsOf } from '../domain/position.ts';
import type { Settled } from '../domain/settle.ts';
import { type ThinPosition, thinPositionId } from '../domain/thin-position.ts';
import type { LookupKey } from '../persistence/position-store.ts';

export class KnownPositions {
  readonly #byKey = new Map<string, DebtPosition>();

  constructor(positions: readonly DebtPosition[]) {
    for (const position of positions) this.put(position);
  }

  /** What an upsert of the thin model needs to know. */
  matching({ creditorFiscalCode, noticeNumber, iuv }: ThinPosition) {
    return {
      byNoticeNumber: this.#byKey.get(`${creditorFiscalCode}/number/${noticeNumber}`),
      byIuv: this.#byKey.get(`${creditorFiscalCode}/iuv/${iuv}`),
      byPositionId: this.#byKey.get(`${creditorFiscalCode}/id/${thinPositionId(creditorFiscalCode, iuv)}`),
    };
  }

  byId({ creditorFiscalCode, iupd }: Pick<DebtPosition, 'creditorFiscalCode' | 'iupd'>): DebtPosition | undefined {
    return this.#byKey.get(`${creditorFiscalCode}/id/${iupd}`);
  }

  /** Which of the keys are taken, and by whom. */
  taken(keys: readonly LookupKey[]): TakenKeys {
    const noticeNumbers = new Map<string, string>();
    const iuvs = new Map<string, string>();
    for (const { creditorFiscalCode, noticeNumber = '', iuv = '' } of keys) {
      const byNumber = this.#byKey.get(`${creditorFiscalCode}/number/${noticeNumber}`);
      const byIuv = this.#byKey.get(`${creditorFiscalCode}/iuv/${iuv}`);
      if (byNumber) noticeNumbers.set(noticeNumber, byNumber.iupd);
      if (byIuv) iuvs.set(iuv, byIuv.iupd);
    }
    return { noticeNumbers, iuvs };
  }

  put(position: DebtPosition, before?: DebtPosition): void {
    if (before) this.remove(before);
    for (const key of keysOf(position)) this.#byKey.set(key, position);
  }

  remove(position: DebtPosition): void {
    for (const key of keysOf(position)) this.#byKey.delete(key);
  }
}

function keysOf(position: DebtPosition): string[] {
  const { creditorFiscalCode, iupd } = position;
  const keys = [`${creditorFiscalCode}/id/${iupd}`];
  for (const { instalment } of instalmentsOf(position)) {
    keys.push(`${creditorFiscalCode}/number/${instalment.noticeNumber}`, `${creditorFiscalCode}/iuv/${instalment.iuv}`);
  }
  return keys;
}

/** Several steps of one position are one write, but each states its facts. */
export function joined(steps: readonly Settled[]): Settled[] {
  const whole = new Map<string, Settled>();
  for (const step of steps) {
    const key = `${step.after.creditorFiscalCode}/${step.after.iupd}`;
    const earlier = whole.get(key);
    whole.set(key, earlier ? { before: earlier.before, after: step.after, stated: [...earlier.stated, ...step.stated] } : step);
  }
  return [...whole.values()];
}
