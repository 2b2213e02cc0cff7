/** What the command line of a platform under test or under load is told. */
export interface PlatformWords {
  readonly port: number;
  /** Its data folder. */
  readonly folder: string;
  /** With the demo's creditors and payers; without them by default. */
  readonly simulation?: boolean;
  /** Further words, as they are. */
  readonly further?: readonly string[];
}

/** `start` with the words of these options. */
export function platformWords({ port, folder, simulation = false, further = [] }: PlatformWords): string[] {
  return ['start', '--port', String(port), '--data', folder, ...(simulation ? [] : ['--no-simulation']), ...further];
}
