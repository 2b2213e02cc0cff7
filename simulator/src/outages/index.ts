export { manageOutages } from './outages.ts';
export type { Outage, Outages } from './outages.ts';
export { scheduleOutages } from './schedule.ts';
export type { OutageRhythm } from './schedule.ts';
