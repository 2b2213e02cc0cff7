/** What the demo's parties are like. Weights follow the payee mix of Domain facts, Payments §7.3; amounts are log-normal. */

/** Something a creditor asks money for. */
export interface Tariff {
  readonly description: string;
  /** Code of the taxonomy. */
  readonly category: string;
  /** Euro cents. */
  readonly median: number;
  /** Spread of the amounts; 0 is always the median. */
  readonly sigma: number;
}

export interface CreditorProfile {
  readonly name: string;
  readonly weight: number;
  readonly primitiveVersion: 1 | 2;
  readonly segregationCode: string;
  readonly throughPartner: boolean;
  readonly accounts: number;
  readonly standIn: boolean;
  readonly cbill: string;
  readonly tariffs: readonly Tariff[];
  /** A service of the catalogue for which it makes notices on request; codes of five characters. */
  readonly service?: { readonly code: string; readonly service: string; readonly name: string };
}

/** A payment service provider and its customers' habits. */
export interface PspProfile {
  readonly code: string;
  readonly name: string;
  /** Its part of all payments, against the others' weights. */
  readonly weight: number;
  readonly paymentMethod: 'cash' | 'creditCard' | 'bancomat' | 'other';
  readonly paymentChannel: 'frontOffice' | 'atm' | 'onLine' | 'app' | 'other';
  /** Euro cents. */
  readonly fee: number;
}

/** The broker that runs the stations of those who have none of their own. */
export const PARTNER_NAME = 'Servizi Digitali delle Valli S.r.l.';

const usual = { primitiveVersion: 2, throughPartner: false, accounts: 1, standIn: true } as const;

export const CREDITOR_PROFILES: readonly CreditorProfile[] = [
  {
    ...usual,
    name: 'Comune di Valdombra',
    weight: 8,
    segregationCode: '01',
    throughPartner: true,
    accounts: 2,
    cbill: 'VDMBR',
    tariffs: [
      { description: 'TARI, rata unica', category: '9/0101108TS/', median: 18_500, sigma: 0.5 },
      { description: 'Mensa scolastica', category: '9/0201102IM/', median: 4_800, sigma: 0.4 },
    ],
  },
  {
    ...usual,
    name: 'Comune di Borgo Sereno',
    weight: 7,
    segregationCode: '02',
    throughPartner: true,
    cbill: 'BGSRN',
    tariffs: [
      { description: 'Canone unico patrimoniale', category: '9/0101108TS/', median: 9_500, sigma: 0.7 },
      { description: 'Illuminazione votiva', category: '9/0201102IM/', median: 1_900, sigma: 0.2 },
    ],
  },
  {
    ...usual,
    name: 'Comune di Pietraluna',
    weight: 4,
    segregationCode: '03',
    // Notification costs depend on the day of payment: such notices stay out of Stand-In (Domain facts, Payments §3.8).
    standIn: false,
    cbill: 'PTRLN',
    tariffs: [{ description: 'Violazione del codice della strada', category: '9/0101100AP/', median: 5_800, sigma: 0.6 }],
  },
  {
    ...usual,
    name: 'Acquedotto Alpi Azzurre S.p.A.',
    weight: 18,
    segregationCode: '04',
    cbill: 'ACQAA',
    tariffs: [{ description: 'Servizio idrico, bolletta bimestrale', category: '9/0301109AP/', median: 7_200, sigma: 0.6 }],
  },
  {
    ...usual,
    name: 'Energia del Crinale S.p.A.',
    weight: 14,
    segregationCode: '05',
    accounts: 2,
    cbill: 'ENCRN',
    tariffs: [{ description: 'Fornitura di energia, bolletta mensile', category: '9/0301109AP/', median: 8_900, sigma: 0.7 }],
  },
  {
    ...usual,
    name: 'Istituto Comprensivo Teresa Valnera',
    weight: 5,
    primitiveVersion: 1,
    segregationCode: '06',
    throughPartner: true,
    cbill: 'ICTVL',
    tariffs: [
      { description: "Viaggio d'istruzione", category: '9/0201102IM/', median: 6_500, sigma: 0.8 },
      { description: 'Contributo volontario', category: '9/0201102IM/', median: 3_000, sigma: 0.3 },
    ],
  },
  {
    ...usual,
    name: 'Azienda Sanitaria delle Valli Riunite',
    weight: 3,
    segregationCode: '07',
    cbill: 'ASVRT',
    tariffs: [{ description: 'Ticket per visita specialistica', category: '9/0201131TS/', median: 3_600, sigma: 0.4 }],
  },
  {
    ...usual,
    name: 'Agenzia Nazionale Registri Veicoli',
    weight: 41,
    segregationCode: '08',
    accounts: 3,
    cbill: 'ANRVC',
    tariffs: [
      { description: 'Tassa automobilistica', category: '9/0101101IM/', median: 17_900, sigma: 0.4 },
      { description: 'Diritti di segreteria', category: '9/0201102IM/', median: 1_620, sigma: 0 },
    ],
    service: { code: 'ANRV1', service: '00005', name: 'Tassa automobilistica' },
  },
];

export const PSP_PROFILES: readonly PspProfile[] = [
  { code: 'ABI99991', name: 'Banca Lagunare', weight: 5, paymentMethod: 'creditCard', paymentChannel: 'onLine', fee: 150 },
  { code: 'ABI99992', name: 'Cassa Rurale Montechiaro', weight: 2, paymentMethod: 'cash', paymentChannel: 'frontOffice', fee: 200 },
  { code: 'PAGAORA1', name: 'PagaOra Istituto di Pagamento', weight: 4, paymentMethod: 'other', paymentChannel: 'app', fee: 80 },
];
