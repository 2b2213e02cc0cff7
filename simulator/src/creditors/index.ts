export { startFleet } from './fleet.ts';
export type { Fleet, FleetOptions, StationView } from './fleet.ts';
export type { NoticeChange, ReceivedReceipt } from './archive.ts';
export type { Debtor, IssuedNotice, NoticeInput, NoticeStatus, NoticeTransfer, TransferInput } from './notice.ts';
export type { CreditorSpecification } from './specification.ts';
export type { CallRecord } from './station.ts';
export type { CreditorFaultCode, FaultKind, MalformedForm, StationFault } from './station-fault.ts';
export { magicNoticeNumber } from './magic-notices.ts';
export { faultOf, faultShape } from './fault-shape.ts';
