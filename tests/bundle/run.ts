/**
 * `pnpm bundle`: what is installed elsewhere. Types are not stripped under node_modules and a customer's machine has no checkout, so each
 * side becomes one program in a folder of its own, run by Node 24 alone: `dist/agent/steward.mjs`, and `dist/hub/steward.mjs` with the
 * web app and DuckDB's native library, which cannot be put into a file of JavaScript.
 */
import { join } from 'node:path'
import { bundleAgent, bundleHub } from './index.ts'

const out = join(import.meta.dirname, '..', '..', 'dist')
await bundleAgent(join(out, 'agent'))
await bundleHub(join(out, 'hub'))
console.log(`${join(out, 'agent', 'steward.mjs')}\n${join(out, 'hub', 'steward.mjs')}`)
