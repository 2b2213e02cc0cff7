/** `platform refill-broker`: publishes the events that the database keeps to the broker once more. */
import { STREAM_NAMES, type StreamName } from '@nodo-aperto/kernel/events';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { readEnvironment } from '../environment.ts';
import { CommandError } from '../failure.ts';

/** @returns one sentence @throws CommandError, BrokerUnavailableError */
export async function refillBroker({ stream }: { stream: string }): Promise<string> {
  const sources = stream === 'all' ? STREAM_NAMES : STREAM_NAMES.filter((name) => name === stream);
  if (sources.length === 0) throw new CommandError(`There is no stream "${stream}"; expected all or one of ${STREAM_NAMES.join(', ')}.`);
  const { BUS_URL: url, LOG_LEVEL: level } = readEnvironment(process.env);
  if (url === undefined) throw new CommandError('BUS_URL is not set: without a broker there is nothing to fill.');
  const { refillStreams } = await import('@nodo-aperto/kernel/jetstream');
  await refillStreams(sources satisfies readonly StreamName[], { url, log: createLogger({ service: 'platform', level }) });
  return `The broker’s copy of ${sources.join(', ')} was thrown away; running services fill it again with all that the database keeps.`;
}
