import type { FaultCodeEntry } from './fault-code-entry.ts';

const paa = (faultString: string) => ({ family: 'PAA', faultString }) as const;

/** Faults raised by creditors. Source: Domain facts, Payments §2.3; PAA_SINTASSI: the payment options contract. */
export const PAA_FAULTS = {
  PAA_PAGAMENTO_SCONOSCIUTO: paa("La posizione debitoria non è presente negli archivi dell'ente creditore."),
  PAA_PAGAMENTO_DUPLICATO: paa("La posizione debitoria risulta già pagata presso l'ente creditore."),
  PAA_PAGAMENTO_IN_CORSO: paa('La posizione debitoria è già in pagamento.'),
  PAA_PAGAMENTO_SCADUTO: paa('La posizione debitoria è scaduta e non è più pagabile.'),
  PAA_PAGAMENTO_ANNULLATO: paa("La posizione debitoria è stata annullata dall'ente creditore."),
  PAA_ID_DOMINIO_ERRATO: paa("La stazione non riconosce l'ente creditore indicato."),
  PAA_ID_INTERMEDIARIO_ERRATO: paa("La stazione non riconosce l'intermediario indicato."),
  PAA_STAZIONE_INT_ERRATA: paa('La stazione indicata non è quella che ha ricevuto la richiesta.'),
  PAA_RECEIPT_DUPLICATA: paa("L'ente creditore ha già ricevuto la ricevuta."),
  PAA_SINTASSI: paa("La richiesta non rispetta il formato atteso dall'ente creditore."),
  PAA_SINTASSI_XSD: paa("Il documento XML ricevuto dall'ente creditore non rispetta il suo schema."),
  PAA_SINTASSI_EXTRAXSD: paa("Il messaggio ricevuto dall'ente creditore non rispetta lo schema della primitiva."),
  PAA_SEMANTICA: paa("I dati ricevuti dall'ente creditore sono in contraddizione tra loro."),
  PAA_SYSTEM_ERROR: paa("Errore interno dell'ente creditore."),
} as const satisfies Record<string, FaultCodeEntry>;
