import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Parties, Writing } from '../services/writing.ts';
import type { AccessDirectory } from './access.ts';

/** What the edges work with. */
export interface EdgeServices {
  writing: Writing;
  directory: AccessDirectory & Parties;
  log: Logger;
}
