import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{model,properties,traces,scripts}/**/*.test.ts'],
    globalSetup: ['scripts/build-first.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    coverage: { include: ['model/**', 'properties/**', 'traces/**'], reporter: ['text-summary'] },
  },
})
