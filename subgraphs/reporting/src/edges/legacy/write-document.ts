/** Writes the XML document of a flow, a page of its lines at a time, so that a flow of any size takes no more memory than a page. */
import { euroCents } from '@nodo-aperto/kernel/money';
import { writeDocument, writeXml } from '@nodo-aperto/kernel/soap';
import { fromDate, toLocalDate } from '@nodo-aperto/kernel/time';
import type { FlowLine, SenderType } from '../../domain/flow.ts';
import { OUTCOME_CODES } from '../../domain/legacy/outcome-codes.ts';
import type { FlowRow } from '../../persistence/tables.ts';
import { documentHeader, type DocumentHeader, documentPayments, type DocumentPayment, PAYMENT_ELEMENT } from './flow-document.ts';

const SENDER_KINDS: Readonly<Record<SenderType, 'G' | 'A' | 'B'>> = { LEGAL_PERSON: 'G', ABI_CODE: 'A', BIC_CODE: 'B' };

function headerOf(flow: FlowRow): DocumentHeader {
  return {
    versioneOggetto: '1.0',
    identificativoFlusso: flow.name,
    dataOraFlusso: fromDate(flow.flowDate),
    identificativoUnivocoRegolamento: flow.regulation,
    dataRegolamento: flow.regulationDate,
    istitutoMittente: {
      identificativoUnivocoMittente: {
        tipoIdentificativoUnivoco: SENDER_KINDS[flow.senderType],
        codiceIdentificativoUnivoco: flow.senderId,
      },
      denominazioneMittente: flow.pspName,
    },
    ...(flow.bicCodePouringBank !== null && { codiceBicBancaDiRiversamento: flow.bicCodePouringBank }),
    istitutoRicevente: {
      identificativoUnivocoRicevente: { tipoIdentificativoUnivoco: 'G', codiceIdentificativoUnivoco: flow.receiverId },
      denominazioneRicevente: flow.organizationName,
    },
    numeroTotalePagamenti: flow.declaredPayments,
    importoTotalePagamenti: euroCents(flow.declaredAmount),
  };
}

function paymentOf(line: FlowLine): DocumentPayment {
  return {
    identificativoUnivocoVersamento: line.iuv,
    identificativoUnivocoRiscossione: line.iur,
    indiceDatiSingoloPagamento: line.idTransfer,
    singoloImportoPagato: euroCents(line.amount),
    codiceEsitoSingoloPagamento: OUTCOME_CODES[line.outcome],
    dataEsitoSingoloPagamento: toLocalDate(line.payDate),
  };
}

/** The document in pieces. @param pages the lines of the flow, in order, up to a thousand each */
export async function* flowDocument(flow: FlowRow, pages: AsyncIterable<readonly FlowLine[]>): AsyncGenerator<string> {
  const whole = writeDocument(documentHeader.write(headerOf(flow)));
  const end = whole.lastIndexOf('</');
  yield whole.slice(0, end);
  for await (const lines of pages) {
    // Written in an element of the same name, whose tags are then left out: names and prefixes are those of the document.
    const element = writeXml(documentPayments.write({ [PAYMENT_ELEMENT]: lines.map(paymentOf) }));
    yield element.slice(element.indexOf('>') + 1, element.lastIndexOf('</'));
  }
  yield whole.slice(end);
}

/** Text in pieces as base64 in pieces. */
export async function* asBase64(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, Buffer.from(piece, 'utf8')]);
    // Three bytes are four characters: what is over waits for the next piece.
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield rest.toString('base64');
}
