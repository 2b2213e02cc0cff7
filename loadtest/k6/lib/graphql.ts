/** One call of a persisted document: what k6 measures, and whether the graph answered. */
import http from 'k6/http';
import { Counter } from 'k6/metrics';
import { fixture } from './fixture.ts';

/** Answers that were not GraphQL data: refused, masked, unreachable. Tagged with the operation and the code. */
const graphqlErrors = new Counter('graphql_errors');
const url = `${fixture.base}/graphql`;

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/**
 * @param name the operation, as k6 reports it
 * @param document the name of its file in schema/operations
 * @returns undefined when there is no data; it is then counted in `graphql_errors`
 */
export function call<Data>(name: string, document: string, variables: object, token: string): Data | undefined {
  const response = http.post(url, JSON.stringify({ documentId: `sha256:${fixture.documents[document]}`, variables }), {
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
    tags: { name },
    timeout: '30s',
  });
  const answer = response.status === 200 ? (response.json() as unknown as GraphqlAnswer<Data>) : undefined;
  if (answer?.data && !answer.errors) return answer.data;
  graphqlErrors.add(1, { name, code: answer?.errors?.[0]?.extensions?.code ?? `status ${response.status}` });
  return undefined;
}
