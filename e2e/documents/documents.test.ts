import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { controlSchema } from '../../simulator/src/control/schema.ts';
import { demoPopulation } from '../../simulator/src/population/index.ts';
import { type Block, blocksOfDocuments } from './blocks.ts';

/** What documents show of the graph is valid against the schema that they are delivered with. */
describe('the GraphQL of the documents', async () => {
  const blocks = (await blocksOfDocuments()).filter(({ language }) => language === 'graphql');
  let graph: GraphQLSchema;

  beforeAll(async () => {
    const sdl = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
    graph = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  });

  it('is there', () => expect(blocks.length).toBeGreaterThan(20));

  it.each(blocks.map((block) => [`${block.document}:${block.line}`, block] as const))('%s', (_place, block) => {
    for (const operation of operationsOf(block)) {
      const errors = validate(graph, operation);
      const ofSimulator = errors.length === 0 ? [] : validate(controlSchema, operation);
      expect(ofSimulator.length === 0 ? [] : errors.map(({ message }) => message)).toEqual([]);
    }
  });
});

it('the page of test data names the parties of the demo', async () => {
  const text = await readFile(new URL('../../docs/test-data.md', import.meta.url), 'utf8');
  const { creditors, psps } = demoPopulation(seededStreams(7));
  for (const { fiscalCode, stationCode, segregationCode } of creditors) {
    expect(text).toContain(`| \`${fiscalCode}\` | \`${stationCode}\` | \`${segregationCode}\` |`);
  }
  for (const { code, fiscalCode, channelCode } of psps) expect(text).toContain(`| \`${code}\` | \`${fiscalCode}\` | \`${channelCode}\` |`);
});

/** Blocks show several operations one below the other: each is a document of its own. */
function operationsOf({ text }: Block) {
  const { definitions } = parse(text);
  return definitions.map((definition) => ({ kind: Kind.DOCUMENT, definitions: [definition] }) as const);
}
