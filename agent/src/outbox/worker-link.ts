import { Worker } from 'node:worker_threads'
import { StewardError } from '@steward/shared/errors'
import type { Answers, Question, Told, WorkerSettings } from './protocol.ts'

type Asked = { resolve: (value: Answers[keyof Answers]) => void; reject: (error: Error) => void }
type WithoutId<Q> = Q extends { id: number } ? Omit<Q, 'id'> : never

export type WorkerLink = {
  append(question: Extract<Question, { do: 'append' }>): void
  ask(question: WithoutId<Question>): Promise<Answers[keyof Answers]>
  savedState: Record<string, string>
  setAside: string | null
  end(): Promise<void>
}

export type WorkerEvents = {
  committed(bytes: number): void
  problem(message: string | null): void
  /** the thread ended by itself; nothing can be recorded any more */
  broken(error: Error): void
}

/** Starts the outbox's thread. Throws when its file cannot be opened, with the reason for a person. */
export async function startWorker(settings: WorkerSettings, events: WorkerEvents): Promise<WorkerLink> {
  const worker = new Worker(new URL('./outbox-worker.ts', import.meta.url), {
    workerData: settings,
    // node:sqlite is marked experimental; its warning would be the first line of every log.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 2 },
  })
  const asked = new Map<number, Asked>()
  let lastId = 0
  let ended = false
  let isOpen = false
  const fail = (error: Error) => {
    for (const { reject } of asked.values()) reject(error)
    asked.clear()
    if (isOpen && !ended) events.broken(error)
    ended = true
  }
  worker.on('error', (error: unknown) => fail(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => fail(new Error('its thread has ended')))

  const opened = await firstWord(worker, settings.file).catch(async (error: unknown) => {
    ended = true
    await worker.terminate()
    throw error
  })

  isOpen = true
  worker.on('message', (told: Told) => {
    if (told.told === 'committed') events.committed(told.bytes)
    else if (told.told === 'problem') events.problem(told.message)
    else if (told.told === 'answer' || told.told === 'failure') {
      const question = asked.get(told.id)
      asked.delete(told.id)
      if (told.told === 'answer') question?.resolve(told.value)
      else question?.reject(new StewardError('system/internal', `The outbox failed: ${told.message}.`))
    }
  })
  return {
    savedState: opened.savedState,
    setAside: opened.setAside,
    append(question) {
      if (!ended) worker.postMessage(question)
    },
    ask(question) {
      if (ended) return Promise.reject(new StewardError('system/internal', 'The outbox is closed.'))
      if (question.do === 'close') isOpen = false
      lastId += 1
      const id = lastId
      return new Promise((resolve, reject) => {
        asked.set(id, { resolve, reject })
        worker.postMessage({ ...question, id })
      })
    },
    async end() {
      ended = true
      await worker.terminate()
    },
  }
}

function firstWord(worker: Worker, file: string): Promise<Extract<Told, { told: 'opened' }>> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => reject(notOpened(file, null)))
    worker.once('message', (told: Told) => {
      if (told.told === 'opened') resolve(told)
      else reject(notOpened(file, told))
    })
  })
}

function notOpened(file: string, told: Told | null): StewardError {
  if (told?.told === 'not opened' && told.locked) {
    return new StewardError(
      'system/data-folder',
      `${file} is in use: another agent runs on this data folder; stop it first.`,
    )
  }
  const why = told?.told === 'not opened' ? told.message : 'no answer'
  return new StewardError(
    'system/data-folder',
    `The outbox ${file} cannot be opened (${why}); check the folder and the disk.`,
  )
}
