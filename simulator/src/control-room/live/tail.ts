/** The newest events, at most {@link LONGEST_TAIL}, and what the reader wants to see of them. */
import type { LiveEvent, Source } from './events.ts';

export const LONGEST_TAIL = 500;

/** Adds events, given oldest first, before those that are there. The oldest are let go. */
export function addToTail(tail: readonly LiveEvent[], events: readonly LiveEvent[]): readonly LiveEvent[] {
  return events.length === 0 ? tail : [...events.toReversed(), ...tail].slice(0, LONGEST_TAIL);
}

/** What to show; empty texts let all through. */
export interface TailFilter {
  readonly source: Source | '';
  /** Part of the event's name. */
  readonly name: string;
  /** Part of the creditor's name or the beginning of its fiscal code. */
  readonly creditor: string;
  /** Beginning of the PSP's code. */
  readonly psp: string;
  /** Part of the notice's number; blanks do not count. */
  readonly notice: string;
}

export const NO_FILTER: TailFilter = { source: '', name: '', creditor: '', psp: '', notice: '' };

/** The events that pass, in their order. */
export function filterTail(tail: readonly LiveEvent[], filter: TailFilter): readonly LiveEvent[] {
  const [name, creditor, psp, notice] = [filter.name, filter.creditor, filter.psp, filter.notice].map((text) => text.trim().toLowerCase());
  const digits = (notice ?? '').replaceAll(/\s/g, '');
  return tail.filter(
    (event) =>
      (filter.source === '' || event.source === filter.source) &&
      event.name.includes(name ?? '') &&
      (event.creditorName.toLowerCase().includes(creditor ?? '') || event.creditorCode.toLowerCase().startsWith(creditor ?? '')) &&
      event.pspCode.toLowerCase().startsWith(psp ?? '') &&
      event.noticeNumber.includes(digits),
  );
}
