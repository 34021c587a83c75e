/** What the portal calls its own fields, in English and Russian. A real portal answers in the language of who asks. */
const TITLES: Record<string, readonly [string, string]> = {
  ID: ['ID', 'ID'], TITLE: ['Name', 'Название'], NAME: ['First name', 'Имя'], SECOND_NAME: ['Second name', 'Отчество'], LAST_NAME: ['Last name', 'Фамилия'],
  HONORIFIC: ['Salutation', 'Обращение'], POST: ['Position', 'Должность'], BIRTHDATE: ['Date of birth', 'Дата рождения'], EXPORT: ['Export', 'Участвует в экспорте'],
  CREATED_TIME: ['Created on', 'Дата создания'], UPDATED_TIME: ['Modified on', 'Дата изменения'], CREATED_BY: ['Created by', 'Кем создана'],
  UPDATED_BY: ['Modified by', 'Кем изменена'], MOVED_TIME: ['Stage changed on', 'Дата смены стадии'], MOVED_BY: ['Stage changed by', 'Кто сменил стадию'],
  ASSIGNED_BY_ID: ['Responsible person', 'Ответственный'], OBSERVERS: ['Observers', 'Наблюдатели'], OPENED: ['Available to everyone', 'Доступна для всех'],
  LAST_ACTIVITY_TIME: ['Last activity', 'Последняя активность'], LAST_ACTIVITY_BY: ['Last activity by', 'Автор последней активности'],
  SOURCE_ID: ['Source', 'Источник'], SOURCE_DESCRIPTION: ['Source information', 'Дополнительно об источнике'], WEBFORM_ID: ['Created by CRM form', 'Создана CRM-формой'],
  ORIGINATOR_ID: ['External source', 'Внешний источник'], ORIGIN_ID: ['ID in the source', 'Идентификатор в источнике'], XML_ID: ['External ID', 'Внешний код'],
  UTM_SOURCE: ['Ad system (UTM)', 'Рекламная система (UTM)'], UTM_MEDIUM: ['Type of traffic (UTM)', 'Тип трафика (UTM)'],
  UTM_CAMPAIGN: ['Ad campaign (UTM)', 'Рекламная кампания (UTM)'], UTM_CONTENT: ['Ad content (UTM)', 'Содержание объявления (UTM)'],
  UTM_TERM: ['Search term (UTM)', 'Поисковая фраза (UTM)'], COMMENTS: ['Comment', 'Комментарий'], ADDITIONAL_INFO: ['Additional information', 'Дополнительная информация'],
  OPPORTUNITY: ['Amount', 'Сумма'], CURRENCY_ID: ['Currency', 'Валюта'], IS_MANUAL_OPPORTUNITY: ['Amount entered by hand', 'Сумма введена вручную'],
  TAX_VALUE: ['Tax', 'Сумма налога'], REVENUE: ['Annual revenue', 'Годовой оборот'], TYPE_ID: ['Type', 'Тип'], CATEGORY_ID: ['Pipeline', 'Воронка'],
  STAGE_ID: ['Stage', 'Стадия'], PREVIOUS_STAGE_ID: ['Previous stage', 'Предыдущая стадия'], STAGE_SEMANTIC_ID: ['Kind of stage', 'Группа стадии'],
  CLOSED: ['Closed', 'Закрыта'], BEGINDATE: ['Start date', 'Дата начала'], CLOSEDATE: ['End date', 'Дата завершения'], PROBABILITY: ['Probability', 'Вероятность'],
  COMPANY_ID: ['Company', 'Компания'], COMPANY_IDS: ['Companies', 'Компании'], CONTACT_ID: ['Contact', 'Контакт'], CONTACT_IDS: ['Contacts', 'Контакты'],
  LEAD_ID: ['Lead', 'Лид'], QUOTE_ID: ['Estimate', 'Предложение'], MYCOMPANY_ID: ['Details of my company', 'Реквизиты моей компании'],
  LOCATION_ID: ['Location', 'Местоположение'], IS_RECURRING: ['Recurring', 'Регулярная'], INDUSTRY: ['Industry', 'Сфера деятельности'],
  EMPLOYEES: ['Number of employees', 'Кол-во сотрудников'], BANKING_DETAILS: ['Bank details', 'Банковские реквизиты'], IS_MY_COMPANY: ['My company', 'Моя компания'],
  HAS_PHONE: ['Has a phone number', 'Указан телефон'], HAS_EMAIL: ['Has an e-mail address', 'Указан e-mail']
}

/** Title of a field of the portal's own; null for one that is not in the list. */
export function fieldTitle(name: string, lang: string): string | null {
  return TITLES[name]?.[lang === 'ru' ? 1 : 0] ?? null
}
