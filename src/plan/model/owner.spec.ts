import { describe, expect, it } from 'vitest'
import type { Person } from './facts'
import { ownerOf, recipientOf, supervisorOf } from './owner'

const person = (id: number, active = true): Person => ({ id, name: `Person ${id}`, active })

describe('ownerOf', () => {
  const nobody = { askedBy: null, responsible: null, fallback: null, duty: person(13) }
  it.each<[string, Parameters<typeof ownerOf>[0], number, string, string[]]>([
    ['who asked', { ...nobody, askedBy: person(10), responsible: person(11), fallback: person(12) }, 10, 'asked', []],
    ['who asked is gone', { ...nobody, askedBy: person(10, false), responsible: person(11), fallback: person(12) }, 11, 'responsible', ['asked']],
    ['both are gone', { ...nobody, askedBy: person(10, false), responsible: person(11, false), fallback: person(12) }, 12, 'fallback', ['asked', 'responsible']],
    ['all are gone', { ...nobody, askedBy: person(10, false), responsible: person(11, false), fallback: person(12, false) }, 13, 'duty',
      ['asked', 'responsible', 'fallback']],
    ['nobody', nobody, 13, 'duty', []]
  ])('%s', (_, people, id, from, dismissed) => {
    expect(ownerOf(people)).toEqual({ person: person(id), why: { from, dismissed } })
    expect(ownerOf(people, 'asker')).toEqual(ownerOf(people))
  })

  it.each<[string, Parameters<typeof ownerOf>[0], number, string, string[]]>([
    ['the deal\'s responsible', { ...nobody, askedBy: person(10), responsible: person(11), fallback: person(12) }, 11, 'responsible', []],
    ['he is gone', { ...nobody, askedBy: person(10), responsible: person(11, false), fallback: person(12) }, 10, 'asked', ['responsible']],
    ['there is no deal', { ...nobody, askedBy: person(10), fallback: person(12) }, 10, 'asked', []],
    ['both are gone', { ...nobody, askedBy: person(10, false), responsible: person(11, false), fallback: person(12) }, 12, 'fallback', ['responsible', 'asked']],
    ['nobody', nobody, 13, 'duty', []]
  ])('the responsible first: %s', (_, people, id, from, dismissed) => {
    expect(ownerOf(people, 'responsible')).toEqual({ person: person(id), why: { from, dismissed } })
  })
})

describe('recipients', () => {
  const facts = {
    supervisorOf: (id: number) => id === 10 ? person(20) : id === 11 ? person(21, false) : id === 12 ? person(12) : null,
    personOf: (id: number) => id === 30 ? person(30) : id === 31 ? person(31, false) : null
  }

  it.each<[string, number, object]>([
    ['the active head', 10, { person: person(20) }],
    ['a dismissed one', 11, { missing: 'dismissed' }],
    ['the head himself', 12, { missing: 'noSupervisor' }],
    ['nobody above', 14, { missing: 'noSupervisor' }]
  ])('supervisor: %s', (_, id, found) => {
    expect(supervisorOf(person(id), facts)).toEqual(found)
    expect(recipientOf('supervisor', person(id), facts)).toEqual(found)
  })

  it.each<[number, object]>([[30, { person: person(30) }], [31, { missing: 'dismissed' }], [32, { missing: 'unknownUser' }]])('user %i', (user, found) => {
    expect(recipientOf({ user }, person(10), facts)).toEqual(found)
  })

  it('the owner is the owner', () => {
    expect(recipientOf('owner', person(10), facts)).toEqual({ person: person(10) })
  })
})
