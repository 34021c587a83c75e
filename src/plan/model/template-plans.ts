import type { Group, Lang } from '@/survey/model/survey'
import { templateLang, type TemplateId, type TemplateLang, type TemplateText } from '@/survey/model/template'
import { afterDealTasks } from '@/survey/model/templates/after-deal'
import { standardPlan, type Plan, type Rule } from './plan'

/** One rule of a template: for these groups a task; the supervisor hears of the low group at once. */
interface TemplateTask {
  id: 'critics' | 'undecided' | 'promoters' | 'others'
  groups: Group[]
  deadlineHours: number
  /** `{client}`, `{score}`: filled when the task is given, see `fillText` */
  title: TemplateText
  checklist: TemplateText[]
}

const READ = { en: 'Read the answer', ru: 'Прочитать ответ', kz: 'Жауапты оқу', id: 'Baca jawabannya', la: 'Leer la respuesta' }
const CALL = { en: 'Call the client', ru: 'Позвонить клиенту', kz: 'Клиентке қоңырау шалу', id: 'Telepon klien', la: 'Llamar al cliente' }
const ASK = {
  en: 'Write to the client or call',
  ru: 'Написать или позвонить клиенту',
  kz: 'Клиентке жазу немесе қоңырау шалу',
  id: 'Kirim pesan kepada klien atau telepon',
  la: 'Escribir o llamar al cliente'
}
const AGREE = {
  en: 'Agree what we do and by when',
  ru: 'Договориться, что и к какому сроку делаем',
  kz: 'Не істейтінімізді және мерзімін келісу',
  id: 'Sepakati langkah dan tenggatnya',
  la: 'Acordar qué haremos y para cuándo'
}
const SOLVE = {
  en: 'Solve what is still open',
  ru: 'Решить то, что осталось нерешённым',
  kz: 'Шешілмей қалған мәселені шешу',
  id: 'Selesaikan yang masih tersisa',
  la: 'Resolver lo que quedó pendiente'
}
const PREPARE = {
  en: 'Prepare an offer by what would bring the client back',
  ru: 'Подготовить предложение: что поможет клиенту вернуться',
  kz: 'Клиентке қайта оралуға түрткі болатын ұсыныс дайындау',
  id: 'Siapkan tawaran yang membuat klien mau kembali',
  la: 'Preparar una oferta según lo que haría volver al cliente'
}
const OUTCOME = {
  en: 'Write the outcome into the answer',
  ru: 'Записать итог в карточку ответа',
  kz: 'Нәтижесін жауап карточкасына жазу',
  id: 'Catat hasilnya di kartu jawaban',
  la: 'Anotar el resultado en la ficha de la respuesta'
}

/**
 * After a visit, a delivery or a request to support most answers are good and many: there only a word of dissatisfaction makes work.
 * A complaint and a whole quarter are few and weighty: there every answer does. So it is with a client to win back: the mail has promised an offer.
 */
const TASKS: Record<Exclude<TemplateId, 'afterdeal'>, TemplateTask[]> = {
  support: [
    {
      id: 'critics',
      groups: ['low'],
      deadlineHours: 8,
      title: {
        en: 'Go back to the case of {client}: {score}',
        ru: 'Вернуться к обращению: {client}, оценка {score}',
        kz: 'Өтінішке қайта оралу: {client}, берген бағасы {score}',
        id: 'Tinjau kembali permintaan {client}: nilai {score}',
        la: 'Retomar el caso de {client}: calificación {score}'
      },
      checklist: [
        READ,
        { en: 'Look through the case', ru: 'Посмотреть историю обращения', kz: 'Өтініш тарихын қарап шығу', id: 'Periksa riwayat permintaan', la: 'Revisar el historial del caso' },
        CALL, SOLVE, OUTCOME
      ]
    },
    {
      id: 'undecided',
      groups: ['middle'],
      deadlineHours: 48,
      title: {
        en: 'Ask {client} what was missing: {score}',
        ru: 'Узнать, чего не хватило: {client}, оценка {score}',
        kz: 'Не жетіспегенін білу: {client}, берген бағасы {score}',
        id: 'Tanyakan kepada {client} apa yang kurang: nilai {score}',
        la: 'Preguntar a {client} qué faltó: calificación {score}'
      },
      checklist: [READ, ASK, OUTCOME]
    }
  ],
  complaint: [
    {
      id: 'critics',
      groups: ['low'],
      deadlineHours: 8,
      title: {
        en: 'Call {client} about the complaint: {score}',
        ru: 'Позвонить по претензии: {client}, оценка {score}',
        kz: 'Шағым бойынша қоңырау шалу: {client}, берген бағасы {score}',
        id: 'Telepon {client} tentang keluhannya: nilai {score}',
        la: 'Llamar a {client} por su reclamo: calificación {score}'
      },
      checklist: [
        READ,
        {
          en: 'Look through the complaint and our decision',
          ru: 'Перечитать претензию и наше решение',
          kz: 'Шағымды және шешімімізді қайта оқып шығу',
          id: 'Baca kembali keluhan dan penyelesaiannya',
          la: 'Repasar el reclamo y nuestra solución'
        },
        CALL,
        {
          en: 'Explain the decision or offer another one',
          ru: 'Объяснить решение или предложить другое',
          kz: 'Шешімді түсіндіру немесе басқасын ұсыну',
          id: 'Jelaskan penyelesaiannya atau tawarkan yang lain',
          la: 'Explicar la solución u ofrecer otra'
        },
        OUTCOME
      ]
    },
    {
      id: 'others',
      groups: ['middle', 'high'],
      deadlineHours: 48,
      title: {
        en: 'Read what {client} said about the complaint: {score}',
        ru: 'Прочитать ответ по претензии: {client}, оценка {score}',
        kz: 'Шағым бойынша жауапты оқу: {client}, берген бағасы {score}',
        id: 'Baca jawaban {client} tentang keluhannya: nilai {score}',
        la: 'Leer la respuesta de {client} sobre su reclamo: calificación {score}'
      },
      checklist: [
        READ,
        {
          en: 'If questions remain, carry on with the complaint',
          ru: 'Если остались вопросы, продолжить работу по претензии',
          kz: 'Сұрақтар қалса, шағым бойынша жұмысты жалғастыру',
          id: 'Jika masih ada pertanyaan, lanjutkan penanganan keluhan',
          la: 'Si quedan dudas, seguir con el reclamo'
        },
        {
          en: 'If all is settled, close the answer',
          ru: 'Если всё решено, закрыть ответ',
          kz: 'Бәрі шешілсе, жауапты жабу',
          id: 'Jika semua sudah selesai, tutup jawaban',
          la: 'Si todo está resuelto, cerrar la respuesta'
        }
      ]
    }
  ],
  onboarding: [
    {
      id: 'critics',
      groups: ['low'],
      deadlineHours: 24,
      title: {
        en: 'Help {client} get going: {score}',
        ru: 'Помочь с началом работы: {client}, оценка {score}',
        kz: 'Жұмысты бастауға көмектесу: {client}, берген бағасы {score}',
        id: 'Bantu {client} memulai: nilai {score}',
        la: 'Ayudar a {client} a empezar: calificación {score}'
      },
      checklist: [
        READ, CALL,
        {
          en: 'Agree on training or other help',
          ru: 'Договориться об обучении или другой помощи',
          kz: 'Оқыту немесе басқа көмек туралы келісу',
          id: 'Sepakati pelatihan atau bantuan lain',
          la: 'Acordar una capacitación u otra ayuda'
        },
        {
          en: 'Ask again in a week whether all is well',
          ru: 'Через неделю узнать, всё ли получается',
          kz: 'Бір аптадан кейін бәрі дұрыс па екенін сұрау',
          id: 'Tanyakan lagi seminggu kemudian apakah semuanya lancar',
          la: 'Preguntar en una semana si todo va bien'
        },
        OUTCOME
      ]
    },
    {
      id: 'undecided',
      groups: ['middle'],
      deadlineHours: 72,
      title: {
        en: 'Find out what {client} still needs: {score}',
        ru: 'Узнать, что ещё нужно: {client}, оценка {score}',
        kz: 'Тағы не керегін білу: {client}, берген бағасы {score}',
        id: 'Cari tahu apa yang masih diperlukan {client}: nilai {score}',
        la: 'Averiguar qué más necesita {client}: calificación {score}'
      },
      checklist: [READ, ASK, OUTCOME]
    }
  ],
  relationship: [
    {
      id: 'critics',
      groups: ['low'],
      deadlineHours: 24,
      title: {
        en: 'Call {client}: {score}',
        ru: 'Позвонить: {client}, оценка {score}',
        kz: 'Қоңырау шалу: {client}, берген бағасы {score}',
        id: 'Telepon {client}: nilai {score}',
        la: 'Llamar a {client}: calificación {score}'
      },
      checklist: [
        READ,
        {
          en: 'Look back at the last quarter',
          ru: 'Вспомнить, что было за последний квартал',
          kz: 'Соңғы тоқсанда не болғанын қарап шығу',
          id: 'Tinjau apa yang terjadi selama triwulan terakhir',
          la: 'Repasar lo ocurrido en el último trimestre'
        },
        CALL, AGREE, OUTCOME
      ]
    },
    {
      id: 'undecided',
      groups: ['middle'],
      deadlineHours: 72,
      title: {
        en: 'Talk with {client} about what to improve: {score}',
        ru: 'Обсудить, что улучшить: {client}, оценка {score}',
        kz: 'Нені жақсарту керегін талқылау: {client}, берген бағасы {score}',
        id: 'Bahas perbaikan dengan {client}: nilai {score}',
        la: 'Hablar con {client} sobre qué mejorar: calificación {score}'
      },
      checklist: [READ, ASK, AGREE, OUTCOME]
    },
    {
      id: 'promoters',
      groups: ['high'],
      deadlineHours: 120,
      title: {
        en: 'Thank {client} and ask for a recommendation: {score}',
        ru: 'Поблагодарить и попросить о рекомендации: {client}, оценка {score}',
        kz: 'Алғыс айтып, басқаларға ұсынуын сұрау: {client}, берген бағасы {score}',
        id: 'Ucapkan terima kasih kepada {client} dan minta rekomendasi: nilai {score}',
        la: 'Agradecer a {client} y pedirle una recomendación: calificación {score}'
      },
      checklist: [
        READ,
        { en: 'Thank the client', ru: 'Поблагодарить клиента', kz: 'Клиентке алғыс айту', id: 'Ucapkan terima kasih kepada klien', la: 'Agradecer al cliente' },
        {
          en: 'Ask for a review or a recommendation',
          ru: 'Попросить об отзыве или рекомендации',
          kz: 'Пікір жазуын немесе басқаларға ұсынуын сұрау',
          id: 'Minta ulasan atau rekomendasi',
          la: 'Pedir una reseña o una recomendación'
        },
        {
          en: 'Offer help with the plans that the client named',
          ru: 'Предложить помощь с планами, о которых рассказал клиент',
          kz: 'Клиент айтқан жоспарлар бойынша көмек ұсыну',
          id: 'Tawarkan bantuan untuk rencana yang disebutkan klien',
          la: 'Ofrecer ayuda con los planes que mencionó el cliente'
        }
      ]
    }
  ],
  visit: [{
    id: 'critics',
    groups: ['low'],
    deadlineHours: 24,
    title: {
      en: 'Call {client} about the visit: {score}',
      ru: 'Позвонить по поводу визита: {client}, оценка {score}',
      kz: 'Бізге келуі жайлы қоңырау шалу: {client}, берген бағасы {score}',
      id: 'Telepon {client} tentang kunjungannya: nilai {score}',
      la: 'Llamar a {client} por su visita: calificación {score}'
    },
    checklist: [
      READ, CALL,
      {
        en: 'Apologise and offer to put it right',
        ru: 'Извиниться и предложить решение',
        kz: 'Кешірім сұрап, шешім ұсыну',
        id: 'Minta maaf dan tawarkan solusi',
        la: 'Disculparse y ofrecer una solución'
      },
      {
        en: 'Talk it over with those who were there',
        ru: 'Обсудить с теми, кто обслуживал клиента',
        kz: 'Клиентке қызмет көрсеткендермен талқылау',
        id: 'Bicarakan dengan staf yang melayani klien',
        la: 'Hablarlo con quienes atendieron al cliente'
      },
      OUTCOME
    ]
  }],
  effort: [{
    id: 'critics',
    groups: ['low'],
    deadlineHours: 24,
    title: {
      en: 'Find out what was difficult for {client}: {score}',
      ru: 'Выяснить, что было трудно: {client}, оценка {score}',
      kz: 'Не қиын болғанын анықтау: {client}, берген бағасы {score}',
      id: 'Cari tahu apa yang menyulitkan {client}: nilai {score}',
      la: 'Averiguar qué le resultó difícil a {client}: calificación {score}'
    },
    checklist: [
      READ, CALL, SOLVE,
      {
        en: 'Note which step should be simpler',
        ru: 'Записать, какой шаг нужно упростить',
        kz: 'Қай қадамды жеңілдету керегін жазып қою',
        id: 'Catat langkah mana yang perlu disederhanakan',
        la: 'Anotar qué paso hay que simplificar'
      },
      OUTCOME
    ]
  }],
  delivery: [{
    id: 'critics',
    groups: ['low'],
    deadlineHours: 8,
    title: {
      en: 'Sort out the delivery to {client}: {score}',
      ru: 'Разобраться с доставкой: {client}, оценка {score}',
      kz: 'Жеткізу мәселесін шешу: {client}, берген бағасы {score}',
      id: 'Tangani pengiriman untuk {client}: nilai {score}',
      la: 'Resolver la entrega a {client}: calificación {score}'
    },
    checklist: [
      READ,
      {
        en: 'Find out from the delivery service what happened',
        ru: 'Выяснить у службы доставки, что случилось',
        kz: 'Жеткізу қызметінен не болғанын білу',
        id: 'Tanyakan kepada tim pengiriman apa yang terjadi',
        la: 'Averiguar con el servicio de entregas qué pasó'
      },
      CALL,
      {
        en: 'Replace, complete or refund',
        ru: 'Заменить, довезти недостающее или вернуть деньги',
        kz: 'Ауыстыру, жетпегенін жеткізу немесе ақшасын қайтару',
        id: 'Ganti, lengkapi, atau kembalikan uangnya',
        la: 'Cambiar, completar o devolver el dinero'
      },
      OUTCOME
    ]
  }],
  winback: [
    {
      id: 'critics',
      groups: ['low'],
      deadlineHours: 24,
      title: {
        en: 'Call {client} with an apology and an offer: {score}',
        ru: 'Позвонить с извинением и предложением: {client}, оценка {score}',
        kz: 'Кешірім сұрап, ұсыныспен қоңырау шалу: {client}, берген бағасы {score}',
        id: 'Telepon {client} untuk meminta maaf dan memberi tawaran: nilai {score}',
        la: 'Llamar a {client} con una disculpa y una oferta: calificación {score}'
      },
      checklist: [
        READ,
        {
          en: 'Find out why the client left',
          ru: 'Выяснить, почему клиент ушёл',
          kz: 'Клиенттің неге кеткенін анықтау',
          id: 'Cari tahu mengapa klien pergi',
          la: 'Averiguar por qué se fue el cliente'
        },
        PREPARE, CALL, OUTCOME
      ]
    },
    {
      id: 'others',
      groups: ['middle', 'high'],
      deadlineHours: 24,
      title: {
        en: 'Make {client} an offer: {score}',
        ru: 'Сделать предложение: {client}, оценка {score}',
        kz: 'Ұсыныс жасау: {client}, берген бағасы {score}',
        id: 'Beri {client} tawaran: nilai {score}',
        la: 'Hacerle una oferta a {client}: calificación {score}'
      },
      checklist: [READ, PREPARE, ASK, OUTCOME]
    }
  ]
}

/** A complaint, a request to support and a client to win back belong to whoever looks after the client, whoever else may have sent the question. */
const RESPONSIBLE_FIRST: ReadonlySet<TemplateId> = new Set(['support', 'complaint', 'winback'])

/**
 * The plan that belongs to a template: everybody gets a comment in the deal and a notice to the owner, then the tasks.
 * @param lang of the employees, English where templates have no texts in it
 */
export function planFromTemplate(id: TemplateId, lang: Lang): Plan {
  const own = templateLang(lang)
  if (id === 'afterdeal') return standardPlan(afterDealTasks[own])
  return {
    v: 1,
    ...(RESPONSIBLE_FIRST.has(id) ? { owner: 'responsible' } : {}),
    fallbackOwner: null,
    rules: [
      { id: 'always', when: {}, effects: [{ kind: 'comment' }, { kind: 'notify', whom: ['owner'] }] },
      ...TASKS[id].map(task => ruleOf(task, own))
    ]
  }
}

function ruleOf({ id, groups, deadlineHours, title, checklist }: TemplateTask, lang: TemplateLang): Rule {
  return {
    id,
    when: { groups: [...groups] },
    effects: [
      ...(groups.includes('low') ? [{ kind: 'notify' as const, whom: ['supervisor' as const] }] : []),
      { kind: 'task', title: title[lang], checklist: checklist.map(item => item[lang]), deadlineHours }
    ]
  }
}
