/**
 * Every operation that the simulator sends, in one place: the texts never change while it runs, so that the platform can keep them
 * parsed, or accept them as persisted documents.
 */

/** A GraphQL document with one named operation. `Data` and `Variables` are what the simulator uses of it. */
export interface Document<Data, Variables extends object> {
  readonly name: string;
  readonly text: string;
  /** Whether the same call twice has the effect of one: queries, upserts, what has an idempotency key. */
  readonly repeatable: boolean;
  /** Only for the type system. */
  readonly types?: (variables: Variables) => Data;
}

function document<Data, Variables extends object>(name: string, text: string, options: { repeatable: boolean }): Document<Data, Variables> {
  return { name, text: text.trim(), ...options };
}

/** A business KO of the platform. */
export interface PlatformFault {
  readonly code: string;
  readonly description: string | null;
  readonly originalFaultCode: string | null;
}

interface PlatformAnswer {
  readonly outcome: 'OK' | 'KO';
  readonly fault: PlatformFault | null;
}

/** What is wrong with a line of a directory file. */
export interface DirectoryIssue {
  readonly line: number | null;
  readonly path: string;
  readonly message: string;
  readonly expected: string | null;
}

export const importDirectory = document<
  {
    importDirectory: { created: number; updated: number; unchanged: number; issueCount: number; issues: readonly DirectoryIssue[] };
  },
  { file: string }
>(
  'SimulatorImportDirectory',
  `
mutation SimulatorImportDirectory($file: String!) {
  importDirectory(file: $file) { created updated unchanged issueCount issues { line path message expected } }
}`,
  { repeatable: true },
);

/** What a creditor tells ACA of a notice. */
export interface PositionInput {
  readonly creditorFiscalCode: string;
  readonly debtorType: 'F' | 'G';
  readonly debtorFiscalCode: string;
  readonly debtorFullName: string;
  readonly iuv: string;
  readonly noticeNumber: string;
  readonly amount: number;
  readonly description: string;
  /** ISO 8601. */
  readonly expirationDate: string;
  readonly iban?: string;
}

/** An upsert: the key is the creditor with IUV and notice number. */
export const createPosition = document<
  { createPosition: { outcome: string; errors: readonly { code: string; path: string; message: string }[] } },
  { input: PositionInput }
>(
  'SimulatorCreatePosition',
  `
mutation SimulatorCreatePosition($input: CreatePositionInput!) {
  createPosition(input: $input) { outcome errors { code path message } }
}`,
  { repeatable: true },
);

/** A debt that is paid in instalments, each with a notice of its own: one way to pay, all of them due. */
export interface DebtPositionInput {
  readonly iupd: string;
  readonly debtor: { readonly type: 'F' | 'G'; readonly fiscalCode: string; readonly fullName: string };
  readonly options: readonly [
    {
      readonly instalments: readonly {
        readonly iuv: string;
        readonly noticeNumber: string;
        readonly amount: number;
        readonly description: string;
        /** ISO 8601. */
        readonly dueDate: string;
        readonly transfers: readonly [
          {
            readonly idTransfer: number;
            readonly amount: number;
            readonly iban: string;
            readonly remittanceInformation: string;
            readonly transferCategory: string;
          },
        ];
      }[];
    },
  ];
}

/** Under an id of the creditor's: a second call of the same is refused and harms nothing. */
export const createDebtPosition = document<
  { createDebtPosition: { outcome: string; errors: readonly { code: string; path: string; message: string }[] } },
  { creditor: string; input: DebtPositionInput }
>(
  'SimulatorCreateDebtPosition',
  `
mutation SimulatorCreateDebtPosition($creditor: FiscalCode!, $input: DebtPositionInput!) {
  createDebtPosition(creditorFiscalCode: $creditor, input: $input) { outcome errors { code path message } }
}`,
  { repeatable: false },
);

/** How a PSP names itself. */
export interface PspInput {
  readonly idPSP: string;
  readonly idBrokerPSP: string;
  readonly idChannel: string;
}

export interface QrCodeInput {
  readonly fiscalCode: string;
  readonly noticeNumber: string;
}

export const verifyPaymentNotice = document<
  { verifyPaymentNotice: PlatformAnswer & { paymentList: readonly { amount: number }[] | null; standin: boolean | null } },
  { input: PspInput & { qrCode: QrCodeInput } }
>(
  'SimulatorVerify',
  `
mutation SimulatorVerify($input: VerifyPaymentNoticeInput!) {
  verifyPaymentNotice(input: $input) { outcome fault { code description originalFaultCode } paymentList { amount } standin }
}`,
  { repeatable: true },
);

/** Under an idempotency key, hence repeatable. */
export const activatePaymentNotice = document<
  { activatePaymentNoticeV2: PlatformAnswer & { paymentToken: string | null; totalAmount: number | null; standin: boolean | null } },
  { input: PspInput & { qrCode: QrCodeInput; idempotencyKey: string; amount: number } }
>(
  'SimulatorActivate',
  `
mutation SimulatorActivate($input: ActivatePaymentNoticeV2Input!) {
  activatePaymentNoticeV2(input: $input) { outcome fault { code description originalFaultCode } paymentToken totalAmount standin }
}`,
  { repeatable: true },
);

/** How a payment was made. */
export interface OutcomeDetails {
  readonly paymentMethod: 'cash' | 'creditCard' | 'bancomat' | 'other';
  readonly paymentChannel: 'frontOffice' | 'atm' | 'onLine' | 'app' | 'other';
  readonly fee: number;
  readonly payer: {
    readonly uniqueIdentifier: { readonly entityUniqueIdentifierType: 'F' | 'G'; readonly entityUniqueIdentifierValue: string };
    readonly fullName: string;
  };
  readonly applicationDate: string;
  readonly transferDate: string;
}

/** Under an idempotency key, hence repeatable. */
export const sendPaymentOutcome = document<
  { sendPaymentOutcomeV2: PlatformAnswer },
  { input: PspInput & { paymentTokens: readonly string[]; idempotencyKey: string; outcome: 'OK' | 'KO'; details?: OutcomeDetails } }
>(
  'SimulatorOutcome',
  `
mutation SimulatorOutcome($input: SendPaymentOutcomeV2Input!) {
  sendPaymentOutcomeV2(input: $input) { outcome fault { code description originalFaultCode } }
}`,
  { repeatable: true },
);

/** All of them, for checks against a schema and for lists of persisted documents. */
export const documents: readonly Pick<Document<never, never>, 'name' | 'text'>[] = [
  importDirectory,
  createPosition,
  createDebtPosition,
  verifyPaymentNotice,
  activatePaymentNotice,
  sendPaymentOutcome,
];
