import { describe, expect, it } from 'vitest'
import GroupBadge from '@/ui/GroupBadge.vue'
import NpsFigure from '@/ui/NpsFigure.vue'
import PersonName from '@/ui/PersonName.vue'
import QuoteText from '@/ui/QuoteText.vue'
import ScoreValue from '@/ui/ScoreValue.vue'
import { mountInPortal, silentFrame } from '../../tests/mount'

describe('NpsFigure', () => {
  it.each([
    [{ value: 46.6, interval: [38.2, 55.4], n: 21 }, 'en', '+47 from +38 to +55 21 answers'],
    [{ value: -12, interval: [-30, 6], n: 1 }, 'en', '−12 from −30 to +6 1 answer'],
    [{ value: 0, n: 1200 }, 'en', '0 1,200 answers'],
    [{ value: -0.4, interval: [-3, 3], n: 22 }, 'ru', '0 от −3 до +3 22 ответа'],
    [{ value: 100, n: 2, few: true }, 'en', '+100 2 answers Few answers: take the figure as a hint'],
    [{ value: undefined, n: 0 }, 'en', 'No answers yet']
  ])('%j in %s reads %j', async (props, lang, text) => {
    const view = await mountInPortal(NpsFigure, { props, lang })
    expect(view.findAll('p').flatMap(p => p.findAll('span:not(p > span > span)').length > 1 ? p.findAll('span').map(s => s.text()) : [p.text()]).join(' ')).toBe(text)
  })
})

describe('GroupBadge', () => {
  it.each([
    ['high', true, 'Promoter', 'up'], ['middle', true, 'Passive', 'dot'], ['low', true, 'Detractor', 'down'],
    ['high', false, 'Satisfied', 'up'], ['middle', false, 'Neutral', 'dot'], ['low', false, 'Dissatisfied', 'down']
  ])('%s (nps: %s) says %s with the sign %s', async (group, nps, word, shape) => {
    const view = await mountInPortal(GroupBadge, { props: { group, nps } })
    expect(view.text()).toContain(word)
    expect(view.get('svg').attributes('data-shape')).toBe(shape)
  })
})

describe('ScoreValue', () => {
  it('is read aloud as a sentence', async () => {
    const view = await mountInPortal(ScoreValue, { props: { value: 9, max: 10 } })
    expect(view.get('.sr-only').text()).toBe('9 of 10')
  })

  it('says that there is none, never zero', async () => {
    expect((await mountInPortal(ScoreValue, { props: { value: undefined, max: 10 } })).text()).toBe('no score')
    expect((await mountInPortal(ScoreValue, { props: { value: 0, max: 10 } })).text()).toContain('0')
  })
})

describe('PersonName', () => {
  it('opens the page of the portal', async () => {
    const frame = silentFrame()
    const view = await mountInPortal(PersonName, { frame, props: { name: 'Anna Petrova', path: '/company/personal/user/7/' } })
    await view.get('button').trigger('click')
    expect(frame.openPath).toHaveBeenCalledWith('/company/personal/user/7/')
  })

  it.each([[undefined], ['  ']])('has a word for a person called %j', async name => {
    const view = await mountInPortal(PersonName, { props: { name } })
    expect(view.text()).toBe('No name')
    expect(view.find('button').exists()).toBe(false)
  })
})

describe('QuoteText', () => {
  it('shows markup as the text it is', async () => {
    const view = await mountInPortal(QuoteText, { props: { text: '<b>bad</b> [URL=x]y[/URL]' } })
    expect(view.get('p').text()).toBe('<b>bad</b> [URL=x]y[/URL]')
    expect(view.find('b').exists()).toBe(false)
  })

  it('shortens a long text until asked', async () => {
    const view = await mountInPortal(QuoteText, { props: { text: 'long '.repeat(100) } })
    const button = view.get('button')
    expect([button.text(), button.attributes('aria-expanded'), view.get('p').classes('line-clamp-4')]).toEqual(['Show all', 'false', true])
    await button.trigger('click')
    expect([button.text(), button.attributes('aria-expanded'), view.get('p').classes('line-clamp-4')]).toEqual(['Show less', 'true', false])
  })

  it.each([['short'], ['a\nb\nc\nd']])('has no button for %j', async text => {
    expect((await mountInPortal(QuoteText, { props: { text } })).find('button').exists()).toBe(false)
  })
})

