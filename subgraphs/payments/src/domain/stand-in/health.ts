/**
 * Whether calls to a station are failing, short of Stand-In: a slot of those judged has failed, and not for a single call. What operators and
 * owners are told early; nothing else follows from it. The measure is ours.
 */
import type { Slot } from './evidence.ts';
import type { StandInProfile } from './profile.ts';

export function isFailing(profile: Pick<StandInProfile, 'slotFailed'>, slots: readonly Slot[]): boolean {
  const faults = slots.reduce((sum, slot) => sum + slot.faults, 0);
  return faults > 1 && slots.some((slot) => profile.slotFailed(slot));
}
