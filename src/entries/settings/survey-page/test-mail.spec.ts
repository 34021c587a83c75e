import { beforeEach, describe, expect, it } from 'vitest'
import { PortalError } from '@/portal/errors'
import { RECORD_FIELDS } from '@/portal/fields'
import type { RecordStore } from '@/portal/record-store'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Survey, SurveyContent } from '@/survey/model/survey'
import { memoryPortal, type MemoryPortal } from '@/survey/ui/memory-portal.fixture'
import { sendTestMail, type TestMailOrder } from './test-mail'

const store = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 2, answerCategoryId: 1, generation: 'g',
  names: Object.fromEntries(Object.keys(RECORD_FIELDS).map(name => [name, `uf_${name}`])),
  enums: { FB_CHANNEL: { link: 11 }, FB_STATE: { sent: 21 }, FB_FLAG: { test: 31 } }, native: {}, answerStages: {}, invitationStages: { open: 'OPEN', stopped: 'STOP' }
} as unknown as RecordStore

const published: SurveyContent = { ...structuredClone(afterDeal), name: 'After a deal', company: 'Acme' }
const draft: SurveyContent = { ...structuredClone(published), mail: { ...published.mail, subject: { en: 'How was {deal}?' }, scoreButtons: false } }
const survey: Survey = {
  v: 4, id: 'afterdeal', status: 'active', draft, published: { version: 3, at: '2026-03-01T10:00:00Z', by: 1, content: published, plan: null },
  form: { id: 5, sec: 'abc', made: 'api', verifiedAt: null }, plan: null
}
const now = new Date('2026-03-02T08:00:00Z')
const order: TestMailOrder = {
  survey, content: draft, me: { id: 7, name: 'Olga Kim', email: 'olga@acme.example' }, to: 'olga@acme.example', lang: 'en', base: 'https://app.example/',
  deal: 'Kitchen', title: 'Trial', mark: '[Test]', note: 'A test & nothing else.', now, randomBytes: length => new Uint8Array(length).fill(171)
}

let portal: MemoryPortal
let mails: Record<string, unknown>[]
let made: Record<string, unknown>[]
let deleted: unknown[]
let refuses: PortalError | null

beforeEach(() => {
  mails = []
  made = []
  deleted = []
  refuses = null
  portal = memoryPortal({
    'crm.item.list': () => ({ items: [] }),
    'crm.item.add': ({ fields }) => {
      made.push(fields as Record<string, unknown>)
      return { item: { id: 90, createdTime: now.toISOString(), ...fields as object } }
    },
    'crm.activity.add': ({ fields }) => {
      mails.push(fields as Record<string, unknown>)
      if (refuses) throw refuses
      return 400
    },
    'crm.activity.list': ({ filter }) => (filter as Record<string, string>).ORIGIN_ID === mails[0]?.ORIGIN_ID ? [{ ID: '400' }] : [],
    'crm.activity.delete': ({ id }) => {
      deleted.push(id)
      return true
    }
  })
})

describe('a test mail', () => {
  it('has the texts of the draft, says that it is a test, and goes to who tries', async () => {
    const invitation = await sendTestMail(portal, store, order)
    expect(invitation.id).toBe(90)
    expect(mails).toHaveLength(1)
    const [mail] = mails
    expect(mail).toMatchObject({ SUBJECT: '[Test] How was Kitchen?', COMMUNICATIONS: [{ VALUE: 'olga@acme.example' }], TYPE_ID: 4, DIRECTION: 2, COMPLETED: 'Y' })
    expect(mail?.SETTINGS).toMatchObject({ MESSAGE_FROM: 'Olga Kim <olga@acme.example>' })
    expect(mail?.DESCRIPTION).toContain('A test &amp; nothing else.')
  })

  it('stands in a flagged invitation of its own, in no deal and on nobody’s card', async () => {
    await sendTestMail(portal, store, order)
    expect(mails[0]).toMatchObject({ OWNER_TYPE_ID: 1038, OWNER_ID: 90 })
    expect(made).toHaveLength(1)
    expect(made[0]).toMatchObject({ uf_FB_FLAG: 31, uf_FB_VERSION: 3 })
    for (const link of ['parentId2', 'contactId', 'companyId', 'uf_FB_DEAL']) expect(made[0]).not.toHaveProperty(link)
  })

  it('leads to the published form, with the token of that invitation', async () => {
    await sendTestMail(portal, store, order)
    expect(mails[0]?.DESCRIPTION).toContain(`https://app.example/survey.html#acme.example,5,abc,90,${String(made[0]?.uf_FB_TOKEN)},`)
  })

  it('can be sent before anything is published: its links name no form', async () => {
    await sendTestMail(portal, store, { ...order, survey: { ...survey, published: null, form: null } })
    expect(mails[0]?.DESCRIPTION).toContain('survey.html#acme.example,0,0,90,')
    expect(made[0]).toMatchObject({ uf_FB_VERSION: 0 })
  })

  it('comes from the mailbox of the survey where it has one', async () => {
    await sendTestMail(portal, store, { ...order, content: { ...draft, mail: { ...draft.mail, from: 'Care <care@acme.example>' } } })
    expect(mails[0]?.SETTINGS).toMatchObject({ MESSAGE_FROM: 'Care <care@acme.example>' })
  })

  it.each([['', 'noMailbox'], ['care@acme.example', 'senderRefused']])('that the portal refuses (from "%s") leaves nothing behind and says %s', async (from, code) => {
    refuses = new PortalError('noMailbox')
    await expect(sendTestMail(portal, store, { ...order, content: { ...draft, mail: { ...draft.mail, from } } })).rejects.toMatchObject({ code })
    expect(deleted).toEqual([400])
  })

  it('whose reply was lost is not taken back', async () => {
    refuses = new PortalError('unreachable', { executed: 'unknown' })
    await expect(sendTestMail(portal, store, order)).rejects.toMatchObject({ code: 'unreachable' })
    expect(deleted).toEqual([])
  })
})
