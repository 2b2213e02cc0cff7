/** Days of service levels as a picture that stands alone: SVG with its colours in it. */
import { toLocalDate } from '@nodo-aperto/kernel/time';
import { decimalOf } from '../domain/percentage.ts';
import { IN_TIME_TARGET, shareOf } from '../domain/service-level/share.ts';
import type { Tally } from '../domain/service-level/tally.ts';
import { plotSvg } from './svg-plot.ts';

const WHOLE = 10_000;
const STYLE = `<style>text{font:11px system-ui,sans-serif;fill:#17324d}.within{fill:#06c}.over{fill:#d9364f}.open{fill-opacity:.45}
.threshold{stroke:#a66300;stroke-dasharray:5 3}</style>`;

/**
 * Calls that were not answered within two seconds, in percent of each day; the line is what is allowed of a month.
 * @param now the day of this instant may still change
 */
export function servicePlot(title: string, days: readonly { start: number; tally: Tally }[], now: number): string {
  const today = toLocalDate(now);
  const bars = days.map(({ start, tally: { calls, inTime } }) => {
    const day = toLocalDate(start);
    const value = WHOLE - (shareOf(inTime, calls) ?? WHOLE);
    const told = `${day}: ${calls - inTime} of ${calls} calls, ${decimalOf(value)} %`;
    return { label: day.slice(8), value, title: told, unsettled: day >= today };
  });
  const plot = plotSvg({ title: `Not answered within 2 s: ${title}`, bars, threshold: WHOLE - IN_TIME_TARGET });
  return plot.replace(/^<svg ([^>]*)>/, `<svg xmlns="http://www.w3.org/2000/svg" $1>${STYLE}`);
}
