/** The limits of one operation: its size before validation, its cost once the variables are known. */
import type { DocumentNode, GraphQLError } from 'graphql';
import { type GatewayErrorCode, refusal } from '../errors.ts';
import type { GatewayLimits } from '../options.ts';
import { shapesOf, type Shape } from './shape.ts';

export { compileCost, type Cost } from './cost.ts';
export { createRateLimit, itemsIn, type RateAllowance, type RateLimit, tenantOf } from './rate.ts';

const RULES: readonly { of: keyof Shape; limit: keyof GatewayLimits; code: GatewayErrorCode; what: string }[] = [
  { of: 'fields', limit: 'maxFields', code: 'FIELD_LIMIT', what: 'fields with its fragments unfolded' },
  { of: 'depth', limit: 'maxDepth', code: 'DEPTH_LIMIT', what: 'levels of fields' },
  { of: 'aliases', limit: 'maxAliases', code: 'ALIAS_LIMIT', what: 'aliases' },
  { of: 'rootFields', limit: 'maxRootFields', code: 'ROOT_FIELD_LIMIT', what: 'root fields' },
];

/** The first limit that an operation of the document is over, if any. */
export function overSize(document: DocumentNode, limits: GatewayLimits): GraphQLError | undefined {
  for (const { operation, shape } of shapesOf(document)) {
    for (const rule of RULES) {
      const limit = limits[rule.limit];
      if (shape[rule.of] <= limit) continue;
      const name = operation.name ? `The operation ${operation.name.value}` : 'The operation';
      return refusal(rule.code, `${name} has ${shape[rule.of]} ${rule.what}; the limit is ${limit}.`, {
        status: 400,
        extensions: { limit },
      });
    }
  }
  return undefined;
}

/** The refusal of an operation whose answer could be too large. */
export function tooCostly(cost: number, limit: number): GraphQLError {
  return refusal(
    'COST_LIMIT',
    `The operation could answer ${cost} values; the limit is ${limit}. Ask for smaller pages (first), fewer fields, or fewer nested lists.`,
    { status: 400, extensions: { cost, limit } },
  );
}
