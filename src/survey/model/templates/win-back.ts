import type { Template } from '@/survey/model/template'

/**
 * Somebody was dissatisfied, or the deal was lost: an apology and an offer, sent by *Ask many* to those whom the page *Win back* means.
 * The second paragraph of the mail is the offer: it promises a call and no more, until whoever sends it writes a better one.
 * Satisfaction is asked, not recommendation: many have bought nothing, and a NPS of clients who left would pull that of all others down.
 * The mail says that the manager gets in touch, so everybody has the button to be called back and every answer makes a task.
 */
export const winBack: Template = {
  id: 'winback',
  name: { en: 'Win back', ru: 'Вернуть клиента', kz: 'Клиентті қайтару', id: 'Ajak klien kembali', la: 'Recuperar al cliente' },
  description: {
    en: 'To a dissatisfied client or after a lost deal: an apology, your offer, and what would bring the client back.',
    ru: 'Недовольному клиенту или после проигранной сделки: извинение, ваше предложение и вопрос, что поможет вернуться.',
    kz: 'Көңілі толмаған клиентке немесе сәтсіз мәміледен кейін: кешірім сұрау, ұсынысыңыз және қайта оралуға не түрткі болатыны.',
    id: 'Untuk klien yang tidak puas atau setelah kesepakatan gagal: permohonan maaf, tawaran Anda, dan hal yang membuat klien mau kembali.',
    la: 'Para un cliente insatisfecho o tras una negociación perdida: una disculpa, su oferta y qué haría volver al cliente.'
  },
  questions: [
    {
      id: 'winback',
      type: 'csat',
      required: true,
      text: {
        en: 'How satisfied were you with the way we worked with you?',
        ru: 'Насколько вы довольны тем, как мы с вами работали?',
        kz: 'Сізбен қалай жұмыс істегенімізге қаншалықты ризасыз?',
        id: 'Seberapa puas Anda dengan cara kami melayani Anda?',
        la: '¿Qué tan satisfactoria le pareció nuestra forma de trabajar con usted?'
      },
      low: { en: 'Not at all', ru: 'Совсем недоволен', kz: 'Мүлде риза емеспін', id: 'Sangat tidak puas', la: 'Nada satisfactoria' },
      high: { en: 'Completely', ru: 'Полностью доволен', kz: 'Толық ризамын', id: 'Sangat puas', la: 'Muy satisfactoria' }
    },
    {
      id: 'return',
      type: 'choice',
      required: false,
      text: {
        en: 'What would bring you back?',
        ru: 'Что помогло бы вам вернуться?',
        kz: 'Бізге қайта оралуыңызға не түрткі болар еді?',
        id: 'Apa yang akan membuat Anda mau kembali?',
        la: '¿Qué haría que volviera con nosotros?'
      },
      options: [
        { id: 'price', text: { en: 'A better price', ru: 'Более выгодная цена', kz: 'Тиімдірек баға', id: 'Harga yang lebih baik', la: 'Un mejor precio' } },
        { id: 'quality', text: { en: 'Better quality', ru: 'Качество выше', kz: 'Жоғарырақ сапа', id: 'Kualitas yang lebih baik', la: 'Mejor calidad' } },
        { id: 'service', text: { en: 'Better service', ru: 'Внимательнее обслуживание', kz: 'Мұқият қызмет көрсету', id: 'Pelayanan yang lebih baik', la: 'Mejor atención' } },
        { id: 'deadline', text: { en: 'Shorter or firmer deadlines', ru: 'Короче или надёжнее сроки', kz: 'Қысқа әрі нақты мерзім', id: 'Tenggat yang lebih singkat atau pasti', la: 'Plazos más cortos o más seguros' } },
        { id: 'other', text: { en: 'Something else', ru: 'Что-то другое', kz: 'Басқа нәрсе', id: 'Hal lain', la: 'Otra cosa' } }
      ]
    }
  ],
  followUp: {
    asked: true,
    text: {
      high: {
        en: 'What would you like us to offer you?',
        ru: 'Что вам предложить?',
        kz: 'Сізге не ұсынсақ болады?',
        id: 'Apa yang sebaiknya kami tawarkan kepada Anda?',
        la: '¿Qué le gustaría que le ofreciéramos?'
      },
      middle: {
        en: 'What did you miss when you worked with us?',
        ru: 'Чего вам не хватило в работе с нами?',
        kz: 'Бізбен жұмыс істегенде Сізге не жетіспеді?',
        id: 'Apa yang kurang selama Anda bekerja sama dengan kami?',
        la: '¿Qué le faltó al trabajar con nosotros?'
      },
      low: {
        en: 'What should we have done differently?',
        ru: 'Что нам надо было сделать иначе?',
        kz: 'Нені басқаша істеуіміз керек еді?',
        id: 'Apa yang seharusnya kami lakukan secara berbeda?',
        la: '¿Qué debimos hacer de otra manera?'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! Your manager will contact you with an offer.',
      ru: 'Спасибо! Ваш менеджер свяжется с вами и расскажет о предложении.',
      kz: 'Рақмет! Менеджеріңіз Сізге хабарласып, ұсынысын айтады.',
      id: 'Terima kasih! Manajer Anda akan menghubungi Anda dengan sebuah tawaran.',
      la: '¡Gracias! Su ejecutivo se comunicará con usted para hacerle una oferta.'
    },
    middle: {
      en: 'Thank you! Your manager will think about what you said and contact you with an offer.',
      ru: 'Спасибо! Ваш менеджер учтёт ваши слова и свяжется с вами с предложением.',
      kz: 'Рақмет! Менеджеріңіз айтқаныңызды ескеріп, Сізге ұсыныспен хабарласады.',
      id: 'Terima kasih! Manajer Anda akan mempertimbangkan masukan Anda dan menghubungi Anda dengan sebuah tawaran.',
      la: '¡Gracias! Su ejecutivo tendrá en cuenta sus palabras y se comunicará con usted para hacerle una oferta.'
    },
    low: {
      en: 'We are sorry, and thank you for being frank. Your manager will contact you.',
      ru: 'Нам жаль, что так вышло. Спасибо за откровенность: ваш менеджер свяжется с вами.',
      kz: 'Осылай болғаны үшін кешірім сұраймыз. Ашық айтқаныңызға рақмет, менеджеріңіз Сізге хабарласады.',
      id: 'Kami mohon maaf, dan terima kasih atas keterusterangan Anda. Manajer Anda akan menghubungi Anda.',
      la: 'Lo sentimos, y gracias por su franqueza. Su ejecutivo se comunicará con usted.'
    }
  },
  callBack: ['high', 'middle', 'low'],
  mail: {
    subject: {
      en: 'We would like you back',
      ru: 'Мы хотели бы вас вернуть',
      kz: 'Қайта оралуыңызды қалаймыз',
      id: 'Kami ingin Anda kembali',
      la: 'Nos gustaría que volviera'
    },
    body: {
      en: 'Hello {client},\n\nWe are sorry that we did not meet your expectations, and we would like to work with you again.\n\nWe would like to make it up to you: tell us what would bring you back, and your manager will contact you with an offer of our own. Two short questions, less than a minute.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nНам жаль, что мы не оправдали ваших ожиданий. Мы хотели бы снова с вами работать.\n\nХотим всё исправить: расскажите, что помогло бы вам вернуться, и ваш менеджер свяжется с вами с нашим предложением. Два коротких вопроса, меньше минуты.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nҮмітіңізді ақтамағанымыз үшін кешірім сұраймыз. Сізбен қайтадан жұмыс істегіміз келеді.\n\nЖағдайды түзеткіміз келеді: қайта оралуыңызға не түрткі болатынын айтыңызшы, менеджеріңіз Сізге ұсынысымызбен хабарласады. Екі қысқа сұрақ, бір минут та кетпейді.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nKami mohon maaf karena belum memenuhi harapan Anda. Kami ingin bekerja sama lagi dengan Anda.\n\nKami ingin memperbaikinya: beri tahu kami apa yang akan membuat Anda mau kembali, dan manajer Anda akan menghubungi Anda dengan tawaran dari kami. Hanya dua pertanyaan singkat, kurang dari satu menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nLamentamos no haber cumplido sus expectativas y nos gustaría volver a trabajar con usted.\n\nQueremos compensarlo: cuéntenos qué haría que volviera y su ejecutivo se comunicará con usted para hacerle una oferta. Son dos preguntas cortas y toman menos de un minuto.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 14,
  notBeforeDays: 90
}
