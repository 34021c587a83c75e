import { describe, expect, it } from 'vitest'
import { startDemo, type Demo } from '../../demo/start'
import { doorOf, install, portalOver } from '../in-process'
import { EXAMPLES } from './methods-examples'
import { ADMINISTRATOR, placeInDemo } from './methods-place'
import { checkReply, EXCEPTIONS } from './shapes-expected'
import { runOverWebhook } from './webhook-run'

/** Every reply as its page shows it: in the demo portal as an application, and over a webhook on any portal (PORTAL=<webhook address>). */

/** A demo portal with everything to look at: the app's store, a task, a department below another. */
async function inhabitedDemo(): Promise<Demo> {
  const demo = await startDemo({ port: 0, appPort: 0 })
  const portal = portalOver(doorOf(demo.portal))
  await install(portal)
  await portal.call('tasks.task.add', { fields: { TITLE: 'Task', RESPONSIBLE_ID: ADMINISTRATOR } })
  demo.portal.state.departments.push({ id: 3, name: 'Field service', parent: 1, head: null })
  return demo
}

describe('shapes of replies', () => {
  it('of all served methods are the documented ones', async () => {
    const { scene: { demo }, place } = await placeInDemo()
    const before = demo.snapshot()
    const caller = demo.callerOfToken(demo.issueToken(ADMINISTRATOR).AUTH_ID)
    if (caller === null || caller === 'expired') throw new Error('no administrator')
    const found: string[] = []
    let [values, excepted] = [0, 0]
    for (const [method, { params }] of Object.entries(EXAMPLES)) {
      Object.assign(demo.state, structuredClone(before))
      const { body } = await demo.call(caller, method, params(place))
      const checked = checkReply(method, body, false)
      values += checked.values
      excepted += checked.excepted
      found.push(...checked.deviations.map(one => `${method} ${one.path}: documented ${one.documented}, found ${one.found}`))
    }
    console.log(`shapes: ${values} values of ${Object.keys(EXAMPLES).length} methods, ${excepted} exceptions (${(100 * excepted / values).toFixed(1)} %) in ${
      new Set(EXCEPTIONS.map(([method]) => method)).size} methods`)
    expect(found).toEqual([])
    expect(excepted / values).toBeLessThanOrEqual(0.05)
    // an exception that no longer is one
    expect(excepted).toBe(EXCEPTIONS.length)
  })

  it('over a webhook are the documented ones', async () => {
    const address = process.env.PORTAL
    const demo = address ? null : await inhabitedDemo()
    const report = await runOverWebhook(address ?? `${demo!.portalUrl}/rest/${ADMINISTRATOR}/${demo!.portal.webhookSecret}/`)
      .finally(async () => { await demo?.close() })
    console.log(`webhook: ${report.values} values of ${report.called.length} methods; ${report.applicationOnly.length} need an application, ${
      report.left.length} leave something behind, nothing to look at: ${report.nothing.join(', ') || 'none'}`)
    expect(report.found).toEqual([])
    expect(report.remains).toEqual([])
    expect(report.called.length).toBeGreaterThanOrEqual(20)
    if (demo) expect([report.nothing, demo.portal.contractLog]).toEqual([[], []])
  })
})
