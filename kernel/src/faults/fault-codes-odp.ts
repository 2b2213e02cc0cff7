import type { FaultCodeEntry } from './fault-code-entry.ts';

const odp = <Symbol extends string, Status extends number>(symbol: Symbol, httpStatus: Status, faultString: string) =>
  ({ family: 'ODP', symbol, httpStatus, faultString }) as const;

/**
 * Errors of the payment options service (ODP-0xx) and of the creditors that answer it (ODP-1xx, each standing for one PAA code).
 * ODP-014 is not assigned. Source: Domain facts, Payments §5.3.
 */
export const ODP_FAULTS = {
  ODP_001: odp('ODP_SINTASSI', 400, 'La richiesta non è scritta correttamente.'),
  ODP_002: odp('ODP_PSP_SCONOSCIUTO', 404, 'Il PSP non è censito.'),
  ODP_003: odp('ODP_PSP_DISABILITATO', 400, 'Il PSP è censito ma disabilitato.'),
  ODP_004: odp('ODP_INTERMEDIARIO_PSP_SCONOSCIUTO', 404, "L'intermediario del PSP non è censito."),
  ODP_005: odp('ODP_INTERMEDIARIO_PSP_DISABILITATO', 400, "L'intermediario del PSP è censito ma disabilitato."),
  ODP_006: odp('ODP_AUTENTICAZIONE', 401, 'Credenziali assenti o non valide.'),
  ODP_007: odp('ODP_AUTORIZZAZIONE', 403, 'Il richiedente non è autorizzato a questa operazione.'),
  ODP_008: odp('ODP_SEMANTICA', 400, 'I dati della richiesta sono in contraddizione tra loro.'),
  ODP_009: odp('ODP_STAZIONE_INT_PA_SCONOSCIUTA', 404, "Nessuna stazione dell'ente creditore serve il numero di avviso."),
  ODP_010: odp('ODP_STAZIONE_INT_PA_DISABILITATA', 400, "La stazione dell'ente creditore è disabilitata."),
  ODP_011: odp('ODP_STAZIONE_INT_PA_IRRAGGIUNGIBILE', 503, "La stazione dell'ente creditore non è raggiungibile."),
  ODP_012: odp('ODP_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', 400, "La stazione dell'ente creditore risponde, ma il servizio non è attivo."),
  ODP_013: odp('ODP_STAZIONE_INT_PA_TIMEOUT', 500, "La stazione dell'ente creditore non ha risposto entro il tempo previsto."),
  ODP_015: odp('ODP_STAZIONE_INT_PA_ERRORE_RESPONSE', 400, "La risposta della stazione dell'ente creditore non è valida."),
  ODP_016: odp('ODP_PSP_NAV_NOT_NMU', 400, 'Le opzioni di pagamento esistono solo per numeri di avviso che iniziano con 3.'),
  ODP_017: odp(
    'ODP_STAZIONE_INT_VERIFICA_ODP_DISABILITATA',
    400,
    "La stazione dell'ente creditore non offre le opzioni di pagamento: usare la verifica dell'avviso.",
  ),
  ODP_018: odp('ODP_SYSTEM_ERROR', 500, 'Errore interno del servizio.'),
  ODP_019: odp('ODP_INTERMEDIARIO_PA_DISABILITATO', 400, "L'intermediario dell'ente creditore è censito ma disabilitato."),
  ODP_020: odp('ODP_INTERMEDIARIO_PA_SCONOSCIUTO', 404, "L'intermediario dell'ente creditore non è censito."),
  ODP_021: odp('ODP_DOMINIO_DISABILITATO', 400, "L'ente creditore è censito ma disabilitato."),
  ODP_022: odp('ODP_DOMINIO_SCONOSCIUTO', 404, "L'ente creditore non è censito."),
  ODP_023: odp('ODP_ERRORE_EMESSO_DA_PAA', 502, "L'ente creditore ha risposto con un errore."),
  ODP_101: odp('PAA_SINTASSI', 400, "La richiesta non rispetta il formato atteso dall'ente creditore."),
  ODP_102: odp('PAA_SEMANTICA', 422, "I dati ricevuti dall'ente creditore sono in contraddizione tra loro."),
  ODP_103: odp('PAA_SYSTEM_ERROR', 500, "Errore interno dell'ente creditore."),
  ODP_104: odp('PAA_ID_DOMINIO_ERRATO', 400, "La stazione non riconosce l'ente creditore indicato."),
  ODP_105: odp('PAA_ID_INTERMEDIARIO_ERRATO', 400, "La stazione non riconosce l'intermediario indicato."),
  ODP_106: odp('PAA_STAZIONE_INT_ERRATA', 400, 'La stazione indicata non è quella che ha ricevuto la richiesta.'),
  ODP_107: odp('PAA_PAGAMENTO_SCONOSCIUTO', 404, "La posizione debitoria non è presente negli archivi dell'ente creditore."),
  ODP_108: odp('PAA_PAGAMENTO_DUPLICATO', 409, "La posizione debitoria risulta già pagata presso l'ente creditore."),
  ODP_109: odp('PAA_PAGAMENTO_IN_CORSO', 409, 'La posizione debitoria è già in pagamento.'),
  ODP_110: odp('PAA_PAGAMENTO_SCADUTO', 422, 'La posizione debitoria è scaduta e non è più pagabile.'),
  ODP_111: odp('PAA_PAGAMENTO_ANNULLATO', 422, "La posizione debitoria è stata annullata dall'ente creditore."),
} as const satisfies Record<string, FaultCodeEntry>;
