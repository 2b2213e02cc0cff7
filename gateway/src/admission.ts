/**
 * The one check that every operation passes before anything is fetched, whichever way it came in: roles and functions first, then cost,
 * then what is left of the tenant's rate.
 */
import { type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { assertAllowed, type FunctionsByField, type Requirement, requirementsOf, type RolesByField } from './authorization.ts';
import { compileCost, type Cost, itemsIn, type RateLimit, tenantOf, tooCostly } from './limits/index.ts';
import type { GatewayLimits } from './options.ts';

export interface AdmissionRequest {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>> | null | undefined;
  principal: Principal | undefined;
  /** Where the request came from, for who is not known. */
  address?: string | undefined;
}

/** @throws GraphQLError with code UNAUTHENTICATED, FORBIDDEN, COST_LIMIT or LIMIT_EXCEEDED */
export type Admission = (request: AdmissionRequest) => void;

/** @param options.roles undefined when nobody is known here and no role is asked for */
export function createAdmission(options: {
  schema: GraphQLSchema;
  roles: RolesByField | undefined;
  functions?: FunctionsByField;
  limits: GatewayLimits;
  /** Absent: no tenant is too fast. */
  rate?: RateLimit | undefined;
}): Admission {
  const { schema, roles, functions, limits, rate } = options;
  // Documents are kept by the document cache: what is known of their operations lives and goes with them.
  const analysed = new WeakMap<OperationDefinitionNode, { requirements: readonly Requirement[]; cost: Cost }>();
  const analyse = (document: DocumentNode, operation: OperationDefinitionNode) => {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    return {
      requirements: roles ? requirementsOf(schema, document, operation, roles, functions) : [],
      cost: compileCost({ schema, operation, fragments, defaultListSize: limits.defaultListSize }),
    };
  };
  return ({ document, operation, variables, principal, address }) => {
    let analysis = analysed.get(operation);
    if (!analysis) {
      analysis = analyse(document, operation);
      analysed.set(operation, analysis);
    }
    assertAllowed(analysis.requirements, principal);
    const cost = analysis.cost(variables ?? {});
    if (cost > limits.maxCost) throw tooCostly(cost, limits.maxCost);
    rate?.objects(tenantOf(principal, address), cost + itemsIn(variables));
  };
}
