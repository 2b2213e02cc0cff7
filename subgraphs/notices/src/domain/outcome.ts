/** How a rule answers: with what it was asked for, or with why not. A refusal is an answer, never an exception. */
import type { InputIssue } from '@nodo-aperto/kernel/faults';

/**
 * Why something was refused: INVALID a field is wrong (400), FORBIDDEN another party's (403), NOT_FOUND (404), CONFLICT the state or
 * a unique key forbids it (409), UNPROCESSABLE understood, but not possible with what is known (422).
 */
export type RefusalKind = 'INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'CONFLICT' | 'UNPROCESSABLE';

export interface Refusal {
  kind: RefusalKind;
  /** At least one; `path` is empty when it is about the whole position. */
  issues: readonly InputIssue[];
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function allowed<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(kind: RefusalKind, ...issues: readonly [InputIssue, ...InputIssue[]]): Outcome<never> {
  return { ok: false, refusal: { kind, issues } };
}
