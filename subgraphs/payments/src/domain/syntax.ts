/** How a field that breaks the schema of its primitive is named. Source: Domain facts, Payments §2.3 (order 1: syntax). */
import { Fault } from '@nodo-aperto/kernel/faults';
import { charactersOf } from './text.ts';

/** Whether a text has so many characters. */
export function isText(text: string, shortest: number, longest: number): boolean {
  const length = charactersOf(text, longest);
  return length >= shortest && length <= longest;
}

/** @returns PPT_SINTASSI_EXTRAXSD naming the field, unless it is right */
export function unless(right: boolean, field: string, expected: string): Fault | undefined {
  return right ? undefined : new Fault('PPT_SINTASSI_EXTRAXSD', { description: `${field}: expected ${expected}.` });
}
