import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DeadlineExceededError } from '../time/index.ts';
import {
  accepted,
  ConflictError,
  ExposedError,
  Fault,
  ForbiddenError,
  fromZod,
  InputError,
  invariant,
  InvariantError,
  LimitError,
  NotFoundError,
  problemOf,
  refused,
  UnauthenticatedError,
  UnavailableError,
  valueOf,
  zodOf,
} from './index.ts';

describe('problemOf', () => {
  it.each([
    [new NotFoundError('No such receipt'), 404, 'NOT_FOUND'],
    [new ConflictError('The position is paid'), 409, 'CONFLICT'],
    [new ForbiddenError('Another party owns this code'), 403, 'FORBIDDEN'],
    [new UnauthenticatedError('The token has expired'), 401, 'UNAUTHENTICATED'],
    [new LimitError('Too many requests', 3), 429, 'LIMIT_EXCEEDED'],
    [new UnavailableError('Receipts cannot be read at present'), 503, 'SERVICE_UNAVAILABLE'],
    [InputError.at('first', 'is too big', 'at most 100'), 400, 'BAD_USER_INPUT'],
  ])('shows what is written for the caller: %s', (error: ExposedError, status, code) => {
    expect(problemOf(error, 'r1')).toMatchObject({ status, title: error.title, detail: error.message, reference: 'r1' });
    expect([error.expose, error.code, error.name]).toEqual([true, code, error.constructor.name]);
  });

  it.each([
    ['an invariant of ours', new InvariantError('sum of transfers differs at row 7')],
    ['an unknown error', new Error('password authentication failed for user "postgres"')],
    ['something thrown that is no error', { message: 'secret' }],
    ['nothing', undefined],
  ])('shows nothing of %s but the reference', (_name, error) => {
    expect(problemOf(error, 'r2')).toStrictEqual({
      status: 500,
      title: 'Internal error',
      detail: 'An internal error occurred. Reference: r2',
      reference: 'r2',
    });
  });

  it('does not name what took too long', () => {
    const problem = problemOf(new DeadlineExceededError('SELECT * FROM payment', 100), 'r3');
    expect(problem.status).toBe(504);
    expect(JSON.stringify(problem)).not.toContain('SELECT');
  });

  it('gives a fault its code, its description and the status of its family', () => {
    expect(problemOf(new Fault('FDR_3001', { description: 'Flow 2026-01-01X-1 does not exist' }), 'r4')).toStrictEqual({
      status: 404,
      title: 'FDR-3001',
      detail: 'Flow 2026-01-01X-1 does not exist',
      type: 'urn:nodo-aperto:fault:FDR-3001',
      reference: 'r4',
    });
    expect(problemOf(new Fault('PPT_SEMANTICA'), 'r5').status).toBe(422);
  });
});

describe('InputError', () => {
  it('says in one sentence what is wrong where, and keeps the places', () => {
    const error = new InputError([
      { path: 'amount', message: 'is not valid', expected: 'cents' },
      { path: '', message: 'needs a notice number' },
    ]);
    expect(error.message).toBe('amount: is not valid (expected cents); needs a notice number');
    expect(problemOf(error, 'r').issues).toEqual(error.issues);
    expect(new InputError([]).message).not.toBe('');
  });

  it('stays readable with very many issues', () => {
    const error = new InputError(Array.from({ length: 1_000 }, (_unused, index) => ({ path: `[${index}]`, message: 'is not valid' })));
    expect(error.issues).toHaveLength(100);
    expect(error.message).toMatch(/and 995 more$/);
  });
});

describe('parsed values', () => {
  it('give the value, or an error that names the place', () => {
    expect(valueOf(accepted(7), 'x')).toBe(7);
    expect(() => valueOf(refused('eleven digits'), 'creditor.fiscalCode')).toThrow(
      'creditor.fiscalCode: is not valid (expected eleven digits)',
    );
  });

  it('invariants pass or throw', () => {
    expect(() => invariant(true, 'never')).not.toThrow();
    expect(() => invariant(false, 'two booked payments')).toThrow(InvariantError);
  });
});

describe('fromZod', () => {
  const even = zodOf((value) => (typeof value === 'number' && value % 2 === 0 ? accepted(value) : refused('an even number')));
  const schema = z.strictObject({
    name: z.string().min(1).max(5),
    kind: z.enum(['F', 'G']),
    lines: z.array(z.object({ cents: z.int().min(1), date: z.iso.date().optional() })).min(1),
    pair: even.optional(),
    either: z.union([z.string(), z.boolean()]).optional(),
  });
  const issuesOf = (value: unknown) => {
    const result = schema.safeParse(value);
    return result.success ? [] : fromZod(result.error).issues;
  };
  const good = { name: 'x', kind: 'F', lines: [{ cents: 1 }], pair: 4 };

  it('accepts what the schema accepts, in its canonical form', () => {
    expect(issuesOf(good)).toEqual([]);
    expect(schema.parse(good).pair).toBe(4);
  });

  it.each([
    [
      { ...good, name: undefined },
      { path: 'name', message: 'is missing', expected: 'text' },
    ],
    [
      { ...good, name: 3 },
      { path: 'name', message: 'is of the wrong type', expected: 'text' },
    ],
    [
      { ...good, name: '' },
      { path: 'name', message: 'is too small or too short', expected: 'at least 1 characters' },
    ],
    [
      { ...good, name: 'abcdef' },
      { path: 'name', message: 'is too big or too long', expected: 'at most 5 characters' },
    ],
    [
      { ...good, kind: 'X' },
      { path: 'kind', message: 'is not valid', expected: 'one of F, G' },
    ],
    [
      { ...good, lines: [] },
      { path: 'lines', message: 'is too small or too short', expected: 'at least 1 elements' },
    ],
    [
      { ...good, lines: [{ cents: 1 }, { cents: 0 }] },
      { path: 'lines[1].cents', message: 'is too small or too short', expected: 'at least 1' },
    ],
    [
      { ...good, pair: 3 },
      { path: 'pair', message: 'is not valid', expected: 'an even number' },
    ],
    [
      { ...good, either: 3 },
      { path: 'either', message: 'is not valid', expected: 'text or true or false' },
    ],
    [
      { ...good, extra: 1 },
      { path: '', message: 'has fields that do not belong here: extra' },
    ],
  ])('names the place and what was expected (%#)', (value, issue) => {
    expect(issuesOf(value)).toEqual([issue]);
  });

  it('says what format was expected', () => {
    expect(issuesOf({ ...good, lines: [{ cents: 1, date: 'tomorrow' }] })).toEqual([
      { path: 'lines[0].date', message: 'is not valid', expected: 'date' },
    ]);
    const code = z
      .string()
      .regex(/^[A-Z]+$/)
      .safeParse('a');
    expect(code.error && fromZod(code.error).message).toBe('is not valid (expected text that matches /^[A-Z]+$/)');
  });

  it('never repeats the refused value, which may be personal', () => {
    expect(JSON.stringify(issuesOf({ name: 'RSSMRA80A01H501U', kind: 'RSSMRA80A01H501U', lines: 'RSSMRA80A01H501U' }))).not.toContain(
      'RSSMRA',
    );
    expect(issuesOf({ ...good, ['k'.repeat(5_000)]: 1 })[0]?.message.length).toBeLessThan(300);
  });
});
