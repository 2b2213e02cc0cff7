/**
 * Rules by which an initiative of the roadmap counts as adopted, where the platform can see it for itself. What it cannot see is declared by
 * the institution. Source: domain facts, Onboarding section 6; circolare, chapters Stand In, ACA, Stampa avvisi, Opzioni di pagamento, FdR,
 * Back Office.
 */
import type { InitiativeSubject } from '../initiatives.ts';

/** What facts of other services show: positions loaded into ACA, notices printed, flows made by the REST API (or the graph). */
const OBSERVED_FACTS = ['ACA_FED', 'NOTICES_PRINTED', 'FLOW_MADE'] as const;
export type ObservedFact = (typeof OBSERVED_FACTS)[number];

/** What is known of an institution. */
export interface InstitutionFacts {
  readonly subject: InitiativeSubject;
  /** The stations that take its notices. */
  readonly stations: readonly { readonly standInFlag: boolean; readonly paymentOptions: boolean; readonly asynchronous: boolean }[];
  readonly routes: readonly { readonly aca: boolean; readonly standIn: boolean }[];
  /** The channels that pay for it. */
  readonly channels: readonly { readonly standInFlag: boolean }[];
  /** What its keys open, and those of the brokers that connect it. */
  readonly products: ReadonlySet<string>;
  /** Persons who may use the Back Office for it. */
  readonly activeUsers: number;
  /** When something was first seen of it, epoch milliseconds. */
  readonly observed: Partial<Readonly<Record<ObservedFact, number>>>;
}

export interface Adoption {
  readonly adopted: boolean;
  /** What shows it, for people. */
  readonly evidence: string;
  /** Since when, where that is known; epoch milliseconds. */
  readonly since?: number;
}

type Judge = (facts: InstitutionFacts) => Adoption;

const JUDGES: Readonly<Record<string, Partial<Record<InitiativeSubject, Judge>>>> = {
  ACA: {
    EC: ({ observed, routes }) => {
      if (observed.ACA_FED !== undefined) return { adopted: true, evidence: 'Positions are loaded into ACA.', since: observed.ACA_FED };
      const announced = routes.filter(({ aca }) => aca).length;
      return {
        adopted: false,
        evidence: `No position was loaded into ACA yet; ${count(announced, routes.length, 'route')} announced for it.`,
      };
    },
  },
  STAND_IN: {
    EC: ({ routes, stations }) => {
      const open = routes.filter(({ standIn }) => standIn).length;
      const ready = stations.filter(({ standInFlag }) => standInFlag).length;
      const adopted = all(open, routes.length) && all(ready, stations.length);
      return {
        adopted,
        evidence: `${count(open, routes.length, 'route')} and ${count(ready, stations.length, 'station')} ready for Stand-In.`,
      };
    },
    PSP: ({ channels }) => {
      const ready = channels.filter(({ standInFlag }) => standInFlag).length;
      return { adopted: all(ready, channels.length), evidence: `${count(ready, channels.length, 'channel')} ready for Stand-In.` };
    },
  },
  PULL_PAYMENTS: { PSP: ({ products }) => byProduct(products, 'pull') },
  NOTICE_PRINTING: {
    EC: ({ observed }) =>
      byObservation(observed.NOTICES_PRINTED, 'Notices are printed by the platform.', 'No notice was printed by the platform yet.'),
  },
  PAYMENT_OPTIONS: {
    EC: ({ stations }) => {
      const answering = stations.filter(({ paymentOptions, asynchronous }) => paymentOptions || asynchronous).length;
      return {
        adopted: all(answering, stations.length),
        evidence: `${count(answering, stations.length, 'station')} answering payment options.`,
      };
    },
    PSP: ({ products }) => byProduct(products, 'options'),
  },
  REPORTING_FLOWS: {
    EC: ({ products }) => byProduct(products, 'fdrorg'),
    PSP: ({ observed }) =>
      byObservation(observed.FLOW_MADE, 'Flows are made by the new primitives.', 'No flow was made by the new primitives yet.'),
  },
  BACK_OFFICE: { EC: byUsers, PSP: byUsers, PT: byUsers },
};

/** What the platform sees of an institution's part in an initiative; undefined where it sees nothing, so that it has to be declared. */
export function adoptionOf(initiative: string, facts: InstitutionFacts): Adoption | undefined {
  return JUDGES[initiative]?.[facts.subject]?.(facts);
}

/** Whether the platform sees for itself if institutions of a kind adopted an initiative. */
export function isComputed(initiative: string, subject: InitiativeSubject): boolean {
  return JUDGES[initiative]?.[subject] !== undefined;
}

function byProduct(products: ReadonlySet<string>, product: string): Adoption {
  const adopted = products.has(product);
  return { adopted, evidence: `${adopted ? 'There is' : 'There is no'} API key for the product ${product}.` };
}

function byObservation(since: number | undefined, seen: string, unseen: string): Adoption {
  return since === undefined ? { adopted: false, evidence: unseen } : { adopted: true, evidence: seen, since };
}

function byUsers({ activeUsers }: InstitutionFacts): Adoption {
  return { adopted: activeUsers > 0, evidence: `${activeUsers} active ${activeUsers === 1 ? 'user' : 'users'} of the Back Office.` };
}

function all(having: number, of: number): boolean {
  return of > 0 && having === of;
}

function count(having: number, of: number, what: string): string {
  return of === 0 ? `no ${what}` : `${having} of ${of} ${what}${of === 1 ? '' : 's'}`;
}
