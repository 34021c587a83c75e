import { beforeEach, describe, expect, it } from 'vitest'
import type { Item } from '../../demo/state'
import type { RecordField } from '@/portal/fields'
import { noReply, type Request } from '../in-process'
import { openScene, recordsIn, recordsOf, valueOf, type Scene } from './scene'
import { readTable } from '@/report/model/import/table'
import { suggestMapping } from '@/report/model/import/mapping'
import { planImport, type ImportAnswer, type ImportPlan } from '@/report/model/import/dry-run'
import { loadImported, runImport, undoImport, type ImportResult, type ImportRun } from '@/report/store-import'
import { DEAL_MAPPING, loadDealFields, readDeals } from '@/report/store-import-deals'

/** Past answers: each row once, whatever happens to the calls, and a run that can be taken back. */

const RUN: ImportRun = { id: 'run1', survey: 's1', version: 1, question: { id: 'nps', type: 'nps' } }
const MANAGER_OWN = 2

let scene: Scene
beforeEach(async () => { scene = await openScene() })

function planned(csv: string, imported: ReadonlySet<string> = new Set(), mapping = suggestMapping(readTable(csv)!.headers).mapping): ImportPlan {
  const work = planImport(readTable(csv)!, { mapping, scale: { type: 'nps' }, dates: 'year', zone: 'Asia/Almaty', now: scene.demo.now(), imported })
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

const rows = (count: number): ImportAnswer[] =>
  planned(`Date;Score;Comment;Email\n${Array.from({ length: count }, (_, index) => `2025-05-${String(1 + index % 28).padStart(2, '0')};${index % 11};$result[a] ${index};c${index}@example.net`).join('\n')}`).answers

const of = (item: Item, field: RecordField): unknown => valueOf(scene, item, field)
const made = (): Item[] => [...recordsOf(scene).values()].filter(item => String(of(item, 'FB_BY') ?? '').startsWith('import.'))
/** A deal has no deal above it. */
const parent = (item: Item): unknown => recordsIn() === 'deals' ? of(item, 'FB_DEAL') : item.fields.PARENT_ID_2

const imported = (answers: readonly ImportAnswer[], wrap?: (door: Request) => Request, run = RUN): Promise<ImportResult> =>
  runImport(scene.as(1, wrap), scene.store, run, answers, { wait: () => Promise.resolve() })

describe('an import', () => {
  it('writes what stands in the row: when it was given, by whom, about which deal', async () => {
    const { store, demo } = scene
    const [deal] = [...demo.state.items.get(2)!.values()]
    const { answers } = planned(`Date,Score,Comment,Email,Deal,Company,Tags,Language
2025-05-01 10:00,9,"Good, $result[x]",OLGA.melnikova@example.kz,,,"speed, price",ru
2025-05-02 10:00,3,,,${deal!.id},,speed,
2025-05-03 10:00,7,,,,Northwind Trading Ltd,,
2025-05-04 10:00,8,,nobody@example.net,999999,,,`)
    const result = await imported(answers)
    expect(result).toEqual({ made: 4, failed: [], tagsLeftOut: [], unknownClients: 1 })
    const [first, second, third, fourth] = made()
    expect(first!.fields).toMatchObject({ CATEGORY_ID: store.answerCategoryId, STAGE_ID: store.answerStages.set_aside, CONTACT_ID: 1, TITLE: '9 · OLGA.melnikova@example.kz' })
    expect([of(first!, 'FB_NPS'), of(first!, 'FB_SCORE'), of(first!, 'FB_COMMENT'), of(first!, 'FB_SENT_AT'), of(first!, 'FB_LANG')])
      .toEqual(['9', 90, 'Good, $result[x]', '2025-05-01T10:00:00+05:00', 'ru'])
    expect(second!.fields).toMatchObject({ CONTACT_ID: deal!.fields.CONTACT_ID, ASSIGNED_BY_ID: deal!.fields.ASSIGNED_BY_ID })
    expect(parent(second!)).toBe(deal!.id)
    expect([third!.fields.COMPANY_ID, fourth!.fields.CONTACT_ID, fourth!.fields.PARENT_ID_2, of(fourth!, 'FB_DEAL')]).toEqual([2, undefined, undefined, 999_999])
    const tags = demo.state.userFields.find(field => field.fieldName.endsWith('_FB_TAGS'))!.enum.map(({ id, value }) => [id, value])
    expect(tags.map(([, value]) => value)).toEqual(['speed', 'price'])
    expect(of(first!, 'FB_TAGS')).toEqual(tags.map(([id]) => id))
    expect(demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('finds a client by the phone, however it is written, where no address is known', async () => {
    const contact = scene.demo.state.items.get(3)!.get(1)!
    const phone = contact.fm.find(({ typeId }) => typeId === 'PHONE')!.value
    const spaced = phone.replaceAll(/\D/g, '').replace(/^(\d)(\d{3})(.*)$/, '+$1 ($2) $3')
    const { answers } = planned(`Date;Score;Email;Phone\n2025-05-01;9;;${spaced}\n2025-05-02;8;nobody@example.net;${phone}\n2025-05-03;7;;+1 555 000`)
    const result = await imported(answers)
    expect(made().map(({ fields }) => fields.CONTACT_ID)).toEqual([1, 1, undefined])
    expect(result.unknownClients).toBe(1)
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('takes a record of the app for no deal that a row could be about', async () => {
    await imported(planned('Date,Score,Email\n2025-07-02,9,OLGA.melnikova@example.kz').answers)
    const [own] = made()
    expect(own!.fields.CONTACT_ID).toBe(1)
    await imported(planned(`Date,Score,Deal\n2025-07-01,9,${own!.id}`).answers, undefined, { ...RUN, id: 'run2' })
    const [, second] = made()
    // a record of a smart process may have the number of somebody's deal
    const expected = recordsIn() === 'deals' ? undefined : scene.demo.state.items.get(2)!.get(own!.id)?.fields.CONTACT_ID
    expect(second!.fields.CONTACT_ID).toEqual(expected)
  })

  it('takes 20 a call, starts no process, and shows how far it is', async () => {
    const calls: number[] = []
    const seen: number[] = []
    await runImport(scene.as(1, door => async (method, params) => {
      if (method === 'crm.item.batchImport') calls.push((params.data as unknown[]).length)
      return await door(method, params)
    }), scene.store, RUN, rows(250), { wait: () => Promise.resolve(), onProgress: ({ done }) => { seen.push(done) } })
    expect(calls).toEqual([...Array.from({ length: 12 }, () => 20), 10])
    expect(seen).toEqual([0, ...Array.from({ length: 12 }, (_, index) => 20 * (index + 1)), 250])
    expect(made()).toHaveLength(250)
    expect(scene.demo.state.workflows).toEqual([])
  })

  it('changes nothing when the same file comes again', async () => {
    const csv = 'Date,Score,Email\n2025-05-01,9,a@example.net\n2025-05-02,8,b@example.net'
    await imported(planned(csv).answers)
    const keys = new Set((await loadImported(scene.as(1), scene.store)).map(({ key }) => key))
    const again = planned(`${csv}\n2025-05-03,1,c@example.net`, keys)
    expect(again.refused.map(({ code }) => code)).toEqual(['alreadyImported', 'alreadyImported'])
    expect((await imported(again.answers, undefined, { ...RUN, id: 'run2' })).made).toBe(1)
    expect(made()).toHaveLength(3)
  })

  /** What may happen to the second call of writing. */
  const faults: [string, (door: Request) => Request][] = [
    ['a reply is lost after the portal did it', door => faulty(door, async again => { await again(); throw noReply() })],
    ['the portal does some of the rows and says nothing of the others', door => {
      let nth = 0
      return (method, params) => method === 'crm.item.batchImport' && ++nth === 2
        ? door(method, { ...params, data: (params.data as unknown[]).slice(0, 3) })
        : door(method, params)
    }],
    ['the call never arrives', door => faulty(door, () => Promise.reject(noReply()))],
    ['something on the way sends it twice', door => faulty(door, async again => { await again(); return await again() })],
    ['half of it was done when the portal failed', (door) => {
      let nth = 0
      return async (method, params) => {
        if (method !== 'crm.item.batchImport' || ++nth !== 2) return await door(method, params)
        await door(method, { ...params, data: (params.data as unknown[]).slice(0, 7) })
        return { status: 500, body: { error: 'INTERNAL_SERVER_ERROR', error_description: 'x' } }
      }
    }]
  ]
  function faulty(door: Request, act: (again: () => ReturnType<Request>) => ReturnType<Request>): Request {
    let nth = 0
    return (method, params) => method === 'crm.item.batchImport' && ++nth === 2 ? act(() => door(method, params)) : door(method, params)
  }

  it.each(faults)('has every row once when %s', async (_, wrap) => {
    const answers = rows(70)
    expect((await imported(answers, wrap)).made).toBe(70)
    expect(made().map(item => of(item, 'FB_SUBMISSION')).sort()).toEqual(answers.map(({ key }) => key).sort())
  })

  it('has every row once when a call was sent twice and the import failed soon after', async () => {
    const answers = rows(60)
    let nth = 0
    await expect(imported(answers, door => async (method, params) => {
      if (method !== 'crm.item.batchImport') return await door(method, params)
      nth++
      if (nth === 2) await door(method, params)
      return nth === 3 ? { status: 400, body: { error: 'ACCESS_DENIED', error_description: 'Access denied' } } : await door(method, params)
    })).rejects.toMatchObject({ code: 'noRight' })
    expect(made()).toHaveLength(60)
    const keys = new Set((await loadImported(scene.as(1), scene.store)).map(({ key }) => key))
    await imported(answers.filter(({ key }) => !keys.has(key)))
    expect(made().map(item => of(item, 'FB_SUBMISSION')).sort()).toEqual(answers.map(({ key }) => key).sort())
  })

  it('goes on where it was stopped, also in another window', async () => {
    const answers = rows(100)
    const stop = new AbortController()
    const stopped = runImport(scene.as(1), scene.store, RUN, answers, {
      signal: stop.signal, wait: () => Promise.resolve(), onProgress: ({ done }) => { if (done === 40) stop.abort(new Error('stopped')) }
    })
    await expect(stopped).rejects.toThrow('stopped')
    expect(made()).toHaveLength(40)
    const keys = new Set((await loadImported(scene.as(1), scene.store)).map(({ key }) => key))
    expect((await imported(answers.filter(({ key }) => !keys.has(key)))).made).toBe(60)
    expect(new Set(made().map(item => of(item, 'FB_SUBMISSION'))).size).toBe(100)
  })

  it('says when a person may not import, and what the portal refused of a row', async () => {
    await expect(runImport(scene.as(MANAGER_OWN), scene.store, RUN, rows(3), { wait: () => Promise.resolve() })).rejects.toMatchObject({ code: 'noRight' })
    expect(made()).toHaveLength(0)
    const { failed, made: count } = await imported(rows(3), door => async (method, params) => {
      const reply = await door(method, params)
      if (method === 'crm.item.batchImport') ((reply.body.result as { items: unknown[] }).items)[1] = { error: 'CRM_FIELD_ERROR_REQUIRED', error_description: 'The field is required' }
      return reply
    })
    expect([count, failed]).toEqual([2, [{ line: 3, words: 'The field is required' }]])
  })
})

describe('taking it back', () => {
  it('deletes exactly what this run made', async () => {
    await imported(rows(60))
    await imported(planned('Date,Score,Email\n2025-06-01,9,other@example.net').answers, undefined, { ...RUN, id: 'run2' })
    const others = [...scene.demo.state.items.get(scene.store.entityTypeId)!.keys()].length - 60
    expect(await undoImport(scene.as(1), scene.store, 'run1', {})).toBe(60)
    expect([...scene.demo.state.items.get(scene.store.entityTypeId)!.keys()]).toHaveLength(others)
    expect(made().map(item => of(item, 'FB_BY'))).toEqual(['import.run2'])
    expect(await undoImport(scene.as(1), scene.store, '', {})).toBe(0)
  })
})

describe('deals as a source', () => {
  it('reads a pipeline\'s deals with a score, and remembers each deal', async () => {
    const { demo } = scene
    const portal = scene.as(1)
    await portal.call('userfieldconfig.add', { moduleId: 'crm', field: {
      entityId: 'CRM_DEAL', fieldName: 'UF_CRM_DEAL_OLD_NPS', userTypeId: 'enumeration', editFormLabel: { ru: 'Старый NPS', en: 'Old NPS' },
      enum: [{ value: '9', xmlId: 'a', sort: 10 }, { value: 'так себе', xmlId: 'b', sort: 20 }]
    } })
    const field = demo.state.userFields.find(one => one.fieldName === 'UF_CRM_DEAL_OLD_NPS')!
    const deals = [...demo.state.items.get(2)!.values()].filter(deal => deal.fields.CATEGORY_ID === 0).slice(0, 3)
    deals.forEach((deal, index) => { deal.fields.UF_CRM_DEAL_OLD_NPS = field.enum[index % 2]!.id })
    const score = (await loadDealFields(portal, scene.store))[0]!
    const table = await readDeals(portal, { pipeline: 0, score, comment: null, date: 'createdTime' })
    expect(table!.rows.map(({ line }) => line)).toEqual(deals.map(({ id }) => id).reverse())
    const work = planImport(table!, { mapping: DEAL_MAPPING, scale: { type: 'nps' }, dates: 'year', zone: 'UTC', now: demo.now(), imported: new Set() })
    let step = work.next()
    while (!step.done) step = work.next()
    expect([step.value.answers.map(({ dealId }) => dealId), step.value.refused.map(({ code, value }) => [code, value])])
      .toEqual([[deals[2]!.id, deals[0]!.id], [['badScore', 'так себе']]])
    expect((await imported(step.value.answers)).made).toBe(2)
    expect(await readDeals(portal, { pipeline: 1, score, comment: null, date: 'movedTime' })).toBeNull()
  })
})
