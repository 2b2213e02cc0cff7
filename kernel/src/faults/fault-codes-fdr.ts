import type { FaultCodeEntry } from './fault-code-entry.ts';

const fdr = <Symbol extends string, Status extends number>(symbol: Symbol, httpStatus: Status, faultString: string) =>
  ({ family: 'FDR', symbol, httpStatus, faultString }) as const;

/** Errors of the reporting service. Source: Domain facts, Reporting §1.5; symbols: the reporting contract. */
export const FDR_FAULTS = {
  FDR_0500: fdr('ERROR', 500, 'Errore interno del servizio.'),
  FDR_1000: fdr('BAD_REQUEST', 400, 'La richiesta non è valida.'),
  FDR_1001: fdr('BAD_REQUEST_INPUT_JSON', 400, 'Un campo della richiesta ha un valore non ammesso.'),
  FDR_1002: fdr(
    'BAD_REQUEST_INPUT_JSON_INSTANT',
    400,
    'Un campo della richiesta non è una data e ora ISO 8601 (esempio: 2026-03-02T09:00:00Z).',
  ),
  FDR_1003: fdr('BAD_REQUEST_INPUT_JSON_ENUM', 400, "Un campo della richiesta non è tra i valori dell'elenco previsto."),
  FDR_1004: fdr('BAD_REQUEST_INPUT_JSON_DESERIALIZE_ERROR', 400, 'Un campo della richiesta non è del tipo previsto.'),
  FDR_1005: fdr('BAD_REQUEST_INPUT_JSON_NON_VALID_FORMAT', 400, 'Il corpo della richiesta non è JSON valido.'),
  FDR_2000: fdr('PSP_UNKNOWN', 400, 'Il PSP non è censito.'),
  FDR_2001: fdr('PSP_NOT_ENABLED', 400, 'Il PSP è censito ma disabilitato.'),
  FDR_2002: fdr('BROKER_UNKNOWN', 400, "L'intermediario del PSP non è censito."),
  FDR_2003: fdr('BROKER_NOT_ENABLED', 400, "L'intermediario del PSP è censito ma disabilitato."),
  FDR_2004: fdr('CHANNEL_UNKNOWN', 400, 'Il canale non è censito.'),
  FDR_2005: fdr('CHANNEL_NOT_ENABLED', 400, 'Il canale è censito ma disabilitato.'),
  FDR_2006: fdr('CHANNEL_BROKER_WRONG_CONFIG', 400, "Il canale non appartiene all'intermediario indicato."),
  FDR_2007: fdr('CHANNEL_PSP_WRONG_CONFIG', 400, 'Il canale non è associato al PSP indicato.'),
  FDR_2008: fdr('EC_UNKNOWN', 400, "L'ente creditore non è censito."),
  FDR_2009: fdr('EC_NOT_ENABLED', 400, "L'ente creditore è censito ma disabilitato."),
  FDR_3001: fdr('REPORTING_FLOW_NOT_FOUND', 404, 'Il flusso di rendicontazione non esiste.'),
  FDR_3002: fdr(
    'REPORTING_FLOW_ALREADY_EXIST',
    400,
    "Esiste già una bozza del flusso: va pubblicata o eliminata prima di crearne un'altra.",
  ),
  FDR_3003: fdr('REPORTING_FLOW_WRONG_ACTION', 400, "L'azione non è ammessa nello stato attuale del flusso."),
  FDR_3004: fdr('REPORTING_FLOW_PSP_ID_NOT_MATCH', 400, "Il PSP nel corpo della richiesta non è quello dell'indirizzo."),
  FDR_3005: fdr('REPORTING_FLOW_PAYMENT_SAME_INDEX_IN_SAME_REQUEST', 400, 'La richiesta contiene due volte lo stesso indice di pagamento.'),
  FDR_3006: fdr('REPORTING_FLOW_PAYMENT_DUPLICATE_INDEX', 400, 'Un indice di pagamento è già presente nel flusso.'),
  FDR_3007: fdr('REPORTING_FLOW_PAYMENT_NO_MATCH_INDEX', 400, 'Un indice di pagamento non è presente nel flusso.'),
  FDR_3008: fdr('REPORTING_FLOW_NAME_DATE_WRONG_FORMAT', 400, 'Il nome del flusso deve iniziare con una data AAAA-MM-GG.'),
  FDR_3009: fdr(
    'REPORTING_FLOW_NAME_PSP_WRONG_FORMAT',
    400,
    'Nel nome del flusso, alla data devono seguire il codice del PSP e un trattino.',
  ),
  FDR_3010: fdr('REPORTING_FLOW_NAME_NOT_MATCH', 400, "Il nome del flusso nel corpo della richiesta non è quello dell'indirizzo."),
  FDR_3011: fdr(
    'REPORTING_FLOW_DATE_NOT_AFTER_PREVIOUS',
    400,
    "La data del flusso deve essere successiva a quella dell'ultima revisione pubblicata.",
  ),
  FDR_4001: fdr('REPORTING_FLOW_WRONG_TOT_PAYMENT', 400, 'Il numero di pagamenti dichiarato non è quello dei pagamenti caricati.'),
  FDR_4002: fdr('REPORTING_FLOW_WRONG_SUM_PAYMENT', 400, "L'importo totale dichiarato non è la somma dei pagamenti caricati."),
} as const satisfies Record<string, FaultCodeEntry>;
