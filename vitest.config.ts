import { defineConfig } from 'vitest/config'

/** Unit tests stand beside their source; the suites on real sockets are in tests/. Two workers: the machine that CI has. */
export default defineConfig({
  test: {
    include: ['{agent,hub,shared,dashboards}/src/**/*.test.ts', 'tests/**/*.test.ts'],
    maxWorkers: 2,
    // CommonJS packages look to tests as they do to Node.
    deps: { interopDefault: false },
    // A machine that is shared may stall for seconds; what fails three times there is broken.
    retry: process.env.CI === 'true' ? 2 : 0,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // A condition is waited for until a deadline that a busy machine keeps.
    expect: { poll: { timeout: 10_000 } },
    passWithNoTests: true,
  },
})
