/* Starts GraphiQL in the page: queries and mutations over HTTP, subscriptions over a websocket, both with the headers of the editor. */
(() => {
  const { React, ReactDOM, GraphiQL, graphqlWs, document, location } = globalThis;
  const element = document.getElementById('graphiql');
  const endpoint = new URL(element.dataset.endpoint, location.href);
  const websocket = new URL(endpoint);
  websocket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

  /** The kind of the operation that will run. */
  const kindOf = (documentNode, operationName) =>
    documentNode?.definitions.find(({ kind, name }) => kind === 'OperationDefinition' && (!operationName || name?.value === operationName))
      ?.operation;

  async function overHttp(parameters, headers) {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json', ...headers },
      body: JSON.stringify(parameters),
    });
    return response.json();
  }

  /** A connection for each subscription: its token is the one that stands in the editor now. */
  function overWebsocket(parameters, headers) {
    const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    const client = graphqlWs.createClient({
      url: websocket.href,
      connectionParams: authorization ? { authorization } : {},
      retryAttempts: 0,
    });
    const events = client.iterate(parameters);
    return {
      next: () => events.next().catch((problem) => Promise.reject(readable(problem))),
      return: () => {
        client.dispose();
        return events.return();
      },
      throw: (problem) => events.throw(problem),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** A closed connection has a code and a reason, a refused subscription a list of errors. */
  function readable(problem) {
    if (Array.isArray(problem)) return { errors: problem };
    return 'code' in problem ? new Error(`The connection was closed: ${problem.code} ${problem.reason}`) : problem;
  }

  const fetcher = (parameters, options) => {
    // The editor starts with an empty token: without one the caller is anonymous.
    const headers = Object.fromEntries(Object.entries(options?.headers ?? {}).filter(([, value]) => !/^Bearer\s*$/.test(value)));
    const isSubscription = kindOf(options?.documentAST, parameters.operationName) === 'subscription';
    return isSubscription ? overWebsocket(parameters, headers) : overHttp(parameters, headers);
  };

  ReactDOM.createRoot(element).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: element.dataset.defaultQuery,
      defaultHeaders: '{\n  "authorization": "Bearer "\n}',
      defaultEditorToolsVisibility: 'headers',
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
    }),
  );
})();
