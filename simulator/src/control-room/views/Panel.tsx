/** A part of the page with a title, and what is said when its reading failed. */
import type { ReactNode } from 'react';
import { type Repeated, useSpeech } from './hooks.ts';

interface PanelProps {
  /** Also the id of its title. */
  readonly name: string;
  readonly title: string;
  readonly help?: string;
  readonly tools?: ReactNode;
  readonly reading?: Pick<Repeated<unknown>, 'error' | 'at' | 'value'>;
  readonly children: ReactNode;
}

export function Panel({ name, title, help, tools, reading, children }: PanelProps) {
  const { say, time } = useSpeech();
  return (
    <section className={`panel ${name}`} aria-labelledby={`${name}-title`}>
      <div className="head">
        <div>
          <h2 id={`${name}-title`}>{title}</h2>
          {help !== undefined && <p className="quiet">{help}</p>}
        </div>
        {tools}
      </div>
      {reading && reading.error !== '' && (
        <p className="alert" role="alert">
          {say('failedToLoad', { reason: reading.error })}
          {reading.at > 0 && ` ${say('stale', { time: time(reading.at) })}`}
        </p>
      )}
      {children}
    </section>
  );
}

/** A table that may be wider than the page: it scrolls by itself, by keyboard too. */
export function Scrolled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="scrolled" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
