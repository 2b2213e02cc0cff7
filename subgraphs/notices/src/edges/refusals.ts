/** Refusals as the REST interfaces answer them. */
import { InputError, type InputIssue } from '@nodo-aperto/kernel/faults';
import type { FastifyReply } from 'fastify';
import type { Refusal, RefusalKind } from '../domain/outcome.ts';

const ANSWERS: Record<RefusalKind, { status: number; title: string }> = {
  INVALID: { status: 400, title: 'Bad input' },
  FORBIDDEN: { status: 403, title: 'Forbidden' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  CONFLICT: { status: 409, title: 'Conflict' },
  UNPROCESSABLE: { status: 422, title: 'Unprocessable request' },
};

/** The HTTP status of a refusal. */
export const STATUS_OF_REFUSAL = Object.fromEntries(Object.entries(ANSWERS).map(([kind, { status }]) => [kind, status])) as Readonly<
  Record<RefusalKind, number>
>;

/** What was odd about what was taken, as answers have it beside the contract's fields. */
export function warningOf({ path, message, expected }: InputIssue): { field: string; message: string; expected?: string } {
  return { field: path, message, ...(expected !== undefined && { expected }) };
}

/** Answers with a problem body that names every field, what is wrong with it and what was expected. */
export async function sendRefusal(reply: FastifyReply, { kind, issues }: Refusal): Promise<FastifyReply> {
  const { status, title } = ANSWERS[kind];
  const error = new InputError(issues);
  const problem = { title, status, detail: error.message, issues: error.issues, reference: reply.request.id };
  return reply.code(status).type('application/problem+json').send(problem);
}
