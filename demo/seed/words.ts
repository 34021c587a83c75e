/** What the demo's customers wrote, by language and group. */
export const COMMENTS: Record<'ru' | 'en' | 'kk', Record<'high' | 'middle' | 'low', readonly string[]>> = {
  ru: {
    high: [
      'Всё сделали в срок, монтажники аккуратные. Спасибо!', 'Менеджер всегда на связи, отвечает по делу. Будем работать дальше.',
      'Нашли решение дешевле, чем мы просили. Приятно удивили.',
      'Документы пришли в тот же день, оплата и отгрузка без задержек.', 'Уже рекомендовали вас партнёрам в Караганде.',
      'Обучение прошло отлично, сотрудники разобрались за день.'
    ],
    middle: [
      'В целом хорошо, но доставку перенесли на два дня.', 'Качество устраивает, хотелось бы быстрее получать счета.',
      'Нормально. Инструкция на русском была бы кстати.',
      'Работу сделали, но пришлось самим напоминать о сроках.'
    ],
    low: [
      'Третий раз звоню насчёт гарантии, никто не перезванивает.', 'Привезли не ту комплектацию, замену ждали две недели.',
      'Сумма в счёте оказалась выше, чем в договоре.',
      'После ремонта оборудование снова остановилось через неделю.', 'Менеджер сменился, новому пришлось объяснять всё с начала.'
    ]
  },
  en: {
    high: ['Delivered on time and the crew cleaned up after themselves.', 'Quick answers, clear paperwork, no surprises.',
      'The new layout works well for our team, thank you.', 'Best calibration service we have had so far.'],
    middle: ['Good result, but the schedule slipped by a few days.', 'Fine overall. The invoice needed a correction.',
      'Works as agreed, though support could answer faster.'],
    low: ['We were charged twice and are still waiting for the refund.', 'Nobody told us the visit was moved.', 'The website went live with broken forms.']
  },
  kk: {
    high: ['Барлығы уақытында жасалды, рахмет!', 'Менеджер сұрақтарға тез жауап берді, өте ризамыз.', 'Жиһаз сапалы, жинау да тез болды.'],
    middle: ['Жалпы жақсы, бірақ жеткізу екі күнге кешікті.', 'Сапасы жақсы, құжаттар сәл кеш келді.'],
    low: ['Кепілдік бойынша әлі жауап ала алмадық.', 'Қате тауар әкелді, ауыстыруды ұзақ күттік.']
  }
}

/** How cases of unhappy customers ended. */
export const CAUSES = ['Срыв сроков', 'Качество работ', 'Ошибка в документах', 'Долгий ответ', 'Замена товара'] as const

/** What people also type, or try: markup, formulas, codes of the portal, letters that turn the line round, a text without an end. */
export const HOSTILE_COMMENTS: readonly string[] = [
  '<img src=x onerror="alert(1)"> не грузится картинка в письме',
  '=HYPERLINK("http://example.com","Нажмите здесь")',
  '[URL=http://example.com]выиграли приз[/URL] [USER=1]кто-то[/USER]',
  '$result[answers][0][ID] and $total[x]; {{=Document:ID}} %token%',
  'Цена \u202Eгорода\u202C завышена, «смета»; "итог"\tне сходится',
  '  +7 700 555 10 10 — перезвоните',
  `Очень долго. ${'Ждали и ждали, а ответа всё не было. '.repeat(120)}`,
  '😡😡😡\n\n\nПервый звонок — тишина.\nВторой — тоже.',
  'null', '@SUM(1+1)*cmd|\' /C calc\'!A0'
]

/** Topics that somebody has put on comments. */
export const TOPICS = ['Сроки', 'Качество', 'Документы', 'Общение', 'Цена', 'Гарантия'] as const
