/** Sums up calls for everybody whom they count for: by method and span of time, faults by code and day, minutes, and when somebody was not answered. */
import { MINUTE } from '@nodo-aperto/kernel/time';
import type { ObservedCall } from '@nodo-aperto/schema/events';
import { faultOf, isAnswered } from './answer.ts';
import { type Grain, GRAINS, type Starts, startsOf } from './grain.ts';
import { type Subject, subjectsOf } from './subject.ts';
import { addCall, emptyTally, type Tally } from './tally.ts';

/** A call with its begin in epoch milliseconds. */
export type TimedCall = Omit<ObservedCall, 'at'> & { at: number };

export interface Series extends Subject {
  method: string;
}
export interface LevelSum {
  series: Series;
  start: number;
  tally: Tally;
}
export interface FaultSum {
  series: Series;
  /** The local day. */
  day: string;
  fault: string;
  calls: number;
}
export interface MinuteSum {
  subject: Subject;
  day: string;
  /** Minutes since the begin of the day. */
  minute: number;
  /** Whether any call that began in it was answered. */
  answered: boolean;
}
export interface SubjectSum {
  subject: Subject;
  /** Begin of the first call. */
  firstAt: number;
  /** Whether any call got no answer. */
  unanswered: boolean;
}

export interface Sums {
  levels: Record<Grain, LevelSum[]>;
  faults: FaultSum[];
  minutes: MinuteSum[];
  subjects: SubjectSum[];
}

export function sumUp(calls: readonly TimedCall[]): Sums {
  const collector = new Collector();
  for (const call of calls) for (const subject of subjectsOf(call)) collector.add(subject, call);
  return collector.sums();
}

class Collector {
  readonly #levels: Record<Grain, Map<string, LevelSum>> = { MINUTE: new Map(), HOUR: new Map(), DAY: new Map(), MONTH: new Map() };
  readonly #faults = new Map<string, FaultSum>();
  readonly #minutes = new Map<string, MinuteSum>();
  readonly #subjects = new Map<string, SubjectSum>();
  readonly #starts = new Map<number, Starts>();

  add(subject: Subject, call: TimedCall): void {
    const name = `${subject.kind} ${subject.code}`;
    const starts = this.#startsOf(call.at);
    this.#addSubject(name, subject, call);
    this.#addMinute(name, subject, call, starts);
    if (call.probe) return;
    const series = { ...subject, method: call.method };
    const named = `${name} ${call.method}`;
    for (const grain of GRAINS) {
      const sum = entry(this.#levels[grain], `${named} ${starts[grain]}`, () => ({ series, start: starts[grain], tally: emptyTally() }));
      addCall(sum.tally, call);
    }
    const fault = faultOf(call);
    if (fault === undefined) return;
    entry(this.#faults, `${named} ${starts.day} ${fault}`, () => ({ series, day: starts.day, fault, calls: 0 })).calls += 1;
  }

  sums(): Sums {
    const levels = Object.fromEntries(GRAINS.map((grain) => [grain, [...this.#levels[grain].values()]])) as Record<Grain, LevelSum[]>;
    return {
      levels,
      faults: [...this.#faults.values()],
      minutes: [...this.#minutes.values()],
      subjects: [...this.#subjects.values()],
    };
  }

  #addSubject(name: string, subject: Subject, call: TimedCall): void {
    const sum = entry(this.#subjects, name, () => ({ subject, firstAt: call.at, unanswered: false }));
    sum.firstAt = Math.min(sum.firstAt, call.at);
    sum.unanswered ||= !isAnswered(call);
  }

  #addMinute(name: string, subject: Subject, call: TimedCall, { day, DAY }: Starts): void {
    const minute = Math.floor((call.at - DAY) / MINUTE);
    const sum = entry(this.#minutes, `${name} ${day} ${minute}`, () => ({ subject, day, minute, answered: false }));
    sum.answered ||= isAnswered(call);
  }

  /** Calls come in bundles: those of a minute share their spans. */
  #startsOf(at: number): Starts {
    return entry(this.#starts, Math.floor(at / MINUTE), () => startsOf(at));
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
