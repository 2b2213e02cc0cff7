/** Asks how a station shall fail and for how long. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { type FaultName, FAULTS, startOutage } from '../platform/outages.ts';
import { useSpeech } from './hooks.ts';

const DURATIONS = { oneMinute: 60, fiveMinutes: 300, untilStopped: undefined } as const;
type Duration = keyof typeof DURATIONS;

interface OutageDialogProps {
  readonly station: { readonly code: string; readonly name: string };
  readonly token: string;
  /** @param told what was switched; undefined when nothing was */
  readonly onClose: (told?: string) => void;
}

export function OutageDialog({ station, token, onClose }: OutageDialogProps) {
  const { say, sayOf } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [fault, setFault] = useState<FaultName>('OFF');
  const [duration, setDuration] = useState<Duration>('oneMinute');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    // Where the focus was before: it returns there, as the dialog leaves the page before it could give it back itself.
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await startOutage(token, station.code, fault, DURATIONS[duration]);
      onClose(say('outageStarted', { station: station.name, fault: sayOf('fault', fault) }));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <dialog ref={dialog} aria-labelledby="outage-title" onCancel={() => onClose()}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="outage-title">{say('startOutageOf', { station: station.name })}</h2>
        <fieldset>
          <legend>{say('how')}</legend>
          {FAULTS.map((each) => (
            <label key={each} className="choice">
              <input type="radio" name="fault" value={each} checked={fault === each} onChange={() => setFault(each)} />
              <span>
                <strong>{sayOf('fault', each)}</strong>
                <span className="quiet block">{sayOf('help', each)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          {say('howLong')}
          <select value={duration} onChange={(event) => setDuration(event.target.value as Duration)}>
            {(Object.keys(DURATIONS) as Duration[]).map((each) => (
              <option key={each} value={each}>
                {say(each)}
              </option>
            ))}
          </select>
        </label>
        {problem !== '' && (
          <p className="wrong" role="alert">
            {problem}
          </p>
        )}
        <div className="row end">
          <button type="button" className="secondary" onClick={() => onClose()}>
            {say('cancel')}
          </button>
          <button type="submit" className="danger" disabled={busy}>
            {say('start')}
          </button>
        </div>
      </form>
    </dialog>
  );
}
