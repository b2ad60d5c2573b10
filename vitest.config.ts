import { createRequire } from 'node:module';
import { defineConfig, type Plugin } from 'vitest/config';

/** The decision fixtures in express-4 get express 4 where they say `express`, as in a server that never moved on. */
const express4: Plugin = {
  name: 'express-4',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source === 'express' && importer?.includes('/decisions/express-4/')
      ? { id: createRequire(import.meta.url).resolve('express4'), external: true }
      : null,
};

export default defineConfig({
  plugins: [express4],
  test: {
    include: ['test/**/*.test.ts'],
    // Tests that start real servers or a real process share two cores with the rest.
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
