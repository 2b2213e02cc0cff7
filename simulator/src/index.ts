/** The simulator: creditors, payers and outages around a platform that it talks to through its public edges only. */
export { startFleet } from './creditors/index.ts';
export type {
  CallRecord,
  CreditorFaultCode,
  CreditorSpecification,
  Debtor,
  FaultKind,
  Fleet,
  FleetOptions,
  IssuedNotice,
  MalformedForm,
  NoticeChange,
  NoticeInput,
  NoticeStatus,
  NoticeTransfer,
  ReceivedReceipt,
  StationFault,
  StationView,
  TransferInput,
} from './creditors/index.ts';
export { CONTROL_PATH, registerControl } from './control/index.ts';
export type { Controllable } from './control/index.ts';
export { startDemo } from './demo.ts';
export type { Demo, DemoOptions } from './demo.ts';
export { manageOutages } from './outages/index.ts';
export type { Outage, OutageRhythm, Outages } from './outages/index.ts';
export { platformClient, PlatformRefusalError } from './platform-client/index.ts';
export type { Caller, PlatformClient, PlatformClientOptions, ResumableSubscription, TokenFor } from './platform-client/index.ts';
export { demoPopulation } from './population/index.ts';
export type { Citizen, Population, PopulationCreditor, PopulationPsp } from './population/index.ts';
export { createTraffic } from './traffic/index.ts';
export type { Traffic, TrafficCounts, TrafficOptions } from './traffic/index.ts';
