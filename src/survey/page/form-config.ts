import * as v from 'valibot'

/**
 * What `crm.site.form.get` answers, as far as this page reads it. Anyone may have edited the form by hand, so every part is optional
 * and a damaged part is left out rather than refused.
 * Source: facts of the platform's form code, `crm/lib/webform/embed/config.php` and `options/fields.php` of the portal.
 */
const text = v.fallback(v.string(), '')
const flag = v.fallback(v.boolean(), false)
const list = <T extends v.GenericSchema>(item: T) => v.fallback(v.pipe(
  v.array(v.unknown()),
  v.transform(entries => entries.flatMap(entry => {
    const parsed = v.safeParse(item, entry)
    return parsed.success ? [parsed.output] : []
  }))
), [])

const fieldSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  type: text,
  label: text,
  required: flag,
  multiple: flag,
  visible: v.fallback(v.boolean(), true),
  hint: text,
  items: list(v.object({ value: v.pipe(v.union([v.string(), v.number()]), v.transform(String)), label: text }))
})

const agreementSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^AGREEMENT_\w+$/)),
  label: text,
  required: flag,
  checked: flag,
  content: v.fallback(v.object({ title: text, url: text, text, html: text }), { title: '', url: '', text: '', html: '' })
})

const used = v.fallback(v.object({ use: flag }), { use: false })
const dataSchema = v.object({
  language: text,
  title: text,
  useSign: flag,
  fields: list(fieldSchema),
  agreements: list(agreementSchema),
  captcha: v.fallback(v.object({ use: flag, recaptcha: used, yandexCaptcha: used }), { use: false, recaptcha: { use: false }, yandexCaptcha: { use: false } })
})

const answerSchema = v.object({ result: v.object({ config: v.object({ data: dataSchema }) }) })

export type FormField = v.InferOutput<typeof fieldSchema>
export type Agreement = v.InferOutput<typeof agreementSchema>

export interface FormConfig {
  language: string
  title: string
  /** the portal's plan wants its sign shown */
  useSign: boolean
  captcha: boolean
  fields: FormField[]
  agreements: Agreement[]
}

/** @returns null when there is no form to show: unknown, wrong code, switched off. The portal then answers an error with HTTP 200. */
export function readFormConfig(answer: unknown): FormConfig | null {
  const parsed = v.safeParse(answerSchema, answer)
  if (!parsed.success) return null
  const { captcha, ...data } = parsed.output.result.config.data
  if (data.fields.length === 0) return null
  return { ...data, captcha: captcha.use || captcha.recaptcha.use || captcha.yandexCaptcha.use }
}

/** Field by the end of its name, because the rest of the name differs from portal to portal. */
export function fieldNamed(fields: readonly FormField[], code: string): FormField | undefined {
  return fields.find(field => field.name.endsWith(`_${code}`))
}

export const COMMENT_FIELD = 'FB_COMMENT'
export const ANSWERS_FIELD = 'FB_ANSWERS'

/** Text of an agreement. The portal may keep it as HTML; here it is only ever text. */
export function agreementText(agreement: Agreement): string {
  const { text: plain, html } = agreement.content
  if (plain) return plain
  const blocks = html.replace(/<(br|\/p|\/div|\/li|\/h\d)\b[^>]*>/gi, '$&\n')
  const { body } = new DOMParser().parseFromString(blocks, 'text/html')
  for (const element of body.querySelectorAll('script, style')) element.remove()
  return (body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim()
}
