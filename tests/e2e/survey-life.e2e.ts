import type { FrameLocator, Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DemoPortal } from '../../demo/state'
import type { Question, QuestionType, Survey } from '@/survey/model/survey'
import { appOf, pressInToolbar } from './places'
import { answersIn, askableDeals, invitationsIn, mailsOf, type KeptAnswer } from './records'
import { useStage, type Scene } from './stage'
import { shown, text } from './words'

/** A survey from nothing to answers that keep their words, as the people involved live it. The tests of one story build on each other. */

const stage = useStage()
const ADMINISTRATOR = 1
const say = (key: string): string => text('ru', key)

const surveysIn = (portal: DemoPortal): Survey[] =>
  (portal.state.storages.find(({ entity }) => entity === 'surveys')?.items ?? []).map(({ properties }) => JSON.parse(String(properties.JSON)) as Survey)

const surveyCalled = (portal: DemoPortal, name: string): Survey => {
  const found = surveysIn(portal).find(({ draft }) => draft.name === name)
  if (!found) throw new Error(`no survey is called ${name}`)
  return found
}

async function openSurveys(scene: Scene, userId = ADMINISTRATOR): Promise<{ page: Page, app: FrameLocator }> {
  const { page } = await scene.visit(userId, '/marketplace/app/')
  const app = appOf(page)
  await app.getByRole('navigation').getByRole('link', { name: say('settings.nav.surveys') }).click()
  await app.getByRole('heading', { level: 2, name: say('settings.nav.surveys') }).waitFor()
  return { page, app }
}

async function openSurvey(scene: Scene, name: string, userId = ADMINISTRATOR): Promise<{ page: Page, app: FrameLocator }> {
  const opened = await openSurveys(scene, userId)
  await opened.app.getByRole('link', { name, exact: true }).click()
  await opened.app.getByRole('heading', { level: 2, name }).waitFor()
  return opened
}

const field = (app: FrameLocator, path: string) => app.locator(`#field-${path.replaceAll('.', '-')}`)
/** Only the question of a short survey stands unfolded. */
async function unfold(app: FrameLocator, place: number): Promise<void> {
  const fold = app.locator('[data-fold]').nth(place)
  if (await fold.getAttribute('aria-expanded') === 'false') await fold.click()
}
/** The focus comes when the card is unfolded and the language is turned to. */
const expectFocus = (element: Locator): Promise<void> =>
  expect.poll(() => element.evaluate(one => one === one.ownerDocument.activeElement)).toBe(true)
const publishButton = (app: FrameLocator) => app.getByRole('button', { name: say('survey.publish.label'), exact: true })

/** What the first publication asks. */
const firstQuestion = (app: FrameLocator) => app.getByRole('group', { name: say('editor.first.question') })

/** Everything that can be asked, with what the customer says and how it is shown afterwards. */
interface Asked { type: QuestionType, words: string, options?: string[], say: (phone: Page) => Promise<void>, shown: string }
const point = (value: number) => (phone: Page): Promise<void> => phone.locator('.point', { has: phone.locator(`input[value="${value}"]`) }).click()
const tick = (...labels: string[]) => async (phone: Page): Promise<void> => {
  for (const label of labels) await phone.getByText(label, { exact: true }).click()
}
const write = (words: string) => (phone: Page): Promise<void> => phone.getByRole('textbox').fill(words)

const HEBREW = 'שירות מצוין'
const ASKED: Asked[] = [
  { type: 'nps', words: 'Порекомендуете ли нас друзьям?', say: point(4), shown: '4 / 10' },
  { type: 'csat', words: 'Довольны ли результатом? 🙂', say: point(2), shown: '2 / 5' },
  { type: 'ces', words: 'Легко ли было всё решить?', say: point(3), shown: '3 / 7' },
  { type: 'stars', words: 'Сколько звёзд поставите?', say: point(5), shown: '5 / 5' },
  { type: 'yesno', words: 'Вопрос решён?', say: tick(say('page.no')), shown: say('ui.no') },
  { type: 'choice', words: 'Как вы нас нашли?', options: ['Поиск', 'Совет друзей'], say: tick('Совет друзей'), shown: 'Совет друзей' },
  { type: 'choices', words: 'Что понравилось?', options: ['Цена', 'Срок', HEBREW], say: tick('Цена', HEBREW), shown: `Цена, ${HEBREW}` },
  { type: 'short', words: 'Кто вас обслуживал?', say: write('Анна'), shown: 'Анна' },
  { type: 'long', words: 'Что улучшить?', say: write('Звоните раньше: $result[0] {=Document:ID} [URL]нет[/URL]'), shown: 'Звоните раньше: $result[0] {=Document:ID} [URL]нет[/URL]' }
]

describe('from nothing to an answer that keeps its words', () => {
  let scene: Scene
  let link: string
  let answered: KeptAnswer
  const NAME = 'Всё сразу'

  beforeAll(async () => {
    scene = await stage.open({ installed: true })
  })

  test('an empty survey gets a question of every type and is published', async () => {
    const { app } = await openSurveys(scene)
    await app.getByRole('link', { name: say('surveys.new') }).click()
    await app.getByRole('radio', { name: say('gallery.empty.name') }).check()
    await app.getByRole('checkbox', { name: 'Английский' }).uncheck()
    await app.getByRole('button', { name: say('surveys.create.make') }).click()
    await app.getByText(say('editor.empty.title')).waitFor()

    await field(app, 'name').fill(NAME)
    for (const [place, { type, words, options }] of ASKED.entries()) {
      await app.getByRole('button', { name: say('editor.question.add'), exact: true }).click()
      await app.locator(`button[data-type="${type}"]`).click()
      await field(app, `questions.${place}.text.ru`).fill(words)
      for (const [index, option] of (options ?? []).entries()) {
        const input = field(app, `questions.${place}.options.${index}.text.ru`)
        if (await input.count() === 0) await field(app, `questions.${place}.options`).getByRole('button', { name: say('editor.option.add') }).click()
        await input.fill(option)
      }
    }

    // nothing goes out with holes: every one is named, and leads to its place
    await publishButton(app).click()
    await app.getByText(shown('ru', 'survey.publish.problems')).waitFor()
    expect(surveyCalled(scene.portal, 'Новый опрос')).toMatchObject({ published: null })
    await app.getByRole('link', { name: shown('ru', 'survey.field.mail.subject') }).or(app.getByRole('button', { name: shown('ru', 'survey.field.mail.subject') })).first().click()
    await expectFocus(field(app, 'mail.subject.ru'))
    await field(app, 'mail.subject.ru').fill('Как всё прошло?')
    await field(app, 'mail.body.ru').fill('Здравствуйте, {client}! Ответьте, пожалуйста.')
    await app.getByRole('button', { name: say('plan.start') }).click()
    await publishButton(app).click()
    await firstQuestion(app).getByText(shown('ru', 'editor.first.rival.theirs')).waitFor()
    expect(surveysIn(scene.portal).every(({ draft, published }) => draft.name !== NAME || published === null)).toBe(true)
    await firstQuestion(app).getByRole('button', { name: say('survey.publish.label'), exact: true }).click()
    await app.getByText(say('survey.published').replace('{version}', '1')).waitFor()

    await expect.poll(() => surveyCalled(scene.portal, NAME).form).toMatchObject({ made: 'api', verifiedAt: expect.any(String) as string })
    const { published, status } = surveyCalled(scene.portal, NAME)
    expect(published?.content.questions.map(({ type }) => type)).toEqual(ASKED.map(({ type }) => type))
    expect(status).toBe('active')
  })

  test('the manager chooses it and asks; the customer is asked everything, on a phone', async () => {
    const [deal = 0] = askableDeals(scene.portal, 2)
    const { page } = await scene.visit(2, `/crm/deal/details/${deal}/`)
    const app = await pressInToolbar(page)
    await app.getByRole('button', { name: say('invitation.request.change') }).click()
    await app.getByLabel(say('invitation.request.survey')).selectOption({ label: NAME })
    await app.getByRole('button', { name: say('invitation.request.send'), exact: true }).click()
    await app.getByText(shown('ru', 'invitation.result.sent')).waitFor()
    const [mail] = mailsOf(scene.portal, invitationsIn(scene.portal).at(-1)?.token ?? '')
    link = /href="([^"]+survey\.html[^"]*)"/.exec(mail?.html.split('</table>').at(-1) ?? '')?.[1]?.replaceAll('&amp;', '&') ?? ''

    const { page: phone } = await scene.customer(link)
    for (const [place, asked] of ASKED.entries()) {
      await phone.getByRole('heading', { name: asked.words }).waitFor()
      await asked.say(phone)
      await phone.getByRole('button', { name: say(place === ASKED.length - 1 ? 'page.send' : 'page.next'), exact: true }).click()
    }
    await phone.getByText(say('page.received')).waitFor()
    answered = answersIn(scene.portal).at(-1) as KeptAnswer
    expect(answered).toMatchObject({ posted: '4', stage: 'new' })
  })

  const expectWords = async (): Promise<void> => {
    const { page } = await scene.visit(2, `/marketplace/view/${scene.portal.state.app.code}/?params[answer]=${answered.id}`)
    const app = appOf(page)
    for (const { words, shown: said } of ASKED) {
      await app.locator('dl > div', { has: app.getByText(words, { exact: true }) }).getByText(said, { exact: true }).waitFor()
    }
  }

  test('handled, it stands with every question and what was said to it', async () => {
    await scene.visit(ADMINISTRATOR, '/')
    await expect.poll(() => answersIn(scene.portal).find(({ id }) => id === answered.id)?.stage, { timeout: 20_000 }).toBe('low')
    await expectWords()
  })

  test('the next version asks otherwise; the answer keeps the words it was given to', async () => {
    const { app } = await openSurvey(scene, NAME)
    await unfold(app, 0)
    await field(app, 'questions.0.text.ru').fill('Совсем другой вопрос?')
    await app.locator('[data-question]').nth(5).getByRole('button', { name: new RegExp(`^${say('editor.question.remove')}`) }).click()
    await publishButton(app).click()
    await app.getByText(say('survey.published').replace('{version}', '2')).waitFor()
    expect(surveyCalled(scene.portal, NAME).published?.content.questions).toHaveLength(ASKED.length - 1)
    await expectWords()
  })

  test('who opened the mail before the change answers the version that is published now', async () => {
    const { page: phone } = await scene.customer(link)
    await phone.getByRole('heading', { name: 'Совсем другой вопрос?' }).waitFor()
  })
})

test('a survey begins on pause: nobody can send it, whoever made it answers it himself, and then it is resumed', async () => {
  const scene = await stage.open({ installed: true })
  const { app, page } = await openSurveys(scene)
  await app.getByRole('link', { name: say('surveys.new') }).click()
  await app.locator('input[type=radio][value=support]').check()
  await app.getByRole('button', { name: say('surveys.create.make') }).click()
  await field(app, 'name').fill('На пробу')
  await publishButton(app).click()
  await firstQuestion(app).waitFor()
  // no is no: nothing was written, and the focus is back where it came from
  await page.keyboard.press('Escape')
  await firstQuestion(app).waitFor({ state: 'detached' })
  await expectFocus(publishButton(app))
  expect(surveysIn(scene.portal).every(({ draft, published }) => draft.name === 'После сделки' || published === null)).toBe(true)

  await publishButton(app).click()
  await firstQuestion(app).getByRole('button', { name: say('editor.first.paused') }).click()
  const href = await app.getByRole('link', { name: say('settings.try.openHere') }).getAttribute('href')
  expect(surveyCalled(scene.portal, 'На пробу')).toMatchObject({ status: 'paused', published: { version: 1 }, form: { made: 'api' } })

  const { page: phone } = await scene.customer(href ?? '')
  await phone.locator('.point').first().click()
  for (const page of ['1', '2']) {
    await phone.getByText(say('page.progress').replace('{n}', page).replace('{total}', '3')).waitFor()
    await phone.getByRole('button', { name: say('page.next'), exact: true }).click()
  }
  await phone.getByText(say('page.no'), { exact: true }).click()
  await phone.getByRole('button', { name: say('page.send'), exact: true }).click()
  await phone.getByText(say('page.received')).waitFor()
  await app.locator('[data-row="arrived"][data-state="done"]').waitFor()

  const { app: again } = await openSurvey(scene, 'На пробу')
  await again.getByRole('button', { name: say('survey.resume') }).click()
  await again.locator('[data-status="active"]').waitFor()
  expect(surveyCalled(scene.portal, 'На пробу')).toMatchObject({ status: 'active', published: { version: 1 } })
})

test('whoever leaves may save the draft on the way', async () => {
  const scene = await stage.open({ installed: true })
  const { app } = await openSurvey(scene, 'После сделки')
  await field(app, 'company').fill('Иначе')
  await app.getByRole('link', { name: say('settings.nav.surveys'), exact: true }).click()
  await app.getByRole('button', { name: say('surveyPage.leave.save') }).click()
  await app.getByRole('heading', { level: 2, name: say('settings.nav.surveys') }).waitFor()
  expect(surveyCalled(scene.portal, 'После сделки')).toMatchObject({ draft: { company: 'Иначе' }, published: { version: 1 } })
})

describe('two administrators', () => {
  test('the second one is told what the first has published, keeps his words and publishes them', async () => {
    const scene = await stage.open({ installed: true })
    // user 5 becomes an administrator of this portal
    const second = scene.portal.state.users.find(({ id }) => id === 5)
    if (second) second.admin = true
    const one = await openSurvey(scene, 'После сделки')
    const other = await openSurvey(scene, 'После сделки', 5)
    for (const [{ app }, words] of [[one, 'Слова первого?'], [other, 'Слова второго?']] as const) {
      await unfold(app, 0)
      await field(app, 'questions.0.text.ru').fill(words)
    }
    await publishButton(one.app).click()
    await one.app.getByText(say('survey.published').replace('{version}', '2')).waitFor()

    await publishButton(other.app).click()
    await other.app.getByText(say('errors.surveyChangedMeanwhile.what')).waitFor()
    await other.app.getByText(shown('ru', 'survey.field.question.text')).first().waitFor()
    expect(surveysIn(scene.portal)[0]?.published).toMatchObject({ version: 2, content: { questions: [{ text: { ru: 'Слова первого?' } }] } })
    await other.app.getByRole('button', { name: say('survey.meanwhile.mine') }).click()
    await expect.poll(() => field(other.app, 'questions.0.text.ru').inputValue()).toBe('Слова второго?')
    await publishButton(other.app).click()
    await other.app.getByText(say('survey.published').replace('{version}', '3')).waitFor()
    expect(surveysIn(scene.portal)[0]?.published).toMatchObject({ version: 3, content: { questions: [{ text: { ru: 'Слова второго?' } }] } })
    expect(surveysIn(scene.portal)).toHaveLength(1)
  })
})

describe('bad input in the editor', () => {
  const LONG = 'ж'.repeat(10_000)
  test.each<[string, string, string, RegExp]>([
    ['10,000 characters', 'questions.0.text.ru', LONG, shown('ru', 'survey.problem.definitionTooBig')],
    ['an unknown placeholder', 'mail.body.ru', 'Здравствуйте, {имя}!', shown('ru', 'survey.problem.placeholderUnknown')],
    ['an address that is none', 'thankYou.link.high', 'javascript:alert(1)', shown('ru', 'survey.problem.linkInvalid')],
    ['no days', 'expiresAfterDays', '', shown('ru', 'survey.problem.daysOutOfRange')]
  ])('%s is refused with the reason, and stays as it was written', async (_, path, words, problem) => {
    const scene = await stage.open({ installed: true })
    const { app, page } = await openSurvey(scene, 'После сделки')
    await unfold(app, 0)
    await field(app, path).fill(words)
    await publishButton(app).click()
    await app.getByText(shown('ru', 'survey.publish.problems')).waitFor()
    await app.getByText(problem).first().waitFor()
    expect(surveysIn(scene.portal)[0]?.published?.version).toBe(1)
    expect(await field(app, path).inputValue()).toBe(words)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  })

  test('after ten questions no eleventh can be added, and the page says why', async () => {
    const scene = await stage.open({ installed: true })
    const { app } = await openSurvey(scene, 'После сделки')
    const add = app.getByRole('button', { name: say('editor.question.add'), exact: true })
    for (let place = 1; place < 10; place++) {
      await add.click()
      await app.locator('button[data-type="short"]').click()
      await field(app, `questions.${place}.text.ru`).fill(`Вопрос ${place}`)
    }
    await app.getByText(shown('ru', 'editor.question.full')).waitFor()
    expect(await add.getAttribute('aria-disabled') === 'true' || await add.isDisabled()).toBe(true)
  })
})

test('keyboard only: a question is added, moved to the top and published', async () => {
  const scene = await stage.open({ installed: true })
  const { app, page } = await openSurvey(scene, 'После сделки')
  const press = async (...keys: string[]): Promise<void> => { for (const key of keys) await page.keyboard.press(key) }
  await app.getByRole('button', { name: say('editor.question.add'), exact: true }).focus()
  await press('Enter')
  await app.locator('button[data-type="stars"]').focus()
  await press('Enter')
  await expectFocus(field(app, 'questions.1.text.ru'))
  await press('Control+A')
  await page.keyboard.insertText('Сколько звёзд?')
  await app.locator('[data-question]').nth(1).locator('[data-move="-1"]').focus()
  await press('Enter')
  await app.getByText(shown('ru', 'editor.headline.changed')).waitFor()
  await app.locator('#field-langs').waitFor()
  for (const lang of ['en']) {
    const missing = app.locator(`button[data-lang="${lang}"]`)
    if (await missing.count() > 0) {
      await missing.focus()
      await press('Enter')
      await field(app, `questions.0.text.${lang}`).focus()
      await press('Control+A')
      await page.keyboard.insertText('How many stars?')
    }
  }
  await publishButton(app).focus()
  await press('Enter')
  await app.getByText(say('survey.published').replace('{version}', '2')).waitFor()
  expect(surveysIn(scene.portal)[0]?.published?.content.questions.map(({ type }: Question) => type)).toEqual(['stars', 'nps'])
})

test('a question is dragged to the top; the preview follows', async () => {
  const scene = await stage.open({ installed: true })
  const { app, page } = await openSurvey(scene, 'После сделки')
  await app.getByRole('button', { name: say('editor.question.add'), exact: true }).click()
  await app.locator('button[data-type="yesno"]').click()
  await field(app, 'questions.1.text.ru').fill('Всё получилось?')
  await unfold(app, 0)
  for (const place of [0, 1]) await app.locator('[data-fold]').nth(place).click()
  const handles = app.locator('[data-question] .drag-handle')
  const [to, from] = [await handles.nth(0).boundingBox(), await handles.nth(1).boundingBox()]
  if (!to || !from) throw new Error('nothing to drag')
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2 + 8, { steps: 8 })
  await page.mouse.move(to.x + to.width / 2, to.y - 6, { steps: 8 })
  await page.mouse.up()
  await expect.poll(() => app.locator('[data-question] h4').first().innerText()).toContain('Всё получилось?')
  await app.frameLocator(`iframe[title="${say('survey.preview.title')}"]`).getByRole('heading', { name: 'Всё получилось?' }).waitFor()
})

test('a big picture becomes a small logo, travels with the version, and stands on the answer page', async () => {
  const scene = await stage.open({ installed: true })
  const { app, page } = await openSurvey(scene, 'После сделки')
  const picture = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 900, height: 300 })
    const pen = canvas.getContext('2d')
    if (!pen) throw new Error('no canvas')
    for (let x = 0; x < 900; x += 10) {
      pen.fillStyle = `hsl(${x / 2.5} 80% 50%)`
      pen.fillRect(x, 0, 10, 300)
    }
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  })
  const logo = app.locator('input[type=file]')
  await logo.setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') })
  await app.getByText(say('editor.logo.unreadable')).waitFor()
  await logo.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') })
  await app.getByRole('button', { name: say('editor.logo.remove') }).waitFor()
  await publishButton(app).click()
  await app.getByText(say('survey.published').replace('{version}', '2')).waitFor()
  const kept = surveysIn(scene.portal)[0]?.published?.content.logo ?? ''
  expect(kept).toMatch(/^data:image\/(png|webp|jpeg);base64,/)
  expect(kept.length).toBeLessThanOrEqual(8192)
})

test('what was not saved is there again after the frame was loaded anew', async () => {
  const scene = await stage.open({ installed: true })
  const { app, page } = await openSurvey(scene, 'После сделки')
  await unfold(app, 0)
  await field(app, 'questions.0.text.ru').fill('Не сохранено?')
  await app.getByText(say('survey.state.unsaved')).first().waitFor()
  page.on('dialog', dialog => { void dialog.accept() })
  await page.goto(`${scene.portalUrl}/marketplace/app/`)
  await app.getByRole('navigation').getByRole('link', { name: say('settings.nav.surveys') }).click()
  await app.getByRole('link', { name: 'После сделки', exact: true }).click()
  await app.getByText(say('editor.kept.what')).waitFor()
  await unfold(app, 0)
  await expect.poll(() => field(app, 'questions.0.text.ru').inputValue()).toBe('Не сохранено?')
  await app.getByRole('button', { name: say('editor.kept.discard') }).click()
  await expect.poll(() => field(app, 'questions.0.text.ru').inputValue()).not.toBe('Не сохранено?')
})

test('who is no administrator reads every survey and changes none', async () => {
  const scene = await stage.open({ installed: true })
  const { app } = await openSurvey(scene, 'После сделки', 2)
  await app.getByText(say('survey.readOnly')).waitFor()
  expect(await publishButton(app).count()).toBe(0)
  expect(await field(app, 'name').isDisabled()).toBe(true)
  expect(await app.locator('input:enabled:not([type=radio]):not([type=search]), textarea:enabled').evaluateAll(fields => fields.map(({ id }) => id).filter(id => id.startsWith('field-')))).toEqual([])
})
