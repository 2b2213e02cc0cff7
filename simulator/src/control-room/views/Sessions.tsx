/** Payments in progress, by station and PSP. */
import { instantOf } from '../browser/time.ts';
import type { Reading, SessionTotal } from '../platform/readings.ts';
import { type Repeated, useSpeech } from './hooks.ts';
import { Panel, Scrolled } from './Panel.tsx';

const SHOWN = 8;
const MINUTE_S = 60;

export function Sessions({ reading }: { readonly reading: Repeated<Reading<SessionTotal>> }) {
  const { say, number, money, time } = useSpeech();
  const items = reading.value?.items.toSorted((one, other) => other.overdue - one.overdue || other.sessions - one.sessions) ?? [];
  const age = (seconds: number): string =>
    seconds < 2 * MINUTE_S ? say('seconds', { count: number(seconds) }) : say('minutes', { count: number(Math.floor(seconds / MINUTE_S)) });
  return (
    <Panel name="sessions" title={say('sessions')} help={say('sessionsHelp')} reading={reading}>
      {reading.value && items.length === 0 && <p className="nothing good">{say('noSessions')}</p>}
      {items.length > 0 && (
        <Scrolled label={say('sessions')}>
          <table>
            <thead>
              <tr>
                <th scope="col">
                  {say('station')} · {say('psp')}
                </th>
                <th scope="col" className="figure">
                  {say('sessionsColumn')}
                </th>
                <th scope="col" className="figure">
                  {say('amount')}
                </th>
                <th scope="col">{say('oldest')}</th>
              </tr>
            </thead>
            <tbody>
              {items.slice(0, SHOWN).map((total) => (
                <tr key={`${total.stationCode} ${total.pspCode}`}>
                  <th scope="row">
                    {total.station?.broker?.name ?? total.stationCode}
                    <span className="quiet block">{total.psp?.name ?? total.pspCode}</span>
                    {total.standIn > 0 && <span className="badge standIn">{say('inStandIn', { count: number(total.standIn) })}</span>}
                    {total.overdue > 0 && <span className="badge FAILING">{say('overdue', { count: number(total.overdue) })}</span>}
                  </th>
                  <td className="figure strong">{number(total.sessions)}</td>
                  <td className="figure">{money(total.amount)}</td>
                  <td>
                    {age(total.oldestSeconds)}
                    <span className="quiet block">{say('endsAt', { time: time(instantOf(total.nextDeadline)) })}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
      {items.length > SHOWN && <p className="quiet">{say('moreRows', { count: number(SHOWN), total: number(items.length) })}</p>}
    </Panel>
  );
}
