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
import { AcaCoverageResolver } from './coverage-resolver.ts';
import { PaymentOptionsResolver } from './options-resolver.ts';
import { PrintFolderEventResolver } from './print-event-resolver.ts';
import { PrintFolderResolver, PrintItemResolver, PrintResolver } from './print-resolver.ts';
import { PullResolver } from './pull-resolver.ts';
import { UploadResolver } from './upload-resolver.ts';
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
      PaymentOptionsResolver,
      PullResolver,
      AcaCoverageResolver,
      PrintResolver,
      PrintFolderResolver,
      PrintItemResolver,
      PrintFolderEventResolver,
      UploadResolver,
    ],
    orphanedTypes: [NoticeType, CreditorInstitutionType],
    references: { Notice: resolveNotice, CreditorInstitution: resolveCreditorInstitution },
  });
}
