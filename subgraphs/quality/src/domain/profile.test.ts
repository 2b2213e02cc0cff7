import { parseInstant, toOffsetIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { pipelineLimitDay } from './pipeline-calendar.ts';
import { rulesOf } from './profile.ts';

const at = (text: string): number => parseInstant(text)!;
const [documents, pipeline] = [rulesOf('DOCUMENTS'), rulesOf('PIPELINE')];
const day = (instant: number): string => toOffsetIso(instant).slice(0, 16);

describe('limits of a payment', () => {
  // Where the readings differ: domain facts, Reporting section 2.1, differences 1 and 2.
  it.each([
    ['in the morning of a Monday both agree', '2026-03-02T10:00:00+01:00', '2026-03-05T00:00', '2026-03-05T00:00'],
    ['13:00:00 is before the cut-off in both', '2026-03-02T13:00:00+01:00', '2026-03-05T00:00', '2026-03-05T00:00'],
    ['13:00:01 to 13:59:59 is after it in the documents', '2026-03-02T13:00:01+01:00', '2026-03-06T00:00', '2026-03-05T00:00'],
    ['14:00 is after it in both', '2026-03-02T14:00:00+01:00', '2026-03-06T00:00', '2026-03-06T00:00'],
    ['Friday 14:00: Wednesday in the documents, Tuesday in the code', '2026-03-06T14:00:00+01:00', '2026-03-12T00:00', '2026-03-11T00:00'],
    ['Saturday: the same gap', '2026-03-07T09:00:00+01:00', '2026-03-12T00:00', '2026-03-11T00:00'],
    ['before 29 June, a holiday in the code', '2026-06-26T10:00:00+02:00', '2026-07-01T00:00', '2026-07-02T00:00'],
    ['before Good Friday 2026, a holiday in the code', '2026-04-01T10:00:00+02:00', '2026-04-04T00:00', '2026-04-08T00:00'],
    ['before Good Friday 2025, none', '2025-04-16T10:00:00+02:00', '2025-04-19T00:00', '2025-04-19T00:00'],
  ])('%s', (_name, paidAt, inDocuments, inPipeline) => {
    expect(day(documents.limitsOf(at(paidAt)).lateFrom)).toBe(inDocuments);
    expect(day(pipeline.limitsOf(at(paidAt)).lateFrom)).toBe(inPipeline);
  });

  it('late again: after D+4 in the documents, three days after the limit in the code', () => {
    const paidAt = at('2026-03-02T10:00:00+01:00');
    expect(day(documents.limitsOf(paidAt).lateAgainFrom)).toBe('2026-03-07T00:00');
    expect(day(pipeline.limitsOf(paidAt).lateAgainFrom)).toBe('2026-03-08T00:00');
  });

  it('closed: ten days after the operative day, at the latest when the month is evaluated; never in the code', () => {
    expect(day(documents.limitsOf(at('2026-03-02T10:00:00+01:00')).closedFrom!)).toBe('2026-03-13T00:00');
    expect(day(documents.limitsOf(at('2026-01-30T14:00:00+01:00')).closedFrom!)).toBe('2026-02-10T06:00');
    expect(pipeline.limitsOf(at('2026-03-02T10:00:00+01:00')).closedFrom).toBeUndefined();
  });

  it('the limit day of the code skips weekends and national holidays', () => {
    expect(pipelineLimitDay(at('2026-04-30T15:00:00+02:00'))).toBe('2026-05-05');
  });
});

describe('two seconds', () => {
  it.each([
    [2_000, false, false],
    [2_001, true, false],
    [2_999, true, false],
    [3_000, true, true],
  ])('%i ms', (milliseconds, inDocuments, inPipeline) => {
    expect(documents.isSlow(milliseconds)).toBe(inDocuments);
    expect(pipeline.isSlow(milliseconds)).toBe(inPipeline);
  });
});
