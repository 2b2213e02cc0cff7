/** Plots as SVG, without any script. */
import { escapeXml } from './junit.ts';

export interface Series {
  readonly name: string;
  readonly colour: string;
  /** One for each moment; undefined leaves a gap. */
  readonly values: readonly (number | undefined)[];
}

const WIDTH = 900;
const HEIGHT = 200;
const LEFT = 60;
const BOTTOM = 24;

/** Lines over time. @param times seconds */
export function linePlot(title: string, unit: string, times: readonly number[], series: readonly Series[]): string {
  const top = Math.max(1, ...series.flatMap(({ values }) => values.filter((value) => value !== undefined)));
  const end = Math.max(1, times.at(-1) ?? 1);
  const x = (seconds: number): number => LEFT + (seconds / end) * (WIDTH - LEFT - 10);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - 10);
  const lines = series.map(({ colour, values }) => {
    const points = times.flatMap((time, index) => {
      const value = values[index];
      return value === undefined ? [] : [`${x(time).toFixed(1)},${y(value).toFixed(1)}`];
    });
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>`;
  });
  const marks = [0, 0.5, 1].map(
    (part) =>
      `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y(top * part)}" y2="${y(top * part)}" stroke="#ddd"/><text x="${LEFT - 6}" y="${y(top * part) + 4}" text-anchor="end">${round(top * part)}</text>`,
  );
  const legend = series.map(({ name, colour }) => `<span><i style="background:${colour}"></i>${escapeXml(name)}</span>`).join(' ');
  return figure(`${title} (${unit})`, HEIGHT, [...marks, ...lines, secondsAxis(end, x, HEIGHT)], legend);
}

export interface Span {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

/** Rows with coloured spans of time. */
export function spanPlot(title: string, rows: readonly string[], end: number, spans: readonly Span[], legend: string): string {
  const height = rows.length * ROW + BOTTOM + 6;
  const left = 260;
  const x = (seconds: number): number => left + (seconds / Math.max(1, end)) * (WIDTH - left - 10);
  const names = rows.map((name, row) => `<text x="${left - 6}" y="${row * ROW + 13}" text-anchor="end">${escapeXml(name)}</text>`);
  const bars = spans.map(
    ({ row, from, to, colour }) =>
      `<rect x="${x(from).toFixed(1)}" y="${row * ROW + 3}" width="${Math.max(1, x(to) - x(from)).toFixed(1)}" height="${ROW - 5}" fill="${colour}"/>`,
  );
  return figure(title, height, [...names, ...bars, secondsAxis(end, x, height)], legend);
}

const ROW = 18;

function secondsAxis(end: number, x: (seconds: number) => number, height: number): string {
  return [0, 0.25, 0.5, 0.75, 1]
    .map(
      (part) => `<text x="${x(end * part)}" y="${height - 6}" text-anchor="${part === 1 ? 'end' : 'middle'}">${round(end * part)} s</text>`,
    )
    .join('');
}

function figure(title: string, height: number, parts: readonly string[], legend: string): string {
  return `<figure><figcaption>${escapeXml(title)} <small>${legend}</small></figcaption><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}">${parts.join('')}</svg></figure>`;
}

function round(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
