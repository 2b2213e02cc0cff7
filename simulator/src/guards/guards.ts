/** The guards of the platform that can be switched off, each with the invariant that watches over it. */
import { eventGuards } from './event-guards.ts';
import { moneyGuards } from './money-guards.ts';
import { paymentGuards } from './payment-guards.ts';
import { standInGuards } from './stand-in-guards.ts';
import type { Guard } from './types.ts';

export const GUARDS: readonly Guard[] = [...paymentGuards, ...standInGuards, ...moneyGuards, ...eventGuards];
