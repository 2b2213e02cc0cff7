/** @apollo/server speaks GraphQL over HTTP; this file is where our checks and our execution hook into it. */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Admission } from './admission.ts';
import { type Documents, selectOperation } from './documents.ts';
import type { OperationExecutor } from './execution/executor.ts';
import { needsWebsocket } from './execution/operation.ts';
import { logErrors, publicError, withBrokenPromises } from './masking.ts';
import type { GatewayContext } from './options.ts';

/** @throws Error when @apollo/server cannot serve the schema */
export async function startApollo(options: {
  schema: GraphQLSchema;
  supergraphSdl: string;
  execute: OperationExecutor;
  documents: Documents;
  admission: Admission;
  introspection: boolean;
  maxTokens: number;
  log: Logger;
}): Promise<ApolloServer<GatewayContext>> {
  const { log, documents } = options;
  const server = new ApolloServer<GatewayContext>({
    gateway: executionOf(options),
    logger: quiet(log),
    introspection: options.introspection,
    parseOptions: { maxTokens: options.maxTokens },
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    // Documents are parsed and validated before they come here (documents.ts): the key ends with the sha256 of the text.
    documentStore: { get: async (key) => documents.known(key.slice(-64)), set: async () => {}, delete: async () => {} },
    formatError: (_formatted, error) => publicError(error as Error),
    plugins: [
      checks(options),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return server;
}

/** What @apollo/server takes for a gateway. */
type GatewayInterface = NonNullable<ConstructorParameters<typeof ApolloServer<GatewayContext>>[0]['gateway']>;

/** Our execution, as @apollo/server wants it: it takes a gateway of any make. */
function executionOf(options: { schema: GraphQLSchema; supergraphSdl: string; execute: OperationExecutor }): GatewayInterface {
  return {
    onSchemaLoadOrUpdate(tell) {
      tell({ apiSchema: options.schema, coreSupergraphSdl: options.supergraphSdl });
      return () => {};
    },
    load: async () => ({
      executor: ({ document, queryHash, request, context }) =>
        options.execute({
          document,
          hash: queryHash,
          operationName: request.operationName || undefined,
          variables: request.variables ?? {},
          context: context as GatewayContext,
        }),
    }),
    stop: async () => {},
  };
}

function checks({ admission, log }: { admission: Admission; log: Logger }): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async ({ contextValue }) => ({
      async didResolveOperation({ document, request }) {
        const operation = selectOperation(document, request.operationName);
        if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw needsWebsocket();
        admission({ document, operation, variables: request.variables, principal: contextValue.principal, address: contextValue.address });
      },
      didEncounterErrors: async ({ errors }) => logErrors(errors, contextValue.request.id, log),
      async willSendResponse({ response }) {
        if (response.body.kind !== 'single') return;
        const result = withBrokenPromises(response.body.singleResult, contextValue.request.id, log);
        // formatError does not know the request: the reference is added here.
        const errors = result.errors?.map((error) =>
          error.extensions?.['code'] === 'INTERNAL_SERVER_ERROR' ? publicError(error, contextValue.request.id) : error,
        );
        response.body.singleResult = { ...result, ...(errors && { errors }) };
      },
    }),
  };
}

/** What the libraries tell about themselves is of interest only when something is wrong. */
function quiet(log: Logger) {
  const at = (level: 'debug' | 'warn' | 'error') => (message?: unknown) => log[level](String(message));
  return { debug: at('debug'), info: at('debug'), warn: at('warn'), error: at('error') };
}
