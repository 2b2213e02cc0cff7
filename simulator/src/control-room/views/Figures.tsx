/** The figures that matter, at a glance. */
import { type Bar, rateOfLate } from '../live/rates.ts';
import type { ReceiptQueue, SessionTotal, StationState } from '../platform/readings.ts';
import { useSpeech } from './hooks.ts';

interface FiguresProps {
  readonly bars: readonly Bar[];
  /** Undefined: not for the bearer, or not known yet. */
  readonly stations: readonly StationState[] | undefined;
  readonly queues: readonly ReceiptQueue[] | undefined;
  readonly sessions: readonly SessionTotal[] | undefined;
}

export function Figures({ bars, stations, queues, sessions }: FiguresProps) {
  const { say, number } = useSpeech();
  const rates = rateOfLate(bars);
  const perSecond = (rate: number): string => say('perSecond', { rate: number(rate, 1) });
  const inStandIn = stations?.filter(({ standIn }) => standIn?.active).length ?? 0;
  const waiting = queues?.reduce((sum, { total }) => sum + total, 0) ?? 0;
  const open = sessions?.reduce((sum, each) => sum + each.sessions, 0) ?? 0;
  return (
    <section aria-labelledby="figures-title">
      <h2 id="figures-title" className="unseen">
        {say('figures')}
      </h2>
      <dl className="figures">
        <Figure kind="standard" name={say('standard')} value={perSecond(rates.standard)} help={say('standardHelp')} />
        <Figure kind="standIn" name={say('standIn')} value={perSecond(rates.standIn)} help={say('standInHelp')} />
        <Figure kind="failed" name={say('failed')} value={perSecond(rates.failed)} help={say('failedHelp')} />
        {sessions && <Figure name={say('openSessions')} value={number(open)} help={say('openSessionsHelp')} />}
        {queues && (
          <Figure
            kind={waiting > 0 ? 'standIn' : ''}
            name={say('waitingReceipts')}
            value={number(waiting)}
            help={say('waitingReceiptsHelp')}
          />
        )}
        {stations && (
          <Figure
            kind={inStandIn > 0 ? 'standIn' : ''}
            name={say('troubledStations')}
            value={number(inStandIn)}
            help={say('troubledStationsHelp', { count: number(stations.length) })}
          />
        )}
      </dl>
    </section>
  );
}

interface FigureProps {
  readonly kind?: string;
  readonly name: string;
  readonly value: string;
  readonly help: string;
}

function Figure({ kind = '', name, value, help }: FigureProps) {
  return (
    <div className={`figure ${kind}`}>
      <dt>{name}</dt>
      <dd>
        <span className="value">{value}</span>
        <span className="quiet">{help}</span>
      </dd>
    </div>
  );
}
