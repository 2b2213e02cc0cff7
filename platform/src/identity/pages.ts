/** The login pages: plain HTML without scripts, in Italian and English, readable without seeing and without a mouse. */
import type { Membership } from '@nodo-aperto/onboarding';
import type { Account } from './claims.ts';
import type { TestIdentity } from './test-identities.ts';

export type Language = 'it' | 'en';

/** The language asked for, else the browser's first that there is, else Italian. */
export function languageOf(asked: string, accepted: string): Language {
  const words = `${asked} ${accepted}`.toLowerCase().split(/[\s,;]+/);
  for (const word of words) {
    if (/^it(-|$)/.test(word)) return 'it';
    if (/^en(-|$)/.test(word)) return 'en';
  }
  return 'it';
}

/** @param target where a form of the page leads in the end: browsers hold its redirects to the policy too */
export function pageHeaders(target?: string): Record<string, string> {
  const origin = target !== undefined && URL.canParse(target) ? ` ${new URL(target).origin}` : '';
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self'${origin}; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

const TEXTS = {
  it: {
    login: 'Entra in Nodo Aperto',
    test: 'Ambiente di prova: scegli un’identità di test. Livello di sicurezza 2 (L2).',
    identity: 'Con quale identità vuoi entrare?',
    method: (method: string) => `Entra con ${method}`,
    party: 'Per chi vuoi operare?',
    welcome: (name: string) => `Ciao, ${name}.`,
    citizen: 'Per me: le mie posizioni e le mie ricevute',
    confirm: (name: string, party: string) => `Continuare come ${name}${party === '' ? '' : ` per ${party}`}?`,
    continue: 'Continua',
    back: 'Annulla',
    none: 'Su questa piattaforma non ci sono identità di test: per entrare serve un fornitore di identità esterno.',
    logout: 'Uscire da Nodo Aperto?',
    logoutText: 'Saranno chiuse la sessione e tutte le autorizzazioni che ne derivano.',
    yes: 'Sì, esci',
    no: 'No, resta',
    loggedOut: 'Sei uscito da Nodo Aperto',
    error: 'L’accesso non è riuscito',
    other: 'English',
    skip: 'Vai al contenuto',
  },
  en: {
    login: 'Log in to Nodo Aperto',
    test: 'Test environment: choose a test identity. Level of assurance 2 (L2).',
    identity: 'With which identity do you want to log in?',
    method: (method: string) => `Log in with ${method}`,
    party: 'For whom do you want to act?',
    welcome: (name: string) => `Hello, ${name}.`,
    citizen: 'For myself: my notices and my receipts',
    confirm: (name: string, party: string) => `Continue as ${name}${party === '' ? '' : ` for ${party}`}?`,
    continue: 'Continue',
    back: 'Cancel',
    none: 'This platform has no test identities: logging in needs an external identity provider.',
    logout: 'Log out of Nodo Aperto?',
    logoutText: 'The session ends, and everything that was authorized by it.',
    yes: 'Yes, log out',
    no: 'No, stay',
    loggedOut: 'You have logged out of Nodo Aperto',
    error: 'The login did not succeed',
    other: 'Italiano',
    skip: 'Skip to the content',
  },
} as const;

const ROLES = {
  it: { MANAGER: 'legale rappresentante', DELEGATE: 'delegato', SUB_DELEGATE: 'sub-delegato', OPERATOR: 'operatore' },
  en: { MANAGER: 'manager', DELEGATE: 'delegate', SUB_DELEGATE: 'sub-delegate', OPERATOR: 'operator' },
} as const;
const SIDES = {
  it: { EC: 'ente creditore', PSP: 'PSP', PARTNER: 'partner tecnologico' },
  en: { EC: 'creditor', PSP: 'PSP', PARTNER: 'technology partner' },
} as const;

/** @param action address of the login under way */
export function identityPage(base: string, action: string, identities: readonly TestIdentity[], lang: Language): string {
  const text = TEXTS[lang];
  if (identities.length === 0) return page(base, lang, text.login, `<p>${text.none}</p>${cancelForm(action, lang)}`, action);
  const group = (method: TestIdentity['method']): string => {
    const buttons = identities
      .filter((each) => each.method === method)
      .map(
        ({ fiscalCode, name, familyName }) =>
          `<li><button type="submit" name="identity" value="${safe(fiscalCode)}"><strong>${safe(`${name} ${familyName}`)}</strong><span>${safe(fiscalCode)}</span></button></li>`,
      );
    return `<section aria-labelledby="${method}"><h3 id="${method}">${text.method(method)}</h3><ul class="choices">${buttons.join('')}</ul></section>`;
  };
  const form = `<form method="post" action="${safe(action)}/identity?lang=${lang}"><h2>${text.identity}</h2>${group('SPID')}${group('CIE')}</form>`;
  return page(base, lang, text.login, `<p class="notice">${text.test}</p>${form}${cancelForm(action, lang)}`, action);
}

export function partyPage(base: string, action: string, person: TestIdentity, memberships: readonly Membership[], lang: Language): string {
  const text = TEXTS[lang];
  const choices = memberships.map(({ institution, institutionName, partyRole }) => {
    const label = `<strong>${safe(institutionName)}</strong><span>${SIDES[lang][institution.role]} ${safe(institution.code)} · ${ROLES[lang][partyRole]}</span>`;
    return `<li><button type="submit" name="party" value="${safe(`${institution.role}/${institution.code}`)}">${label}</button></li>`;
  });
  const own = `<li><button type="submit" name="party" value=""><strong>${text.citizen}</strong></button></li>`;
  const hidden = `<input type="hidden" name="identity" value="${safe(person.fiscalCode)}">`;
  const form = `<form method="post" action="${safe(action)}/party?lang=${lang}"><h2>${text.party}</h2>${hidden}<ul class="choices">${own}${choices.join('')}</ul></form>`;
  return page(base, lang, text.login, `<p>${text.welcome(safe(person.name))}</p>${form}${cancelForm(action, lang)}`);
}

/** Asks who is logged in already whether a program on their machine may have a token. */
export function confirmPage(base: string, action: string, { person, membership }: Account, lang: Language): string {
  const text = TEXTS[lang];
  const question = text.confirm(safe(`${person.name} ${person.familyName}`), safe(membership?.institutionName ?? ''));
  const button = `<p class="buttons"><button type="submit" class="primary">${text.continue}</button></p>`;
  const form = `<form method="post" action="${safe(action)}/confirm?lang=${lang}"><h2>${question}</h2>${button}</form>`;
  return page(base, lang, text.login, `${form}${cancelForm(action, lang)}`, action);
}

/** @param form the provider's own form, which the buttons belong to */
export function logoutPage(base: string, form: string, lang: Language): string {
  const text = TEXTS[lang];
  const buttons = `<p class="buttons"><button type="submit" form="op.logoutForm" name="logout" value="yes" class="primary">${text.yes}</button>
    <button type="submit" form="op.logoutForm">${text.no}</button></p>`;
  return page(base, lang, text.logout, `<p>${text.logoutText}</p>${form}${buttons}`);
}

export function loggedOutPage(base: string, lang: Language): string {
  return page(base, lang, TEXTS[lang].loggedOut, '');
}

export function errorPage(base: string, description: string, lang: Language): string {
  return page(base, lang, TEXTS[lang].error, `<p role="alert">${safe(description)}</p>`);
}

function cancelForm(action: string, lang: Language): string {
  return `<form method="post" action="${safe(action)}/cancel" class="buttons"><button type="submit">${TEXTS[lang].back}</button></form>`;
}

function page(base: string, lang: Language, title: string, content: string, address?: string): string {
  const text = TEXTS[lang];
  const other = lang === 'it' ? 'en' : 'it';
  const change =
    address === undefined ? '' : `<a href="${safe(address)}?lang=${other}" lang="${other}" hreflang="${other}">${text.other}</a>`;
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${safe(base)}/login.css">
</head>
<body>
<a class="skip" href="#content">${text.skip}</a>
<header><p class="brand">Nodo Aperto</p>${change}</header>
<main id="content"><h1>${title}</h1>${content}</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function safe(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
