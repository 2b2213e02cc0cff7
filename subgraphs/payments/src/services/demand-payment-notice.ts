/**
 * demandPaymentNotice: a PSP asks for a notice for a payment that nobody asked its payer for. The creditor of the service makes it; nothing is
 * kept here, the notice is verified and activated like any other. Source: Domain facts, Payments §2.2.
 */
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { EuroCents } from '@nodo-aperto/kernel/money';
import { paDemandPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import { pspUnknown } from '../domain/caller.ts';
import { refusalOf } from '../domain/creditor-answer.ts';
import { checkService, demandedNotice, type DemandFields, demandSyntax, stationNotAsked } from '../domain/demanded-notice.ts';
import { tooManyRequests } from '../domain/request-limit.ts';
import type { QrCode } from '../domain/request-syntax.ts';
import { stationMode } from '../domain/station-mode.ts';
import { identifyCaller } from './caller.ts';
import { type Addressee, findServiceAddressee } from './counterpart.ts';
import { addressOf, callCreditor } from './creditor-calls.ts';
import { type Answer, type PaymentsDependencies, refusal } from './dependencies.ts';
import { observed } from './observe-answer.ts';

export type DemandRequest = DemandFields;

export interface DemandedPaymentNotice {
  readonly qrCode: QrCode;
  readonly paymentList: readonly {
    readonly amount: EuroCents;
    readonly options: 'EQ' | 'LS' | 'GT' | 'ANY';
    readonly dueDate?: string;
    readonly paymentNote?: string;
  }[];
  readonly paymentDescription?: string;
  readonly fiscalCodePA: string;
  readonly companyName: string;
  readonly officeName?: string;
}

const PRIMITIVE = 'demandPaymentNotice';

export async function demandPaymentNotice(
  dependencies: PaymentsDependencies,
  request: DemandRequest,
): Promise<Answer<DemandedPaymentNotice>> {
  return observed<DemandedPaymentNotice>(dependencies, PRIMITIVE, request, () => demand(dependencies, request));
}

async function demand(dependencies: PaymentsDependencies, request: DemandRequest): Promise<Answer<DemandedPaymentNotice>> {
  const { directory, clock } = dependencies;
  const malformed = demandSyntax(request);
  if (malformed) return refusal(malformed);
  const psp = await directory.psp(request.idPSP);
  if (!psp) return refusal(pspUnknown(request.idPSP));
  const identified = await identifyCaller(directory, psp, request);
  if ('fault' in identified) return refusal(identified.fault);
  using admitted = dependencies.admission.admit(psp.code);
  if (!admitted) return refusal(tooManyRequests());
  const service = await directory.service(request.idSoggettoServizio);
  const closed = checkService(request.idSoggettoServizio, service);
  if (closed) return refusal(closed);
  if (!service) throw new InvariantError('a service that is not known passed its checks');
  const found = await findServiceAddressee(directory, service, clock.now());
  if ('fault' in found) return refusal(found.fault);
  return await asked(dependencies, request, found.addressee, service.service);
}

/** Asks the creditor, unless its station is not to be called now. */
async function asked(
  dependencies: PaymentsDependencies,
  request: DemandRequest,
  addressee: Addressee,
  idServizio: string,
): Promise<Answer<DemandedPaymentNotice>> {
  const { creditor, station, maintenance } = addressee;
  const notAsked = stationNotAsked(station);
  if (notAsked) return refusal(notAsked);
  const entry = dependencies.stations.standIn(station.code);
  const mode = stationMode({ forced: station.standInPolicy?.forced, entry, maintenance });
  if (!mode.called) return refusal(mode.fault);
  const { idSoggettoServizio, datiSpecificiServizio: datiSpecificiServizioRequest } = request;
  const question = { ...addressOf(addressee), idServizio, idSoggettoServizio, datiSpecificiServizioRequest };
  const answer = await callCreditor(dependencies, addressee, paDemandPaymentNotice, question, { counts: false });
  if ('fault' in answer) return refusal(answer.fault);
  const { message } = answer;
  const refused = refusalOf(message, creditor.fiscalCode);
  if (refused) return refusal(refused);
  const made = demandedNotice(message, creditor.fiscalCode);
  if ('fault' in made) return refusal(made.fault);
  const { qrCode, option } = made.notice;
  const { amount, options, dueDate, detailDescription } = option;
  const paymentDescription = message.paymentDescription ?? detailDescription;
  return {
    outcome: 'OK',
    qrCode,
    paymentList: [
      {
        amount,
        options,
        ...(dueDate !== undefined && { dueDate }),
        ...(detailDescription !== undefined && { paymentNote: detailDescription }),
      },
    ],
    ...(paymentDescription !== undefined && { paymentDescription }),
    fiscalCodePA: creditor.fiscalCode,
    companyName: message.companyName ?? creditor.name,
    ...(message.officeName !== undefined && { officeName: message.officeName }),
  };
}
