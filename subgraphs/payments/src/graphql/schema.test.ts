import { GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { paymentsSchema } from './schema.ts';

describe('the schema of payments', async () => {
  const { schema, sdl } = await paymentsSchema();
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('_') && !type.name.includes('__'));

  it('owns Payment and contributes to the entities of others', () => {
    expect(sdl).toMatch(/type Payment\b[^{]*@key\(fields: "paymentToken"\)/);
    expect(sdl).toMatch(/type Notice\b[^{]*@key\(fields: "creditorFiscalCode noticeNumber"\)/);
    for (const [type, fields] of Object.entries({
      Notice: ['paymentStatus', 'paymentStatusHistory', 'payments'],
      Station: ['standIn'],
      Psp: ['payments'],
      CreditorInstitution: ['payments'],
      Payment: ['status', 'statusHistory', 'notice', 'creditor', 'psp', 'station', 'channel'],
      StationStandIn: ['active', 'since', 'reason', 'slots', 'exitCondition', 'probes'],
    })) {
      const found = schema.getType(type);
      expect(found).toBeInstanceOf(GraphQLObjectType);
      expect(Object.keys((found as GraphQLObjectType).getFields())).toEqual(expect.arrayContaining(fields));
    }
  });

  it('has the operations', () => {
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining([
        'payment',
        'payments',
        'sessionsInFlight',
        'sessionTotals',
        'stuckPayments',
        'standInVisibility',
        'standInStations',
        'standInRefusals',
        'idempotencyEntries',
        'paymentEventLog',
        'stationEventLog',
      ]),
    );
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort()).toEqual([
      'activatePaymentNotice',
      'activatePaymentNoticeV2',
      'demandPaymentNotice',
      'enterStandIn',
      'leaveStandIn',
      'sendPaymentOutcome',
      'sendPaymentOutcomeV2',
      'verifyPaymentNotice',
    ]);
    expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).sort()).toEqual(['paymentEvents', 'stationEvents']);
  });

  it('tells the gateway who may use each operation', () => {
    for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
      for (const [name, field] of Object.entries(root?.getFields() ?? {})) {
        if (name.startsWith('_')) continue;
        const tags = field.astNode?.directives?.filter((directive) => directive.name.value === 'tag') ?? [];
        expect(tags.length, name).toBeGreaterThan(0);
      }
    }
  });

  it('describes every type, field and argument of its own', () => {
    const without: string[] = [];
    for (const type of types) {
      if (
        !(
          type instanceof GraphQLObjectType ||
          type instanceof GraphQLInputObjectType ||
          type instanceof GraphQLInterfaceType ||
          type instanceof GraphQLEnumType
        )
      )
        continue;
      if (!['Query', 'Mutation', 'Subscription'].includes(type.name) && !type.description) without.push(type.name);
      if (type instanceof GraphQLEnumType) continue;
      for (const field of Object.values(type.getFields())) {
        if (field.name.startsWith('_')) continue;
        if (!field.description) without.push(`${type.name}.${field.name}`);
        if ('args' in field)
          for (const argument of field.args) if (!argument.description) without.push(`${type.name}.${field.name}(${argument.name})`);
      }
    }
    expect(without).toEqual([]);
  });
});
