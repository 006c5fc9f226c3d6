/** The process that looks at pictures: apart, so that the agent does not carry the library, nor falls with it. */
import { featuresOf } from './features.ts'
import { judge } from './judge.ts'
import { height, pixelsOf, readPhotographsOnly, width } from './pixels.ts'
import { type Answer, Question } from './protocol.ts'
import { openPictureStore, type PictureStore } from './store.ts'

readPhotographsOnly()
let opened: PictureStore | null = null

/** The agent's time, and not the machine's, says what is old. */
function storeAt(atMs: number): PictureStore {
  opened ??= openPictureStore(process.argv[2] ?? ':memory:', atMs)
  return opened
}

async function answer({ id, camera, turns, atMs, file }: Question): Promise<Answer> {
  let pixels: Uint8Array
  try {
    pixels = await pixelsOf(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
  } catch (error) {
    return { id, unreadable: error instanceof Error ? error.message : String(error) }
  }
  const store = storeAt(atMs)
  const { memory, state, isSettled } = judge(store.load(camera), featuresOf(pixels, width, height), atMs, turns)
  store.save(camera, memory, atMs)
  return { id, state, isSettled }
}

process.on('message', (message) => {
  answer(Question.parse(message)).then(
    (it) => process.send?.(it),
    (error: unknown) => {
      throw error
    },
  )
})
process.on('disconnect', () => {
  opened?.close()
  process.exit(0)
})
