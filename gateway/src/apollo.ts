/** @apollo/gateway executes queries and mutations, @apollo/server speaks GraphQL over HTTP; this file is where our checks hook into both. */
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { OperationTypeNode } from 'graphql';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Admission } from './admission.ts';
import type { SubgraphConnections } from './data-sources/index.ts';
import { type Documents, selectOperation } from './documents.ts';
import { refusal } from './errors.ts';
import { logErrors, publicError, withBrokenPromises } from './masking.ts';
import type { GatewayContext } from './options.ts';

/** @throws Error when @apollo/gateway cannot serve the supergraph */
export async function startApollo(options: {
  supergraphSdl: string;
  subgraphs: SubgraphConnections;
  documents: Documents;
  admission: Admission;
  introspection: boolean;
  maxTokens: number;
  log: Logger;
}): Promise<ApolloServer<GatewayContext>> {
  // @apollo/gateway sends usage figures to its maker unless it is told not to, and reads this when it is constructed.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const { log, documents } = options;
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => options.subgraphs.dataSource(name),
    // Checked when the supergraph was loaded for subscriptions.
    validateSupergraph: false,
    __exposeQueryPlanExperimental: false,
    logger: quiet(log),
  });
  const server = new ApolloServer<GatewayContext>({
    gateway,
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

function checks({ admission, log }: { admission: Admission; log: Logger }): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async ({ contextValue }) => ({
      async didResolveOperation({ document, request }) {
        const operation = selectOperation(document, request.operationName);
        if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
          throw refusal(
            'SUBSCRIPTION_NEEDS_WEBSOCKET',
            'Subscriptions are served over a websocket at this address, with the protocol graphql-transport-ws.',
            {
              status: 400,
            },
          );
        }
        admission({ document, operation, variables: request.variables, principal: contextValue.principal });
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
