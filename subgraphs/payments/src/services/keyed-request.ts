/** A request under an idempotency key: what is remembered, and what was asked before. Source: Domain facts, Payments §2.4. */
import type { Fault } from '@nodo-aperto/kernel/faults';
import { asDate } from '@nodo-aperto/kernel/time';
import { isRemembered, otherRequest, requestHash } from '../domain/idempotency.ts';
import { activationInProgress } from '../domain/notice-gate.ts';
import type { QrCode } from '../domain/request-syntax.ts';
import { addEntry, type EntryKey, type Remembered, readEntry } from '../persistence/idempotency-queries.ts';
import type { NoticeKey } from '../persistence/notice-queries.ts';
import { type PaymentsDependencies, refusal, type Refusal } from './dependencies.ts';

export interface KeyedRequest {
  /** Absent when the request has no key, or keys are not in use. */
  readonly entry: (EntryKey & { readonly requestHash: string }) | undefined;
  /** Milliseconds that a refusal is remembered. */
  readonly refusedMs: number;
  readonly notice: NoticeKey | undefined;
}

export async function keyedRequest(
  { directory }: Pick<PaymentsDependencies, 'directory'>,
  primitive: string,
  request: { readonly idPSP: string; readonly idempotencyKey?: string; readonly qrCode?: QrCode },
  refusedMs: number,
): Promise<KeyedRequest> {
  const { useIdempotency } = await directory.settings();
  const { idPSP: pspCode, idempotencyKey: key, qrCode } = request;
  return {
    entry: useIdempotency && key !== undefined ? { pspCode, primitive, key, requestHash: requestHash(request) } : undefined,
    refusedMs,
    notice: qrCode && { creditorFiscalCode: qrCode.fiscalCode, noticeNumber: qrCode.noticeNumber },
  };
}

/** The answer to a request whose key is known; undefined when it is a new request. */
export async function repeatedAnswer<Answer>(
  { database, clock }: PaymentsDependencies,
  { entry }: KeyedRequest,
): Promise<Answer | Refusal | undefined> {
  const known = entry && (await readEntry(database, entry, clock.date()));
  return known && answerOfEntry<Answer>(known, entry.requestHash);
}

/** What is answered to a request under a key that is in use. */
export function answerOfEntry<Answer>(known: Remembered, hash: string): Answer | Refusal {
  if (known.requestHash !== hash) return refusal(otherRequest());
  // The same request, sent again before it was answered.
  return known.response === null ? refusal(activationInProgress()) : (known.response as Answer);
}

/** Refuses a request and remembers it where the rule says so. When the key came into use meanwhile, what it remembers is the answer. */
export async function refuseKeyed<Answer>(
  dependencies: PaymentsDependencies,
  request: KeyedRequest,
  fault: Fault,
): Promise<Answer | Refusal> {
  const { database, clock } = dependencies;
  const answer = refusal(fault);
  if (!request.entry || !isRemembered(fault.code)) return answer;
  const now = clock.date();
  const validTo = asDate(clock.now() + request.refusedMs);
  const added = await addEntry(database, { ...request.entry, notice: request.notice, response: answer, validTo, now });
  return added ? answer : ((await repeatedAnswer<Answer>(dependencies, request)) ?? answer);
}
