/** Where everything else is, and a first query. */
import { useCallback, useState } from 'react';
import { readHealth } from '../platform/session.ts';
import { useRepeated, useSpeech } from './hooks.ts';

const HEALTH_MS = 10_000;
const FIRST_QUERY = `subscription {
  paymentEvents {
    name at standIn amount
    payment { notice { creditor { name } } }
  }
}`;
const ignore = (): void => {};

interface ExploreProps {
  readonly simulation: boolean;
  /** Of who has entered. */
  readonly token: string | undefined;
}

export function Explore({ simulation, token }: ExploreProps) {
  const { say } = useSpeech();
  const [copied, setCopied] = useState(false);
  const health = useRepeated(
    useCallback(async () => ({ waitingFor: await readHealth() }), []),
    HEALTH_MS,
    ignore,
  );
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(token ?? '');
    setCopied(true);
  };
  const { waitingFor } = health.value ?? {};
  return (
    <footer>
      <div className="explore">
        <nav aria-labelledby="explore-title">
          <h2 id="explore-title">{say('explore')}</h2>
          <ul>
            <li>
              <a href="/graphql">/graphql</a> {say('exploreGraph')}
            </li>
            <li>
              <a href="/health/ready">/health/ready</a> {say('exploreHealth')}
            </li>
            <li>
              <a href="/metrics">/metrics</a> {say('exploreMetrics')}
            </li>
            <li>
              <code>/nodo/node-for-psp/v1</code> {say('exploreSoap')}
            </li>
            {simulation && (
              <li>
                <code>/simulator/graphql</code> {say('exploreSimulator')}
              </li>
            )}
          </ul>
          {health.value && (
            <p>
              {say('health')}:{' '}
              <strong>
                {waitingFor === undefined
                  ? say('healthReady')
                  : waitingFor.length === 0
                    ? say('healthUnreachable')
                    : say('healthWaiting', { reason: waitingFor.join(', ') })}
              </strong>
            </p>
          )}
        </nav>
        <section aria-labelledby="try-title">
          <h2 id="try-title">{say('tryFirst')}</h2>
          <p className="quiet">{say('tryHelp', { header: '{"authorization": "Bearer …"}' })}</p>
          <pre tabIndex={0}>
            <code>{FIRST_QUERY}</code>
          </pre>
          {token !== undefined && (
            <p className="row">
              <button type="button" className="secondary" onClick={() => void copy()}>
                {say('copyToken')}
              </button>
              <span role="status">{copied ? say('copied') : ''}</span>
            </p>
          )}
          {simulation && (
            <>
              <p className="quiet">{say('exploreTerminal')}</p>
              <pre tabIndex={0}>
                <code>npm run simulate -- stations</code>
              </pre>
            </>
          )}
        </section>
      </div>
      <p className="quiet">{say('disclaimer')}</p>
    </footer>
  );
}
