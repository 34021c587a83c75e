import { describe, expect, it } from 'vitest'
import { endedByTasks, isCase, stepsOf, type CaseTask, type CaseWord } from './case'

const DEADLINE = '2026-03-03T09:00:00.000Z'
const AT = '2026-03-02T09:00:00.000Z'
const answer = { state: 'low', cause: '', askAgain: false, dealId: 5, contactId: 7, companyId: 9 } as const
const task = (id: number, closedAt: string | null = null, deadline = '2026-03-02T18:00:00+05:00'): CaseTask =>
  ({ id, title: 'T', isDone: closedAt !== null, closedAt, deadline, responsibleId: 3 })
const questions = (stage: string | null = null): CaseWord => ({ kind: 'questionsRemain', stage, deadline: DEADLINE })
const closed = (change: Partial<Extract<CaseWord, { cause: string }>> = {}): CaseWord => ({ kind: 'closed', cause: 'price', askAgain: false, at: AT, ...change })

/** A step in one word. */
const said = (...args: Parameters<typeof stepsOf>): string[] => stepsOf(...args).map(step => 'id' in step ? `${step.kind} ${step.id}` : step.kind)

describe('what a word about a case asks for', () => {
  it.each<[string, Parameters<typeof stepsOf>, string[]]>([
    ['questions remain', [questions('C1:WORK'), answer, [task(1)]], ['answer', 'deadline 1', 'dealStage']],
    ['questions remain, the deal stays', [questions(), answer, [task(1)]], ['answer', 'deadline 1']],
    ['questions remain, no deal', [questions('WORK'), { ...answer, dealId: null }, []], ['answer']],
    ['questions remain although the task is done', [questions(), { ...answer, state: 'closed' }, [task(1, AT), task(2)]], ['reopenTask 1', 'answer', 'deadline 2']],
    ['questions remain, said twice', [questions(), { ...answer, state: 'work' }, [task(1, null, '2026-03-03T14:00:00+05:00')]], []],
    ['closed', [closed(), answer, [task(1), task(2, AT)]], ['answer', 'completeTask 1']],
    ['closed, ask the contact again', [closed({ askAgain: true }), answer, []], ['answer', 'endPause 7']],
    ['closed, ask the company again', [closed({ askAgain: true }), { ...answer, contactId: null }, []], ['answer', 'endPause 9']],
    ['closed, nobody to ask again', [closed({ askAgain: true }), { ...answer, contactId: null, companyId: null }, []], ['answer']],
    ['closed, said twice', [closed(), { ...answer, state: 'closed', cause: 'price' }, [task(1, AT)]], []],
    ['closed with other words', [closed(), { ...answer, state: 'closed', cause: 'speed' }, [task(1, AT)]], ['answer']],
    ['could not reach after it was closed', [closed({ kind: 'noContact' }), { ...answer, state: 'closed', cause: 'price' }, []], ['answer']]
  ])('%s', (_, args, steps) => {
    expect(said(...args)).toEqual(steps)
  })
})

describe('a case', () => {
  it.each<[string, Parameters<typeof isCase>[0], boolean]>([
    ['an answer with a score', { state: 'high', flag: null, group: 'high' }, true],
    ['one that has ended', { state: 'closed', flag: null, group: 'low' }, true],
    ['one that nobody has handled', { state: 'new', flag: null, group: 'low' }, false],
    ['a test', { state: 'set_aside', flag: 'test', group: 'low' }, false],
    ['a repeated one that somebody moved', { state: 'low', flag: 'repeat', group: 'low' }, false],
    ['no score', { state: 'work', flag: null, group: null }, false]
  ])('is %s: %s', (_, facts, expected) => {
    expect(isCase(facts)).toBe(expected)
  })
})

describe('the moment at which tasks end a case', () => {
  const open = { state: 'low', flag: null, group: 'low', doneAt: null } as const
  it.each<[string, Parameters<typeof endedByTasks>, string | null]>([
    ['the only one is done', [open, [1], [task(1, AT)]], AT],
    ['the last of two', [open, [1, 2], [task(1, AT), task(2, '2026-03-02T16:00:00+05:00')]], '2026-03-02T16:00:00+05:00'],
    ['one of two', [open, [1, 2], [task(1, AT), task(2)]], null],
    ['one is deleted or may not be seen', [open, [1, 2], [task(1, AT)]], null],
    ['none was given', [open, [], []], null],
    ['somebody else has ended it', [{ ...open, state: 'no_contact' }, [1], [task(1, AT)]], null],
    ['a test', [{ ...open, flag: 'test' }, [1], [task(1, AT)]], null],
    ['a person has opened it again', [{ ...open, state: 'work', doneAt: AT }, [1], [task(1, AT)]], null],
    ['done anew after that', [{ ...open, state: 'work', doneAt: AT }, [1], [task(1, '2026-03-04T09:00:00Z')]], '2026-03-04T09:00:00Z']
  ])('%s', (_, args, expected) => {
    expect(endedByTasks(...args)).toBe(expected)
  })
})
