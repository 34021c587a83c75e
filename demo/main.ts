import { parseArgs } from 'node:util'
import { startDemo } from './start'

const HELP = `npm run demo -- [switches]

  --port <n>              of the portal, 8130; 0: any that is free
  --app-port <n>          of the app, the portal's next
  --dev                   the app from its sources: changes show at once
  --answers <n>           old answers to begin with, 400; up to 100000
  --latency <ms>          what every request waits; "documented": as long as in the documentation's measurement
  --no-smart-processes    a plan without smart processes
  --deal-pipelines <n>    a plan with so many pipelines of deals
  --no-workflows          a plan without business processes
  --no-undocumented       a portal that does only what is documented
`

const { values } = parseArgs({
  options: {
    'port': { type: 'string', default: '8130' }, 'app-port': { type: 'string' }, 'dev': { type: 'boolean', default: false },
    'no-undocumented': { type: 'boolean', default: false }, 'no-smart-processes': { type: 'boolean', default: false },
    'deal-pipelines': { type: 'string' },
    'no-workflows': { type: 'boolean', default: false },
    'help': { type: 'boolean', short: 'h', default: false },
    'latency': { type: 'string', default: '0' }, 'answers': { type: 'string', default: '400' }
  }
})

if (values.help) {
  console.log(HELP)
  process.exit(0)
}

const demo = await startDemo({
  port: Number(values.port), ...(values['app-port'] === undefined ? {} : { appPort: Number(values['app-port']) }), dev: values.dev, answers: Number(values.answers),
  switches: {
    undocumented: !values['no-undocumented'], smartProcesses: !values['no-smart-processes'],
    dealPipelines: values['deal-pipelines'] === undefined ? null : Number(values['deal-pipelines']), workflows: !values['no-workflows'],
    ...values.latency === 'documented' ? { documentedLatency: true } : { latency: Number(values.latency) }
  }
})

console.log(`
  The demo portal is running:  ${demo.portalUrl}

  1. Open the address; you are its administrator. Install the app ("Feedback" in the menu).
  2. Open a deal, request feedback, and read the mail in the outbox as the customer would.
  3. Answer it, then look at the deal, the bell and the tasks. Ctrl+C stops the portal; nothing is kept.
`)

// Here pauses of processes end as time goes by: a mail leaves its minute of grace by itself. Tests move the clock on purpose only.
const clock = setInterval(() => { demo.portal.advance(0) }, 2_000)

process.once('SIGINT', () => {
  clearInterval(clock)
  void demo.close().then(() => process.exit(0))
})
