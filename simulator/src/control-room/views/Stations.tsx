/** Stations with their state, its reason and what ends it; and the outages that the simulation makes. */
import { useState } from 'react';
import { instantOf } from '../browser/time.ts';
import { type SimulatedStation, stopOutage } from '../platform/outages.ts';
import type { Reading, StationState } from '../platform/readings.ts';
import type { Bearer } from '../platform/token.ts';
import { type Repeated, useSpeech } from './hooks.ts';
import { OutageDialog } from './OutageDialog.tsx';
import { Panel, Scrolled } from './Panel.tsx';

interface StationsProps {
  readonly bearer: Bearer;
  readonly reading: Repeated<Reading<StationState>>;
  /** Undefined: there is no simulation, or none for the bearer. */
  readonly simulated: Repeated<readonly SimulatedStation[]> | undefined;
  /** Says what was switched, and asks for a new reading. */
  readonly onTold: (text: string) => void;
}

export function Stations({ bearer, reading, simulated, onTold }: StationsProps) {
  const { say, number } = useSpeech();
  const [chosen, setChosen] = useState<{ code: string; name: string }>();
  const [troubledOnly, setTroubledOnly] = useState(false);
  const outages = new Map((simulated?.value ?? []).map((station) => [station.code, station]));
  const items = reading.value?.items ?? [];
  const shown = items
    .map((station) => ({ station, outage: outages.get(station.code) }))
    .filter(({ station, outage }) => !troubledOnly || stateOf(station) !== 'ANSWERING' || outage?.outage)
    .toSorted((one, other) => rank(one.station) - rank(other.station) || nameOf(one.station).localeCompare(nameOf(other.station)));
  return (
    <Panel
      name="stations"
      title={say('stations')}
      reading={reading}
      tools={
        items.length > 1 && (
          <label className="check">
            <input type="checkbox" checked={troubledOnly} onChange={(event) => setTroubledOnly(event.target.checked)} />
            {say('stationsInTrouble')}
          </label>
        )
      }
    >
      {reading.value && items.length === 0 && <p className="nothing">{say('noStations')}</p>}
      {items.length > 0 && (
        <Scrolled label={say('stations')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('station')}</th>
                <th scope="col">{say('state')}</th>
                <th scope="col">{say('why')}</th>
                {simulated && <th scope="col">{say('simulatedOutage')}</th>}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ station, outage }) => (
                <StationRow
                  key={station.code}
                  station={station}
                  simulated={outage}
                  switches={simulated !== undefined}
                  token={bearer.token}
                  onStart={(name) => setChosen({ code: station.code, name })}
                  onTold={onTold}
                />
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
      {reading.value?.more && <p className="quiet">{say('moreStations', { count: number(items.length) })}</p>}
      {chosen && (
        <OutageDialog
          station={chosen}
          token={bearer.token}
          onClose={(text) => {
            setChosen(undefined);
            if (text !== undefined) onTold(text);
          }}
        />
      )}
    </Panel>
  );
}

type State = 'ANSWERING' | 'FAILING' | 'STAND_IN' | 'disabled';

function stateOf({ enabled, standIn }: StationState): State {
  if (enabled === false) return 'disabled';
  return standIn?.active ? 'STAND_IN' : (standIn?.health ?? 'ANSWERING');
}

/** Trouble first. */
function rank(station: StationState): number {
  return ['STAND_IN', 'FAILING', 'disabled', 'ANSWERING'].indexOf(stateOf(station));
}

function nameOf({ code, broker }: StationState): string {
  return broker?.name ?? code;
}

interface RowProps {
  readonly station: StationState;
  readonly simulated: SimulatedStation | undefined;
  /** Whether there is a column for outages. */
  readonly switches: boolean;
  readonly token: string;
  readonly onStart: (name: string) => void;
  readonly onTold: (text: string) => void;
}

function StationRow({ station, simulated, switches, token, onStart, onTold }: RowProps) {
  const { say, sayOf, time } = useSpeech();
  const [problem, setProblem] = useState('');
  const name = simulated?.creditor.name ?? nameOf(station);
  const state = stateOf(station);
  const stop = async (): Promise<void> => {
    try {
      await stopOutage(token, station.code);
      setProblem('');
      onTold(say('outageStopped', { station: name }));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <tr className={state}>
      <th scope="row">
        {name}
        <span className="code">{station.code}</span>
      </th>
      <td>
        <span className={`badge ${state}`}>{say(state)}</span>
        {station.standIn?.active && (
          <span className="quiet block">
            {station.standIn.since && say('since', { time: time(instantOf(station.standIn.since)) })}{' '}
            {station.standIn.decidedBy && sayOf('decided', station.standIn.decidedBy)}
          </span>
        )}
      </td>
      <td className="why">
        <Why station={station} state={state} />
      </td>
      {switches && (
        <td>
          {simulated?.outage && (
            <>
              <span className="badge outage">{sayOf('fault', simulated.outage.fault)}</span>
              <span className="quiet block">
                {simulated.outage.endsAt === null
                  ? say('outageOpen')
                  : say('outageUntil', { time: time(instantOf(simulated.outage.endsAt)) })}
                {simulated.outage.scheduled && ` · ${say('outageByItself')}`}
              </span>
              <button type="button" className="secondary" aria-label={say('stopOutageOf', { station: name })} onClick={() => void stop()}>
                {say('stopOutage')}
              </button>
            </>
          )}
          {simulated && !simulated.outage && (
            <button type="button" className="secondary" aria-label={say('startOutageOf', { station: name })} onClick={() => onStart(name)}>
              {say('startOutage')}
            </button>
          )}
          {problem !== '' && (
            <span className="wrong block" role="alert">
              {problem}
            </span>
          )}
        </td>
      )}
    </tr>
  );
}

/** The platform's own words: why the station is not called, the evidence, what takes it out. */
function Why({ station: { standIn }, state }: { readonly station: StationState; readonly state: State }) {
  const { say } = useSpeech();
  if (!standIn) return null;
  const condition = standIn.exitCondition;
  return (
    <span lang="en">
      {standIn.active && standIn.reason !== null && <span className="block">{standIn.reason}</span>}
      <span className={state === 'ANSWERING' ? 'quiet block' : 'block'}>{standIn.judgement}</span>
      {standIn.active && <span className="quiet block">{say('leavesWhen', { condition })}</span>}
    </span>
  );
}
