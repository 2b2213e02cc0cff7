/** Documents on their way in: measured, validated once, and kept in one bounded cache that HTTP and websockets share. */
import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type ValidationRule,
} from 'graphql';
import { refusal } from './errors.ts';
import { overSize } from './limits/index.ts';
import { LeastRecentlyUsed } from './lru.ts';
import type { GatewayLimits } from './options.ts';

export interface PreparedDocument {
  document: DocumentNode;
  /** sha256 of the text. */
  hash: string;
}

export interface Documents {
  /** The parsed and validated document, or why it is refused. */
  prepare(text: string): PreparedDocument | { errors: readonly GraphQLError[] };
  /** A document that was prepared before and is still kept. */
  known(hash: string): DocumentNode | undefined;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What a document counts at least in the caches: parsed, the shortest one takes some kilobytes. */
const LEAST_WEIGHT = 1_024;

export function createDocuments(options: { schema: GraphQLSchema; limits: GatewayLimits; introspection: boolean }): Documents {
  const { schema, limits } = options;
  // By the text, which is compared faster than hashed; by the hash for @apollo/server, which knows no other name.
  const byText = new LeastRecentlyUsed<PreparedDocument>(limits.cachedDocumentCharacters);
  const byHash = new LeastRecentlyUsed<DocumentNode>(limits.cachedDocumentCharacters);
  const rules: readonly ValidationRule[] = [
    ...specifiedRules,
    UnconditionalSubscriptionRule,
    ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  return {
    known: (hash) => byHash.get(hash),
    prepare(text) {
      const known = byText.get(text);
      if (known) return known;
      const document = parseWithin(text, limits.maxTokens);
      if (document instanceof GraphQLError) return { errors: [document] };
      const tooLarge = overSize(document, limits);
      if (tooLarge) return { errors: [tooLarge] };
      const errors = validateSafely(schema, document, rules, options.introspection);
      if (errors.length > 0) return { errors };
      const prepared = { document, hash: sha256(text) };
      const weight = Math.max(LEAST_WEIGHT, text.length);
      byText.set(text, prepared, weight);
      byHash.set(prepared.hash, document, weight);
      return prepared;
    },
  };
}

function parseWithin(text: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.includes(`${maxTokens} tokens`)) {
      return refusal('TOKEN_LIMIT', `The document has more than ${maxTokens} tokens.`, { status: 400, extensions: { limit: maxTokens } });
    }
    return new GraphQLError(error.message, {
      source: error.source,
      positions: error.positions,
      extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400 } },
    });
  }
}

function validateSafely(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
  suggestions: boolean,
): readonly GraphQLError[] {
  try {
    return validate(schema, document, rules, { maxErrors: 20 }).map((error) => invalid(error, suggestions));
  } catch (error) {
    // The rule for single-field subscriptions evaluates @skip and @include without variables, and throws.
    if (error instanceof GraphQLError) return [invalid(error, suggestions)];
    throw error;
  }
}

function invalid(error: GraphQLError, suggestions: boolean): GraphQLError {
  // Where the schema is not to be read, it is not to be guessed either.
  const message = suggestions ? error.message : error.message.replaceAll(/ ?Did you mean .+\?$/g, '');
  return refusal('GRAPHQL_VALIDATION_FAILED', message, { nodes: error.nodes, status: 400 });
}

/**
 * The root field of a subscription takes no @skip or @include: whether there is a stream would depend on a variable.
 * Source: GraphQL specification (September 2025), 5.2.4.1 Single Root Field.
 */
const UnconditionalSubscriptionRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
    for (const { directives = [] } of operation.selectionSet.selections) {
      const conditional = directives.find(({ name }) => name.value === 'skip' || name.value === 'include');
      if (!conditional) continue;
      context.reportError(
        new GraphQLError(`The root field of a subscription cannot have @${conditional.name.value}.`, { nodes: [conditional] }),
      );
    }
  },
});

/** The operation that a request means: the named one, or the only one. */
export function selectOperation(document: DocumentNode, operationName: string | null | undefined) {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const operation = operationName ? operations.find(({ name }) => name?.value === operationName) : operations[0];
  if (!operationName && operations.length > 1) {
    throw refusal('OPERATION_RESOLUTION_FAILURE', 'The document has several operations: name one in operationName.', { status: 400 });
  }
  if (!operation)
    throw refusal('OPERATION_RESOLUTION_FAILURE', `The document has no operation named "${operationName ?? ''}".`, { status: 400 });
  return operation;
}
