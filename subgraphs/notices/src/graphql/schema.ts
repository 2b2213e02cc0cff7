/** The subgraph's federated schema. */
import { buildSubgraph, type SubgraphSchema } from '@nodo-aperto/kernel/graphql';
import { NoticeEventResolver } from './event-resolver.ts';
import {
  CreditorInstitutionResolver,
  DebtPositionResolver,
  NoticeResolver,
  resolveCreditorInstitution,
  resolveNotice,
} from './notice-resolver.ts';
import { CreditorInstitutionType, NoticeType } from './notice-types.ts';
import { DebtPositionWriteResolver, LoadPositionResolver } from './write-resolver.ts';

export function noticesSchema(): Promise<SubgraphSchema> {
  return buildSubgraph({
    resolvers: [
      NoticeResolver,
      DebtPositionResolver,
      CreditorInstitutionResolver,
      LoadPositionResolver,
      DebtPositionWriteResolver,
      NoticeEventResolver,
    ],
    orphanedTypes: [NoticeType, CreditorInstitutionType],
    references: { Notice: resolveNotice, CreditorInstitution: resolveCreditorInstitution },
  });
}
