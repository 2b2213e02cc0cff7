/** The configuration objects that every service knows, in the words of the directory file (design, section 7). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { breakerFiguresShape, exposureLimitsShape, pagopaFiguresShape, STAND_IN_PROFILES, stationPolicyShape } from './stand-in-policy.ts';

const code = z.string().regex(/^[\x21-\x7e]{1,35}$/);
const fiscalCode = z.string().regex(/^\d{11}$/);
const name = z.string().min(1).max(140);
const instant = z.iso.datetime({ offset: true });
const twoDigits = z.string().regex(/^\d{2}$/);
/** Digest of the password, never the password: compare with `passwordMatches(entry, given)` of this room. */
const password = z.string().min(1).max(100);
const endpoint = z.url({ protocol: /^https?$/ }).max(2_000);

/** A creditors' broker: whoever connects stations to the node, often a creditor for itself. */
const creditorBrokerShape = z.object({ code, name, enabled: z.boolean(), extendedFaultBean: z.boolean() });

/** A creditor institution (EC). */
const creditorInstitutionShape = z.object({
  fiscalCode,
  name,
  enabled: z.boolean(),
  /** Whether it is a public administration, as it is when absent: for others loading their positions into ACA is optional. */
  publicAdministration: z.boolean().optional(),
  ibans: z
    .array(
      z.object({
        iban: z.string().min(1).max(35),
        postal: z.boolean(),
        /** Purposes that the account is flagged for, e.g. "ACA". */
        labels: z.array(z.string().min(1).max(35)).max(20).optional(),
        /** When the account was last changed. */
        changedAt: instant.optional(),
        /** What it is for, in the creditor's words. */
        description: name.optional(),
        /** First and last day on which payments may be credited to it, local dates. */
        validFrom: z.iso.date().optional(),
        validUntil: z.iso.date().optional(),
      }),
    )
    .max(100),
  /** What its printed notices show. */
  print: z
    .object({
      cbill: z.string().min(1).max(10),
      postalAccount: z.string().min(1).max(12),
      postalHolder: z.string().min(1).max(140),
      postalAuthorization: z.string().min(1).max(140),
    })
    .partial()
    .optional(),
});

/** A station: where a broker's software answers the node. */
const stationShape = z.object({
  code,
  /** Code of its broker. */
  broker: code,
  enabled: z.boolean(),
  primitiveVersion: z.union([z.literal(1), z.literal(2)]),
  endpoint,
  password,
  /** Whether its owner reads the `standin` element of receipts. */
  standInFlag: z.boolean(),
  /** Whether it answers payment options, at `restEndpoint`. */
  paymentOptions: z.boolean(),
  restEndpoint: endpoint.optional(),
  /**
   * Whether its creditors leave their positions to the platform entirely: the node then answers from the loaded positions and never calls the
   * station, and receipts are kept to be fetched. Absent means no.
   */
  asynchronous: z.boolean().optional(),
  /** What of the Stand-In policy is otherwise for it. */
  standInPolicy: stationPolicyShape.optional(),
});

/** Which station serves which notices of a creditor. */
const routeShape = z.object({
  /** Fiscal code of the creditor. */
  creditorInstitution: fiscalCode,
  station: code,
  auxDigit: z.number().int().min(0).max(3),
  /** Of aux digit 3. */
  segregationCode: twoDigits.optional(),
  /** Of aux digit 0. */
  applicationCode: twoDigits.optional(),
  /** Whether the station gets receipts of payments in which the creditor has a part. */
  broadcast: z.boolean(),
  /** Whether the creditor loads these notices into ACA. */
  aca: z.boolean(),
  /** Whether they may be paid in Stand-In. */
  standIn: z.boolean(),
});

/** A PSPs' broker. */
const pspBrokerShape = z.object({ code, name, enabled: z.boolean(), extendedFaultBean: z.boolean() });

/** A payment service provider. */
const pspShape = z.object({
  code,
  name,
  fiscalCode: z.string().min(1).max(16),
  enabled: z.boolean(),
  /** Code of the contract it adhered with: PSPs of one contract are judged as one (KPIs). Absent: its own code. */
  contract: code.optional(),
  /** Its VAT number (partita IVA): receipts carry it. */
  vatNumber: z.string().min(1).max(20).optional(),
});

/** A channel: how a PSP's software calls the node. */
const channelShape = z.object({
  code,
  /** Code of its broker. */
  broker: code,
  /** Codes of the PSPs that may use it. */
  psps: z.array(code).max(500),
  password,
  enabled: z.boolean(),
  paymentModel: z.string().min(1).max(50),
  /** Whether answers on it carry the `standin` element. */
  standInFlag: z.boolean(),
});

/** A key of the REST edges. Only its hash is kept (see {@link apiKeyHash}). */
const apiKeyShape = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Code of the creditor, PSP or broker that may act with it. */
  party: code,
  products: z.array(z.string().min(1).max(50)).max(50),
});

/** A planned time in which a station does not answer. */
const maintenanceShape = z.object({ station: code, start: instant, end: instant, standIn: z.boolean() });

/** A service of the catalogue, for which notices are made on request (demandPaymentNotice): who offers it, and the station that makes them. */
const serviceShape = z.object({
  /** Who offers what, as PSPs ask for it (idSoggettoServizio). */
  code: z.string().regex(/^[\x21-\x7e]{5}$/),
  /** The kind of service (idServizio). */
  service: z.string().regex(/^[\x21-\x7e]{5}$/),
  name,
  /** Fiscal code of the creditor. */
  creditorInstitution: fiscalCode,
  station: code,
  enabled: z.boolean(),
});

/**
 * What a creditor lets a partner do for it. Once there is one it says everything: what it does not name the partner may not do, not even through
 * a station of its own; a delegation that was revoked names nothing. Without one the creditor's routes say which notices are the partner's.
 */
const delegationShape = z.object({
  /** Fiscal code of the creditor. */
  creditorInstitution: fiscalCode,
  /** Code of the partner, a creditors' broker. */
  partner: code,
  /** Names of functions (kernel/auth). */
  functions: z.array(z.string().min(1).max(50)).max(50),
});

/** The platform's settings. */
export const settingsShape = z.object({
  tokenDurationMs: z.number().int().min(1_000).max(86_400_000),
  idempotencyKeyMinutes: z.number().int().min(1).max(100_000),
  useIdempotency: z.boolean(),
  receiptRetryMax: z.number().int().min(0).max(1_000),
  receiptRetryMinutes: z.number().int().min(1).max(10_000),
  standInProfile: z.enum(STAND_IN_PROFILES),
  /** Whether one request falls back to ACA when the creditor fails it. */
  perRequestFallback: z.boolean(),
  creditorTimeoutMs: z.number().int().min(100).max(60_000),
  receiptTimeoutMs: z.number().int().min(100).max(120_000),
  /** Figures of the profile `breaker` that are not the defaults. */
  standInBreaker: breakerFiguresShape.partial().optional(),
  /** Figures of the profile `pagopa` that are not the defaults. */
  standInPagopa: pagopaFiguresShape.partial().optional(),
  /** How much may be paid in Stand-In through each station; absent: no limit. */
  exposureLimits: exposureLimitsShape.optional(),
  /** Hours of planned maintenance that a broker may have in a year; 36 when absent. */
  maintenanceHoursPerYear: z.number().int().min(0).max(8_784).optional(),
});

export type CreditorBroker = z.output<typeof creditorBrokerShape>;
export type CreditorInstitution = z.output<typeof creditorInstitutionShape>;
export type Station = z.output<typeof stationShape>;
export type Route = z.output<typeof routeShape>;
export type PspBroker = z.output<typeof pspBrokerShape>;
export type Psp = z.output<typeof pspShape>;
export type Channel = z.output<typeof channelShape>;
export type ApiKey = z.output<typeof apiKeyShape>;
export type Maintenance = z.output<typeof maintenanceShape>;
export type Service = z.output<typeof serviceShape>;
export type Delegation = z.output<typeof delegationShape>;
export type Settings = z.output<typeof settingsShape>;

/** What holds until an operator says otherwise (design, section 7). */
export const DEFAULT_SETTINGS: Settings = Object.freeze({
  tokenDurationMs: 1_800_000,
  idempotencyKeyMinutes: 30,
  useIdempotency: true,
  receiptRetryMax: 48,
  receiptRetryMinutes: 60,
  standInProfile: 'breaker',
  perRequestFallback: true,
  creditorTimeoutMs: 7_000,
  receiptTimeoutMs: 15_000,
});

/** The shape of each kind of entry. */
export const DIRECTORY_SHAPES = {
  creditorBroker: creditorBrokerShape,
  creditorInstitution: creditorInstitutionShape,
  station: stationShape,
  route: routeShape,
  pspBroker: pspBrokerShape,
  psp: pspShape,
  channel: channelShape,
  apiKey: apiKeyShape,
  maintenance: maintenanceShape,
  service: serviceShape,
  delegation: delegationShape,
  settings: settingsShape,
} as const;

export type DirectoryKind = keyof typeof DIRECTORY_SHAPES;
export const DIRECTORY_KINDS = Object.keys(DIRECTORY_SHAPES) as readonly DirectoryKind[];
/** The data of an entry, by kind. */
export type DirectoryData = { [Kind in DirectoryKind]: z.output<(typeof DIRECTORY_SHAPES)[Kind]> };

/** The only code of the kind `settings`. */
export const SETTINGS_CODE = 'platform';

const changeOf = <Kind extends DirectoryKind, Shape extends z.ZodType>(kind: Kind, data: Shape) =>
  z.object({
    kind: z.literal(kind),
    /** Identifies the entry in its kind, for ever. */
    code: z.string().min(1).max(120),
    /** Code of what it belongs to (see {@link parentOf}). */
    parent: z.string().min(1).max(120).optional(),
    /** Grows by one with every change of the entry. */
    revision: z.number().int().min(1),
    /** Whether the entry is gone; `data` is then what it was. */
    deleted: z.boolean(),
    /** From when this revision holds, ISO 8601. It takes the place of all lower ones from then on. */
    validFrom: instant,
    data,
  });

/** A change of one entry: what onboarding states and replicas apply. */
export const directoryChangeShape = z.discriminatedUnion('kind', [
  changeOf('creditorBroker', creditorBrokerShape),
  changeOf('creditorInstitution', creditorInstitutionShape),
  changeOf('station', stationShape),
  changeOf('route', routeShape),
  changeOf('pspBroker', pspBrokerShape),
  changeOf('psp', pspShape),
  changeOf('channel', channelShape),
  changeOf('apiKey', apiKeyShape),
  changeOf('maintenance', maintenanceShape),
  changeOf('service', serviceShape),
  changeOf('delegation', delegationShape),
  changeOf('settings', settingsShape),
]);
export type DirectoryChange = z.output<typeof directoryChangeShape>;

/** Name and version of the event that carries a change; its contract is in the schema workspace. */
export const DIRECTORY_ENTRY_CHANGED = { name: 'directory.entry-changed', version: 1 } as const;

/** SHA-256 of an API key, in hexadecimal: what is kept and compared instead of the key. */
export function apiKeyHash(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/**
 * The code of a route: a creditor has one for each aux digit and segregation (or application) code, e.g. "77777777777/3-02". Its station is not
 * part of it: notices that another station takes from now on are a change of the same route.
 */
export function routeCodeOf(route: Pick<Route, 'creditorInstitution' | 'auxDigit' | 'segregationCode' | 'applicationCode'>): string {
  const digits = route.segregationCode ?? route.applicationCode;
  return `${route.creditorInstitution}/${route.auxDigit}${digits === undefined ? '' : `-${digits}`}`;
}

/** The code of a delegation: a creditor has one for each partner, e.g. "77777777777/66666666666". */
export function delegationCodeOf({ creditorInstitution, partner }: Pick<Delegation, 'creditorInstitution' | 'partner'>): string {
  return `${creditorInstitution}/${partner}`;
}

/**
 * What an entry belongs to: station and channel to their broker, route and service to their creditor, key to its party, maintenance to its
 * station, delegation to the partner.
 */
export function parentOf<Kind extends DirectoryKind>(kind: Kind, data: DirectoryData[Kind]): string | undefined {
  const { broker, creditorInstitution, party, station, partner } = data as {
    broker?: string;
    creditorInstitution?: string;
    party?: string;
    station?: string;
    partner?: string;
  };
  const parents: Partial<Record<DirectoryKind, string>> = {
    station: broker,
    channel: broker,
    route: creditorInstitution,
    apiKey: party,
    maintenance: station,
    service: creditorInstitution,
    delegation: partner,
  };
  return parents[kind];
}
