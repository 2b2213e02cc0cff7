export { createTraffic } from './traffic.ts';
export type { Traffic, TrafficOptions } from './traffic.ts';
export type { Ending, Step, TrafficCounts } from './counts.ts';
export { loadInAca } from './load-in-aca.ts';
export { planPayments } from './plan.ts';
export type { Habit, PaymentPlan, PlannedPayment } from './plan.ts';
