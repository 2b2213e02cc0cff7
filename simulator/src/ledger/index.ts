export { openLedger } from './ledger.ts';
export type {
  ActionEntry,
  AttemptEntry,
  EndingEntry,
  EventEntry,
  FaultEntry,
  LedgerEntry,
  NoticeKey,
  ReceiptEntry,
  RunLedger,
} from './types.ts';
