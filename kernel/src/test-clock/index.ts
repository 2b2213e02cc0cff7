export { shareClock } from './share-clock.ts';
export type { SharedClock } from './share-clock.ts';
