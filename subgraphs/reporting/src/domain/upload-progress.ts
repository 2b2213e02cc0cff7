/** Into how many steps an upload is divided. */
const STEPS = 20;

/**
 * An upload's progress is told whenever another twentieth of the declared payments has arrived, and when the last has: a subscriber sees even a
 * flow of a million payments grow, and no flow floods the stream.
 * @param declared number of payments that the flow will have
 * @returns whether going from one number of payments to the other is worth telling
 */
export function isProgress(declared: number, before: number, after: number): boolean {
  const step = (payments: number): number => Math.floor((payments * STEPS) / declared);
  return step(after) > step(before);
}
