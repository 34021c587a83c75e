import type { SurveyContent } from './survey'
import { contentOf, type Template, type TemplateChoice, type TemplateId } from './template'
import { afterDealTemplate } from './templates/after-deal'
import { complaint } from './templates/complaint'
import { delivery } from './templates/delivery'
import { effort } from './templates/effort'
import { onboarding } from './templates/onboarding'
import { relationship } from './templates/relationship'
import { support } from './templates/support'
import { visit } from './templates/visit'
import { winBack } from './templates/win-back'

/** All templates in the order of the gallery. Texts in five languages are heavy: for the settings only. */
export const TEMPLATES: readonly Template[] = [afterDealTemplate, support, complaint, onboarding, relationship, visit, effort, delivery, winBack]

/** The content of a new survey made from a template, see `contentOf`. @throws Error for an id that no template has */
export function contentFromTemplate(id: TemplateId, choice: TemplateChoice): SurveyContent {
  const template = TEMPLATES.find(candidate => candidate.id === id)
  if (!template) throw new Error(`There is no template ${id}`)
  return contentOf(template, choice)
}
