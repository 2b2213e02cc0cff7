/** What a scenario file may hold. Times are seconds of the run: real ones when its clock has no factor, else so many times as short. */
import { z } from 'zod';
import { faultShape } from '../creditors/index.ts';
import { HABITS } from '../traffic/index.ts';

const share = z.number().min(0).max(1);
const LONGEST_SECONDS = 172_800;
const second = z.number().min(0).max(LONGEST_SECONDS);

export const CREDITOR_TYPES = ['municipality', 'utility', 'school', 'health', 'central'] as const;

/** Which creditors something happens to. */
export const target = z
  .union([
    z.enum(['all', 'busiest', 'partner']).describe('all creditors; the busiest one; those whose stations the partner runs'),
    z.strictObject({ type: z.enum(CREDITOR_TYPES) }).describe('all of a type'),
    z.strictObject({ share }).describe('this share of the creditors, chosen by the seed'),
    z.strictObject({ creditor: z.int().min(1) }).describe('one creditor by its place in the population, from 1'),
  ])
  .describe('which creditors');

const fault = z.strictObject({
  at: second.describe('when it begins'),
  for: z.number().positive().max(LONGEST_SECONDS).describe('how long it lasts'),
  on: target,
  fault: faultShape.describe('how the stations fail: docs/faults.md'),
});

const action = z.discriminatedUnion('do', [
  z.strictObject({ at: second, do: z.literal('killPlatform') }).describe('kills the platform and starts it again on its data'),
  z
    .strictObject({
      at: second,
      do: z.literal('maintenance'),
      on: target,
      for: z.number().positive().max(LONGEST_SECONDS),
      standIn: z.boolean(),
    })
    .describe('the operator schedules a maintenance; the stations are off while it lasts'),
  z
    .strictObject({
      at: second,
      do: z.literal('publishFlows'),
      psps: z
        .union([z.literal('all'), z.array(z.int().min(1).max(20)).min(1)])
        .default('all')
        .describe('all, or PSPs by their place in the population, from 1'),
    })
    .describe(
      'PSPs report what they were paid on operative days that have closed, and have not reported yet: one flow to a creditor and day',
    ),
  z.strictObject({ at: second, do: z.literal('advanceClock'), minutes: z.int().min(1).max(43_200) }).describe('platform time leaps ahead'),
]);

export const FIGURES = [
  'arrived',
  'paid',
  'standard',
  'standIn',
  'declined',
  'abandoned',
  'failed',
  'overflow',
  'paidShare',
  'standInShare',
  'receiptsTaken',
  'receiptsQueued',
  'driftPayments',
  'activationP95Ms',
  'instalmentsPaid',
  'flowsPublished',
  'flowsRefused',
  'flowsLate',
  'flowsMissing',
] as const;

const expectation = z
  .strictObject({
    figure: z.enum(FIGURES).describe('docs/simulate.md lists them'),
    of: z.enum(['all', 'harmed', 'unharmed']).default('all').describe('of all creditors, those that something happened to, or the others'),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, { error: 'has neither atLeast nor atMost' });

export const scenarioShape = z.strictObject({
  name: z.string().min(1).max(80),
  teaches: z.string().min(10).max(400).describe('one sentence: what to learn from it'),
  seed: z
    .union([z.int().min(0), z.string().min(1).max(60)])
    .default(7)
    .describe('decides population, arrivals, choices and faults'),
  clock: z
    .strictObject({
      from: z.enum(['today', 'workingDay', 'monthEnd']).default('today').describe('monthEnd: the last working day of a month'),
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is no time such as 08:30' })
        .optional()
        .describe('time of that day, in Rome, at which the run begins; now when absent'),
      factor: z.number().min(1).max(1_000).default(1).describe('how many times as fast as real time the run and its platform go'),
    })
    .refine(({ from, at }) => from === 'today' || at !== undefined, { error: 'has no time of day: at', path: ['at'] })
    .prefault({})
    .describe('platform time'),
  seconds: z.number().min(5).max(LONGEST_SECONDS).describe('how long payments arrive'),
  settleSeconds: z.number().min(0).max(600).default(60).describe('how long to wait at the end for receipts to drain'),
  population: z
    .strictObject({
      creditors: z.int().min(8).max(400).default(8),
      acaShare: share.default(1).describe('share of the notices that are loaded in ACA'),
      staleShare: share.default(0).describe('share of those whose amount the creditor has changed since'),
      instalmentShare: share.default(0).describe('share of the debts that are paid in three instalments, one after the other'),
    })
    .prefault({}),
  traffic: z.strictObject({
    perSecond: z.number().positive().max(200).describe('payments that arrive in a second, on average'),
    shape: z.enum(['steady', 'day']).default('steady').describe('day: the hours of one day, spread over the whole run'),
    bursts: z
      .array(z.strictObject({ at: second, for: z.number().positive().max(LONGEST_SECONDS), times: z.number().positive().max(50) }))
      .max(20)
      .default([])
      .describe('so many times as many payments for a while'),
    habits: z
      .partialRecord(z.enum(HABITS), z.number().min(0).max(1_000))
      .refine((weights) => Object.values(weights).some((weight) => weight > 0), { error: 'has no habit with a weight above 0' })
      .optional()
      .describe('how often each, against the others'),
    instalmentSeconds: z.number().positive().max(86_400).default(8).describe('time from one instalment to the next'),
    lateAfterSeconds: z.number().positive().max(86_400).default(60).describe('when a PSP that IS_LATE sends its outcome'),
    mostInFlight: z.int().min(1).max(5_000).default(500).describe('arrivals beyond are counted as overflow and let go'),
  }),
  settings: z.record(z.string(), z.unknown()).default({}).describe('settings of the platform, as updateSettings takes them'),
  faults: z.array(fault).max(100).default([]),
  actions: z.array(action).max(100).default([]),
  expectations: z.array(expectation).min(1).max(50),
});

export type Scenario = z.output<typeof scenarioShape>;
export type Target = z.output<typeof target>;
export type ScenarioAction = Scenario['actions'][number];
export type Expectation = Scenario['expectations'][number];
export type Figure = (typeof FIGURES)[number];

/** Seconds of real time for which payments of one run may arrive. */
export const LONGEST_REAL_SECONDS = 3_000;

/** Payments that one run may plan. */
export const MOST_PAYMENTS = 200_000;

/** The JSON schema of scenario files, for editors. */
export function scenarioJsonSchema(): object {
  return { ...z.toJSONSchema(scenarioShape, { io: 'input' }), title: 'Nodo Aperto scenario' };
}
