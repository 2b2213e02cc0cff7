/** The Stand-In path for a long time at a steady rate: nothing may grow, nothing may slow down. Its runner watches the platform's memory. */
export { handleSummary, options, standIn, warmUp } from './standin.ts';
