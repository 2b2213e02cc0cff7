/** Reading GraphQL answers, over HTTP and websockets alike. */
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { PlatformRefusalError, PlatformUnreachableError } from './errors.ts';

interface AnswerError {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown; readonly issues?: unknown };
}

/**
 * The data of a GraphQL response.
 * @param where names the platform in error messages
 * @throws PlatformRefusalError when there are errors, PlatformUnreachableError when it is no GraphQL response
 */
export function dataOf<Data>(answer: unknown, where: string): Data {
  if (typeof answer !== 'object' || answer === null) throw notGraphql(where);
  const { data, errors } = answer as { data?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) throw refusalOf(errors as readonly AnswerError[]);
  if (typeof data !== 'object' || data === null) throw notGraphql(where);
  return data as Data;
}

export function refusalOf(errors: readonly AnswerError[]): PlatformRefusalError {
  const [first] = errors;
  const { code, issues } = first?.extensions ?? {};
  return new PlatformRefusalError(typeof first?.message === 'string' ? first.message : 'The platform answered with an error.', {
    code: typeof code === 'string' ? code : 'UNKNOWN',
    issues: Array.isArray(issues) ? (issues as InputIssue[]) : [],
  });
}

export function notGraphql(where: string): PlatformUnreachableError {
  return new PlatformUnreachableError(`What answers at ${where} is not the platform: it does not speak GraphQL.`, 'NOT_GRAPHQL');
}
