/** Payments as the payments subgraph states them. */
import type { PaymentSnapshot } from '@nodo-aperto/schema/events';

export const COMUNE = '66666666666';
export const REGIONE = '77777777777';
export const PROVINCIA = '55555555555';
export const BROKER = '66666666666';
export const STATION = '66666666666_01';
export const PSP = '60000000001';
export const DEBTOR = 'RSSMRA80A01H501U';
export const PAYER = 'VRDLGI75B02F205X';

/** A booked payment of 12.34 €, or another. */
export function bookedPayment(changes: Partial<PaymentSnapshot> = {}): PaymentSnapshot {
  const amount = changes.amount ?? 1_234;
  return {
    paymentToken: 'a'.repeat(32),
    creditorFiscalCode: COMUNE,
    creditorName: 'Comune di Prova',
    noticeNumber: '302000000000001101',
    iuv: '02000000000001101',
    amount,
    description: 'Tassa sui rifiuti 2026',
    debtor: { type: 'F', fiscalCode: DEBTOR, fullName: 'Mario Rossi' },
    transfers: [
      {
        idTransfer: 1,
        amount,
        creditorFiscalCode: COMUNE,
        iban: 'IT60X0542811101000000123456',
        remittanceInformation: 'TARI 2026',
        transferCategory: '0101101IM',
      },
    ],
    pspCode: PSP,
    pspName: 'Banca di Prova',
    pspBrokerCode: PSP,
    channelCode: '60000000001_01',
    creditorBrokerCode: BROKER,
    stationCode: STATION,
    standIn: false,
    status: 'PAID',
    activatedAt: '2026-03-02T09:00:00.000Z',
    expiresAt: '2026-03-02T09:30:00.000Z',
    outcomeAt: '2026-03-02T09:05:00.000Z',
    outcome: 'OK',
    late: false,
    paymentMethod: 'creditCard',
    paymentChannel: 'app',
    fee: 150,
    payer: { type: 'F', fiscalCode: PAYER, fullName: 'Luigi Verdi' },
    applicationDate: '2026-03-02',
    transferDate: '2026-03-03',
    revision: 2,
    ...changes,
  };
}
