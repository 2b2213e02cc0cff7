import { noticeNumberFromIuv, parseIuv, parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { eachInstalment, type InstalmentDraft, type PositionDraft } from './position-draft.ts';

/**
 * The notice number of an instalment: its own, or "3" and its IUV (which then has 17 digits).
 * Source: Domain facts, Payments §1.2, §4.2.
 */
export function noticeNumberOf(instalment: Pick<InstalmentDraft, 'iuv' | 'noticeNumber'>): string | undefined {
  const parsed = instalment.noticeNumber === undefined ? noticeNumberFromIuv(instalment.iuv) : parseNoticeNumber(instalment.noticeNumber);
  return parsed.ok ? parsed.value : undefined;
}

/** Every instalment has an IUV and a notice number of its own. Source: Domain facts, Payments §4.4, §5.2. */
export function checkIdentifiers(draft: PositionDraft): InputIssue[] {
  const seen = { iuv: new Set<string>(), noticeNumber: new Set<string>() };
  return eachInstalment(draft, (instalment, path) => {
    const issues = checkShapes(instalment, path);
    if (issues.length > 0) return issues;
    const own = { iuv: instalment.iuv, noticeNumber: String(noticeNumberOf(instalment)) };
    return (['iuv', 'noticeNumber'] as const).flatMap((field) => {
      if (!seen[field].has(own[field])) {
        seen[field].add(own[field]);
        return [];
      }
      return [{ path: `${path}.${field}`, message: 'is used twice in the position', expected: 'one per instalment' }];
    });
  });
}

function checkShapes(instalment: InstalmentDraft, path: string): InputIssue[] {
  const iuv = parseIuv(instalment.iuv);
  if (!iuv.ok) return [{ path: `${path}.iuv`, message: 'is not valid', expected: iuv.expected }];
  if (noticeNumberOf(instalment) !== undefined) return [];
  if (instalment.noticeNumber !== undefined) return [{ path: `${path}.noticeNumber`, message: 'is not valid', expected: '18 digits' }];
  return [{ path: `${path}.iuv`, message: 'makes no notice number', expected: '17 digits, or a notice number beside the IUV' }];
}
