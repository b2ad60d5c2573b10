import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests that start real servers or a real process share two cores with the rest.
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
