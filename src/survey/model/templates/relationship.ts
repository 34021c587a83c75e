import type { Template } from '@/survey/model/template'

/**
 * Once a quarter, whatever was or was not bought. Ten days less than a quarter between two questions, so that no round is refused
 * because the last one started late.
 */
export const relationship: Template = {
  id: 'relationship',
  name: { en: 'Quarterly NPS', ru: 'NPS раз в квартал', kz: 'Тоқсандық NPS', id: 'NPS triwulanan', la: 'NPS trimestral' },
  description: {
    en: 'Once a quarter, whatever the deals: loyalty, what to work on, the client’s plans.',
    ru: 'Раз в квартал, независимо от сделок: лояльность, что улучшить, планы клиента.',
    kz: 'Тоқсанына бір рет, мәмілелерге қарамастан: клиенттің адалдығы, нені жақсарту керегі, жоспарлары.',
    id: 'Setiap triwulan, terlepas dari transaksi: loyalitas, hal yang perlu diperbaiki, rencana klien.',
    la: 'Cada trimestre, al margen de las negociaciones: lealtad, qué mejorar y planes del cliente.'
  },
  questions: [
    {
      id: 'nps',
      type: 'nps',
      required: true,
      text: {
        en: 'Thinking of the last three months, how likely are you to recommend us to a friend or colleague?',
        ru: 'Если вспомнить последние три месяца, насколько вероятно, что вы порекомендуете нас друзьям или коллегам?',
        kz: 'Соңғы үш айды ескерсек, бізді достарыңызға немесе әріптестеріңізге ұсыну ықтималдығын қалай бағалайсыз?',
        id: 'Berdasarkan pengalaman Anda tiga bulan terakhir, seberapa besar kemungkinan Anda merekomendasikan kami kepada teman atau rekan kerja?',
        la: 'Pensando en los últimos tres meses, ¿qué tan probable es que nos recomiende a un amigo o colega?'
      },
      low: { en: 'Not at all likely', ru: 'Точно не порекомендую', kz: 'Мүлде ұсынбаймын', id: 'Sangat tidak mungkin', la: 'Nada probable' },
      high: { en: 'Extremely likely', ru: 'Обязательно порекомендую', kz: 'Міндетті түрде ұсынамын', id: 'Sangat mungkin', la: 'Muy probable' }
    },
    {
      id: 'first',
      type: 'choices',
      required: false,
      text: {
        en: 'What should we work on first?',
        ru: 'Что нам стоит улучшить в первую очередь?',
        kz: 'Ең алдымен нені жақсартуымыз керек?',
        id: 'Apa yang sebaiknya kami perbaiki terlebih dahulu?',
        la: '¿Qué deberíamos mejorar primero?'
      },
      options: [
        { id: 'quality', text: { en: 'Quality', ru: 'Качество', kz: 'Сапаны', id: 'Kualitas', la: 'La calidad' } },
        { id: 'speed', text: { en: 'Speed', ru: 'Скорость', kz: 'Жылдамдықты', id: 'Kecepatan', la: 'La rapidez' } },
        { id: 'contact', text: { en: 'Communication', ru: 'Общение', kz: 'Қарым-қатынасты', id: 'Komunikasi', la: 'La comunicación' } },
        { id: 'price', text: { en: 'Prices', ru: 'Цены', kz: 'Бағаны', id: 'Harga', la: 'Los precios' } },
        { id: 'range', text: { en: 'Choice of products and services', ru: 'Выбор товаров и услуг', kz: 'Тауарлар мен қызметтер таңдауын', id: 'Pilihan produk dan layanan', la: 'La variedad de productos y servicios' } },
        { id: 'none', text: { en: 'Nothing, all is well', ru: 'Ничего, всё хорошо', kz: 'Ештеңені, бәрі жақсы', id: 'Tidak ada, semuanya sudah baik', la: 'Nada, todo está bien' } }
      ]
    },
    {
      id: 'plans',
      type: 'long',
      required: false,
      text: {
        en: 'What are your plans for the next quarter, and how can we help?',
        ru: 'Какие у вас планы на следующий квартал и чем мы можем помочь?',
        kz: 'Келесі тоқсанға қандай жоспарларыңыз бар және біз қалай көмектесе аламыз?',
        id: 'Apa rencana Anda untuk triwulan berikutnya, dan apa yang bisa kami bantu?',
        la: '¿Qué planes tiene para el próximo trimestre y cómo podemos ayudarle?'
      }
    }
  ],
  followUp: {
    asked: true,
    text: {
      high: {
        en: 'What do you value most in working with us?',
        ru: 'Что вы больше всего цените в работе с нами?',
        kz: 'Бізбен жұмыс істегенде нені ең жоғары бағалайсыз?',
        id: 'Apa yang paling Anda hargai dari kerja sama dengan kami?',
        la: '¿Qué es lo que más valora de trabajar con nosotros?'
      },
      middle: {
        en: 'What should we change so that you would gladly recommend us?',
        ru: 'Что нам изменить, чтобы вы с удовольствием нас рекомендовали?',
        kz: 'Бізді қуана ұсынуыңыз үшін нені өзгертуіміз керек?',
        id: 'Apa yang perlu kami ubah agar Anda dengan senang hati merekomendasikan kami?',
        la: '¿Qué deberíamos cambiar para que nos recomiende con gusto?'
      },
      low: {
        en: 'What has disappointed you? We want to put it right.',
        ru: 'Что вас разочаровало? Мы хотим это исправить.',
        kz: 'Көңіліңізді не қалдырды? Біз мұны түзеткіміз келеді.',
        id: 'Apa yang mengecewakan Anda? Kami ingin memperbaikinya.',
        la: '¿Qué le decepcionó? Queremos corregirlo.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! It is a pleasure to work with you.',
      ru: 'Спасибо! Нам приятно работать с вами.',
      kz: 'Рақмет! Сізбен жұмыс істегенімізге қуаныштымыз.',
      id: 'Terima kasih! Kami senang bekerja sama dengan Anda.',
      la: '¡Gracias! Es un gusto trabajar con usted.'
    },
    middle: {
      en: 'Thank you! Your answer shows us what to improve next quarter.',
      ru: 'Спасибо! Теперь мы знаем, что улучшить в следующем квартале.',
      kz: 'Рақмет! Енді келесі тоқсанда нені жақсарту керегін білеміз.',
      id: 'Terima kasih! Kini kami tahu apa yang perlu diperbaiki pada triwulan berikutnya.',
      la: '¡Gracias! Ahora sabemos qué mejorar el próximo trimestre.'
    },
    low: {
      en: 'Thank you for being frank. We will take this up.',
      ru: 'Спасибо за откровенность. Мы этим займёмся.',
      kz: 'Ашық айтқаныңыз үшін рақмет. Біз мұны қолға аламыз.',
      id: 'Terima kasih atas keterusterangan Anda. Kami akan menindaklanjutinya.',
      la: 'Gracias por su franqueza. Nos ocuparemos de esto.'
    }
  },
  mail: {
    subject: {
      en: 'How are we doing?',
      ru: 'Как вам работается с нами?',
      kz: 'Бізбен жұмыс істеу Сізге ұнай ма?',
      id: 'Bagaimana kerja sama kita sejauh ini?',
      la: '¿Cómo le va con nosotros?'
    },
    body: {
      en: 'Hello {client},\n\nOnce a quarter we ask our clients what they think of working with us. Your answer helps us to do better. A few short questions, two minutes at most.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nРаз в квартал мы спрашиваем клиентов, как им работается с нами. Ваш ответ поможет нам стать лучше. Несколько коротких вопросов, не больше двух минут.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nТоқсанына бір рет клиенттерімізден бізбен жұмыс істеу туралы пікірін сұраймыз. Жауабыңыз жақсара түсуімізге көмектеседі. Бірнеше қысқа сұрақ, екі минуттан аспайды.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nSetiap triwulan kami menanyakan pendapat klien tentang kerja sama dengan kami. Jawaban Anda membantu kami menjadi lebih baik. Hanya beberapa pertanyaan singkat, paling lama dua menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nCada trimestre preguntamos a nuestros clientes qué opinan de trabajar con nosotros. Su respuesta nos ayuda a mejorar. Son unas preguntas cortas y toman dos minutos como máximo.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 21,
  notBeforeDays: 80
}
