import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import { Kind, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { persistedDocuments } from './persisted-documents.ts';

describe('the persisted documents', async () => {
  const sdl = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  const documents = await persistedDocuments();

  it('are there', () => expect(documents.size).toBeGreaterThan(4));

  it.each([...documents.values()].map((text) => [/(?:query|mutation|subscription) (\w+)/.exec(text)?.[1], text]))(
    '%s is one operation of the graph',
    (name, text) => {
      const document = parse(text ?? '');
      expect(document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)).toHaveLength(1);
      expect(name).toBeDefined();
      expect(validate(schema, document)).toEqual([]);
    },
  );
});
