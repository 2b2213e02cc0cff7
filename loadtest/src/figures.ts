/** What the platform's process says of itself in `/metrics`, as far as the kit needs it. */
import { type Clock, withDeadline } from '@nodo-aperto/kernel/time';
import { LoadtestError } from './failure.ts';

const DEADLINE_MS = 5_000;
/** Longest time for the copies to follow; a million positions take some three minutes. */
const PATIENCE_MS = 600_000;
const PAUSE_MS = 250;
/** A fact that has its place may not be seen by its readers yet: one reading without a lag is none. */
const READINGS = 2;

/** Resident bytes of the platform's process; undefined when it does not say. */
export async function residentBytes(base: string, clock: Clock): Promise<number | undefined> {
  const sizes = [...(await read(base, clock)).matchAll(/^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/gm)].map(([, value]) =>
    Number(value),
  );
  return sizes.length > 0 ? Math.max(...sizes) : undefined;
}

/**
 * Facts of the archive that somebody has not followed yet: those without a place in their stream, and the lag of each consumer of it.
 * @param metrics the text of `/metrics`
 * @returns undefined where the text tells nothing of them, as that of a gateway whose services are processes of their own
 */
export function archiveLag(metrics: string): number | undefined {
  const waiting = metrics.matchAll(/^nodo_outbox_waiting\{[^}]*stream="notices"[^}]*\} (\S+)$/gm);
  const lags = [...metrics.matchAll(/^nodo_consumer_lag\{[^}]*consumer="[a-z]+\.notices"[^}]*\} (\S+)$/gm)];
  if (lags.length === 0) return undefined;
  return [...waiting, ...lags].reduce((sum, [, value]) => sum + Number(value), 0);
}

/**
 * Waits until the services' copies of the archive have what was loaded, so that a load test does not measure how they catch up.
 * @returns milliseconds waited; undefined where the platform does not tell
 * @throws LoadtestError when they have not followed after ten minutes
 */
export async function untilArchiveFollowed(base: string, clock: Clock): Promise<number | undefined> {
  const began = clock.monotonic();
  for (let followed = 0; ; ) {
    const lag = archiveLag(await read(base, clock));
    if (lag === undefined) return undefined;
    followed = lag === 0 ? followed + 1 : 0;
    if (followed === READINGS) return clock.monotonic() - began;
    if (clock.monotonic() - began > PATIENCE_MS)
      throw new LoadtestError(`The services' copies of the archive are still ${lag} facts behind.`);
    await clock.sleep(PAUSE_MS);
  }
}

/** Nothing where they cannot be read. */
async function read(base: string, clock: Clock): Promise<string> {
  return withDeadline(clock, DEADLINE_MS, 'the metrics', async (signal) => (await fetch(`${base}/metrics`, { signal })).text()).catch(
    () => '',
  );
}
