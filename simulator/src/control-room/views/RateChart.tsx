/** Payments per second by mode, as stacked bars. Stand-In is hatched and failure dotted, so that colour is not all that tells them apart. */
import { axisTop, type Bar, MODES, rateOfLate, STEP_MS, STEPS } from '../live/rates.ts';
import { useSpeech } from './hooks.ts';
import { Panel } from './Panel.tsx';

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 34;
const BOTTOM = 22;
const TOP = 10;
const PLOT = HEIGHT - TOP - BOTTOM;
const SLOT = (WIDTH - LEFT) / STEPS;

export function RateChart({ bars }: { readonly bars: readonly Bar[] }) {
  const { say, number } = useSpeech();
  const top = axisTop(bars);
  const rates = rateOfLate(bars);
  const summary = say('chartSummary', {
    standard: number(rates.standard, 1),
    standIn: number(rates.standIn, 1),
    failed: number(rates.failed, 1),
  });
  const empty = bars.every((bar) => MODES.every((mode) => bar[mode] === 0));
  return (
    <Panel name="chart" title={say('chart')} help={say('chartHelp')} tools={<Legend />}>
      <svg className="rates" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={empty ? say('chartEmpty') : summary}>
        <Patterns />
        {[0, 0.5, 1].map((share) => (
          <g key={share} className="axis">
            <line x1={LEFT} x2={WIDTH} y1={TOP + PLOT * (1 - share)} y2={TOP + PLOT * (1 - share)} />
            <text x={LEFT - 6} y={TOP + PLOT * (1 - share) + 4} textAnchor="end">
              {number(top * share, top < 2 && share === 0.5 ? 1 : 0)}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <Stack key={bar.secondsAgo} bar={bar} x={LEFT + index * SLOT} top={top} />
        ))}
        <g className="axis">
          {[2, 1].map((minutes) => (
            <text key={minutes} x={WIDTH - (minutes * 60_000 * SLOT) / STEP_MS} y={HEIGHT - 6} textAnchor="middle">
              {say('minutesAgo', { count: minutes })}
            </text>
          ))}
          <text x={WIDTH} y={HEIGHT - 6} textAnchor="end">
            {say('now')}
          </text>
        </g>
        {empty && (
          <text className="empty" x={LEFT + (WIDTH - LEFT) / 2} y={TOP + PLOT / 2} textAnchor="middle">
            {say('chartEmpty')}
          </text>
        )}
      </svg>
    </Panel>
  );
}

function Stack({ bar, x, top }: { readonly bar: Bar; readonly x: number; readonly top: number }) {
  let below = 0;
  return (
    <>
      {MODES.map((mode) => {
        const height = (bar[mode] / top) * PLOT;
        const y = TOP + PLOT - below - height;
        below += height;
        return height > 0 && <rect key={mode} className={mode} x={x + 1} y={y} width={SLOT - 2} height={height} />;
      })}
    </>
  );
}

function Legend() {
  const { say } = useSpeech();
  return (
    <ul className="legend" aria-hidden="true">
      {MODES.map((mode) => (
        <li key={mode}>
          <svg width="14" height="14">
            <rect className={mode} width="14" height="14" rx="3" />
          </svg>
          {say(mode)}
        </li>
      ))}
    </ul>
  );
}

function Patterns() {
  return (
    <defs>
      <pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="ground" width="6" height="6" />
        <line className="ink" x1="0" y1="0" x2="0" y2="6" strokeWidth="3" />
      </pattern>
      <pattern id="dotted" width="5" height="5" patternUnits="userSpaceOnUse">
        <rect className="ground" width="5" height="5" />
        <circle className="ink" cx="2.5" cy="2.5" r="1.1" />
      </pattern>
    </defs>
  );
}
