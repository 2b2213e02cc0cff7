/** Logs of tests: silent unless asked for with TEST_LOG=debug (or another level). */
import { type LogLevel, type Logger, createLogger } from '../logging/index.ts';

export interface RecordedLine {
  level: string;
  msg: string;
  [key: string]: unknown;
}

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

function isLevel(text: string | undefined): text is LogLevel {
  return LEVELS.some((level) => level === text);
}

/** A logger that writes to standard error at the level of TEST_LOG, or nowhere. */
export function testLogger(): Logger {
  const wanted = process.env.TEST_LOG;
  return createLogger({ service: 'test', level: isLevel(wanted) ? wanted : 'silent' });
}

/** A logger whose lines, from debug up, can be read back. */
export function recordingLogger(): { log: Logger; lines: RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as RecordedLine) };
  return { log: createLogger({ service: 'test', level: 'debug', stream }), lines };
}
