import { defineConfig } from 'vitest/config';

// graphql-js must be one copy for all: vitest would otherwise load its CommonJS and its module build side by side.
const alias = [{ find: /^graphql$/, replacement: 'graphql/index.js' }];
const oxc = { decorator: { legacy: true, emitDecoratorMetadata: false } };

/**
 * Four projects: `unit` needs nothing, `integration` a database or a socket, `e2e` the whole platform; `long` is what takes minutes (outages,
 * crashes, months), run by `npm run test:long` and by CI. They run one after the other, each with the workers that it can use.
 */
export default defineConfig({
  test: {
    coverage: { provider: 'v8', include: ['**/src/domain/**', 'kernel/src/**'], exclude: ['**/*.test.ts', '**/*.md'] },
    projects: [
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['{kernel,schema,gateway,platform,simulator,loadtest,subgraphs/*}/{src,events}/**/*.test.ts'],
          testTimeout: 20_000,
          // Unit tests are of pure rules and keep nothing behind: evaluating each module once is four times as fast.
          isolate: false,
        },
      },
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['{kernel,gateway,platform,simulator,subgraphs/*}/test/**/*.test.ts'],
          exclude: ['**/*.long.test.ts', '**/node_modules/**'],
          globalSetup: ['kernel/src/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          // Files share a worker's modules: what they must not share, databases and servers, each makes anew.
          isolate: false,
        },
      },
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['e2e/**/*.test.ts'],
          exclude: ['**/*.long.test.ts', '**/node_modules/**'],
          globalSetup: ['kernel/src/testing/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'long',
          sequence: { groupOrder: 3 },
          include: ['{e2e,kernel,gateway,platform,simulator,subgraphs/*}/**/*.long.test.ts'],
          globalSetup: ['kernel/src/testing/global-setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
