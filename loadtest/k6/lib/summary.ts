/** What a run leaves: a JSON file for machines; the runner prints it for people. */

/** k6 calls it at the end with every metric. */
export function summary(data: unknown): Record<string, string> {
  return { [__ENV['LOADTEST_SUMMARY'] ?? 'summary.json']: JSON.stringify(data, undefined, 2) };
}
