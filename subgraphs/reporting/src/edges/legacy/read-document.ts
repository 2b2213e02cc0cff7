/** Reads the XML document of a flow as it arrives. */
import { Fault } from '@nodo-aperto/kernel/faults';
import { type MessageIssue, sentenceOf, SoapClientError, type XmlElement } from '@nodo-aperto/kernel/soap';
import { startOfLocalDay } from '@nodo-aperto/kernel/time';
import type { FlowLine, FlowRequest, SenderType } from '../../domain/flow.ts';
import { outcomeOfCode } from '../../domain/legacy/outcome-codes.ts';
import {
  DOCUMENT_NAMESPACE,
  documentHeader,
  type DocumentHeader,
  type DocumentPayment,
  PAYMENT_ELEMENT,
  readPayment,
} from './flow-document.ts';
import { Base64Stream, TextStream } from './text-stream.ts';
import { XmlStream } from './xml-stream.ts';

/** Four levels of elements in the schema; the other bounds follow from the size of the message. */
const MAXIMUM_DEPTH = 8;
const MOST_ELEMENTS = 3_000_000;

const SENDER_TYPES: Readonly<Record<'G' | 'A' | 'B', SenderType>> = { G: 'LEGAL_PERSON', A: 'ABI_CODE', B: 'BIC_CODE' };

/** A flow out of its document. What the envelope or the directory say is not in it. */
export interface ReadDocument {
  header: DocumentHeader;
  lines: FlowLine[];
}

/** Reads one document, given as base64 in pieces. */
export class DocumentReader {
  readonly #bytes = new Base64Stream();
  readonly #text = new TextStream();
  readonly #lines: FlowLine[] = [];
  #notBase64 = false;
  #fault: Fault | undefined;
  readonly #xml = new XmlStream({
    maxElements: MOST_ELEMENTS,
    maxDepth: MAXIMUM_DEPTH,
    take: { name: PAYMENT_ELEMENT, namespace: DOCUMENT_NAMESPACE, to: (element) => this.#addLine(element) },
  });

  /** Takes the next piece; what is wrong with it is told at the end. */
  write(base64: string): void {
    if (this.#notBase64 || this.#fault) return;
    const bytes = this.#bytes.write(base64);
    if (!bytes) this.#notBase64 = true;
    else this.#reading(() => this.#xml.write(this.#text.write(bytes)));
  }

  /**
   * The end of the document.
   * @throws Fault PPT_SINTASSI_EXTRAXSD when it was no base64, PPT_SINTASSI_XSD when the XML in it breaks its schema
   */
  close(): ReadDocument {
    if (this.#notBase64 || !this.#bytes.isComplete()) {
      throw new Fault('PPT_SINTASSI_EXTRAXSD', { description: 'xmlRendicontazione: expected base64' });
    }
    const header = this.#reading(() => {
      this.#xml.write(this.#text.end());
      const { root, orderly } = this.#xml.close();
      const reading = documentHeader.read(root);
      if (!reading.ok) throw syntaxFault(reading.issues);
      if (!orderly || this.#lines.length === 0) {
        throw new Fault('PPT_SINTASSI_XSD', { description: `${PAYMENT_ELEMENT}: expected one or more, as the last elements` });
      }
      return reading.value;
    });
    if (this.#fault) throw this.#fault;
    return { header: header as DocumentHeader, lines: this.#lines };
  }

  #addLine(element: XmlElement): void {
    const reading = readPayment(element);
    if (!reading.ok) throw syntaxFault(reading.issues, this.#lines.length + 1);
    this.#lines.push(lineOf(reading.value, this.#lines.length + 1));
  }

  #reading<Result>(work: () => Result): Result | undefined {
    if (this.#fault) return undefined;
    try {
      return work();
    } catch (error) {
      if (error instanceof Fault) this.#fault = error;
      else if (error instanceof SoapClientError) this.#fault = new Fault('PPT_SINTASSI_XSD', { description: error.message });
      else throw error;
      return undefined;
    }
  }
}

function syntaxFault(issues: readonly MessageIssue[], line?: number): Fault {
  const place = line === undefined ? '' : `payment ${line}: `;
  return new Fault('PPT_SINTASSI_XSD', { description: `${place}${sentenceOf(issues)}` });
}

function lineOf(payment: DocumentPayment, index: number): FlowLine {
  return {
    index,
    iuv: payment.identificativoUnivocoVersamento,
    iur: payment.identificativoUnivocoRiscossione,
    idTransfer: payment.indiceDatiSingoloPagamento ?? 1,
    amount: payment.singoloImportoPagato,
    outcome: outcomeOfCode(payment.codiceEsitoSingoloPagamento),
    // The document knows the day only.
    payDate: startOfLocalDay(payment.dataEsitoSingoloPagamento),
  };
}

/** The flow as its PSP would have created it step by step. */
export function requestOf(
  { header, lines: _lines }: ReadDocument,
  sender: { pspCode: string; brokerCode: string; channelCode: string; pspName: string },
  receiver: { creditorFiscalCode: string; name: string },
): FlowRequest {
  const { identificativoUnivocoMittente: from, denominazioneMittente } = header.istitutoMittente;
  const { identificativoUnivocoRicevente: to, denominazioneRicevente } = header.istitutoRicevente;
  const { codiceBicBancaDiRiversamento: bic } = header;
  return {
    name: header.identificativoFlusso,
    flowDate: header.dataOraFlusso,
    sender: {
      type: SENDER_TYPES[from.tipoIdentificativoUnivoco],
      id: from.codiceIdentificativoUnivoco,
      pspCode: sender.pspCode,
      pspName: denominazioneMittente ?? sender.pspName,
      brokerCode: sender.brokerCode,
      channelCode: sender.channelCode,
    },
    receiver: {
      id: to.codiceIdentificativoUnivoco,
      creditorFiscalCode: receiver.creditorFiscalCode,
      organizationName: denominazioneRicevente ?? receiver.name,
    },
    regulation: header.identificativoUnivocoRegolamento,
    regulationDate: header.dataRegolamento,
    ...(bic !== undefined && { bicCodePouringBank: bic }),
    declared: { payments: header.numeroTotalePagamenti, amount: header.importoTotalePagamenti },
  };
}
