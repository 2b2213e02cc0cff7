import { existsSync, readFileSync } from 'node:fs';
import { buildASTSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { documents } from './index.ts';

/** What the platform publishes of itself; the simulator uses nothing else of it. */
const published = new URL('../../../schema/supergraph.graphql', import.meta.url);

describe.skipIf(!existsSync(published))('the operations of the simulator', () => {
  const schema = buildASTSchema(parse(readFileSync(published, 'utf8')), { assumeValidSDL: true });

  it.each(documents.map((document) => [document.name, document.text]))('are valid on the published graph: %s', (name, text) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    expect(document.definitions).toMatchObject([{ name: { value: name } }]);
  });
});
