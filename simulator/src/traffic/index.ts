export { createTraffic } from './traffic.ts';
export type { Traffic, TrafficOptions } from './traffic.ts';
export type { Ending, Step, TrafficCounts } from './counts.ts';
export { loadInAca } from './load-in-aca.ts';
export { makePayment } from './journey.ts';
export { HABITS, planPayments } from './plan.ts';
export type { Habit, PlannedPayment } from './plan.ts';
