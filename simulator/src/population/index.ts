export { demoApiKey, directoryFileOf } from './directory-file.ts';
export { demoPopulation } from './population.ts';
export type { Population, PopulationCreditor, PopulationPsp } from './population.ts';
export type { Citizen } from './citizens.ts';
