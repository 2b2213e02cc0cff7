/** The simulator's graph over HTTP: POST only, with an access token always. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { execute, GraphQLError, parse, validate } from 'graphql';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { z } from 'zod';
import { bearerToken } from '@nodo-aperto/kernel/auth';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { ExposedError, UnauthenticatedError } from '@nodo-aperto/kernel/faults';
import { controlRoot } from './resolvers.ts';
import type { Controllable, ControlContext } from './resolvers.ts';
import { controlSchema } from './schema.ts';

export const CONTROL_PATH = '/simulator/graphql';
const LARGEST_BODY = 32 * 1024;
const MOST_TOKENS = 500;

const bodyShape = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/**
 * Serves the simulator's graph at {@link CONTROL_PATH}.
 * @param verify gives the caller that a bearer token speaks for; rejects with UnauthenticatedError
 */
export async function registerControl(
  app: FastifyInstance,
  simulation: Controllable,
  verify: (token: string) => Promise<Principal>,
): Promise<void> {
  const rootValue = controlRoot(simulation);
  await app.register(async (scope) => {
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) request.log.error({ err: error }, 'the control of the simulator failed');
      const message = status >= 500 ? 'Internal error.' : 'The request is not a JSON body with a GraphQL query.';
      return refuse(
        reply,
        status,
        new GraphQLError(message, { extensions: { code: status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT' } }),
      );
    });
    scope.post(CONTROL_PATH, { bodyLimit: LARGEST_BODY }, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      let context: ControlContext;
      try {
        context = { principal: await callerOf(request, verify) };
      } catch (error) {
        if (!(error instanceof UnauthenticatedError)) throw error;
        return refuse(
          reply.header('www-authenticate', 'Bearer'),
          401,
          presentError(new GraphQLError(error.message, { originalError: error }), request),
        );
      }
      return answer(request, reply, rootValue, context);
    });
  });
}

async function callerOf(request: FastifyRequest, verify: (token: string) => Promise<Principal>): Promise<Principal> {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw new UnauthenticatedError('This needs an access token: send it in the header "Authorization: Bearer …".');
  return verify(token);
}

async function answer(request: FastifyRequest, reply: FastifyReply, rootValue: object, context: ControlContext): Promise<FastifyReply> {
  const body = bodyShape.safeParse(request.body);
  if (!body.success) {
    const expected = 'The body must be a JSON object with the text "query" and, if any, the object "variables".';
    return refuse(reply, 400, new GraphQLError(expected, { extensions: { code: 'BAD_USER_INPUT' } }));
  }
  const { query, variables, operationName } = body.data;
  const document = documentOf(query);
  if (Array.isArray(document)) return refuse(reply, 400, ...document);
  const result: ExecutionResult = await execute({
    schema: controlSchema,
    document,
    rootValue,
    contextValue: context,
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  return reply.send({
    ...(result.data !== undefined && { data: result.data }),
    ...(result.errors && { errors: result.errors.map((error) => presentError(error, request)) }),
  });
}

/** The document, or what is wrong with it. */
function documentOf(query: string): DocumentNode | GraphQLError[] {
  try {
    const document = parse(query, { maxTokens: MOST_TOKENS });
    const errors = validate(controlSchema, document, undefined, { maxErrors: 10 });
    return errors.length > 0 ? [...errors] : document;
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** Callers' mistakes are explained; faults of ours are logged and masked. */
function presentError(error: GraphQLError, request: FastifyRequest): GraphQLError {
  const { originalError } = error;
  const options = { nodes: error.nodes, path: error.path };
  if (originalError instanceof ExposedError)
    return new GraphQLError(error.message, { ...options, extensions: { code: originalError.code } });
  // Without an original error it comes from graphql-js itself: wrong variables, or an operation that is not there.
  if (originalError == null) return new GraphQLError(error.message, { ...options, extensions: { code: 'BAD_USER_INPUT' } });
  request.log.error({ err: originalError }, 'the control of the simulator failed');
  return new GraphQLError('Internal error.', { ...options, extensions: { code: 'INTERNAL_SERVER_ERROR', reference: request.id } });
}

function refuse(reply: FastifyReply, status: number, ...errors: readonly GraphQLError[]): FastifyReply {
  return reply.code(status).send({ errors });
}
