import { defineConfig } from 'vitest/config';

/** The unit tests that are run on every mutant: one thread that keeps its modules, as the project `unit` does. */
export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  test: { include: (process.env['MUTATION_TESTS'] ?? '').split(','), isolate: false, pool: 'threads', testTimeout: 20_000 },
});
