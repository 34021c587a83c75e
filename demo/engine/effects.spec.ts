import { beforeEach, describe, expect, it } from 'vitest'
import { installStore, NOW, specPortal } from '../rest/spec-portal'
import type { DemoPortal, Item, Workflow } from '../state'
import { documentTypeOf } from './document'
import { workflowMethods } from '../rest/methods/workflow'
import { activity, compare, errors, reports, runOn, type Draft } from './spec-template'

let portal: DemoPortal
let entityTypeId: number
let invitations: number
let answers: number
const UF = (name: string): string => `UF_CRM_${portal.state.types[0]!.id}_${name}`
const enumId = (name: string, xmlId: string): number =>
  portal.state.userFields.find(field => field.fieldName === UF(name))!.enum.find(item => item.xmlId === xmlId)!.id
const deal = (): Item => portal.state.items.get(2)!.get(1)!
const contact = (): Item => portal.state.items.get(3)!.get(Number(deal().fields.CONTACT_ID))!
const smart = (fields: Record<string, unknown> = {}): Item => portal.createItem(entityTypeId, { TITLE: 'Answer', ASSIGNED_BY_ID: 2, CONTACT_ID: contact().id, ...fields }, 1)
const log = (Text: string): Draft => activity('LogActivity', { Text })
const on = (item: Item, ...children: Draft[]): Promise<Workflow> => runOn(portal, item.entityTypeId, item.id, children)

beforeEach(async () => {
  portal = specPortal()
  portal.register(workflowMethods);
  ({ entityTypeId, invitations, answers } = await installStore(portal))
})

describe('fields of the record', () => {
  const set = (FieldValue: Record<string, unknown>, more: Record<string, unknown> = {}): Draft => activity('SetFieldActivity', { FieldValue, ...more }, undefined, 'SF')

  it.each<[string, string, unknown, unknown]>([
    ['a text', 'FB_COMMENT', 'Ж "a" {=Document:ID}', 'Ж "a" 1'], ['a number', 'FB_VALUE', '9', 9], ['garbage as a number', 'FB_VALUE', 'ten', 0], ['a fraction', 'FB_SCORE', '7.5', 7.5],
    ['a moment', 'FB_SENT_AT', '{=System:Now}', '2026-08-20T15:00:00+05:00'], ['a date as text', 'FB_SENT_AT', '01.02.2026', '2026-02-01T00:00:00+05:00'], ['no date', 'FB_SENT_AT', 'soon', null],
    ['yes', 'FB_ASK_AGAIN', 'Y', 'Y'], ['no', 'FB_ASK_AGAIN', 'N', 'N'], ['a person', 'FB_ASKED_BY', ['user_3', 'user_2'], 3], ['nobody', 'FB_ASKED_BY', '', null], ['nothing', 'FB_COMMENT', '', null]
  ])('takes %s', async (_name, field, value, stored) => {
    const item = smart()
    expect((await on(item, set({ [UF(field)]: value }))).status).toBe('completed')
    expect(item.fields[UF(field)] ?? null).toEqual(stored)
  })

  it('takes a list by XML_ID or by label; what it does not know becomes nothing, with a line in the log', async () => {
    const item = smart()
    await on(item, set({ [UF('FB_GROUP')]: 'low' }))
    expect(item.fields[UF('FB_GROUP')]).toBe(enumId('FB_GROUP', 'low'))
    const lost = await on(item, set({ [UF('FB_GROUP')]: 'lowest' }))
    expect(item.fields[UF('FB_GROUP')]).toBeNull()
    expect(errors(lost)[0]).toMatch(/no "lowest"/)
  })

  it('moves a smart process to a stage, into its pipeline; a deal stays in its own', async () => {
    const item = smart({ CATEGORY_ID: answers })
    const stage = `DT${entityTypeId}_${invitations}:PREPARATION`
    await on(item, set({ STAGE_ID: stage }))
    expect(item.fields).toMatchObject({ STAGE_ID: stage, CATEGORY_ID: invitations })
    const before = deal().fields.CATEGORY_ID
    const run = await on(deal(), set({ STAGE_ID: before === 0 ? 'C1:NEW' : 'NEW' }), log('{=SF:ErrorMessage}'))
    expect(run.status).toBe('completed')
    expect(deal().fields.CATEGORY_ID).toBe(before)
    expect(reports(run)[0]).toMatch(/Invalid value/)
    expect(portal.state.stageHistory.at(-1)).toMatchObject({ ownerId: item.id, stageId: stage })
  })

  it.each(['NOTHING', 'CREATED_TIME'])('fails for the field %s', async field => {
    expect((await on(smart(), set({ [field]: 'x' }))).status).toBe('faulted')
  })

  it('cuts a text at 64 KB, never inside a character', async () => {
    const item = smart()
    await on(item, set({ [UF('FB_COMMENT')]: `a${'я'.repeat(40_000)}` }))
    const stored = String(item.fields[UF('FB_COMMENT')])
    expect(Buffer.byteLength(stored)).toBe(65_535)
    expect(stored.endsWith('я')).toBe(true)
  })
})

describe('other records', () => {
  const filter = (...conditions: Record<string, unknown>[]): Record<string, unknown> => ({ items: conditions.map(condition => [condition, 'AND']) })
  const find = (type: number, fields: string[], ...conditions: Record<string, unknown>[]): Draft => activity('CrmGetDynamicInfoActivity', {
    DynamicTypeId: String(type), ReturnFields: fields, DynamicFilterFields: filter(...conditions), OnlyDynamicEntities: 'N',
    DynamicEntityFields: Object.fromEntries(fields.map(field => [field, { Name: field, Type: field === 'ASSIGNED_BY_ID' ? 'user' : 'string', Multiple: false }]))
  }, undefined, 'F')

  it('are found by id, token and pipeline, whatever the case of the text', async () => {
    const item = smart({ CATEGORY_ID: invitations, [UF('FB_TOKEN')]: 'abcDEF', [UF('FB_STATE')]: enumId('FB_STATE', 'sent') })
    const run = await on(deal(), find(entityTypeId, ['ID', 'ASSIGNED_BY_ID', UF('FB_STATE')], compare('Document', 'ID', '=', String(item.id)), compare('Document', UF('FB_TOKEN'), '=', 'ABCdef'),
      compare('Document', 'CATEGORY_ID', '=', String(invitations))), log(`{=F:ID} {=F:ASSIGNED_BY_ID > friendly} {=F:${UF('FB_STATE')}}`))
    expect(reports(run)).toEqual([`${item.id} Тимур Ахметов sent`])
  })

  it('are deals and contacts too', async () => {
    const run = await on(smart(), find(2, ['ID', 'TITLE', 'STAGE_ID'], compare('Document', 'ID', '=', '1')), log('{=F:TITLE}|{=F:STAGE_ID}'))
    expect(reports(run)).toEqual([`${String(deal().fields.TITLE)}|${String(deal().fields.STAGE_ID)}`])
  })

  it('that are not there leave a line in the log and empty results; the process goes on', async () => {
    const run = await on(deal(), find(entityTypeId, ['ID'], compare('Document', UF('FB_TOKEN'), '=', 'none')), log('[{=F:ID}]'))
    expect(run.status).toBe('completed')
    expect(errors(run)[0]).toMatch(/No such record/)
    expect(reports(run)).toEqual(['[]'])
  })

  it('are any record for a look-up without conditions, the first by id', async () => {
    const first = smart()
    smart()
    expect(reports(await on(deal(), find(entityTypeId, ['ID']), log('{=F:ID}')))).toEqual([String(first.id)])
  })

  it('cannot be found by the XML_ID of a list, nor by an unknown field', async () => {
    smart({ [UF('FB_STATE')]: enumId('FB_STATE', 'sent') })
    expect(reports(await on(deal(), find(entityTypeId, ['ID'], compare('Document', UF('FB_STATE'), '=', 'sent')), log('[{=F:ID}]')))).toEqual(['[]'])
    expect((await on(deal(), find(entityTypeId, ['ID'], compare('Document', 'NOTHING', '=', '1')))).status).toBe('faulted')
  })

  it('are changed by a filter; a literal id counts too', async () => {
    const [one, two] = [smart(), smart()]
    const update = (more: Record<string, unknown>): Draft => activity('CrmUpdateDynamicActivity', { DynamicTypeId: String(entityTypeId), DynamicEntitiesFields: { [UF('FB_COMMENT')]: 'from {=Document:ID}' }, ...more })
    await on(one, update({ DynamicId: '{=Document:ID}', DynamicFilterFields: filter(compare('Document', 'ID', '=', '{{={=Document:ID}+1}}')) }))
    expect([one, two].map(item => item.fields[UF('FB_COMMENT')])).toEqual([undefined, `from ${one.id}`])
    await on(two, update({ DynamicId: String(one.id) }))
    expect(one.fields[UF('FB_COMMENT')]).toBe(`from ${two.id}`)
  })

  it('are created with the fields that have a value, and can be read at once', async () => {
    const fields = { TITLE: 'New', CATEGORY_ID: String(invitations), ASSIGNED_BY_ID: 'user_3', CONTACT_ID: '{=Document:CONTACT_ID}', PARENT_ID_2: '{=Document:ID}', [UF('FB_STATE')]: 'to_send', [UF('FB_TOKEN')]: '{{=strtolower(randstring(32))}}', [UF('FB_SNAP1')]: '' }
    const make = activity('CrmCreateDynamicActivity', { DynamicTypeId: String(entityTypeId), DynamicEntitiesFields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${entityTypeId}_${name}`, value])) }, undefined, 'N')
    const run = await on(deal(), make, log('{=N:ItemId}'))
    const made = [...portal.state.items.get(entityTypeId)!.values()].at(-1)!
    expect(reports(run)).toEqual([String(made.id)])
    expect(made.fields).toMatchObject({ TITLE: 'New', CATEGORY_ID: invitations, STAGE_ID: `DT${entityTypeId}_${invitations}:NEW`, ASSIGNED_BY_ID: 3, CONTACT_ID: contact().id, PARENT_ID_2: 1, [UF('FB_STATE')]: enumId('FB_STATE', 'to_send') })
    expect(made.fields[UF('FB_TOKEN')]).toMatch(/^[0-9a-z]{32}$/)
    expect(made.fields).not.toHaveProperty(UF('FB_SNAP1'))
  })

  it('of the older kind give people and lists by their number', async () => {
    const group = portal.state.userFields.find(field => field.fieldName === 'UF_CRM_DEAL_FB_LAST_GROUP')!
    deal().fields.UF_CRM_DEAL_FB_LAST_GROUP = group.enum[0]!.id
    const card = activity('CrmGetDataEntityActivity', {
      DocumentType: documentTypeOf(entityTypeId), EntityId: '{=Document:PARENT_ID_2}', EntityType: 'DEAL', PrintableVersion: 'N',
      EntityFields: Object.fromEntries(['TITLE', 'ASSIGNED_BY_ID', 'ASSIGNED_BY_ID_USER', 'UF_CRM_DEAL_FB_LAST_GROUP'].map(name => [name, { Name: name, Type: 'string' }]))
    }, undefined, 'D')
    const text = '{=D:TITLE}|{=D:ASSIGNED_BY_ID}|{=D:ASSIGNED_BY_ID_USER}|{=D:UF_CRM_DEAL_FB_LAST_GROUP}'
    const { TITLE, ASSIGNED_BY_ID } = deal().fields
    expect(reports(await on(smart({ PARENT_ID_2: 1 }), card, log(text)))).toEqual([`${String(TITLE)}|${String(ASSIGNED_BY_ID)}|user_${String(ASSIGNED_BY_ID)}|${group.enum[0]!.id}`])
    expect(reports(await on(smart(), card, log(text)))).toEqual(['|||'])
  })
})

describe('mail', () => {
  const mail = (more: Record<string, unknown> = {}): Draft => activity('CrmSendEmailActivity', {
    Subject: 'About {=Document:TITLE}', MessageText: '<p>{=Document:TITLE}</p><a href="https://a.example/x#t">open</a>', MessageTextType: 'html', MessageTextEncoded: 0,
    MessageFrom: '', EmailType: '', EmailSelectRule: 'first', UseLinkTracker: 'N', AttachmentType: 'file', Attachment: [], ...more
  })

  it('goes to the client from the responsible\'s mailbox; what is put into markup is escaped', async () => {
    const item = smart({ TITLE: 'a <b> & "c"' })
    const run = await on(item, mail(), log('{=Document:COMMUNICATIONS.LAST_EMAIL_DATE}'))
    const [sent] = portal.state.outbox
    expect(sent).toMatchObject({ from: 'Тимур Ахметов <t.akhmetov@alatau.example.kz>', to: contact().fm.find(row => row.typeId === 'EMAIL')!.value, subject: 'About a <b> & "c"', sentAt: '2026-08-20T15:00:00+05:00' })
    expect(sent?.html).toBe('<p>a &lt;b&gt; &amp; &quot;c&quot;</p><a href="https://a.example/x#t">open</a>')
    expect(sent?.text).toContain('a <b> & "c"')
    expect(portal.state.activities.find(({ id }) => id === sent?.activityId)).toMatchObject({ ownerTypeId: entityTypeId, ownerId: item.id, bindings: [{ ownerId: item.id }, { ownerTypeId: 3 }], fields: { PROVIDER_ID: 'CRM_EMAIL', COMPLETED: 'Y' } })
    expect(reports(run)).toEqual(['20.08.2026 15:00:00'])
  })

  it('from a named sender, encoded, and with links that tracking makes readable for anybody', async () => {
    await on(smart(), mail({ MessageFrom: 'Care <care@alatau.example.kz>', UseLinkTracker: 'Y', MessageTextEncoded: 1, MessageText: `base64,${Buffer.from('<a href="https://a.example/x#t">{=Document:TITLE}</a>').toString('base64')}` }))
    expect(portal.state.outbox).toMatchObject([{ from: 'Care <care@alatau.example.kz>' }])
    expect(portal.state.outbox[0]?.html).toMatch(/^<a href="https:\/\/a\.example\/x\?b24form_user=\S+#t">Answer<\/a>$/)
  })

  it('in BB code becomes markup', async () => {
    await on(smart(), mail({ MessageTextType: 'bbcode', MessageText: '[b]Hi[/b]\n[url=https://a.example/]open[/url]' }))
    expect(portal.state.outbox[0]?.html).toBe('<b>Hi</b><br><a href="https://a.example/" target="_blank" rel="noopener">open</a>')
  })

  it.each<[string, () => void, RegExp]>([
    ['no address', () => { contact().fm = []; for (const company of portal.state.items.get(4)!.values()) company.fm = [] }, /no address/],
    ['no mailbox', () => { portal.state.mailboxes = [] }, /no sender/], ['mail that fails', () => { portal.switches.mailFails = true }, /could not be sent/]
  ])('with %s leaves a line in the log and nothing else', async (_name, arrange, message) => {
    arrange()
    const run = await on(smart(), mail(), log('on'))
    expect(errors(run)[0]).toMatch(message)
    expect(reports(run)).toEqual(['on'])
    expect(portal.state.outbox).toEqual([])
    expect(portal.state.activities.filter(({ fields }) => fields.PROVIDER_ID === 'CRM_EMAIL')).toEqual([])
  })

  it('and SMS: through the portal\'s provider, to the first number', async () => {
    const sms = activity('CrmSendSmsActivity', { MessageText: 'Hi {=Document:TITLE}', ProviderId: ':default:', RecipientType: 'entity', RecipientUser: [], PhoneType: '' })
    await on(smart(), sms)
    expect(portal.state.sms).toMatchObject([{ to: contact().fm.find(row => row.typeId === 'PHONE')!.value, text: 'Hi Answer' }])
    portal.switches.smsProvider = false
    expect(errors(await on(smart(), sms))[0]).toMatch(/no provider/)
    expect(portal.state.sms).toHaveLength(1)
  })
})

describe('people', () => {
  const task = (Fields: Record<string, unknown>, more: Record<string, unknown> = {}): Draft => activity('Task2Activity', {
    Fields: { TITLE: 'Call {=Document:TITLE}', CREATED_BY: 'user_4', RESPONSIBLE_ID: '{=Document:ASSIGNED_BY_ID}', ...Fields }, HoldToClose: '0', AUTO_LINK_TO_CRM_ENTITY: '0', ...more
  }, undefined, 'T')

  it('get a task like one made over REST', async () => {
    const item = smart()
    const run = await on(item, task({ DEADLINE: '{{=dateadd({=System:Now},"2d")}}', DESCRIPTION: 'Read', PRIORITY: '2', AUDITORS: ['user_5'], UF_CRM_TASK: ['D_1', '{=Document:CRM_ID}'] }, { CheckListItems: ['one', ' ', 'two'] }), log('{=T:TaskId}'))
    expect(portal.state.tasks).toMatchObject([{ created: '2026-08-20T15:00:00+05:00', fields: {
      TITLE: 'Call Answer', CREATED_BY: 4, RESPONSIBLE_ID: 2, DEADLINE: '2026-08-22T15:00:00+05:00', DESCRIPTION: 'Read', AUDITORS: [5], STATUS: 2, UF_CRM_TASK: ['D_1', `T${entityTypeId.toString(16)}_${item.id}`],
      CHECKLIST: [{ title: 'one', createdBy: 4, isComplete: 'N' }, { title: 'two' }]
    } }])
    expect(reports(run)).toEqual([String(portal.state.tasks[0]?.id)])
  })

  it.each<[string, Record<string, unknown>, RegExp]>([['no creator', { CREATED_BY: '' }, /no creator/], ['nobody responsible', { RESPONSIBLE_ID: [] }, /no responsible/], ['no title', { TITLE: '' }, /no title/]])('get no task with %s', async (_name, fields, message) => {
    const run = await on(smart(), task(fields))
    expect(errors(run)[0]).toMatch(message)
    expect(portal.state.tasks).toEqual([])
  })

  it('are waited for until the task is done', async () => {
    const run = await on(smart(), task({}, { HoldToClose: 'Y' }), log('{=T:ClosedBy > friendly} {=T:ClosedDate}'))
    expect(run).toMatchObject({ status: 'running', wakesAt: null })
    Object.assign(portal.state.tasks[0]!.fields, { STATUS: '5', CLOSED_BY: 2, CLOSED_DATE: '2026-08-20T16:00:00+05:00' })
    portal.advance(0)
    expect(reports(run)).toEqual(['Тимур Ахметов 20.08.2026 16:00:00'])
  })

  it('get notifications, each once, dismissed ones none', async () => {
    portal.state.users.find(user => user.id === 5)!.active = false
    const before = portal.state.notifications.length
    await on(smart(), activity('IMNotifyActivity', { MessageUserFrom: ['user_1'], MessageUserTo: ['user_2', '{=Document:ASSIGNED_BY_ID}', 'user_3', 'user_5'], MessageSite: '[b]{=Document:TITLE}[/b]', MessageOut: '', MessageType: '2' }))
    expect(portal.state.notifications.slice(before)).toMatchObject([2, 3].map(userId => ({ userId, fromUserId: 1, type: 'USER', message: '[b]Answer[/b]', read: false })))
  })

  it('read comments under the record', async () => {
    const run = await on(smart(), activity('CrmTimelineCommentAdd', { CommentText: ' Hi {=Document:ASSIGNED_BY_ID > bbcode} ', CommentUser: '{=Document:ASSIGNED_BY_ID}' }))
    expect(portal.state.comments).toMatchObject([{ entityType: `dynamic_${entityTypeId}`, entityId: run.itemId, comment: 'Hi [USER=2]Тимур Ахметов[/USER]', authorId: 2 }])
  })

  it('have a head, or whoever is named instead', async () => {
    const boss = (user: string, reserve = 'user_1'): Draft => activity('GetUserActivity', { UserType: 'boss', UserParameter: [user], ReserveUserParameter: [reserve], MaxLevel: '1', SkipAbsent: 'N', SkipAbsentReserve: 'N', SkipTimeman: 'N', SkipTimemanReserve: 'N' }, undefined, 'B')
    expect(reports(await on(smart(), boss('{=Document:ASSIGNED_BY_ID}'), log('{=B:GetUser}')))).toEqual(['user_4'])
    expect(reports(await on(smart(), boss('user_4'), log('{=B:GetUser}')))).toEqual(['user_1'])
    portal.state.users.find(user => user.id === 2)!.active = false
    expect(reports(await on(smart(), boss('user_2'), log('[{=B:GetUser}]')))).toEqual(['[]'])
  })

  it('can be asked about', async () => {
    const info = activity('GetUserInfoActivity', { GetUser: ['user_4'], UserFields: { USER_NAME: { Name: '', Type: 'string' } } }, undefined, 'U')
    expect(reports(await on(smart(), info, log('{=U:USER_NAME}')))).toEqual(['Сергей'])
  })

  it('are found through their departments', async () => {
    await on(smart(), activity('IMNotifyActivity', { MessageUserFrom: 'user_1', MessageUserTo: ['group_D1'], MessageSite: 'x', MessageType: '4' }))
    expect(portal.state.notifications.filter(({ message }) => message === 'x').map(({ userId, fromUserId, type }) => [userId, fromUserId, type])).toEqual([[2, 0, 'SYSTEM'], [4, 0, 'SYSTEM']])
    expect((await on(smart(), activity('IMNotifyActivity', { MessageUserFrom: 'user_1', MessageUserTo: ['Сергей'], MessageSite: 'x', MessageType: '4' }))).status).toBe('faulted')
  })
})

it('effects land at the portal\'s time', () => {
  expect(portal.now()).toEqual(NOW)
})
