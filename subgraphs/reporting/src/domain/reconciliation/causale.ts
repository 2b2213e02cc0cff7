import { isLocalDate } from '@nodo-aperto/kernel/time';

/** What the text of a credit transfer says that it pays. */
export type Causale =
  /** A flow; `number` is 0 for its ordinary credit transfer, 1 to 9 for supplementary ones. */
  | { kind: 'FLOW'; flowName: string; number: number }
  /** One payment, by the creditor's reference. */
  | { kind: 'SINGLE'; iuv: string }
  /** It is about the platform's payments, and cannot be read: cut off, as it happens at banks, or malformed. */
  | { kind: 'UNREADABLE' }
  /** It has nothing to do with the platform's payments. */
  | { kind: 'OTHER' };

const FLOW = /\/PUR\/LGPE-RIVERSAMENTO(?:\/TXT\/(\d))?\/URI\/([\w-]+)/i;
const SINGLE = /\/RF[SB]\/([A-Z0-9]{1,35})(?=\/|\s*$)/i;
const TRACE = /LGPE-RIVERSAMENTO|\/(?:PUR|URI|RFS|RFB)\//i;
const LONGEST_NAME = 35;
const DAY_LENGTH = 10;

/**
 * Reads the causale (AT-05) of a credit transfer in all its forms: `/PUR/LGPE-RIVERSAMENTO/TXT/<n>/URI/<flow>`, the older one without a number,
 * and `/RFS/…`, `/RFB/…` of single payments. Banks break it into lines and put text around it: line breaks never count, blanks are left out
 * when it cannot be read with them. Source: Domain facts, Reporting §1.7 and §9.
 */
export function readCausale(text: string): Causale {
  const line = text.replaceAll(/[\r\n]+/g, '');
  const compact = line.replaceAll(/\s+/g, '');
  if (!TRACE.test(compact)) return { kind: 'OTHER' };
  return read(line) ?? read(compact) ?? { kind: 'UNREADABLE' };
}

function read(text: string): Causale | undefined {
  const [, number, flowName] = FLOW.exec(text) ?? [];
  if (flowName !== undefined) return isFlowName(flowName) ? { kind: 'FLOW', flowName, number: Number(number ?? 0) } : undefined;
  const iuv = SINGLE.exec(text)?.[1];
  return iuv === undefined ? undefined : { kind: 'SINGLE', iuv };
}

/** Whether it can be the whole name of a flow: a day, a PSP's code, a dash, a suffix (Domain facts, Reporting §1.3). */
function isFlowName(name: string): boolean {
  const dash = name.indexOf('-', DAY_LENGTH + 1);
  return isLocalDate(name.slice(0, DAY_LENGTH)) && dash !== -1 && dash < name.length - 1 && name.length <= LONGEST_NAME;
}

/** The PSP that the name of a flow names: what is between the day and the next dash. Source: Domain facts, Reporting §1.3. */
export function pspNamedBy(flowName: string): string {
  return flowName.slice(DAY_LENGTH, flowName.indexOf('-', DAY_LENGTH + 1));
}
