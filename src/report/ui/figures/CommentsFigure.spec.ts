import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import { answerFixture } from '@/report/model/records.fixture'
import type { ReportAnswer } from '@/report/model/records'
import type { Retagging } from '@/report/model/retag'
import { answerRow, fakePortal } from '@/report/portal.fixture'
import { createTag, mergeTags, renameTag, tagAnswer } from '@/report/store-tags'
import CommentsFigure from '@/report/ui/figures/CommentsFigure.vue'
import { day, figureProps, NOW } from '@/report/ui/figures/figure.fixture'
import { reportMessages } from '@/report/ui/messages'
import { mountInPortal } from '../../../../tests/mount'

vi.mock('@/report/store-tags', () => ({ createTag: vi.fn(), mergeTags: vi.fn(), renameTag: vi.fn(), tagAnswer: vi.fn() }))

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  for (const spy of [createTag, mergeTags, renameTag, tagAnswer]) vi.mocked(spy).mockReset()
  return () => vi.useRealTimers()
})

const WORDS = ['Waited for the delivery', 'Very <b>polite</b>', 'The price is fair', 'Waited, and the price rose']

/** Comments are not kept on disk: `onDisk` rows come without them. */
const some = (count: number, onDisk = false): ReportAnswer[] => Array.from({ length: count }, (_, index) => answerFixture({
  id: index + 1, createdAt: day(index + 1), hasComment: true, comment: onDisk ? null : WORDS[index % 4]!, tags: index === 0 ? [71] : []
}))

async function show(rows: ReportAnswer[], { isAdmin = true, lang = 'en' } = {}, before: () => Promise<void> = () => Promise.resolve()) {
  const portal = fakePortal({ isAdmin, before, rows: rows.map(({ id, createdAt }) => answerRow({ id, at: createdAt, comment: WORDS[(id - 1) % 4]! })) })
  const props = figureProps(rows)
  const view = await mountInPortal(CommentsFigure, { props, portal, lang, messages: [reportMessages] })
  await flushPromises()
  return { view, portal, props }
}

const items = (view: VueWrapper): (string | undefined)[] => view.findAll('li[data-row]').map(row => row.attributes('data-row'))

async function pressText(view: VueWrapper, label: string): Promise<void> {
  const button = view.findAll('button').find(one => one.text() === label)
  if (!button) throw new Error(`no button "${label}" among ${view.findAll('button').map(one => one.text()).join(' | ')}`)
  await button.trigger('click')
  await flushPromises()
}

async function search(view: VueWrapper, query: string): Promise<void> {
  await view.get('input[type=search]').setValue(query)
  await vi.advanceTimersByTimeAsync(300)
  await flushPromises()
}

describe('the list', () => {
  it('is newest first, in pages, as text and never as HTML', async () => {
    const { view, props } = await show(some(23))
    expect(items(view)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
    expect(view.find('blockquote b').exists()).toBe(false)
    expect(view.text()).toContain('Very <b>polite</b>')
    await pressText(view, 'Next')
    await pressText(view, 'Next')
    expect(items(view)).toEqual(['21', '22', '23'])
    expect(view.text()).toContain('21–23 of 23')
    await view.get('[data-part=n]').trigger('click')
    expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'listed', commented: true }, 'Comments')
  })

  it('reads comments of the rows that are seen only', async () => {
    const { view, portal } = await show(some(23, true))
    expect(portal.requests.flat().map(({ params }) => (params as { filter: { '@id': number[] } }).filter['@id'])).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])
    expect(view.text()).toContain('Waited for the delivery')
  })

  it('nobody wrote', async () => {
    expect((await show([answerFixture()], { lang: 'ru' })).view.text()).toContain('Никто из выбранных не оставил комментария')
  })
})

describe('search', () => {
  it('finds all words in all comments, also in those that were not read yet, and marks them', async () => {
    const { view } = await show(some(23, true))
    await search(view, 'PRICE waited')
    expect(items(view)).toEqual(['4', '8', '12', '16', '20'])
    expect(view.get('[role=status]').text()).toBe('5 comments found')
    expect(view.findAll('mark').slice(0, 2).map(mark => mark.text())).toEqual(['Waited', 'price'])
    await search(view, '')
    expect(items(view)).toHaveLength(10)
    expect(view.find('mark').exists()).toBe(false)
  })

  it('waits for what is being read already, and reads nothing twice', async () => {
    const rows = some(23, true)
    let release = (): void => undefined
    const held = new Promise<void>(resolve => { release = resolve })
    const { view, portal } = await show(rows, {}, () => held)
    await search(view, 'price')
    expect(view.text()).toContain('Reading comments: 0 of 23')
    release()
    await flushPromises()
    await vi.advanceTimersByTimeAsync(50)
    await flushPromises()
    expect(view.get('[role=status]').text()).toBe('11 comments found')
    const asked = portal.requests.flat().flatMap(({ params }) => (params as { filter: { '@id': number[] } }).filter['@id'])
    expect(asked.sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
  })

  it('says that nothing was found', async () => {
    const { view } = await show(some(3))
    await search(view, 'zebra')
    expect(view.text()).toContain('No comment contains all these words.')
  })
})

describe('tags', () => {
  /** What the page does with the last change of tags. @returns what the first row says then */
  async function drawnAnew(view: VueWrapper, props: ReturnType<typeof figureProps>): Promise<string> {
    const tagsOf = props.retag.mock.lastCall![0] as Retagging
    await view.setProps({ ...figureProps(props.tables.answers.records.map(answer => ({ ...answer, tags: tagsOf(answer) }))), retag: props.retag })
    return view.get('[data-row="1"]').text()
  }

  const type = async (view: VueWrapper, row: number, name: string): Promise<void> => {
    await view.get(`[data-row="${row}"] button[aria-label^="Add a tag"]`).trigger('click')
    await flushPromises()
    await view.get(`[data-row="${row}"] form input`).setValue(name)
    await view.get(`[data-row="${row}"] form`).trigger('submit')
    await flushPromises()
  }

  it('are added by name and taken away; every figure counts what the portal has then', async () => {
    vi.mocked(tagAnswer).mockResolvedValueOnce([71, 72]).mockResolvedValueOnce([72])
    const { view, props } = await show(some(3))
    await type(view, 1, 'speed')
    expect(tagAnswer).toHaveBeenLastCalledWith(expect.anything(), expect.anything(), 1, { add: [72] })
    expect(await drawnAnew(view, props)).toContain('Speed')
    await view.get('button[aria-label="Remove the tag “Price”"]').trigger('click')
    await flushPromises()
    expect(tagAnswer).toHaveBeenLastCalledWith(expect.anything(), expect.anything(), 1, { remove: [71] })
    expect(await drawnAnew(view, props)).not.toContain('Price×')
  })

  it('are made by administrators only', async () => {
    vi.mocked(createTag).mockResolvedValue(80)
    vi.mocked(tagAnswer).mockResolvedValue([80])
    const { view, props } = await show(some(3))
    await type(view, 2, 'Fitting')
    expect(createTag).toHaveBeenCalledWith(expect.anything(), expect.anything(), 'Fitting')
    expect(props.labels.refreshTags).toHaveBeenCalled()
    expect(tagAnswer).toHaveBeenCalledWith(expect.anything(), expect.anything(), 2, { add: [80] })

    vi.mocked(createTag).mockClear()
    const { view: other } = await show(some(3), { isAdmin: false })
    await type(other, 2, 'Fitting')
    expect(createTag).not.toHaveBeenCalled()
    expect(other.text()).toContain('New tags are made by an administrator')
    expect(other.text()).not.toContain('Manage tags')
  })

  it('say what went wrong at the answer', async () => {
    vi.mocked(tagAnswer).mockRejectedValue(new PortalError('noRight'))
    const { view } = await show(some(3))
    await type(view, 3, 'Price')
    expect(view.get('[data-row="3"] [role=alert]').text()).toContain('You do not have the right')
  })

  it('narrow the page when pressed', async () => {
    const { view, props } = await show(some(3))
    await pressText(view, 'Price')
    expect(props.change).toHaveBeenCalledWith({ tags: [71] })
  })
})

describe('managing tags', () => {
  it('renames, unless there is such a tag', async () => {
    vi.mocked(renameTag).mockResolvedValueOnce(false).mockResolvedValueOnce(true)
    const { view, props } = await show(some(3))
    await pressText(view, 'Manage tags')
    expect(view.text()).toContain('1 answer in this selection')
    await pressText(view, 'Rename')
    await view.get('input[aria-label="Name of the tag"]').setValue('Speed')
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(view.text()).toContain('There is such a tag already')
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(renameTag).toHaveBeenLastCalledWith(expect.anything(), expect.anything(), 71, 'Speed')
    expect(props.labels.refreshTags).toHaveBeenCalled()
  })

  it('merges after a question, and says how far it came when it fails', async () => {
    vi.mocked(mergeTags).mockImplementation(async (_portal, _store, _from, _into, onMoved) => {
      onMoved?.([1])
      throw new PortalError('noRight')
    })
    const { view, props } = await show(some(3))
    await pressText(view, 'Manage tags')
    await pressText(view, 'Merge into another …')
    expect(mergeTags).not.toHaveBeenCalled()
    const ask = view.findAll('button').filter(one => one.text() === 'Merge into another …').at(1)!
    await ask.trigger('click')
    expect(view.text()).toContain('Move all answers from “Price” to “Speed”')
    await view.findAll('button').filter(one => one.text() === 'Merge').at(0)!.trigger('click')
    await flushPromises()
    expect(mergeTags).toHaveBeenCalledWith(expect.anything(), expect.anything(), 71, 72, expect.any(Function))
    expect(view.text()).toContain('1 answer moved')
    const tagsOf = props.retag.mock.lastCall![0] as Retagging
    expect(props.tables.answers.records.map(tagsOf)).toEqual([[72], [], []])
    expect(view.get('[role=alert]').text()).toContain('You do not have the right')
  })
})
