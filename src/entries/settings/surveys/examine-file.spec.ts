import { describe, expect, it } from 'vitest'
import { PortalError } from '@/portal/errors'
import type { Plan } from '@/plan/model/plan'
import { planFromTemplate } from '@/plan/model/template-plans'
import { writeExchange } from '@/survey/model/exchange'
import { contentFromTemplate } from '@/survey/model/templates'
import { memoryPortal, type MemoryPortal } from '@/survey/ui/memory-portal.fixture'
import { examineFile, type Examined } from './examine-file'

const content = contentFromTemplate('visit', { lang: 'en', langs: ['en'], company: 'Acme' })
const plan: Plan = { v: 1, fallbackOwner: null, rules: [{ id: 'a', when: { pipelines: [0, 3] }, effects: [
  { kind: 'notify', whom: [{ user: 7 }] }, { kind: 'handOver', user: 8 }, { kind: 'dealStage', stage: 'C3:WON' }, { kind: 'setField', card: 'deal', field: 'ufCrm_1', value: 'x' }
] }] }

const portal = (): MemoryPortal => memoryPortal({
  'crm.category.list': () => ({ categories: [{ id: 0, name: 'General' }, { id: 3, name: 'Service' }] }),
  'crm.status.list': () => [{ STATUS_ID: 'C3:WON', NAME: 'Won' }],
  'crm.item.fields': () => ({ fields: { ufCrm_1: { title: 'Region', type: 'string' } } }),
  'user.get': () => [{ ID: '7', NAME: 'Ann', ACTIVE: true }, { ID: '8', NAME: 'Bob', ACTIVE: false }]
})
const examine = (text: BlobPart, at = portal()): Promise<Examined> => examineFile(new File([text], 'x.json', { type: 'application/json' }), at)
const ready = (found: Examined): Extract<Examined, { state: 'ready' }> => {
  if (found.state !== 'ready') throw new Error(JSON.stringify(found))
  return found
}

describe('a file of this portal', () => {
  it('comes back as it was', async () => {
    const found = ready(await examine(writeExchange('acme.example', content, planFromTemplate('visit', 'en'))))
    expect(found).toMatchObject({ content, plan: planFromTemplate('visit', 'en'), from: null, notes: [], things: [], problems: [], planProblems: [] })
  })

  it('in another encoding is refused: its letters would be holes', async () => {
    const bytes = Uint8Array.from(Buffer.from(writeExchange('acme.example', { ...content, name: '\u00cf\u00f0\u00e8' }, null), 'latin1'))
    expect(await examine(bytes)).toEqual({ state: 'refused', refusal: 'notText' })
  })

  it('names who has left; that can be mended in the editor', async () => {
    const found = ready(await examine(writeExchange('acme.example', content, plan)))
    expect(found.plan).toEqual(plan)
    expect(found.planProblems).toEqual([{ trouble: 'userGone', rule: 0, effect: 1, about: '8' }])
  })

  it('loses a pipeline that is gone', async () => {
    const gone: Plan = { ...plan, rules: [{ id: 'a', when: { pipelines: [9] }, effects: [{ kind: 'comment' }] }] }
    const found = ready(await examine(writeExchange('acme.example', content, gone)))
    expect(found.things).toEqual([{ kind: 'pipeline', about: '9', rule: 0, effect: null }])
    expect(found.planProblems).toMatchObject([{ trouble: 'neverHolds', rule: 0 }])
  })
})

it('of another portal says each thing once, and takes nothing that is here by chance', async () => {
  const found = ready(await examine(writeExchange('other.example', content, plan)))
  expect(found.from).toBe('other.example')
  expect(found.things.map(({ kind, about }) => `${kind} ${about}`)).toEqual(['pipeline 3', 'person 7', 'person 8', 'stage C3:WON', 'field ufCrm_1'])
  expect(found.planProblems).toEqual([])
  expect(JSON.stringify(found.plan)).not.toMatch(/"user":[78]|"C3:WON"|"ufCrm_1"/)
})

it.each<[string, string]>([['not ours', '{}'], ['a plan that nobody understands', writeExchange('acme.example', content, { v: 9 })]])('%s is refused before the portal is asked', async (_, text) => {
  const at = portal()
  expect((await examine(text, at)).state).toBe('refused')
  expect(at.log).toEqual([])
})

it('is no verdict when the portal cannot be asked', async () => {
  const at = portal()
  at.batch = () => Promise.reject(new PortalError('unreachable'))
  await expect(examine(writeExchange('acme.example', content, plan), at)).rejects.toMatchObject({ code: 'unreachable' })
})
