import { beforeEach, describe, expect, it } from 'vitest'
import { installStore, specPortal } from '../rest/spec-portal'
import type { DemoPortal, Item } from '../state'
import { check } from './conditions'
import { workflowMethods } from '../rest/methods/workflow'
import { activity, compare, reports, runOn, uploaded, templateOf, variable, when, type Draft } from './spec-template'
import { Moment, type Property } from './values'

let portal: DemoPortal
let entityTypeId: number
let answer: Item
const UF = (name: string): string => `UF_CRM_${portal.state.types[0]!.id}_${name}`
const listItem = (name: string, xmlId: string): number =>
  portal.state.userFields.find(field => field.fieldName === UF(name))!.enum.find(item => item.xmlId === xmlId)!.id

beforeEach(async () => {
  portal = specPortal()
  portal.register(workflowMethods);
  ({ entityTypeId } = await installStore(portal))
  portal.state.userFields.find(field => field.fieldName === UF('FB_GROUP'))!.enum.find(item => item.xmlId === 'low')!.value = 'Критики'
  answer = portal.createItem(entityTypeId, {
    TITLE: 'Ответ', ASSIGNED_BY_ID: 2, CONTACT_ID: 1, PARENT_ID_2: 7, [UF('FB_NPS')]: '3', [UF('FB_VALUE')]: 3, [UF('FB_SCORE')]: 7.5, [UF('FB_GROUP')]: listItem('FB_GROUP', 'low'),
    [UF('FB_SENT_AT')]: '2026-08-20T14:05:00+05:00', [UF('FB_ASKED_BY')]: 3, [UF('FB_ASK_AGAIN')]: 'Y', [UF('FB_COMMENT')]: 'Плохо & {=Document:ID}'
  }, 1)
})

const texts = async (lines: string[], more: Record<string, unknown> = {}): Promise<string[]> =>
  reports(await runOn(portal, entityTypeId, answer.id, lines.map(Text => activity('LogActivity', { Text })), more))

describe('references', () => {
  it.each<[string, () => string, string]>([
    ['a text', () => '{=Document:TITLE}', 'Ответ'], ['a number', () => `{=Document:${UF('FB_SCORE')}}`, '7.5'], ['people alone', () => '{=Document:ASSIGNED_BY_ID}', 'user_2'],
    ['people with their name', () => '{=Document:ASSIGNED_BY_ID > friendly}', 'Тимур Ахметов'], ['people as the portal prints them', () => `{=Document:${UF('FB_ASKED_BY')} > printable}`, 'Анна Соколова [3]'],
    ['people in BB code', () => '{=Document:ASSIGNED_BY_ID > bbcode}', '[USER=2]Тимур Ахметов[/USER]'], ['a list inside a text: its label', () => `: {=Document:${UF('FB_GROUP')}}`, ': Критики'],
    ['a list as a text: its label', () => `{=Document:${UF('FB_GROUP')} > text}`, 'Критики'], ['a list printed', () => `{=Document:${UF('FB_GROUP')}_PRINTABLE}`, 'Критики'],
    ['a date in the portal\'s form and zone', () => `{=Document:${UF('FB_SENT_AT')}}`, '20.08.2026 14:05:00'], ['yes', () => `{=Document:${UF('FB_ASK_AGAIN')}}`, 'Y'], ['yes printed', () => `{=Document:${UF('FB_ASK_AGAIN')} > printable}`, 'Да'],
    ['nothing', () => `[{=Document:${UF('FB_SNAP1')}}]`, '[]'], ['a parent', () => '{=Document:PARENT_ID_2}', '7'], ['the stage by name', () => '{=Document:STAGE_ID > printable}', 'Воронка/Start'],
    ['the code for tasks', () => '{=Document:CRM_ID}', 'T'], ['spaces', () => '{= Document : TITLE }', 'Ответ'], ['a date and a format', () => `{{=date("d.m.Y",{=Document:${UF('FB_SENT_AT')}})}}`, '20.08.2026'],
    ['now', () => '{=System:Now}', '20.08.2026 15:00:00'], ['the day', () => '{=System:Date}', '20.08.2026'], ['who started it', () => '{=User:ID}', 'user_1']
  ])('put in %s', async (_name, text, expected) => {
    const [found] = await texts([text()])
    if (expected === 'T') expect(found).toBe(`T${entityTypeId.toString(16)}_${answer.id}`)
    else if (expected.endsWith('Start')) expect(found).toMatch(/\/Start$/)
    else expect(found).toBe(expected)
  })

  it('reach the client of a deal, but not of a smart process', async () => {
    const deal = reports(await runOn(portal, 2, 1, [activity('LogActivity', { Text: '{=Document:CONTACT.NAME} {=Document:CONTACT.EMAIL_WORK} {=Document:COMPANY.TITLE}' })]))
    expect(deal[0]).toMatch(/^\S+ \S+@\S+ \S+/)
    expect((await runOn(portal, entityTypeId, answer.id, [activity('LogActivity', { Text: '{=Document:CONTACT.NAME}' })])).status).toBe('faulted')
  })

  it('of the record and of variables are not read again; of parameters and results they are', async () => {
    const comment = `{=Document:${UF('FB_COMMENT')}}`
    const find = activity('CrmGetDynamicInfoActivity', { DynamicTypeId: entityTypeId, ReturnFields: [UF('FB_COMMENT')], DynamicFilterFields: { items: [[compare('Document', 'ID', '=', '{=Document:ID}'), 'AND']] } }, undefined, 'F1')
    const lines = [comment, `«${comment}»`, '{=Variable:V}', '{=Template:P}', `{=F1:${UF('FB_COMMENT')}}`].map(Text => activity('LogActivity', { Text }))
    const run = await runOn(portal, entityTypeId, answer.id, [activity('SetVariableActivity', { VariableValue: { V: comment } }), find, ...lines],
      { VARIABLES: { V: variable('string') }, PARAMETERS: { P: variable('string') } }, { P: 'from {=Document:ID} and {=Nobody:ID}' })
    const raw = 'Плохо & {=Document:ID}'
    expect(reports(run)).toEqual([raw, `«${raw}»`, raw, `from ${answer.id} and {=Nobody:ID}`, `Плохо & ${answer.id}`])
  })
})

describe('calculations', () => {
  it.each([
    ['{{=1+2*3}}', '7'], ['=2^3-1', '7'], ['{{=10%}}', '0.1'], ['{{=-(2+3)}}', '-5'], ['{{="a"&1&"б"}}', 'a1б'], ['{{=if(2>=2,"yes","no")}}', 'yes'], ['{{=if(1<>1,"yes","no")}}', 'no'],
    ['{{=intval("12abc")}}', '12'], ['{{=intval("abc")}}', '0'], ['{{=substr("Привет",1,3)}}', 'рив'], ['{{=substr("Привет",-2)}}', 'ет'], ['{{=strlen("ёж🙂")}}', '3'], ['{{=strtolower("АБC")}}', 'абc'],
    ['{{=round(2.345,2)}}', '2.35'], ['{{=round(-2.5)}}', '-3'], ['{{=firstvalue(swirl(explode(":","a:b:c")))}}', 'b'], ['{{=firstvalue(swirl(explode(":","abc")))}}', 'abc'], ['{{=min(3,1,2)}};{{=max(3,10,2)}}', '1;10'],
    ['{{=implode("|",explode(",","a,b"))}}', 'a|b'], ['{{=trim("  x ")}}', 'x'], ['{{=urlencode("a b&ж")}}', 'a+b%26%D0%B6'], ['{{=dateadd("20.08.2026 10:00:00","2d3h")}}', '22.08.2026 13:00:00'],
    ['{{=dateadd("31.01.2026","1month")}}', '03.03.2026 00:00:00'], ['{{=dateadd("20.08.2026 10:00:00","-4 days 5 hours")}}', '16.08.2026 05:00:00'], 
    ['{{=and(true(),not(false()))}}', '1'], ['{{=or(0,"")}}', ''], ['{{="0"=""}}', ''], ['{{={=Document:ID}+0}} of {=Document:ID}', 'ID of ID'], ['x {{=1+1}} y {{="}"}} z', 'x 2 y } z']
  ])('%s', async (text, expected) => {
    expect(await texts([text])).toEqual([expected.replaceAll('ID', String(answer.id))])
  })

  it('make random texts of a length', async () => {
    const [one, two] = await texts(['{{=randstring(32)}}', '{{=strtolower(randstring(32))}}'])
    expect(one).toMatch(/^[0-9A-Za-z]{32}$/)
    expect(two).toMatch(/^[0-9a-z]{32}$/)
  })
})

describe('conditions', () => {
  const number: Property = { type: 'int', multiple: false }
  it.each<[string, string, unknown, unknown, Property | undefined, boolean]>([
    ['numbers as numbers', '<', 9, '10', number, true], ['texts of digits as numbers', '=', '07', '7', undefined, true], ['texts as texts', '<', 'a', 'b', undefined, true], ['nothing as less than any number', '<=', null, 6, number, true],
    ['nothing as zero', '=', null, 0, number, true], ['an empty text is no zero', '<', '', 5, undefined, true], ['0 is not empty', 'empty', 0, null, number, false], ['"0" is not empty', 'empty', '0', null, undefined, false],
    ['an empty list is empty', 'empty', [], null, undefined, true], ['a list of nothing is empty', '!empty', ['', null], null, undefined, false], ['between', 'between', 5, [1, 5], number, true], ['not between', 'between', 6, [1, 5], number, false],
    ['nothing between', 'between', null, [0, 10], number, true], ['in a list', 'in', '7', ['6', '7'], undefined, true], ['not in a list', '!in', '8', ['6', '7'], undefined, true], ['in a text', 'in', 'ab', 'cabd', undefined, true],
    ['contains', 'contain', 'Привет', 'рив', undefined, true], ['contains nothing', 'contain', 'Привет', '', undefined, false], ['contains not', '!contain', ['a', 'b'], 'c', undefined, true],
    ['yes in all spellings', '=', 'Y', '1', { type: 'bool', multiple: false }, true], ['no and nothing', '=', null, 'N', { type: 'bool', multiple: false }, true],
    ['dates', '>', new Moment(2000), new Moment(1000), { type: 'datetime', multiple: false }, true], ['dates as texts', '<', '01.02.2026', '02.01.2027', { type: 'date', multiple: false }, true],
    ['lists place by place', '=', ['a', 'b'], ['a', 'b'], undefined, true], ['a longer list', '=', ['a', 'b'], ['a'], undefined, false], ['unequal in one place', '!=', ['a', 'b'], ['a'], undefined, true]
  ])('compare %s', (_name, operator, left, right, property, expected) => {
    expect(check(operator, left, right, property)).toBe(expected)
  })

  const holds = async (...conditions: unknown[]): Promise<boolean> =>
    reports(await runOn(portal, entityTypeId, answer.id, [activity('IfElseActivity', {}, [when(conditions, activity('LogActivity', { Text: 'yes' }))])])).length > 0

  it('know lists by their XML_ID, people by their number', async () => {
    expect(await holds(compare('Document', UF('FB_GROUP'), '=', 'low'))).toBe(true)
    expect(await holds(compare('Document', UF('FB_GROUP'), '=', 'Критики'))).toBe(false)
    expect(await holds(compare('Document', UF('FB_GROUP'), '=', String(listItem('FB_GROUP', 'low'))))).toBe(false)
    expect(await holds(compare('Document', 'ASSIGNED_BY_ID', '=', ['user_2']))).toBe(true)
    expect(await holds(compare('Document', UF('FB_ASKED_BY'), '=', '{=Document:ASSIGNED_BY_ID}'))).toBe(false)
    expect(await holds(compare('Document', UF('FB_VALUE'), '<=', '6'), compare('Document', UF('FB_SNAP1'), 'empty', ''))).toBe(true)
  })

  it('join by "and" before "or"; an "or" in front of everything always holds', async () => {
    const [yes, no] = [compare('Document', 'ID', '>', 0), compare('Document', 'ID', '<', 0)]
    expect(await holds(yes, no)).toBe(false)
    expect(await holds(no, { ...yes, joiner: 1 })).toBe(true)
    expect(await holds(no, { ...yes, joiner: '1' }, no)).toBe(false)
    expect(await holds({ ...no, joiner: 1 })).toBe(true)
  })

  it('of older kinds read fields, parameters and variables', async () => {
    const branchOf = (key: string, condition: unknown): Draft => activity('IfElseActivity', {}, [activity('IfElseBranchActivity', { [key]: condition }, [activity('LogActivity', { Text: key })])])
    const declared = { PARAMETERS: { P: variable('int') }, VARIABLES: { V: variable('string', { Default: 'x' }) } }
    const run = await runOn(portal, entityTypeId, answer.id, [branchOf('fieldcondition', [['TITLE', '=', 'Ответ', 0]]), branchOf('propertyvariablecondition', [['P', '=', '5', 0], ['V', '=', 'x', 0]])], declared, { P: 5 })
    expect(reports(run)).toEqual(['fieldcondition', 'propertyvariablecondition'])
  })
})

it('constants keep what the template gave them', async () => {
  expect(await texts(['{=Constant:C}'], { CONSTANTS: { C: variable('string', { Default: 'kept' }) } })).toEqual(['kept'])
  await uploaded(portal, templateOf([]))
})
