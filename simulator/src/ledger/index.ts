export { openLedger } from './ledger.ts';
export type {
  ActionEntry,
  AttemptEntry,
  EndingEntry,
  EventEntry,
  FaultEntry,
  FlowEntry,
  LedgerEntry,
  NoticeEntry,
  NoticeKey,
  ReceiptEntry,
  RunLedger,
  SightingEntry,
} from './types.ts';
