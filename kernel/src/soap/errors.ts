/** The fault codes of SOAP 1.1, section 4.4.1. */
export type SoapFaultCode = 'VersionMismatch' | 'MustUnderstand' | 'Client' | 'Server';

/**
 * The sender's message cannot be read: not XML, not SOAP, or over a limit.
 * Thrown by the readers of this room; its message says what was found and what was expected,
 * holds no part of the sender's text, and may be shown to the sender as a SOAP Fault.
 */
export class SoapClientError extends Error {
  override readonly name = 'SoapClientError';
  readonly expose = true;
  readonly faultCode: SoapFaultCode;
  /** 500 as SOAP 1.1 section 6.2 asks, unless HTTP itself has a better word (413, 415). */
  readonly httpStatus: number;

  constructor(message: string, options: { faultCode?: SoapFaultCode; httpStatus?: number } = {}) {
    super(message);
    this.faultCode = options.faultCode ?? 'Client';
    this.httpStatus = options.httpStatus ?? 500;
  }
}
