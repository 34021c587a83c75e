import { COMPANY, CONTACT, DEAL } from '../rest/record-fields'
import { addCategory, changeRecord, createRecord, nextId, stagesOf } from '../rest/records'
import type { DemoPortal, Item, User } from '../state'
import { Random } from './random'

const DAY = 86_400_000

/** The five people of the demo; the login names are theirs. */
export const PEOPLE = { administrator: 1, managerOwn: 2, managerAll: 3, headOfSales: 4, headOfService: 5 } as const

const USERS: Omit<User, 'active' | 'timeZone'>[] = [
  { id: 1, admin: true, role: 'administrator', name: 'Айгерим', lastName: 'Нурланова', email: 'a.nurlanova@alatau.example.kz',
    position: 'Администратор портала', departments: [2], lang: 'ru' },
  { id: 2, admin: false, role: 'own', name: 'Тимур', lastName: 'Ахметов', email: 't.akhmetov@alatau.example.kz',
    position: 'Менеджер по продажам', departments: [1], lang: 'ru' },
  { id: 3, admin: false, role: 'all', name: 'Анна', lastName: 'Соколова', email: 'a.sokolova@alatau.example.kz',
    position: 'Менеджер сервиса', departments: [2], lang: 'ru' },
  { id: 4, admin: false, role: 'department', name: 'Сергей', lastName: 'Волков', email: 's.volkov@alatau.example.kz',
    position: 'Руководитель отдела продаж', departments: [1], lang: 'ru' },
  { id: 5, admin: false, role: 'all', name: 'Emily', lastName: 'Carter', email: 'e.carter@alatau.example.kz', position: 'Head of Service',
    departments: [2], lang: 'en' }
]

const COMPANIES = [
  'ТОО «Алатау Логистик»', 'Northwind Trading Ltd', 'ООО «Вектор-Строй»', '«Жетісу Агро» ЖШС', 'Baltic Furniture Group', 'ИП Касымова',
  'ООО «Медтех Сервис»', 'Caspian Marine Supplies',
  '«Самұрық Дизайн» ЖШС', 'Meridian Consulting', 'АО «Степные технологии»', 'Greenfield Foods'
]

const PERSONS: [string, string, string][] = [
  ['Ольга', 'Мельникова', 'Директор по закупкам'], ['Ержан', 'Сапаров', 'Коммерческий директор'],
  ['Daniel', 'Brooks', 'Operations Manager'], ['Гульнара', 'Касымова', 'Владелец'],
  ['Нұрлан', 'Әбдірахманов', 'Бас инженер'], ['Марина', 'Петренко', 'Главный бухгалтер'], ['Laura', 'Bennett', 'Purchasing Lead'],
  ['Дмитрий', 'Гусев', 'Начальник склада'],
  ['Айжан', 'Төлегенова', 'Офис-менеджер'], ['Павел', 'Кравцов', 'Технический директор'], ['Сәуле', 'Ысқақова', 'Маркетинг жетекшісі'],
  ['Thomas', 'Keller', 'Project Manager'],
  ['Ирина', 'Лебедева', 'Руководитель проекта'], ['Бауыржан', 'Оспанов', 'Директор'], ['Екатерина', 'Фомина', 'Менеджер по персоналу'],
  ['Grace', 'Holloway', 'Office Director'],
  ['Қайрат', 'Жұмабеков', 'Логистика бөлімі'], ['Андрей', 'Никитин', 'Снабженец'], ['Динара', 'Бекова', 'Финансовый менеджер'],
  ['Oliver', 'Grant', 'Store Manager'],
  ['Юлия', 'Романова', 'Администратор клиники'], ['Ерлан', 'Мұқанов', 'Цех басшысы'], ['Наталья', 'Егорова', 'Ведущий инженер'],
  ['Sophie', 'Martin', 'Event Coordinator'],
  ['Алия', 'Сейткали', 'Директор салона'], ['Виктор', 'Зайцев', 'Прораб'], ['Мадина', 'Ғалымқызы', 'Сапа менеджері'],
  ['Henry', 'Walsh', 'Facility Manager'],
  ['Светлана', 'Орлова', 'Секретарь'], ['Рустам', 'Иброев', 'Механик']
]

const SUBJECTS: [string, number][] = [
  ['Поставка офисной мебели', 2_400_000], ['Монтаж системы вентиляции', 5_100_000], ['Annual maintenance contract', 3_200_000],
  ['Ремонт складского оборудования', 1_250_000],
  ['Внедрение учёта на складе', 4_700_000], ['Кеңсе жиһазын жеткізу', 1_900_000], ['Website redesign', 2_100_000],
  ['Обучение персонала', 640_000], ['Сервисное обслуживание', 780_000],
  ['Equipment calibration', 930_000], ['Проект освещения', 1_480_000], ['Жабдықты баптау', 560_000]
]

/** Contacts by index that have no e-mail: one of the manager who sees only his own, one of a colleague. */
const WITHOUT_EMAIL = new Set([6, 22])

const LATIN: Record<string, string> = {
  а: 'a', ә: 'a', б: 'b', в: 'v', г: 'g', ғ: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', қ: 'q', л: 'l', м: 'm',
  н: 'n', ң: 'n', о: 'o', ө: 'o', п: 'p', р: 'r', с: 's',
  т: 't', у: 'u', ұ: 'u', ү: 'u', ф: 'f', х: 'kh', һ: 'h', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'sch', ъ: '', ы: 'y', і: 'i', ь: '', э: 'e', ю: 'yu', я: 'ya'
}
const latin = (text: string): string => [...text.toLowerCase()].map(letter => LATIN[letter] ?? letter).join('')

function addMulti(portal: DemoPortal, item: Item, typeId: 'PHONE' | 'EMAIL', value: string): void {
  item.fm.push({ id: nextId(portal.state, 'fm'), typeId, valueType: 'WORK', value })
  item.fields[typeId === 'PHONE' ? 'HAS_PHONE' : 'HAS_EMAIL'] = 'Y'
}

function seedPipelines({ state }: DemoPortal): void {
  addCategory(state, DEAL, 'Продажи', 100, true, 0)
  addCategory(state, DEAL, 'Сервис и продления', 200, false)
  const names = ['Новая', 'Подготовка предложения', 'В работе', 'Сделка успешна', 'Сделка провалена']
  for (const category of state.categories) stagesOf(state, DEAL, category.id).forEach((stage, index) => { stage.name = names[index] ?? stage.name })
}

/** Directories that the deals below use (crm.status.list). */
const DIRECTORIES: Record<string, Record<string, string>> = {
  SOURCE: { CALL: 'Звонок', EMAIL: 'Электронная почта', WEB: 'Веб-сайт', RECOMMENDATION: 'По рекомендации' },
  DEAL_TYPE: { SALE: 'Продажа', SERVICE: 'Сервисное обслуживание' }
}

function seedDirectories({ state }: DemoPortal): void {
  for (const [entityId, names] of Object.entries(DIRECTORIES)) {
    Object.entries(names).forEach(([statusId, name], index) => state.statuses.push({
      id: nextId(state, 'status'), entityId, statusId, name, sort: 10 * (index + 1), system: false, categoryId: null, color: '', semantics: ''
    }))
  }
}

/** In days: the newest forty deals of nine months, the others of the time before. */
const dealAge = (index: number): number => 3 + Math.round((59 - Math.max(index, 20)) * 6.8 + Math.max(0, 20 - index) * 26)

/** Employees, departments, mailboxes, 12 companies, 30 contacts and 60 deals of the last twenty-six months. */
export function seedCrm(portal: DemoPortal): void {
  const { state } = portal
  const random = new Random(20_240_817)
  const now = portal.now().getTime()
  state.users.push(...USERS.map(user => ({ ...user, active: true, timeZone: 'Asia/Almaty' })))
  state.departments.push({ id: 1, name: 'Отдел продаж', parent: null, head: PEOPLE.headOfSales },
    { id: 2, name: 'Отдел сервиса', parent: null, head: PEOPLE.headOfService })
  state.mailboxes.push(
    ...state.users.filter(user => user.id !== PEOPLE.headOfSales)
      .map(user => ({ userId: user.id, email: user.email, name: `${user.name} ${user.lastName}` })),
    { userId: null, email: 'care@alatau.example.kz', name: 'Alatau Care' }
  )
  seedPipelines(portal)
  seedDirectories(portal)

  const companies = COMPANIES.map((title, index) => {
    const company = createRecord(portal, COMPANY, { TITLE: title, ASSIGNED_BY_ID: 2 + index % 4, CURRENCY_ID: 'KZT' }, 1,
      new Date(now - (820 + index) * DAY))
    addMulti(portal, company, 'EMAIL', `info@${latin(title).replace(/[^a-z]+/g, '').slice(0, 14)}.example.com`)
    return company
  })
  // ten of the manager who sees only his own, then the others
  const owners = [2, 2, 2, 3, 3, 4, 2, 3, 5, 2, 3, 4, 2, 5, 3, 2, 3, 4, 2, 3, 5, 2, 3, 4, 2, 3, 5, 3, 4, 3]
  const contacts = PERSONS.map(([name, lastName, post], index) => {
    const company = companies[index % companies.length]
    const contact = createRecord(portal, CONTACT, {
      NAME: name, LAST_NAME: lastName, POST: post, ASSIGNED_BY_ID: owners[index] ?? 3, COMPANY_ID: company?.id ?? null
    }, 1, new Date(now - (810 - index) * DAY))
    if (company) company.fields.CONTACT_IDS = [...company.fields.CONTACT_IDS as number[] ?? [], contact.id]
    if (!WITHOUT_EMAIL.has(index)) addMulti(portal, contact, 'EMAIL', `${latin(name)}.${latin(lastName)}@${index % 3 ? 'example.com' : 'example.kz'}`)
    addMulti(portal, contact, 'PHONE', `+7 70${index % 10} 555 ${String(10 + index)} ${String(30 + index)}`)
    return contact
  })

  for (let index = 0; index < 60; index++) {
    const responsible = [2, 3, 2, 4, 3, 5, 2, 3, 4, 2][index % 10] ?? 2
    // now and then the client belongs to a colleague: then "own" does not suffice for a mail
    const own = contacts.filter(contact => (Number(contact.fields.ASSIGNED_BY_ID) === responsible) !== (index % 9 === 8))
    const contact = own[Math.floor(index / 2.6) % own.length] ?? contacts[0]
    const [subject, price] = SUBJECTS[index % SUBJECTS.length] ?? ['Сделка', 1_000_000]
    const categoryId = index % 5 === 1 || responsible === 5 ? 1 : 0
    const stages = stagesOf(state, DEAL, categoryId)
    const created = now - dealAge(index) * DAY - random.between(0, 8 * 3600) * 1000
    // clients who write English pay in dollars
    const inDollars = !/[а-я]/i.test(subject)
    const company = companies.find(other => other.id === contact?.fields.COMPANY_ID)
    const deal = createRecord(portal, DEAL, {
      TITLE: `${subject} — ${String(company?.fields.TITLE ?? contact?.fields.LAST_NAME ?? '')}`, CATEGORY_ID: categoryId, ASSIGNED_BY_ID: responsible,
      OPPORTUNITY: Math.round(price * (0.7 + random.next() * 0.8) / 10_000) * (inDollars ? 20 : 10_000), CURRENCY_ID: inDollars ? 'USD' : 'KZT', CONTACT_ID: contact?.id ?? null,
      COMPANY_ID: company?.id ?? null, TYPE_ID: 'SALE',
      SOURCE_ID: random.pick(['WEB', 'CALL', 'RECOMMENDATION', 'EMAIL'])
    }, responsible, new Date(created))
    const stage = index < 46 ? stages[index % 6 === 5 ? 4 : 3] : stages[index % 3]
    const moved = Math.min(now - 2 * 3600 * 1000, created + random.between(4, 25) * DAY)
    if (stage && stage.statusId !== deal.fields.STAGE_ID) changeRecord(portal, deal, { STAGE_ID: stage.statusId }, responsible, new Date(moved))
  }
}
