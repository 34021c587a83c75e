import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, getCurrentInstance, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { answerItem, fakePortal, invitationItem, storedSurveys, STORE, SURVEY, type FakePortal, type Replies } from '../../../../tests/fake-portal'
import { mountInPortal } from '../../../../tests/mount'
import type { Params } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'
import { surveyMessages } from '@/survey/ui/messages'
import { settingsMessages } from '../messages'
import { sharedMessages } from './messages'
import { frameCode } from './place-link'
import SharedPage from './SharedPage.vue'

const flag = (name: string): number => STORE.enums.FB_FLAG![name]!
const link = (id: number, name: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...invitationItem(id, { FB_WHY: 'place.qr', FB_EXPIRES_AT: '2046-01-01T00:00:00Z', FB_LANG: '', ...fields }), title: name, contactId: null, FB_FLAG: flag('shared')
})
const came = (token: string, ...values: (number | null)[]): unknown => ({ items: values.map((FB_VALUE, index) =>
  ({ ...answerItem(90 - index, { FB_TOKEN: token, FB_VALUE }), FB_FLAG: flag('shared') })) })

interface Opened { wrapper: VueWrapper, portal: FakePortal, asked: Params[] }

async function open(
  { surveys = [SURVEY], store = STORE, links = [], isAdmin = true, id, replies = {} }: {
    surveys?: Survey[], store?: RecordStore, links?: unknown[], isAdmin?: boolean, id?: string, replies?: Replies
  } = {}
): Promise<Opened> {
  const asked: Params[] = []
  const portal = fakePortal({
    'app.option.get': { store: JSON.stringify(store), base: 'https://app.example/f/', duty: '{"person":7,"deputy":null}' }, 'profile': { ID: '7' },
    'user.current': { ID: '7', NAME: 'Ira', EMAIL: 'ira@example.com' }, 'entity.item.get': storedSurveys(...surveys),
    'crm.item.list': (params: Params) => { asked.push(params); return { items: links } }, 'l1': came('1'.padStart(32, 'a'), 9, 8, null), 'l2': { items: [] }, ...replies
  }, { isAdmin, placement: 'DEFAULT' })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: SharedPage }] })
  const page = defineComponent({
    setup() {
      getCurrentInstance()?.appContext.app.use(router)
      return () => h(SharedPage, id === undefined ? {} : { id })
    }
  })
  const wrapper = await mountInPortal(page, { portal, messages: [settingsMessages, surveyMessages, sharedMessages] })
  for (let turn = 0; turn < 4; turn++) await flushPromises()
  return { wrapper, portal, asked }
}
const cards = (wrapper: VueWrapper): string[] => wrapper.findAll('article').map(card => card.text().replace(/\s+/g, ' '))

describe('shared links', () => {
  it('says how many answered, how well and when, in two requests', async () => {
    const { wrapper, portal } = await open({ links: [link(2, 'Tablet', { FB_WHY: 'place.kiosk' }), link(1, 'Office')] })
    const [tablet, office] = cards(wrapper)
    expect(office).toContain('3 answers · 8.5 of 10 on average over the last 2 · last one')
    expect(tablet).toContain('no answers yet')
    expect(tablet).toContain('begins anew')
    expect(wrapper.findAll('a').map(one => one.attributes('href')).filter(href => href?.includes('survey.html'))).toEqual([
      expect.stringMatching(/^https:\/\/app\.example\/f\/survey\.html#.*,2,a+2,\d+,kiosk$/), expect.stringMatching(/,1,a+1,\d+,shared$/)
    ])
    expect(portal.requests.filter(line => line === 'crm.item.list' || line === 'batch l2 l1')).toHaveLength(2)
  })

  it('asks for a name before it makes one', async () => {
    const made: Params[] = []
    const { wrapper } = await open({ replies: { 'crm.item.add': (params: Params) => { made.push(params); return { item: link(1, 'Office') } } } })
    await wrapper.findAll('button').find(one => one.text() === 'Make a link')!.trigger('click')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(wrapper.get('[role=alert]').text()).toContain('Name the place')
    await wrapper.get('form input:not([type=radio])').setValue(' Office ')
    await wrapper.get('input[value=embed]').setValue(true)
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(made).toMatchObject([{ fields: { title: 'Office', FB_FLAG: flag('shared'), FB_CHANNEL: STORE.enums.FB_CHANNEL!.embed, FB_WHY: 'place.embed' } }])
    expect(made[0]!.fields).not.toHaveProperty('contactId')
    expect(made[0]!.fields).not.toHaveProperty('FB_ASKED_BY')
  })

  it('says that the page does not know yet which are closed', async () => {
    const closed = link(1, 'Office', { FB_STATE: 'cancelled' })
    expect((await open({ links: [closed] })).wrapper.text()).toContain('does not know yet')
    const told = { ...SURVEY, form: { ...SURVEY.form!, closed: [1] } }
    expect((await open({ links: [closed], surveys: [told] })).wrapper.text()).not.toContain('does not know yet')
    const older = { ...SURVEY, form: { ...SURVEY.form!, closed: [1, 900] } }
    expect((await open({ links: [closed], surveys: [older] })).wrapper.text(), 'beyond the list').not.toContain('does not know yet')
    expect((await open({ links: [closed], surveys: [{ ...told, form: { ...told.form, made: 'hand' } }] })).wrapper.text()).toContain('made by hand')
  })

  it.each<[string, Parameters<typeof open>[0], string]>([
    ['no survey', { surveys: [] }, 'There is no published survey with a form yet.'],
    ['a draft', { surveys: [{ ...SURVEY, published: null, status: 'draft' }], id: 's1' }, 'has never been published'],
    ['a survey without a form', { surveys: [{ ...SURVEY, form: null }] }, 'There is no published survey with a form yet.'],
    ['a paused survey', { surveys: [{ ...SURVEY, status: 'paused' }] }, 'This survey is paused'],
    ['no administrator', { isAdmin: false, links: [link(1, 'Office')] }, 'Only administrators'],
    ['a portal of before', { store: { ...STORE, enums: { ...STORE.enums, FB_FLAG: { test: 1 } } } }, 'Run the repair once'],
    ['answers that may not be read', { links: [link(1, 'Office')], replies: { l1: new PortalError('noRight') } }, 'answers could not be counted']
  ])('with %s: explains itself', async (_, options, words) => {
    expect((await open(options)).wrapper.text()).toContain(words)
  })

  it('offers nothing to change to whoever may not', async () => {
    const { wrapper } = await open({ isAdmin: false, links: [link(1, 'Office')] })
    expect(wrapper.findAll('button').map(one => one.text())).toEqual(['Copy link', 'QR code'])
  })
})

it('a frame carries names as text', () => {
  expect(frameCode('https://a.example/survey.html#x,1', 'A & B "<script>"')).toContain('title="A &amp; B &quot;&lt;script&gt;&quot;"')
})
