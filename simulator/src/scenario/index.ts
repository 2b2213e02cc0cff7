export { planDigest, planRun } from './plan.ts';
export type { PlannedAction, PlannedArrival, PlannedFault, RunPlan } from './plan.ts';
export { readScenario, ScenarioError } from './read.ts';
export { FIGURES, scenarioJsonSchema } from './shape.ts';
export type { Expectation, Figure, Scenario, ScenarioAction } from './shape.ts';
export { shorten } from './shorten.ts';
