import { parseArgs } from 'node:util'
import { startDemo } from './start'

const { values } = parseArgs({
  options: {
    'port': { type: 'string', default: '8130' }, 'app-port': { type: 'string' }, 'dev': { type: 'boolean', default: false },
    'no-undocumented': { type: 'boolean', default: false }, 'no-smart-processes': { type: 'boolean', default: false },
    'latency': { type: 'string', default: '0' }, 'answers': { type: 'string', default: '400' }
  }
})

const demo = await startDemo({
  port: Number(values.port), ...(values['app-port'] === undefined ? {} : { appPort: Number(values['app-port']) }), dev: values.dev, answers: Number(values.answers),
  switches: { undocumented: !values['no-undocumented'], smartProcesses: !values['no-smart-processes'], latency: Number(values.latency) }
})

console.log(`
  The demo portal is running:  ${demo.portalUrl}

  1. Open the address; you are its administrator. Install the app ("Feedback" in the menu).
  2. Open a deal, request feedback, and read the mail in the outbox as the customer would.
  3. Answer it, then look at the deal, the bell and the tasks. Ctrl+C stops the portal; nothing is kept.
`)

process.once('SIGINT', () => { void demo.close().then(() => process.exit(0)) })
