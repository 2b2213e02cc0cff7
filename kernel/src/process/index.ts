export { freePort } from './free-port.ts';
export { platformWords, type PlatformWords } from './platform-words.ts';
export { spawnProgram, type SpawnOptions } from './spawn-program.ts';
export { answersReady, type ServerProcess, watchServer, type WatchOptions } from './server-process.ts';
