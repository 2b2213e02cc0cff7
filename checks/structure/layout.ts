/** A workspace: its folder, and the workspaces that it may import. */
export interface Workspace {
  readonly folder: string;
  readonly mayImport: readonly string[];
}

/** The subgraphs. None imports another. */
export const SUBGRAPHS = ['onboarding', 'notices', 'payments', 'receipts', 'reporting', 'quality'].map((name) => `subgraphs/${name}`);

const HOSTED = ['kernel', 'schema', ...SUBGRAPHS, 'gateway'];

/** Imports run one way: kernel ← subgraphs ← platform; gateway ← platform. Simulator and loadtest know the platform's public edges only. */
export const WORKSPACES: readonly Workspace[] = [
  { folder: 'kernel', mayImport: [] },
  { folder: 'schema', mayImport: ['kernel'] },
  ...SUBGRAPHS.map((folder) => ({ folder, mayImport: ['kernel', 'schema'] })),
  { folder: 'gateway', mayImport: ['kernel', 'schema'] },
  { folder: 'simulator', mayImport: ['kernel', 'schema'] },
  { folder: 'loadtest', mayImport: ['kernel', 'schema', 'simulator'] },
  { folder: 'platform', mayImport: [...HOSTED, 'simulator'] },
  { folder: 'e2e', mayImport: [...HOSTED, 'simulator', 'platform', 'loadtest', 'checks'] },
  { folder: 'checks', mayImport: [] },
];

/** Files of the root that workspaces may import: what makes a program out of sources. */
export const ROOT_FILES = ['bundle.mjs'];

/** What every subgraph has in `src/`. */
export const ROOMS = ['index.ts', 'domain', 'persistence', 'services', 'graphql', 'events', 'edges'] as const;

/** What a subgraph may have besides. */
export const FURTHER_ROOMS = ['printing', 'jobs.ts', 'version.ts'] as const;

/** Within a subgraph: what a room may not import. Domain is pure; rows and use cases know nothing of how they are asked. */
export const CLOSED_ROOMS: Readonly<Record<string, readonly string[]>> = {
  domain: ['persistence', 'services', 'graphql', 'events', 'edges', 'printing'],
  persistence: ['services', 'graphql', 'edges', 'printing'],
  services: ['graphql', 'edges'],
};

/**
 * Rooms of the kernel that do I/O or belong to a framework: closed to `domain/`. Not among them are `directory` and `soap`, whose shapes and
 * address rules are pure; what does I/O there asks for a connection that `domain/` has no way to get.
 */
export const IMPURE_KERNEL_ROOMS = [
  'database',
  'events',
  'graphql',
  'http',
  'jetstream',
  'jobs',
  'logging',
  'metrics',
  'partitions',
  'process',
  'subgraph',
  'test-clock',
  'testing',
];

/** Packages that are pure enough for `domain/`; everything else from outside is closed to it. */
export const PURE_PACKAGES = ['node:crypto', 'node:util', 'yaml', 'vitest', 'fast-check', 'zod'];

/** Lines a file may have. Fixtures and generated files are data and do not count. */
export const LONGEST = { source: 400, test: 600 } as const;
