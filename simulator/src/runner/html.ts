/** The report as one page that needs nothing else. */
import { escapeXml, sentenceOf } from './junit.ts';
import { linePlot, spanPlot } from './plots.ts';
import type { Span } from './plots.ts';
import { holds, replayLine } from './report.ts';
import { FAULTS, STATES } from './reachability.ts';
import type { Cohort, Figures, RunReport, Sample } from './report.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2rem auto;padding:0 1rem;color:#17324d}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left}td.n{text-align:right}
figure{margin:1.5rem 0}svg{width:100%;font-size:11px}i{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .8em}
.ok{color:#00662f}.no{color:#a5102a;font-weight:600}pre{background:#f4f6f8;padding:.8rem;overflow:auto;font-size:12px}`;
const COLOURS = { standard: '#0059b3', standIn: '#e08a00', failed: '#c2253c', other: '#6b7f92' } as const;

export function htmlOf(report: RunReport): string {
  const { scenario, samples } = report;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeXml(scenario.name)}</title><style>${STYLE}</style></head><body>
<h1>${escapeXml(scenario.name)} <span class="${holds(report) ? 'ok' : 'no'}">${verdict(report)}</span></h1>
<p>${escapeXml(scenario.teaches)}</p>
<p>Seed ${escapeXml(String(report.seed))} · plan ${report.planDigest} · ${report.startedAt} · again: <code>${escapeXml(replayLine(report))}</code></p>
<h2>Expectations</h2>${table(
    ['', 'expected', 'is'],
    report.expectations.map((each) => [mark(each.holds), escapeXml(sentenceOf(each)), number(each.value)]),
  )}
<h2>Invariants</h2>${table(
    ['', 'rule', 'violations'],
    report.invariants.map(({ name, violations }) => [mark(violations.length === 0), escapeXml(name), String(violations.length)]),
  )}
${report.invariants
  .flatMap(({ violations }) => violations.slice(0, 20))
  .map(({ what, story }) => `<pre>${escapeXml([what, ...story].join('\n'))}</pre>`)
  .join('')}
<h2>Over time</h2>${plots(report, samples)}
<h2>Figures</h2><p>Harmed: creditors that something happened to. Unharmed: all others, the control cohort.</p>${figures(report.figures)}
<h2>Reached</h2><p>Payments by what became of them, under the fault that their station had, or their PSP's fault.</p>${reached(report)}
<h2>Failed payments</h2>${table(
    ['code', 'count'],
    report.failures.map(({ code, count }) => [escapeXml(code), String(count)]),
  )}
</body></html>
`;
}

function verdict(report: RunReport): string {
  if (report.interrupted) return 'was broken off';
  return holds(report) ? 'holds' : 'does not hold';
}

function plots(report: RunReport, samples: readonly Sample[]): string {
  const times = samples.map(({ at }) => at);
  const rate = (pick: (sample: Sample) => number): number[] =>
    samples.map((sample, index) => pick(sample) / Math.max(0.1, sample.at - (samples[index - 1]?.at ?? 0)));
  return [
    linePlot('Payments by mode', 'a second', times, [
      { name: 'with the creditor', colour: COLOURS.standard, values: rate(({ standard }) => standard) },
      { name: 'Stand-In', colour: COLOURS.standIn, values: rate(({ standIn }) => standIn) },
      { name: 'failed', colour: COLOURS.failed, values: rate(({ failed }) => failed) },
    ]),
    linePlot('Activation', 'milliseconds', times, [
      { name: 'median', colour: COLOURS.standard, values: samples.map(({ medianMs }) => medianMs) },
      { name: '95th percentile', colour: COLOURS.failed, values: samples.map(({ p95Ms }) => p95Ms) },
    ]),
    stationPlot(report, samples),
    linePlot('Receipts waiting', 'receipts', times, [
      { name: 'waiting', colour: COLOURS.other, values: samples.map(({ queued }) => queued) },
    ]),
    linePlot('Paid in Stand-In at an amount that had changed', 'payments', times, [
      { name: 'drift', colour: COLOURS.standIn, values: samples.map(({ drift }) => drift) },
    ]),
  ].join('\n');
}

/** The stations that failed or were in Stand-In at any time; of many the first forty. */
function stationPlot({ stations }: RunReport, samples: readonly Sample[]): string {
  const touched = new Set(samples.flatMap(({ failing, inStandIn }) => [...failing, ...inStandIn]));
  const shown = stations.filter(({ code, harmed }) => harmed || touched.has(code)).slice(0, 40);
  const spans = samples.flatMap((sample, index): Span[] => {
    const span = { from: samples[index - 1]?.at ?? 0, to: sample.at };
    return shown.flatMap(({ code }, row) => [
      ...(sample.failing.includes(code) ? [{ row, ...span, colour: COLOURS.failed }] : []),
      ...(sample.inStandIn.includes(code) ? [{ row, ...span, colour: `${COLOURS.standIn}bb` }] : []),
    ]);
  });
  const legend = `<i style="background:${COLOURS.failed}"></i>fails <i style="background:${COLOURS.standIn}"></i>in Stand-In`;
  return spanPlot(
    'Stations',
    shown.map(({ name }) => name),
    samples.at(-1)?.at ?? 1,
    spans,
    legend,
  );
}

function figures(all: Readonly<Record<Cohort, Figures>>): string {
  const names = Object.keys(all.all) as (keyof Figures)[];
  return table(
    ['figure', 'all', 'harmed', 'unharmed'],
    names.map((name) => [name, ...[all.all, all.harmed, all.unharmed].map((each) => number(each[name]))]),
  );
}

function reached({ reached: counts }: RunReport): string {
  const rows = FAULTS.filter((fault) => counts[fault] !== undefined);
  return table(
    ['fault', ...STATES.map((state) => state.toLowerCase().replace('_', '-'))],
    rows.map((fault) => [fault, ...STATES.map((state) => String(counts[fault]?.[state] ?? '–'))]),
  );
}

function mark(right: boolean): string {
  return right ? '<span class="ok">✓</span>' : '<span class="no">✗</span>';
}

function number(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: 'td' | 'th'): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}
