export { openLedger } from './ledger.ts';
export type {
  AttemptEntry,
  EventEntry,
  LedgerEntry,
  NoticeEntry,
  NoticeKey,
  ReceiptEntry,
  RunLedger,
} from './types.ts';
