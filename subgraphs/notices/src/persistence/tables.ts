/** The rows that lists are made of, as the ORM sees them: what they are sorted and filtered by. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { PositionStatus } from '@nodo-aperto/schema/events';

const NoticeSchema = defineEntity({
  name: 'Notice',
  tableName: 'notice',
  properties: {
    creditorFiscalCode: p.string().primary(),
    noticeNumber: p.string().primary(),
    iupd: p.string(),
    dueDate: p.datetime(),
    debtorFiscalCode: p.string(),
    status: p.string().$type<PositionStatus>(),
    /** When a PUBLISHED one becomes VALID. */
    validFrom: p.datetime().nullable(),
    /** When a VALID one becomes EXPIRED. */
    expiresAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});
export class NoticeRow extends NoticeSchema.class {}
NoticeSchema.setClass(NoticeRow);

export const entities = [NoticeRow];
