/** The graph's common ground: scalars, roles on fields, pages, errors, and how a subgraph's schema is made. */
export { Allow, Needs } from './authorization.ts';
export { buildSubgraph, type ReferenceResolver, type SubgraphSchema, type SubgraphSchemaOptions } from './build.ts';
export { valuesOf, type ValuesOf } from './enumeration.ts';
export { admittedBy, eventCursor, eventPage, eventSubscription, type EventView } from './event-stream.ts';
export { Loaders, type RequestContext, type SubgraphContext } from './context.ts';
export { type ClientErrorCode } from './errors.ts';
export {
  type Connection,
  connectionOf,
  type Edge,
  listCursor,
  pageSize,
  readListCursor,
  toConnection,
} from './pagination.ts';
export {
  DateScalar,
  DateTimeScalar,
  EuroCentsScalar,
  FiscalCodeScalar,
  IbanScalar,
  IuvScalar,
  LongScalar,
  NoticeNumberScalar,
} from './scalars.ts';
