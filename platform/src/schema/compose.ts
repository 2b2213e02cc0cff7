/** Writes what the services publish into schema/: each subgraph's SDL, the composed supergraph, and the JSON Schema of every event. */
import { composeServices } from '@apollo/composition';
import type { EventContract } from '@nodo-aperto/kernel/events';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { type DocumentNode, parse, visit } from 'graphql';
import { z } from 'zod';
import { CommandError } from '../failure.ts';
import { subgraphUrl } from '../subgraphs.ts';
import { keyFields, withFunctions } from './functions.ts';

/** @returns file names under schema/ and what must stand in them */
export async function publishedFiles(subgraphs: readonly SubgraphDefinition[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const services = [];
  for (const subgraph of subgraphs) {
    const { sdl } = await subgraph.graphql();
    files.set(`${subgraph.name}.graphql`, sdl);
    const typeDefs = withFunctions(describedByOwner(parse(sdl), subgraph.name), subgraph.name);
    services.push({ name: subgraph.name, url: subgraphUrl(subgraph.name), typeDefs });
    for (const contract of subgraph.publishes) files.set(`events/${contract.name}.v${contract.version}.json`, eventSchema(contract));
  }
  const composed = composeServices(services);
  if (composed.errors?.length)
    throw new CommandError(
      'The subgraphs do not compose:',
      composed.errors.map((error) => `  ${error.message}`),
    );
  files.set('supergraph.graphql', `${composed.supergraphSdl ?? ''}\n`);
  return files;
}

/** Which subgraph describes an entity; the others only add fields to it. */
const ENTITY_OWNERS: Readonly<Record<string, string>> = {
  CreditorInstitution: 'onboarding',
  Psp: 'onboarding',
  Broker: 'onboarding',
  Station: 'onboarding',
  Channel: 'onboarding',
  Notice: 'notices',
  Payment: 'payments',
  Receipt: 'receipts',
  ReportingFlow: 'reporting',
  KpiResult: 'quality',
};

/** Leaves the description of an entity and of its key fields to its owner, so that the supergraph says one thing. */
function describedByOwner(document: DocumentNode, subgraph: string): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition(type) {
      const owner = ENTITY_OWNERS[type.name.value];
      if (owner === undefined || owner === subgraph) return undefined;
      const keys = new Set(type.directives?.filter(({ name }) => name.value === 'key').flatMap(keyFields));
      const fields = type.fields?.map((field) => (keys.has(field.name.value) ? { ...field, description: undefined } : field));
      return { ...type, description: undefined, fields };
    },
  });
}

/** The contract as a JSON Schema document, for readers in other languages. */
function eventSchema(contract: EventContract): string {
  const data = z.toJSONSchema(contract.schema, { io: 'output' });
  return `${JSON.stringify({ $id: `urn:nodo-aperto:event:${contract.name}:v${contract.version}`, title: contract.name, description: contract.describes, 'x-source': contract.source, ...data }, null, 2)}\n`;
}
