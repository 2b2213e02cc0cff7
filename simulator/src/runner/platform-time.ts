/** Platform time in a run: where it begins, how fast it goes, and that the simulator's own follows. */
import { UnavailableError } from '@nodo-aperto/kernel/faults';
import { isWorkingDay, workingDayBefore } from '@nodo-aperto/kernel/calendar';
import { addDays, MINUTE, parseInstant, toLocalDate } from '@nodo-aperto/kernel/time';
import type { LocalDate } from '@nodo-aperto/kernel/time';
import type { PlatformClient } from '../platform-client/index.ts';
import type { Scenario } from '../scenario/index.ts';
import { askTime, moveClock, setClockSpeed } from './operations.ts';
import type { RunClock } from './run-clock.ts';

export interface PlatformTime {
  /** Whether it can be moved. */
  readonly movable: boolean;
  /** Lets platform time and the simulator's go at this speed. */
  setSpeed(speed: number): Promise<void>;
}

/**
 * Takes over the platform's time, and moves it to where the scenario begins.
 * @throws UnavailableError when the scenario needs a clock that can be moved, and the platform's cannot
 */
export async function beginTime(
  client: PlatformClient,
  clock: RunClock,
  { clock: wanted }: Pick<Scenario, 'clock'>,
): Promise<PlatformTime> {
  const { now, testClock: movable } = await askTime(client);
  const ahead = (parseInstant(now) ?? clock.now()) - clock.now();
  clock.advance(Math.max(0, Math.round(ahead)));
  if (!movable && (wanted.factor > 1 || wanted.at !== undefined))
    throw new UnavailableError(
      'This scenario moves platform time, and the clock of this platform is real time: start it with --test-clock.',
    );
  const minutes = Math.ceil((beginning(wanted, clock.now()) - clock.now()) / MINUTE);
  if (minutes > 0) {
    await moveClock(client, minutes);
    clock.advance(minutes * MINUTE);
  }
  return {
    movable,
    async setSpeed(speed) {
      if (!movable) return;
      await setClockSpeed(client, speed);
      clock.setSpeed(speed);
    },
  };
}

/** The next instant at which a clock as wanted begins, epoch milliseconds; now itself when nothing is wanted. */
export function beginning({ from, at }: Scenario['clock'], now: number): number {
  if (at === undefined) return now;
  for (let day = toLocalDate(now); ; day = addDays(day, 1)) {
    // A wall clock's time without an offset is Rome's.
    const instant = parseInstant(`${day}T${at}:00`) ?? now;
    if (fits(from, day) && instant >= now) return instant;
  }
}

function fits(from: Scenario['clock']['from'], day: LocalDate): boolean {
  if (from === 'today') return true;
  return from === 'workingDay' ? isWorkingDay(day) : day === lastWorkingDayOfMonth(day);
}

function lastWorkingDayOfMonth(day: LocalDate): LocalDate {
  const [year = 0, month = 0] = day.split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  return workingDayBefore(next as LocalDate);
}
