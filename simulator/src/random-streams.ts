import type { RandomStream } from '@nodo-aperto/kernel/random';

/** Where named random streams come from: `seededStreams(seed)` of the kernel. */
export interface RandomStreams {
  /** The stream of this name; the same name gives the same draws again from the start. */
  stream(name: string): RandomStream;
}
