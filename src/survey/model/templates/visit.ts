import type { Template } from '@/survey/model/template'

/** Somebody came to a shop, an office, a salon, a clinic. The impression fades within days. */
export const visit: Template = {
  id: 'visit',
  name: { en: 'Visit', ru: 'Визит', kz: 'Клиенттің келуі', id: 'Kunjungan', la: 'Visita' },
  description: {
    en: 'After a visit to a shop, an office, a salon or a clinic: the impression, and what shaped it.',
    ru: 'После визита в магазин, офис, салон или клинику: впечатление и что на него повлияло.',
    kz: 'Дүкенге, кеңсеге, салонға немесе клиникаға келгеннен кейін: клиент қандай әсер алды және оған не ықпал етті.',
    id: 'Setelah kunjungan ke toko, kantor, salon, atau klinik: kesan klien dan apa yang memengaruhinya.',
    la: 'Después de visitar una tienda, oficina, salón o clínica: la impresión y qué influyó en ella.'
  },
  questions: [
    {
      id: 'visit',
      type: 'csat',
      required: true,
      text: {
        en: 'How would you rate your visit?',
        ru: 'Как вы оцениваете свой визит к нам?',
        kz: 'Бізге келгеніңізден алған әсеріңізді қалай бағалайсыз?',
        id: 'Bagaimana penilaian Anda terhadap kunjungan ini?',
        la: '¿Cómo califica su visita?'
      },
      low: { en: 'Very poor', ru: 'Очень плохо', kz: 'Өте нашар', id: 'Sangat buruk', la: 'Muy mala' },
      high: { en: 'Excellent', ru: 'Отлично', kz: 'Өте жақсы', id: 'Sangat baik', la: 'Excelente' }
    },
    {
      id: 'why',
      type: 'choices',
      required: false,
      text: {
        en: 'What shaped your rating most?',
        ru: 'Что больше всего повлияло на вашу оценку?',
        kz: 'Бағаңызға не көбірек әсер етті?',
        id: 'Apa yang paling memengaruhi penilaian Anda?',
        la: '¿Qué influyó más en su calificación?'
      },
      options: [
        { id: 'staff', text: { en: 'The staff', ru: 'Сотрудники', kz: 'Қызметкерлер', id: 'Staf', la: 'El personal' } },
        { id: 'waiting', text: { en: 'Waiting time', ru: 'Время ожидания', kz: 'Күту уақыты', id: 'Waktu tunggu', la: 'El tiempo de espera' } },
        { id: 'place', text: { en: 'Comfort and cleanliness', ru: 'Уют и чистота', kz: 'Жайлылық пен тазалық', id: 'Kenyamanan dan kebersihan', la: 'La comodidad y la limpieza' } },
        { id: 'range', text: { en: 'Choice', ru: 'Выбор', kz: 'Таңдау', id: 'Banyaknya pilihan', la: 'La variedad' } },
        { id: 'price', text: { en: 'Prices', ru: 'Цены', kz: 'Баға', id: 'Harga', la: 'Los precios' } }
      ]
    },
    {
      id: 'again',
      type: 'yesno',
      required: false,
      text: {
        en: 'Would you come again?',
        ru: 'Придёте к нам ещё?',
        kz: 'Бізге тағы келесіз бе?',
        id: 'Apakah Anda akan berkunjung lagi?',
        la: '¿Volvería a visitarnos?'
      }
    }
  ],
  followUp: {
    asked: true,
    text: {
      high: {
        en: 'What did you like most?',
        ru: 'Что понравилось больше всего?',
        kz: 'Сізге не көбірек ұнады?',
        id: 'Apa yang paling Anda sukai?',
        la: '¿Qué fue lo que más le gustó?'
      },
      middle: {
        en: 'What would have made it a five?',
        ru: 'Чего не хватило до пятёрки?',
        kz: 'Бес балл қою үшін не жетіспеді?',
        id: 'Apa yang kurang agar kami mendapat nilai lima?',
        la: '¿Qué nos faltó para llegar al cinco?'
      },
      low: {
        en: 'What went wrong? We want to put it right.',
        ru: 'Что испортило впечатление? Мы хотим это исправить.',
        kz: 'Көңіліңізден не шықпады? Біз мұны түзеткіміз келеді.',
        id: 'Apa yang kurang menyenangkan? Kami ingin memperbaikinya.',
        la: '¿Qué no le gustó? Queremos corregirlo.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! We look forward to seeing you again.',
      ru: 'Спасибо! Ждём вас снова.',
      kz: 'Рақмет! Сізді тағы күтеміз.',
      id: 'Terima kasih! Kami menantikan kunjungan Anda berikutnya.',
      la: '¡Gracias! Esperamos su próxima visita.'
    },
    middle: {
      en: 'Thank you! We will try to do better next time.',
      ru: 'Спасибо! Постараемся, чтобы в следующий раз было лучше.',
      kz: 'Рақмет! Келесі жолы бұдан да жақсы болуына тырысамыз.',
      id: 'Terima kasih! Kami akan berusaha agar kunjungan berikutnya lebih baik.',
      la: '¡Gracias! Haremos lo posible para que la próxima visita sea mejor.'
    },
    low: {
      en: 'We are sorry. Thank you for telling us, we will look into it.',
      ru: 'Нам жаль, что так вышло. Спасибо, что рассказали: мы разберёмся.',
      kz: 'Осылай болғаны үшін кешірім сұраймыз. Айтқаныңызға рақмет, мән-жайын анықтаймыз.',
      id: 'Kami mohon maaf. Terima kasih sudah memberi tahu kami, kami akan menindaklanjutinya.',
      la: 'Lo sentimos. Gracias por contárnoslo, vamos a revisarlo.'
    }
  },
  mail: {
    subject: {
      en: 'How was your visit?',
      ru: 'Как прошёл ваш визит?',
      kz: 'Бізге келгеніңізден қандай әсер алдыңыз?',
      id: 'Bagaimana kunjungan Anda?',
      la: '¿Qué tal estuvo su visita?'
    },
    body: {
      en: 'Hello {client},\n\nThank you for visiting us. Please tell us how it was. A few short questions, less than a minute.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nСпасибо, что пришли к нам. Расскажите, пожалуйста, как всё прошло. Несколько коротких вопросов, меньше минуты.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nБізге келгеніңіз үшін рақмет. Бәрі қалай өткенін айтып беріңізші. Бірнеше қысқа сұрақ, бір минут та кетпейді.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nTerima kasih atas kunjungan Anda. Kami ingin tahu bagaimana kesan Anda. Hanya beberapa pertanyaan singkat, kurang dari satu menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nGracias por visitarnos. Cuéntenos cómo le fue. Son unas preguntas cortas y toman menos de un minuto.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 7,
  notBeforeDays: 30
}
