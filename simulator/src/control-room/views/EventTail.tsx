/** The newest events with a filter. It can be stopped, so that one can read. */
import { memo, useState } from 'react';
import { type LiveEvent, type Source, SOURCES } from '../live/events.ts';
import { filterTail, LONGEST_TAIL, NO_FILTER, type TailFilter } from '../live/tail.ts';
import { useSpeech } from './hooks.ts';
import { Panel, Scrolled } from './Panel.tsx';

/** Rows that are drawn; the filter looks at all. */
const SHOWN = 100;
const TEXT_FILTERS = ['name', 'creditor', 'psp', 'notice'] as const;
const LABELS = { name: 'type', creditor: 'creditor', psp: 'psp', notice: 'notice' } as const;
const EXAMPLES = { name: 'typeExample', creditor: 'creditorExample', psp: undefined, notice: 'noticeExample' } as const;

export function EventTail({ tail }: { readonly tail: readonly LiveEvent[] }) {
  const { say, number } = useSpeech();
  const [filter, setFilter] = useState<TailFilter>(NO_FILTER);
  const [kept, setKept] = useState<readonly LiveEvent[]>();
  const events = kept ?? tail;
  const fitting = filterTail(events, filter);
  const newer = kept ? newerThan(tail, kept[0]) : 0;
  return (
    <Panel
      name="events"
      title={say('events')}
      help={say('eventsHelp', { count: number(LONGEST_TAIL) })}
      tools={
        <button type="button" className="secondary" aria-pressed={kept !== undefined} onClick={() => setKept(kept ? undefined : tail)}>
          {say(kept ? 'resume' : 'pause')}
        </button>
      }
    >
      <form className="filter" role="search" aria-label={say('filter')} onSubmit={(event) => event.preventDefault()}>
        <label className="field">
          {say('source')}
          <select value={filter.source} onChange={(event) => setFilter({ ...filter, source: event.target.value as Source | '' })}>
            <option value="">{say('everything')}</option>
            {SOURCES.map((source) => (
              <option key={source} value={source}>
                {say(`source${source}`)}
              </option>
            ))}
          </select>
        </label>
        {TEXT_FILTERS.map((name) => (
          <label key={name} className="field">
            {say(LABELS[name])}
            <input
              type="search"
              maxLength={60}
              placeholder={EXAMPLES[name] && say(EXAMPLES[name])}
              value={filter[name]}
              onChange={(event) => setFilter({ ...filter, [name]: event.target.value })}
            />
          </label>
        ))}
        <button type="button" className="secondary" onClick={() => setFilter(NO_FILTER)}>
          {say('clear')}
        </button>
      </form>
      <p className="quiet count">
        {kept ? `${say('paused', { count: number(newer) })} · ` : ''}
        {say('shown', { shown: number(Math.min(SHOWN, fitting.length)), total: number(events.length) })}
      </p>
      {fitting.length === 0 ? (
        <p className="nothing">{say(events.length === 0 ? 'noEvents' : 'nothingFits')}</p>
      ) : (
        <Scrolled label={say('events')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('time')}</th>
                <th scope="col">{say('event')}</th>
                <th scope="col">{say('creditor')}</th>
                <th scope="col">{say('notice')}</th>
                <th scope="col">{say('psp')}</th>
                <th scope="col" className="figure">
                  {say('amount')}
                </th>
                <th scope="col">{say('mode')}</th>
              </tr>
            </thead>
            <tbody>
              {fitting.slice(0, SHOWN).map((event) => (
                <EventRow key={`${event.source} ${event.id}`} event={event} />
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </Panel>
  );
}

/** How many events of the tail are newer than one; all when it is no longer there. */
function newerThan(tail: readonly LiveEvent[], newest: LiveEvent | undefined): number {
  const index = tail.findIndex(({ id, source }) => id === newest?.id && source === newest.source);
  return index === -1 ? tail.length : index;
}

const EventRow = memo(function EventRow({ event }: { readonly event: LiveEvent }) {
  const { say, time, money } = useSpeech();
  return (
    <tr>
      <td>{time(event.at)}</td>
      <td>
        <span className={`event ${event.source}`}>{event.name}</span>
        {event.reason !== '' && <span className="quiet block reason">{event.reason}</span>}
      </td>
      <td>{event.creditorName || event.creditorCode || event.stationCode}</td>
      <td className="code">{event.noticeNumber}</td>
      <td className="code">{event.pspCode}</td>
      <td className="figure">{event.amount === undefined ? '' : money(event.amount)}</td>
      <td>
        {event.standIn ? <span className="badge standIn">{say('standIn')}</span> : event.source === 'stations' ? '' : say('standard')}
      </td>
    </tr>
  );
});
