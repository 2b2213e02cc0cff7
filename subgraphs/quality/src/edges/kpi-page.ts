/** A page of a PSP's KPIs: what the month comes to, what is left, the days of the reporting KPIs, and the months before. */
import { decimalOf } from '../domain/percentage.ts';
import { type FlowKpi, KPI_TITLES, type PspKpi, THRESHOLDS } from '../domain/thresholds.ts';
import type { DailyFigure } from '../domain/daily.ts';
import type { RunningValue } from '../services/running.ts';
import { escape, plotSvg } from './svg-plot.ts';

export interface PastResult {
  kpi: PspKpi;
  month: string;
  percentage: number;
  sample: number;
  faults: number;
  provisional: boolean;
}

export interface KpiPage {
  pspCode: string;
  pspName: string;
  month: string;
  profile: string;
  running: readonly RunningValue[];
  daily: readonly { kpi: FlowKpi; figures: readonly DailyFigure[] }[];
  past: readonly PastResult[];
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#17324d;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d9dadb}
td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto;margin:.6rem 0}svg text{font:11px system-ui,sans-serif;fill:#17324d}
.within{fill:#0066cc}.over{fill:#d9364f}.open{fill-opacity:.45}.threshold{stroke:#a66300;stroke-dasharray:5 3}
.EXCEEDED{font-weight:bold;color:#b3152f}.NEAR{color:#8a5200}.WITHIN{color:#006b3f}`;

export function kpiPage(page: KpiPage): string {
  const title = `KPIs of ${page.pspName} (${page.pspCode}), ${page.month}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${STYLE}</style></head><body><h1>${escape(title)}</h1>
<p>Reading of the rules: ${escape(page.profile)}. Pale bars may still change.</p>
${runningTable(page.running)}<h2>Reporting flows by day</h2>${page.daily.map(dailyPlot).join('')}
<h2>Results by month</h2>${pastPlots(page.past)}</body></html>`;
}

function runningTable(values: readonly RunningValue[]): string {
  const rows = values.map(
    ({ kpi, sample, faults, percentage, threshold, faultsLeft, goodNeeded, level }) =>
      `<tr><th scope="row">${kpi}</th><td>${KPI_TITLES[kpi]}</td><td class="number">${faults} of ${sample}</td><td class="number">${decimalOf(percentage)} %</td><td class="number">${decimalOf(threshold)} %</td><td class="${level}">${level}</td><td>${left(faultsLeft, goodNeeded)}</td></tr>`,
  );
  return `<table><thead><tr><th>KPI</th><th>Counts</th><th class="number">Faults</th><th class="number">Value</th><th class="number">Threshold</th><th>Level</th><th>Left</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function left(faultsLeft: number, goodNeeded: number): string {
  if (goodNeeded > 0) return `${goodNeeded} without a fault bring it back`;
  return faultsLeft === 1 ? '1 more fault is borne' : `${faultsLeft} more faults are borne`;
}

function dailyPlot({ kpi, figures }: KpiPage['daily'][number]): string {
  return plotSvg({
    title: `${kpi}: ${KPI_TITLES[kpi]}`,
    threshold: THRESHOLDS[kpi],
    bars: figures.map(({ day, sample, faults, percentage, settled }) => ({
      label: day.slice(8),
      value: percentage,
      title: `${day}: ${faults} of ${sample}, ${decimalOf(percentage)} %`,
      unsettled: !settled,
    })),
  });
}

function pastPlots(past: readonly PastResult[]): string {
  const kpis = [...new Set(past.map(({ kpi }) => kpi))].sort();
  if (kpis.length === 0) return '<p>No month has been evaluated yet.</p>';
  return kpis
    .map((kpi) =>
      plotSvg({
        title: `${kpi}: ${KPI_TITLES[kpi]}`,
        threshold: THRESHOLDS[kpi],
        bars: past
          .filter((result) => result.kpi === kpi)
          .map(({ month, percentage, sample, faults, provisional }) => ({
            label: month,
            value: percentage,
            title: `${month}: ${faults} of ${sample}, ${decimalOf(percentage)} %`,
            unsettled: provisional,
          })),
      }),
    )
    .join('');
}
