/** What creditors and PSPs do in a drill, step by step; every call and its answer goes into the ledger. */
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { addDays, startOfLocalDay, toIso, toLocalDate } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Fleet, IssuedNotice } from '../../creditors/index.ts';
import type { AttemptEntry, RunLedger } from '../../ledger/index.ts';
import { activatePaymentNotice, createPosition, PlatformRefusalError, sendPaymentOutcome } from '../../platform-client/index.ts';
import type { PlatformClient, PlatformFault } from '../../platform-client/index.ts';
import type { Population, PopulationCreditor, PopulationPsp } from '../../population/index.ts';

export interface ActorParts {
  readonly client: PlatformClient;
  readonly fleet: Fleet;
  readonly population: Population;
  readonly ledger: RunLedger;
  readonly clock: Clock;
}

/** How a creditor tells ACA of a notice. */
export interface Loading {
  /** Default true. */
  readonly payStandIn?: boolean;
}

export interface Actor {
  /** Issues a notice. @param amount euro cents */
  issue(creditor: PopulationCreditor, amount: number): IssuedNotice;
  /** Loads it in ACA. @throws Error when the platform does not take it */
  load(creditor: PopulationCreditor, notice: IssuedNotice, loading?: Loading): Promise<void>;
  /** Takes it out of ACA again. @throws Error when the platform does not take it */
  withdraw(creditor: PopulationCreditor, notice: IssuedNotice): Promise<void>;
  /** Opens a session. @returns its token; undefined when it was refused */
  activate(psp: PopulationPsp, notice: IssuedNotice, key?: string): Promise<string | undefined>;
  /** Sends an outcome, which may be refused. */
  settle(psp: PopulationPsp, notice: IssuedNotice, paymentToken: string, outcome?: 'OK' | 'KO', key?: string): Promise<void>;
  /** Activates and, when a session was opened, pays. @returns the token */
  pay(psp: PopulationPsp, notice: IssuedNotice): Promise<string | undefined>;
  newKey(psp: PopulationPsp): string;
}

const LONGEST_KEY = 10;

export function actorOf({ client, fleet, population, ledger, clock }: ActorParts): Actor {
  const keys = cryptographicStream();
  const [citizen] = population.citizens;
  const debtor = { type: 'F', code: citizen?.fiscalCode ?? 'ANONIMO', fullName: citizen?.fullName ?? 'Anonimo' } as const;
  const newKey = (psp: PopulationPsp): string => `${psp.fiscalCode}_${keys.alphanumeric(LONGEST_KEY)}`;
  let payments = 0;

  type Sent = Pick<AttemptEntry, 'step' | 'pspCode' | 'key' | 'paymentToken' | 'sent'>;
  type Answered = Pick<AttemptEntry, 'answer' | 'paymentToken' | 'amount' | 'standIn'>;

  async function call(notice: IssuedNotice, sent: Sent, work: () => Promise<Answered>): Promise<Answered> {
    const [at, began] = [clock.now(), clock.monotonic()];
    payments += 1;
    const answered = await work().catch((error: unknown) => {
      if (error instanceof PlatformRefusalError) return { answer: error.code };
      throw error;
    });
    const { creditorFiscalCode, noticeNumber } = notice;
    const elapsedMs = clock.monotonic() - began;
    ledger.append({ kind: 'ATTEMPT', at, payment: payments, creditorFiscalCode, noticeNumber, ...sent, ...answered, elapsedMs });
    return answered;
  }

  function note(creditor: PopulationCreditor, { noticeNumber, amount }: IssuedNotice, agreed: { aca: boolean; standIn: boolean }): void {
    ledger.append({ kind: 'NOTICE', at: clock.now(), creditorFiscalCode: creditor.fiscalCode, noticeNumber, amount, ...agreed });
  }

  async function tellAca(notice: IssuedNotice, change: { amount: number; payStandIn?: boolean }): Promise<void> {
    const { answer } = await call(notice, { step: 'LOAD' }, async () => {
      const input = {
        creditorFiscalCode: notice.creditorFiscalCode,
        debtorType: notice.debtor.type,
        debtorFiscalCode: notice.debtor.code,
        debtorFullName: notice.debtor.fullName,
        iuv: notice.iuv,
        noticeNumber: notice.noticeNumber,
        description: notice.description,
        expirationDate: toIso(startOfLocalDay(addDays(notice.dueDate, 1)) - 1_000),
        iban: notice.transfers[0]?.iban ?? '',
        ...change,
      };
      const caller = { role: 'EC', tenant: notice.creditorFiscalCode } as const;
      const { createPosition: result } = await client.run(createPosition, { input }, caller);
      return { answer: result.outcome === 'REJECTED' ? (result.errors[0]?.code ?? 'REJECTED') : 'OK' };
    });
    if (answer !== 'OK') throw new Error(`ACA did not take a notice: ${answer}`);
  }

  const actor: Actor = {
    newKey,
    issue(creditor, amount) {
      const notice = fleet.issueNotice(creditor.stationCode, { amount, description: 'Prova delle difese', debtor });
      note(creditor, notice, { aca: false, standIn: creditor.standIn });
      return notice;
    },
    async load(creditor, notice, { payStandIn = true } = {}) {
      await tellAca(notice, { amount: notice.amount, ...(!payStandIn && { payStandIn }) });
      note(creditor, notice, { aca: true, standIn: creditor.standIn && payStandIn });
    },
    async withdraw(creditor, notice) {
      await tellAca(notice, { amount: 0 });
      note(creditor, notice, { aca: false, standIn: creditor.standIn });
    },
    async activate(psp, notice, key = newKey(psp)) {
      const { creditorFiscalCode: fiscalCode, noticeNumber, amount } = notice;
      const input = { ...pspInput(psp), qrCode: { fiscalCode, noticeNumber }, idempotencyKey: key, amount };
      const { answer, paymentToken } = await call(notice, { step: 'ACTIVATE', pspCode: psp.code, key }, async () => {
        const { activatePaymentNoticeV2: result } = await client.run(activatePaymentNotice, { input }, pspCaller(psp));
        return {
          answer: codeOf(result),
          ...(result.paymentToken !== null && { paymentToken: result.paymentToken }),
          ...(result.totalAmount !== null && { amount: result.totalAmount }),
          standIn: result.standin === true,
        };
      });
      return answer === 'OK' ? paymentToken : undefined;
    },
    async settle(psp, notice, paymentToken, outcome = 'OK', key = newKey(psp)) {
      const sent = { step: 'OUTCOME', pspCode: psp.code, key, paymentToken, sent: outcome } as const;
      await call(notice, sent, async () => {
        const details = outcome === 'OK' && { details: detailsOf(psp, notice, clock) };
        const input = { ...pspInput(psp), paymentTokens: [paymentToken], idempotencyKey: key, outcome, ...details };
        return { answer: codeOf((await client.run(sendPaymentOutcome, { input }, pspCaller(psp))).sendPaymentOutcomeV2) };
      });
    },
    async pay(psp, notice) {
      const token = await actor.activate(psp, notice);
      if (token !== undefined) await actor.settle(psp, notice, token);
      return token;
    },
  };
  return actor;
}

function pspCaller({ code }: PopulationPsp): { role: 'PSP'; tenant: string } {
  return { role: 'PSP', tenant: code };
}

function pspInput({ code, fiscalCode, channelCode }: PopulationPsp): { idPSP: string; idBrokerPSP: string; idChannel: string } {
  return { idPSP: code, idBrokerPSP: fiscalCode, idChannel: channelCode };
}

function codeOf({ outcome, fault }: { outcome: 'OK' | 'KO'; fault: PlatformFault | null }): string {
  return outcome === 'OK' ? 'OK' : (fault?.code ?? 'KO');
}

function detailsOf({ paymentMethod, paymentChannel, fee }: PopulationPsp, { debtor }: IssuedNotice, clock: Clock) {
  const today = toLocalDate(clock.now());
  return {
    paymentMethod,
    paymentChannel,
    fee,
    payer: {
      uniqueIdentifier: { entityUniqueIdentifierType: debtor.type, entityUniqueIdentifierValue: debtor.code },
      fullName: debtor.fullName,
    },
    applicationDate: today,
    transferDate: addDays(today, 1),
  };
}
