/**
 * The kinds of directory objects: how each is written, named and checked, and what it refers to. Everything that treats objects alike
 * (the directory file, the mutations, the history) works from this table.
 */
import {
  type ApiKey,
  type Channel,
  DEFAULT_SETTINGS,
  delegationCodeOf,
  type DirectoryData,
  type DirectoryKind,
  routeCodeOf,
  type Settings,
  SETTINGS_CODE,
  type Station,
} from '@nodo-aperto/kernel/directory';
import { type WithPassword, withDigest } from './credential.ts';
import type { Path, Report } from './finding.ts';
import { checkRouting } from './notice-routing.ts';
import { type ApiKeyEntry, apiKeyFields, checkProducts, toApiKey } from './objects/api-key.ts';
import { brokerFields } from './objects/broker.ts';
import { channelFields, checkPsps } from './objects/channel.ts';
import { checkFunctions, delegationFields } from './objects/delegation.ts';
import { checkIbans, creditorInstitutionFields, withChangeTimes } from './objects/creditor-institution.ts';
import { checkOrder, maintenanceFields } from './objects/maintenance.ts';
import { pspFields } from './objects/psp.ts';
import { routeFields } from './objects/route.ts';
import { serviceFields } from './objects/service.ts';
import { settingsFields, withSettings } from './objects/settings.ts';
import { stationFields } from './objects/station.ts';
import { type Rule, mapOf, partOf } from './rule.ts';

/** Every kind and the shape in which its objects are written in files and forms. */
export interface DirectoryEntries extends Omit<DirectoryData, 'station' | 'channel' | 'apiKey' | 'settings'> {
  station: WithPassword<Station>;
  channel: WithPassword<Channel>;
  apiKey: ApiKeyEntry;
  settings: Partial<Settings>;
}

/** What one object says of another: the place where it says so, and the kinds among which the other is. */
export interface Reference {
  readonly path: Path;
  readonly kinds: readonly DirectoryKind[];
  readonly code: string;
}

/** Choices of the deployment that rules depend on. */
export interface RuleOptions {
  readonly allowPrivateEndpoints: boolean;
}

export interface KindRules<Kind extends DirectoryKind> {
  readonly kind: Kind;
  /** The key of the kind's objects in the directory file. */
  readonly section: string;
  /** For people, e.g. "a station". */
  readonly what: string;
  /** The field that names an object, where one field does. */
  readonly identity?: string;
  rule(options: RuleOptions): Rule<DirectoryEntries[Kind]>;
  /** Rules about several fields of a well-formed entry. */
  check(entry: DirectoryEntries[Kind], path: Path, report: Report): void;
  /** What names the object among those of its kind. */
  code(entry: DirectoryEntries[Kind]): string;
  references(entry: DirectoryEntries[Kind]): readonly Reference[];
  /**
   * The object as it is kept, given what was kept before.
   * @param now ISO 8601
   */
  complete(entry: DirectoryEntries[Kind], known: DirectoryData[Kind] | undefined, now: string): DirectoryData[Kind];
}

const none = (): readonly Reference[] => [];
const nothing = (): void => undefined;
const same = <T>(entry: T): T => entry;

const KINDS: { readonly [Kind in DirectoryKind]: KindRules<Kind> } = {
  creditorBroker: {
    kind: 'creditorBroker',
    section: 'creditorBrokers',
    what: 'a broker of creditors',
    identity: 'code',
    rule: () => mapOf('a broker of creditors', brokerFields),
    check: nothing,
    code: ({ code }) => code,
    references: none,
    complete: same,
  },
  creditorInstitution: {
    kind: 'creditorInstitution',
    section: 'creditorInstitutions',
    what: 'a creditor',
    identity: 'fiscalCode',
    rule: () => mapOf('a creditor', creditorInstitutionFields),
    check: checkIbans,
    code: ({ fiscalCode }) => fiscalCode,
    references: none,
    complete: withChangeTimes,
  },
  station: {
    kind: 'station',
    section: 'stations',
    what: 'a station',
    identity: 'code',
    rule: (options) => mapOf('a station', stationFields(options)),
    check: nothing,
    code: ({ code }) => code,
    references: ({ broker }) => [{ path: ['broker'], kinds: ['creditorBroker'], code: broker }],
    complete: (entry, known) => withDigest<Station>(entry, known),
  },
  route: {
    kind: 'route',
    section: 'routes',
    what: 'a route',
    rule: () => mapOf('a route', routeFields),
    check: checkRouting,
    code: routeCodeOf,
    references: ({ creditorInstitution, station }) => [
      { path: ['creditorInstitution'], kinds: ['creditorInstitution'], code: creditorInstitution },
      { path: ['station'], kinds: ['station'], code: station },
    ],
    complete: same,
  },
  pspBroker: {
    kind: 'pspBroker',
    section: 'pspBrokers',
    what: 'a broker of PSPs',
    identity: 'code',
    rule: () => mapOf('a broker of PSPs', brokerFields),
    check: nothing,
    code: ({ code }) => code,
    references: none,
    complete: same,
  },
  psp: {
    kind: 'psp',
    section: 'psps',
    what: 'a PSP',
    identity: 'code',
    rule: () => mapOf('a PSP', pspFields),
    check: nothing,
    code: ({ code }) => code,
    references: none,
    complete: same,
  },
  channel: {
    kind: 'channel',
    section: 'channels',
    what: 'a channel',
    identity: 'code',
    rule: () => mapOf('a channel', channelFields),
    check: checkPsps,
    code: ({ code }) => code,
    references: ({ broker, psps }) => [
      { path: ['broker'], kinds: ['pspBroker'], code: broker },
      ...psps.map((code, index): Reference => ({ path: ['psps', index], kinds: ['psp'], code })),
    ],
    complete: (entry, known) => withDigest<Channel>({ ...entry, psps: entry.psps.toSorted() }, known),
  },
  apiKey: {
    kind: 'apiKey',
    section: 'apiKeys',
    what: 'an API key',
    rule: () => mapOf('an API key', apiKeyFields),
    check: checkProducts,
    code: (entry) => toApiKey(entry).hash,
    references: ({ party }) => [{ path: ['party'], kinds: ['creditorInstitution', 'creditorBroker', 'psp', 'pspBroker'], code: party }],
    complete: (entry): ApiKey => toApiKey(entry),
  },
  maintenance: {
    kind: 'maintenance',
    section: 'maintenances',
    what: 'a maintenance window',
    rule: () => mapOf('a maintenance window', maintenanceFields),
    check: checkOrder,
    code: ({ station, start }) => `${station}/${start}`,
    references: ({ station }) => [{ path: ['station'], kinds: ['station'], code: station }],
    complete: same,
  },
  service: {
    kind: 'service',
    section: 'services',
    what: 'a service',
    identity: 'code',
    rule: () => mapOf('a service', serviceFields),
    check: nothing,
    code: ({ code }) => code,
    references: ({ creditorInstitution, station }) => [
      { path: ['creditorInstitution'], kinds: ['creditorInstitution'], code: creditorInstitution },
      { path: ['station'], kinds: ['station'], code: station },
    ],
    complete: same,
  },
  delegation: {
    kind: 'delegation',
    section: 'delegations',
    what: 'a delegation',
    rule: () => mapOf('a delegation', delegationFields),
    check: checkFunctions,
    code: delegationCodeOf,
    references: ({ creditorInstitution, partner }) => [
      { path: ['creditorInstitution'], kinds: ['creditorInstitution'], code: creditorInstitution },
      { path: ['partner'], kinds: ['creditorBroker'], code: partner },
    ],
    complete: same,
  },
  settings: {
    kind: 'settings',
    section: 'settings',
    what: 'the settings',
    rule: () => partOf('the settings', settingsFields),
    check: nothing,
    code: () => SETTINGS_CODE,
    references: none,
    complete: (entry, known) => withSettings(entry, known ?? DEFAULT_SETTINGS),
  },
};

/** In the order of the directory file, which is also one in which objects come before those that refer to them. */
export const FILE_KINDS = Object.keys(KINDS) as readonly DirectoryKind[];

export function rulesOf<Kind extends DirectoryKind>(kind: Kind): KindRules<Kind> {
  return KINDS[kind];
}
