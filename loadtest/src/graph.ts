/** The few questions that the runner itself asks the graph. */
import { type Clock, withDeadline } from '@nodo-aperto/kernel/time';
import { LoadtestError } from './failure.ts';

const DEADLINE_MS = 60_000;

/** @throws LoadtestError with what the graph says is wrong */
export async function ask<Data>(options: {
  base: string;
  clock: Clock;
  token: string;
  /** A text, or the hash of a persisted document. */
  document: { query: string } | { documentId: string };
  variables?: object;
}): Promise<Data> {
  const { base, clock, token, document, variables = {} } = options;
  const answer = await withDeadline(clock, DEADLINE_MS, 'the graph', async (signal) => {
    const response = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ ...document, variables }),
      signal,
    });
    return (await response.json()) as { data?: Data | null; errors?: { message: string }[] };
  });
  if (!answer.data || answer.errors?.length)
    throw new LoadtestError(`The platform refused: ${answer.errors?.map(({ message }) => message).join(' ') ?? 'no data'}`);
  return answer.data;
}
