import { InvariantError } from '@nodo-aperto/kernel/faults';
import { parseInstant } from '@nodo-aperto/kernel/time';

/** An instant of an event, whose contract has checked its form. Epoch milliseconds. */
export function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) throw new InvariantError('An event carries an instant that cannot be read.');
  return instant;
}
