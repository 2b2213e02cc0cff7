import { paSendRT, paSendRTV2 } from '@nodo-aperto/kernel/pa-for-node';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { type PartyNames, receiptOf } from './receipt.ts';
import { receiptMessage } from './receipt-message.ts';
import { citizenKey, creditorsOf, partiesOf } from './receipt-parties.ts';
import { MOST_RECIPIENTS, recipientsOf } from './recipients.ts';
import { BROKER, bookedPayment, COMUNE, DEBTOR, PAYER, PROVINCIA, PSP, REGIONE, STATION } from '../../test/samples.ts';
import { upTo, wireEmail } from './wire-text.ts';

const NOBODY: PartyNames = { creditors: new Map() };
const transfer = (idTransfer: number, creditorFiscalCode: string, amount = 100) => ({
  ...bookedPayment().transfers[0]!,
  idTransfer,
  creditorFiscalCode,
  amount,
});
const shared = (...creditors: string[]) =>
  bookedPayment({ amount: creditors.length * 100, transfers: creditors.map((creditor, index) => transfer(index + 1, creditor)) });

describe('who gets a receipt', () => {
  const route = (creditorInstitution: string, station: string, broadcast = true) => ({ creditorInstitution, station, broadcast });

  it('is the creditor of the notice, at the station of the payment', () => {
    expect(recipientsOf(bookedPayment(), [])).toEqual([{ creditorFiscalCode: COMUNE, stationCode: STATION }]);
  });

  it('is every other beneficiary at each of its broadcast stations, once', () => {
    const payment = shared(PROVINCIA, COMUNE, REGIONE, PROVINCIA);
    const routes = [
      route(REGIONE, 'r_02'),
      route(REGIONE, 'r_01'),
      route(REGIONE, 'r_01'),
      route(REGIONE, 'r_03', false),
      route(PROVINCIA, 'p_01'),
      route(COMUNE, 'c_09'),
      route('88888888888', 'x_01'),
    ];
    expect(recipientsOf(payment, routes)).toEqual([
      { creditorFiscalCode: COMUNE, stationCode: STATION },
      { creditorFiscalCode: PROVINCIA, stationCode: 'p_01' },
      { creditorFiscalCode: REGIONE, stationCode: 'r_01' },
      { creditorFiscalCode: REGIONE, stationCode: 'r_02' },
    ]);
  });

  it('may be the creditor of the notice although all the money goes elsewhere', () => {
    expect(recipientsOf(shared(REGIONE), [])).toEqual([{ creditorFiscalCode: COMUNE, stationCode: STATION }]);
  });

  it('is at most so many', () => {
    const routes = Array.from({ length: 80 }, (_unused, index) => route(REGIONE, `r_${index}`));
    expect(recipientsOf(shared(COMUNE, REGIONE), routes)).toHaveLength(MOST_RECIPIENTS);
  });
});

describe('what a receipt says', () => {
  it('is the payment, with the names of the parties', () => {
    const payment = {
      ...shared(COMUNE, REGIONE, PROVINCIA),
      officeName: 'Tributi',
      metadata: [{ key: 'k', value: 'v' }],
      paymentNote: 'nota',
      pspName: '',
    };
    const names: PartyNames = { psp: { name: 'Banca', fiscalCode: '60000000009' }, creditors: new Map([[REGIONE, 'Regione di Prova']]) };
    const receipt = receiptOf(payment, names, 0);
    expect(receipt).toMatchObject({
      receiptId: payment.paymentToken,
      iuv: payment.iuv,
      amount: 300,
      officeName: 'Tributi',
      pspName: 'Banca',
      pspFiscalCode: '60000000009',
      paymentNote: 'nota',
      fee: 150,
      metadata: [{ key: 'k', value: 'v' }],
      paidAt: parseInstant('2026-03-02T09:05:00.000Z'),
    });
    expect(receipt.transfers.map((each) => each.creditorName)).toEqual(['Comune di Prova', 'Regione di Prova', undefined]);
  });

  it('takes what the payment says over what the directory says', () => {
    const [first] = bookedPayment().transfers;
    const payment = bookedPayment({ pspFiscalCode: '60000000001', transfers: [{ ...first!, creditorName: 'Comune, ufficio tributi' }] });
    const receipt = receiptOf(payment, { psp: { name: 'Altra', fiscalCode: 'x' }, creditors: new Map() }, 0);
    expect(receipt).toMatchObject({ pspName: 'Banca di Prova', pspFiscalCode: '60000000001' });
    expect(receipt.transfers[0]?.creditorName).toBe('Comune, ufficio tributi');
  });

  it('does without what the payment and the directory do not say', () => {
    const { payer: _payer, fee: _fee, outcomeAt: _outcomeAt, ...bare } = bookedPayment({ pspName: '' });
    const receipt = receiptOf(bare, NOBODY, 42);
    expect(receipt).toMatchObject({ pspName: PSP, paidAt: 42 });
    expect(receipt).not.toHaveProperty('payer');
    expect(receipt).not.toHaveProperty('pspFiscalCode');
    expect(receipt).not.toHaveProperty('fee');
  });

  it('cannot have another amount than its transfers', () => {
    const [first] = bookedPayment().transfers;
    expect(() => receiptOf(bookedPayment({ transfers: [{ ...first!, amount: 1 }] }), NOBODY, 0)).toThrow('1234 cents has transfers of 1');
  });

  it('is everybody’s who has a part in it', () => {
    const receipt = receiptOf(shared(COMUNE, REGIONE), NOBODY, 0);
    expect(creditorsOf(receipt)).toEqual([COMUNE, REGIONE]);
    expect(partiesOf(receipt, [BROKER, '99999999999']).toSorted()).toEqual(
      [
        `EC:${COMUNE}`,
        `EC:${REGIONE}`,
        `BROKER:${BROKER}`,
        'BROKER:99999999999',
        `PSP:${PSP}`,
        `CITIZEN:${DEBTOR}`,
        `CITIZEN:${PAYER}`,
      ].toSorted(),
    );
    const { payer: _payer, ...anonymous } = bookedPayment({ debtor: { type: 'F', fiscalCode: DEBTOR.toLowerCase(), fullName: 'M' } });
    expect(partiesOf(receiptOf(anonymous, NOBODY, 0), [])).toContain(citizenKey(DEBTOR));
  });
});

describe('the receipt on the wire', () => {
  const station = { code: STATION, broker: BROKER, primitiveVersion: 2, standInFlag: false } as const;

  it('is a valid paSendRTV2 for a station of version 2', () => {
    const payment = bookedPayment({ pspFiscalCode: PSP, paymentNote: 'nota', metadata: [{ key: 'k', value: 'v' }], officeName: 'Tributi' });
    const message = receiptMessage(receiptOf(payment, NOBODY, 0), COMUNE, station);
    if (message.version !== 2) throw new Error('expected version 2');
    const read = paSendRTV2.request.read(paSendRTV2.request.write(message.request));
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    expect(read.value).toMatchObject({ idPA: COMUNE, idBrokerPA: BROKER, idStation: STATION });
    expect(read.value.receipt).toMatchObject({
      receiptId: payment.paymentToken,
      noticeNumber: payment.noticeNumber,
      fiscalCode: COMUNE,
      outcome: 'OK',
      creditorReferenceId: payment.iuv,
      paymentAmount: 1_234,
      description: payment.description,
      companyName: 'Comune di Prova',
      officeName: 'Tributi',
      debtor: { uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: DEBTOR }, fullName: 'Mario Rossi' },
      transferList: [
        { idTransfer: 1, transferAmount: 1_234, fiscalCodePA: COMUNE, companyName: 'Comune di Prova', IBAN: payment.transfers[0]?.iban },
      ],
      idPSP: PSP,
      pspFiscalCode: PSP,
      PSPCompanyName: 'Banca di Prova',
      idChannel: '60000000001_01',
      channelDescription: 'app',
      payer: { fullName: 'Luigi Verdi' },
      paymentMethod: 'creditCard',
      paymentNote: 'nota',
      fee: 150,
      paymentDateTime: parseInstant('2026-03-02T09:05:00.000Z'),
      applicationDate: '2026-03-02',
      transferDate: '2026-03-03',
      metadata: [{ key: 'k', value: 'v' }],
    });
    expect(read.value.receipt).not.toHaveProperty('standIn');
  });

  it('is a valid paSendRT for a station of version 1, addressed to the recipient', () => {
    const {
      payer: _payer,
      fee: _fee,
      paymentMethod: _method,
      applicationDate: _date,
      transferDate: _day,
      ...bare
    } = bookedPayment({
      paymentChannel: '',
      paymentNote: 'not in version 1',
    });
    const message = receiptMessage(receiptOf(bare, NOBODY, 0), REGIONE, { ...station, code: 'r_01', broker: 'r', primitiveVersion: 1 });
    if (message.version !== 1) throw new Error('expected version 1');
    const read = paSendRT.request.read(paSendRT.request.write(message.request));
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    expect(read.value).toMatchObject({ idPA: REGIONE, idBrokerPA: 'r', idStation: 'r_01', receipt: { fiscalCode: COMUNE } });
    expect(read.value.receipt.channelDescription).toBe('NA');
    for (const absent of ['payer', 'fee', 'paymentMethod', 'applicationDate', 'transferDate'])
      expect(read.value.receipt).not.toHaveProperty(absent);
  });

  it('tells of Stand-In only to stations that want to know', () => {
    const standInOf = (standIn: boolean, standInFlag: boolean) => {
      const message = receiptMessage(receiptOf(bookedPayment({ standIn }), NOBODY, 0), COMUNE, { ...station, standInFlag });
      return message.version === 2 ? message.request.receipt.standIn : 'none';
    };
    expect(standInOf(true, true)).toBe(true);
    expect(standInOf(false, true)).toBe(false);
    expect(standInOf(true, false)).toBeUndefined();
  });

  it('carries a stamp in version 2 only', () => {
    const { iban: _iban, ...rest } = bookedPayment().transfers[0]!;
    const stamp = { ...rest, stamp: { documentHash: 'aGFzaA==', stampType: '01' as const, province: 'RM' } };
    const receipt = receiptOf(bookedPayment({ transfers: [stamp] }), NOBODY, 0);
    const second = receiptMessage(receipt, COMUNE, station);
    if (second.version !== 2) throw new Error('expected version 2');
    expect(paSendRTV2.request.read(paSendRTV2.request.write(second.request)).ok).toBe(true);
    expect(receiptMessage(receipt, COMUNE, { ...station, primitiveVersion: 1 })).toEqual({
      version: 'NONE',
      reason: expect.stringContaining('stamp') as string,
    });
  });

  it('carries the stamp that was bought, the fees and the bundles in version 2', () => {
    const { iban: _iban, ...rest } = bookedPayment().transfers[0]!;
    const stamp = { ...rest, stamp: { documentHash: 'aGFzaA==', stampType: '01' as const, province: 'RM' }, stampAttachment: 'PG1iZC8+' };
    const fees = { pspVatNumber: 'IT60000000001', primaryCreditorFee: 20, bundleId: 'bundle-1', creditorBundleId: 'bundle-1-ci' };
    const receipt = receiptOf(bookedPayment({ transfers: [stamp], paymentNote: 'grazie', ...fees }), NOBODY, 0);
    const message = receiptMessage(receipt, COMUNE, station);
    if (message.version !== 2) throw new Error('expected version 2');
    const read = paSendRTV2.request.read(paSendRTV2.request.write(message.request));
    expect(read.ok && read.value.receipt).toMatchObject({
      pspPartitaIVA: 'IT60000000001',
      paymentNote: 'grazie',
      primaryCiIncurredFee: 20,
      idBundle: 'bundle-1',
      idCiBundle: 'bundle-1-ci',
      transferList: [{ MBDAttachment: 'PG1iZC8+' }],
    });
  });

  it('stays valid with texts that are too long, empty or unknown to the wire', () => {
    const debtor = {
      type: 'G' as const,
      fiscalCode: '12345678901',
      fullName: '€'.repeat(255),
      streetName: '',
      city: 'Roma',
      country: 'IT',
      email: 'not an address',
    };
    const payment = bookedPayment({
      debtor,
      description: '𝄞'.repeat(140),
      creditorName: 'C'.repeat(140),
      pspName: 'P'.repeat(140),
      metadata: [],
    });
    const receipt = { ...receiptOf(payment, NOBODY, 0), pspFiscalCode: '' };
    const message = receiptMessage(receipt, COMUNE, station);
    if (message.version !== 2) throw new Error('expected version 2');
    const read = paSendRTV2.request.read(paSendRTV2.request.write(message.request));
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    expect(read.value.receipt.debtor).toEqual({
      uniqueIdentifier: { entityUniqueIdentifierType: 'G', entityUniqueIdentifierValue: '12345678901' },
      fullName: '€'.repeat(70),
      city: 'Roma',
      country: 'IT',
    });
    expect(read.value.receipt.PSPCompanyName).toBe('P'.repeat(70));
    expect(read.value.receipt).not.toHaveProperty('metadata');
  });

  it('keeps addresses that the wire knows', () => {
    const receipt = receiptOf(
      bookedPayment({ debtor: { type: 'F', fiscalCode: DEBTOR, fullName: 'M', email: 'mario@example.it' } }),
      NOBODY,
      0,
    );
    const message = receiptMessage(receipt, COMUNE, station);
    expect(message.version === 2 && message.request.receipt.debtor.email).toBe('mario@example.it');
  });
});

describe('texts of the wire', () => {
  it('are cut to so many characters, counted as XML Schema does', () => {
    expect(upTo(5, 'abc')).toBe('abc');
    expect(upTo(5, 'abcd efgh')).toBe('abcd');
    expect(upTo(2, '𝄞𝄞')).toBe('𝄞𝄞');
    expect(upTo(2, '𝄞𝄞𝄞')).toBe('𝄞𝄞');
    expect(upTo(3, 'ab ')).toBe('ab ');
    expect(upTo(2, '𝄞 ')).toBe('𝄞 ');
  });

  it('know which e-mail addresses pass', () => {
    expect(wireEmail('a.b@c.it')).toBe('a.b@c.it');
    expect(wireEmail('a@b@c')).toBeUndefined();
    expect(wireEmail(undefined)).toBeUndefined();
  });
});
