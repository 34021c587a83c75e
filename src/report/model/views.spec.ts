import { describe, expect, it } from 'vitest'
import { readViews, withoutView, withView, writeViews, type SavedView } from './views'

const views: SavedView[] = [{ name: 'Low scores', address: 'groups=low' }, { name: 'Moscow', address: 'snapshots=x;;;;' }]

describe('saved views', () => {
  it('come back as they were written, and nothing else does', () => {
    expect(readViews(writeViews(views))).toEqual(views)
    for (const broken of [undefined, null, '', '{', '{}', '[1]', '[{"name":""}]']) expect(readViews(broken)).toEqual([])
  })

  it('are added at the end or replaced where they stand', () => {
    expect(withView(views, { name: ' New ', address: '' })).toEqual([...views, { name: 'New', address: '' }])
    expect(withView(views, { name: 'low SCORES', address: 'groups=middle' })).toEqual([{ name: 'low SCORES', address: 'groups=middle' }, views[1]])
  })

  it.each([
    [{ name: '  ', address: '' }, 'noName'], [{ name: 'x'.repeat(61), address: '' }, 'tooLong'], [{ name: 'x', address: 'y'.repeat(1_001) }, 'tooLong']
  ])('refuse %j', (view, refusal) => {
    expect(withView(views, view)).toBe(refusal)
  })

  it('are thirty at most, and can be removed', () => {
    const full = Array.from({ length: 30 }, (_, index) => ({ name: `View ${index}`, address: '' }))
    expect(withView(full, { name: 'One more', address: '' })).toBe('tooMany')
    expect(withView(full, { name: 'view 3', address: 'x' })).toHaveLength(30)
    expect(withoutView(views, 'Moscow')).toEqual([views[0]])
  })
})
