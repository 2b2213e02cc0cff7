/** The page: who enters, in which language, and then the room. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { machineNow } from '../browser/time.ts';
import { beginLogin, beginLogout, finishLogin, forgetLogin, LOGIN_HASH, type LoginProvider, takeReturn } from '../platform/login.ts';
import { readSession, type RoomSession } from '../platform/session.ts';
import { type Bearer, readToken } from '../platform/token.ts';
import { initialLanguage, type Language, LANGUAGES, speechOf } from '../text/index.ts';
import { Entrance } from './Entrance.tsx';
import { Explore } from './Explore.tsx';
import { SpeechContext } from './hooks.ts';
import { Room } from './Room.tsx';

const LANGUAGE_KEY = 'nodo-aperto.language';
const TOKEN_KEY = 'nodo-aperto.token';

export function App() {
  const [language, setLanguage] = useState<Language>(() => initialLanguage(localStorage.getItem(LANGUAGE_KEY), navigator.languages));
  const speech = useMemo(() => speechOf(language), [language]);
  const [session, setSession] = useState<RoomSession>();
  const [bearer, setBearer] = useState<Bearer | undefined>(keptBearer);
  const [problem, setProblem] = useState('');

  useEffect(() => {
    const returned = takeReturn();
    void readSession().then(async (read) => {
      setSession(read);
      if (!read.login) return;
      if (!returned) return location.hash === LOGIN_HASH ? startLogin(read.login, setProblem) : undefined;
      await enterAfterLogin(read.login, returned, { enter, setProblem });
    });
    // Once, when the page is opened: a return from the login is taken from the address.
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `Nodo Aperto · ${speech.say('title')}`;
  }, [language, speech]);

  const choose = (next: Language): void => {
    localStorage.setItem(LANGUAGE_KEY, next);
    setLanguage(next);
  };
  const enter = (next: Bearer): void => {
    sessionStorage.setItem(TOKEN_KEY, next.token);
    setProblem('');
    setBearer(next);
  };
  const leave = useCallback((reason: string): void => {
    sessionStorage.removeItem(TOKEN_KEY);
    setProblem(reason);
    setBearer(undefined);
  }, []);

  return (
    <SpeechContext.Provider value={speech}>
      <a className="skip" href="#content">
        {speech.say('skip')}
      </a>
      <header className="top">
        <div className="brand">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" />
            <path d="M7 22V10l9 9V10" />
            <circle cx="24" cy="20.5" r="3.5" />
          </svg>
          <h1>
            Nodo Aperto <span>{speech.say('title')}</span>
          </h1>
        </div>
        <div className="tools">
          {bearer && (
            <p className="bearer">
              <span className="quiet">{speech.say('you')}</span> <strong>{speech.sayOf('role', bearer.role)}</strong>
              {bearer.code !== '' && <span className="code"> {bearer.code}</span>}
            </p>
          )}
          <div className="languages" role="group" aria-label={speech.say('language')}>
            {(Object.keys(LANGUAGES) as Language[]).map((each) => (
              <button
                key={each}
                type="button"
                lang={each}
                aria-pressed={each === language}
                aria-label={each === 'it' ? 'Italiano' : 'English'}
                onClick={() => choose(each)}
              >
                {each.toUpperCase()}
              </button>
            ))}
          </div>
          {bearer && (
            <button type="button" className="secondary" onClick={() => leaveOrLogout(session, leave)}>
              {speech.say('leave')}
            </button>
          )}
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {bearer ? (
          <Room key={bearer.token} bearer={bearer} simulation={session?.simulation ?? false} onRefused={leave} />
        ) : (
          <Entrance
            session={session}
            problem={problem}
            onEnter={(chosen) => {
              forgetLogin();
              enter(chosen);
            }}
            onLogin={() => session?.login && startLogin(session.login, setProblem)}
          />
        )}
      </main>
      <Explore simulation={session?.simulation ?? false} token={bearer?.token} />
    </SpeechContext.Provider>
  );
}

function startLogin(provider: LoginProvider, setProblem: (reason: string) => void): void {
  history.replaceState(null, '', '/');
  beginLogin(provider).catch((error: Error) => setProblem(error.message));
}

async function enterAfterLogin(
  provider: LoginProvider,
  returned: URLSearchParams,
  { enter, setProblem }: { enter: (bearer: Bearer) => void; setProblem: (reason: string) => void },
): Promise<void> {
  try {
    const bearer = readToken((await finishLogin(provider, returned))?.accessToken ?? '');
    if (bearer) enter(bearer);
  } catch (error) {
    setProblem((error as Error).message);
  }
}

/** Who logged in logs out: the session at the provider ends as well. */
function leaveOrLogout(session: RoomSession | undefined, leave: (reason: string) => void): void {
  leave('');
  if (session?.login) beginLogout(session.login);
}

/** The token of this tab, unless it has ended. */
function keptBearer(): Bearer | undefined {
  const bearer = readToken(sessionStorage.getItem(TOKEN_KEY) ?? '');
  return bearer && bearer.expiresAt > machineNow() ? bearer : undefined;
}
