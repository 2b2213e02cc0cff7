import { describe, expect, it } from 'vitest';
import { readEvent, type Source } from './events.ts';
import { addToTail, filterTail, LONGEST_TAIL, NO_FILTER, type TailFilter } from './tail.ts';

const event = (source: Source, node: Record<string, unknown>) => readEvent(source, { at: '1', ...node }, Number);

describe('the tail', () => {
  it('has the newest first and lets the oldest go', () => {
    const many = Array.from({ length: LONGEST_TAIL }, (_, index) => event('payments', { id: `${index}` }));
    const tail = addToTail(addToTail([], many), [event('payments', { id: 'a' }), event('payments', { id: 'b' })]);
    expect(tail).toHaveLength(LONGEST_TAIL);
    expect(tail.slice(0, 3).map(({ id }) => id)).toEqual(['b', 'a', '499']);
    expect(tail.at(-1)?.id).toBe('2');
  });

  it('stays the same object when nothing came', () => {
    const tail = addToTail([], [event('payments', { id: 'a' })]);
    expect(addToTail(tail, [])).toBe(tail);
  });
});

describe('reading an event', () => {
  it('finds the creditor, the reason and Stand-In where each stream says them', () => {
    expect(event('payments', { creditorFiscalCode: '1', payment: { companyName: 'Comune' } })).toMatchObject({
      creditorCode: '1',
      creditorName: 'Comune',
      amount: undefined,
    });
    expect(event('stations', { entered: true, reason: '5 of 8', station: { broker: { name: 'Agenzia' } } })).toMatchObject({
      creditorName: 'Agenzia',
      standIn: true,
      reason: '5 of 8',
    });
    expect(
      event('receipts', { amount: 5, creditorFiscalCode: '1', recipient: { creditorFiscalCode: '2', lastError: 'KO' } }),
    ).toMatchObject({
      creditorCode: '2',
      amount: 5,
      reason: 'KO',
    });
  });

  it('makes something of an event with nothing in it', () => {
    expect(event('payments', { payment: null })).toMatchObject({ id: '', name: '', noticeNumber: '', standIn: false });
  });
});

describe('the filter', () => {
  const tail = [
    event('payments', {
      id: '1',
      name: 'payment.booked',
      creditorFiscalCode: '77777777777',
      payment: { companyName: 'Comune di Prova' },
      pspCode: 'ABI1',
      noticeNumber: '302000000000000011',
    }),
    event('receipts', { id: '2', name: 'receipt.created', creditorFiscalCode: '66666666666', noticeNumber: '302000000000000022' }),
    event('stations', { id: '3', name: 'station.stand-in-entered', station: { broker: { name: 'Agenzia' } } }),
  ];
  it.each<[Partial<TailFilter>, string[]]>([
    [{}, ['1', '2', '3']],
    [{ source: 'stations' }, ['3']],
    [{ name: ' Booked ' }, ['1']],
    [{ creditor: 'comune' }, ['1']],
    [{ creditor: '666' }, ['2']],
    [{ psp: 'abi' }, ['1']],
    [{ notice: '3020 0000 0000 0000 22' }, ['2']],
    [{ source: 'payments', notice: '22' }, []],
  ])('%j', (filter, ids) => expect(filterTail(tail, { ...NO_FILTER, ...filter }).map(({ id }) => id)).toEqual(ids));
});
