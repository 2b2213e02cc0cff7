export { htmlOf } from './html.ts';
export { junitOf, sentenceOf } from './junit.ts';
export { holds, replayLine } from './report.ts';
export type { Figures, RunReport, Sample } from './report.ts';
export { startOwnPlatform } from './own-platform.ts';
export type { OwnPlatform } from './own-platform.ts';
export { runScenario } from './run.ts';
export type { RunOptions } from './world.ts';
export { mergeReachability, unreached } from './reachability.ts';
