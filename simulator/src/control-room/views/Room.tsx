/** The room itself: every panel that the bearer may see. */
import { useCallback, useEffect, useState } from 'react';
import { machineNow } from '../browser/time.ts';
import { barsAt } from '../live/rates.ts';
import { readSimulatedStations } from '../platform/outages.ts';
import { maySee } from '../platform/panels.ts';
import { readPlatform, readReceiptQueues, readSessions, readStations } from '../platform/readings.ts';
import type { Bearer } from '../platform/token.ts';
import { EventTail } from './EventTail.tsx';
import { Figures } from './Figures.tsx';
import { offsetOf, useRepeated, useRoom, useSpeech, useTick } from './hooks.ts';
import { RateChart } from './RateChart.tsx';
import { ReceiptQueues } from './ReceiptQueues.tsx';
import { Sessions } from './Sessions.tsx';
import { Stations } from './Stations.tsx';

const SOON_MS = 2_000;
const NOW_AND_THEN_MS = 30_000;

interface RoomProps {
  readonly bearer: Bearer;
  readonly simulation: boolean;
  readonly onRefused: (reason: string) => void;
}

export function Room({ bearer, simulation, onRefused }: RoomProps) {
  const { say, time } = useSpeech();
  const allowed = (panel: Parameters<typeof maySee>[1]): boolean => maySee(bearer, panel);
  const platform = useRepeated(
    useCallback(() => readPlatformWithOffset(bearer.token), [bearer]),
    NOW_AND_THEN_MS,
    onRefused,
  );
  const offset = platform.value?.offset ?? 0;
  const room = useRoom(bearer, offset, onRefused);
  const stations = useRepeated(useReader(allowed('stations'), bearer, readStations), SOON_MS, onRefused);
  const queues = useRepeated(useReader(allowed('receipts'), bearer, readReceiptQueues), SOON_MS, onRefused);
  const sessions = useRepeated(useReader(allowed('sessions'), bearer, readSessions), SOON_MS, onRefused);
  const simulated = useRepeated(useReader(simulation && allowed('outages'), bearer, readOutages), SOON_MS, onRefused);
  const [spoken, setSpoken] = useState('');
  const now = useTick(1_000) + offset;
  const bars = barsAt(room.rates, now);

  const { stationNews: news } = room;
  const { again } = stations;
  useEffect(() => {
    if (!news) return;
    again();
    const station = news.creditorName || news.stationCode;
    setSpoken(news.standIn ? say('stationEntered', { station, reason: news.reason }) : say('stationLeft', { station }));
  }, [news, again, say]);

  const told = useCallback(
    (text: string) => {
      setSpoken(text);
      simulated.again();
    },
    [simulated.again],
  );

  return (
    <div className="room">
      <p className={`connection ${room.connection}`} role="status">
        <span className="dot" aria-hidden="true" />
        {say(room.connection, { count: room.failures })}
        {platform.value && <span className="quiet"> · {say('platformTime', { time: time(now) })}</span>}
        {platform.value && <span className="quiet"> · {say('version', { version: platform.value.version })}</span>}
      </p>
      <p className="unseen" role="status" aria-live="polite">
        {spoken}
      </p>
      {room.gap && (
        <p className="alert" role="alert">
          {say('gap', { field: room.gap.field, reason: room.gap.reason })}
        </p>
      )}
      <Figures
        bars={bars}
        stations={allowed('stations') ? stations.value?.items : undefined}
        queues={allowed('receipts') ? queues.value?.items : undefined}
        sessions={allowed('sessions') ? sessions.value?.items : undefined}
      />
      <div className="columns">
        <div className="wide">
          <RateChart bars={bars} />
          {allowed('stations') && (
            <Stations
              bearer={bearer}
              reading={stations}
              simulated={simulation && allowed('outages') ? simulated : undefined}
              onTold={told}
            />
          )}
        </div>
        {(allowed('receipts') || allowed('sessions')) && (
          <div className="narrow">
            {allowed('receipts') && <ReceiptQueues reading={queues} />}
            {allowed('sessions') && <Sessions reading={sessions} />}
          </div>
        )}
      </div>
      <EventTail tail={room.tail} />
    </div>
  );
}

function useReader<Value>(wanted: boolean, bearer: Bearer, read: (bearer: Bearer) => Promise<Value>): (() => Promise<Value>) | undefined {
  const reader = useCallback(() => read(bearer), [bearer, read]);
  return wanted ? reader : undefined;
}

const readOutages = ({ token }: Bearer) => readSimulatedStations(token);

/** The platform's facts, and how far its clock is ahead of this machine's: measured at the middle of the exchange. */
async function readPlatformWithOffset(token: string) {
  const before = machineNow();
  const facts = await readPlatform(token);
  return { ...facts, offset: offsetOf(facts.now, (before + machineNow()) / 2) };
}
