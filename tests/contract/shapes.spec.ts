import { describe, expect, it } from 'vitest'
import { startDemo } from '../../demo/start'
import { EXAMPLES } from './methods-examples'
import { ADMINISTRATOR, placeInDemo } from './methods-place'
import { checkReply, EXCEPTIONS } from './shapes-expected'
import { runOverWebhook } from './webhook-run'

/** Every reply as its page shows it: in the demo portal as an application, and over a webhook on any portal (PORTAL=<webhook address>). */

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
    const demo = address ? null : await startDemo({ port: 0, appPort: 0 })
    const report = await runOverWebhook(address ?? `${demo!.portalUrl}/rest/${ADMINISTRATOR}/${demo!.portal.webhookSecret}/`)
      .finally(async () => { await demo?.close() })
    console.log(`webhook: ${report.values} values of ${report.called.length} methods; ${report.applicationOnly.length} need an application, ${
      report.left.length} leave something behind, nothing to look at: ${report.nothing.join(', ') || 'none'}`)
    expect(report.found).toEqual([])
    expect(report.remains).toEqual([])
    expect(report.called.length).toBeGreaterThanOrEqual(20)
    if (demo) expect(demo.portal.contractLog).toEqual([])
  })
})
