import { fieldLabel } from '@/portal/installation/names'
import type { RecordField } from '@/portal/fields'
import { encodeDefinition } from './model/definition'
import { formDefinition, formFields, formName, presetsOf, type FormTarget } from './form'

/** A text to copy. `field` says into or beside which field of the portal it belongs: our code, and the label that the portal shows. */
export interface RecipeText {
  field: RecordField | null
  label: string
  text: string
}

/** One step of making the form by hand; the screen words it by its name. */
export interface RecipeStep {
  step: 'open' | 'target' | 'pipeline' | 'duplicates' | 'fields' | 'definition' | 'presets' | 'publish' | 'connect'
  /** page of the portal to open for it */
  path: string | null
  texts: RecipeText[]
}

/**
 * How an administrator makes the form where the app may not, with the exact texts to paste.
 * @param names what people call the smart process and its Answers pipeline in this portal now
 * @param lang of the portal, for the labels of fields
 * @throws PortalError 'surveyTooLarge'
 */
export function formRecipe({ survey }: Pick<FormTarget, 'survey'>, names: { type: string, pipeline: string }, lang: string): RecipeStep[] {
  const plain = (text: string): RecipeText => ({ field: null, label: '', text })
  const fieldText = (field: RecordField, text: string): RecipeText => ({ field, label: fieldLabel(field, lang), text })
  const step = (name: RecipeStep['step'], texts: RecipeText[] = [], path: string | null = null): RecipeStep => ({ step: name, path, texts })
  return [
    step('open', [plain(formName(survey))], '/crm/webform/'),
    step('target', [plain(names.type)]),
    step('pipeline', [plain(names.pipeline)]),
    step('duplicates'),
    step('fields', formFields(survey).map(field => fieldText(field, fieldLabel(field, lang)))),
    step('definition', [fieldText('FB_ANSWERS', encodeDefinition(formDefinition(survey)))]),
    step('presets', presetsOf(survey).map(([field, value]) => fieldText(field, value))),
    step('publish'),
    step('connect')
  ]
}
