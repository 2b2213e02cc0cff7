import { describe, expect, it } from 'vitest';
import { pathText } from './finding.ts';
import { routeCodeOf } from '@nodo-aperto/kernel/directory';
import { checkRouting, type NoticeRouting } from './notice-routing.ts';

function findings(routing: NoticeRouting): string[] {
  const found: string[] = [];
  checkRouting(routing, [], ({ kind, path, expected }) => found.push(`${kind} ${pathText(path)}: ${expected}`));
  return found;
}

describe('aux digits and their codes', () => {
  it.each([
    [{ auxDigit: 0, applicationCode: '01' }, '0-01'],
    [{ auxDigit: 1 }, '1'],
    [{ auxDigit: 2 }, '2'],
    [{ auxDigit: 3, segregationCode: '47' }, '3-47'],
  ])('%j is right, and names the route %s', (routing, key) => {
    expect(findings(routing)).toEqual([]);
    expect(routeCodeOf({ creditorInstitution: '77777777777', ...routing })).toBe(`77777777777/${key}`);
  });

  it.each([
    [{ auxDigit: 0 }, ['MISSING applicationCode: two digits, because the aux digit is 0']],
    [{ auxDigit: 3 }, ['MISSING segregationCode: two digits, because the aux digit is 3']],
    [
      { auxDigit: 3, applicationCode: '01' },
      [
        'NOT_ALLOWED applicationCode: segregationCode instead, with aux digit 3',
        'MISSING segregationCode: two digits, because the aux digit is 3',
      ],
    ],
    [
      { auxDigit: 0, applicationCode: '01', segregationCode: '02' },
      ['NOT_ALLOWED segregationCode: applicationCode instead, with aux digit 0'],
    ],
    [{ auxDigit: 1, segregationCode: '02' }, ['NOT_ALLOWED segregationCode: no code with aux digit 1']],
    [{ auxDigit: 2, applicationCode: '02' }, ['NOT_ALLOWED applicationCode: no code with aux digit 2']],
  ])('%j is wrong', (routing, expected) => {
    expect(findings(routing)).toEqual(expected);
  });
});
