/** Structured logs (pino) in which personal data and credentials are redacted by key and by shape. */
import pino from 'pino';
import { currentTraceId } from '../events/trace.ts';
import { redact, redactText } from './redaction.ts';

export type Logger = pino.Logger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  /** Name of the service that writes, e.g. "payments". */
  service: string;
  level: LogLevel;
  /** Where lines go; standard error by default, so that standard output stays free for what a command prints. */
  stream?: { write(line: string): void };
}

/** Makes the process's logger; children inherit the redaction. */
export function createLogger(options: LoggerOptions): Logger {
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service },
      // One id from a request to everything that came of it, in whichever service and however much later.
      mixin: () => {
        const traceId = currentTraceId();
        return traceId === undefined ? {} : { traceId };
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (bindings) => redact(bindings) as Record<string, unknown>,
        bindings: (bindings) => redact(bindings) as Record<string, unknown>,
      },
      hooks: {
        logMethod(parameters, method) {
          const cleaned = parameters.map((parameter) => (typeof parameter === 'string' ? redactText(parameter) : parameter));
          return method.apply(this, cleaned as typeof parameters);
        },
      },
      serializers: { err: (error: unknown) => redact(error), error: (error: unknown) => redact(error) },
    },
    options.stream ?? pino.destination({ dest: 2, sync: false }),
  );
  // pino hands a child's bindings to no formatter: they are cleaned here. Children are made from this object, so theirs are too.
  const child = logger.child;
  logger.child = function redactedChild(this: Logger, bindings, childOptions) {
    return child.call(this, redact(bindings) as pino.Bindings, childOptions);
  } as Logger['child'];
  return logger;
}
