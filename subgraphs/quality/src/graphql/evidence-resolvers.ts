/** From an item of evidence down to payments and flows. Who holds the item may see its result: no further check is needed. */
import { listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { readUnitTransfers, readUnmatchedLines } from '../persistence/read-transfers.ts';
import { AFTER, type Context, FIRST } from './context.ts';
import { KpiEvidenceItemType, KpiEvidenceTransferConnection, KpiUnmatchedLineType } from './evidence-types.ts';
import { presentTransfer } from './present.ts';

@Resolver(() => KpiEvidenceItemType)
export class KpiEvidenceResolver {
  @FieldResolver(() => KpiEvidenceTransferConnection, {
    nullable: true,
    description: 'Of reporting units: the transfers that flows have to report, and what they say of each.',
  })
  async transfers(
    @Root() { unit }: KpiEvidenceItemType,
    @Ctx() { services }: Context,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first?: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ) {
    if (!unit) return null;
    const size = pageSize(first);
    const [token = '', idTransfer = 0] = readListCursor(after, 2) ?? [];
    const transfers = await readUnitTransfers(services.database, unit, [String(token), Number(idTransfer)], size + 1);
    return toConnection(transfers, size, {
      cursor: (transfer) => listCursor(transfer.paymentToken, transfer.idTransfer),
      node: (transfer) => presentTransfer(unit, transfer),
    });
  }

  @FieldResolver(() => [KpiUnmatchedLineType], {
    nullable: true,
    description: 'Of reporting units: lines of flows that name the creditor and the day but match no payment; at most a hundred.',
  })
  async unmatchedLines(@Root() { unit }: KpiEvidenceItemType, @Ctx() { services }: Context): Promise<KpiUnmatchedLineType[] | null> {
    if (!unit) return null;
    return (await readUnmatchedLines(services.database, unit)).map(({ name, revision, ...line }) => ({
      ...line,
      flow: { psp: { code: unit.pspCode }, name, revision },
    }));
  }
}
