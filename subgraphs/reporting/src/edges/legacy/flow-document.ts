/** The XML document of a flow, in the words of xsd-common/FlussoRiversamento_1_0_4.xsd. Source: Domain facts, Reporting §1.6. */
import {
  amount,
  instant,
  integer,
  localDate,
  message,
  type MessageReading,
  oneOf,
  optional,
  pattern,
  required,
  repeated,
  sequence,
  text,
  type ValueOf,
  type XmlElement,
} from '@nodo-aperto/kernel/soap';
import { LARGEST_NUMBER } from '../../domain/check-request.ts';

export const DOCUMENT_NAMESPACE = 'http://www.digitpa.gov.it/schemas/2011/Pagamenti/';
const PREFIX = 'pay_i';
const DOCUMENT_ELEMENT = 'FlussoRiversamento';
export const PAYMENT_ELEMENT = 'datiSingoliPagamenti';

const text35 = text(1, 35);

const identifierOf = <const Kinds extends readonly string[]>(...kinds: Kinds) =>
  sequence(required('tipoIdentificativoUnivoco', oneOf(...kinds)), required('codiceIdentificativoUnivoco', text35));

const headerParts = [
  required('versioneOggetto', oneOf('1.0', '1.1')),
  required('identificativoFlusso', pattern(/[a-zA-Z0-9\-_]{1,35}/, '1 to 35 letters, digits, dashes and underscores')),
  required('dataOraFlusso', instant),
  required('identificativoUnivocoRegolamento', text35),
  required('dataRegolamento', localDate),
  required(
    'istitutoMittente',
    sequence(required('identificativoUnivocoMittente', identifierOf('G', 'A', 'B')), optional('denominazioneMittente', text(3, 70))),
  ),
  optional('codiceBicBancaDiRiversamento', text35),
  required(
    'istitutoRicevente',
    sequence(required('identificativoUnivocoRicevente', identifierOf('G')), optional('denominazioneRicevente', text(1, 140))),
  ),
  required('numeroTotalePagamenti', integer(1, LARGEST_NUMBER)),
  required('importoTotalePagamenti', amount(1)),
] as const;

/** Codes 4 and 8, of Stand-In, were added to the schema's 0, 3 and 9 by the specifications of 2023 and 2024. */
const payment = sequence(
  required('identificativoUnivocoVersamento', text35),
  required('identificativoUnivocoRiscossione', text35),
  optional('indiceDatiSingoloPagamento', integer(1, 5)),
  required('singoloImportoPagato', amount(1)),
  required('codiceEsitoSingoloPagamento', oneOf('0', '3', '4', '8', '9')),
  required('dataEsitoSingoloPagamento', localDate),
);

const qualified = { namespace: DOCUMENT_NAMESPACE, prefix: PREFIX, qualified: true } as const;
const header = sequence(...headerParts);
/** A document without its payments, which are read and written one by one. */
export const documentHeader = message<DocumentHeader>({ ...qualified, element: DOCUMENT_ELEMENT, type: header });
const onePayment = message<DocumentPayment>({ ...qualified, element: PAYMENT_ELEMENT, type: payment });
const MOST_WRITTEN = 1_000;
/** Payments in an element of the document's name, up to a thousand. */
export const documentPayments = message<{ [PAYMENT_ELEMENT]: readonly DocumentPayment[] }>({
  ...qualified,
  element: DOCUMENT_ELEMENT,
  type: sequence(repeated(PAYMENT_ELEMENT, payment, { minimum: 1, maximum: MOST_WRITTEN })),
});

export type DocumentHeader = ValueOf<typeof header>;
export type DocumentPayment = ValueOf<typeof payment>;

export function readPayment(element: XmlElement): MessageReading<DocumentPayment> {
  return onePayment.read(element);
}
