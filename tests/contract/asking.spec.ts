import { describe, expect, it } from 'vitest'
import { change, invite, openEngineScene, post, saidBy, type EngineScene } from './engine-scene'
import { dealsWithAddress } from './scene'
import { planFromTemplate } from '@/plan/model/template-plans'
import { fromWire, toWireNative, updateItem, type WireRecord } from '@/portal/items'
import { parseLink } from '@/survey/model/invitation-link'
import { contentFromTemplate } from '@/survey/model/templates'

/** What the portal's processes do around an invitation while nobody has the app open: T3 asks, T1 sends, reminds and closes. */
const CHOICE = { lang: 'ru', langs: ['ru', 'en'], company: 'Ромашка' }
const SURVEYS = (['complaint', 'support'] as const).map(id => ({ id, content: contentFromTemplate(id, CHOICE), plan: planFromTemplate(id, 'ru') }))

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

async function openDeal(): Promise<Asked> {
  const scene = await openEngineScene(SURVEYS, 'engine')
  const { demo: { state }, portal, store, control } = scene
  const dealId = dealsWithAddress(scene.demo)[0]!
  return {
    scene,
    dealId,
    contactId: Number(state.items.get(2)!.get(dealId)!.fields.CONTACT_ID),
    comments: () => state.comments.filter(({ entityType, entityId }) => entityType === 'deal' && entityId === dealId).map(({ comment }) => comment),
    invitation: () => {
      const newest = [...state.items.get(store.entityTypeId)!.values()].filter(({ id }) => id !== control!.id).at(-1)
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
    ...Object.fromEntries(Object.entries(store.names).map(([code, name]) => [name, fields[`UF_CRM_${store.typeId}_${code}`] ?? null]))
  })
}

async function setContact({ scene: { portal, store }, contactId }: Asked, values: Parameters<typeof toWireNative>[2]): Promise<void> {
  const { method, params } = updateItem(3, contactId, toWireNative(store, 3, values))
  await portal.call(method, params)
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
  const toSend = async (changes: Parameters<typeof change>[2] = {}): Promise<Asked & { id: number }> => {
    const asked = await openDeal()
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

  it('sends a text message where that is the channel', async () => {
    const { scene, id } = await toSend({ FB_CHANNEL: 'sms' })
    scene.advance(2 * MINUTE)
    expect(asWire(scene, id).values.FB_STATE).toMatch(/sent|failed/)
    expect(scene.demo.state.activities.filter(({ fields }) => Number(fields.TYPE_ID) === 4)).toEqual([])
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
