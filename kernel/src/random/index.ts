export type { RandomStream } from './stream.ts';
export { seededStreams } from './seeded.ts';
export { cryptographicStream } from './cryptographic.ts';
