import type { Template } from '@/survey/model/template'

/** Any matter that a client had to settle with us. Seven points, high means easy: the scale of the Customer Effort Score 2.0. */
export const effort: Template = {
  id: 'effort',
  name: { en: 'Effort (CES)', ru: 'Лёгкость решения (CES)', kz: 'Мәселе шешу оңайлығы (CES)', id: 'Kemudahan (CES)', la: 'Facilidad (CES)' },
  description: {
    en: 'How easy it was for the client to settle a matter with you, and what took the most effort.',
    ru: 'Насколько легко клиенту было решить свой вопрос и что далось труднее всего.',
    kz: 'Клиентке мәселесін шешу қаншалықты оңай болды және не ең қиын болды.',
    id: 'Seberapa mudah klien menyelesaikan urusannya dan apa yang paling merepotkan.',
    la: 'Qué tan fácil le fue al cliente resolver su asunto y qué le costó más.'
  },
  questions: [
    {
      id: 'ease',
      type: 'ces',
      points: 7,
      easyIs: 'high',
      required: true,
      text: {
        en: 'How easy was it to get what you needed from us?',
        ru: 'Насколько легко вам было решить свой вопрос с нами?',
        kz: 'Мәселеңізді бізбен шешу қаншалықты оңай болды?',
        id: 'Seberapa mudah Anda menyelesaikan urusan dengan kami?',
        la: '¿Qué tan fácil le fue resolver su asunto con nosotros?'
      },
      low: { en: 'Very difficult', ru: 'Очень трудно', kz: 'Өте қиын', id: 'Sangat sulit', la: 'Muy difícil' },
      high: { en: 'Very easy', ru: 'Очень легко', kz: 'Өте оңай', id: 'Sangat mudah', la: 'Muy fácil' }
    },
    {
      id: 'hardest',
      type: 'choice',
      required: false,
      text: {
        en: 'What took the most effort?',
        ru: 'Что далось труднее всего?',
        kz: 'Ең қиыны не болды?',
        id: 'Apa yang paling merepotkan?',
        la: '¿Qué le costó más?'
      },
      options: [
        { id: 'contact', text: { en: 'Finding whom to ask', ru: 'Найти, к кому обратиться', kz: 'Кімге жүгіну керегін табу', id: 'Mencari siapa yang harus dihubungi', la: 'Saber a quién dirigirse' } },
        { id: 'waiting', text: { en: 'Waiting for an answer', ru: 'Дождаться ответа', kz: 'Жауап күту', id: 'Menunggu jawaban', la: 'Esperar una respuesta' } },
        { id: 'repeating', text: { en: 'Explaining the same thing again', ru: 'Объяснять одно и то же несколько раз', kz: 'Бір нәрсені қайта-қайта түсіндіру', id: 'Menjelaskan hal yang sama berulang kali', la: 'Explicar lo mismo varias veces' } },
        { id: 'papers', text: { en: 'Documents and forms', ru: 'Оформить документы', kz: 'Құжаттарды рәсімдеу', id: 'Mengurus dokumen dan formulir', la: 'Los documentos y formularios' } },
        { id: 'none', text: { en: 'Nothing, it was easy', ru: 'Ничего, всё было легко', kz: 'Ештеңе, бәрі оңай болды', id: 'Tidak ada, semuanya mudah', la: 'Nada, todo fue fácil' } }
      ]
    }
  ],
  followUp: {
    asked: true,
    text: {
      high: {
        en: 'What made it easy?',
        ru: 'Благодаря чему было легко?',
        kz: 'Ісіңізді не жеңілдетті?',
        id: 'Apa yang membuatnya mudah?',
        la: '¿Qué lo hizo fácil?'
      },
      middle: {
        en: 'What could have been simpler?',
        ru: 'Что могло быть проще?',
        kz: 'Нені оңайлатуға болар еді?',
        id: 'Apa yang bisa dibuat lebih sederhana?',
        la: '¿Qué podría haber sido más sencillo?'
      },
      low: {
        en: 'Where did it get difficult? We want to make it simpler.',
        ru: 'В чём была трудность? Мы хотим, чтобы стало проще.',
        kz: 'Қай жерде қиындық туды? Біз оны жеңілдеткіміз келеді.',
        id: 'Di bagian mana terasa sulit? Kami ingin membuatnya lebih sederhana.',
        la: '¿En qué se complicó? Queremos hacerlo más sencillo.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! We will do our best to keep it that way.',
      ru: 'Спасибо! Постараемся, чтобы так было всегда.',
      kz: 'Рақмет! Әрдайым осылай болуына тырысамыз.',
      id: 'Terima kasih! Kami akan berusaha agar selalu semudah ini.',
      la: '¡Gracias! Haremos lo posible para que siempre sea así.'
    },
    middle: {
      en: 'Thank you! We will see what we can make simpler.',
      ru: 'Спасибо! Посмотрим, что можно упростить.',
      kz: 'Рақмет! Нені жеңілдетуге болатынын қарастырамыз.',
      id: 'Terima kasih! Kami akan melihat apa yang bisa disederhanakan.',
      la: '¡Gracias! Veremos qué podemos simplificar.'
    },
    low: {
      en: 'We are sorry it was difficult. We will find out why.',
      ru: 'Нам жаль, что было непросто. Мы выясним, почему так вышло.',
      kz: 'Қиын болғаны үшін кешірім сұраймыз. Себебін анықтаймыз.',
      id: 'Kami mohon maaf karena prosesnya sulit. Kami akan mencari tahu penyebabnya.',
      la: 'Lamentamos que haya sido difícil. Averiguaremos por qué.'
    }
  },
  mail: {
    subject: {
      en: 'Did we make it easy for you?',
      ru: 'Легко ли было решить ваш вопрос?',
      kz: 'Мәселеңізді шешу оңай болды ма?',
      id: 'Apakah urusan Anda selesai dengan mudah?',
      la: '¿Le fue fácil resolver su asunto?'
    },
    body: {
      en: 'Hello {client},\n\nYou recently got in touch with us. We want things to be simple for our clients. Please tell us how easy it was: it takes less than a minute.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nНедавно вы обращались к нам. Мы хотим, чтобы решать вопросы с нами было просто. Расскажите, пожалуйста, как это было у вас. Это займёт меньше минуты.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nЖуырда бізге жүгінген едіңіз. Мәселелеріңіз оңай шешілгенін қалаймыз. Бәрі қалай өткенін айтып беріңізші. Бір минут та кетпейді.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nBelum lama ini Anda menghubungi kami. Kami ingin setiap urusan dengan kami terasa mudah. Mohon beri tahu kami bagaimana pengalaman Anda. Hanya perlu kurang dari satu menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nHace poco se comunicó con nosotros. Queremos que todo le resulte sencillo. Cuéntenos qué tan fácil le fue. Toma menos de un minuto.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 7,
  notBeforeDays: 30
}
