import { composeServices } from '@apollo/composition';
import { type GraphQLNamedType, isEnumType, isInputObjectType, isObjectType, parse } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { onboarding } from '../src/index.ts';

let schema: Awaited<ReturnType<typeof onboarding.graphql>>['schema'];
let sdl: string;
let own: GraphQLNamedType[];
beforeAll(async () => {
  ({ schema, sdl } = await onboarding.graphql());
  own = Object.values(schema.getTypeMap()).filter(
    ({ name }) => !/__|^_|^(Query|Mutation|Subscription|String|Int|Boolean|Float|ID)$/.test(name),
  );
});

describe('the schema', () => {
  it('composes', () => {
    const { errors, supergraphSdl } = composeServices([{ name: 'onboarding', url: 'http://localhost', typeDefs: parse(sdl) }]);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('type CreditorInstitution');
  });

  it('says of every operation for which roles it is', () => {
    for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
      for (const field of Object.values(root?.getFields() ?? {})) {
        if (field.name.startsWith('_')) continue;
        const pattern = new RegExp(`^  ${field.name}(\\(|:)[\\s\\S]*?@tag\\(name: "role/`, 'm');
        expect(sdl, `${field.name} has no roles`).toMatch(pattern);
      }
    }
  });

  it('describes every type, field and argument', () => {
    const undescribed: string[] = [];
    const note = (path: string, described: { description?: string | null }): void => {
      if (!described.description) undescribed.push(path);
    };
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
      (type) => type !== null && type !== undefined,
    );
    for (const type of [...own, ...roots]) {
      if (own.includes(type)) note(type.name, type);
      if (isEnumType(type) || !(isObjectType(type) || isInputObjectType(type))) continue;
      for (const field of Object.values(type.getFields())) {
        if (field.name.startsWith('_')) continue;
        note(`${type.name}.${field.name}`, field);
        if ('args' in field) for (const argument of field.args) note(`${type.name}.${field.name}(${argument.name})`, argument);
      }
    }
    expect(undescribed).toEqual([]);
  });

  it('has the entities that other subgraphs refer to, by their keys', () => {
    for (const [name, key] of [
      ['CreditorInstitution', 'fiscalCode'],
      ['Psp', 'code'],
      ['Broker', 'code'],
      ['Station', 'code'],
      ['Channel', 'code'],
    ] as const) {
      expect(sdl).toMatch(new RegExp(`type ${name}\\s*@key\\(fields: "${key}"\\)`));
    }
  });
});
