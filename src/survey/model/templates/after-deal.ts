import type { SurveyContent } from '@/survey/model/survey'
import { contentOf, type Template, type TemplateLang } from '@/survey/model/template'

/** The deal is won: one score, one open question, thirty seconds. Also the first survey of a new installation. */
export const afterDealTemplate: Template = {
  id: 'afterdeal',
  name: { en: 'After a deal', ru: 'После сделки', kz: 'Мәміледен кейін', id: 'Setelah transaksi', la: 'Después de una negociación' },
  description: {
    en: 'One question when a deal is won: would the client recommend you?',
    ru: 'Один вопрос после успешной сделки: порекомендует ли вас клиент?',
    kz: 'Сәтті мәміледен кейінгі бір сұрақ: клиент Сізді басқаларға ұсына ма?',
    id: 'Satu pertanyaan setelah transaksi berhasil: apakah klien akan merekomendasikan Anda?',
    la: 'Una pregunta después de ganar una negociación: ¿recomendaría el cliente su empresa?'
  },
  questions: [{
    id: 'nps',
    type: 'nps',
    required: true,
    text: {
      en: 'How likely are you to recommend us to a friend or colleague?',
      ru: 'Насколько вероятно, что вы порекомендуете нас друзьям или коллегам?',
      kz: 'Бізді достарыңызға немесе әріптестеріңізге ұсыну ықтималдығын қалай бағалайсыз?',
      id: 'Seberapa besar kemungkinan Anda merekomendasikan kami kepada teman atau rekan kerja?',
      la: '¿Qué tan probable es que nos recomiende a un amigo o colega?'
    },
    low: { en: 'Not at all likely', ru: 'Точно не порекомендую', kz: 'Мүлде ұсынбаймын', id: 'Sangat tidak mungkin', la: 'Nada probable' },
    high: { en: 'Extremely likely', ru: 'Обязательно порекомендую', kz: 'Міндетті түрде ұсынамын', id: 'Sangat mungkin', la: 'Muy probable' }
  }],
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
        en: 'What would have made it a ten?',
        ru: 'Чего не хватило до десятки?',
        kz: 'Он балл қою үшін не жетіспеді?',
        id: 'Apa yang kurang agar kami mendapat nilai sepuluh?',
        la: '¿Qué nos faltó para llegar al diez?'
      },
      low: {
        en: 'What went wrong? We want to put it right.',
        ru: 'Что пошло не так? Мы хотим это исправить.',
        kz: 'Көңіліңізден не шықпады? Біз мұны түзеткіміз келеді.',
        id: 'Apa yang kurang berkenan? Kami ingin memperbaikinya.',
        la: '¿Qué salió mal? Queremos corregirlo.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! We will pass this on to the team.',
      ru: 'Спасибо! Мы передадим это команде.',
      kz: 'Рақмет! Мұны командамызға міндетті түрде жеткіземіз.',
      id: 'Terima kasih! Kami akan menyampaikannya kepada tim.',
      la: '¡Gracias! Se lo contaremos al equipo.'
    },
    middle: {
      en: 'Thank you! Your answer shows us what to improve.',
      ru: 'Спасибо! Ваш ответ поможет нам стать лучше.',
      kz: 'Рақмет! Жауабыңыз нені жақсарту керегін көрсетеді.',
      id: 'Terima kasih! Jawaban Anda membantu kami menjadi lebih baik.',
      la: '¡Gracias! Su respuesta nos ayuda a mejorar.'
    },
    low: {
      en: 'Thank you for being frank. Someone from our team will look into it.',
      ru: 'Спасибо за откровенность. Мы обязательно разберёмся.',
      kz: 'Ашық айтқаныңыз үшін рақмет. Мән-жайын міндетті түрде анықтаймыз.',
      id: 'Terima kasih atas keterusterangan Anda. Kami pasti akan menindaklanjutinya.',
      la: 'Gracias por su franqueza. Alguien de nuestro equipo lo revisará.'
    }
  },
  mail: {
    subject: {
      en: 'How did we do?',
      ru: 'Как мы справились?',
      kz: 'Жұмысымыз көңіліңізден шықты ма?',
      id: 'Bagaimana pelayanan kami?',
      la: '¿Cómo le fue con nosotros?'
    },
    body: {
      en: 'Hello {client},\n\nThank you for working with us. We would like to know how it went. One question, less than a minute.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nСпасибо, что работаете с нами. Расскажите, пожалуйста, как всё прошло. Один вопрос, меньше минуты.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nБізбен жұмыс істегеніңіз үшін рақмет. Бәрі қалай өткенін айтып беріңізші. Бір ғана сұрақ, бір минут та кетпейді.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nTerima kasih telah bekerja sama dengan kami. Kami ingin tahu bagaimana kesan Anda. Hanya satu pertanyaan, kurang dari satu menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nGracias por trabajar con nosotros. Nos gustaría saber cómo le fue. Es una sola pregunta y toma menos de un minuto.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 30,
  notBeforeDays: 90
}

/** The template in Russian and English, without a company. */
export const afterDeal: SurveyContent = contentOf(afterDealTemplate, { lang: 'en', langs: ['en', 'ru'], company: '' })

interface TaskWords { title: string, checklist: string[] }

/** Words of the tasks that the standard plan gives, in the language of who makes the survey. */
export const afterDealTasks: Record<TemplateLang, { low: TaskWords, other: TaskWords }> = {
  en: {
    low: { title: 'Call {client}: {score}', checklist: ['Read the answer', 'Call the client', 'Agree what we do and by when', 'Write the outcome into the answer'] },
    other: { title: 'Read what {client} said: {score}', checklist: ['Read the answer', 'Thank the client', 'Close the answer or keep it in work'] }
  },
  ru: {
    low: { title: 'Позвонить: {client}, оценка {score}', checklist: ['Прочитать ответ', 'Позвонить клиенту', 'Договориться, что и к какому сроку делаем', 'Записать итог в карточку ответа'] },
    other: { title: 'Прочитать ответ: {client}, оценка {score}', checklist: ['Прочитать ответ', 'Поблагодарить клиента', 'Закрыть ответ или оставить в работе'] }
  },
  kz: {
    low: { title: 'Қоңырау шалу: {client}, берген бағасы {score}', checklist: ['Жауапты оқу', 'Клиентке қоңырау шалу', 'Не істейтінімізді және мерзімін келісу', 'Нәтижесін жауап карточкасына жазу'] },
    other: { title: 'Жауапты оқу: {client}, берген бағасы {score}', checklist: ['Жауапты оқу', 'Клиентке алғыс айту', 'Жауапты жабу немесе жұмыста қалдыру'] }
  },
  id: {
    low: { title: 'Telepon {client}: nilai {score}', checklist: ['Baca jawabannya', 'Telepon klien', 'Sepakati langkah dan tenggatnya', 'Catat hasilnya di kartu jawaban'] },
    other: { title: 'Baca jawaban {client}: nilai {score}', checklist: ['Baca jawabannya', 'Ucapkan terima kasih kepada klien', 'Tutup jawaban atau lanjutkan prosesnya'] }
  },
  la: {
    low: { title: 'Llamar a {client}: calificación {score}', checklist: ['Leer la respuesta', 'Llamar al cliente', 'Acordar qué haremos y para cuándo', 'Anotar el resultado en la ficha de la respuesta'] },
    other: { title: 'Leer la respuesta de {client}: calificación {score}', checklist: ['Leer la respuesta', 'Agradecer al cliente', 'Cerrar la respuesta o dejarla en proceso'] }
  }
}
