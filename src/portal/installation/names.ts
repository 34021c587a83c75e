import type { FieldSpec, NativeField, RecordField } from '@/portal/fields'
import type { AnswerStage, InvitationStage } from '@/portal/record-store'

/**
 * Names that the installation writes into the portal. They are not messages of our screens: the portal shows them to people of
 * every language, several languages at once (`editFormLabel`, `LANG_ALL`), so they stand here as data.
 * A type, a pipeline, a stage or a list value has one name only; it takes the language of the portal.
 */
export interface Named { en: string, ru: string }

/** Most characters of a name; longer ones are refused or cut by parts of the portal. */
export const NAME_LIMIT = 50

export const TYPE_TITLE: Named = { en: 'Feedback', ru: 'Обратная связь' }
export const PIPELINES = {
  answer: { en: 'Answers', ru: 'Ответы' },
  invitation: { en: 'Invitations', ru: 'Приглашения' }
} as const satisfies Record<string, Named>

/** Among the company's own pipelines of deals the name has to say more. */
export const DEAL_PIPELINES = {
  answer: { en: 'Feedback: answers', ru: 'Отзывы: ответы' },
  invitation: { en: 'Feedback: invitations', ru: 'Отзывы: приглашения' }
} as const satisfies Record<string, Named>
/** What records are called in the form editor where they are deals. */
export const DEAL_TITLE: Named = { en: 'Deal', ru: 'Сделка' }
/** Every pipeline of deals has a won stage, and everything in it counts as a sale. */
export const WON_STAGE_NAME: Named = { en: 'Do not use: counts as a sale', ru: 'Не использовать: считается продажей' }

export const ANSWER_STAGE_NAMES: Record<AnswerStage, Named> = {
  new: { en: 'New', ru: 'Новые' },
  low: { en: 'Low score', ru: 'Низкая оценка' },
  middle: { en: 'Middle score', ru: 'Средняя оценка' },
  high: { en: 'High score', ru: 'Высокая оценка' },
  work: { en: 'In work', ru: 'В работе' },
  closed: { en: 'Closed', ru: 'Закрыто' },
  no_contact: { en: 'No contact', ru: 'Не удалось связаться' },
  set_aside: { en: 'Set aside', ru: 'Отложено' }
}

export const INVITATION_STAGE_NAMES: Record<InvitationStage, Named> = {
  open: { en: 'Open', ru: 'Ждём ответа' },
  answered: { en: 'Answered', ru: 'Ответили' },
  stopped: { en: 'Stopped', ru: 'Остановлено' }
}

export const FIELD_LABELS: Record<RecordField | NativeField, Named> = {
  FB_TOKEN: { en: 'Feedback: token', ru: 'Отзыв: токен' },
  FB_INVITATION: { en: 'Feedback: invitation', ru: 'Отзыв: приглашение' },
  FB_SUBMISSION: { en: 'Feedback: submission', ru: 'Отзыв: отправка формы' },
  FB_BY: { en: 'Feedback: handled by', ru: 'Отзыв: кто обрабатывает' },
  FB_LEDGER: { en: 'Feedback: what was done', ru: 'Отзыв: что сделано' },
  FB_SURVEY: { en: 'Feedback: survey', ru: 'Отзыв: опрос' },
  FB_VERSION: { en: 'Feedback: survey version', ru: 'Отзыв: версия опроса' },
  FB_CHANNEL: { en: 'Feedback: channel', ru: 'Отзыв: канал' },
  FB_STATE: { en: 'Feedback: state of the invitation', ru: 'Отзыв: состояние приглашения' },
  FB_WHY: { en: 'Feedback: reason', ru: 'Отзыв: причина' },
  FB_ASKED_BY: { en: 'Feedback: asked by', ru: 'Отзыв: кто запросил' },
  FB_SENT_AT: { en: 'Feedback: sent', ru: 'Отзыв: отправлено' },
  FB_EXPIRES_AT: { en: 'Feedback: expires', ru: 'Отзыв: действует до' },
  FB_REMINDERS: { en: 'Feedback: reminders', ru: 'Отзыв: напоминания' },
  FB_NPS: { en: 'Feedback: recommendation (NPS)', ru: 'Отзыв: рекомендация (NPS)' },
  FB_CSAT: { en: 'Feedback: satisfaction (CSAT)', ru: 'Отзыв: удовлетворённость (CSAT)' },
  FB_CES: { en: 'Feedback: effort (CES)', ru: 'Отзыв: усилия (CES)' },
  FB_STARS: { en: 'Feedback: stars', ru: 'Отзыв: звёзды' },
  FB_VALUE: { en: 'Feedback: value', ru: 'Отзыв: значение' },
  FB_SCORE: { en: 'Feedback: score, 0–100', ru: 'Отзыв: оценка, 0–100' },
  FB_COEFFICIENT: { en: 'Feedback: coefficient', ru: 'Отзыв: коэффициент' },
  FB_GROUP: { en: 'Feedback: group', ru: 'Отзыв: группа' },
  FB_COMMENT: { en: 'Feedback: comment', ru: 'Отзыв: комментарий' },
  FB_ANSWERS: { en: 'Feedback: all answers', ru: 'Отзыв: все ответы' },
  FB_LANG: { en: 'Feedback: language', ru: 'Отзыв: язык' },
  FB_FLAG: { en: 'Feedback: flag', ru: 'Отзыв: пометка' },
  FB_DEAL: { en: 'Feedback: deal', ru: 'Отзыв: сделка' },
  FB_STAGE: { en: 'Feedback: stage of the deal', ru: 'Отзыв: стадия сделки' },
  FB_SUM: { en: 'Feedback: sum of the deal', ru: 'Отзыв: сумма сделки' },
  FB_SNAP1: { en: 'Feedback: snapshot 1', ru: 'Отзыв: срез 1' },
  FB_SNAP2: { en: 'Feedback: snapshot 2', ru: 'Отзыв: срез 2' },
  FB_SNAP3: { en: 'Feedback: snapshot 3', ru: 'Отзыв: срез 3' },
  FB_SNAP4: { en: 'Feedback: snapshot 4', ru: 'Отзыв: срез 4' },
  FB_SNAP5: { en: 'Feedback: snapshot 5', ru: 'Отзыв: срез 5' },
  FB_CAUSE: { en: 'Feedback: cause', ru: 'Отзыв: причина оценки' },
  FB_DONE_AT: { en: 'Feedback: closed at', ru: 'Отзыв: когда закрыто' },
  FB_ASK_AGAIN: { en: 'Feedback: ask again', ru: 'Отзыв: спросить ещё раз' },
  FB_TAGS: { en: 'Feedback: tags', ru: 'Отзыв: теги' },
  FB_LAST_SCORE: { en: 'Last feedback: score, 0–100', ru: 'Последний отзыв: оценка, 0–100' },
  FB_LAST_GROUP: { en: 'Last feedback: group', ru: 'Последний отзыв: группа' },
  FB_LAST_AT: { en: 'Last feedback: date', ru: 'Последний отзыв: дата' },
  FB_ASK_LANG: { en: 'Feedback: ask in the language (en, de …)', ru: 'Отзыв: язык запроса (ru, kk …)' },
  FB_NOT_BEFORE: { en: 'Feedback: do not ask before', ru: 'Отзыв: не спрашивать до' },
  FB_OPT_OUT: { en: 'Feedback: never ask', ru: 'Отзыв: не спрашивать' }
}

/** Names of list values, by the XML_ID that code uses. */
const VALUE_NAMES: Record<string, Named> = {
  email: { en: 'E-mail', ru: 'Письмо' },
  sms: { en: 'SMS', ru: 'SMS' },
  chat: { en: 'Chat', ru: 'Чат' },
  link: { en: 'Link', ru: 'Ссылка' },
  qr: { en: 'QR code', ru: 'QR-код' },
  embed: { en: 'Website', ru: 'Сайт' },
  phone: { en: 'Phone', ru: 'Телефон' },
  import: { en: 'Import', ru: 'Импорт' },
  to_send: { en: 'To be sent', ru: 'К отправке' },
  sending: { en: 'Being sent', ru: 'Отправляется' },
  sent: { en: 'Accepted for sending', ru: 'Принято к отправке' },
  failed: { en: 'Not sent', ru: 'Не отправлено' },
  skipped: { en: 'Skipped', ru: 'Пропущено' },
  expired: { en: 'Expired', ru: 'Срок истёк' },
  cancelled: { en: 'Cancelled', ru: 'Отменено' },
  high: { en: 'High', ru: 'Высокая' },
  middle: { en: 'Middle', ru: 'Средняя' },
  low: { en: 'Low', ru: 'Низкая' },
  test: { en: 'Test', ru: 'Проверка' },
  repeat: { en: 'Repeat', ru: 'Повтор' },
  unmatched: { en: 'Not matched', ru: 'Без приглашения' },
  late: { en: 'Late', ru: 'С опозданием' },
  invalid: { en: 'Invalid', ru: 'Вне шкалы' },
  optout: { en: 'Wants no mail', ru: 'Отказ от писем' },
  callback: { en: 'Call back', ru: 'Просит перезвонить' },
  shared: { en: 'Shared link', ru: 'Общая ссылка' }
}

export const WIDGET_TITLES = {
  tab: { en: 'Feedback', ru: 'Отзывы' },
  request: { en: 'Request feedback', ru: 'Запросить отзыв' },
  many: { en: 'Request feedback from many', ru: 'Запросить отзывы у многих' },
  report: { en: 'Customer feedback', ru: 'Отзывы клиентов' },
  answer: { en: 'Feedback', ru: 'Отзыв' },
  worker: { en: 'Feedback: handling', ru: 'Отзывы: обработка' }
} as const satisfies Record<string, Named>

/** The one name for things that have only one: Russian in a Russian portal, else English. */
export function nameIn(name: Named, lang: string): string {
  return lang.toLowerCase() === 'ru' ? name.ru : name.en
}

/** Whether a name in the portal is ours in any language (nobody has renamed it). */
export function isNamed(name: Named, text: string): boolean {
  return Object.values(name).includes(text)
}

/** A name for every given language; English stands in for those we do not speak. An empty label would drop the field from forms. */
export function nameByLanguage(name: Named, langs: readonly string[]): Record<string, string> {
  return Object.fromEntries(['en', 'ru', ...langs].filter(lang => lang !== '').map(lang => [lang, nameIn(name, lang)]))
}

/** Name of a list value in one language; the XML_ID itself when we have no word for it. */
export function valueName(xmlId: string, lang: string): string {
  const name = VALUE_NAMES[xmlId]
  return name ? nameIn(name, lang) : xmlId
}

/** Label of a fixed field as the portal shows it. */
export function fieldLabel(field: RecordField | NativeField, lang: string): string {
  return nameIn(FIELD_LABELS[field], lang)
}

/** What the portal calls the type of a field: long text is a string with several rows. */
export function userTypeOf(spec: FieldSpec): string {
  return spec.type === 'text' ? 'string' : spec.type
}
