/** The contracts of all events, by the subgraph that states them. Who states and who reads import the same contract. */
export * from './shapes.ts';
export * from './amounts.ts';
export * from './directory.ts';
export * from './notices.ts';
export * from './payments.ts';
export * from './receipts.ts';
export * from './reporting.ts';
export * from './quality.ts';
