import type { Template } from '@/survey/model/template'

/** A request to support is closed. Asked while it is fresh; whoever often needs help is asked once a month. */
export const support: Template = {
  id: 'support',
  name: { en: 'Support case', ru: 'Обращение в поддержку', kz: 'Қолдау қызметіне өтініш', id: 'Permintaan bantuan', la: 'Caso de soporte' },
  description: {
    en: 'After a request to support: is the problem solved, and is the client satisfied with the help?',
    ru: 'После обращения в поддержку: решён ли вопрос и устроила ли клиента помощь?',
    kz: 'Қолдау қызметіне жүгінгеннен кейін: мәселе шешілді ме, клиент көмекке риза ма?',
    id: 'Setelah klien meminta bantuan: apakah masalahnya teratasi dan apakah klien puas?',
    la: 'Después de un caso de soporte: ¿se resolvió el problema y fue buena la ayuda?'
  },
  questions: [
    {
      id: 'help',
      type: 'csat',
      required: true,
      text: {
        en: 'How satisfied are you with the help you received?',
        ru: 'Насколько вас устроила наша помощь?',
        kz: 'Біздің көмегімізге қаншалықты ризасыз?',
        id: 'Seberapa puas Anda dengan bantuan yang Anda terima?',
        la: '¿Qué tan satisfactoria fue la ayuda que recibió?'
      },
      low: { en: 'Very dissatisfied', ru: 'Совсем не устроила', kz: 'Мүлде риза емеспін', id: 'Sangat tidak puas', la: 'Nada satisfactoria' },
      high: { en: 'Very satisfied', ru: 'Полностью устроила', kz: 'Өте ризамын', id: 'Sangat puas', la: 'Muy satisfactoria' }
    },
    {
      id: 'solved',
      type: 'yesno',
      required: true,
      text: {
        en: 'Is your problem solved?',
        ru: 'Ваш вопрос решён?',
        kz: 'Мәселеңіз шешілді ме?',
        id: 'Apakah masalah Anda sudah teratasi?',
        la: '¿Se resolvió su problema?'
      }
    }
  ],
  followUp: {
    asked: true,
    text: {
      high: {
        en: 'What did we do well?',
        ru: 'Что у нас получилось хорошо?',
        kz: 'Сізге не ұнады?',
        id: 'Apa yang sudah kami lakukan dengan baik?',
        la: '¿Qué hicimos bien?'
      },
      middle: {
        en: 'What could we have done better?',
        ru: 'Что можно было сделать лучше?',
        kz: 'Нені жақсырақ істей алар едік?',
        id: 'Apa yang bisa kami lakukan dengan lebih baik?',
        la: '¿Qué podríamos haber hecho mejor?'
      },
      low: {
        en: 'What did not work out? We will look into it.',
        ru: 'Что не получилось? Мы разберёмся.',
        kz: 'Көңіліңізден не шықпады? Мән-жайын анықтаймыз.',
        id: 'Apa yang tidak berjalan baik? Kami akan menindaklanjutinya.',
        la: '¿Qué no salió bien? Lo vamos a revisar.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! We will tell those who helped you.',
      ru: 'Спасибо! Передадим вашу оценку тем, кто вам помогал.',
      kz: 'Рақмет! Пікіріңізді Сізге көмектескен мамандарға жеткіземіз.',
      id: 'Terima kasih! Kami akan menyampaikannya kepada rekan yang membantu Anda.',
      la: '¡Gracias! Se lo haremos saber a quienes le ayudaron.'
    },
    middle: {
      en: 'Thank you! Your answer helps us to help you better.',
      ru: 'Спасибо! Учтём это, чтобы помогать лучше.',
      kz: 'Рақмет! Жауабыңыз қызметімізді жақсартуға көмектеседі.',
      id: 'Terima kasih! Jawaban Anda membantu kami melayani dengan lebih baik.',
      la: '¡Gracias! Su respuesta nos ayuda a brindar una mejor atención.'
    },
    low: {
      en: 'We are sorry. We will go back to your case.',
      ru: 'Нам жаль, что так вышло. Мы вернёмся к вашему обращению.',
      kz: 'Осылай болғаны үшін кешірім сұраймыз. Өтінішіңізді қайта қараймыз.',
      id: 'Kami mohon maaf. Kami akan meninjau kembali permintaan Anda.',
      la: 'Lamentamos lo ocurrido. Vamos a revisar su caso de nuevo.'
    }
  },
  mail: {
    subject: {
      en: 'Did we help you?',
      ru: 'Удалось ли нам помочь?',
      kz: 'Сізге көмектесе алдық па?',
      id: 'Apakah kami sudah membantu Anda?',
      la: '¿Pudimos ayudarle?'
    },
    body: {
      en: 'Hello {client},\n\nYou recently asked us for help. Please tell us whether it worked out and how it was for you. It takes less than a minute.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nНедавно вы обращались к нам за помощью. Расскажите, пожалуйста, всё ли получилось и как вам наша поддержка. Это займёт меньше минуты.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nЖуырда бізден көмек сұраған едіңіз. Мәселеңіз шешілді ме, қызметіміз қалай болды, айтып беріңізші. Бір минут та кетпейді.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nBelum lama ini Anda meminta bantuan kami. Mohon beri tahu kami apakah masalahnya teratasi dan bagaimana kesan Anda. Hanya perlu kurang dari satu menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nHace poco nos pidió ayuda. Cuéntenos, por favor, si se resolvió todo y qué le pareció la atención. Toma menos de un minuto.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 7,
  notBeforeDays: 30
}
