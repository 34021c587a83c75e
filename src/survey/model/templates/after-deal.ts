import type { SurveyContent } from '@/survey/model/survey'

/** The first survey of a new installation: one score, one open question, thirty seconds. Russian and English. */
export const afterDeal: SurveyContent = {
  name: 'NPS',
  company: '',
  langs: ['en', 'ru'],
  defaultLang: 'en',
  questions: [{
    id: 'nps',
    type: 'nps',
    required: true,
    text: {
      en: 'How likely are you to recommend us to a friend or colleague?',
      ru: 'Насколько вероятно, что вы порекомендуете нас друзьям или коллегам?'
    },
    low: { en: 'Not at all likely', ru: 'Точно не порекомендую' },
    high: { en: 'Extremely likely', ru: 'Обязательно порекомендую' }
  }],
  followUp: {
    asked: true,
    text: {
      high: { en: 'What did you like most?', ru: 'Что понравилось больше всего?' },
      middle: { en: 'What would have made it a ten?', ru: 'Чего не хватило до десятки?' },
      low: { en: 'What went wrong? We want to put it right.', ru: 'Что пошло не так? Мы хотим это исправить.' }
    }
  },
  thankYou: {
    text: {
      high: { en: 'Thank you! We will pass your words on to the team.', ru: 'Спасибо! Мы передадим ваши слова команде.' },
      middle: { en: 'Thank you! Your answer shows us what to improve.', ru: 'Спасибо! Теперь мы знаем, что улучшить.' },
      low: { en: 'Thank you for being frank. Someone from our team will look into it.', ru: 'Спасибо за откровенность. Мы обязательно разберёмся.' }
    },
    link: { high: '', middle: '', low: '' }
  },
  mail: {
    subject: { en: 'How did we do?', ru: 'Как мы справились?' },
    body: {
      en: 'Hello {client},\n\nthank you for working with us. We would like to know how it went. One question, less than a minute.\n\n{responsible}',
      ru: 'Здравствуйте, {client}!\n\nСпасибо, что работаете с нами. Расскажите, пожалуйста, как всё прошло. Один вопрос, меньше минуты.\n\n{responsible}'
    }
  },
  expiresAfterDays: 30,
  notBeforeDays: 90
}

/** Words of the tasks that the standard plan gives, in the language of who installs. */
export const afterDealTasks: Record<'en' | 'ru', { low: { title: string, checklist: string[] }, other: { title: string, checklist: string[] } }> = {
  en: {
    low: { title: 'Call {client}: {score}', checklist: ['Read the answer', 'Call the client', 'Agree what we do and by when', 'Write the outcome into the answer'] },
    other: { title: 'Read what {client} said: {score}', checklist: ['Read the answer', 'Thank the client', 'Close the answer or keep it in work'] }
  },
  ru: {
    low: { title: 'Позвонить клиенту {client}: оценка {score}', checklist: ['Прочитать ответ', 'Позвонить клиенту', 'Договориться, что и к какому сроку делаем', 'Записать итог в ответ'] },
    other: { title: 'Прочитать ответ клиента {client}: оценка {score}', checklist: ['Прочитать ответ', 'Поблагодарить клиента', 'Закрыть ответ или оставить в работе'] }
  }
}
