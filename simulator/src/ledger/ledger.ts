import { toIso } from '@nodo-aperto/kernel/time';
import type { LedgerEntry, NoticeKey, RunLedger } from './types.ts';

type Kind = LedgerEntry['kind'];

/** An empty ledger, kept in memory: a run has an end. */
export function openLedger(): RunLedger {
  const entries: LedgerEntry[] = [];
  const byKind = new Map<Kind, LedgerEntry[]>();
  const byNotice = new Map<string, LedgerEntry[]>();
  const faults = new Map<string, LedgerEntry[]>();

  function about(notice: NoticeKey): readonly LedgerEntry[] {
    const own = byNotice.get(keyOf(notice)) ?? [];
    return [...own, ...(faults.get(notice.creditorFiscalCode) ?? [])].sort((one, other) => one.at - other.at);
  }

  return {
    append(entry) {
      entries.push(entry);
      add(byKind, entry.kind, entry);
      if (entry.kind === 'FAULT') add(faults, entry.creditorFiscalCode, entry);
      else if (entry.kind !== 'ACTION' && entry.kind !== 'FLOW' && entry.noticeNumber !== undefined)
        add(byNotice, keyOf({ creditorFiscalCode: entry.creditorFiscalCode, noticeNumber: entry.noticeNumber }), entry);
    },
    entries: () => entries,
    of: <Wanted extends Kind>(kind: Wanted) => (byKind.get(kind) ?? []) as Extract<LedgerEntry, { kind: Wanted }>[],
    byNotice: about,
    story: (notice) => about(notice).map(lineOf),
  };
}

function add<Key>(all: Map<Key, LedgerEntry[]>, key: Key, entry: LedgerEntry): void {
  const known = all.get(key);
  if (known === undefined) all.set(key, [entry]);
  else known.push(entry);
}

function keyOf({ creditorFiscalCode, noticeNumber }: NoticeKey): string {
  return `${creditorFiscalCode} ${noticeNumber}`;
}

function lineOf(entry: LedgerEntry): string {
  return `${toIso(entry.at)}  ${sayingOf(entry)}`;
}

function sayingOf(entry: LedgerEntry): string {
  const mode = 'standIn' in entry && entry.standIn ? ', Stand-In' : '';
  switch (entry.kind) {
    case 'ATTEMPT': {
      const details = [
        entry.sent === undefined ? '' : ` ${entry.sent}`,
        entry.paymentToken === undefined ? '' : ` token ${entry.paymentToken}`,
        entry.key === undefined ? '' : ` key ${entry.key}`,
      ].join('');
      return `${entry.step}${details} → ${entry.answer}${mode} (${Math.round(entry.elapsedMs)} ms)`;
    }
    case 'ENDING':
      return `payment ${entry.payment} ended: ${entry.ending.kind}${entry.ending.kind === 'FAILED' ? ` at ${entry.ending.at}, ${entry.ending.code}` : ''}`;
    case 'RECEIPT':
      return `receipt of ${entry.amount} cents taken by ${entry.recipient}, token ${entry.paymentToken}${mode}`;
    case 'EVENT':
      return `event ${entry.name}, revision ${entry.revision}: ${entry.status}, ${entry.amount} cents, token ${entry.paymentToken}${mode}`;
    case 'FAULT':
      return `station ${entry.stationCode}: ${entry.fault ?? 'works again'}`;
    case 'ACTION':
      return entry.what;
    case 'NOTICE':
      return `notice of ${entry.amount} cents, ${entry.aca ? 'in ACA' : 'not in ACA'}, ${entry.standIn ? 'Stand-In agreed' : 'never in Stand-In'}`;
    case 'FLOW':
      return `flow ${entry.flowName} of ${entry.pspCode} for ${entry.operativeDay} → ${entry.answer}`;
    case 'SIGHTING':
      return `${entry.role} ${entry.tenant} was sent an event of token ${entry.paymentToken}`;
  }
}
