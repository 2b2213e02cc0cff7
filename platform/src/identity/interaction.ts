/** The login itself: who it is, then for whom they act. What was chosen is checked again here; the provider gets only the result. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IdentitySource } from '@nodo-aperto/onboarding';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errors, type Provider } from 'oidc-provider';
import { accountId, findAccount, LEVEL_2 } from './claims.ts';
import { confirmPage, errorPage, identityPage, type Language, languageOf, pageHeaders, partyPage } from './pages.ts';
import { testIdentity, type TestIdentity } from './test-identities.ts';

export interface InteractionOptions {
  readonly provider: Provider;
  /** Path of the provider, e.g. `/identity`. */
  readonly path: string;
  readonly source: IdentitySource;
  readonly identities: readonly TestIdentity[];
}

const LARGEST_FORM = 4_096;

export function registerInteraction(app: FastifyInstance, options: InteractionOptions): void {
  const { provider, path, source, identities } = options;
  const address = (request: FastifyRequest) => `${path}/interaction/${(request.params as { uid: string }).uid}`;

  /** Runs a step of a login that is under way and belongs to this browser. */
  const step = (work: (step: Step) => Promise<string | undefined>) => async (request: FastifyRequest, reply: FastifyReply) => {
    const lang = languageAsked(request);
    try {
      const details = await provider.interactionDetails(request.raw, reply.raw);
      const target = String(details.params['redirect_uri'] ?? '');
      const form = request.method === 'POST' ? await readForm(request.raw) : new URLSearchParams();
      const asked = languageOf(lang ?? String(details.params['ui_locales'] ?? ''), request.headers['accept-language'] ?? '');
      const html = await work({ request: request.raw, response: reply.raw, reply, details, form, lang: asked });
      if (html !== undefined) await reply.headers(pageHeaders(target)).type('text/html; charset=utf-8').send(html);
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError) && !(error instanceof BadFormError)) throw error;
      const sentence = error instanceof BadFormError ? error.message : (error.error_description ?? error.message);
      await reply
        .code(400)
        .headers(pageHeaders())
        .type('text/html; charset=utf-8')
        .send(errorPage(path, sentence, languageOf(lang ?? '', request.headers['accept-language'] ?? '')));
    }
    return reply;
  };

  app.get('/interaction/:uid', (request, reply) =>
    step(async ({ details, lang }) => {
      const account = details.prompt.name === 'consent' ? await findAccount(source, details.session?.accountId ?? '') : undefined;
      if (account) return confirmPage(path, address(request), account, lang);
      return identityPage(path, address(request), identities, lang);
    })(request, reply),
  );
  app.post('/interaction/:uid/identity', (request, reply) =>
    step(async ({ form, lang }) => {
      const person = chosen(form, identities);
      return partyPage(path, address(request), person, await source.memberships(person.fiscalCode), lang);
    })(request, reply),
  );
  app.post(
    '/interaction/:uid/party',
    step(async ({ form, request, response, reply }) => {
      const person = chosen(form, identities);
      const [role, code] = (form.get('party') ?? '').split('/');
      const institution = role && code ? { role, code } : undefined;
      if (institution && !(await source.membership(person.fiscalCode, institution.role, institution.code)))
        throw new BadFormError(`${person.name} ${person.familyName} is no active user of ${role} ${code}.`);
      reply.hijack();
      const login = {
        accountId: accountId(person.fiscalCode, institution),
        acr: LEVEL_2,
        amr: [person.method.toLowerCase()],
        remember: false,
      };
      // Whoever has just chosen needs not confirm it: see below.
      await provider.interactionFinished(request, response, { login, consent: {} }, { mergeWithLastSubmission: false });
      return undefined;
    }),
  );
  // A program on the user's machine gets a code only with the user's knowledge, also while a session lasts: any program could ask (RFC 8252).
  app.post(
    '/interaction/:uid/confirm',
    step(async ({ request, response, reply, details }) => {
      if (details.prompt.name !== 'consent') throw new BadFormError('There is nothing to confirm: log in first.');
      reply.hijack();
      await provider.interactionFinished(request, response, { consent: {} }, { mergeWithLastSubmission: true });
      return undefined;
    }),
  );
  app.post(
    '/interaction/:uid/cancel',
    step(async ({ request, response, reply }) => {
      reply.hijack();
      const result = { error: 'access_denied', error_description: 'The person did not log in.' };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return undefined;
    }),
  );
}

interface Step {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly reply: FastifyReply;
  readonly details: Awaited<ReturnType<Provider['interactionDetails']>>;
  readonly form: URLSearchParams;
  readonly lang: Language;
}

/** A form that no page of ours sent. */
class BadFormError extends Error {
  override readonly name = 'BadFormError';
}

function chosen(form: URLSearchParams, identities: readonly TestIdentity[]): TestIdentity {
  const person = testIdentity(form.get('identity') ?? '');
  if (!person || !identities.includes(person)) throw new BadFormError('The identity is not one of those that can be chosen.');
  return person;
}

function languageAsked(request: FastifyRequest): string | undefined {
  const lang = (request.query as Record<string, unknown>)['lang'];
  return typeof lang === 'string' ? lang : undefined;
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LARGEST_FORM) throw new BadFormError(`The form is larger than ${LARGEST_FORM} bytes.`);
  }
  return new URLSearchParams(text);
}
