import { METRIC_FIELDS, type Group, type Metric } from '@/survey/model/survey'
import type { TemplateId } from '@/survey/model/template'

/**
 * What an answer has to leave behind, written by hand from the words of the templates' plans and from what a handling promises.
 * Nothing here is computed by the app: who breaks a plan, the interpreter or the writer of processes has to come here and say so.
 *
 * Anna (3) asked Olga about the first deal of the demo portal. The deal is looked after by Timur (2). Anna's head is Emily (5), Timur's is Sergey (4).
 * The duty person is 1.
 */
export const DEAL = 1
const CLIENT = 'Ольга Мельникова'
const DEAL_TITLE = 'Поставка офисной мебели — ТОО «Алатау Логистик»'
const [DUTY, TIMUR, ANNA, SERGEY, EMILY] = [1, 2, 3, 4, 5]
export const WORDS = 'Ждали две недели'

interface Promised {
  /** at the edge of the group */
  says: number
  /** as comment and notice begin */
  grade: string
  score: number
  /** of all scored questions of the survey */
  coefficient: number
  /** who hears of it */
  notices: number[]
  /** responsible ← creator, hours until the deadline, items of the checklist: title */
  tasks: string[]
}

interface Row extends Record<Group, Promised> {
  name: string
  asks: Metric
  /** question of that score */
  question: string
  owner: number
  /** what else is said: scores by kind, and answers by question */
  also?: { scores: Partial<Record<Metric, number>>, answers: Record<string, unknown> }
}

/** No template writes to the client, moves the deal or sets a field: only the cards' last scores change. */
const PLANS: Record<TemplateId, Row> = {
  afterdeal: {
    name: 'После сделки', asks: 'nps', question: 'nps', owner: ANNA,
    low: {
      says: 6, grade: '6/10 – критик', score: 60, coefficient: 60, notices: [ANNA, EMILY],
      tasks: ['3 ← 5, 24 h, 4: Позвонить: Ольга Мельникова, оценка 6/10']
    },
    middle: {
      says: 7, grade: '7/10 – нейтрал', score: 70, coefficient: 70, notices: [ANNA],
      tasks: ['3 ← 5, 72 h, 3: Прочитать ответ: Ольга Мельникова, оценка 7/10']
    },
    high: {
      says: 9, grade: '9/10 – промоутер', score: 90, coefficient: 90, notices: [ANNA],
      tasks: ['3 ← 5, 72 h, 3: Прочитать ответ: Ольга Мельникова, оценка 9/10']
    }
  },
  support: {
    name: 'Обращение в поддержку', asks: 'csat', question: 'help', owner: TIMUR, also: { scores: {}, answers: { solved: 'no' } },
    low: {
      says: 2, grade: '2/5 – недоволен', score: 25, coefficient: 25, notices: [TIMUR, SERGEY],
      tasks: ['2 ← 4, 8 h, 5: Вернуться к обращению: Ольга Мельникова, оценка 2/5']
    },
    middle: {
      says: 3, grade: '3/5 – нейтрален', score: 50, coefficient: 50, notices: [TIMUR],
      tasks: ['2 ← 4, 48 h, 3: Узнать, чего не хватило: Ольга Мельникова, оценка 3/5']
    },
    high: { says: 4, grade: '4/5 – доволен', score: 75, coefficient: 75, notices: [TIMUR], tasks: [] }
  },
  // three stars of five and 4 of 10 beside it: 50 and 40
  complaint: {
    name: 'Претензия урегулирована', asks: 'csat', question: 'decision', owner: TIMUR,
    also: { scores: { stars: 3, nps: 4 }, answers: { service: 3, nps: 4, improve: WORDS, remarks: 'Больше ничего' } },
    low: {
      says: 2, grade: '2/5 – недоволен', score: 25, coefficient: 38.33, notices: [TIMUR, SERGEY],
      tasks: ['2 ← 4, 8 h, 5: Позвонить по претензии: Ольга Мельникова, оценка 2/5']
    },
    middle: {
      says: 3, grade: '3/5 – нейтрален', score: 50, coefficient: 46.67, notices: [TIMUR],
      tasks: ['2 ← 4, 48 h, 3: Прочитать ответ по претензии: Ольга Мельникова, оценка 3/5']
    },
    high: {
      says: 4, grade: '4/5 – доволен', score: 75, coefficient: 55, notices: [TIMUR],
      tasks: ['2 ← 4, 48 h, 3: Прочитать ответ по претензии: Ольга Мельникова, оценка 4/5']
    }
  },
  onboarding: {
    name: 'Начало работы', asks: 'csat', question: 'start', owner: ANNA, also: { scores: {}, answers: { ready: 'yes', help: ['setup', 'training'] } },
    low: {
      says: 2, grade: '2/5 – недоволен', score: 25, coefficient: 25, notices: [ANNA, EMILY],
      tasks: ['3 ← 5, 24 h, 5: Помочь с началом работы: Ольга Мельникова, оценка 2/5']
    },
    middle: {
      says: 3, grade: '3/5 – нейтрален', score: 50, coefficient: 50, notices: [ANNA],
      tasks: ['3 ← 5, 72 h, 3: Узнать, что ещё нужно: Ольга Мельникова, оценка 3/5']
    },
    high: { says: 4, grade: '4/5 – доволен', score: 75, coefficient: 75, notices: [ANNA], tasks: [] }
  },
  relationship: {
    name: 'NPS раз в квартал', asks: 'nps', question: 'nps', owner: ANNA, also: { scores: {}, answers: { first: ['price'], plans: 'Второй склад' } },
    low: {
      says: 6, grade: '6/10 – критик', score: 60, coefficient: 60, notices: [ANNA, EMILY],
      tasks: ['3 ← 5, 24 h, 5: Позвонить: Ольга Мельникова, оценка 6/10']
    },
    middle: {
      says: 8, grade: '8/10 – нейтрал', score: 80, coefficient: 80, notices: [ANNA],
      tasks: ['3 ← 5, 72 h, 4: Обсудить, что улучшить: Ольга Мельникова, оценка 8/10']
    },
    high: {
      says: 10, grade: '10/10 – промоутер', score: 100, coefficient: 100, notices: [ANNA],
      tasks: ['3 ← 5, 120 h, 4: Поблагодарить и попросить о рекомендации: Ольга Мельникова, оценка 10/10']
    }
  },
  visit: {
    name: 'Визит', asks: 'csat', question: 'visit', owner: ANNA, also: { scores: {}, answers: { again: 'yes' } },
    low: {
      says: 1, grade: '1/5 – недоволен', score: 0, coefficient: 0, notices: [ANNA, EMILY],
      tasks: ['3 ← 5, 24 h, 5: Позвонить по поводу визита: Ольга Мельникова, оценка 1/5']
    },
    middle: { says: 3, grade: '3/5 – нейтрален', score: 50, coefficient: 50, notices: [ANNA], tasks: [] },
    high: { says: 5, grade: '5/5 – доволен', score: 100, coefficient: 100, notices: [ANNA], tasks: [] }
  },
  // seven points, many mean easy
  effort: {
    name: 'Лёгкость решения (CES)', asks: 'ces', question: 'ease', owner: ANNA, also: { scores: {}, answers: { hardest: 'waiting' } },
    low: {
      says: 3, grade: '3/7 – недоволен', score: 33.33, coefficient: 33.33, notices: [ANNA, EMILY],
      tasks: ['3 ← 5, 24 h, 5: Выяснить, что было трудно: Ольга Мельникова, оценка 3/7']
    },
    middle: { says: 4, grade: '4/7 – нейтрален', score: 50, coefficient: 50, notices: [ANNA], tasks: [] },
    high: { says: 5, grade: '5/7 – доволен', score: 66.67, coefficient: 66.67, notices: [ANNA], tasks: [] }
  },
  delivery: {
    name: 'Доставка', asks: 'stars', question: 'delivery', owner: ANNA, also: { scores: {}, answers: { ontime: 'no', intact: 'yes' } },
    low: {
      says: 2, grade: '2/5 – недоволен', score: 25, coefficient: 25, notices: [ANNA, EMILY],
      tasks: ['3 ← 5, 8 h, 5: Разобраться с доставкой: Ольга Мельникова, оценка 2/5']
    },
    middle: { says: 3, grade: '3/5 – нейтрален', score: 50, coefficient: 50, notices: [ANNA], tasks: [] },
    high: { says: 4, grade: '4/5 – доволен', score: 75, coefficient: 75, notices: [ANNA], tasks: [] }
  },
  winback: {
    name: 'Вернуть клиента', asks: 'csat', question: 'winback', owner: TIMUR, also: { scores: {}, answers: { return: 'price' } },
    low: {
      says: 2, grade: '2/5 – недоволен', score: 25, coefficient: 25, notices: [TIMUR, SERGEY],
      tasks: ['2 ← 4, 24 h, 5: Позвонить с извинением и предложением: Ольга Мельникова, оценка 2/5']
    },
    middle: {
      says: 3, grade: '3/5 – нейтрален', score: 50, coefficient: 50, notices: [TIMUR],
      tasks: ['2 ← 4, 24 h, 4: Сделать предложение: Ольга Мельникова, оценка 3/5']
    },
    high: {
      says: 4, grade: '4/5 – доволен', score: 75, coefficient: 75, notices: [TIMUR],
      tasks: ['2 ← 4, 24 h, 4: Сделать предложение: Ольга Мельникова, оценка 4/5']
    }
  }
}

/** How an answer arrives: to its open invitation; to one that was answered; to one that was cancelled; with "09" for a score; with a wrong token; with none. */
export const ARRIVALS = ['matched', 'repeat', 'late', 'invalid', 'forged', 'none'] as const
type Arrival = typeof ARRIVALS[number]

/** What stands in the portal afterwards, in plain words; null = nothing. */
export interface PlainOutcome {
  title: string
  stage: string
  flag: string | null
  group: string | null
  value: number | null
  score: number | null
  coefficient: number | null
  owner: number
  /** deal, contact, company that the answer hangs on */
  of: (number | null)[]
  askedBy: number | null
  /** last scores of deal, contact and company */
  lastScores: (number | null)[]
  /** whose comment: its first two lines, and whether it says what the client said */
  comments: string[]
  /** to whom: text up to the link */
  notices: string[]
  tasks: string[]
  /** to whom: subject */
  mails: string[]
  invitation: 'answered' | 'open'
  /** of the deal; null when it is gone */
  dealStage: string | null
  dealComments: string | null
}

/** The deal is won before anybody answers. */
const UNTOUCHED = { dealStage: 'WON', dealComments: null }

interface Said { values: Record<string, string>, answers: Record<string, unknown> }

/**
 * @returns what is sent, and what it has to leave behind
 */
export function expectedOutcome(template: TemplateId, arrival: Arrival, group: Group): { said: Said, outcome: PlainOutcome } {
  const { name, asks, question, owner, also, ...groups } = PLANS[template]
  const { says, grade, score, coefficient, notices, tasks } = groups[group]
  const [points] = grade.split(' ')
  const scores = { [asks]: says, ...also?.scores }
  const said: Said = {
    values: {
      ...Object.fromEntries(Object.entries(scores).map(([metric, value]) => [METRIC_FIELDS[metric as Metric], String(value)])),
      ...(template === 'complaint' ? {} : { FB_COMMENT: WORDS })
    },
    answers: { [question]: says, ...also?.answers }
  }
  const comment = (words: string): string => `deal 1: [B]Обратная связь: ${words}[/B] ${CLIENT}. Опрос: ${name} + words`
  const notice = (words: string) => (to: number): string => `${to}: ${CLIENT}: получен ответ [B]${words}[/B]. Сделка: ${DEAL_TITLE}.`
  const kept = { group, value: says, score, coefficient }
  const known = { title: `${points} · ${CLIENT} · ${DEAL_TITLE}`, owner, of: [1, 1, 1], askedBy: ANNA }
  const aside = { ...known, ...kept, stage: 'set_aside', lastScores: [null, null, null], notices: [], tasks: [], mails: [], ...UNTOUCHED }
  const stranger: PlainOutcome = {
    ...aside, title: points!, flag: 'unmatched', owner: DUTY, of: [null, null, null], askedBy: null, comments: [], invitation: 'open'
  }
  const outcomes: Record<Arrival, PlainOutcome> = {
    matched: {
      ...known, ...kept, stage: group, flag: null, lastScores: [score, score, score], comments: [comment(grade)], notices: notices.map(notice(grade)),
      tasks: tasks.map(task => `${task} (answer, company, contact, deal) + words`), mails: [], invitation: 'answered', ...UNTOUCHED
    },
    // nobody is told twice; the scores on the cards are those of the first
    repeat: { ...aside, flag: 'repeat', lastScores: [score, score, score], comments: [comment(`${grade} (повторный ответ)`)], invitation: 'answered' },
    // somebody wrote something: whom it concerns hears of it
    late: {
      ...aside, flag: 'late', comments: [comment(`${grade} (после закрытия приглашения)`)],
      notices: notices.map(notice(`${grade} (после закрытия приглашения)`)), invitation: 'open'
    },
    // without a score there is no group, so only what stands without a condition happens
    invalid: {
      ...aside, title: `без оценки · ${CLIENT} · ${DEAL_TITLE}`, flag: 'invalid', group: null, value: null, score: null, coefficient: null,
      comments: [comment('без оценки (не указана или вне шкалы)')], notices: [notice('без оценки (не указана или вне шкалы)')(owner)], invitation: 'answered'
    },
    forged: stranger,
    none: stranger
  }
  return { said, outcome: outcomes[arrival] }
}

const complaintSays = (decision: string, words = WORDS): Said => ({
  values: { FB_CSAT: decision, FB_STARS: '3', FB_NPS: '4' },
  answers: { decision: Number(decision), service: 3, nps: 4, improve: words, remarks: 'Больше ничего' }
})

const supportSays = (help: string): Said => ({ values: { FB_CSAT: help, FB_COMMENT: WORDS }, answers: { help: Number(help), solved: 'no' } })

const fullComment = (grade: string): string => `deal 1: [B]Обратная связь: ${grade}[/B] ${CLIENT}. Опрос: Претензия урегулирована + words`
const told = (grade: string, ...who: number[]): string[] => who.map(to => `${to}: ${CLIENT}: получен ответ [B]${grade}[/B]. Сделка: ${DEAL_TITLE}.`)
const callTask = (people: string): string => `${people}, 24 h, 2: Позвонить: ${CLIENT}, 2/5 (answer, company, contact, deal) + words`
/** Its responsible is somebody whom the portal does not know, and it is in nobody else's name. */
const lookTask = (owner: number): string => `${owner} ← ${owner}, 1.5 h, 0: Разобрать «${DEAL_TITLE}» (answer, company, contact, deal) + words`

/** The complaint with the plan that has every effect (`FULL` of `compiled.spec.ts`), dissatisfied. */
const LOW: PlainOutcome = {
  title: `2/5 · ${CLIENT} · ${DEAL_TITLE}`, stage: 'low', flag: null, group: 'low', value: 2, score: 25, coefficient: 38.33, owner: ANNA, of: [1, 1, 1], askedBy: ANNA,
  lastScores: [25, 25, 25], comments: [fullComment('2/5 – недоволен')], notices: told('2/5 – недоволен', TIMUR, ANNA, EMILY),
  tasks: [callTask('3 ← 5'), lookTask(ANNA)], mails: [], invitation: 'answered', dealStage: 'EXECUTING', dealComments: 'недоволен'
}
/** The same, satisfied: a mail to the client, and the answer goes over to Timur. */
const HIGH: PlainOutcome = {
  ...LOW, title: `4/5 · ${CLIENT} · ${DEAL_TITLE}`, stage: 'high', group: 'high', value: 4, score: 75, coefficient: 55, owner: TIMUR, lastScores: [75, 75, 75],
  comments: [fullComment('4/5 – доволен')], notices: told('4/5 – доволен', ANNA, EMILY), tasks: [],
  mails: [`olga.melnikova@example.kz: Спасибо, ${CLIENT}`], dealStage: 'WON', dealComments: 'доволен'
}

const strangers = (grade: string, ...who: number[]): string[] => who.map(to => `${to}: Неизвестный клиент: получен ответ [B]${grade}[/B].`)

/** Nobody knows who answered over a shared link, so it is all the duty person's, where the plan names nobody; no card changes. */
const SHARED: PlainOutcome = {
  ...LOW, title: '2/5', flag: 'shared', owner: DUTY, of: [null, null, null], askedBy: null, lastScores: [null, null, null], comments: [],
  coefficient: 25, notices: strangers('2/5 – недоволен (по общей ссылке)', DUTY, EMILY),
  tasks: ['1 ← 5, 8 h, 5: Вернуться к обращению: Неизвестный клиент, оценка 2/5 (по общей ссылке) (answer) + words'], invitation: 'open', ...UNTOUCHED
}
const aside = { stage: 'set_aside', notices: [], tasks: [] }

/** Over a registered link of a place that somebody has answered before: how, survey and what is sent, what is left behind. */
export const OVER_SHARED_LINK: { how: string, survey: 'support', said: Said, outcome: PlainOutcome }[] = [
  { how: 'shared', survey: 'support', said: supportSays('2'), outcome: SHARED },
  {
    how: 'shared', survey: 'support', said: supportSays('5'),
    outcome: {
      ...SHARED, title: '5/5', stage: 'high', group: 'high', value: 5, score: 100, coefficient: 100,
      notices: strangers('5/5 – доволен (по общей ссылке)', DUTY), tasks: []
    }
  },
  { how: 'sharedDouble', survey: 'support', said: supportSays('2'), outcome: { ...SHARED, ...aside, flag: 'repeat' } },
  {
    how: 'sharedClosed', survey: 'support', said: supportSays('2'),
    outcome: { ...SHARED, ...aside, flag: 'late', notices: strangers('2/5 – недоволен (после закрытия приглашения)', DUTY, EMILY) }
  },
  {
    how: 'sharedInvalid', survey: 'support', said: supportSays('2'),
    outcome: {
      ...SHARED, ...aside, title: 'без оценки', flag: 'invalid', group: null, value: null, score: null, coefficient: null,
      notices: strangers('без оценки (не указана или вне шкалы)', DUTY)
    }
  },
  // a link that is everybody's can be turned into one that stops mails by anybody: it stops nothing
  {
    how: 'sharedOptOut', survey: 'support', said: supportSays('2'),
    outcome: { ...SHARED, ...aside, title: 'без оценки', flag: 'optout', group: null, value: null, score: null, coefficient: null }
  }
]

const HOSTILE = '[URL=https://evil.example]"\'</b>;O:5:"x"[/URL] $result[x] 👍🏽 = 1'
const HARMLESS = '+7 701 ［URL=https://evil.example］"\'</b>;O:5:"x"［/URL］ $result［x］ 👍🏽 = 1'
const PHONE = '+7 701 555 44 33, вечером'
const wished = (wish: string, ...who: number[]): string[] => who.map(to => `${to}: ${CLIENT} ${wish}. Сделка: ${DEAL_TITLE}.`)
const callComment = (wish: string): string => `deal 1: [B]${CLIENT} ${wish}[/B] Опрос: Претензия урегулирована + words`

/** No answer: whoever looks after the client hears of it and gets a task, in the time of the plan's most urgent one. */
const CALL: PlainOutcome = {
  ...LOW, ...aside, title: `Просит перезвонить · ${CLIENT} · ${DEAL_TITLE}`, flag: 'callback', group: null, value: null, score: null, coefficient: null,
  lastScores: [null, null, null], comments: [callComment(`просит перезвонить: ${PHONE}`)], notices: wished(`просит перезвонить: ${PHONE}`, ANNA),
  tasks: [`3 ← 5, 1.5 h, 0: Перезвонить: ${CLIENT}, ${PHONE} (answer, company, contact, deal) + words`], invitation: 'open', ...UNTOUCHED
}
const CALL_OF_STRANGER: PlainOutcome = {
  ...CALL, title: 'Просит перезвонить', owner: DUTY, of: [null, null, null], askedBy: null, comments: [], notices: [], tasks: []
}
const nothing = { values: {}, answers: {} }
const call = (before?: 'answer' | 'same' | 'otherDevice', wish = PHONE) => ({ ...nothing, call: { wish, ...before ? { before } : {} } })

/** Wishes to be called back: name, survey, how it arrives and what came before it, what is left behind; words = as they are quoted. */
export const CALLS: { name: string, survey: 'full' | 'silent' | 'support', how: string, said: ReturnType<typeof call>, words?: string, outcome: PlainOutcome }[] = [
  { name: 'once', survey: 'full', how: 'matched', said: call(), outcome: CALL },
  {
    name: 'behind an answer', survey: 'full', how: 'matched', said: { ...complaintSays('2'), call: { wish: PHONE, before: 'answer' } },
    outcome: { ...CALL, lastScores: [25, 25, 25], invitation: 'answered', dealStage: 'EXECUTING', dealComments: 'недоволен' }
  },
  { name: 'the same filling-in twice', survey: 'full', how: 'matched', said: call('same'), outcome: { ...CALL, comments: [], notices: [], tasks: [] } },
  {
    name: 'over another device, with another number', survey: 'full', how: 'matched', said: call('otherDevice'),
    outcome: {
      ...CALL, comments: [callComment(`ещё раз просит перезвонить: ${PHONE}`)], notices: wished(`ещё раз просит перезвонить: ${PHONE}`, ANNA), tasks: []
    }
  },
  { name: 'after the invitation was cancelled', survey: 'full', how: 'late', said: call(), outcome: CALL },
  { name: 'after it had expired', survey: 'full', how: 'expired', said: call(), outcome: CALL },
  {
    name: 'of a test', survey: 'full', how: 'test', said: call(),
    outcome: {
      ...CALL, comments: [callComment(`просит перезвонить: ${PHONE} (проверка)`)], notices: wished(`просит перезвонить: ${PHONE} (проверка)`, ANNA),
      tasks: [`3 ← 5, 1.5 h, 0: Перезвонить: ${CLIENT}, ${PHONE} (проверка) (answer, company, contact, deal) + words`]
    }
  },
  { name: 'with a forged token', survey: 'full', how: 'forged', said: call(), outcome: { ...CALL_OF_STRANGER, title: 'без оценки', flag: 'unmatched' } },
  { name: 'without a token', survey: 'full', how: 'none', said: call(), outcome: { ...CALL_OF_STRANGER, title: 'без оценки', flag: 'unmatched' } },
  {
    name: 'by somebody whom nobody knows, over a shared link', survey: 'full', how: 'shared', said: { ...complaintSays('5'), call: { wish: PHONE, before: 'otherDevice' } },
    outcome: {
      ...CALL_OF_STRANGER, notices: [`1: Неизвестный клиент просит перезвонить: ${PHONE}.`],
      tasks: [`1 ← 5, 1.5 h, 0: Перезвонить: Неизвестный клиент, ${PHONE} (answer) + words`]
    }
  },
  {
    name: 'about a deal that is gone', survey: 'full', how: 'dealGone', said: call(),
    outcome: {
      ...CALL, title: `Просит перезвонить · ${CLIENT}`, of: [null, 1, 1], lastScores: [null, null], comments: [], notices: [`3: ${CLIENT} просит перезвонить: ${PHONE}.`],
      tasks: [`3 ← 5, 1.5 h, 0: Перезвонить: ${CLIENT}, ${PHONE} (answer, company, contact) + words`], dealStage: null
    }
  },
  {
    name: 'with nobody above the owner', survey: 'full', how: 'nobodyAbove', said: call(),
    outcome: { ...CALL, tasks: [`3 ← 3, 1.5 h, 0: Перезвонить: ${CLIENT}, ${PHONE} (answer, company, contact, deal) + words`] }
  },
  {
    name: 'without a phone', survey: 'full', how: 'matched', said: call(undefined, ''), words: 'никто',
    outcome: {
      ...CALL, comments: [callComment('просит перезвонить: телефон не указан').replace(' + words', '')], notices: wished('просит перезвонить: телефон не указан', ANNA),
      tasks: [`3 ← 5, 1.5 h, 0: Перезвонить: ${CLIENT}, телефон не указан (answer, company, contact, deal)`]
    }
  },
  {
    name: 'in hostile words', survey: 'full', how: 'matched', said: call(undefined, `+7 701\n${HOSTILE}`), words: HARMLESS,
    outcome: {
      ...CALL, comments: [callComment(`просит перезвонить: ${HARMLESS}`)], notices: wished(`просит перезвонить: ${HARMLESS}`, ANNA),
      tasks: [`3 ← 5, 1.5 h, 0: Перезвонить: ${CLIENT}, ${HARMLESS} (answer, company, contact, deal) + words`]
    }
  },
  {
    name: 'where the plan gives no task', survey: 'silent', how: 'matched', said: call(),
    outcome: {
      ...CALL, comments: CALL.comments.map(text => text.replace('Претензия урегулирована', 'Лёгкость решения (CES)')),
      tasks: [`3 ← 5, 24 h, 0: Перезвонить: ${CLIENT}, ${PHONE} (answer, company, contact, deal) + words`]
    }
  },
  {
    name: 'where the deal\'s responsible comes first', survey: 'support', how: 'matched', said: call(),
    outcome: {
      ...CALL, owner: TIMUR, comments: CALL.comments.map(text => text.replace('Претензия урегулирована', 'Обращение в поддержку')),
      notices: wished(`просит перезвонить: ${PHONE}`, TIMUR), tasks: [`2 ← 4, 8 h, 0: Перезвонить: ${CLIENT}, ${PHONE} (answer, company, contact, deal) + words`]
    }
  }
]

/** What a client may write; whatever it is, it is quoted as it was said, and does nothing. */
const TEXTS = {
  'quotes': 'Сказали "завтра", \'потом\' и «никогда»', 'Cyrillic': 'Ёлки-палки, ъ и Ұлан', 'emoji': '👍🏽 так себе 👨‍👩‍👧',
  'an expression': 'Номер {=Document:ID} и {{=1+1}}', 'a serialised object': 'a;O:5:"Alert":0:{} и C:+7:{'
}
const LONG = 'я'.repeat(64 * 1024)

/** The bad input of a handling: name, survey and what is sent, what happens before that, what is left behind; words = what has to be quoted. */
export const BAD_INPUT: { name: string, survey: 'full' | 'silent', before: string, said: Said, words?: string, outcome: PlainOutcome }[] = [
  ...Object.entries(TEXTS).map(([name, words]) => ({ name, survey: 'full' as const, before: 'matched', said: complaintSays('2', words), words, outcome: LOW })),
  { name: '64 KB of text', survey: 'full', before: 'matched', said: complaintSays('2', LONG), words: 'я…', outcome: LOW },
  {
    name: 'a plan without effects', survey: 'silent', before: 'matched', said: { values: { FB_CES: '3', FB_COMMENT: WORDS }, answers: { ease: 3 } },
    outcome: {
      ...LOW, title: `3/7 · ${CLIENT} · ${DEAL_TITLE}`, value: 3, score: 33.33, coefficient: 33.33, lastScores: [33.33, 33.33, 33.33], comments: [], notices: [], tasks: [],
      ...UNTOUCHED
    }
  },
  {
    name: 'nobody above the owner', survey: 'full', before: 'nobodyAbove', said: complaintSays('2'),
    outcome: { ...LOW, notices: told('2/5 – недоволен', TIMUR, ANNA), tasks: [callTask('3 ← 3'), lookTask(ANNA)] }
  },
  {
    name: 'who asked was dismissed', survey: 'full', before: 'askerGone', said: complaintSays('2'),
    outcome: { ...LOW, owner: TIMUR, notices: told('2/5 – недоволен', TIMUR, SERGEY), tasks: [callTask('2 ← 4'), lookTask(TIMUR)] }
  },
  {
    name: 'the deal was deleted after it was asked about', survey: 'full', before: 'dealGone', said: complaintSays('2'),
    // without a deal no rule holds that wants a pipeline and a sum
    outcome: {
      ...LOW, title: `2/5 · ${CLIENT}`, of: [null, 1, 1], lastScores: [25, 25], comments: [], tasks: [], dealStage: null, dealComments: null,
      notices: [TIMUR, ANNA, EMILY].map(to => `${to}: ${CLIENT}: получен ответ [B]2/5 – недоволен[/B].`)
    }
  },
  { name: 'nothing bad: a mail follows', survey: 'full', before: 'matched', said: complaintSays('4'), outcome: HIGH },
  { name: 'a client without an address for the mail that follows', survey: 'full', before: 'noAddress', said: complaintSays('4'), outcome: { ...HIGH, mails: [] } },
  { name: 'a client who wants no mail', survey: 'full', before: 'wantsNoMail', said: complaintSays('4'), outcome: { ...HIGH, mails: [] } },
  {
    name: 'a score outside its scale', survey: 'full', before: 'matched', said: complaintSays('6'),
    outcome: {
      ...LOW, title: `без оценки · ${CLIENT} · ${DEAL_TITLE}`, stage: 'set_aside', flag: 'invalid', group: null, value: null, score: null, coefficient: 45,
      lastScores: [null, null, null], comments: [fullComment('без оценки (не указана или вне шкалы)')],
      notices: told('без оценки (не указана или вне шкалы)', ANNA, EMILY), tasks: [], ...UNTOUCHED
    }
  },
  {
    name: 'a forged token', survey: 'full', before: 'forged', said: complaintSays('2'),
    outcome: {
      ...LOW, title: '2/5', stage: 'set_aside', flag: 'unmatched', owner: DUTY, of: [null, null, null], askedBy: null, lastScores: [null, null, null], comments: [],
      notices: [], tasks: [], invitation: 'open', ...UNTOUCHED
    }
  }
]
