import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The contracts are schemas and tables without side effects: what of them is not used is left out of the bundle. */
const isContract = (id: string): boolean => /\/shared\/src\/.*\.ts$/.test(id.replaceAll('\\', '/'))

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // Nothing as data: in the page; the content security policy of the hub then stays short.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !isContract(id) } },
  },
})
