import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generatedFiles } from '../generate.ts'
import { root } from './sources.ts'

test('generated files are fresh (pnpm generate writes them)', async () => {
  for (const { path, content } of await generatedFiles()) {
    expect(readFileSync(join(root, path), 'utf8'), path).toBe(content)
  }
})
