/** The query of the list of debt positions. Contract: openapi/gpd-4-aca.json; Domain facts, Payments §4.3. */
import { fromZod, InputError } from '@nodo-aperto/kernel/faults';
import { addDays, daysBetween, isLocalDate, startOfLocalDay } from '@nodo-aperto/kernel/time';
import { POSITION_STATUSES } from '@nodo-aperto/schema/events';
import { z } from 'zod';
import { type Interval, POSITION_ORDERS, type PositionListQuery, type PositionOrder } from '../persistence/position-list.ts';

const LARGEST_PAGE = 50;
const DEFAULT_PAGE = 10;
/** Ours: pages beyond are not asked for by people, and cost the more the farther they are. */
const LAST_PAGE = 100_000;
const LONGEST_INTERVAL_DAYS = 30;

const whole = (least: number, most: number, otherwise: number) => z.coerce.number().int().min(least).max(most).default(otherwise);
const day = z
  .string()
  .refine(isLocalDate, { params: { expected: 'a day such as 2026-03-31' } })
  .optional();

const shape = z.object({
  limit: whole(1, LARGEST_PAGE, DEFAULT_PAGE),
  page: whole(0, LAST_PAGE, 0),
  due_date_from: day,
  due_date_to: day,
  payment_date_from: day,
  payment_date_to: day,
  status: z.enum(POSITION_STATUSES).optional(),
  orderby: z.enum(Object.keys(POSITION_ORDERS) as [PositionOrder, ...PositionOrder[]]).default('INSERTED_DATE'),
  ordering: z.enum(['ASC', 'DESC']).default('DESC'),
});

export interface ListQuery extends Omit<PositionListQuery, 'now'> {
  page: number;
}

/** @throws InputError naming the parameter that is wrong */
export function readListQuery(query: unknown, creditorFiscalCode: string): ListQuery {
  const parsed = shape.safeParse(query);
  if (!parsed.success) throw fromZod(parsed.error);
  const { limit, page, status, orderby, ordering } = parsed.data;
  const due = intervalOf('due_date', parsed.data.due_date_from, parsed.data.due_date_to);
  const paid = intervalOf('payment_date', parsed.data.payment_date_from, parsed.data.payment_date_to);
  if (due && paid) throw InputError.at('payment_date_from', 'comes with due dates', 'either due dates or payment dates');
  return {
    creditorFiscalCode,
    ...(status && { status }),
    ...(due && { due }),
    ...(paid && { paid }),
    orderBy: orderby,
    descending: ordering === 'DESC',
    limit,
    offset: page * limit,
    page,
  };
}

/** Both days belong to the interval; a missing one is as far away as the interval may be long. */
function intervalOf(name: string, from: string | undefined, to: string | undefined): Interval | undefined {
  if (from === undefined && to === undefined) return undefined;
  const first = from ?? addDays(to ?? '', -LONGEST_INTERVAL_DAYS);
  const last = to ?? addDays(first, LONGEST_INTERVAL_DAYS);
  const days = daysBetween(first, last);
  if (days < 0 || days > LONGEST_INTERVAL_DAYS) {
    throw InputError.at(`${name}_to`, `is ${days} days after ${name}_from`, `0 to ${LONGEST_INTERVAL_DAYS} days after it`);
  }
  return { from: startOfLocalDay(first), to: startOfLocalDay(addDays(last, 1)) };
}
