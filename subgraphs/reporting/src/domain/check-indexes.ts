import { Fault, type FaultCode } from '@nodo-aperto/kernel/faults';

const NAMED = 10;

/** A list of indexes for people: the first ten, and how many more. */
function named(indexes: readonly number[]): string {
  const first = indexes.slice(0, NAMED).join(', ');
  return indexes.length > NAMED ? `${first} and ${indexes.length - NAMED} more` : first;
}

function refuse(code: FaultCode, sentence: string, indexes: readonly number[]): void {
  if (indexes.length > 0) throw new Fault(code, { description: `${sentence}: ${named(indexes)}.` });
}

/** One request names an index once. Source: Domain facts, Reporting §1.5. @throws Fault FDR_3005 */
export function checkDistinct(indexes: readonly number[]): void {
  const seen = new Set<number>();
  const repeated = new Set(indexes.filter((index) => seen.size === seen.add(index).size));
  refuse('FDR_3005', 'The request names the same index more than once', [...repeated]);
}

/** Indexes that are added are not in the flow yet. @throws Fault FDR_3006 */
export function checkNoneTaken(requested: readonly number[], inserted: readonly number[]): void {
  const fresh = new Set(inserted);
  refuse(
    'FDR_3006',
    'The flow has payments with these indexes already',
    requested.filter((index) => !fresh.has(index)),
  );
}

/** Indexes that are removed are in the flow. @throws Fault FDR_3007 */
export function checkAllFound(requested: readonly number[], removed: readonly number[]): void {
  const found = new Set(removed);
  refuse(
    'FDR_3007',
    'The flow has no payments with these indexes',
    requested.filter((index) => !found.has(index)),
  );
}
