import type { CallFailure, FailureKind } from '@nodo-aperto/kernel/soap';
import { describe, expect, it } from 'vitest';
import { connectionResult } from './connection-outcome.ts';

const failed = (kind: FailureKind, detail: string, httpStatus?: number): CallFailure => ({
  kind,
  evidence: { phase: 'CONNECT', detail, elapsedMs: 5, attempts: 1, ...(httpStatus !== undefined && { httpStatus }) },
});

describe('a test of a connection', () => {
  it('succeeds with any valid answer', () => {
    expect(connectionResult({ kind: 'ANSWER', elapsedMs: 7, outcome: 'KO' })).toEqual({
      outcome: 'SUCCESS',
      detail: 'The station answered with outcome KO.',
      httpStatus: 200,
      elapsedMs: 7,
    });
  });

  it.each([
    'TLS could not be agreed (DEPTH_ZERO_SELF_SIGNED_CERT)',
    'TLS could not be agreed (CERT_HAS_EXPIRED)',
    'TLS could not be agreed (ERR_TLS_CERT_ALTNAME_INVALID)',
    'TLS could not be agreed (EPROTO)',
  ])('tells a bad certificate: %s', (detail) => {
    expect(connectionResult(failed('REFUSED', detail))).toEqual({ outcome: 'CERTIFICATE_ERROR', failure: 'REFUSED', detail, elapsedMs: 5 });
  });

  it.each<[FailureKind, string, number | undefined]>([
    ['REFUSED', 'no connection could be made (ECONNREFUSED)', undefined],
    ['TIMEOUT', 'no complete answer within 7000 ms', undefined],
    ['HTTP_ERROR', 'HTTP status 404', 404],
    ['TIMEOUT', 'no answer within 7000 ms (EPROTO)', undefined],
  ])('tells what else went wrong: %s, %s', (kind, detail, status) => {
    const result = connectionResult(failed(kind, detail, status));
    expect(result).toMatchObject({ outcome: 'ERROR', failure: kind, detail });
    expect(result.httpStatus).toBe(status);
  });
});
