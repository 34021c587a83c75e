import { describe, expect, it } from 'vitest'
import { change, invite, openEngineScene, post, saidBy, type EngineScene } from './engine-scene'
import { dealsWithAddress, recordsOf } from './scene'
import type { Plan } from '@/plan/model/plan'
import { planFromTemplate } from '@/plan/model/template-plans'
import { putInCharge } from '@/plan/control'
import type { RecordField } from '@/portal/fields'
import { fromWire, toWireNative, updateItem, type WireRecord } from '@/portal/items'
import { userFieldName } from '@/portal/record-store'
import { parseLink } from '@/survey/model/invitation-link'
import type { Asking, Localized, Reminder, SurveyContent } from '@/survey/model/survey'
import { contentFromTemplate } from '@/survey/model/templates'

/** What the portal's processes do around an invitation while nobody has the app open: T3 asks, T1 sends, reminds and closes. */
const CHOICE = { lang: 'ru', langs: ['ru', 'en'], company: 'Ромашка' }
const STAGES: Record<string, string[]> = { complaint: ['EXECUTING', 'WON'], support: ['WON'] }
const REMINDERS: Reminder[] = [
  { afterDays: 3, channel: 'email', subject: {}, text: {} },
  { afterDays: 5, channel: 'sms', subject: {}, text: { ru: 'Ждём ответа: {link}', en: 'Still waiting: {link}' } },
  { afterDays: 9, channel: 'email', subject: { ru: 'В последний раз, {client}', en: 'For the last time, {client}' }, text: {} }
]
const SMS = { ru: '{client}, оцените нас', en: '{client}, rate us' }
const SURVEYS = (['complaint', 'support'] as const).map(id => surveyOf(id, { stages: [], sms: {}, chat: {}, script: {}, reminders: REMINDERS.slice(0, 1) }))

function surveyOf(id: 'complaint' | 'support', asking: Asking): { id: string, content: SurveyContent, plan: Plan } {
  return { id, content: { ...contentFromTemplate(id, CHOICE), expiresAfterDays: 40, asking }, plan: planFromTemplate(id, 'ru') }
}

const MINUTE = 60_000
const DAY = 1440 * MINUTE

interface Asked {
  scene: EngineScene
  dealId: number
  contactId: number
  /** newest comments of the deal */
  comments: () => string[]
  invitation: () => WireRecord | undefined
  collect: (survey?: string) => Promise<void>
}

async function openDeal(surveys = SURVEYS): Promise<Asked> {
  const scene = await openEngineScene(surveys, 'engine')
  const { demo: { state }, portal, control } = scene
  const dealId = dealsWithAddress(scene.demo, scene.store)[0]!
  return {
    scene,
    dealId,
    contactId: Number(state.items.get(2)!.get(dealId)!.fields.CONTACT_ID),
    comments: () => state.comments.filter(({ entityType, entityId }) => entityType === 'deal' && entityId === dealId).map(({ comment }) => comment),
    invitation: () => {
      const newest = [...recordsOf(scene).values()].filter(({ id }) => id !== control!.id).at(-1)
      return newest && asWire(scene, newest.id)
    },
    collect: async (survey = 'complaint') => {
      await portal.call('bizproc.workflow.start', {
        TEMPLATE_ID: control!.templates.collect, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', `DEAL_${dealId}`], PARAMETERS: { SURVEY: survey }
      })
    }
  }
}

/** The record as the app reads it. */
function asWire({ demo: { state }, store }: EngineScene, id: number): WireRecord {
  const { fields } = state.items.get(store.entityTypeId)!.get(id)!
  const camel = (name: string): string => name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return fromWire(store, {
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value])), id,
    ...Object.fromEntries((Object.entries(store.names) as [RecordField, string][]).map(([code, name]) => [name, fields[userFieldName(store, code)] ?? null]))
  })
}

async function setContact({ scene: { portal, store }, contactId }: Asked, values: Parameters<typeof toWireNative>[2]): Promise<void> {
  const { method, params } = updateItem(3, contactId, toWireNative(store, 3, values))
  await portal.call(method, params)
}

const PHONE = '+77010000001'

/** The demo's contacts have phones of their own. */
function phone({ demo: { state } }: EngineScene, contactId: number): void {
  const contact = state.items.get(3)!.get(contactId)!
  contact.fm = [...contact.fm.filter(({ typeId }) => typeId !== 'PHONE'), { ...contact.fm[0]!, typeId: 'PHONE', value: PHONE }]
}

/** What stands before the first placeholder. */
const subjectIn = (lang: string): string => SURVEYS[0]!.content.mail.subject[lang]!.split('{')[0]!

describe('collect feedback, from the process menu of a deal', () => {
  it('asks the client: a mail with a link of his own, a word in the deal, a date before which nobody asks again', async () => {
    const asked = await openDeal()
    const { scene, invitation, comments } = asked
    await asked.collect()
    expect(invitation()!.values).toMatchObject({ FB_STATE: 'to_send', FB_BY: 'engine', FB_SURVEY: 'complaint', FB_CHANNEL: 'email', FB_LANG: 'ru' })
    expect(scene.demo.state.activities).toEqual([])
    scene.advance(2 * MINUTE)
    const { id, values } = invitation()!
    expect(values).toMatchObject({ FB_STATE: 'sent', FB_WHY: null, FB_TOKEN: expect.stringMatching(/^[a-z0-9]{32}$/) })
    const [mail] = scene.demo.state.activities
    expect(mail!.fields.SUBJECT).toContain(subjectIn('ru'))
    // one button for each score and the plain link, all with this invitation's own token
    const links = [...String(mail!.fields.DESCRIPTION).matchAll(/href="[^"#]*#([^"]+)"/g)].map(([, link]) => parseLink(link!))
    expect(links.length).toBeGreaterThan(1)
    expect(new Set(links.map(link => link?.token))).toEqual(new Set([values.FB_TOKEN]))
    expect(mail!.fields.DESCRIPTION).not.toContain('FBMARK')
    const expires = Date.parse(values.FB_EXPIRES_AT!) / 1000
    expect(links.at(-1)).toMatchObject({ invitationId: String(id), token: values.FB_TOKEN, expires })
    expect(comments().at(-1)).toContain('Запрошен отзыв')
    const contact = scene.demo.state.items.get(3)!.get(asked.contactId)!.fields
    expect(Date.parse(String(contact.UF_CRM_CONTACT_FB_NOT_BEFORE))).toBeGreaterThan(Date.parse(values.FB_SENT_AT!))
  })

  it('and the answer to it is handled by the same portal', async () => {
    const asked = await openDeal()
    await asked.collect()
    asked.scene.advance(2 * MINUTE)
    const { id, values } = asked.invitation()!
    const answer = await post(asked.scene, asked.scene.surveys[0]!, { token: values.FB_TOKEN!, inv: String(id), sid: 'a', ...saidBy(SURVEYS[0]!.content, 'low') })
    expect(asWire(asked.scene, answer)).toMatchObject({ stageId: asked.scene.store.answerStages.low, values: { FB_GROUP: 'low', FB_BY: 'engine' } })
    expect(asked.scene.demo.state.tasks).toHaveLength(1)
    expect(asWire(asked.scene, id).stageId).toBe(asked.scene.store.invitationStages.answered)
  })

  it.each<[string, (asked: Asked) => Promise<void> | void, string, number]>([
    ['has no address', ({ scene, contactId }) => { scene.demo.state.items.get(3)!.get(contactId)!.fm = [] }, 'нет адреса', 1],
    ['wants no mail', asked => setContact(asked, { FB_OPT_OUT: true }), 'отказался', 0],
    ['was asked a short while ago', asked => setContact(asked, { FB_NOT_BEFORE: '2026-03-20' }), 'недавно', 0],
    ['is nobody', ({ scene, dealId }) => {
      Object.assign(scene.demo.state.items.get(2)!.get(dealId)!.fields, { CONTACT_ID: null, CONTACT_IDS: [], COMPANY_ID: null })
    }, 'ни контакта', 1]
  ])('asks nobody who %s, and says so in the deal', async (_, prepare, why, notices) => {
    const asked = await openDeal()
    await prepare(asked)
    const before = asked.scene.demo.state.notifications.length
    await asked.collect()
    expect(asked.invitation()).toBeUndefined()
    expect(asked.comments().at(-1)).toContain(why)
    expect(asked.scene.demo.state.notifications).toHaveLength(before + notices)
  })

  it('asks once: who starts it twice is told', async () => {
    const asked = await openDeal()
    await asked.collect()
    await asked.collect()
    asked.scene.advance(2 * MINUTE)
    expect(asked.scene.demo.state.activities).toHaveLength(1)
    expect(asked.comments().some(comment => comment.includes('ещё открыто'))).toBe(true)
  })

  it('asks again when the date has passed', async () => {
    const asked = await openDeal()
    await setContact(asked, { FB_NOT_BEFORE: '2026-03-01' })
    await asked.collect()
    expect(asked.invitation()).toBeDefined()
  })
})

describe('sending', () => {
  const toSend = async (changes: Parameters<typeof change>[2] = {}, surveys = SURVEYS): Promise<Asked & { id: number }> => {
    const asked = await openDeal(surveys)
    const { id } = await invite(asked.scene, asked.scene.surveys[0]!, asked.dealId, 'engine', { FB_STATE: 'to_send', FB_SENT_AT: null, ...changes })
    await new Promise(resolve => { setImmediate(resolve) })
    asked.scene.demo.workflows.settle()
    return { ...asked, id }
  }

  it('does nothing about an invitation that was cancelled in time', async () => {
    const { scene, id } = await toSend()
    await change(scene, id, { FB_STATE: 'cancelled' })
    scene.advance(DAY)
    expect(scene.demo.state.activities).toEqual([])
    expect(asWire(scene, id).values.FB_STATE).toBe('cancelled')
  })

  it('leaves alone what the duty person sends', async () => {
    const { scene } = await toSend({ FB_BY: 'duty' })
    scene.advance(DAY)
    expect(scene.demo.state.activities).toEqual([])
  })

  it('writes to no client for a test: that is the app\'s own', async () => {
    const { scene, id } = await toSend({ FB_FLAG: 'test' })
    scene.advance(DAY)
    expect(scene.demo.state.activities).toEqual([])
    expect(asWire(scene, id).values).toMatchObject({ FB_STATE: 'failed', FB_WHY: 'channel' })
  })

  it('says in three places that a mail could not go out', async () => {
    const { scene, id, contactId, comments } = await toSend()
    scene.demo.state.items.get(3)!.get(contactId)!.fm = []
    const before = scene.demo.state.notifications.length
    scene.advance(2 * MINUTE)
    expect(asWire(scene, id)).toMatchObject({ stageId: scene.store.invitationStages.stopped, values: { FB_STATE: 'failed', FB_WHY: 'noEmail' } })
    expect(comments().at(-1)).toContain('не отправлено')
    expect(scene.demo.state.notifications.slice(before).map(({ userId }) => userId)).toEqual([3])
  })

  it('writes in the language of the invitation', async () => {
    const { scene } = await toSend({ FB_LANG: 'en' })
    scene.advance(2 * MINUTE)
    expect(scene.demo.state.activities.map(({ fields }) => String(fields.SUBJECT).includes(subjectIn('en')))).toEqual([true])
  })

  it('sends a text message where that is the channel, with a link of the person\'s own', async () => {
    const { scene, id, contactId } = await toSend({ FB_CHANNEL: 'sms', FB_LANG: 'en' }, [surveyOf('complaint', { stages: [], sms: SMS, chat: {}, script: {}, reminders: [] })])
    phone(scene, contactId)
    scene.advance(2 * MINUTE)
    const { values } = asWire(scene, id)
    expect(values).toMatchObject({ FB_STATE: 'sent', FB_CHANNEL: 'sms' })
    expect(scene.demo.state.activities.filter(({ fields }) => Number(fields.TYPE_ID) === 4)).toEqual([])
    const { to, text } = scene.demo.state.sms[0]!
    expect(to).toBe(PHONE)
    expect(text).toMatch(/^\S+ \S+, rate us https:/)
    expect(parseLink(text.split('#')[1]!)).toMatchObject({ invitationId: String(id), token: values.FB_TOKEN, expires: Date.parse(values.FB_EXPIRES_AT!) / 1000, lang: 'en' })
    expect(text).not.toContain('FBMARK')
  })

  it('says that there is no number', async () => {
    const { scene, id, contactId } = await toSend({ FB_CHANNEL: 'sms' })
    const contact = scene.demo.state.items.get(3)!.get(contactId)!
    contact.fm = contact.fm.filter(({ typeId }) => typeId !== 'PHONE')
    scene.advance(2 * MINUTE)
    expect(asWire(scene, id).values).toMatchObject({ FB_STATE: 'failed', FB_WHY: 'noPhone' })
    expect(scene.demo.state.sms).toEqual([])
  })

  it('notes the version that was sent, whichever was meant', async () => {
    const { scene, id } = await toSend({ FB_VERSION: 7 })
    scene.advance(2 * MINUTE)
    expect(asWire(scene, id).values.FB_VERSION).toBe(1)
  })

  it('reminds once, but nobody who has answered, and closes what is over', async () => {
    const reminded = await toSend()
    reminded.scene.advance(4 * DAY)
    expect(reminded.scene.demo.state.activities).toHaveLength(2)
    expect(asWire(reminded.scene, reminded.id).values.FB_REMINDERS).toBe(1)
    reminded.scene.advance(60 * DAY)
    expect(reminded.scene.demo.state.activities).toHaveLength(2)
    expect(asWire(reminded.scene, reminded.id)).toMatchObject({ stageId: reminded.scene.store.invitationStages.stopped, values: { FB_STATE: 'expired' } })

    const answered = await toSend()
    answered.scene.advance(2 * MINUTE)
    const { values } = asWire(answered.scene, answered.id)
    await post(answered.scene, answered.scene.surveys[0]!, { token: values.FB_TOKEN!, inv: String(answered.id), sid: 'a', ...saidBy(SURVEYS[0]!.content, 'high') })
    answered.scene.advance(60 * DAY)
    expect(answered.scene.demo.state.activities.filter(({ fields }) => String(fields.SUBJECT).includes(subjectIn('ru')))).toHaveLength(1)
    expect(asWire(answered.scene, answered.id).values.FB_STATE).toBe('sent')
  })
})

describe('reminders', () => {
  const HOUR = 60 * MINUTE
  async function sent(reminders = REMINDERS): Promise<Asked & { id: number, wire: () => WireRecord, mails: () => string[] }> {
    const asked = await openDeal([surveyOf('complaint', { stages: [], sms: SMS, chat: {}, script: {}, reminders })])
    phone(asked.scene, asked.contactId)
    await asked.collect()
    asked.scene.advance(2 * MINUTE)
    const { id } = asked.invitation()!
    const { activities } = asked.scene.demo.state
    return {
      ...asked, id, wire: () => asWire(asked.scene, id),
      mails: () => activities.filter(({ fields }) => Number(fields.TYPE_ID) === 4).map(({ fields }) => String(fields.SUBJECT))
    }
  }

  it('go three times, each by its own way and in its own words, and are counted', async () => {
    const { scene, wire, mails } = await sent()
    const { sms } = scene.demo.state
    scene.advance(3 * DAY - HOUR)
    expect([mails().length, sms.length, wire().values.FB_REMINDERS]).toEqual([1, 0, null])
    scene.advance(HOUR)
    expect([mails().length, sms.length, wire().values.FB_REMINDERS]).toEqual([2, 0, 1])
    expect(mails()[1]).toBe(mails()[0])
    scene.advance(2 * DAY)
    expect([mails().length, sms.length, wire().values.FB_REMINDERS]).toEqual([2, 1, 2])
    expect(sms[0]!.text).toMatch(/^Ждём ответа: https:/)
    expect(parseLink(sms[0]!.text.split('#')[1]!)?.token).toBe(wire().values.FB_TOKEN)
    scene.advance(4 * DAY)
    expect([mails().length, sms.length, wire().values.FB_REMINDERS]).toEqual([3, 1, 3])
    expect(mails()[2]).toMatch(/^В последний раз, \S+/)
    scene.advance(90 * DAY)
    expect([mails().length, sms.length]).toEqual([3, 1])
    expect(wire()).toMatchObject({ stageId: scene.store.invitationStages.stopped, values: { FB_STATE: 'expired' } })
  })

  it.each<[string, (asked: Awaited<ReturnType<typeof sent>>) => Promise<void> | void]>([
    ['has answered', async ({ scene, id, wire }) => {
      await post(scene, scene.surveys[0]!, { token: wire().values.FB_TOKEN!, inv: String(id), sid: 'a', ...saidBy(SURVEYS[0]!.content, 'high') })
    }],
    ['was taken off the list', ({ scene, id }) => change(scene, id, { FB_STATE: 'cancelled' })],
    ['has a link that works no longer', ({ scene, id }) => change(scene, id, { FB_EXPIRES_AT: '2026-03-03T09:00:00Z' })],
    ['wants no mail any more', asked => setContact(asked, { FB_OPT_OUT: true })],
    ['is the app\'s by now', ({ scene }) => putInCharge(scene.portal, scene.store, 'duty')]
  ])('never go to who %s', async (_, happen) => {
    const asked = await sent()
    const before = asked.mails().length
    await happen(asked)
    const later = asked.mails().length
    asked.scene.advance(90 * DAY)
    expect([before, asked.mails().length - later, asked.scene.demo.state.sms.length]).toEqual([1, 0, 0])
    expect(asked.wire().values.FB_REMINDERS).toBeNull()
  })

  it('that cannot be sent are said in the deal, and the next one goes', async () => {
    const asked = await sent()
    const { scene, contactId, comments, wire, mails } = asked
    scene.demo.state.items.get(3)!.get(contactId)!.fm = []
    scene.advance(4 * DAY)
    expect(comments().at(-1)).toMatch(/Напоминание не отправлено.*нет адреса/)
    phone(scene, contactId)
    scene.advance(2 * DAY)
    expect([mails().length, scene.demo.state.sms.length, wire().values.FB_REMINDERS]).toEqual([1, 1, 1])
  })

  it('that the portal does not take are not counted', async () => {
    const { scene, comments, wire, mails } = await sent(REMINDERS.slice(0, 1))
    scene.demo.switches.mailFails = true
    scene.advance(4 * DAY)
    expect(mails()).toHaveLength(1)
    expect(wire().values.FB_REMINDERS).toBeNull()
    expect(comments().at(-1)).toMatch(/не принял/)
  })

  it('keep to days of 24 hours, whatever the clocks of people do', async () => {
    // clocks go forward in Europe on 29 March 2026
    const { scene, mails, wire } = await sent([{ ...REMINDERS[0]!, afterDays: 28 }])
    scene.advance(28 * DAY - 3 * MINUTE)
    expect(mails()).toHaveLength(1)
    scene.advance(3 * MINUTE)
    expect(mails()).toHaveLength(2)
    expect(Date.parse(wire().values.FB_EXPIRES_AT!) - Date.parse(wire().values.FB_SENT_AT!)).toBeLessThanOrEqual(40 * DAY)
  })
})

describe('a deal that reaches a stage', () => {
  const staged = (sms: Localized = {}): typeof SURVEYS => [
    surveyOf('complaint', { stages: STAGES.complaint!, sms, chat: {}, script: {}, reminders: [] }), surveyOf('support', { stages: STAGES.support!, sms: {}, chat: {}, script: {}, reminders: [] })
  ]

  interface Staged extends Asked {
    /** a person changes the deal */
    edit: (fields: Record<string, unknown>) => Promise<void>
    records: () => WireRecord[]
    mails: () => number
  }
  async function openStaged(sms?: Localized): Promise<Staged> {
    const asked = await openDeal(staged(sms))
    const { scene, dealId } = asked
    const { demo: { state, workflows }, portal, control } = scene
    await portal.call('crm.item.update', { entityTypeId: 2, id: dealId, fields: { stageId: 'NEW', assignedById: 4 } })
    return {
      ...asked,
      edit: async fields => {
        await portal.call('crm.item.update', { entityTypeId: 2, id: dealId, fields })
        await new Promise(resolve => { setImmediate(resolve) })
        workflows.settle()
      },
      records: () => [...recordsOf(scene).keys()].filter(id => id !== control!.id).map(id => asWire(scene, id)),
      mails: () => state.activities.filter(({ fields }) => Number(fields.TYPE_ID) === 4).length
    }
  }

  it('is asked about, in the name of who is responsible, and nobody has the app open', async () => {
    const { scene, edit, records, mails } = await openStaged()
    await edit({ stageId: 'EXECUTING' })
    expect(records().map(({ values }) => values)).toMatchObject([{ FB_STATE: 'to_send', FB_SURVEY: 'complaint', FB_ASKED_BY: 4, FB_STAGE: 'EXECUTING', FB_BY: 'engine' }])
    scene.advance(2 * MINUTE)
    expect(records()[0]!.values).toMatchObject({ FB_STATE: 'sent', FB_WHY: null })
    expect(mails()).toBe(1)
  })

  it('is asked about once, though it is changed ten times there', async () => {
    const { scene, edit, records, mails } = await openStaged()
    await edit({ stageId: 'EXECUTING' })
    for (let n = 0; n < 10; n++) {
      await edit({ title: `Сделка ${n}` })
      scene.advance(DAY)
    }
    expect([records().length, mails()]).toEqual([1, 1])
  })

  it('is asked about once, though it is changed twice in one second', async () => {
    const { scene, dealId, records, mails } = await openStaged()
    const { portal, demo } = scene
    await Promise.all(['EXECUTING', 'EXECUTING'].map(stageId => portal.call('crm.item.update', { entityTypeId: 2, id: dealId, fields: { stageId, title: 'x' } })))
    await new Promise(resolve => { setImmediate(resolve) })
    demo.workflows.settle()
    scene.advance(DAY)
    expect([records().length, mails()]).toEqual([1, 1])
  })

  it('sends one mail even when two processes ask in the same moment', async () => {
    const { scene, edit, records, mails } = await openStaged()
    await edit({ stageId: 'EXECUTING' })
    // what the other process would have left behind, had it looked before this one wrote
    const { values } = records()[0]!
    await invite(scene, scene.surveys[0]!, Number(values.FB_DEAL), 'engine', { ...values, FB_TOKEN: 'z'.repeat(32), FB_SENT_AT: null })
    await new Promise(resolve => { setImmediate(resolve) })
    scene.demo.workflows.settle()
    scene.advance(DAY)
    expect(mails()).toBe(1)
    expect(records().map(({ values: { FB_STATE } }) => FB_STATE)).toEqual(['sent', 'cancelled'])
  })

  it('is asked about again when it comes back after a while', async () => {
    const asked = await openStaged()
    const { scene, edit, records, mails } = asked
    await edit({ stageId: 'EXECUTING' })
    scene.advance(60 * DAY)
    await setContact(asked, { FB_NOT_BEFORE: null })
    await edit({ title: 'still there' })
    expect(records()).toHaveLength(1)
    await edit({ stageId: 'NEW' })
    await edit({ stageId: 'EXECUTING' })
    scene.advance(2 * MINUTE)
    expect([records().length, mails()]).toEqual([2, 2])
  })

  it('is not noticed where the survey has no such stage', async () => {
    const { scene, edit, records } = await openStaged()
    await edit({ stageId: 'PREPARATION' })
    await edit({ stageId: 'LOSE' })
    scene.advance(DAY)
    expect(records()).toEqual([])
  })

  it('is not noticed when a process moved it: a record changed by a workflow starts no other', async () => {
    const { scene, dealId, records } = await openStaged()
    const { portal, control } = scene
    await portal.call('bizproc.workflow.start', {
      TEMPLATE_ID: control!.templates.deal, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', `DEAL_${dealId}`], PARAMETERS: { STAGE: 'EXECUTING' }
    })
    scene.advance(DAY)
    expect(scene.demo.state.items.get(2)!.get(dealId)!.fields.STAGE_ID).toBe('EXECUTING')
    expect(records()).toEqual([])
  })

  it('of two surveys asks one, and says why not the other', async () => {
    const { scene, edit, records, comments, mails } = await openStaged()
    await edit({ stageId: 'WON' })
    scene.advance(2 * MINUTE)
    expect(records().map(({ values }) => [values.FB_SURVEY, values.FB_STATE, values.FB_WHY])).toEqual([['complaint', 'sent', null], ['support', 'skipped', 'alreadyInvited']])
    expect(comments().some(comment => comment.includes('ещё открыто'))).toBe(true)
    expect(mails()).toBe(1)
  })

  it.each<[string, (asked: Asked) => Promise<void> | void, string, string, number]>([
    ['has no address', ({ scene, contactId }) => { scene.demo.state.items.get(3)!.get(contactId)!.fm = [] }, 'noEmail', 'нет адреса', 1],
    ['wants no mail', asked => setContact(asked, { FB_OPT_OUT: true }), 'optedOut', 'отказался', 0],
    ['was asked a short while ago', asked => setContact(asked, { FB_NOT_BEFORE: '2026-03-20' }), 'askedRecently from 2026-03-20', 'недавно', 0],
    ['is nobody', ({ scene, dealId }) => {
      Object.assign(scene.demo.state.items.get(2)!.get(dealId)!.fields, { CONTACT_ID: null, CONTACT_IDS: [], COMPANY_ID: null })
    }, 'noClient', 'ни контакта', 1]
  ])('whose client %s: nobody is asked, and that is said once', async (_, prepare, why, words, notices) => {
    const asked = await openStaged()
    const { scene, edit, records, comments, mails } = asked
    await prepare(asked)
    const { notifications } = scene.demo.state
    const before = notifications.length
    await edit({ stageId: 'EXECUTING' })
    for (let n = 0; n < 5; n++) await edit({ title: `Сделка ${n}` })
    scene.advance(DAY)
    expect(mails()).toBe(0)
    expect(records()).toMatchObject([{ stageId: scene.store.invitationStages.stopped, values: { FB_STATE: 'skipped', FB_WHY: why, FB_TOKEN: null, FB_ASKED_BY: 4 } }])
    expect(comments().filter(comment => comment.includes(words))).toHaveLength(1)
    expect(notifications.slice(before).map(({ userId }) => userId)).toEqual(Array(notices).fill(4))
  })

  it('whose client has a phone only gets a text message, where the survey has one', async () => {
    const asked = await openStaged(SMS)
    const { scene, contactId, edit, records } = asked
    scene.demo.state.items.get(3)!.get(contactId)!.fm = scene.demo.state.items.get(3)!.get(contactId)!.fm.slice(0, 1)
    phone(scene, contactId)
    const contact = scene.demo.state.items.get(3)!.get(contactId)!
    contact.fm = contact.fm.filter(({ typeId }) => typeId === 'PHONE')
    await edit({ stageId: 'EXECUTING' })
    scene.advance(2 * MINUTE)
    expect(records()[0]!.values).toMatchObject({ FB_CHANNEL: 'sms', FB_STATE: 'sent' })
    expect(scene.demo.state.sms.map(({ to }) => to)).toEqual([PHONE])
  })

  it('is left to the app where the duty person is in charge', async () => {
    const { scene, edit, records, mails } = await openStaged()
    await putInCharge(scene.portal, scene.store, 'duty')
    await edit({ stageId: 'EXECUTING' })
    scene.advance(DAY)
    expect([records().length, mails()]).toEqual([0, 0])
  })

  it('can still be asked about from its menu', async () => {
    const { scene, collect, mails } = await openStaged()
    await collect('support')
    scene.advance(2 * MINUTE)
    expect(mails()).toBe(1)
  })
})

describe('the company of the client', () => {
  const PAUSE = 30
  const resting = (): typeof SURVEYS => [{ ...SURVEYS[0]!, content: { ...SURVEYS[0]!.content, notBeforeDays: 10, companyDays: PAUSE } }, SURVEYS[1]!]

  interface OfCompany extends Asked {
    companyId: number
    /** dates on the cards, yyyy-mm-dd */
    dates: () => (string | undefined)[]
    setCompany: (values: Parameters<typeof toWireNative>[2]) => Promise<void>
    /** a colleague of the client, asked about another deal */
    askColleague: (changes?: Parameters<typeof change>[2]) => Promise<number>
    mails: () => number
  }

  async function openCompany(surveys = resting()): Promise<OfCompany> {
    const asked = await openDeal(surveys)
    const { scene, dealId, contactId } = asked
    const { demo: { state }, portal, store } = scene
    const companyId = [...state.items.get(4)!.keys()][0]!
    const deal = (id: number): Record<string, unknown> => state.items.get(2)!.get(id)!.fields
    const other = dealsWithAddress(scene.demo, store).find(id => Number(deal(id).CONTACT_ID) !== contactId)!
    for (const id of [dealId, other]) Object.assign(deal(id), { COMPANY_ID: companyId })
    return {
      ...asked, companyId,
      dates: () => [[3, contactId, 'CONTACT'], [4, companyId, 'COMPANY']].map(([type, id, name]) => {
        const date = state.items.get(Number(type))!.get(Number(id))!.fields[`UF_CRM_${String(name)}_FB_NOT_BEFORE`]
        return date ? String(date).slice(0, 10) : undefined
      }),
      setCompany: async values => {
        const { method, params } = updateItem(4, companyId, toWireNative(store, 4, values))
        await portal.call(method, params)
      },
      askColleague: async changes => (await invite(scene, scene.surveys[0]!, other, 'duty', changes)).id,
      mails: () => state.activities.filter(({ fields }) => Number(fields.TYPE_ID) === 4).length
    }
  }

  it('is left in peace from then on, and its card says so; a later date that stands there stays', async () => {
    const { collect, scene, dates, invitation, companyId } = await openCompany()
    await collect()
    scene.advance(2 * MINUTE)
    expect(invitation()).toMatchObject({ companyId, values: { FB_STATE: 'sent' } })
    expect(dates()).toEqual(['2026-03-12', '2026-04-01'])
    const other = await openCompany([{ ...SURVEYS[0]!, content: { ...SURVEYS[0]!.content, companyDays: 0 } }, SURVEYS[1]!])
    await other.collect()
    other.scene.advance(2 * MINUTE)
    expect(other.dates()[1]).toBeUndefined()
  })

  it.each<[string, (one: OfCompany) => Promise<unknown>, RegExp]>([
    ['wants no mail', ({ setCompany }) => setCompany({ FB_OPT_OUT: true }), /компания клиента отказалась/],
    ['is not to be asked before a day', ({ setCompany }) => setCompany({ FB_NOT_BEFORE: '2026-03-05' }), /кого-то из компании.*05\.03\.2026|кого-то из компании.*2026-03-05/],
    ['was asked, and its card says nothing', ({ askColleague }) => askColleague(), /кого-то из компании.*с .*2026/],
    ['is being asked in this moment', ({ askColleague }) => askColleague({ FB_STATE: 'sending', FB_SENT_AT: null }), /кого-то из компании/]
  ])('which %s: nobody of it is asked', async (_, prepare, words) => {
    const one = await openCompany()
    await prepare(one)
    const before = recordsOf(one.scene).size
    await one.collect()
    expect(recordsOf(one.scene).size).toBe(before)
    expect(one.comments().at(-1)).toMatch(words)
    one.scene.advance(DAY)
    expect(one.mails()).toBe(0)
  })

  it.each<[string, (one: OfCompany) => Promise<unknown>]>([
    ['whose date has come', ({ setCompany }) => setCompany({ FB_NOT_BEFORE: '2026-03-02' })],
    ['which was asked so many days ago', ({ askColleague }) => askColleague({ FB_SENT_AT: '2026-01-31T10:00:00Z' })],
    ['of which somebody tried the survey out', ({ askColleague }) => askColleague({ FB_FLAG: 'test' })],
    ['of which somebody was to be asked, and that was taken back', async ({ askColleague, scene }) => {
      const id = await askColleague({ FB_STATE: 'cancelled', FB_SENT_AT: null })
      const { method, params } = updateItem(scene.store.entityTypeId, id, { stageId: scene.store.invitationStages.stopped })
      await scene.portal.call(method, params)
    }]
  ])('%s: its people are asked', async (_, prepare) => {
    const one = await openCompany()
    await prepare(one)
    await one.collect()
    one.scene.advance(2 * MINUTE)
    expect(one.mails()).toBe(1)
  })

  const toSend = async (changes: Parameters<typeof change>[2] = {}): Promise<OfCompany & { id: number, state: () => unknown }> => {
    const one = await openCompany()
    const { id } = await invite(one.scene, one.scene.surveys[0]!, one.dealId, 'engine', { FB_STATE: 'to_send', FB_SENT_AT: null, ...changes })
    await new Promise(resolve => { setImmediate(resolve) })
    one.scene.demo.workflows.settle()
    const state = (): unknown => {
      const { FB_STATE, FB_WHY } = asWire(one.scene, id).values
      return [FB_STATE, FB_WHY]
    }
    return { ...one, id, state }
  }

  it.each<[string, (one: OfCompany) => Promise<unknown>, string]>([
    ['the client wants no mail', one => setContact(one, { FB_OPT_OUT: true }), 'optedOut'],
    ['the company wants none', ({ setCompany }) => setCompany({ FB_OPT_OUT: true }), 'companyOptedOut'],
    ['the client is not to be asked before a day', one => setContact(one, { FB_NOT_BEFORE: '2026-03-20' }), 'askedRecently from 2026-03-20'],
    ['the company is not to be asked before a day', ({ setCompany }) => setCompany({ FB_NOT_BEFORE: '2026-03-20' }), 'companyAskedRecently from 2026-03-20'],
    ['a colleague was asked', ({ askColleague }) => askColleague({ FB_SENT_AT: '2026-03-01T10:00:00Z' }), 'companyAskedRecently from 2026-03-31']
  ])('what has changed within the minute before sending counts: %s', async (_, prepare, why) => {
    const one = await toSend()
    await prepare(one)
    one.scene.advance(2 * MINUTE)
    expect(one.state()).toEqual(['skipped', why])
    expect(one.mails()).toBe(0)
    expect(one.comments().at(-1)).toContain('не отправлено')
    expect(asWire(one.scene, one.id).stageId).toBe(one.scene.store.invitationStages.stopped)
  })

  it('a reason that somebody wrote overrides the pauses, and no wish', async () => {
    const one = await toSend({ FB_WHY: 'вторая сделка' })
    await setContact(one, { FB_NOT_BEFORE: '2030-01-01' })
    await one.setCompany({ FB_NOT_BEFORE: '2026-03-20' })
    one.scene.advance(2 * MINUTE)
    expect(one.state()).toEqual(['sent', 'вторая сделка'])
    // the date that somebody set is not made earlier
    expect(one.dates()).toEqual(['2030-01-01', '2026-04-01'])
    const other = await toSend({ FB_WHY: 'вторая сделка' })
    await other.setCompany({ FB_OPT_OUT: true })
    other.scene.advance(2 * MINUTE)
    expect(other.state()).toEqual(['skipped', 'companyOptedOut'])
  })

  it('that wants no mail any more gets no reminder; a reminder that went is noted as one of that day', async () => {
    const one = await toSend()
    one.scene.advance(2 * MINUTE)
    const { FB_LEDGER } = asWire(one.scene, one.id).values
    expect(FB_LEDGER).toBeNull()
    one.scene.advance(4 * DAY)
    expect(one.mails()).toBe(2)
    expect(asWire(one.scene, one.id).values.FB_LEDGER).toBe('✉2026-03-05:3')
    const other = await toSend()
    other.scene.advance(2 * MINUTE)
    await other.setCompany({ FB_OPT_OUT: true })
    other.scene.advance(4 * DAY)
    expect(other.mails()).toBe(1)
    expect(other.comments().at(-1)).toMatch(/Напоминание не отправлено.*компания клиента отказалась/)
  })
})
