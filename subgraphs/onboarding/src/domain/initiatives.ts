/**
 * The roadmap of initiatives, as the circolare's tables state them. The tables came without headings: which one belongs to which initiative
 * was told from the text, so every entry says how sure that is. Source: domain facts, Onboarding section 6 (tables T1 to T8, Back Office).
 */

export const INITIATIVE_TYPES = ['MANDATORY', 'OPTIONAL'] as const;
export type InitiativeType = (typeof INITIATIVE_TYPES)[number];
/** EC: creditors; PSP; PT: technology partners. */
export const INITIATIVE_SUBJECTS = ['EC', 'PSP', 'PT'] as const;
export type InitiativeSubject = (typeof INITIATIVE_SUBJECTS)[number];
export const INITIATIVE_OBJECTIVES = ['QUALITY', 'NEW_FUNCTIONS', 'SECURITY'] as const;
export type InitiativeObjective = (typeof INITIATIVE_OBJECTIVES)[number];
export const CONFIDENCES = ['HIGH', 'MEDIUM', 'LOW'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export interface Initiative {
  /** Stable name. */
  readonly id: string;
  readonly name: string;
  readonly type: InitiativeType;
  /** Who has something to do; empty when only the platform's operator has. */
  readonly subjects: readonly InitiativeSubject[];
  readonly objective?: InitiativeObjective;
  /** When it came into the roadmap, e.g. "2022-Q2". */
  readonly roadmapQuarter?: string;
  /** The specification that describes it, in the words of the table. */
  readonly specification?: string;
  /** Quarters in which it could be tested, went into production, and became an obligation; absent: not defined or not applicable. */
  readonly testQuarter?: string;
  readonly productionQuarter?: string;
  readonly obligationQuarter?: string;
  /** Where the facts are stated. */
  readonly source: string;
  /** How sure it is that the facts belong to this initiative. */
  readonly confidence: Confidence;
  /** What is uncertain or contradictory about it. */
  readonly note?: string;
}

const table = (number: number): string => `circolare, table ${number} of 8`;

export const INITIATIVES: readonly Initiative[] = [
  {
    id: 'ACA',
    name: 'Archivio Centralizzato Avvisi',
    type: 'MANDATORY',
    subjects: ['EC'],
    objective: 'NEW_FUNCTIONS',
    roadmapQuarter: '2022-Q2',
    specification: 'SANP 3.4.0 (2023-Q1)',
    testQuarter: '2023-Q3',
    productionQuarter: '2023-Q3',
    obligationQuarter: '2024-Q1',
    source: table(1),
    confidence: 'HIGH',
    note: 'Mandatory for creditors integrated synchronously; subjects other than public administrations may choose.',
  },
  {
    id: 'STAND_IN',
    name: 'Stand In',
    type: 'MANDATORY',
    subjects: ['PSP', 'EC'],
    objective: 'QUALITY',
    roadmapQuarter: '2022-Q2',
    specification: 'SANP 3.6.0 (2023-Q4)',
    testQuarter: '2023-Q4',
    productionQuarter: '2023-Q4',
    obligationQuarter: '2024-Q1',
    source: table(2),
    confidence: 'HIGH',
  },
  {
    id: 'PULL_PAYMENTS',
    name: 'Pagamenti pull',
    type: 'MANDATORY',
    subjects: ['PSP', 'EC'],
    objective: 'NEW_FUNCTIONS',
    roadmapQuarter: '2022-Q2',
    testQuarter: '2024-Q2',
    source: table(3),
    confidence: 'HIGH',
    note: 'Specification and production date are being defined; no date of obligation.',
  },
  {
    id: 'RECEIPT_PRINTING',
    name: 'Stampa ricevute',
    type: 'OPTIONAL',
    subjects: [],
    objective: 'NEW_FUNCTIONS',
    roadmapQuarter: '2022-Q2',
    testQuarter: '2023-Q3',
    productionQuarter: '2023-Q4',
    source: table(4),
    confidence: 'HIGH',
    note: 'Only the platform has something to do.',
  },
  {
    id: 'NOTICE_PRINTING',
    name: 'Stampa avvisi',
    type: 'OPTIONAL',
    subjects: ['EC'],
    objective: 'NEW_FUNCTIONS',
    roadmapQuarter: '2022-Q2',
    testQuarter: '2024-Q2',
    source: table(5),
    confidence: 'HIGH',
    note: 'Specification and production date are being defined.',
  },
  {
    id: 'PAYMENT_OPTIONS',
    name: 'Opzioni di pagamento',
    type: 'MANDATORY',
    subjects: ['PSP', 'EC'],
    objective: 'QUALITY',
    roadmapQuarter: '2022-Q4',
    testQuarter: '2024-Q3',
    source: table(6),
    confidence: 'MEDIUM',
    note: 'The table says mandatory, the text says that adhesion is optional.',
  },
  {
    id: 'REPORTING_FLOWS',
    name: 'Flussi di Rendicontazione',
    type: 'MANDATORY',
    subjects: ['PSP', 'EC'],
    objective: 'QUALITY',
    roadmapQuarter: '2023-Q1',
    specification: 'SANP 3.5.0 (2023-Q2)',
    testQuarter: '2023-Q4',
    productionQuarter: '2023-Q4',
    obligationQuarter: '2024-Q1',
    source: table(7),
    confidence: 'HIGH',
    note: 'The old primitives go on beside the new ones until 2025-Q1.',
  },
  {
    id: 'UNATTRIBUTED_PSP',
    name: 'Unattributed PSP initiative',
    type: 'MANDATORY',
    subjects: ['PSP'],
    objective: 'QUALITY',
    roadmapQuarter: '2022-Q3',
    specification: 'SANP 3.4.0 (2023-Q1)',
    testQuarter: '2023-Q2',
    productionQuarter: '2023-Q3',
    obligationQuarter: '2023-Q4',
    source: table(8),
    confidence: 'LOW',
    note: 'Probably Quality Improvement; the new QR code and the Back Office are possible too.',
  },
  {
    id: 'BACK_OFFICE',
    name: 'Back Office',
    type: 'MANDATORY',
    subjects: ['EC', 'PSP', 'PT'],
    source: 'circolare, chapter Back Office (no table)',
    confidence: 'HIGH',
    note: 'Needs no technical adaptation. The old tools were used until December 2023.',
  },
];

/** The initiatives that concern a kind of party; all of them when none is given. */
export function initiativesFor(subject: InitiativeSubject | undefined): readonly Initiative[] {
  return subject === undefined ? INITIATIVES : INITIATIVES.filter(({ subjects }) => subjects.includes(subject));
}
