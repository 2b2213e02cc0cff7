import { Fault, InputError } from '@nodo-aperto/kernel/faults';
import { SECOND } from '@nodo-aperto/kernel/time';

/** A flow's name and date (epoch milliseconds), as the envelope or the document inside it says. */
export interface NamedFlow {
  name: string;
  flowDate: number;
}

/**
 * The envelope of a flow and the document in it name the same flow and, to the second, the same date. Source: Domain facts, Reporting §1.6.
 * @throws Fault PPT_SEMANTICA
 */
export function checkSameFlow(envelope: NamedFlow, document: NamedFlow): void {
  if (envelope.name !== document.name) {
    throw new Fault('PPT_SEMANTICA', { description: 'identificativoFlusso of the envelope is not the one of the document.' });
  }
  const [outer, inner] = [envelope, document].map(({ flowDate }) => Math.floor(flowDate / SECOND));
  if (outer !== inner) throw new Fault('PPT_SEMANTICA', { description: 'dataOraFlusso of the envelope is not the one of the document.' });
}

/**
 * The rules of flows are the same however they come; over the legacy primitives what breaks one is PPT_SEMANTICA, with the rule's own sentence.
 * The official service does not compare totals there; here a flow that does not balance is refused on every way in. Source: Domain facts,
 * Reporting §1.6.
 * @param error what a rule threw; anything else but its refusal is given back as it is
 */
export function legacyFaultOf(error: unknown): unknown {
  if (error instanceof InputError) return new Fault('PPT_SEMANTICA', { description: error.message });
  if (!(error instanceof Fault) || !error.code.startsWith('FDR_')) return error;
  return new Fault('PPT_SEMANTICA', { description: error.description ?? error.faultString });
}
