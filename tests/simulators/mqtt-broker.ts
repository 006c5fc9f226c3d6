/** A small MQTT broker behind a gate: it keeps what it is given and hands it to whoever subscribes (MQTT 3.1.1 and 5, QoS 0). */
import type { Socket } from 'node:net'
import { generate, type IConnectPacket, type ISubscribePacket, type Packet, parser } from 'mqtt-packet'
import type { Credentials } from './digest.ts'
import type { Gate } from './gate.ts'
import { openTcpPort, type TcpPort } from './tcp-port.ts'

/** `kept`: retained messages by topic. `isStrict`: who asks for any other topic is thrown out, as some brokers in the cloud do. */
export function startMqttBroker(gate: Gate, credentials: Credentials, kept: Kept, isStrict = false): Promise<TcpPort> {
  return openTcpPort({
    address: '127.0.0.1',
    port: 0,
    gate,
    serve: (socket) => serve(socket, gate, credentials, kept, isStrict),
  })
}

type Kept = Readonly<Record<string, string>>

function serve(socket: Socket, gate: Gate, credentials: Credentials, kept: Kept, isStrict: boolean): void {
  const read = parser()
  let protocolVersion = 4
  const send = (packet: Packet): void => {
    socket.write(generate(packet, { protocolVersion }))
  }
  read.on('error', () => socket.destroy())
  read.on('packet', (packet: Packet) => {
    void gate.pass().then(() => {
      if (packet.cmd === 'connect') {
        protocolVersion = packet.protocolVersion ?? 4
        const isRight = !gate.refusesCredentials() && isLogin(packet, credentials)
        send({
          cmd: 'connack',
          sessionPresent: false,
          ...(isRight ? { returnCode: 0, reasonCode: 0 } : { returnCode: 5, reasonCode: 0x87 }),
        })
        if (!isRight) socket.end()
      } else if (gate.refusesCredentials()) socket.destroy()
      else if (packet.cmd === 'subscribe' && isStrict && !isAllowed(packet, kept)) socket.destroy()
      else if (packet.cmd === 'subscribe') subscribe(packet, kept, send)
      else if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' })
      else if (packet.cmd === 'disconnect') socket.end()
    })
  })
  socket.on('data', (chunk: Buffer) => read.parse(chunk))
}

function isLogin({ username, password }: IConnectPacket, { user, ...right }: Credentials): boolean {
  return username === user && String(password ?? '') === right.password
}

function isAllowed({ subscriptions }: ISubscribePacket, kept: Kept): boolean {
  return subscriptions.every(({ topic }) => topic in kept)
}

function subscribe(packet: ISubscribePacket, kept: Kept, send: (it: Packet) => void): void {
  send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 0) })
  for (const { topic } of packet.subscriptions) {
    const payload = kept[topic]
    if (payload !== undefined) send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: true })
  }
}
