import type { DemoPortal } from '../../demo/state'
import { planFromTemplate } from '@/plan/model/template-plans'
import { draftSurvey, emptyContent } from '@/survey/model/new-survey'
import { publish } from '@/survey/model/publish'
import { newQuestion, QUESTION_TYPES } from '@/survey/model/question'
import type { Localized, Question, Survey, SurveyContent } from '@/survey/model/survey'
import { TEMPLATE_IDS, TEMPLATE_LANGS } from '@/survey/model/template'
import { contentFromTemplate } from '@/survey/model/templates'
import { addSurvey } from '@/survey/store'
import { doorOf, portalOver } from '../in-process'
import type { Scene } from './stage'

/** Surveys that no screen made: many, long ones, and those of other portals. */

/** As the portal keeps them. */
export const surveysIn = (portal: DemoPortal): Survey[] =>
  (portal.state.storages.find(({ entity }) => entity === 'surveys')?.items ?? []).map(({ properties }) => JSON.parse(String(properties.JSON)) as Survey)

export async function keepSurvey({ demo, portalUrl }: Scene, survey: Survey): Promise<void> {
  await addSurvey(portalOver(doorOf(demo.portal), { origin: portalUrl }), survey)
}

/** From every template in turn, in one to five languages: drafts, active and paused ones. */
export async function keepSurveys(scene: Scene, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const id = TEMPLATE_IDS[n % TEMPLATE_IDS.length]!
    const content = contentFromTemplate(id, { lang: 'ru', langs: TEMPLATE_LANGS.slice(0, 1 + n % 5), company: 'Alatau' })
    const draft = draftSurvey(`s${n}`, { ...content, name: `${content.name} ${n}` }, planFromTemplate(id, 'ru'))
    const survey = n % 3 === 0 ? draft : publish(draft, '2026-03-01T10:00:00Z', 1)
    await keepSurvey(scene, n % 5 === 4 && survey.published ? { ...survey, status: 'paused' } : survey)
  }
}

const LONG = 10_000
const said = (ru: string, more: Localized = {}): Localized => ({ ru, en: `${ru.length} reasons to come back`, kz: 'Бізбен жұмыс істеу қалай болды?', la: '¿Cómo le fue?', ...more })

/**
 * A draft that everything is too much in: ten questions, all types among them, five languages with one that runs from right to left,
 * a text of ten thousand characters, one word without a gap, and Arabic texts that are half missing.
 */
export function overfullSurvey(id: string): Survey {
  let turn = 0
  const random = (): number => (turn++ % 36) / 36
  const questions: Question[] = []
  for (const type of [...QUESTION_TYPES, 'long' as const]) {
    const fresh = newQuestion(type, questions, random)
    const options = fresh.options?.map((option, place) => ({ ...option, text: said(`Вариант ${place + 1}`, place === 0 ? { ar: 'نعم' } : {}) }))
    questions.push({
      ...fresh, text: said(`Вопрос ${questions.length + 1}: что нам стоит изменить?`, questions.length < 5 ? { ar: 'كيف كانت تجربتكم معنا؟' } : {}), ...options ? { options } : {}
    })
  }
  questions[8]!.text.ru = 'Очень длинный вопрос. '.repeat(LONG / 22 + 1).slice(0, LONG)
  questions[7]!.text.ru = 'Сверхдлинноесловобезпробелов'.repeat(12)
  const content: SurveyContent = {
    ...emptyContent({ lang: 'ru', langs: ['ru', 'en', 'kz', 'la', 'ar'], company: 'Alatau' }), name: 'Всё и сразу: ежеквартальное исследование удовлетворённости клиентов', questions,
    mail: { subject: said('Как всё прошло?'), body: said('Здравствуйте, {client}! Расскажите о сделке {dael}.'), scoreButtons: true, from: '' }
  }
  return draftSurvey(id, content, planFromTemplate('complaint', 'ru'))
}

/** A file of another portal with one of everything that may be wrong. */
export function foreignFile(): string {
  const content = contentFromTemplate('complaint', { lang: 'ru', langs: ['ru', 'kz'], company: 'Alatau' })
  return JSON.stringify({
    app: 'feedback-for-bitrix24', format: 1, portal: 'other.bitrix24.ru', comment: 'x',
    content: {
      ...content, colour: 'red', pipelines: [7], snapshots: [{ card: 'deal', field: 'ufCrm_9', title: 'Регион' }], mail: { ...content.mail, from: 'Анна <anna@other.ru>' },
      questions: [...content.questions, { ...content.questions[0], id: 'Ä' }]
    },
    plan: { v: 1, fallbackOwner: 15, rules: [{ id: 'a', when: { pipelines: [4] }, effects: [
      { kind: 'notify', whom: ['owner', { user: 3 }] }, { kind: 'dealStage', stage: 'C4:WON' }, { kind: 'setField', card: 'deal', field: 'ufCrm_5', value: '1' }, { kind: 'handOver', user: 9 }
    ] }] }
  })
}
