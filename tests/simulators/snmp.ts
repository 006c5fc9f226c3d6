/** SNMP targets (net-snmp's agent: v2c and v3 authPriv) with tables that are computed when they are asked for. */
import { createSocket, type Socket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import snmp from 'net-snmp'
import type { Gate } from './gate.ts'

export type Cell = number | string | Buffer
export type Column = { number: number; type: keyof typeof snmp.ObjectType; index?: boolean }
export type Table = { name: string; oid: string; columns: Column[]; rows: () => Cell[][] }
export type Scalar = { oid: string; type: keyof typeof snmp.ObjectType; value: () => Cell }
export type Mib = { scalars: Scalar[]; tables: Table[] }

export type SnmpCredentials =
  | { version: 'v2c'; community: string }
  | { version: 'v3'; user: string; authPassphrase: string; privPassphrase: string }

export type SnmpOptions = { address: string; port: number; gate: Gate; credentials: SnmpCredentials; mib: Mib }

/** What is asked for within this time is answered from the same reading, so that a walk is of one piece. */
const freshForMs = 1000

export async function startSnmpTarget(options: SnmpOptions): Promise<{ port: number; close(): Promise<void> }> {
  const { gate, mib } = options
  const sockets: GatedSocket[] = []
  const agentOptions = {
    port: options.port,
    address: options.address,
    accessControlModelType: snmp.AccessControlModelType.None,
    dgramModule: {
      createSocket: () => {
        const socket = new GatedSocket(gate, () => refresh())
        sockets.push(socket)
        return socket
      },
    },
  }
  // Errors are of peers: wrong community, cut off datagrams. A device says nothing about them.
  const agent = snmp.createAgent(agentOptions, () => undefined)
  const authorizer = agent.getAuthorizer()
  if (options.credentials.version === 'v2c') authorizer.addCommunity(options.credentials.community)
  else {
    authorizer.addUser({
      name: options.credentials.user,
      level: snmp.SecurityLevel.authPriv,
      authProtocol: snmp.AuthProtocols.sha,
      authKey: options.credentials.authPassphrase,
      privProtocol: snmp.PrivProtocols.aes,
      privKey: options.credentials.privPassphrase,
    })
  }
  let refreshedAt = Number.NEGATIVE_INFINITY
  const refresh = register(agent, mib, () => {
    const due = performance.now() - refreshedAt > freshForMs
    if (due) refreshedAt = performance.now()
    return due
  })
  const [socket] = sockets
  if (socket === undefined) throw new Error('the agent opened no socket')
  await socket.ready
  return {
    port: socket.port,
    close: () =>
      new Promise((resolve) => {
        agent.close(() => resolve())
      }),
  }
}

/** A datagram socket that lets through what the gate lets through, in both meanings: whether, and when. */
class GatedSocket extends EventEmitter {
  readonly #socket: Socket
  readonly ready: Promise<unknown>

  constructor(gate: Gate, beforeEach: () => void) {
    super()
    this.#socket = createSocket('udp4')
    this.ready = once(this.#socket, 'listening')
    this.#socket.on('error', (error) => this.emit('error', error))
    this.#socket.on('message', async (data, from) => {
      if (!gate.isOpen() || gate.refusesCredentials()) return
      await gate.pass()
      beforeEach()
      this.emit('message', data, from)
    })
  }

  get port(): number {
    return this.address().port
  }

  bind(port: number, address: string): void {
    this.#socket.bind(port, address)
  }

  send(
    buffer: Buffer,
    start: number,
    length: number,
    port: number,
    address: string,
    done: (error: Error | null) => void,
  ): void {
    this.#socket.send(buffer, start, length, port, address, done)
  }

  address(): ReturnType<Socket['address']> {
    return this.#socket.address()
  }

  close(done?: () => void): void {
    this.#socket.close(done)
  }
}

function register(
  agent: ReturnType<typeof snmp.createAgent>,
  { scalars, tables }: Mib,
  isDue: () => boolean,
): () => void {
  const mib = agent.getMib()
  scalars.forEach(({ oid, type, value }, index) => {
    const name = `scalar${index}`
    agent.registerProvider({
      name,
      type: snmp.MibProviderType.Scalar,
      oid,
      scalarType: snmp.ObjectType[type],
      maxAccess: snmp.MaxAccess['read-only'],
    })
    mib.setScalarValue(name, value())
  })
  for (const table of tables) {
    agent.registerProvider({
      name: table.name,
      type: snmp.MibProviderType.Table,
      oid: table.oid,
      maxAccess: snmp.MaxAccess['not-accessible'],
      tableColumns: table.columns.map((it) => ({
        number: it.number,
        name: `${table.name}${it.number}`,
        type: snmp.ObjectType[it.type],
        maxAccess: snmp.MaxAccess[it.index === true ? 'not-accessible' : 'read-only'],
      })),
      tableIndex: table.columns
        .filter((it) => it.index === true)
        .map((it) => ({ columnName: `${table.name}${it.number}` })),
    })
    for (const row of table.rows()) mib.addTableRow(table.name, row)
  }
  return () => {
    if (!isDue()) return
    scalars.forEach(({ value }, index) => {
      mib.setScalarValue(`scalar${index}`, value())
    })
    for (const table of tables) refreshTable(mib, table)
  }
}

function refreshTable(mib: ReturnType<ReturnType<typeof snmp.createAgent>['getMib']>, table: Table): void {
  const indexes = table.columns.flatMap((it, at) => (it.index === true ? [at] : []))
  for (const row of table.rows()) {
    const rowIndex = indexes.map((at) => row[at])
    table.columns.forEach((column, at) => {
      if (column.index !== true) mib.setTableSingleCell(table.name, column.number, rowIndex, row[at])
    })
  }
}
