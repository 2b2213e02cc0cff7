/** Persisted documents: clients send the sha256 of a document that the gateway already has. With `onlyPersisted` it answers no other. */
import { refusal } from './errors.ts';
import { sha256 } from './documents.ts';

/** What a request says about its document. */
export interface DocumentReference {
  query?: string | undefined;
  /** `{ persistedQuery: { version: 1, sha256Hash } }` as Apollo's clients send it. */
  extensions?: Readonly<Record<string, unknown>> | null | undefined;
  /** `sha256:<hash>` or the bare hash, as in the persisted documents appendix of GraphQL over HTTP. */
  documentId?: unknown;
}

export type PersistedDocuments = (reference: DocumentReference) => string | undefined;

/**
 * Finds the text of a request's document; undefined when the request has neither a text nor an id.
 * @throws GraphQLError with code PERSISTED_QUERY_NOT_FOUND, PERSISTED_DOCUMENT_REQUIRED or BAD_REQUEST
 */
export function createPersistedDocuments(options: {
  documents?: ReadonlyMap<string, string> | undefined;
  only?: boolean | undefined;
}): PersistedDocuments {
  const documents = options.documents ?? new Map<string, string>();
  return (reference) => {
    // Over a websocket the protocol demands a text: clients that only have an id send an empty one.
    const text = reference.query === '' ? undefined : reference.query;
    const id = idOf(reference);
    if (id === undefined) {
      if (text !== undefined && options.only && !documents.has(sha256(text))) {
        throw refusal('PERSISTED_DOCUMENT_REQUIRED', 'This gateway answers persisted documents only: send the sha256 of one of them.', {
          status: 400,
        });
      }
      return text;
    }
    if (text !== undefined && sha256(text) !== id) {
      throw refusal('BAD_REQUEST', 'The sha256 in the request is not the one of its document.', { status: 400 });
    }
    const known = documents.get(id) ?? (options.only ? undefined : text);
    // Clients that registered documents on the fly look for this very message.
    if (known === undefined) throw refusal('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', { status: 400 });
    return known;
  };
}

function idOf({ extensions, documentId }: DocumentReference): string | undefined {
  const persisted = extensions?.['persistedQuery'] as { sha256Hash?: unknown } | undefined;
  const given = persisted?.sha256Hash ?? documentId;
  if (given === undefined || given === null) return undefined;
  const hash = typeof given === 'string' ? given.replace(/^sha256:/, '').toLowerCase() : '';
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw refusal('BAD_REQUEST', 'The id of a persisted document is the sha256 of its text, 64 hexadecimal digits.', { status: 400 });
  return hash;
}
