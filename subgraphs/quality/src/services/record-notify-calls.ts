/** Takes in calls of pspNotifyPayment from who makes them: the payment pages, which are outside the platform. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Clock, HOUR } from '@nodo-aperto/kernel/time';
import { touchMonths } from '../persistence/evidence-months.ts';
import { type NotifyCall, noteNotifyCalls } from '../persistence/note-calls.ts';

export interface NotifyCallIssue {
  index: number;
  path: string;
  message: string;
  expected: string;
}

export interface RecordedCalls {
  recorded: number;
  known: number;
  issues: NotifyCallIssue[];
}

export interface NotifyCalls {
  /** Records the calls that are right; a call that is known already changes nothing. @throws InputError for too many */
  record(calls: readonly NotifyCall[]): Promise<RecordedCalls>;
}

const MOST_CALLS = 1_000;
const TOKEN = /^[0-9A-Za-z_-]{1,35}$/;

export function notifyCalls(parts: { database: Database; outbox: Outbox; clock: Clock; directory: Pick<Directory, 'psp'> }): NotifyCalls {
  return {
    async record(calls) {
      if (calls.length === 0 || calls.length > MOST_CALLS)
        throw InputError.at('calls', `has ${calls.length} calls`, `1 to ${MOST_CALLS} calls`);
      const issues: NotifyCallIssue[] = [];
      const right: NotifyCall[] = [];
      for (const [index, call] of calls.entries()) {
        const issue = await issueOf(call, parts);
        if (issue) issues.push({ index, ...issue });
        else right.push(call);
      }
      const recorded = await parts.database.transaction(async (transaction) => {
        const touched = await noteNotifyCalls(transaction, right);
        await touchMonths(transaction, parts, touched, 'calls of pspNotifyPayment');
        return touched.length;
      });
      return { recorded, known: right.length - recorded, issues };
    },
  };
}

async function issueOf(
  { pspCode, paymentToken, at, durationMs }: NotifyCall,
  { clock, directory }: { clock: Clock; directory: Pick<Directory, 'psp'> },
): Promise<Omit<NotifyCallIssue, 'index'> | undefined> {
  if (!(await directory.psp(pspCode))) return { path: 'pspCode', message: `"${pspCode}" is not known`, expected: 'the code of a PSP' };
  if (!TOKEN.test(paymentToken)) return { path: 'paymentToken', message: 'is not a token', expected: '1 to 35 letters and digits' };
  if (at > clock.now()) return { path: 'at', message: 'lies ahead', expected: 'an instant that has passed' };
  if (durationMs < 0 || durationMs > HOUR)
    return { path: 'durationMs', message: `is ${durationMs}`, expected: `a whole number from 0 to ${HOUR}` };
  return undefined;
}
