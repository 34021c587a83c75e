import { expect, it } from 'vitest'
import { answeringMinutes } from './answering-time'
import { contentFromTemplate, TEMPLATES } from './templates'
import type { TemplateId } from './template'

const minutes = (id: TemplateId): number => answeringMinutes(contentFromTemplate(id, { lang: 'en', langs: ['en'], company: '' }))

it.each<[TemplateId, number]>([['afterdeal', 1], ['visit', 1], ['complaint', 2], ['relationship', 2]])('%s takes %i minutes at most', (id, most) => {
  expect(minutes(id)).toBe(most)
})

it('promises nothing that the mail of a template contradicts', () => {
  for (const { id, mail } of TEMPLATES) if (/less than a minute/.test(mail.body.en)) expect(minutes(id), id).toBe(1)
})

it('is nothing where nothing is asked', () => {
  expect(answeringMinutes({ questions: [], followUp: { asked: true, text: { high: {}, middle: {}, low: {} } } })).toBe(0)
})
