/** Exports of what the directory holds. */
import { Allow, listCursor, pageSize, readListCursor } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { type ExportFormat, type ExportSubject, LARGEST_EXPORT_PAGE } from '../services/exports.ts';
import { ExportFormatEnum, ExportSubjectEnum } from './configuration-enums.ts';
import { DirectoryExportType } from './configuration-types.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { InstitutionInput } from './identity-types.ts';
import { Requires } from './requires.ts';

@Resolver()
export class Exports {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('EXPORTS')
  @Query(() => DirectoryExportType, {
    description: 'A page of stations, accounts or creditors as CSV or JSON: of the caller’s own and of those its stations serve.',
  })
  async exportPage(
    @Arg('subject', () => ExportSubjectEnum, { description: 'What is exported.' }) subject: ExportSubject,
    @Arg('format', () => ExportFormatEnum, { description: 'How it is written.' }) format: ExportFormat,
    @Arg('first', () => Int, { nullable: true, description: `How many rows, 1 to ${LARGEST_EXPORT_PAGE}; 20 when absent.` })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which to read on.' }) after: string | null,
    @Arg('institution', () => InstitutionInput, {
      nullable: true,
      description: 'Whose export it is; the caller’s own when absent, for operators everything.',
    })
    institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryExportType> {
    const [key] = readListCursor(after, 1) ?? [];
    const request = { subject, format, institution, limit: pageSize(first, LARGEST_EXPORT_PAGE) };
    const page = await context.services.exports.page(callerOf(context), { ...request, ...(key !== undefined && { after: String(key) }) });
    const { last, ...rest } = page;
    return { ...rest, endCursor: last === undefined ? null : listCursor(last) };
  }
}
