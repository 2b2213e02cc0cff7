/**
 * Rule: a person has at most so many requests under way that they made themselves; what ends makes room. Nobody fills the list of those who
 * approve. Our own rule: the source sets no limit.
 */
export const MOST_OPEN_REQUESTS = 10;

/** @param open how many requests of the person are under way */
export function mayAskForMore(open: number): boolean {
  return open < MOST_OPEN_REQUESTS;
}
