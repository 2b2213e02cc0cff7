/** Bars over a threshold line, as SVG text: no script, no font, no asset of anybody else. */

export interface Bar {
  /** Under the bar, e.g. a day or a month. */
  label: string;
  /** Hundredths of a percent. */
  value: number;
  /** Told when a pointer rests on the bar. */
  title: string;
  /** Whether the value may still change. */
  unsettled: boolean;
}

export interface Plot {
  title: string;
  bars: readonly Bar[];
  /** Hundredths of a percent. */
  threshold: number;
}

const WIDTH = 720;
const HEIGHT = 180;
const MARGIN = { left: 52, right: 8, top: 26, bottom: 22 };
const PLOT_WIDTH = WIDTH - MARGIN.left - MARGIN.right;
const PLOT_HEIGHT = HEIGHT - MARGIN.top - MARGIN.bottom;
/** Of the width of a bar's place; the rest is space. */
const BAR_SHARE = 0.7;
/** Labels closer than this cover each other. */
const LABEL_WIDTH = 34;

/** A plot as an `svg` element. Bars above the threshold are of another colour; those that may still change are paler. */
export function plotSvg({ title, bars, threshold }: Plot): string {
  // The threshold is always on the picture, with room above it.
  const highest = Math.max(threshold * 2, ...bars.map((bar) => bar.value));
  const y = (value: number): number => MARGIN.top + PLOT_HEIGHT * (1 - value / highest);
  const place = PLOT_WIDTH / Math.max(1, bars.length);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / place));
  const marks = bars.map((bar, index) => {
    const x = MARGIN.left + place * (index + (1 - BAR_SHARE) / 2);
    const top = y(bar.value);
    const kind = bar.value > threshold ? 'over' : 'within';
    const label = index % every === 0 ? text(x + (place * BAR_SHARE) / 2, HEIGHT - 6, bar.label, 'middle') : '';
    return `<rect class="${kind}${bar.unsettled ? ' open' : ''}" x="${fixed(x)}" y="${fixed(top)}" width="${fixed(place * BAR_SHARE)}" height="${fixed(MARGIN.top + PLOT_HEIGHT - top)}"><title>${escape(bar.title)}</title></rect>${label}`;
  });
  const line = y(threshold);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">`,
    text(MARGIN.left, 14, title, 'start'),
    ...[0, highest].map((value) => text(MARGIN.left - 6, y(value) + 4, percent(value), 'end')),
    ...marks,
    `<line class="threshold" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${fixed(line)}" y2="${fixed(line)}"/>`,
    text(MARGIN.left - 6, line + 4, percent(threshold), 'end'),
    '</svg>',
  ].join('');
}

/** Text as it may stand in markup. */
export function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

function text(x: number, y: number, value: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escape(value)}</text>`;
}

const fixed = (value: number): string => String(Math.round(value * 10) / 10);
const percent = (hundredths: number): string => `${fixed(hundredths / 100)} %`;
