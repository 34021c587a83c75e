import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PortalContext, Params } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { fakePortal, invitationItem, STORE, storedSurveys, SURVEY, type Replies } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import HandForm from './HandForm.vue'

const NOW = new Date('2026-03-02T09:00:00Z')
const CARDS: Record<number, Record<string, unknown>> = {
  2: { id: 2, title: 'Pump', categoryId: 0, contactId: 3, companyId: 4 },
  3: { id: 3, name: 'Anna', lastName: 'Petrova', FB_OPT_OUT: false, fm: [] },
  4: { id: 4, title: 'Alatau Trade' }
}

/** What the portal has taken, and what it says about it. */
interface Kept { answers: Params[], invitations: Params[] }

const replies = (kept: Kept, changes: Replies = {}): Replies => ({
  card: ({ entityTypeId }: Params) => ({ item: CARDS[Number(entityTypeId)] }), company: { item: CARDS[4] },
  surveys: storedSurveys(SURVEY), me: { ID: '9', NAME: 'Ivan', LAST_NAME: 'Orlov' }, profile: { TIME_ZONE: 'Asia/Almaty' }, control: { items: [] },
  ofDeal: [{ CONTACT_ID: 3 }], ofCompany: [{ CONTACT_ID: 3 }, { CONTACT_ID: 5 }],
  'crm.item.list': { items: [{ id: 3, name: 'Anna', lastName: 'Petrova' }, { id: 5, name: 'Boris', lastName: '' }] },
  invitations: ({ filter }: Params) => ({ items: 'FB_TOKEN' in withoutSigns(filter) ? kept.invitations : [] }),
  answers: () => ({ items: kept.answers }),
  invitation: ({ fields }: Params) => {
    kept.invitations.push({ id: 70, ...fields as Params })
    return { item: { id: 70 } }
  },
  answer: ({ fields }: Params) => {
    const { FB_INVITATION: invitation, ...rest } = fields as Params
    // the portal puts in what the command before has told
    kept.answers.push({ id: 71, ...rest, FB_INVITATION: typeof invitation === 'string' ? invitation : '70' })
    return { item: { id: 71 } }
  },
  person: { item: {} },
  ...changes
})
const withoutSigns = (filter: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filter as Record<string, unknown>).map(([name, value]) => [name.replace(/^[=@]/, ''), value]))

async function open(changes: Replies = {}, context: Partial<PortalContext> = {}) {
  const kept: Kept = { answers: [], invitations: [] }
  const portal = fakePortal(replies(kept, changes), context)
  const entered = vi.fn()
  const view = await mountInPortal(HandForm, { portal, frame: silentFrame(), lang: context.lang ?? 'en', props: { subject: { entityTypeId: 2, id: 2 }, onEntered: entered } })
  await settled()
  return { view, portal, kept, entered }
}

const settled = async (): Promise<void> => {
  for (let round = 0; round < 4; round++) {
    await flushPromises()
    await vi.dynamicImportSettled()
  }
  await flushPromises()
}
async function press(view: VueWrapper, label: string): Promise<void> {
  const found = view.findAll('button').find(candidate => candidate.text() === label)
  if (!found) throw new Error(`no button "${label}" in: ${view.text()}`)
  await (found.attributes('type') === 'submit' ? view.get('form').trigger('submit') : found.trigger('click'))
  await settled()
}
const point = (view: VueWrapper, value: number) => view.findAll<HTMLInputElement>('.point input').find(one => (one.element.getAttribute('aria-label') ?? '').startsWith(String(value)))!
async function score(view: VueWrapper, value: number): Promise<void> {
  await point(view, value).setValue(true)
  await settled()
}

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
})
afterEach(() => { vi.useRealTimers() })

describe('entering an answer by hand', () => {
  it('offers who may have answered, now by the clock of the portal, and something to read aloud', async () => {
    const { view } = await open()
    expect(view.findAll('option').map(option => option.text())).toEqual(expect.arrayContaining(['Anna Petrova', 'Boris', 'Alatau Trade', 'By phone', 'In person']))
    expect(view.get<HTMLInputElement>('input[type="datetime-local"]').element.value).toBe('2026-03-02T14:00')
    expect(view.text()).toContain('Hello, Anna Petrova! This is Ivan Orlov from Alatau.')
  })

  it('asks on by the group, and is entered as it was said', async () => {
    const { view, kept, entered } = await open()
    expect(view.find('textarea').exists()).toBe(false)
    await score(view, 3)
    await view.get('textarea').setValue('Too late')
    await press(view, 'Enter the answer')
    expect(entered).toHaveBeenCalledWith('Anna Petrova')
    expect(kept.answers).toHaveLength(1)
    expect(kept.answers[0]).toMatchObject({
      categoryId: STORE.answerCategoryId, stageId: 'A:new', assignedById: 9,
      FB_NPS: '3', FB_COMMENT: 'Too late', FB_ANSWERS: '{"nps":3}', FB_SURVEY: 's1', FB_LANG: 'en'
    })
    expect(String(kept.answers[0]!.FB_SUBMISSION)).toMatch(/^phone\.9\.1772442000\.[a-z0-9]{32}$/)
    expect(kept.invitations[0]).toMatchObject({
      FB_CHANNEL: STORE.enums.FB_CHANNEL!.phone, FB_STATE: STORE.enums.FB_STATE!.sent, FB_ASKED_BY: 9, contactId: 3, parentId2: 2
    })
    expect(localStorage).toHaveLength(0)
  })

  it('says what is missing, once it was to be entered, and nothing is sent', async () => {
    const { view, kept } = await open()
    expect(view.find('[role=alert]').exists()).toBe(false)
    await press(view, 'Enter the answer')
    expect(view.get('[role=alert]').text()).toBe('The survey needs an answer to this question.')
    await score(view, 9)
    expect(view.find('[role=alert]').exists()).toBe(false)
    for (const time of ['2027-01-01T10:00', '']) {
      await view.get('input[type="datetime-local"]').setValue(time)
      await press(view, 'Enter the answer')
      expect(view.get('[role=alert]').text()).toContain('not in the future')
    }
    expect(kept.answers).toEqual([])
  })

  it('outlives a reload, and can be begun anew', async () => {
    const { view } = await open()
    await score(view, 4)
    view.unmount()
    const again = (await open()).view
    expect(again.text()).toContain('This is what you began to enter')
    expect(point(again, 4).element.checked).toBe(true)
    await press(again, 'Begin anew')
    expect(point(again, 4).element.checked).toBe(false)
  })

  it('an open invitation: this is its answer, unless somebody says otherwise', async () => {
    const item = invitationItem(11)
    const { view, kept } = await open({
      invitations: { items: [item] },
      invitation: ({ id, fields }: Params) => ({ item: { id, ...fields as Params } })
    })
    expect(view.text()).toContain('Anna Petrova has an invitation that is still open')
    await score(view, 9)
    await press(view, 'Enter the answer')
    expect(kept.answers).toMatchObject([{ FB_TOKEN: item.FB_TOKEN, FB_INVITATION: '11' }])
    expect(kept.invitations).toEqual([])
  })

  it('without the right to add records: a clear sentence, and everything is still there', async () => {
    const { view, entered } = await open({ invitation: new PortalError('noRight') })
    await score(view, 3)
    await press(view, 'Enter the answer')
    expect(view.get('[role=alert]').text()).toContain('Your CRM role does not let you add records')
    expect(point(view, 3).element.checked).toBe(true)
    expect(point(view, 3).element.disabled).toBe(false)
    expect(localStorage).toHaveLength(1)
    expect(entered).not.toHaveBeenCalled()
  })

  it('nobody is there whom the caller may see', async () => {
    const { view } = await open({ 'crm.item.list': { items: [] }, company: new PortalError('noRight') })
    expect(view.text()).toContain('The card has no client whom you may see')
  })
})
