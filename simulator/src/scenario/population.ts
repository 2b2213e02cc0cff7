/** The population of a scenario: the demo's eight creditors, and as many more of their kinds as are asked for. */
import { makeItalianIban } from '@nodo-aperto/kernel/identifiers';
import { demoPopulation } from '../population/index.ts';
import type { Population, PopulationCreditor } from '../population/index.ts';
import type { RandomStreams } from '../random-streams.ts';
import { organizationCode } from '../population/tax-code.ts';
import type { CREDITOR_TYPES } from './shape.ts';

export type CreditorType = (typeof CREDITOR_TYPES)[number];

/** Banks have five digits; none has these. */
const NO_BANK = '99999';

/**
 * The same seed makes the same people and codes. Within a kind weights follow Zipf's law: the second of a kind has half the payments of the
 * first, the third a third. The first eight are those of the demo; the others run stations of their own.
 */
export function scenarioPopulation(streams: RandomStreams, count: number): Population {
  const demo = demoPopulation(streams);
  const random = streams.stream('population/more');
  const taken = new Set(demo.creditors.map(({ fiscalCode }) => fiscalCode));
  const creditors = [...demo.creditors];
  for (let index = creditors.length; index < count; index++) {
    const model = demo.creditors[index % demo.creditors.length];
    if (model === undefined) break;
    const own = random.fork(String(index));
    let fiscalCode = organizationCode(own);
    while (taken.has(fiscalCode)) fiscalCode = organizationCode(own);
    taken.add(fiscalCode);
    creditors.push(another(model, 1 + Math.floor(index / demo.creditors.length), fiscalCode, own.digits(17)));
  }
  return { ...demo, creditors };
}

function another(model: PopulationCreditor, rank: number, fiscalCode: string, digits: string): PopulationCreditor {
  const name = `${model.name} ${rank}`;
  const { service: _none, ...rest } = model;
  return {
    ...rest,
    fiscalCode,
    name,
    brokerCode: fiscalCode,
    brokerName: name,
    stationCode: `${fiscalCode}_01`,
    ibans: [makeItalianIban({ abi: NO_BANK, cab: digits.slice(0, 5), account: digits.slice(5) })],
    weight: model.weight / rank,
  };
}

const WORDS: readonly (readonly [RegExp, CreditorType])[] = [
  [/^Comune/, 'municipality'],
  [/^Istituto/, 'school'],
  [/^Azienda Sanitaria/, 'health'],
  [/^Agenzia/, 'central'],
];

/** What kind of creditor it is, as its name says; utilities have names of their own. */
export function typeOf({ name }: Pick<PopulationCreditor, 'name'>): CreditorType {
  return WORDS.find(([words]) => words.test(name))?.[1] ?? 'utility';
}
