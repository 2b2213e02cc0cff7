import { hasValidCheckDigits, type NoticeNumber, noticeNumberParts } from '@nodo-aperto/kernel/identifiers';
import type { InputIssue } from '@nodo-aperto/kernel/faults';

/**
 * What is odd about a creditor's notice number, without being refused: check digits that are not the remainder by 93, and an IUV
 * that is not the one the number contains. Numbers made here are always right; numbers loaded are the creditor's own, and the node
 * does not check them either. Source: Domain facts, Payments §1.2.
 */
export function noticeNumberWarnings(noticeNumber: NoticeNumber, iuv: string): InputIssue[] {
  const warnings: InputIssue[] = [];
  if (!hasValidCheckDigits(noticeNumber)) {
    warnings.push({
      path: 'noticeNumber',
      message: 'has wrong check digits',
      expected: 'the remainder by 93 of its first 16 digits as the last two',
    });
  }
  const contained = noticeNumberParts(noticeNumber).iuv;
  if (contained !== iuv) {
    warnings.push({ path: 'iuv', message: 'is not the one that the notice number contains', expected: contained });
  }
  return warnings;
}
