import { InputError } from '@nodo-aperto/kernel/faults';
import { describe, expect, it } from 'vitest';
import { checkAddress } from './check-address.ts';
import { checkFlowName } from './check-flow-name.ts';
import { checkCreditor, checkParties, checkPsp, type FlowParties } from './check-parties.ts';
import { checkFlowRequest, LARGEST_NUMBER } from './check-request.ts';
import type { FlowRequest } from './flow.ts';
import { nextRevision } from './next-revision.ts';
import { codeOf } from '../../test/codes.ts';

const PSP = '88888888888';
const PARTIES = {
  psp: { code: PSP, enabled: true },
  broker: { code: '99999999999', enabled: true },
  channel: { code: '99999999999_01', enabled: true, broker: '99999999999', psps: ['60000000002', PSP] },
  creditor: { fiscalCode: '77777777777', enabled: true },
} satisfies FlowParties;
const REQUEST: FlowRequest = {
  name: '2025-01-0188888888888-0000001',
  flowDate: 1_000,
  sender: {
    type: 'LEGAL_PERSON',
    id: PSP,
    pspCode: PSP,
    pspName: 'Banca di Prova',
    brokerCode: '99999999999',
    channelCode: '99999999999_01',
  },
  receiver: { id: '77777777777', creditorFiscalCode: '77777777777', organizationName: 'Comune di Prova' },
  regulation: 'TRN-1',
  regulationDate: '2025-01-02',
  bicCodePouringBank: 'UNCRITMMXXX',
  declared: { payments: 1, amount: 1 },
};

describe('the name of a flow', () => {
  it.each(['2025-01-0188888888888-0000001', '2025-01-0188888888888-', '2024-02-2988888888888-a_B-9'])('can be %s', (name) => {
    expect(codeOf(() => checkFlowName(name, PSP))).toBeUndefined();
  });

  it.each([
    ['2025-02-3088888888888-1', 'FDR_3008'],
    ['2025-1-0188888888888-1', 'FDR_3008'],
    ['', 'FDR_3008'],
    ['2025-01-01', 'FDR_3009'],
    ['2025-01-01-88888888888-1', 'FDR_3009'],
    ['2025-01-0188888888887-1', 'FDR_3009'],
    ['2025-01-01888888888881-1', 'FDR_3009'],
    ['2025-01-0188888888888_1', 'FDR_3009'],
  ])('cannot be "%s": %s', (name, code) => {
    expect(codeOf(() => checkFlowName(name, PSP))).toBe(code);
  });
});

describe('the body of a request', () => {
  const address = { pspCode: PSP, name: REQUEST.name };
  it('names the PSP and the flow of its address; the PSP is looked at first', () => {
    expect(codeOf(() => checkAddress(address, REQUEST))).toBeUndefined();
    expect(codeOf(() => checkAddress({ ...address, name: 'other' }, REQUEST))).toBe('FDR_3010');
    expect(codeOf(() => checkAddress({ pspCode: 'other', name: 'other' }, REQUEST))).toBe('FDR_3004');
  });
});

describe('the parties of a flow', () => {
  const disabled = <Party extends object>(party: Party) => ({ ...party, enabled: false });
  it('are known, enabled and connected', () => {
    expect(codeOf(() => checkParties(PARTIES))).toBeUndefined();
    expect(codeOf(() => checkPsp(PARTIES.psp))).toBeUndefined();
    expect(codeOf(() => checkPsp(undefined))).toBe('FDR_2000');
    expect(codeOf(() => checkPsp(disabled(PARTIES.psp)))).toBe('FDR_2001');
    expect(codeOf(() => checkCreditor(PARTIES.creditor))).toBeUndefined();
    expect(codeOf(() => checkCreditor(undefined))).toBe('FDR_2008');
    expect(codeOf(() => checkCreditor(disabled(PARTIES.creditor)))).toBe('FDR_2009');
  });

  // Each step has everything after it wrong too: what is told is the first thing in the order of checks.
  const wrong: FlowParties = { psp: undefined, broker: undefined, channel: undefined, creditor: undefined };
  it.each<[string, FlowParties]>([
    ['FDR_2000', wrong],
    ['FDR_2001', { ...wrong, psp: disabled(PARTIES.psp) }],
    ['FDR_2002', { ...wrong, psp: PARTIES.psp }],
    ['FDR_2003', { ...wrong, psp: PARTIES.psp, broker: disabled(PARTIES.broker) }],
    ['FDR_2004', { ...wrong, psp: PARTIES.psp, broker: PARTIES.broker }],
    ['FDR_2005', { ...wrong, psp: PARTIES.psp, broker: PARTIES.broker, channel: { ...disabled(PARTIES.channel), broker: 'x', psps: [] } }],
    ['FDR_2006', { ...wrong, psp: PARTIES.psp, broker: PARTIES.broker, channel: { ...PARTIES.channel, broker: 'x', psps: [] } }],
    ['FDR_2007', { ...wrong, psp: PARTIES.psp, broker: PARTIES.broker, channel: { ...PARTIES.channel, psps: [] } }],
    ['FDR_2008', { ...PARTIES, creditor: undefined }],
    ['FDR_2009', { ...PARTIES, creditor: disabled(PARTIES.creditor) }],
  ])('are refused with %s in the order of the checks', (code, parties) => {
    expect(codeOf(() => checkParties(parties))).toBe(code);
  });
});

describe('the revision of a flow', () => {
  const published = { revision: 3, status: 'PUBLISHED' as const, flowDate: 999, creditorFiscalCode: '77777777777' };
  it('is 1 for a new name, and one more than the last published one', () => {
    expect(nextRevision(undefined, REQUEST)).toBe(1);
    expect(nextRevision(published, REQUEST)).toBe(4);
  });

  it.each([
    ['FDR_3002', { ...published, status: 'CREATED' as const }],
    ['FDR_3002', { ...published, status: 'INSERTED' as const }],
    ['FDR_3003', { ...published, creditorFiscalCode: '66666666666', flowDate: 5_000 }],
    ['FDR_3011', { ...published, flowDate: 1_000 }],
    ['FDR_3011', { ...published, flowDate: 1_001 }],
  ])('is refused with %s', (code, last) => {
    expect(codeOf(() => nextRevision(last, REQUEST))).toBe(code);
  });
});

describe('the fields of a flow', () => {
  const pathsOf = (request: FlowRequest): string[] => {
    try {
      checkFlowRequest(request);
      return [];
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).issues).not.toEqual([]);
      return (error as InputError).issues.map((issue) => issue.path);
    }
  };

  it('keep to their ranges, to the last value', () => {
    expect(pathsOf(REQUEST)).toEqual([]);
    const { bicCodePouringBank: _bic, ...without } = REQUEST;
    expect(pathsOf(without)).toEqual([]);
    expect(pathsOf({ ...REQUEST, declared: { payments: LARGEST_NUMBER, amount: 99_999_999_999 }, regulation: 'r'.repeat(35) })).toEqual([]);
  });

  it('are all named when they do not', () => {
    const long = 'x'.repeat(36);
    expect(
      pathsOf({
        name: 'with blank',
        flowDate: 0,
        sender: { type: 'BIC_CODE', id: '', pspCode: long, pspName: 'ab', brokerCode: long, channelCode: 'a\nb' },
        receiver: { id: long, creditorFiscalCode: '', organizationName: '' },
        regulation: '',
        regulationDate: '2025-01-02',
        bicCodePouringBank: '',
        declared: { payments: 0, amount: 100_000_000_000 },
      }),
    ).toEqual([
      'name',
      'sender.id',
      'sender.pspCode',
      'sender.pspName',
      'sender.brokerCode',
      'sender.channelCode',
      'receiver.id',
      'receiver.creditorFiscalCode',
      'receiver.organizationName',
      'regulation',
      'bicCodePouringBank',
      'totalPayments',
      'totalAmount',
    ]);
    expect(pathsOf({ ...REQUEST, declared: { payments: 1.5, amount: 0 } })).toEqual(['totalPayments', 'totalAmount']);
  });
});
