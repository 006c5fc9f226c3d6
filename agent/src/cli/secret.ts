import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { IpAddress, Slug } from '@steward/shared/model'
import { Command } from 'commander'
import { parse } from 'yaml'
import { tellAgent } from '../control/index.ts'
import type { DeviceSecret } from '../drivers/contract.ts'
import type { Environment } from '../main.ts'
import { appendAudit } from '../support/index.ts'
import { openVault, systemCode } from '../vault/index.ts'
import { findDevice } from './known-devices.ts'
import { dataOption, deviceName, ipAddress } from './options.ts'
import { readStdin } from './prompt.ts'
import { say, table, when } from './say.ts'
import { askForFields, fieldsFor, parseFields, SecretList, strictly } from './secret-fields.ts'

type SetOptions = { data: string; user?: string; address?: string; stdin: boolean }

export function secretCommand(environment: Environment): Command {
  const data = () => dataOption(environment)
  const set = new Command('set')
    .description('enter the password of a device; it stays on this machine, encrypted, and never goes to the hub')
    .argument('<device>', 'as the hub names it', deviceName)
    .addOption(data())
    .option('--user <name>', 'the user to log in as')
    .option('--address <ip>', 'the device’s address, where the agent has no configuration yet', ipAddress)
    .option('--stdin', 'read the values from standard input: a JSON object, or one line for each', false)
    .addHelpText(
      'after',
      `
What is asked for follows from the device’s connections: community for SNMP v1 and v2c, pass phrases for SNMPv3, user and
password for the others. It is bound to the device’s address: when that changes, it has to be entered again.

Examples:
  steward agent secret set cam-07
  steward agent secret set cam-07 --user service
  echo '{"community":"…"}' | steward agent secret set edge-3 --stdin`,
    )
    .action((device: string, options: SetOptions) => setSecret(device, options, environment))
  const load = new Command('import')
    .description('enter many: a YAML or JSON list of { device, address?, user, password, community … }')
    .argument('<file>', 'the file, or - for standard input')
    .addOption(data())
    .addHelpText('after', '\nExample:\n  steward agent secret import passwords.yaml && shred -u passwords.yaml')
    .action((file: string, options: { data: string }) => importSecrets(file, options.data, environment))
  const list = new Command('list')
    .description('devices that have a secret here; its values are never shown')
    .addOption(data())
    .action((options: { data: string }) => listSecrets(options.data, environment))
  const remove = new Command('remove')
    .description('forget the secret of a device')
    .argument('<device...>', 'as the hub names it')
    .addOption(data())
    .action((devices: string[], options: { data: string }) => removeSecrets(devices, options.data, environment))
  const secret = new Command('secret').description('passwords of devices: set, import, list, remove')
  for (const it of [set, load, list, remove]) secret.addCommand(it)
  return secret
}

async function setSecret(id: string, options: SetOptions, environment: Environment): Promise<void> {
  const { data, user } = options
  const device = findDevice(data, id, options.address)
  const given: DeviceSecret = user === undefined ? {} : { user }
  const fields = fieldsFor(device.connections)
  const secret = options.stdin
    ? parseFields(await readStdin(), fields, given)
    : strictly(await askForFields(fields, given))
  await store([{ device: id, address: device.address, secret }], data, environment)
}

async function importSecrets(file: string, data: string, environment: Environment): Promise<void> {
  const text = file === '-' ? await readStdin() : await readText(resolve(environment.cwd, file))
  const list = SecretList.safeParse(yamlOf(text))
  if (!list.success) {
    throw new StewardError('input/invalid', 'The secrets are not a YAML or JSON list of { device, user, password … }.')
  }
  const entries = list.data.map(({ device, address, ...values }, i) => {
    const isRight = Slug.safeParse(device).success && (address === undefined || IpAddress.safeParse(address).success)
    if (!isRight)
      throw new StewardError('input/invalid', `Entry ${i + 1}: "device" or "address" is not right; nothing was taken.`)
    return { device, address: findDevice(data, device, address).address, secret: strictly(values) }
  })
  await store(entries, data, environment)
}

type Entry = { device: string; address: string; secret: DeviceSecret }

async function store(entries: readonly Entry[], data: string, environment: Environment): Promise<void> {
  const vault = openVault(data)
  const now = Date.now()
  for (const { device, address, secret } of entries) {
    vault.put(device, address, secret, now)
    const detail = { address, fields: Object.keys(secret).join(' ') }
    appendAudit(data, { at: now, action: 'secret/set', device, who: environment.user, detail })
  }
  const devices = entries.map((it) => it.device)
  await tellOf(devices, data, environment, {
    en: `Kept, encrypted, for ${nameAll(devices)}.`,
    zh: `已加密保存：${nameAll(devices)}。`,
  })
}

async function removeSecrets(devices: readonly string[], data: string, environment: Environment): Promise<void> {
  const vault = openVault(data)
  const missing = devices.filter((it) => !Slug.safeParse(it).success || !vault.remove(it))
  const removed = devices.filter((it) => !missing.includes(it))
  for (const device of removed) {
    appendAudit(data, { at: Date.now(), action: 'secret/removed', device, who: environment.user, detail: {} })
  }
  if (removed.length > 0) {
    const names = nameAll(removed)
    await tellOf(removed, data, environment, { en: `Forgotten: ${names}.`, zh: `已删除：${names}。` })
  }
  if (missing.length > 0) {
    throw new StewardError(
      'input/not-found',
      `There is no secret for ${missing.join(', ')}; see: steward agent secret list`,
    )
  }
}

async function tellOf(
  devices: readonly string[],
  data: string,
  { language }: Environment,
  done: { en: string; zh: string },
): Promise<void> {
  const isRunning = await tellAgent(data, { secrets: [...devices] })
  const next = isRunning
    ? { en: 'The running agent uses it from now on.', zh: '运行中的代理现已生效。' }
    : { en: 'No agent is running here; it counts from the next start.', zh: '代理未在运行，下次启动时生效。' }
  say(language, { en: `${done.en} ${next.en}`, zh: `${done.zh}${next.zh}` })
}

function listSecrets(data: string, { language }: Environment): void {
  const rows = openVault(data)
    .list()
    .map(({ device, address, setAt, fields }) => {
      const unreadable = language === 'zh' ? '无法打开，请重新输入' : 'cannot be opened, enter it again'
      return [device, address, when(setAt), fields === null ? unreadable : fields.join(' ')]
    })
  if (rows.length === 0) {
    say(language, { en: 'No secrets yet.', zh: '尚无密码。' })
    return
  }
  const head = language === 'zh' ? ['设备', '地址', '设置时间', '字段'] : ['device', 'address', 'set', 'fields']
  process.stdout.write(`${table([head, ...rows])}\n`)
}

function nameAll(devices: readonly string[]): string {
  return devices.length <= 5 ? devices.join(', ') : `${devices.length} devices`
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new StewardError('input/not-found', `${path} cannot be read (${systemCode(error)}).`, { cause: error })
  }
}

function yamlOf(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return null
  }
}
