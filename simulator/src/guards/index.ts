export { allCaught, checkGuards } from './check.ts';
export type { CheckedGuard } from './check.ts';
export { GUARDS } from './guards.ts';
export type { Guard } from './types.ts';
