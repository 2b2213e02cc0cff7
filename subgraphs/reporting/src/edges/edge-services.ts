import type { Logger } from '@nodo-aperto/kernel/logging';
import type { LinePages } from '../persistence/line-pages.ts';
import type { StationDirectory } from '../services/read-legacy-flows.ts';
import type { Parties, Writing } from '../services/writing.ts';
import type { AccessDirectory } from './access.ts';

/** What the edges work with. */
export interface EdgeServices {
  writing: Writing;
  lines: LinePages;
  directory: AccessDirectory & Parties;
  /** What the legacy primitives of creditors look up. */
  stations: StationDirectory;
  log: Logger;
}
