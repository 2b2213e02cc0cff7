/**
 * What can be done on the platform, as the names under which it is allowed: a function belongs to one product, and every field of the graph
 * that institutions use names the function that it needs. Who has which function is the onboarding subgraph's permission matrix.
 * Source: domain facts, Onboarding section 5.4; the products as design section 2 names their subgraphs.
 */
export const FUNCTION_PRODUCTS = {
  OVERVIEW: 'BACK_OFFICE',
  REGISTRATION: 'BACK_OFFICE',
  CONTRACTS: 'BACK_OFFICE',
  USERS: 'BACK_OFFICE',
  DELEGATIONS: 'BACK_OFFICE',
  CREDENTIALS: 'BACK_OFFICE',
  STATIONS: 'BACK_OFFICE',
  CHANNELS: 'BACK_OFFICE',
  IBANS: 'BACK_OFFICE',
  EXPORTS: 'BACK_OFFICE',
  MAINTENANCE: 'BACK_OFFICE',
  ROADMAP: 'BACK_OFFICE',
  AUDIT: 'BACK_OFFICE',
  POSITIONS_READ: 'POSITIONS',
  POSITIONS_WRITE: 'POSITIONS',
  PAYMENTS_READ: 'PAYMENTS',
  PAYMENTS_WRITE: 'PAYMENTS',
  RECEIPTS_READ: 'RECEIPTS',
  RECEIPTS_WRITE: 'RECEIPTS',
  FLOWS_READ: 'REPORTING',
  FLOWS_WRITE: 'REPORTING',
  KPI_READ: 'QUALITY',
  KPI_WRITE: 'QUALITY',
} as const;

/** Something that can be done. */
export type PlatformFunction = keyof typeof FUNCTION_PRODUCTS;
/** What functions are grouped by: one for each subgraph's business. */
export type FunctionProduct = (typeof FUNCTION_PRODUCTS)[PlatformFunction];

/** All functions, in the order in which they are shown. */
export const FUNCTIONS = Object.keys(FUNCTION_PRODUCTS) as readonly PlatformFunction[];
/** All products, in the order in which they are shown. */
export const FUNCTION_PRODUCT_NAMES: readonly FunctionProduct[] = [...new Set(Object.values(FUNCTION_PRODUCTS))];

/** Whether a text is the name of a function. */
export function isPlatformFunction(text: string): text is PlatformFunction {
  return Object.hasOwn(FUNCTION_PRODUCTS, text);
}
