import { Fault } from '@nodo-aperto/kernel/faults';
import { isLocalDate } from '@nodo-aperto/kernel/time';

/** Length of the date at the beginning of a name. */
const DATE_LENGTH = 10;

/**
 * A flow's name is a day, the PSP's code, a dash and a suffix, all without blanks between: `2025-01-0188888888888-0000001`. The day is not
 * compared with the regulation's. Source: Domain facts, Reporting §1.3.
 * @throws Fault FDR_3008 for the day, FDR_3009 for the PSP
 */
export function checkFlowName(name: string, pspCode: string): void {
  if (!isLocalDate(name.slice(0, DATE_LENGTH))) {
    throw new Fault('FDR_3008', { description: 'The name of the flow does not begin with a day written YYYY-MM-DD.' });
  }
  if (!name.startsWith(`${pspCode}-`, DATE_LENGTH)) {
    throw new Fault('FDR_3009', { description: `After its day the name of the flow does not go on with "${pspCode}-".` });
  }
}
