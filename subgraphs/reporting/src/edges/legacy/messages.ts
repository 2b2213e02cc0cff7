/** The legacy primitives of reporting. Contracts: wsdl/xsd/nodoPerPsp.xsd, wsdl/xsd/nodeForPa.xsd. */
import {
  anyText,
  base64,
  instant,
  integer,
  message,
  oneOf,
  type Operation,
  optional,
  repeated,
  required,
  sequence,
  simpleType,
  text,
  type ValueOf,
} from '@nodo-aperto/kernel/soap';

/** The namespace of the older messages of the node. */
const LEGACY_NAMESPACE = 'http://ws.pagamenti.telematici.gov/';
const PREFIX = 'ppt';

/** The element that holds a flow as base64. */
export const FLOW_ELEMENT = { name: 'xmlRendicontazione', namespace: '' } as const;

const text35 = text(1, 35);
const password = text(8, 15);
/** Read elsewhere as it arrives: nothing is left of it here. */
const readElsewhere = simpleType<''>({
  expected: 'base64',
  collapses: true,
  read: (value) => (value === '' ? '' : undefined),
  write: () => '',
});

const faultBean = sequence(
  required('faultCode', anyText),
  required('faultString', anyText),
  required('id', anyText),
  optional('description', anyText),
);

const of = <Value>(element: string, type: Parameters<typeof message<Value>>[0]['type']) =>
  message<Value>({ namespace: LEGACY_NAMESPACE, prefix: PREFIX, element, type });

const sendRequest = sequence(
  required('identificativoPSP', text35),
  required('identificativoIntermediarioPSP', text35),
  required('identificativoCanale', text35),
  required('password', password),
  required('identificativoDominio', text35),
  required('identificativoFlusso', anyText),
  required('dataOraFlusso', instant),
  required(FLOW_ELEMENT.name, readElsewhere),
);
const sendResponse = sequence(optional('fault', faultBean), required('esito', oneOf('OK', 'KO')));
export type SendFlowRequest = ValueOf<typeof sendRequest>;
export type SendFlowResponse = ValueOf<typeof sendResponse>;

/** How a PSP sends a flow. */
export const nodoInviaFlussoRendicontazione: Operation<SendFlowRequest, SendFlowResponse> = {
  name: 'nodoInviaFlussoRendicontazione',
  request: of('nodoInviaFlussoRendicontazione', sendRequest),
  response: of('nodoInviaFlussoRendicontazioneRisposta', sendResponse),
};

const stationParts = [
  required('identificativoIntermediarioPA', text35),
  required('identificativoStazioneIntermediarioPA', text35),
  required('password', password),
  optional('identificativoDominio', text35),
  optional('identificativoPSP', text35),
] as const;

/** The most flows that one answer lists. */
export const MOST_LISTED = 10_000;
const listRequest = sequence(...stationParts);
const listResponse = sequence(
  optional('fault', faultBean),
  optional(
    'elencoFlussiRendicontazione',
    sequence(
      required('totRestituiti', integer(0, MOST_LISTED)),
      repeated('idRendicontazione', sequence(required('identificativoFlusso', anyText), required('dataOraFlusso', instant)), {
        minimum: 0,
        maximum: MOST_LISTED,
      }),
    ),
  ),
);
export type ListFlowsRequest = ValueOf<typeof listRequest>;
export type ListFlowsResponse = ValueOf<typeof listResponse>;

/** How a creditor's station lists flows. */
export const nodoChiediElencoFlussiRendicontazione: Operation<ListFlowsRequest, ListFlowsResponse> = {
  name: 'nodoChiediElencoFlussiRendicontazione',
  request: of('nodoChiediElencoFlussiRendicontazione', listRequest),
  response: of('nodoChiediElencoFlussiRendicontazioneRisposta', listResponse),
};

const getRequest = sequence(...stationParts, required('identificativoFlusso', anyText));
const getResponse = sequence(optional('fault', faultBean), optional(FLOW_ELEMENT.name, base64()));
export type GetFlowRequest = ValueOf<typeof getRequest>;
export type GetFlowResponse = ValueOf<typeof getResponse>;

/** How a creditor's station fetches a flow. */
export const nodoChiediFlussoRendicontazione: Operation<GetFlowRequest, GetFlowResponse> = {
  name: 'nodoChiediFlussoRendicontazione',
  request: of('nodoChiediFlussoRendicontazione', getRequest),
  response: of('nodoChiediFlussoRendicontazioneRisposta', getResponse),
};
