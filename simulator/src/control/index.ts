export { CONTROL_PATH, registerControl } from './http.ts';
export type { Controllable } from './resolvers.ts';
export { FAULT_NAMES } from './schema.ts';
export type { FaultName } from './schema.ts';
