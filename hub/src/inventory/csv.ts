/** Devices from a table: one line a device; every bad line is named, with its column. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Connection, DeviceModel } from '@steward/shared/model'
import { parse } from 'csv-parse'
import { z } from 'zod'

export type CsvError = { line: number; column: string; message: string }

/** Lists within a cell are parted by spaces; alternatives of one need by `|`: `core-1|core-2 edge-3`. */
export const csvColumns = [
  'id',
  'name',
  'kind',
  'address',
  'driver',
  'port',
  'user',
  'serves',
  'needs',
  'agent',
  'location',
  'note',
] as const
export const csvTemplate = `${csvColumns.join(',')}\ncore-1,Core switch 1,switch,192.168.1.2,snmp,161,,network/lan,,,Plant room,\ncam-07,Lobby,camera,192.168.1.107,onvif,80,,cctv/view,core-1|core-2,,Lobby,\n`

const maxRows = 20_000
/** Characters parsed between two turns of the event loop: a few milliseconds. */
const sliceChars = 8192
const Row = z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) })

/**
 * Good devices with the line that each is on and its filled cells, and what is wrong; a text that is no CSV at all is one
 * error. `columns` are those that the table has: it says nothing of the others.
 */
export type CsvDevices = {
  columns: ReadonlySet<string>
  devices: DeviceModel[]
  rows: Map<string, { line: number; cells: Record<string, string> }>
  errors: CsvError[]
}

export async function devicesFromCsv(text: string): Promise<CsvDevices> {
  let columns: string[] = []
  const found: Omit<CsvDevices, 'columns'> = { devices: [], rows: new Map(), errors: [] }
  const parser = parse({
    columns: (header: string[]) => {
      columns = checkedHeader(header.map((it) => it.toLowerCase()))
      return columns
    },
    delimiter: delimiterOf(text),
    info: true,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    max_record_size: 20_000,
  })
  try {
    await pipeline(Readable.from(slicesOf(text)), parser, async (rows: AsyncIterable<unknown>) => {
      let count = 0
      for await (const row of rows) {
        count += 1
        if (count > maxRows) throw new CsvFailure(maxRows + 1, '', `at most ${maxRows} devices at once`)
        addRow(found, Row.parse(row))
      }
    })
    return { ...found, columns: new Set(columns) }
  } catch (error) {
    return { columns: new Set(), devices: [], rows: new Map(), errors: [errorOf(error)] }
  }
}

/** A mistake that makes the whole table unreadable. */
class CsvFailure extends Error {
  readonly at: CsvError
  constructor(line: number, column: string, message: string) {
    super(message)
    this.at = { line, column, message }
  }
}

async function* slicesOf(text: string): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += sliceChars) {
    if (from > 0) await nextTurn()
    yield text.slice(from, from + sliceChars)
  }
}

/** What parts the cells of the first line: spreadsheets write what their country writes. */
function delimiterOf(text: string): string {
  const [header = ''] = text.slice(0, 2000).split('\n')
  return [',', ';', '\t'].find((it) => header.includes(it)) ?? ','
}

function checkedHeader(header: string[]): string[] {
  const unknown = header.find((it) => !csvColumns.some((column) => column === it))
  if (unknown !== undefined) throw new CsvFailure(1, unknown, `unknown column; there are: ${csvColumns.join(', ')}`)
  if (!header.includes('id')) throw new CsvFailure(1, 'id', 'the column "id" is missing')
  return header
}

function errorOf(error: unknown): CsvError {
  if (error instanceof CsvFailure) return error.at
  const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : 1
  return { line, column: '', message: error instanceof Error ? error.message : 'not a CSV table' }
}

function addRow({ devices, rows, errors }: Omit<CsvDevices, 'columns'>, { record, info }: z.infer<typeof Row>): void {
  const line = info.lines
  const result = DeviceModel.safeParse(fromCells(record))
  if (!result.success) {
    const issues = result.error.issues.slice(0, 5)
    errors.push(...issues.map((it) => ({ line, column: columnOf(it.path), message: it.message })))
    return
  }
  const before = rows.get(result.data.id)
  if (before !== undefined) {
    errors.push({ line, column: 'id', message: `"${result.data.id}" stands on line ${before.line} already` })
    return
  }
  rows.set(result.data.id, { line, cells: record })
  devices.push(result.data)
}

function fromCells(cells: Record<string, string>): unknown {
  const cell = (name: (typeof csvColumns)[number]) =>
    cells[name] === undefined || cells[name] === '' ? undefined : cells[name]
  const words = (name: 'serves' | 'needs') => (cell(name) ?? '').split(/\s+/).filter((it) => it !== '')
  return {
    id: cell('id'),
    name: cell('name'),
    kind: cell('kind'),
    address: cell('address'),
    connections: connections(cell('driver'), cell('port'), cell('user')),
    serves: words('serves').map((it) => ({ function: it })),
    needs: words('needs').map((it) => it.split('|')),
    agent: cell('agent'),
    location: cell('location'),
    note: cell('note'),
  }
}

function connections(driver: string | undefined, port: string | undefined, user: string | undefined): unknown[] {
  if (driver === undefined) return []
  const common = { ...(port === undefined ? {} : { port: Number(port) }) }
  // A user makes it SNMPv3; its pass phrases are set at the agent.
  const snmp: Partial<Extract<Connection, { driver: 'snmp' }>> = user === undefined ? {} : { version: 'v3', user }
  return [{ driver, ...common, ...(driver === 'snmp' ? snmp : {}) }]
}

/** A path in the model as the column that it came from. */
function columnOf(path: readonly PropertyKey[]): string {
  const [first, , third] = path
  if (first === 'connections') return third === 'port' || third === 'user' ? third : 'driver'
  return String(first ?? '')
}
