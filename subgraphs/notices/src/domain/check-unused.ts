import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { noticeNumberOf } from './check-identifiers.ts';
import { allowed, type Outcome, refused } from './outcome.ts';
import { eachInstalment, type PositionDraft } from './position-draft.ts';

/** Which keys of a creditor are taken, and by the position with which IUPD. */
export interface TakenKeys {
  noticeNumbers: ReadonlyMap<string, string>;
  iuvs: ReadonlyMap<string, string>;
}

/** IUV and notice number are unique for their creditor, over all its positions. Source: Domain facts, Payments §4.4. */
export function checkUnused(draft: PositionDraft, taken: TakenKeys): Outcome<PositionDraft> {
  const isTaken = (owner: string | undefined): boolean => owner !== undefined && owner !== draft.iupd;
  const [first, ...others] = eachInstalment(draft, (instalment, path) => {
    const issues: InputIssue[] = [];
    const noticeNumber = String(noticeNumberOf(instalment));
    if (isTaken(taken.noticeNumbers.get(noticeNumber))) {
      issues.push({
        path: `${path}.noticeNumber`,
        message: 'is that of another position of the creditor',
        expected: 'a notice number not used before',
      });
    }
    if (isTaken(taken.iuvs.get(instalment.iuv))) {
      issues.push({ path: `${path}.iuv`, message: 'is that of another position of the creditor', expected: 'an IUV not used before' });
    }
    return issues;
  });
  return first ? refused('CONFLICT', first, ...others) : allowed(draft);
}
