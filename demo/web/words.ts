const en = {
  demo: 'Demo portal', start: 'Start', deals: 'Deals', contacts: 'Contacts', companies: 'Companies', deal: 'Deal', contact: 'Contact', company: 'Company',
  app: 'Feedback', applications: 'Applications', analytics: 'CRM analytics', notifications: 'Notifications', tasks: 'Tasks', outbox: 'Outbox', inspector: 'Inspector',
  forms: 'CRM forms', user: 'You are', language: 'Language', change: 'Change', noAccess: 'No access', noAccessText: 'Your CRM role does not let you see this record.',
  notFound: 'Not found', notFoundText: 'There is nothing at this address.',
  welcome: 'This is a small model of a Bitrix24 portal, running only on your computer.',
  welcome2: 'The Feedback app lives inside it and works as it would in a real portal: it asks customers, takes their answers and makes people act on them.',
  welcome3: 'Nothing leaves this computer: mails to customers land in the outbox, and everything is gone when you stop it.',
  next: 'Next step', install: 'Install the app', installText: 'Only an administrator can do it, and it takes a minute.',
  installed: 'Open a deal and press “Request feedback”',
  installedText: 'It is among the “App actions” and on the tab “Feedback”. Then read the mail in the outbox and answer as the customer. Answers are handled while the person on duty has a page open: sign in as the administrator for a moment.',
  signInAs: 'Sign in as', administrator: 'administrator', roleAll: 'sees all records', roleDepartment: 'sees the records of their department', roleOwn: 'sees only own records',
  notInstalled: 'The application is not fully installed yet. Please ask an administrator of the portal to finish the installation.',
  id: 'ID', name: 'Name', title: 'Title', stage: 'Stage', sum: 'Sum', responsible: 'Responsible', email: 'E-mail', phone: 'Phone', general: 'General', fields: 'Fields', otherFields: 'Other columns', lastName: 'Last name', currency: 'Currency', created: 'Created',
  timeline: 'Timeline', empty: 'Nothing here yet.', actions: 'App actions', save: 'Save', saved: 'Saved', all: 'All', close: 'Close',
  done: 'done', complete: 'Complete', deadline: 'Deadline', creator: 'Created by', auditors: 'Auditors', description: 'Description', bound: 'CRM records', open: 'open',
  subject: 'Subject', to: 'To', from: 'From', sent: 'Sent', textPart: 'Text part', raw: 'Raw', mailIn: 'Mail', unread: 'unread', readAll: 'Mark all as read',
  contractLog: 'Contract log', contractEmpty: 'Empty: every call kept the documented rules.',
  refused: 'Refused, as the documentation says: a right that is missing, or a chain of pages that has come to its end', requests: 'Requests', faults: 'Faults', switches: 'Switches', addFault: 'Add', clear: 'Clear',
  filter: 'Filter', rows: 'rows', shownFirst: 'newest 200 shown', method: 'Method', kind: 'Kind', nth: 'At which call', times: 'How many times',
  newForm: 'New form', active: 'Active', inactive: 'Not active', form: 'Form', formType: 'Where records are created', pipeline: 'Pipeline', defaultPipeline: 'default',
  duplicates: 'Duplicates', duplicatesNew: 'always a new record', duplicatesMerge: 'merge', duplicatesReplace: 'replace', formFields: 'Fields on the form', hint: 'Hint',
  presets: 'Preset values', presetsText: 'Written into the record over whatever the customer sent. %name% is replaced by the value of the same name.', value: 'Value', field: 'Field',
  publicPage: 'Public page', embed: 'Code for a site', success: 'Text after sending', button: 'Button', send: 'Send', choose: 'Choose', find: 'Find', cancel: 'Cancel',
  thanks: 'Thank you!', failed: 'Could not be sent.', select: 'Select', adminOnly: 'Only an administrator may change forms.', appFrame: 'Application', newStage: 'Move to stage',
  processes: 'Business processes', templates: 'Templates', instances: 'Processes', clock: 'Portal clock', forward: 'Move forward', minutes: 'minutes', nextWake: 'To the next event',
  autoStart: 'Starts', byHand: 'by hand', onCreate: 'on creation', onChange: 'on change', onBoth: 'on creation and change', record: 'Record', status: 'Status', waitsFor: 'Waits for', started: 'Started',
  running: 'running', completed: 'completed', terminated: 'stopped', faulted: 'failed', clockText: 'Pauses of processes end as time goes by, or at once when the clock is moved here.', anHour: '+ 1 hour', aDay: '+ 1 day', sms: 'SMS', log: 'Log',
  chats: 'Chats with clients', channel: 'Messenger', message: 'Message', notIn: 'You are not in this chat', notInText: 'Only its members may write. You may join it.', join: 'Join',
  ended: 'Ended', endedText: 'This dialog was ended; nobody writes in it any more.', endDialog: 'End the dialog'
}

const ru: typeof en = {
  demo: 'Демо-портал', start: 'Начало', deals: 'Сделки', contacts: 'Контакты', companies: 'Компании', deal: 'Сделка', contact: 'Контакт', company: 'Компания',
  app: 'Обратная связь', applications: 'Приложения', analytics: 'CRM-аналитика', notifications: 'Уведомления', tasks: 'Задачи', outbox: 'Исходящая почта', inspector: 'Инспектор',
  forms: 'CRM-формы', user: 'Вы вошли как', language: 'Язык', change: 'Сменить', noAccess: 'Нет доступа', noAccessText: 'Ваша роль в CRM не позволяет видеть эту запись.',
  notFound: 'Не найдено', notFoundText: 'По этому адресу ничего нет.',
  welcome: 'Это небольшая модель портала Битрикс24, которая работает только на вашем компьютере.',
  welcome2: 'В ней живёт приложение «Обратная связь» и ведёт себя как в настоящем портале: спрашивает клиентов, принимает ответы и добивается, чтобы на них отреагировали.',
  welcome3: 'Ничего не уходит наружу: письма клиентам попадают в «Исходящую почту», а после остановки всё исчезает.',
  next: 'Следующий шаг', install: 'Установить приложение', installText: 'Это может сделать только администратор, понадобится минута.',
  installed: 'Откройте сделку и нажмите «Запросить отзыв»',
  installedText: 'Это пункт в «Действиях приложений» и кнопка на вкладке «Отзывы». Затем прочитайте письмо в исходящей почте и ответьте за клиента. Ответы обрабатываются, пока страница открыта у дежурного: ненадолго войдите как администратор.',
  signInAs: 'Войти как', administrator: 'администратор', roleAll: 'видит все записи', roleDepartment: 'видит записи своего отдела', roleOwn: 'видит только свои записи',
  notInstalled: 'Приложение установлено не до конца. Попросите администратора портала завершить установку.',
  id: 'ID', name: 'Имя', title: 'Название', stage: 'Стадия', sum: 'Сумма', responsible: 'Ответственный', email: 'E-mail', phone: 'Телефон', general: 'Общие', fields: 'Поля', otherFields: 'Другие колонки', lastName: 'Фамилия', currency: 'Валюта', created: 'Создано',
  timeline: 'Таймлайн', empty: 'Пока ничего нет.', actions: 'Действия приложений', save: 'Сохранить', saved: 'Сохранено', all: 'Все', close: 'Закрыть',
  done: 'завершена', complete: 'Завершить', deadline: 'Крайний срок', creator: 'Постановщик', auditors: 'Наблюдатели', description: 'Описание', bound: 'Записи CRM', open: 'в работе',
  subject: 'Тема', to: 'Кому', from: 'От кого', sent: 'Отправлено', textPart: 'Текстовая часть', raw: 'Исходный текст', mailIn: 'Письмо', unread: 'не прочитано', readAll: 'Отметить всё прочитанным',
  contractLog: 'Журнал нарушений', contractEmpty: 'Пусто: все вызовы соответствуют документации.',
  refused: 'Отказы по документации: не хватило прав или цепочка страниц закончилась', requests: 'Запросы', faults: 'Сбои', switches: 'Переключатели', addFault: 'Добавить', clear: 'Очистить',
  filter: 'Фильтр', rows: 'строк', shownFirst: 'показаны последние 200', method: 'Метод', kind: 'Вид', nth: 'На каком вызове', times: 'Сколько раз',
  newForm: 'Новая форма', active: 'Активна', inactive: 'Не активна', form: 'Форма', formType: 'Где создаются записи', pipeline: 'Воронка', defaultPipeline: 'по умолчанию',
  duplicates: 'Дубликаты', duplicatesNew: 'всегда новая запись', duplicatesMerge: 'объединять', duplicatesReplace: 'заменять', formFields: 'Поля формы', hint: 'Подсказка',
  presets: 'Значения полей по умолчанию', presetsText: 'Записываются поверх того, что прислал клиент. Вместо %name% подставляется значение с таким именем.', value: 'Значение', field: 'Поле',
  publicPage: 'Публичная страница', embed: 'Код для сайта', success: 'Текст после отправки', button: 'Кнопка', send: 'Отправить', choose: 'Выбрать', find: 'Найти', cancel: 'Отмена',
  thanks: 'Спасибо!', failed: 'Не удалось отправить.', select: 'Выбрать', adminOnly: 'Менять формы может только администратор.', appFrame: 'Приложение', newStage: 'Перевести на стадию',
  processes: 'Бизнес-процессы', templates: 'Шаблоны', instances: 'Процессы', clock: 'Часы портала', forward: 'Перевести вперёд', minutes: 'минут', nextWake: 'До следующего события',
  autoStart: 'Запускается', byHand: 'вручную', onCreate: 'при создании', onChange: 'при изменении', onBoth: 'при создании и изменении', record: 'Запись', status: 'Состояние', waitsFor: 'Ждёт', started: 'Запущен',
  running: 'выполняется', completed: 'завершён', terminated: 'остановлен', faulted: 'сбой', clockText: 'Паузы процессов заканчиваются сами, когда приходит их время, или сразу, если перевести часы здесь.', anHour: '+ 1 час', aDay: '+ 1 день', sms: 'SMS', log: 'Журнал',
  chats: 'Чаты с клиентами', channel: 'Мессенджер', message: 'Сообщение', notIn: 'Вы не участвуете в чате', notInText: 'Писать могут только участники. Вы можете присоединиться.', join: 'Присоединиться',
  ended: 'Завершён', endedText: 'Диалог завершён, в него больше никто не пишет.', endDialog: 'Завершить диалог'
}

export type Word = keyof typeof en
export type Language = 'en' | 'ru'

export const LANGUAGES: Record<Language, string> = { en: 'English', ru: 'Русский' }

export const words = (lang: Language): Record<Word, string> => lang === 'ru' ? ru : en
