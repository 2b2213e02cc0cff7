/** Whether a text is a version: three whole numbers. */
export const isVersion = (text: string): boolean => /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(text);

/** Whether `next` comes after `last`; both are versions. */
export function isNewer(next: string, last: string): boolean {
  const [one, other] = [next, last].map((version) => version.split('.').map(Number));
  const index = (one ?? []).findIndex((number, place) => number !== other?.[place]);
  return index !== -1 && (one?.[index] ?? 0) > (other?.[index] ?? 0);
}

/** A package.json or lock file with `version` in place of `last` where it speaks of this project's own packages. The rest stays letter by letter. */
export function withVersion(text: string, last: string, version: string): string {
  const own = new RegExp(`("name": "(?:nodo-aperto|@nodo-aperto/[a-z0-9-]+)",\\s+"version": ")${last.replaceAll('.', '\\.')}"`, 'g');
  return text.replaceAll(own, `$1${version}"`);
}

/** The changelog with what is unreleased under the version and its day. @throws Error when nothing is unreleased */
export function withRelease(changelog: string, version: string, day: string): string {
  const heading = '## Unreleased\n';
  const start = changelog.indexOf(heading);
  const rest = start === -1 ? '' : changelog.slice(start + heading.length);
  const news = rest.split(/^## /m)[0]?.trim() ?? '';
  if (news === '') throw new Error('CHANGELOG.md has nothing under "## Unreleased"');
  return `${changelog.slice(0, start)}${heading}\n## ${version} (${day})\n${rest}`;
}
