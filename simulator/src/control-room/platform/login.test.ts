import { describe, expect, it } from 'vitest';
import { canLogin, challengeOf } from './login.ts';

describe('the proof of a login', () => {
  it('is the one of RFC 7636, appendix B', async () => {
    expect(canLogin()).toBe(true);
    await expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).resolves.toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });
});
