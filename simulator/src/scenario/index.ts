export { planDigest, planRun } from './plan.ts';
export type { PlannedAction, PlannedArrival, RunPlan } from './plan.ts';
export { readScenario } from './read.ts';
export { scenarioJsonSchema } from './shape.ts';
export type { Expectation, Figure, Scenario, ScenarioAction } from './shape.ts';
export { shorten } from './shorten.ts';
