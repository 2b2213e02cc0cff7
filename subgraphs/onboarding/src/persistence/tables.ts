/** The rows of the directory, as the ORM sees them. What the columns mean: the objects of the domain, of the same names. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { BreakerFigures, ExposureLimits, PagopaFigures, StationPolicy } from '@nodo-aperto/kernel/directory';

const broker = {
  code: p.string().primary(),
  name: p.string(),
  enabled: p.boolean(),
  extendedFaultBean: p.boolean(),
  revision: p.integer(),
};
const CreditorBrokerSchema = defineEntity({ name: 'CreditorBroker', tableName: 'creditor_broker', properties: broker });
export class CreditorBrokerRow extends CreditorBrokerSchema.class {}
CreditorBrokerSchema.setClass(CreditorBrokerRow);

const PspBrokerSchema = defineEntity({ name: 'PspBroker', tableName: 'psp_broker', properties: broker });
export class PspBrokerRow extends PspBrokerSchema.class {}
PspBrokerSchema.setClass(PspBrokerRow);

const CreditorInstitutionSchema = defineEntity({
  name: 'CreditorInstitution',
  tableName: 'creditor_institution',
  properties: {
    fiscalCode: p.string().primary(),
    name: p.string(),
    enabled: p.boolean(),
    publicAdministration: p.boolean().nullable(),
    cbill: p.string().nullable(),
    postalAccount: p.string().nullable(),
    postalHolder: p.string().nullable(),
    postalAuthorization: p.string().nullable(),
    revision: p.integer(),
  },
});
export class CreditorInstitutionRow extends CreditorInstitutionSchema.class {}
CreditorInstitutionSchema.setClass(CreditorInstitutionRow);

const CreditorIbanSchema = defineEntity({
  name: 'CreditorIban',
  tableName: 'creditor_iban',
  properties: {
    creditorInstitution: p.string().primary(),
    iban: p.string().primary(),
    postal: p.boolean(),
    labels: p.array().nullable(),
    description: p.string().nullable(),
    validFrom: p.date().nullable(),
    validUntil: p.date().nullable(),
    changedAt: p.datetime(),
    place: p.integer(),
  },
});
export class CreditorIbanRow extends CreditorIbanSchema.class {}
CreditorIbanSchema.setClass(CreditorIbanRow);

const StationSchema = defineEntity({
  name: 'Station',
  tableName: 'station',
  properties: {
    code: p.string().primary(),
    broker: p.string(),
    enabled: p.boolean(),
    primitiveVersion: p.smallint(),
    endpoint: p.string(),
    standInFlag: p.boolean(),
    paymentOptions: p.boolean(),
    restEndpoint: p.string().nullable(),
    asynchronous: p.boolean().nullable(),
    standInPolicy: p.json<StationPolicy>().nullable(),
    password: p.string(),
    revision: p.integer(),
  },
});
export class StationRow extends StationSchema.class {}
StationSchema.setClass(StationRow);

const RouteSchema = defineEntity({
  name: 'Route',
  tableName: 'route',
  properties: {
    code: p.string().primary(),
    creditorInstitution: p.string(),
    station: p.string(),
    auxDigit: p.smallint(),
    segregationCode: p.string().nullable(),
    applicationCode: p.string().nullable(),
    broadcast: p.boolean(),
    aca: p.boolean(),
    standIn: p.boolean(),
    revision: p.integer(),
  },
});
export class RouteRow extends RouteSchema.class {}
RouteSchema.setClass(RouteRow);

const PspSchema = defineEntity({
  name: 'Psp',
  tableName: 'psp',
  properties: {
    code: p.string().primary(),
    name: p.string(),
    fiscalCode: p.string(),
    enabled: p.boolean(),
    contract: p.string().nullable(),
    vatNumber: p.string().nullable(),
    revision: p.integer(),
  },
});
export class PspRow extends PspSchema.class {}
PspSchema.setClass(PspRow);

const ChannelSchema = defineEntity({
  name: 'Channel',
  tableName: 'channel',
  properties: {
    code: p.string().primary(),
    broker: p.string(),
    enabled: p.boolean(),
    paymentModel: p.string(),
    standInFlag: p.boolean(),
    password: p.string(),
    revision: p.integer(),
  },
});
export class ChannelRow extends ChannelSchema.class {}
ChannelSchema.setClass(ChannelRow);

const ChannelPspSchema = defineEntity({
  name: 'ChannelPsp',
  tableName: 'channel_psp',
  properties: { channel: p.string().primary(), psp: p.string().primary() },
});
export class ChannelPspRow extends ChannelPspSchema.class {}
ChannelPspSchema.setClass(ChannelPspRow);

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: { hash: p.string().primary(), party: p.string(), products: p.array(), revision: p.integer() },
});
export class ApiKeyRow extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKeyRow);

const MaintenanceSchema = defineEntity({
  name: 'Maintenance',
  tableName: 'maintenance',
  properties: {
    code: p.string().primary(),
    station: p.string(),
    startAt: p.datetime(),
    endAt: p.datetime(),
    standIn: p.boolean(),
    revision: p.integer(),
  },
});
export class MaintenanceRow extends MaintenanceSchema.class {}
MaintenanceSchema.setClass(MaintenanceRow);

const ServiceSchema = defineEntity({
  name: 'Service',
  tableName: 'service',
  properties: {
    code: p.string().primary(),
    service: p.string(),
    name: p.string(),
    creditorInstitution: p.string(),
    station: p.string(),
    enabled: p.boolean(),
    revision: p.integer(),
  },
});
export class ServiceRow extends ServiceSchema.class {}
ServiceSchema.setClass(ServiceRow);

const SettingsSchema = defineEntity({
  name: 'Settings',
  tableName: 'settings',
  properties: {
    code: p.string().primary(),
    tokenDurationMs: p.integer(),
    idempotencyKeyMinutes: p.integer(),
    useIdempotency: p.boolean(),
    receiptRetryMax: p.integer(),
    receiptRetryMinutes: p.integer(),
    standInProfile: p.string(),
    perRequestFallback: p.boolean(),
    creditorTimeoutMs: p.integer(),
    receiptTimeoutMs: p.integer(),
    standInBreaker: p.json<Partial<BreakerFigures>>().nullable(),
    standInPagopa: p.json<Partial<PagopaFigures>>().nullable(),
    exposureLimits: p.json<ExposureLimits>().nullable(),
    maintenanceHoursPerYear: p.integer().nullable(),
    revision: p.integer(),
  },
});
export class SettingsRow extends SettingsSchema.class {}
SettingsSchema.setClass(SettingsRow);

const DelegationSchema = defineEntity({
  name: 'Delegation',
  tableName: 'delegation',
  properties: {
    code: p.string().primary(),
    creditorInstitution: p.string(),
    partner: p.string(),
    functions: p.array(),
    revision: p.integer(),
  },
});
export class DelegationRow extends DelegationSchema.class {}
DelegationSchema.setClass(DelegationRow);

const ObjectRevisionSchema = defineEntity({
  name: 'ObjectRevision',
  tableName: 'object_revision',
  properties: {
    kind: p.string().primary(),
    code: p.string().primary(),
    revision: p.integer().primary(),
    validFrom: p.datetime(),
    validTo: p.datetime().nullable(),
    removed: p.boolean(),
    object: p.json<unknown>(),
    changedBy: p.string(),
  },
});
/** One state of an object and the time in which it held. The newest one of an object has no end. */
export class ObjectRevisionRow extends ObjectRevisionSchema.class {}
ObjectRevisionSchema.setClass(ObjectRevisionRow);

export const tables = [
  CreditorBrokerRow,
  PspBrokerRow,
  CreditorInstitutionRow,
  CreditorIbanRow,
  StationRow,
  RouteRow,
  ServiceRow,
  PspRow,
  ChannelRow,
  ChannelPspRow,
  ApiKeyRow,
  MaintenanceRow,
  DelegationRow,
  SettingsRow,
  ObjectRevisionRow,
];
