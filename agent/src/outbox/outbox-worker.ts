/** The thread that holds the outbox's file, so that the agent never waits for the disk. */
import { parentPort, workerData } from 'node:worker_threads'
import { sqliteBusy, sqliteCode } from './database.ts'
import { type Keeper, keepStore } from './keeper.ts'
import type { Answers, Question, Told, WorkerSettings } from './protocol.ts'
import { openReserve } from './reserve.ts'
import { openStore, type Store } from './store.ts'

const settings: WorkerSettings = workerData
const tell = (told: Told) => {
  if (told.told === 'answer' && told.value !== null && typeof told.value === 'object' && 'body' in told.value) {
    parentPort?.postMessage(told, [told.value.body.buffer])
  } else parentPort?.postMessage(told)
}

function serve(store: Store, keeper: Keeper): void {
  const answer = (question: Exclude<Question, { do: 'append' | 'flush' | 'close' }>): Answers[keyof Answers] => {
    if (question.do === 'take') return keeper.take(question.maxBytes)
    if (question.do === 'acknowledge') return keeper.acknowledge(question.epoch, question.seq, question.acknowledged)
    if (question.do === 'refuse') return keeper.refuse(question.epoch, question.seq)
    return store.totals()
  }
  parentPort?.on('message', (question: Question) => {
    if (question.do === 'append') {
      keeper.append(question.items, question.state, question.urgent)
      return
    }
    const { id } = question
    const done = () => tell({ told: 'answer', id, value: null })
    try {
      if (question.do === 'flush') keeper.flush(done)
      else if (question.do === 'close') {
        keeper.close()
        done()
        parentPort?.close()
      } else tell({ told: 'answer', id, value: answer(question) })
    } catch (error) {
      tell({ told: 'failure', id, message: error instanceof Error ? error.message : String(error) })
    }
  })
}

try {
  const { store, setAside } = openStore(settings.file, settings.limits)
  const reserve = openReserve(settings.file)
  const keeper = keepStore(store, reserve, {
    committed: (bytes) => tell({ told: 'committed', bytes }),
    problem: (message) => tell({ told: 'problem', message }),
  })
  serve(store, keeper)
  tell({ told: 'opened', savedState: store.savedState(), setAside })
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  tell({ told: 'not opened', message, locked: sqliteCode(error) === sqliteBusy })
}
