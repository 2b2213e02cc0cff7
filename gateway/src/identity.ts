/** Who sends a request, and which request it is. */
import { bearerToken, type Principal } from '@nodo-aperto/kernel/auth';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { GatewayOptions, RequestContext } from './options.ts';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export interface Identity {
  /**
   * The caller that an Authorization header speaks for; undefined without a header.
   * @throws UnauthenticatedError when the header or its token is not valid: such a caller is never taken for an anonymous one
   */
  authenticate(authorization: string | undefined): Promise<Principal | undefined>;
  /** Names a request; a trace is begun when the caller sent none. */
  newRequest(given?: { id?: string; traceparent?: string | string[] | undefined }): RequestContext;
}

export function createIdentity(options: { verify: GatewayOptions['verify']; random: RandomStream }): Identity {
  const { verify, random } = options;
  return {
    async authenticate(authorization) {
      if (verify === 'no-auth') return undefined;
      const token = bearerToken(authorization);
      return token === undefined ? undefined : verify(token);
    },
    newRequest({ id, traceparent } = {}) {
      const valid = typeof traceparent === 'string' && TRACEPARENT.test(traceparent);
      return { id: id ?? random.hex(16), traceparent: valid ? traceparent : `00-${random.hex(32)}-${random.hex(16)}-01` };
    },
  };
}
