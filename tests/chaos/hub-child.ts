/** A hub as a process of its own, to be killed: `node hub-child.ts DATA_DIR PORT`. Says `ready` when it listens. */
import { buildApp } from '../../hub/src/app.ts'

const [dataDir = '', port = ''] = process.argv.slice(2)
process.stdin.on('end', () => process.exit(0)).resume()
await buildApp({ dataDir, host: '127.0.0.1', port: Number(port), names: ['localhost', '127.0.0.1'] })
process.stdout.write('ready\n')
