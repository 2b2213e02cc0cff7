import { describe, expect, it } from 'vitest';
import { creditorFaultOf, isMonitoredFailure, structureOf } from './evidence.ts';
import type { FailureKind } from './evidence.ts';

describe('evidence', () => {
  it('keeps the structure of an answer and nothing of what it says', () => {
    expect(structureOf(Buffer.from('<a><fullName lang="Mario">Mario Rossi</fullName><b/> <c>\n</c></a>'))).toBe(
      '<a><fullName>…</fullName><b/><c></c></a>',
    );
    expect(structureOf(Buffer.from('<!doctype html><html><body><h1>RSSMRA80A01H501U</h1></body></html>'))).toBe(
      '…<html><body><h1>…</h1></body></html>',
    );
    expect(structureOf(Buffer.from('RSSMRA80A01H501U'))).toBe('…');
    expect(structureOf(Buffer.from(''))).toBe('');
    expect(structureOf(Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff]))).toBe('…');
  });

  it('is short, however long the answer', () => {
    expect(structureOf(Buffer.from('<a>1</a>'.repeat(100_000))).length).toBeLessThanOrEqual(301);
    expect(structureOf(Buffer.from(`<${'a'.repeat(100_000)}>`)).length).toBeLessThanOrEqual(301);
    expect(structureOf(Buffer.from('<'.repeat(100_000))).length).toBeLessThanOrEqual(301);
  });

  it('counts for Stand-In when the station is unreachable, silent or not active, and only then', () => {
    const kinds: readonly FailureKind[] = ['REFUSED', 'RESET', 'TIMEOUT', 'SERVICE_NOT_ACTIVE', 'HTTP_ERROR', 'MALFORMED'];
    expect(kinds.filter(isMonitoredFailure)).toEqual(['REFUSED', 'RESET', 'TIMEOUT', 'SERVICE_NOT_ACTIVE']);
    expect(creditorFaultOf.RESET).toBe('PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE');
    expect(creditorFaultOf.HTTP_ERROR).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
  });
});
