import type { Template } from '@/survey/model/template'

/** The order has arrived. Asked while the box still stands in the hall; a damaged one cannot wait. */
export const delivery: Template = {
  id: 'delivery',
  name: { en: 'Delivery', ru: 'Доставка', kz: 'Жеткізу', id: 'Pengiriman', la: 'Entrega' },
  description: {
    en: 'After a delivery: stars, and whether it came on time, complete and undamaged.',
    ru: 'После доставки: оценка в звёздах, вовремя ли, всё ли на месте и без повреждений.',
    kz: 'Жеткізуден кейін: жұлдызбен баға, уақытында келді ме, бәрі түгел әрі бүтін бе.',
    id: 'Setelah pengiriman: bintang, ketepatan waktu, kelengkapan, dan kondisi barang.',
    la: 'Después de una entrega: estrellas, puntualidad y si llegó todo completo y en buen estado.'
  },
  questions: [
    {
      id: 'delivery',
      type: 'stars',
      required: true,
      text: {
        en: 'How would you rate the delivery?',
        ru: 'Как вы оцениваете доставку?',
        kz: 'Жеткізу қызметін қалай бағалайсыз?',
        id: 'Bagaimana penilaian Anda terhadap pengiriman ini?',
        la: '¿Cómo califica la entrega?'
      },
      low: { en: 'Very poor', ru: 'Очень плохо', kz: 'Өте нашар', id: 'Sangat buruk', la: 'Muy mala' },
      high: { en: 'Excellent', ru: 'Отлично', kz: 'Өте жақсы', id: 'Sangat baik', la: 'Excelente' }
    },
    {
      id: 'ontime',
      type: 'yesno',
      required: false,
      text: {
        en: 'Did your order arrive on time?',
        ru: 'Заказ доставили вовремя?',
        kz: 'Тапсырысыңыз уақытында жетті ме?',
        id: 'Apakah pesanan Anda tiba tepat waktu?',
        la: '¿Su pedido llegó a tiempo?'
      }
    },
    {
      id: 'intact',
      type: 'yesno',
      required: false,
      text: {
        en: 'Was everything complete and undamaged?',
        ru: 'Всё на месте и без повреждений?',
        kz: 'Бәрі түгел әрі бүтін бе?',
        id: 'Apakah semuanya lengkap dan tidak rusak?',
        la: '¿Llegó todo completo y en buen estado?'
      }
    }
  ],
  followUp: {
    asked: true,
    text: {
      high: {
        en: 'What did you like about the delivery?',
        ru: 'Что вам понравилось в доставке?',
        kz: 'Жеткізу қызметінде не ұнады?',
        id: 'Apa yang Anda sukai dari pengiriman ini?',
        la: '¿Qué le gustó de la entrega?'
      },
      middle: {
        en: 'What would have made it five stars?',
        ru: 'Чего не хватило до пяти звёзд?',
        kz: 'Бес жұлдыз қою үшін не жетіспеді?',
        id: 'Apa yang kurang agar kami mendapat lima bintang?',
        la: '¿Qué nos faltó para llegar a las cinco estrellas?'
      },
      low: {
        en: 'What went wrong with the delivery? We will sort it out.',
        ru: 'Что пошло не так с доставкой? Мы разберёмся.',
        kz: 'Жеткізу кезінде не дұрыс болмады? Мән-жайын анықтаймыз.',
        id: 'Apa masalah pada pengiriman ini? Kami akan menanganinya.',
        la: '¿Qué salió mal con la entrega? Vamos a resolverlo.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! We will tell the delivery team.',
      ru: 'Спасибо! Передадим вашу оценку службе доставки.',
      kz: 'Рақмет! Пікіріңізді жеткізу қызметіне айтамыз.',
      id: 'Terima kasih! Kami akan menyampaikannya kepada tim pengiriman.',
      la: '¡Gracias! Se lo haremos saber al equipo de entregas.'
    },
    middle: {
      en: 'Thank you! We will try to do better next time.',
      ru: 'Спасибо! В следующий раз постараемся сделать лучше.',
      kz: 'Рақмет! Келесі жолы жақсырақ болуына тырысамыз.',
      id: 'Terima kasih! Lain kali kami akan berusaha lebih baik.',
      la: '¡Gracias! Haremos lo posible para que la próxima vez sea mejor.'
    },
    low: {
      en: 'We are sorry. We will look into your order.',
      ru: 'Нам жаль, что так вышло. Мы разберёмся с вашим заказом.',
      kz: 'Осылай болғаны үшін кешірім сұраймыз. Тапсырысыңыздың мән-жайын анықтаймыз.',
      id: 'Kami mohon maaf. Kami akan memeriksa pesanan Anda.',
      la: 'Lo sentimos. Vamos a revisar su pedido.'
    }
  },
  mail: {
    subject: {
      en: 'How was the delivery?',
      ru: 'Как прошла доставка?',
      kz: 'Тапсырысыңыз дұрыс жетті ме?',
      id: 'Bagaimana pengiriman pesanan Anda?',
      la: '¿Cómo estuvo la entrega?'
    },
    body: {
      en: 'Hello {client},\n\nYour order has been delivered. Is everything all right? A few short questions, less than a minute.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nВаш заказ доставлен. Всё ли в порядке? Несколько коротких вопросов, меньше минуты.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nТапсырысыңыз жеткізілді. Бәрі дұрыс па? Бірнеше қысқа сұрақ, бір минут та кетпейді.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nPesanan Anda sudah diantar. Apakah semuanya baik-baik saja? Hanya beberapa pertanyaan singkat, kurang dari satu menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nSu pedido ya fue entregado. ¿Está todo en orden? Son unas preguntas cortas y toman menos de un minuto.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 7,
  notBeforeDays: 14
}
