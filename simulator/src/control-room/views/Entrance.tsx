/** Who is there: a ready token of each role in development, or a token of one's own. */
import { type FormEvent, useState } from 'react';
import { machineNow } from '../browser/time.ts';
import { canLogin } from '../platform/login.ts';
import type { RoomSession } from '../platform/session.ts';
import { type Bearer, readToken } from '../platform/token.ts';
import { useSpeech } from './hooks.ts';

interface EntranceProps {
  /** Undefined while it is asked for. */
  readonly session: RoomSession | undefined;
  /** Why the bearer is outside again; empty when there is no reason to tell. */
  readonly problem: string;
  readonly onEnter: (bearer: Bearer) => void;
  readonly onLogin: () => void;
}

export function Entrance({ session, problem, onEnter, onLogin }: EntranceProps) {
  const { say, sayOf } = useSpeech();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState('');
  const ready = (session?.tokens ?? []).flatMap(({ token }) => readToken(token) ?? []);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const bearer = readToken(text);
    if (!bearer) return setWrong(say('badToken'));
    if (bearer.expiresAt <= machineNow()) return setWrong(say('expiredToken'));
    onEnter(bearer);
  };

  return (
    <div className="entrance">
      <p className="lead">{say('subtitle')}</p>
      {problem !== '' && (
        <p className="alert" role="alert">
          {say('refused', { reason: problem })}
        </p>
      )}
      {session === undefined && <p role="status">{say('checking')}</p>}
      {session?.login && canLogin() && (
        <section aria-labelledby="login-title">
          <h2 id="login-title">{say('login')}</h2>
          <p className="quiet">{say('loginHelp')}</p>
          <button type="button" className="primary" onClick={onLogin}>
            {say('loginStart')}
          </button>
        </section>
      )}
      {ready.length > 0 && (
        <section aria-labelledby="enter-title">
          <h2 id="enter-title">{say('enter')}</h2>
          <p className="quiet">{say('enterHelp')}</p>
          <ul className="roles">
            {ready.map((bearer) => (
              <li key={bearer.token}>
                <button type="button" onClick={() => onEnter(bearer)}>
                  <strong>{sayOf('role', bearer.role)}</strong>
                  {bearer.code !== '' && <span className="code">{bearer.code}</span>}
                  <span className="about">{sayOf('about', bearer.role)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="paste-title">
        <h2 id="paste-title">{say('paste')}</h2>
        <form className="paste" onSubmit={submit}>
          <label htmlFor="token">{say('token')}</label>
          <div className="row">
            <input
              id="token"
              type="password"
              autoComplete="off"
              spellCheck={false}
              required
              value={text}
              aria-describedby="token-help"
              aria-invalid={wrong !== ''}
              onChange={(event) => setText(event.target.value)}
            />
            <button type="submit" className="primary">
              {say('open')}
            </button>
          </div>
          {wrong !== '' && (
            <p className="wrong" role="alert">
              {wrong}
            </p>
          )}
          <p id="token-help" className="quiet">
            {say('tokenHelp')}
          </p>
        </form>
      </section>
    </div>
  );
}
