/** Runs `work` when woken, never twice at a time; woken meanwhile it runs once more. `work` must not throw. */
export function single(work: () => Promise<void>): { wake(): void; idle(): Promise<void> } {
  let running: Promise<void> | undefined
  let again = false
  const run = async (): Promise<void> => {
    while (again) {
      again = false
      await work()
    }
    running = undefined
  }
  return {
    wake() {
      again = true
      running ??= run()
    },
    idle: async () => running,
  }
}
