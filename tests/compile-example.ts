import { MARKS, type CompiledReminder, type CompiledSurvey, type CompileInput, type TemplateIds } from '@/plan/compile/input'
import type { Plan } from '@/plan/model/plan'
import { planFromTemplate } from '@/plan/model/template-plans'
import { RECORD_FIELDS, type RecordField } from '@/portal/fields'
import type { RecordStore } from '@/portal/record-store'
import type { TemplateId } from '@/survey/model/template'
import { contentFromTemplate } from '@/survey/model/templates'

/** A store as an installation leaves it behind. */
const STORE: RecordStore = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 21, answerCategoryId: 22, generation: 'gen1',
  names: Object.fromEntries(Object.keys(RECORD_FIELDS).map(code => [code, `ufCrm13${code}`])) as Record<RecordField, string>,
  enums: {}, native: { 2: { names: {}, enums: {} }, 3: { names: {}, enums: {} }, 4: { names: {}, enums: {} } },
  answerStages: {
    new: 'DT1038_22:NEW', low: 'DT1038_22:FB_LOW', middle: 'DT1038_22:FB_MIDDLE', high: 'DT1038_22:FB_HIGH', work: 'DT1038_22:FB_WORK',
    closed: 'DT1038_22:SUCCESS', no_contact: 'DT1038_22:FAIL', set_aside: 'DT1038_22:FB_SET_ASIDE'
  },
  invitationStages: { open: 'DT1038_21:NEW', answered: 'DT1038_21:SUCCESS', stopped: 'DT1038_21:FAIL' }
}

export const IDS: TemplateIds = { deal: 11, contact: 12, company: 13, send: 14, handle: 15 }

/** A survey made from a template, its mail reduced to its marks. */
export function exampleSurvey(template: TemplateId, changes: Partial<CompiledSurvey> = {}): CompiledSurvey {
  const content = contentFromTemplate(template, { lang: 'ru', langs: ['ru', 'en'], company: 'Ромашка' })
  return {
    id: template, versions: [{ version: 3, content }], plan: planFromTemplate(template, 'ru'), form: { id: 5, sec: 'abc123' },
    mails: ['ru', 'en'].map(lang => ({
      lang, subject: `${MARKS.client}: ${lang}`,
      html: `<p>${MARKS.client}, ${MARKS.responsible}</p><a href="https://x.y/#p,5,abc123,${MARKS.invitation},${MARKS.token},${MARKS.expires}">${lang}</a>`
    })),
    sms: ['ru', 'en'].map(lang => ({ lang, text: `${lang}: ${MARKS.client} https://x.y/#p,5,abc123,${MARKS.invitation},${MARKS.token},${MARKS.expires}` })),
    reminders: [], ...changes
  }
}

/** By mail after three days, by phone four days later. */
export const REMINDERS: CompiledReminder[] = [
  { afterDays: 3, channel: 'email', mails: [{ lang: 'ru', subject: `${MARKS.client}?`, html: '<p>x</p>' }], sms: [] },
  { afterDays: 7, channel: 'sms', mails: [], sms: [{ lang: 'ru', text: 'x' }, { lang: 'en', text: 'y' }] }
]

export function exampleInput(surveys: readonly CompiledSurvey[]): CompileInput {
  return {
    surveys, store: STORE,
    facts: {
      lang: 'ru', appCode: 'local.1', dutyId: 1, controlId: 99,
      dealStages: { 0: ['NEW', 'WON', 'LOSE'], 3: ['C3:NEW', 'C3:WORK', 'C3:WON'] },
      cardFields: {
        deal: {
          comments: { code: 'COMMENTS', type: 'text' }, ufCrmKind: { code: 'UF_CRM_KIND', type: 'enumeration', xmlIds: { 41: 'gold' } },
          ufCrmCaller: { code: 'UF_CRM_CALLER', type: 'employee' }
        },
        contact: { comments: { code: 'COMMENTS', type: 'text' } },
        company: {}
      }
    }
  }
}

/** Everything that a rule can ask for, with every condition. */
export const FULL_PLAN: Plan = {
  v: 1,
  fallbackOwner: 7,
  rules: [
    { id: 'always', when: {}, effects: [{ kind: 'comment' }, { kind: 'notify', whom: ['owner', 'supervisor', { user: 9 }] }] },
    {
      id: 'low',
      when: { groups: ['low'], value: { from: 0, to: 6 }, channels: ['email', 'sms'], pipelines: [0, 3], sumFrom: 1000 },
      effects: [
        { kind: 'task', title: 'Позвонить: {client}, {score}', checklist: ['Прочитать', 'Позвонить {client}'], deadlineHours: 24 },
        { kind: 'task', title: 'Разобрать «{deal}»', checklist: [], deadlineHours: 1.5, onBehalfOfSupervisor: false, responsible: { user: 8 } },
        { kind: 'setField', card: 'deal', field: 'comments', value: 'недоволен' },
        { kind: 'setField', card: 'deal', field: 'ufCrmKind', value: '41' },
        { kind: 'setField', card: 'contact', field: 'gone', value: 'x' },
        { kind: 'dealStage', stage: 'C3:WORK' },
        { kind: 'handOver', user: 9 }
      ]
    },
    {
      id: 'high',
      when: { groups: ['high'] },
      effects: [
        { kind: 'comment' },
        { kind: 'setField', card: 'deal', field: 'comments', value: 'доволен' },
        { kind: 'mail', subject: { ru: 'Спасибо, {client}' }, body: { ru: 'Здравствуйте, {client}!\nВаша оценка {score}.', en: 'Hello {client}' } }
      ]
    }
  ]
}
