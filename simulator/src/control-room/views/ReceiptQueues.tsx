/** Receipts that wait for their creditor, by station. */
import { instantOf } from '../browser/time.ts';
import type { Reading, ReceiptQueue } from '../platform/readings.ts';
import { type Repeated, useSpeech } from './hooks.ts';
import { Panel, Scrolled } from './Panel.tsx';

const SHOWN = 20;
const PARTS = ['untried', 'underWay', 'retrying', 'exhausted'] as const;

export function ReceiptQueues({ reading }: { readonly reading: Repeated<Reading<ReceiptQueue>> }) {
  const { say, number, time } = useSpeech();
  const items = reading.value?.items.toSorted((one, other) => other.total - one.total) ?? [];
  return (
    <Panel name="receipts" title={say('receipts')} help={say('receiptsHelp')} reading={reading}>
      {reading.value && items.length === 0 && <p className="nothing good">{say('noReceipts')}</p>}
      {items.length > 0 && (
        <Scrolled label={say('receipts')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('station')}</th>
                <th scope="col" className="figure">
                  {say('waitingColumn')}
                </th>
                <th scope="col">{say('sinceColumn')}</th>
                <th scope="col">{say('nextTry')}</th>
              </tr>
            </thead>
            <tbody>
              {items.slice(0, SHOWN).map((queue) => (
                <tr key={queue.station?.code ?? ''}>
                  <th scope="row">
                    {queue.station?.broker?.name ?? queue.station?.code}
                    <span className="quiet block">
                      {PARTS.filter((part) => queue[part] > 0)
                        .map((part) => say(part, { count: number(queue[part]) }))
                        .join(' · ')}
                    </span>
                    {queue.lastError !== null && <span className="wrong block">{queue.lastError}</span>}
                  </th>
                  <td className="figure strong">{number(queue.total)}</td>
                  <td>{queue.since === null ? '–' : time(instantOf(queue.since))}</td>
                  <td>{queue.standIn ? say('onLeaving') : queue.nextAttemptAt === null ? '–' : time(instantOf(queue.nextAttemptAt))}</td>
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
