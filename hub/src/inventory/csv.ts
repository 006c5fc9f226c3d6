/** Devices from a table: one line a device; every bad line is named, with its column. */
import { type Connection, DeviceModel } from '@steward/shared/model'
import { parse } from 'csv-parse/sync'
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
  'location',
  'note',
] as const
export const csvTemplate = `${csvColumns.join(',')}\ncore-1,Core switch 1,switch,192.168.1.2,snmp,161,,network/lan,,Plant room,\ncam-07,Lobby,camera,192.168.1.107,onvif,80,,cctv/view,core-1|core-2,Lobby,\n`

const maxRows = 20_000
const Rows = z.array(z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) }))

/** Good devices and bad cells; a text that is no CSV at all is one error. */
export function devicesFromCsv(text: string): { devices: DeviceModel[]; errors: CsvError[] } {
  let rows: z.infer<typeof Rows>
  try {
    const options = {
      columns: true,
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      to: maxRows + 1,
      max_record_size: 20_000,
    }
    rows = Rows.parse(parse(text, options))
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : 1
    return {
      devices: [],
      errors: [{ line, column: '', message: error instanceof Error ? error.message : 'not a CSV table' }],
    }
  }
  if (rows.length > maxRows)
    return { devices: [], errors: [{ line: maxRows + 1, column: '', message: `at most ${maxRows} devices at once` }] }
  const unknown = Object.keys(rows[0]?.record ?? {}).filter((it) => !csvColumns.some((column) => column === it))
  if (unknown.length > 0)
    return {
      devices: [],
      errors: [{ line: 1, column: unknown[0] ?? '', message: `unknown column; there are: ${csvColumns.join(', ')}` }],
    }
  const devices: DeviceModel[] = []
  const errors: CsvError[] = []
  for (const { record, info } of rows) {
    const result = DeviceModel.safeParse(fromCells(record))
    if (result.success) devices.push(result.data)
    else
      errors.push(
        ...result.error.issues
          .slice(0, 5)
          .map((it) => ({ line: info.lines, column: columnOf(it.path), message: it.message })),
      )
  }
  return { devices, errors }
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
