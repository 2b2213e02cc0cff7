/** Guards of Stand-In: what ACA may answer for a creditor, and that everybody is told of it. */
import { modeToldAlike } from '../invariants/mode-told-alike.ts';
import { standInAgreed } from '../invariants/stand-in-agreed.ts';
import type { Guard } from './types.ts';

const ACA = 'subgraphs/payments/src/domain/aca-guard.ts';

export const standInGuards: readonly Guard[] = [
  {
    name: 'a creditor may exclude its notices',
    keeps: 'Notices of a creditor that has excluded a station from Stand-In are not paid in it.',
    edits: [
      {
        file: ACA,
        snippet: `if (!route.standIn) return unknown('ROUTE_NOT_IN_STAND_IN', 'The creditor has excluded the notices of this station from Stand-In.');`,
        replacement: '',
      },
    ],
    drills: ['outage'],
    watchedBy: standInAgreed.name,
  },
  {
    name: 'a notice may be excluded',
    keeps: 'A notice that was loaded with payStandIn = false is not paid in Stand-In.',
    edits: [
      {
        file: ACA,
        snippet: `if (!notice.payStandIn) return unknown('POSITION_OPTED_OUT', 'The notice was loaded with payStandIn = false.');`,
        replacement: '',
      },
    ],
    drills: ['outage'],
    watchedBy: standInAgreed.name,
  },
  {
    name: 'a withdrawn notice is not in ACA',
    keeps: 'A notice that its creditor has taken back is not paid in Stand-In.',
    edits: [{ file: ACA, snippet: `return refused('PAA_PAGAMENTO_ANNULLATO');`, replacement: `return { kind: 'OFFERED', notice };` }],
    drills: ['outage'],
    watchedBy: standInAgreed.name,
  },
  {
    name: 'the PSP is told of Stand-In',
    keeps: 'A channel that is configured for it hears that a payment is one in Stand-In.',
    edits: [
      {
        file: 'subgraphs/payments/src/domain/stand-in-flag.ts',
        snippet: 'return channel.standInFlag ? standIn : undefined;',
        replacement: 'return channel.standInFlag && standIn ? undefined : false;',
      },
    ],
    drills: ['outage'],
    watchedBy: modeToldAlike.name,
  },
  {
    name: 'the receipt keeps the mode',
    keeps: 'The receipt of a payment in Stand-In says so.',
    edits: [
      {
        file: 'subgraphs/receipts/src/domain/receipt.ts',
        snippet: 'standIn: payment.standIn,',
        replacement: 'standIn: false,',
      },
    ],
    drills: ['outage'],
    watchedBy: modeToldAlike.name,
  },
  {
    name: 'the creditor is told of Stand-In',
    keeps: 'The receipt that a station is sent has the flag when the payment was one in Stand-In.',
    edits: [
      {
        file: 'subgraphs/receipts/src/domain/stand-in-element.ts',
        snippet: 'return station.standInFlag ? standIn : undefined;',
        replacement: 'return station.standInFlag && standIn ? undefined : false;',
      },
    ],
    drills: ['outage'],
    watchedBy: modeToldAlike.name,
  },
  {
    name: 'the flow has the code of Stand-In',
    keeps: 'A payment in Stand-In is reported with the outcome code of Stand-In.',
    edits: [
      {
        file: 'subgraphs/reporting/src/domain/reported-outcome.ts',
        snippet: `if (standIn) return late ? 'STAND_IN_NO_RPT' : 'STAND_IN';`,
        replacement: '',
      },
    ],
    drills: ['outage', 'report'],
    watchedBy: modeToldAlike.name,
  },
];
